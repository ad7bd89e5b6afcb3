//! A conversation of a customer with the shop. Texts are sealed by the engine; what may be said, and how often, is here.

use super::refusal::Refusal;
use crate::ids::{ShopId, SubscriptionId, TicketId, TicketMessageId, UserId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Letters of a subject at most.
const SUBJECT: usize = 100;
/// Letters of a message at most.
const TEXT: usize = 4_000;
/// Tickets of one user that are not closed, at most.
const TICKETS: usize = 5;
/// Of these, tickets that a mail opened which anybody may have written, at most.
const MAILED: usize = 2;
/// Messages of one user in an hour, at most.
const MESSAGES: u32 = 20;
/// Pictures in one ticket in an hour, at most.
const PICTURES: u32 = 3;
/// What an hour is for the two.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// A conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Whose.
    pub user_id: UserId,
    /// What it is about, if it is about one.
    pub subscription_id: Option<SubscriptionId>,
    /// What its opener calls it, sealed.
    pub subject_sealed: Option<String>,
    /// Whose turn it is.
    pub state: TicketState,
    /// The first message of the customer that nobody has answered.
    pub waiting: Option<TicketMessageId>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was answered first: how long that took is what a shop is judged by.
    pub answered_at: Option<Timestamp>,
    /// When something was said or done last.
    pub changed_at: Timestamp,
    /// When the first answer was due, by what the shop promised when it was opened.
    pub due_at: Timestamp,
    /// When it was closed; none while it is not.
    pub solved_at: Option<Timestamp>,
    /// Who of those who run the shop has taken it on.
    pub assignee: Option<UserId>,
    /// Whether the customer wrote last by e-mail, and is answered there first.
    pub by_mail: bool,
    /// Rises with everything that is said and done.
    pub version: u32,
}

/// Whose turn it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// The shop's.
    Open,
    /// The customer's.
    Answered,
    /// Nobody's.
    Closed,
}

/// Who says something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The customer.
    Customer,
    /// Somebody who runs the shop.
    Shop,
}

/// Something that was said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TicketMessage {
    /// Its id.
    pub id: TicketMessageId,
    /// In which shop.
    pub shop_id: ShopId,
    /// In which ticket.
    pub ticket_id: TicketId,
    /// By whom.
    pub author: Author,
    /// The text, sealed.
    pub text_sealed: String,
    /// Whether a picture came with it.
    pub picture: bool,
    /// Whether it came by e-mail, where nobody proves who writes.
    pub by_mail: bool,
    /// When.
    pub created_at: Timestamp,
}

impl Ticket {
    /// The customer said something: it is the shop's turn, whatever it was before.
    #[must_use]
    pub fn asked(self, message: TicketMessageId, now: Timestamp) -> Self {
        let waiting = self.waiting.or(Some(message));
        Self { state: TicketState::Open, waiting, changed_at: now, solved_at: None, ..self.moved_on() }
    }

    /// The shop answered, also when nobody asked.
    #[must_use]
    pub fn answered(self, now: Timestamp) -> Self {
        let answered_at = self.answered_at.or(Some(now));
        let solved_at = None;
        Self {
            state: TicketState::Answered,
            waiting: None,
            answered_at,
            changed_at: now,
            solved_at,
            ..self.moved_on()
        }
    }

    /// Nothing more is to be said. Closing it again changes nothing.
    #[must_use]
    pub fn closed(self, now: Timestamp) -> Self {
        if self.state == TicketState::Closed {
            return self;
        }
        let solved_at = Some(now);
        Self { state: TicketState::Closed, waiting: None, changed_at: now, solved_at, ..self.moved_on() }
    }

    /// Somebody has taken it on, or nobody has.
    #[must_use]
    pub fn assigned(self, to: Option<UserId>) -> Self {
        Self { assignee: to, ..self.moved_on() }
    }

    /// Refuses to go on from an older version than this one: something was said or done meanwhile.
    pub fn seen(&self, version: u32) -> Result<(), Refusal> {
        if version == self.version { Ok(()) } else { Err(Refusal::SaidMeanwhile) }
    }

    fn moved_on(self) -> Self {
        Self { version: self.version.saturating_add(1), ..self }
    }
}

/// A subject as it is kept; none when there is nothing to read.
pub fn subject(text: &str) -> Result<Option<String>, Refusal> {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > SUBJECT || line.chars().any(char::is_control) {
        return Err(Refusal::bad_input("subject", "at most 100 characters on one line"));
    }
    Ok(Some(line).filter(|line| !line.is_empty()))
}

/// A message as it is kept. With a picture it may say nothing.
pub fn text(text: &str, with_picture: bool) -> Result<String, Refusal> {
    let odd = |c: &char| c.is_control() && !matches!(c, '\n' | '\t');
    let kept: String = text.replace("\r\n", "\n").chars().filter(|c| !odd(c)).collect();
    let kept = kept.trim().to_owned();
    let least = usize::from(!with_picture);
    if (least..=TEXT).contains(&kept.chars().count()) {
        Ok(kept)
    } else {
        Err(Refusal::bad_input("text", "1 to 4000 characters"))
    }
}

