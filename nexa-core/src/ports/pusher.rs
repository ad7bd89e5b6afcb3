//! The port to the push services of browsers.

use super::outcome::Outcome;
use crate::domain::push::Browser;
use async_trait::async_trait;

/// What a device shows. Nothing in it may be a secret: it stands on a locked screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PushMessage {
    /// The first line.
    pub title: String,
    /// The sentence.
    pub body: String,
    /// The path of the page that tells more.
    pub url: String,
    /// A message with the same tag takes the place of the one before.
    pub tag: String,
}

/// A way to show messages on devices of users, through their browsers.
///
/// # Behaviour
/// - `public_key` is the same as long as the installation's keys are.
/// - `accepts` takes browsers whose address is one of a known push service, and nothing else is ever called.
/// - `push` sends what only this browser can read.
/// - `push` answers `NotFound` for a browser that takes no messages any more.
/// - `push` answers `Rejected` for a message that will never be taken, `Unreachable` or `Ambiguous` for one that may.
#[async_trait]
pub trait Pusher: Send + Sync {
    /// The key that browsers subscribe with: P-256, uncompressed, base64url.
    fn public_key(&self) -> String;
    /// Whether this is a browser that can be sent to.
    fn accepts(&self, browser: &Browser) -> bool;
    /// Sends one message.
    async fn push(&self, browser: &Browser, message: &PushMessage) -> Outcome<()>;
}
