//! What is asked of the shop, and how answers become views.

use super::{Remote, cache::VIEWS, form::Form};
use crate::paths::api::{ME, Operation, Repeat};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use nexa_core::{
    domain::refusal::Refusal,
    error::{Error, Failure, Part, Result, Retry},
    storefront::model::{MeView, PageRequest},
};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// Most bytes of an answer in JSON.
const JSON_MOST: usize = 4 * 1024 * 1024;
/// Most bytes of a value in the query. None that means something is longer; of a question the shop reads 100 letters. A
/// server drops a request whose head is too long, and then nobody would say what is wrong.
const VALUE_MOST: usize = 1024;
/// Most bytes of a token; those of sessions and programs have fewer than 100.
const TOKEN_MOST: usize = 1024;
/// Most bytes of an idempotency key.
const KEY_MOST: usize = 100;
/// The content type of a view.
pub(super) const JSON: &str = "application/json";

/// One wish, with all that its requests have in common.
#[derive(Clone)]
pub(super) struct Call {
    pub operation: Operation,
    pub path: String,
    pub query: Vec<(&'static str, String)>,
    pub body: Option<Form>,
    pub key: Option<String>,
    /// The content type of the answer; none where it has no content.
    pub wants: Option<&'static str>,
    /// Most bytes of the answer.
    pub most: usize,
}

impl Call {
    /// An operation with these in the places of its path's names.
    pub fn new(operation: Operation, names: &[&str]) -> Self {
        Self {
            operation,
            path: operation.at(names),
            query: Vec::new(),
            body: None,
            key: None,
            wants: Some(JSON),
            most: JSON_MOST,
        }
    }

    pub fn with(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.query.extend(value.map(|value| {
            let mut value = value.to_string();
            value.truncate(value.floor_char_boundary(VALUE_MOST));
            (name, value)
        }));
        self
    }

    pub fn page(self, page: PageRequest) -> Self {
        self.with("cursor", page.cursor).with("limit", page.limit)
    }

    pub fn json(mut self, body: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_vec(body).map_err(|e| Failure::core(&format!("a request: {e}")))?;
        self.body = Some(Form { kind: JSON.to_owned(), body });
        Ok(self)
    }

    pub fn form(self, form: Form) -> Self {
        Self { body: Some(form), ..self }
    }

    /// The address below a base.
    pub fn address(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.query);
        match query.finish() {
            none if none.is_empty() => self.path.clone(),
            some => format!("{}?{some}", self.path),
        }
    }

    /// What tells this wish from others of the same account.
    fn wish(&self) -> String {
        let body = self.body.as_ref().map(|form| form.body.as_slice()).unwrap_or_default();
        short(&[self.operation.method.as_bytes(), self.address().as_bytes(), body])
    }
}

/// 160 bits of a digest, as a name for a cache.
fn short(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    HEXLOWER.encode(hash.finalize().get(..20).unwrap_or_default())
}

/// An answer of the shop that this version cannot read.
pub(super) fn unlike(call: &Call, how: &str) -> Error {
    let what = format!("the answer of {} is unlike this version's: {how}", call.operation.id);
    Failure { part: Part::Shop, retry: Retry::Never, what }.into()
}

fn parsed<T: DeserializeOwned>(call: &Call, bytes: &[u8]) -> Result<T> {
    // The message may quote values, which may be secrets: only its kind and place are told.
    let told =
        |e: serde_json::Error| unlike(call, &format!("{:?} at {}:{}", e.classify(), e.line(), e.column()));
    serde_json::from_slice(bytes).map_err(told)
}

/// Whether the shop has said its last word on a wish, so that the next one is a new one.
fn final_word<T>(result: &Result<T>) -> bool {
    match result {
        Ok(_) => true,
        Err(Error::Refused(refusal)) => {
            // The door says these before it looks whether the same was granted already.
            !matches!(
                refusal,
                Refusal::InFlight | Refusal::NotSignedIn | Refusal::Blocked | Refusal::TooManyAttempts { .. }
            )
        }
        // Also an answer that cannot be read: the same wish must not be granted twice for that.
        Err(_) => false,
    }
}

