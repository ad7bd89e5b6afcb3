//! What a method is called with, however it was sent: JSON, a form, or parts with files.

use super::answer::Fault;
use poem::{FromRequest, Request, RequestBody, web::Multipart};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The parameters of a call.
#[derive(Default)]
pub struct Params {
    values: Map<String, Value>,
    files: BTreeMap<String, Vec<u8>>,
}

impl Params {
    /// Reads them from a request.
    pub async fn read(request: &Request, mut body: RequestBody) -> Result<Self, Fault> {
        let kind = request.content_type().unwrap_or_default().to_owned();
        if kind.starts_with("multipart/form-data") {
            return Self::of_parts(request, body).await;
        }
        let bytes = body.take().map_err(|_| Fault::bad("no body"))?;
        let bytes = bytes.into_vec().await.map_err(|_| Fault::bad("no body"))?;
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let values = serde_json::from_slice(&bytes).map_err(|_| Fault::bad("can't parse the request"))?;
        Ok(Self { values, files: BTreeMap::new() })
    }

    async fn of_parts(request: &Request, mut body: RequestBody) -> Result<Self, Fault> {
        let unreadable = |_| Fault::bad("can't parse the request");
        let mut parts = Multipart::from_request(request, &mut body).await.map_err(unreadable)?;
        let mut params = Self::default();
        while let Ok(Some(part)) = parts.next_field().await {
            let name = part.name().unwrap_or_default().to_owned();
            let is_file = part.file_name().is_some();
            let bytes = part.bytes().await.map_err(|_| Fault::bad("can't parse the request"))?;
            if is_file {
                params.files.insert(name, bytes);
            } else {
                let text = String::from_utf8(bytes).map_err(|_| Fault::bad("strings must be in UTF-8"))?;
                params.values.insert(name, Value::String(text));
            }
        }
        Ok(params)
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.values.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        }
    }

    /// A whole number.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.values.get(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Yes or no; no where it is left out.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.text(name).as_deref(), Some("true" | "True" | "1"))
    }

    /// Something with parts of its own, which forms carry as JSON in a text.
    pub fn json(&self, name: &str) -> Result<Option<Value>, Fault> {
        match self.values.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => {
                let read = serde_json::from_str(text);
                read.map(Some).map_err(|_| Fault::bad(&format!("can't parse {name} JSON object")))
            }
            Some(other) => Ok(Some(other.clone())),
        }
    }

    /// A file: sent along (`attach://NAME`, or under its own name), or one of before by its id.
    pub fn file(&self, name: &str) -> Option<Sent> {
        if let Some(bytes) = self.files.get(name) {
            return Some(Sent::Bytes(bytes.clone()));
        }
        let text = self.text(name)?;
        match text.strip_prefix("attach://") {
            Some(part) => self.files.get(part).cloned().map(Sent::Bytes),
            None => Some(Sent::Known(text)),
        }
    }
}

/// How a file is given.
pub enum Sent {
    /// With its bytes.
    Bytes(Vec<u8>),
    /// By the id of one that Telegram has.
    Known(String),
}
