//! The port to messengers. The inbox in our own storage needs none.

use crate::{
    domain::{
        alert::{Alert, AlertSettings},
        broadcast::Button,
        letter::Bounce,
        notice::NoticeRecord,
        shop::{Locale, Shop},
        user::User,
    },
    secret::Secret,
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

/// To whom a message goes.
#[derive(Clone, Copy)]
pub struct Recipient<'a> {
    /// The user.
    pub user: &'a User,
    /// Their Telegram account, opened for this call; none when they proved none, or when it turned us away.
    pub telegram: Option<i64>,
    /// How they are reached by mail, opened for this call; none when they proved no address, want no mail of this, or when
    /// mails to it do not arrive.
    pub mail: Option<&'a MailRoute>,
}

/// How a user is reached by mail about one notice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailRoute {
    /// The address.
    pub address: Secret<String>,
    /// The page that the notice leads to, absolute.
    pub page: String,
    /// Where one click ends mails of this matter (RFC 8058); none for what always comes.
    pub unsubscribe: Option<String>,
    /// Where an answer goes, with what tells whose it is; none where nobody reads it.
    pub reply_to: Option<String>,
    /// Where reports go of mails that do not arrive, with what tells whose; none where nobody reads them.
    pub bounces_to: Option<String>,
    /// What the notice is about, in full: the answer of the support.
    pub quoted: Option<Secret<String>>,
}

/// What became of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Delivery {
    /// The messenger took it.
    Sent,
    /// There is no address to send it to.
    NoAddress,
    /// Its reader takes no more messages this way. The core keeps that, and gives the address to no notifier until a
    /// frontend hears of the user again (`Frontdesk::reached_again`).
    Blocked,
    /// Its address does not take it. The core counts that, and gives an address that never will to no notifier until its
    /// holder proves it again.
    Bounced(Bounce),
    /// Not sent: the messenger asks for a pause this long. The text is for the operator.
    Later(SignedDuration, String),
    /// Not known to be sent, and worth another try. The text is for the operator.
    Failed(String),
}

impl Delivery {
    /// A short stable name, for metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::NoAddress => "no_address",
            Self::Blocked => "blocked",
            Self::Bounced(_) => "bounced",
            Self::Later(..) => "later",
            Self::Failed(_) => "failed",
        }
    }
}

/// A way to reach users outside our pages. What a message says comes from [`crate::text::message`].
///
/// # Behaviour
/// - `deliver` answers `Sent` when the messenger took the message, and the message says what the notice says.
/// - `deliver` answers `NoAddress` for a user that it has no address of, and sends nothing.
/// - `deliver` answers `Blocked` when the user does not want to be reached this way any more.
/// - `deliver` answers `Bounced` when the address takes no mail, for good or this time; how mails are told apart that came
///   twice: the same notice always goes out under the same Message-ID.
/// - `deliver` answers `Later` with the pause that the messenger asks for, and then has sent nothing.
/// - `announce` answers as `deliver` does; a notifier that announces nothing answers `NoAddress`.
/// - `alert` posts the text once, into the thread of its kind where the settings name one; a notifier that knows no chats
///   answers `NoAddress`.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// What it sends through, in one word, for metrics.
    fn channel(&self) -> &'static str {
        "messenger"
    }

    /// Sends one message.
    async fn deliver(
        &self,
        shop: &Shop,
        to: Recipient<'_>,
        notice: &NoticeRecord,
        locale: Locale,
    ) -> Delivery;

    /// Posts `text` into the chat of those who run the shop; `alert` says what a button may lead to.
    async fn alert(&self, _shop: &Shop, _to: &AlertSettings, _alert: &Alert, _text: &str) -> Delivery {
        Delivery::NoAddress
    }

    /// Sends an announcement to the Telegram account with this id. Called for one reader after the other; the answer
    /// `Later` sets the pace.
    async fn announce(&self, _shop: &Shop, _to: i64, _announcement: &Announcement) -> Delivery {
        Delivery::NoAddress
    }
}