impl Remote {
    /// Asks, and reads the answer. What costs money goes with a key.
    pub(super) async fn ask<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        let read = |bytes: Vec<u8>| parsed(&call, &bytes);
        if call.operation.repeat != Repeat::ByKey || call.key.is_some() {
            return self.answer(&call).await.and_then(read);
        }
        let Some(account) = self.account().await? else {
            let keyed = Call { key: Some(self.wire.keys.fresh()), ..call.clone() };
            return self.answer(&keyed).await.and_then(read);
        };
        let wish = call.wish();
        let key = self.wire.keys.begin(&account, &wish)?;
        let keyed = Call { key: Some(key.clone()), ..call.clone() };
        let result = self.answer(&keyed).await.and_then(read);
        if final_word(&result) {
            self.wire.keys.end(&account, &wish, &key);
        }
        result
    }

    /// Asks for something that has no answer but that it was done.
    pub(super) async fn tell(&self, call: Call) -> Result<()> {
        self.answer(&Call { wants: None, ..call }).await.map(drop)
    }

    /// Asks for something to look at, which is kept for times without the shop.
    pub(super) async fn view<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        let error = match self.answer(&call).await {
            Ok(bytes) => {
                let view = parsed(&call, &bytes)?;
                self.keep(&call, &bytes);
                return Ok(view);
            }
            Err(refused @ Error::Refused(_)) => return Err(refused),
            Err(error) => error,
        };
        let Some((at, bytes)) = self.kept(&call) else { return Err(error) };
        let view = parsed(&call, &bytes)?;
        self.note(Some(at));
        Ok(view)
    }

    /// What the shop says of a key or a token that cannot be one, some of which no header carries to it.
    fn carried(&self, call: &Call) -> Result<(), Refusal> {
        let is_key =
            |key: &str| (1..=KEY_MOST).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
        if call.key.as_deref().is_some_and(|key| !is_key(key)) {
            return Err(Refusal::bad_input("Idempotency-Key", "1 to 100 visible ASCII characters"));
        }
        let is_token = |token: &str| token.len() <= TOKEN_MOST && token.bytes().all(|b| b.is_ascii_graphic());
        if self.token.as_ref().is_some_and(|token| !is_token(token.expose())) {
            return Err(Refusal::NotSignedIn);
        }
        Ok(())
    }

    /// The bytes of an answer; what is kept of a session goes when the shop says that it is over.
    pub(super) async fn answer(&self, call: &Call) -> Result<Vec<u8>> {
        let result = match self.carried(call) {
            Ok(()) => self.answered(call).await,
            Err(refusal) => Err(refusal.into()),
        };
        self.note(None);
        if matches!(result, Err(Error::Refused(Refusal::NotSignedIn))) {
            self.erase();
        }
        result
    }

    fn note(&self, since: Option<Timestamp>) {
        if let Some(freshness) = &self.freshness {
            freshness.note(since);
        }
    }

    /// Whose keys are used: the user, whichever session asks, or, for keys of programs that may not look, the token.
    async fn account(&self) -> Result<Option<String>> {
        let Some(token) = &self.token else { return Ok(None) };
        let session = short(&[token.expose().as_bytes()]);
        if let Some(known) = self.wire.accounts.known(&session) {
            return Ok(Some(known));
        }
        let user = match Box::pin(self.view::<MeView>(Call::new(ME, &[]))).await {
            Ok(me) => short(&[me.user_id.as_bytes()]),
            Err(Error::Refused(Refusal::NotAllowed)) => session.clone(),
            Err(other) => return Err(other),
        };
        self.wire.accounts.learn(&session, &user);
        Ok(Some(user))
    }

    /// What is kept of this session.
    fn drawer(&self) -> String {
        let who = match &self.token {
            Some(token) => short(&[b"session", token.expose().as_bytes()]),
            None => short(&[b"guest", self.wire.bases.name().as_bytes()]),
        };
        format!("{VIEWS}{who}")
    }

    fn shelf_name(&self, call: &Call) -> String {
        let locale = self.wire.locale.as_deref().unwrap_or_default();
        short(&[call.address().as_bytes(), locale.as_bytes()])
    }

    fn keep(&self, call: &Call, bytes: &[u8]) {
        let Some(cache) = &self.wire.cache else { return };
        let mut content = self.wire.world.now().as_millisecond().to_string().into_bytes();
        content.push(b'\n');
        content.extend_from_slice(bytes);
        let drawer = self.drawer();
        if let Err(error) = cache.write(&drawer, &self.shelf_name(call), &content) {
            tracing::warn!(%error, "a view could not be kept");
        }
        // Looked at last, because the session may have ended while it was written.
        if self.wire.ended.has(&drawer) {
            self.erase();
        }
    }

    fn kept(&self, call: &Call) -> Option<(Timestamp, Vec<u8>)> {
        let content = self.wire.cache.as_ref()?.read(&self.drawer(), &self.shelf_name(call))?;
        let end = content.iter().position(|byte| *byte == b'\n')?;
        let (at, bytes) = content.split_at_checked(end)?;
        let at = Timestamp::from_millisecond(std::str::from_utf8(at).ok()?.parse().ok()?).ok()?;
        Some((at, bytes.get(1..)?.to_vec()))
    }

    /// Forgets what is kept of this session.
    pub(super) fn erase(&self) {
        let (Some(cache), Some(_)) = (&self.wire.cache, &self.token) else { return };
        let drawer = self.drawer();
        self.wire.ended.add(&drawer);
        if let Err(error) = cache.erase(&drawer) {
            tracing::warn!(%error, "what was kept of a session could not be erased");
        }
    }
}