/// Whether somebody with so many tickets that are not closed may open another.
pub const fn may_open(open: usize) -> Result<(), Refusal> {
    if open < TICKETS { Ok(()) } else { Err(Refusal::TooManyTickets) }
}

/// Whether a mail opens another ticket for somebody with so many that mails opened. Anybody may write in anybody's name.
pub const fn may_mail(open: usize) -> Result<(), Refusal> {
    if open < MAILED { Ok(()) } else { Err(Refusal::TooManyTickets) }
}

/// Whether somebody who wrote so many messages in the last hour may write another.
pub const fn may_write(messages: u32) -> Result<(), Refusal> {
    if messages < MESSAGES { Ok(()) } else { Err(Refusal::TooManyMessages) }
}

/// Whether a ticket with so many pictures of the last hour takes another.
pub const fn may_show(pictures: u32) -> Result<(), Refusal> {
    if pictures < PICTURES { Ok(()) } else { Err(Refusal::TooManyPictures) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ticket() -> Ticket {
        let nil = uuid::Uuid::nil();
        Ticket {
            id: nil.into(),
            shop_id: nil.into(),
            user_id: nil.into(),
            subscription_id: None,
            subject_sealed: None,
            state: TicketState::Open,
            waiting: Some(message(1)),
            opened_at: at(0),
            answered_at: None,
            changed_at: at(0),
            due_at: at(3600),
            solved_at: None,
            assignee: None,
            by_mail: false,
            version: 1,
        }
    }

    #[test]
    fn whoever_goes_on_from_an_older_version_is_told() {
        let seen = ticket();
        assert_eq!(seen.seen(1), Ok(()));
        let after = [
            seen.clone().asked(message(2), at(1)),
            seen.clone().answered(at(1)),
            seen.clone().assigned(None),
        ];
        for ticket in after {
            assert_eq!(ticket.seen(1), Err(Refusal::SaidMeanwhile));
        }
        let closed = seen.closed(at(9));
        assert_eq!(closed.solved_at, Some(at(9)));
        assert_eq!(closed.asked(message(3), at(10)).solved_at, None, "it is open again");
    }

    fn message(number: u128) -> TicketMessageId {
        uuid::Uuid::from_u128(number).into()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn it_waits_since_the_first_message_that_nobody_answered() {
        let again = ticket().asked(message(2), at(5));
        assert_eq!(again.waiting, Some(message(1)), "patience is counted from the first");
        let answered = again.answered(at(9));
        assert_eq!((answered.state, answered.waiting), (TicketState::Answered, None));
        let asked = answered.asked(message(3), at(20));
        assert_eq!((asked.state, asked.waiting), (TicketState::Open, Some(message(3))));
        assert_eq!(asked.answered(at(30)).answered_at, Some(at(9)), "the first answer is what counts");
    }

    #[test]
    fn a_reply_opens_a_closed_one_again() {
        let closed = ticket().closed(at(7));
        assert_eq!((closed.state, closed.waiting), (TicketState::Closed, None));
        assert_eq!(closed.clone().closed(at(9)), closed, "closing twice changes nothing");
        assert_eq!(closed.clone().asked(message(4), at(8)).state, TicketState::Open);
        assert_eq!(closed.answered(at(8)).state, TicketState::Answered);
    }

    #[test]
    fn there_is_an_end_to_asking() {
        assert!(may_open(4).is_ok() && may_open(5) == Err(Refusal::TooManyTickets));
        assert!(may_mail(1).is_ok() && may_mail(2) == Err(Refusal::TooManyTickets));
        assert!(may_write(19).is_ok() && may_write(20) == Err(Refusal::TooManyMessages));
        assert!(may_show(2).is_ok() && may_show(3) == Err(Refusal::TooManyPictures));
    }

    #[test]
    fn texts_are_tidied_and_measured_in_letters() {
        assert_eq!(text("  سلام\r\nخوبی؟\u{0} \n", false).as_deref(), Ok("سلام\nخوبی؟"));
        assert_eq!(text(&"ن".repeat(4_000), false).map(|t| t.chars().count()), Ok(4_000));
        assert!(text(&"ن".repeat(4_001), false).is_err() && text(" \n\u{1b} ", false).is_err());
        assert_eq!(text("", true).as_deref(), Ok(""), "a picture speaks for itself");
        assert_eq!(subject("  no \n link "), Ok(Some("no link".to_owned())));
        assert_eq!(subject(" \t "), Ok(None));
        assert!(subject(&"x".repeat(101)).is_err() && subject("a\u{7}b").is_err());
    }

    proptest! {
        #[test]
        fn what_was_tidied_is_tidy(typed in any::<String>()) {
            if let Ok(kept) = text(&typed, false) {
                prop_assert_eq!(text(&kept, false), Ok(kept.clone()));
                prop_assert!(!kept.is_empty() && kept.chars().count() <= 4_000);
            }
            if let Ok(Some(line)) = subject(&typed) {
                prop_assert_eq!(subject(&line), Ok(Some(line.clone())));
            }
        }
    }
}
