//! The port to messengers and mail. The inbox in our own storage needs none.

use super::outcome::Outcome;
use crate::domain::{
    notice::NoticeRecord,
    shop::{Locale, Shop},
    user::User,
};
use async_trait::async_trait;

/// A way to reach users outside our pages.
///
/// # Behaviour
/// - `deliver` answers `NotFound` for a user that it has no address of.
/// - `deliver` answers `Rejected` when the user does not want to be reached this way any more.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Sends one message.
    async fn deliver(&self, shop: &Shop, user: &User, notice: &NoticeRecord, locale: Locale) -> Outcome<()>;
}
