//! One message from the shop to many of its users.
//!
//! `Draft → Sending → Done`, or `Stopped` on the way. What failed may be sent again after `Done`.

use super::{bulk::Selection, refusal::Refusal, shop::Locale};
use crate::ids::{BroadcastId, GroupId, PlanId, ShopId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Letters that a text may have.
const TEXT_LENGTH: usize = 1000;
/// Letters that a button may have.
const LABEL_LENGTH: usize = 40;
/// Buttons that a message may have.
const MOST_BUTTONS: usize = 2;

/// A broadcast.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broadcast {
    /// Its id.
    pub id: BroadcastId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Who wrote it.
    pub operator: UserId,
    /// To whom it goes.
    pub segment: Segment,
    /// What it says.
    pub message: Message,
    /// How far it is.
    pub state: BroadcastState,
    /// The last user that was looked at when recipients were written down.
    pub cursor: Option<UserId>,
    /// Whether all recipients are written down.
    pub gathered: bool,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it began to be sent.
    pub begun_at: Option<Timestamp>,
    /// When it was done or stopped.
    pub ended_at: Option<Timestamp>,
}

/// How far a broadcast is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BroadcastState {
    /// Written, and seen by nobody.
    Draft,
    /// On its way.
    Sending,
    /// Every recipient was tried.
    Done,
    /// Stopped by an operator.
    Stopped,
}

/// To whom a broadcast goes: customers that are not blocked and have a Telegram account, and of them these.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "segment", rename_all = "snake_case")]
pub enum Segment {
    /// All.
    All,
    /// Those who had a trial and bought nothing.
    TrialOnly,
    /// Those with a subscription in use.
    Active,
    /// Those with a subscription in use that ends within three days.
    Expiring,
    /// Those whose subscription ended within the last 30 days, and who have none in use.
    Ended,
    /// Those with a subscription in use who never used one.
    NeverConnected,
    /// Those who never bought anything.
    NeverBought,
    /// Those without a subscription that could be used, now or after a renewal.
    NoSubscription,
    /// Those without one whose last ended so many days ago or longer.
    Lapsed {
        /// How many, 1 to 3650.
        days: u32,
    },
    /// Those with a subscription of this plan in use.
    Plan {
        /// Which.
        plan: PlanId,
    },
    /// Those with a subscription in use on servers of this group.
    Group {
        /// Which.
        group: GroupId,
    },
    /// Those who read this language.
    Language {
        /// Which.
        locale: Locale,
    },
    /// Those with one of these subscriptions.
    Selected {
        /// Which.
        selection: Selection,
    },
}

impl Segment {
    /// The one of those whose last subscription ended so many days ago.
    pub fn lapsed(days: u32) -> Result<Self, Refusal> {
        if (1..=3650).contains(&days) {
            Ok(Self::Lapsed { days })
        } else {
            Err(Refusal::bad_input("days", "1 to 3650"))
        }
    }

    /// Its name, for interfaces.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::TrialOnly => "trial_only",
            Self::Active => "active",
            Self::Expiring => "expiring",
            Self::Ended => "ended",
            Self::NeverConnected => "never_connected",
            Self::NeverBought => "never_bought",
            Self::NoSubscription => "no_subscription",
            Self::Lapsed { .. } => "lapsed",
            Self::Plan { .. } => "plan",
            Self::Group { .. } => "group",
            Self::Language { .. } => "language",
            Self::Selected { .. } => "selected",
        }
    }
}

/// What a broadcast says.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Message {
    /// In Persian.
    pub fa: Option<String>,
    /// In English.
    pub en: Option<String>,
    /// In Russian.
    pub ru: Option<String>,
    /// What can be done about it.
    pub buttons: Vec<Button>,
}

/// A button under a message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What it does.
    pub action: ButtonAction,
}

/// What a button does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonAction {
    /// Shows what is on sale.
    Buy,
    /// Shows how to renew.
    Renew,
    /// Opens an address.
    Open(String),
    /// Shows what is on sale, with this coupon.
    Coupon(String),
}

impl Message {
    /// The coupons that its buttons give.
    pub fn coupons(&self) -> impl Iterator<Item = &str> {
        self.buttons.iter().filter_map(|button| match &button.action {
            ButtonAction::Coupon(code) => Some(code.as_str()),
            _ => None,
        })
    }

