//! One message from the shop to many of its users.
//!
//! `Draft → Sending → Done`, or `Stopped` on the way. What failed may be sent again after `Done`.

use super::{refusal::Refusal, shop::Locale};
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
}

impl Segment {
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
            Self::Plan { .. } => "plan",
            Self::Group { .. } => "group",
            Self::Language { .. } => "language",
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
}

impl Message {
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
            ButtonAction::Buy | ButtonAction::Renew => Ok(()),
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
mod tests {
    use super::*;

    fn message(text: &str) -> Message {
        Message { fa: Some(text.to_owned()), ..Message::default() }
    }

    fn with(label: &str, action: ButtonAction) -> Message {
        Message { buttons: vec![Button { label: label.to_owned(), action }], ..message("سلام") }
    }

    #[test]
    fn a_message_says_something_in_the_shop_s_language() {
        let said = message(" سلام ").checked(Locale::Fa).unwrap();
        assert_eq!(said.text(Locale::Ru, Locale::Fa), "سلام", "for whom there is no text of their own");
        assert!(message("سلام").checked(Locale::En).is_err());
        assert!(message("  ").checked(Locale::Fa).is_err());
        assert!(message(&"س".repeat(1000)).checked(Locale::Fa).is_ok());
        assert!(message(&"س".repeat(1001)).checked(Locale::Fa).is_err());
        let both = Message { en: Some("hello".to_owned()), ..message("سلام") }.checked(Locale::Fa).unwrap();
        assert_eq!((both.text(Locale::En, Locale::Fa), both.text(Locale::Fa, Locale::Fa)), ("hello", "سلام"));
    }

    #[test]
    fn buttons_lead_somewhere_safe() {
        let open = |url: &str| with("Open", ButtonAction::Open(url.to_owned())).checked(Locale::Fa).is_ok();
        assert!(open("https://example.org/a?b#c"));
        let long = format!("https://example.org/{}", "x".repeat(500));
        for wrong in [
            "http://example.org",
            "https://",
            "https://x",
            "javascript:alert(1)",
            "https://a.b c",
            "https://me@a.org",
            &long,
        ] {
            assert!(!open(wrong), "{wrong}");
        }
        assert!(with("Buy", ButtonAction::Buy).checked(Locale::Fa).is_ok());
        for wrong in ["", " ", "a\nb", &"x".repeat(41)] {
            assert!(with(wrong, ButtonAction::Renew).checked(Locale::Fa).is_err(), "{wrong}");
        }
        let button = Button { label: "Buy".to_owned(), action: ButtonAction::Buy };
        let three = Message { buttons: vec![button; 3], ..message("سلام") };
        assert!(three.checked(Locale::Fa).is_err());
    }

    #[test]
    fn every_step_from_every_state() {
        use BroadcastState::{Done, Draft, Sending, Stopped};
        type Step = fn(Broadcast) -> Result<Broadcast, Refusal>;
        let nil = uuid::Uuid::nil();
        let at = Timestamp::UNIX_EPOCH;
        let steps: [(Step, BroadcastState, BroadcastState); 4] = [
            (|b| b.send(Timestamp::UNIX_EPOCH), Draft, Sending),
            (|b| b.stop(Timestamp::UNIX_EPOCH), Sending, Stopped),
            (|b| b.finish(Timestamp::UNIX_EPOCH), Sending, Done),
            (Broadcast::resend, Done, Sending),
        ];
        for state in [Draft, Sending, Done, Stopped] {
            for (step, from, to) in steps {
                let broadcast = Broadcast {
                    id: nil.into(),
                    shop_id: nil.into(),
                    operator: nil.into(),
                    segment: Segment::All,
                    message: message("سلام"),
                    state,
                    cursor: None,
                    gathered: false,
                    created_at: at,
                    begun_at: None,
                    ended_at: None,
                };
                assert_eq!(step(broadcast).ok().map(|b| b.state), (state == from).then_some(to));
            }
        }
    }

    #[test]
    fn progress_adds_up() {
        use RecipientState::{Blocked, Failed, Pending, Sent};
        let progress = Progress::of(&[(Pending, 4), (Sent, 3), (Blocked, 2), (Failed, 1)]);
        assert_eq!(progress, Progress { total: 10, sent: 3, blocked: 2, failed: 1 });
        assert_eq!((progress.left(), Progress::of(&[]).left()), (4, 0));
    }
}
