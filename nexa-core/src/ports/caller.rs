//! The port to programs elsewhere that are told what happens.

use crate::{
    domain::{refusal::Refusal, webhook::Reply},
    secret::Secret,
};
use async_trait::async_trait;
use jiff::Timestamp;

/// The longest message, in bytes: what Standard Webhooks recommends.
pub const LONGEST_MESSAGE: usize = 20_000;

/// One message for one receiver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HookCall {
    /// Where to.
    pub url: Secret<String>,
    /// The id that the receiver knows the message by; the same at every try.
    pub id: String,
    /// The moment of this try.
    pub at: Timestamp,
    /// The message: JSON, at most [`LONGEST_MESSAGE`] bytes.
    pub body: String,
    /// Whether it may go into the operator's own network, where the installation allows that at all.
    pub inside: bool,
    /// The keys that sign it, 24 to 64 bytes each in base64, the newest first.
    pub keys: Vec<Secret<String>>,
}

/// A way to call programs elsewhere, whose addresses somebody typed.
///
/// # Behaviour
/// - `accepts` refuses an address that is no https address of the public Internet; the operator's own network is accepted
///   only with `inside`, where the installation allows it.
/// - What `accepts` refuses is never called.
/// - A name is asked for once a call; when one of its addresses may not be called, none is; the call goes to what was judged.
/// - A redirect is an answer like any other, and not followed.
/// - `tell` signs as Standard Webhooks says: `webhook-id`, `webhook-timestamp` and one `v1` signature for each key.
/// - `tell` sends the message byte for byte, and at most [`LONGEST_MESSAGE`] bytes.
/// - `fetch` asks for an address of the public Internet with GET and nothing else of ours.
/// - Neither waits longer than 15 seconds, nor reads more of an answer than its beginning.
/// - `Retry-After` of an answer is told as it came, to [`Reply::asking`]; neither waits for it.
/// - Why there is no answer is told without anything of the address, and without a key.
#[async_trait]
pub trait Caller: Send + Sync {
    /// Whether this is an address that may be called; nothing is called.
    fn accepts(&self, url: &str, inside: bool) -> Result<(), Refusal>;
    /// Tells one receiver one message.
    async fn tell(&self, call: &HookCall) -> Reply;
    /// Calls an address that has everything in it.
    async fn fetch(&self, url: &Secret<String>) -> Reply;
}
