//! A posted form: its fields by name, the last of each, none longer than a note.

use crate::{caller::desk_of, problem::Fault};
use poem::{Body, FromRequest as _, Request, RequestBody, Result, web::Multipart};
use std::collections::BTreeMap;
use url::form_urlencoded;

/// Fields at most.
const MOST_FIELDS: usize = 400;
/// Bytes of a field at most: Telegram's signed data is the longest.
const LONGEST: usize = 8 * 1024;
/// Bytes of an article.
const LONGEST_BODY: usize = 24 * 1024;
/// Bytes of a form that is kept within another one.
const LONGEST_KEPT: usize = 44 * 1024;

/// The fields of a form.
#[derive(Clone, Debug, Default)]
pub struct Form(BTreeMap<String, String>);

impl Form {
    /// The field that holds another form.
    pub const KEPT: &str = "kept";

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

    /// Reads the body of a form that may bring a picture along.
    pub async fn with_picture(request: &Request, body: Body) -> Result<(Self, Option<Vec<u8>>)> {
        Self::with(request, body, "picture").await
    }

    /// Reads the body of a form that may bring a file along.
    pub async fn with_file(request: &Request, body: Body) -> Result<(Self, Option<Vec<u8>>)> {
        Self::with(request, body, "file").await
    }

    async fn with(request: &Request, body: Body, brought: &str) -> Result<(Self, Option<Vec<u8>>)> {
        if !request.content_type().is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            return Ok((Self::of(request, body).await?, None));
        }
        let bad = |_| poem::Error::from(Fault::BadForm);
        let mut parts = Multipart::from_request(request, &mut RequestBody::new(body)).await.map_err(bad)?;
        let (mut fields, mut file) = (BTreeMap::new(), None);
        while let Some(part) = parts.next_field().await.map_err(|_| Fault::BadForm)? {
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|_| Fault::BadForm)?;
            if name == brought {
                file = Some(bytes).filter(|bytes| !bytes.is_empty());
            } else if bytes.len() <= LONGEST && fields.len() < MOST_FIELDS {
                fields.insert(name, String::from_utf8_lossy(&bytes).into_owned());
            } else {
                return Err(Fault::BadForm.into());
            }
        }
        Ok((Self(fields), file))
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let fits_one = |(name, value): &(String, String)| {
            let most = match name.as_str() {
                Self::KEPT => LONGEST_KEPT,
                "body" | "text" => LONGEST_BODY,
                _ => LONGEST,
            };
            value.len() <= most
        };
        let pairs: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().collect();
        let fits = pairs.len() <= MOST_FIELDS && pairs.iter().all(fits_one);
        fits.then(|| Self(pairs.into_iter().collect()))
    }

    /// What stands in a form that is shown.
    #[must_use]
    pub fn filled<N: Into<String>>(fields: impl IntoIterator<Item = (N, String)>) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// The text of a field without the space around it; empty when it is not there.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.trim())
    }

    /// The text of a field that was sent, filled in or not.
    #[must_use]
    pub fn sent(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim())
    }

    /// Every field.
    #[must_use]
    pub const fn fields(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// The text of a field that was filled in.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// This form with what was typed into another over it.
    #[must_use]
    pub fn over(mut self, typed: &Self) -> Self {
        self.0.extend(typed.0.clone());
        self
    }

    /// The ends of the names of boxes that were ticked, of those whose names begin so.
    #[must_use]
    pub fn all(&self, beginning: &str) -> Vec<String> {
        let ticked = self.0.iter().filter(|(_, value)| !value.trim().is_empty());
        ticked.filter_map(|(name, _)| name.strip_prefix(beginning).map(str::to_owned)).collect()
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
