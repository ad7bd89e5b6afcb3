//! Mails: the one click that ends them, and those that people write to a shop.

use super::LocalFrontdesk;
use crate::{
    domain::notice::Matter,
    engine::cases::{self, Taken},
    error::Result,
    ids::ShopId,
};
use async_trait::async_trait;

/// What a link in a mail is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnsubscribeView {
    /// Mails of this matter.
    pub matter: Matter,
    /// Whether they have ended.
    pub ended: bool,
}

/// What came of a mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LetterTaken {
    /// It opened a ticket.
    Opened,
    /// It went on in a ticket.
    Replied,
    /// It reported that a mail of ours did not arrive.
    Counted,
    /// Its writer is unknown, and was told how to write.
    Answered,
    /// Nothing: a program wrote it, it came before, or it is nobody's.
    Ignored,
}

impl LetterTaken {
    /// A short stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Replied => "replied",
            Self::Counted => "counted",
            Self::Answered => "answered",
            Self::Ignored => "ignored",
        }
    }
}

/// The door for mails.
///
/// # Behaviour
/// - `unsubscribe_offer` changes nothing, and answers `not_found` for what is no link of this shop.
/// - `unsubscribe` ends mails of one matter and nothing else, needs no session, and is harmless when it is repeated.
/// - `take_letter` answers `not_found` for another secret than the newest one of the shop's hook.
/// - `take_letter` puts an answer to a mail of ours into its ticket, once however often it comes.
/// - `take_letter` opens a ticket for whoever proved the address that a mail is from, at most two that they have not gone on
///   in elsewhere. It refuses no such mail: whoever wrote it would learn whose the address is.
/// - `take_letter` answers an unknown address once in a month, five in an hour for a shop, and what programs wrote never.
/// - `take_letter` counts a report of a mail that did not arrive once, for the address that it was sent to.
#[async_trait]
pub trait Letters: Send + Sync {
    /// What the link of a mail is about.
    async fn unsubscribe_offer(&self, shop: ShopId, token: &str) -> Result<UnsubscribeView>;
    /// Ends mails of the matter that the link is about.
    async fn unsubscribe(&self, shop: ShopId, token: &str) -> Result<UnsubscribeView>;
    /// Takes a mail as it came (RFC 5322).
    async fn take_letter(&self, shop: ShopId, secret: &str, raw: Vec<u8>) -> Result<LetterTaken>;
}

#[async_trait]
impl Letters for LocalFrontdesk {
    async fn unsubscribe_offer(&self, shop: ShopId, token: &str) -> Result<UnsubscribeView> {
        let (matter, ended) = cases::unsubscribe_offer(&self.core, shop, token).await?;
        Ok(UnsubscribeView { matter, ended })
    }

    async fn unsubscribe(&self, shop: ShopId, token: &str) -> Result<UnsubscribeView> {
        let matter = cases::unsubscribe(&self.core, shop, token).await?;
        Ok(UnsubscribeView { matter, ended: true })
    }

    async fn take_letter(&self, shop: ShopId, secret: &str, raw: Vec<u8>) -> Result<LetterTaken> {
        Ok(match cases::take_letter(&self.core, shop, secret, raw).await? {
            Taken::Opened => LetterTaken::Opened,
            Taken::Replied => LetterTaken::Replied,
            Taken::Counted => LetterTaken::Counted,
            Taken::Answered => LetterTaken::Answered,
            Taken::Ignored => LetterTaken::Ignored,
        })
    }
}