    /// Refuses a message that could not be shown, or says nothing in the shop's language.
    pub fn checked(self, shop: Locale) -> Result<Self, Refusal> {
        let clean = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let message = Self { fa: clean(self.fa), en: clean(self.en), ru: clean(self.ru), ..self };
        let texts = [&message.fa, &message.en, &message.ru];
        if texts.into_iter().flatten().any(|text| text.chars().count() > TEXT_LENGTH) {
            return Err(Refusal::bad_input("texts", "at most 1000 characters each"));
        }
        if message.own(shop).is_none() {
            return Err(Refusal::bad_input("texts", "the shop's language is missing"));
        }
        if message.buttons.len() > MOST_BUTTONS {
            return Err(Refusal::bad_input("buttons", "at most 2"));
        }
        for button in &message.buttons {
            button.check()?;
        }
        Ok(message)
    }

    fn own(&self, locale: Locale) -> Option<&str> {
        match locale {
            Locale::Fa => self.fa.as_deref(),
            Locale::En => self.en.as_deref(),
            Locale::Ru => self.ru.as_deref(),
        }
    }

    /// What a reader of this language sees: the own text, else that in the shop's.
    #[must_use]
    pub fn text(&self, reader: Locale, shop: Locale) -> &str {
        self.own(reader).or_else(|| self.own(shop)).unwrap_or_default()
    }
}

impl Button {
    fn check(&self) -> Result<(), Refusal> {
        let label = self.label.trim();
        if !(1..=LABEL_LENGTH).contains(&label.chars().count()) || label.chars().any(char::is_control) {
            return Err(Refusal::bad_input("buttons", "a label of 1 to 40 characters"));
        }
        match &self.action {
            ButtonAction::Open(url) => {
                let host = url.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
                let plain = url.len() <= 500 && url.chars().all(|c| c.is_ascii_graphic());
                if plain && host.is_some_and(|host| host.contains('.') && !host.contains('@')) {
                    Ok(())
                } else {
                    Err(Refusal::bad_input("buttons", "an https:// address of at most 500 bytes"))
                }
            }
            ButtonAction::Coupon(code) if super::coupon::code(code).as_ref() != Some(code) => {
                Err(Refusal::CouponUnknown)
            }
            ButtonAction::Buy | ButtonAction::Renew | ButtonAction::Coupon(_) => Ok(()),
        }
    }
}

impl Broadcast {
    /// On its way from now on.
    pub fn send(self, now: Timestamp) -> Result<Self, Refusal> {
        self.step(BroadcastState::Draft, BroadcastState::Sending).map(|b| Self { begun_at: Some(now), ..b })
    }

    /// Nothing more is sent of it.
    pub fn stop(self, now: Timestamp) -> Result<Self, Refusal> {
        self.step(BroadcastState::Sending, BroadcastState::Stopped).map(|b| Self { ended_at: Some(now), ..b })
    }

    /// Every recipient was tried.
    pub fn finish(self, now: Timestamp) -> Result<Self, Refusal> {
        self.step(BroadcastState::Sending, BroadcastState::Done).map(|b| Self { ended_at: Some(now), ..b })
    }

    /// What failed is tried again.
    pub fn resend(self) -> Result<Self, Refusal> {
        self.step(BroadcastState::Done, BroadcastState::Sending).map(|b| Self { ended_at: None, ..b })
    }

    fn step(self, from: BroadcastState, to: BroadcastState) -> Result<Self, Refusal> {
        if self.state == from { Ok(Self { state: to, ..self }) } else { Err(Refusal::AlreadyDecided) }
    }
}

/// What became of one recipient.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientState {
    /// Not tried yet.
    Pending,
    /// The messenger took it.
    Sent,
    /// Does not want to be reached, or left.
    Blocked,
    /// It could not be sent, or nobody knows.
    Failed,
}

/// How far a broadcast has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Recipients that were written down.
    pub total: u32,
    /// Those who have it.
    pub sent: u32,
    /// Those who cannot be reached.
    pub blocked: u32,
    /// Those for whom it failed.
    pub failed: u32,
}

impl Progress {
    /// Adds up recipients by what became of them.
    #[must_use]
    pub fn of(counts: &[(RecipientState, u32)]) -> Self {
        counts.iter().fold(Self::default(), |mut progress, (state, count)| {
            progress.total = progress.total.saturating_add(*count);
            match state {
                RecipientState::Pending => {}
                RecipientState::Sent => progress.sent = *count,
                RecipientState::Blocked => progress.blocked = *count,
                RecipientState::Failed => progress.failed = *count,
            }
            progress
        })
    }

    /// Those who are still to be tried.
    #[must_use]
    pub const fn left(&self) -> u32 {
        self.total.saturating_sub(self.sent).saturating_sub(self.blocked).saturating_sub(self.failed)
    }
}

#[cfg(test)]
mod tests;
