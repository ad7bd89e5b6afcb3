//! Values that go into statements and rows that come back, free of any engine.

use crate::{
    domain::{
        extras::Extras,
        measure::Traffic,
        money::{Currency, Money},
        time::from_millis,
    },
    error::Failure,
    ids::Id,
    secret::Fingerprint,
};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use std::{str::FromStr, sync::Arc};

/// What a column holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Value {
    Null,
    Int(i64),
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::from(value.to_owned())
    }
}

/// Every text comes in here, and none with the character NUL: PostgreSQL keeps no such text, and nobody can read one
/// (<https://www.postgresql.org/docs/current/datatype-character.html>). In a document it is written `\u0000`, and stays.
impl From<String> for Value {
    fn from(mut value: String) -> Self {
        value.retain(|letter| letter != '\0');
        Self::Text(value)
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::from(value.clone())
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Self::Int(value.as_millisecond())
    }
}

impl From<Traffic> for Value {
    fn from(value: Traffic) -> Self {
        Self::Int(value.to_sql())
    }
}

impl From<Extras> for Value {
    fn from(value: Extras) -> Self {
        Self::Text(value.names().join(","))
    }
}

impl From<Currency> for Value {
    fn from(value: Currency) -> Self {
        Self::Text(value.code().to_owned())
    }
}

impl From<&Fingerprint> for Value {
    fn from(value: &Fingerprint) -> Self {
        Self::Text(value.0.clone())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// An id as it stands in a column.
pub(super) fn id(value: impl Id) -> Value {
    Value::Text(value.to_string())
}

/// The one word of an enum without data, as the CHECKs list it.
pub(super) fn word(value: impl Serialize) -> Value {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Value::Text(word),
        _ => Value::Null,
    }
}

/// A document that only the program reads.
pub(super) fn json(value: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_string(value)
        .map(Value::Text)
        .map_err(|_| Failure::core("a document cannot be written down"))
}

/// A row with names. Clones share it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Row {
    names: Arc<[String]>,
    values: Arc<[Value]>,
}

impl Row {
    pub(super) fn new(names: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { names, values: values.into() }
    }

    /// All values, in the order in which they were asked for.
    #[cfg(feature = "postgres")]
    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }

    fn value(&self, name: &str) -> Result<&Value, Failure> {
        let at = self.names.iter().position(|n| n == name);
        at.and_then(|at| self.values.get(at)).ok_or_else(|| damaged(name))
    }

    pub(super) fn is_null(&self, name: &str) -> Result<bool, Failure> {
        Ok(*self.value(name)? == Value::Null)
    }

    fn str(&self, name: &str) -> Result<&str, Failure> {
        match self.value(name)? {
            Value::Text(text) => Ok(text),
            _ => Err(damaged(name)),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<String, Failure> {
        self.str(name).map(str::to_owned)
    }

    pub(super) fn int(&self, name: &str) -> Result<i64, Failure> {
        match self.value(name)? {
            Value::Int(int) => Ok(*int),
            _ => Err(damaged(name)),
        }
    }

    /// Reads a column that may be empty.
    pub(super) fn maybe<T>(
        &self,
        name: &str,
        read: impl FnOnce(&Self, &str) -> Result<T, Failure>,
    ) -> Result<Option<T>, Failure> {
        if self.is_null(name)? { Ok(None) } else { read(self, name).map(Some) }
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Failure> {
        self.int(name).map(|int| int != 0)
    }

    pub(super) fn small(&self, name: &str) -> Result<u32, Failure> {
        u32::try_from(self.int(name)?).map_err(|_| damaged(name))
    }

    pub(super) fn moment(&self, name: &str) -> Result<Timestamp, Failure> {
        self.int(name).map(from_millis)
    }

    pub(super) fn traffic(&self, name: &str) -> Result<Traffic, Failure> {
        self.int(name).map(Traffic::from_sql)
    }

    /// Words with commas between them.
    pub(super) fn extras(&self, name: &str) -> Result<Extras, Failure> {
        let words: Vec<String> =
            self.str(name)?.split(',').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        Extras::from_names(&words).map_err(|_| damaged(name))
    }

    pub(super) fn fingerprint(&self, name: &str) -> Result<Fingerprint, Failure> {
        self.text(name).map(Fingerprint)
    }

    /// Something that is read from its text: an id, a currency, an account.
    pub(super) fn parsed<T: FromStr>(&self, name: &str) -> Result<T, Failure> {
        self.str(name)?.parse().map_err(|_| damaged(name))
    }

    pub(super) fn money(&self, minor: &str, currency: &str) -> Result<Money, Failure> {
        Ok(Money::new(self.int(minor)?, self.parsed::<Currency>(currency)?))
    }

    pub(super) fn word<T: DeserializeOwned>(&self, name: &str) -> Result<T, Failure> {
        let value = serde_json::Value::String(self.text(name)?);
        serde_json::from_value(value).map_err(|_| damaged(name))
    }

    pub(super) fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, Failure> {
        serde_json::from_str(self.str(name)?).map_err(|_| damaged(name))
    }
}

fn damaged(column: &str) -> Failure {
    Failure::core(&format!("the database holds something else than this program wrote, in column {column}"))
}
