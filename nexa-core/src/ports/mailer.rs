//! The port to the mail server, for mails that are sent while somebody waits: codes that open an account and must not be
//! kept, and the one answer to a letter from nobody we know.
//!
//! Notices have a port of their own: they are kept in the inbox and may be told again.

use super::outcome::Outcome;
use crate::secret::Secret;
use async_trait::async_trait;

/// A mail to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address.
    pub to: Secret<String>,
    /// The sender's name: the shop's.
    pub from_name: String,
    /// What it is about; without a secret, because it is shown on locked screens.
    pub subject: String,
    /// What it says, as plain text.
    pub text: Secret<String>,
    /// The same as HTML, with its language and direction.
    pub html: Secret<String>,
    /// The Message-ID of the mail that it answers.
    pub in_reply_to: Option<String>,
    /// Whether it answers by itself: such a mail says so, and asks for no reports (RFC 3834).
    pub automatic: bool,
    /// Where answers go; none where nobody reads them.
    pub reply_to: Option<String>,
}

/// A way to send mail.
///
/// # Behaviour
/// - `send` is `Done` once the mail server has taken the mail, which says nothing about the mailbox behind it.
/// - `send` is `Rejected` when the mail server refuses this mail or its recipient for good.
/// - `send` is `Unreachable` when there is no connection, no agreed encryption, or the server puts us off for now.
/// - `send` never gives a mail to a server that is not the one that was set up.
/// - A mail that answers by itself names what it answers, says that it is automatic, and comes back to nobody.
/// - `check` connects and signs in, and sends nothing.
/// - No text of an outcome holds the mail, its recipient or a password.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one mail.
    async fn send(&self, mail: &Mail) -> Outcome<()>;
    /// Tries the mail server; says what it is, for the operator.
    async fn check(&self) -> Outcome<String>;
}
