//! The port to messengers and mail. The inbox in our own storage needs none.

use super::outcome::Outcome;
use crate::domain::{
    broadcast::Button,
    notice::NoticeRecord,
    shop::{Locale, Shop},
    user::User,
};
use async_trait::async_trait;
use jiff::SignedDuration;

/// A broadcast's message as one reader sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Announcement {
    /// What it says.
    pub text: String,
    /// What can be done about it.
    pub buttons: Vec<Button>,
    /// The reader's language.
    pub locale: Locale,
}

/// What became of an announcement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Announced {
    /// The messenger took it.
    Sent,
    /// Its reader takes no more messages this way.
    Blocked,
    /// Not sent: the messenger asks for a pause this long. The text is for the operator.
    Later(SignedDuration, String),
    /// Not sent, or not known to be. The text is for the operator.
    Failed(String),
    /// This notifier announces nothing.
    NotSupported,
}

/// A way to reach users outside our pages.
///
/// # Behaviour
/// - `deliver` answers `NotFound` for a user that it has no address of.
/// - `deliver` answers `Rejected` when the user does not want to be reached this way any more.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Sends one message.
    async fn deliver(&self, shop: &Shop, user: &User, notice: &NoticeRecord, locale: Locale) -> Outcome<()>;

    /// Sends an announcement to the Telegram account with this id. Called for one reader after the other; the answer
    /// `Later` sets the pace.
    async fn announce(&self, _shop: &Shop, _to: i64, _announcement: &Announcement) -> Announced {
        Announced::NotSupported
    }
}
