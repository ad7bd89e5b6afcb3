//! A form that was filled in before its sender had to prove who they are: kept in the page, and offered once more then.

use crate::{
    paths,
    web::{form::Form, visitor::safe_next},
};
use data_encoding::BASE64URL_NOPAD;
use std::collections::BTreeMap;

/// Where the kept form goes, and what was typed.
pub struct Kept {
    /// Its address.
    pub path: String,
    /// Its fields.
    pub fields: BTreeMap<String, String>,
}

impl Kept {
    /// A form as it was sent to `path`.
    #[must_use]
    pub fn of(path: &str, form: &Form) -> Self {
        Self { path: path.to_owned(), fields: form.fields().clone() }
    }

    /// The one that the form of a proof carries; only forms of the office, and the one that takes money out of
    /// the shop, are kept.
    #[must_use]
    pub fn carried(form: &Form) -> Option<Self> {
        let path = form.given("again")?;
        let known = safe_next(&path).is_some_and(|path| paths::is_office(path) || path == paths::INVITE);
        let bytes = BASE64URL_NOPAD.decode(form.text(Form::KEPT).as_bytes()).ok()?;
        let fields = serde_json::from_slice(&bytes).ok()?;
        known.then_some(Self { path, fields })
    }

    /// The fields in one text.
    #[must_use]
    pub fn written(&self) -> String {
        BASE64URL_NOPAD.encode(&serde_json::to_vec(&self.fields).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        let fields = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Form::read(fields.as_bytes()).unwrap()
    }

    #[test]
    fn what_was_typed_comes_back_and_only_where_it_is_kept() {
        let typed = form(&[("reason", "دلیل & \"x\""), ("key", "K")]);
        let text = Kept::of("/office/users/1/give", &typed).written();
        for path in ["/office/users/1/give", "/invite"] {
            let back = Kept::carried(&form(&[("again", path), ("kept", &text)])).unwrap();
            assert_eq!((back.path.as_str(), &back.fields), (path, typed.fields()));
        }
        for path in [
            "/account/delete",
            "/invite/more",
            "//evil.example/office",
            "https://evil.example/",
            "/officer",
            "",
        ] {
            assert!(Kept::carried(&form(&[("again", path), ("kept", &text)])).is_none(), "{path}");
        }
        assert!(Kept::carried(&form(&[("again", "/office"), ("kept", "!")])).is_none());
    }
}
