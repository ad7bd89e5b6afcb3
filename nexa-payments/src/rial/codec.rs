//! What the four gateways say differently.

use super::unit::Rial;
use crate::http::{Server, Trouble};
use async_trait::async_trait;
use nexa_core::ports::gateway::Callback;
use url::form_urlencoded;

/// More than a browser brings back.
const LONGEST_RETURN: usize = 8 << 10;
/// Longer than every gateway's name for an attempt.
const LONGEST_TOKEN: usize = 64;

/// A page that is asked for.
pub(super) struct Ask<'a> {
    pub(super) amount: Rial,
    /// Our name for the attempt: letters and digits.
    pub(super) order: String,
    pub(super) description: String,
    /// Where the browser shall come back to.
    pub(super) callback_url: &'a str,
}

/// A page that was given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Page {
    pub(super) reference: String,
    pub(super) url: String,
}

/// An attempt that is looked at.
pub(super) struct Attempt<'a> {
    pub(super) reference: &'a str,
    /// What we ask for.
    pub(super) due: Rial,
    /// Our name for it, as long as it is remembered.
    #[cfg_attr(
        not(any(feature = "nextpay", feature = "zibal")),
        expect(dead_code, reason = "these tell it back")
    )]
    pub(super) order: Option<String>,
}

/// What became of an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Look {
    /// Nothing yet.
    #[cfg(any(feature = "nextpay", feature = "zarinpal", feature = "zibal"))]
    Nothing,
    /// The gateway says that it was not paid.
    Unpaid,
    /// Verified, over our amount.
    Paid,
    /// Given back.
    #[cfg(any(feature = "nextpay", feature = "zarinpal", feature = "zibal"))]
    Gone,
    /// Paid, but not what or for what we asked: never ours to take.
    Other(Option<Rial>),
}

/// One gateway's dialect.
#[async_trait]
pub(super) trait Codec: Send + Sync + 'static {
    /// Asks for a page. Each call makes another one.
    async fn request(&self, server: &Server, ask: &Ask<'_>) -> Result<Page, Trouble>;
    /// Looks at an attempt, and verifies it if that is what is missing.
    async fn look(&self, server: &Server, attempt: &Attempt<'_>) -> Result<Look, Trouble>;
    /// Which attempt a browser comes back from; none when no such gateway sent it.
    fn returned(&self, callback: &Callback) -> Option<String>;
    /// How many payments wait to be verified, where a gateway tells.
    async fn waiting(&self, _server: &Server) -> Result<Option<usize>, Trouble> {
        Ok(None)
    }
}

/// What a browser brought, each field once: in its address for `GET`, in its body for `POST`.
pub(super) fn fields(callback: &Callback, method: &str) -> Option<Vec<(String, String)>> {
    let bytes = match method {
        "GET" if callback.body.is_empty() => callback.query.as_bytes(),
        "POST" => &callback.body,
        _ => return None,
    };
    if callback.method != method || bytes.len() > LONGEST_RETURN {
        return None;
    }
    let mut fields: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        if fields.iter().any(|(known, _)| *known == name) {
            return None;
        }
        fields.push((name.into_owned(), value.into_owned()));
    }
    Some(fields)
}

/// A field's value.
pub(super) fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// A gateway's name for an attempt, if it can be one.
pub(super) fn token(text: &str) -> Option<String> {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (plain && (1..=LONGEST_TOKEN).contains(&text.len())).then(|| text.to_owned())
}
