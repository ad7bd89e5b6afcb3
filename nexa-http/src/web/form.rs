//! A posted form: its fields by name, the last of each, none longer than a note.

use crate::{caller::desk_of, problem::Fault};
use poem::{Body, Request, Result};
use std::collections::BTreeMap;
use url::form_urlencoded;

/// Fields at most.
const MOST_FIELDS: usize = 50;
/// Bytes of a field at most: Telegram's signed data is the longest.
const LONGEST: usize = 8 * 1024;

/// The fields of a form.
#[derive(Clone, Debug, Default)]
pub struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads the body of a request.
    pub async fn of(request: &Request, body: Body) -> Result<Self> {
        desk_of(request)?;
        let fitting =
            request.content_type().is_none_or(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if !fitting {
            return Err(Fault::BadForm.into());
        }
        let bytes = body.into_vec().await.map_err(|_| Fault::BadForm)?;
        Self::read(&bytes).ok_or_else(|| Fault::BadForm.into())
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().collect();
        let fits = pairs.len() <= MOST_FIELDS && pairs.iter().all(|(_, value)| value.len() <= LONGEST);
        fits.then(|| Self(pairs.into_iter().collect()))
    }

    /// The text of a field without the space around it; empty when it is not there.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.trim())
    }

    /// The text of a field that was filled in.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A secret exactly as it was typed.
    #[must_use]
    pub fn secret(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether a box was ticked.
    #[must_use]
    pub fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_bounded() {
        let form = Form::read("a=+1+&b=%D9%86&a=2&c=".as_bytes()).unwrap();
        assert_eq!((form.text("a"), form.text("b"), form.text("z")), ("2", "ن", ""));
        assert_eq!(form.given("c"), None);
        assert!(Form::read(format!("a={}", "x".repeat(LONGEST + 1)).as_bytes()).is_none());
        assert!(Form::read("a=1&".repeat(MOST_FIELDS + 1).as_bytes()).is_none());
    }
}
