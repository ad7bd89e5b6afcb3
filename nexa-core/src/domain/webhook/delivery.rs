//! One message on its way to one receiver, and what came of each try.

use super::{super::time::after, HookKind};
use crate::ids::{EventId, HookDeliveryId, ShopId, WebhookId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The pauses before the tries, the first included, in seconds: those that Standard Webhooks recommends, so that a receiver
/// that is down over a long weekend misses nothing.
pub const SCHEDULE: [i64; 10] = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// The last try is so many seconds after the first, without the jitter.
pub const GIVE_UP_AFTER: i64 = 272_105;
/// Bytes that are kept of an answer.
pub const LONGEST_TOLD: usize = 1024;
/// Tries that are kept of a delivery, the newest.
pub const MOST_ATTEMPTS: usize = 20;
/// The longest that a receiver is left alone because it asks for it, in seconds: a day.
pub const LONGEST_WAIT: u32 = 86_400;
/// How long deliveries are kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// One message to one receiver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HookDelivery {
    /// Its id.
    pub id: HookDeliveryId,
    /// Of which shop.
    pub shop_id: ShopId,
    /// To which webhook; none when an address is called once, with everything in it and no body (a postback).
    pub webhook_id: Option<WebhookId>,
    /// Of a postback: its address, sealed.
    pub address: Option<String>,
    /// What happened; the id that the receiver knows the message by, the same at every try and for every receiver.
    pub event_id: EventId,
    /// What it tells.
    pub kind: HookKind,
    /// The message, as it is sent; empty of a postback.
    pub body: String,
    /// What became of it.
    pub state: DeliveryState,
    /// Tries since it was first sent or sent again.
    pub tries: u32,
    /// What came of the tries, the oldest first, at most [`MOST_ATTEMPTS`].
    pub attempts: Vec<Attempt>,
    /// When it is tried next; none when it is not.
    pub next_at: Option<Timestamp>,
    /// When it was written down.
    pub created_at: Timestamp,
}

/// What became of a delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is on its way.
    Pending,
    /// It was taken.
    Delivered,
    /// It was tried often enough.
    Failed,
    /// Its webhook is not called any more.
    Abandoned,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Delivered, Self::Failed, Self::Abandoned];

    /// A short stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Abandoned => "abandoned",
        }
    }
}

/// One try.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// The HTTP status of the answer; none without one.
    pub status: Option<u16>,
    /// How the answer began, at most [`LONGEST_TOLD`] bytes; or why there was none.
    pub told: String,
}

/// What came of one call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// The HTTP status of the answer; none without one.
    pub status: Option<u16>,
    /// How the answer began; or in a few words why there was none.
    pub told: String,
    /// For how many seconds the receiver asks to be left alone, at most [`LONGEST_WAIT`]; 0 when it asks for nothing.
    pub wait: u32,
}

impl Reply {
    /// An answer.
    #[must_use]
    pub fn answered(status: u16, start: &str) -> Self {
        Self { status: Some(status), told: cut(start), wait: 0 }
    }

    /// No answer, and why.
    #[must_use]
    pub fn silent(why: &str) -> Self {
        Self { status: None, told: cut(why), wait: 0 }
    }

    /// With what the answer's `Retry-After` says, if it says seconds. Only who has too much to do (429) or is away for a
    /// while (503) is heeded (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>).
    #[must_use]
    pub fn asking(self, retry_after: &str) -> Self {
        let heeded = matches!(self.status, Some(429 | 503));
        let seconds = retry_after.trim().parse::<u64>().ok().filter(|_| heeded);
        let wait = seconds.map_or(0, |seconds| u32::try_from(seconds).unwrap_or(u32::MAX).min(LONGEST_WAIT));
        Self { wait, ..self }
    }

    /// Whether the message was taken: any 2xx.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether the receiver says that it is gone for good.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.status == Some(410)
    }
}

/// The beginning of a text that fits.
fn cut(text: &str) -> String {
    let fits = |at: &usize| *at <= LONGEST_TOLD;
    let end = text.char_indices().map(|(at, c)| at.saturating_add(c.len_utf8())).take_while(fits).last();
    // A column of text holds no NUL on every engine.
    text.get(..end.unwrap_or(0)).unwrap_or_default().replace('\0', "\u{fffd}")
}

impl HookDelivery {
    /// After a try that began at `began`. `jitter` (0 to 1023) adds up to a tenth to the pause, so that what failed in one
    /// outage does not come back at once. A receiver that asks for a longer pause gets it.
    #[must_use]
    pub fn after(mut self, reply: &Reply, began: Timestamp, now: Timestamp, jitter: u64) -> Self {
        let millis = u64::try_from(now.duration_since(began).as_millis()).unwrap_or(0);
        self.attempts.push(Attempt { at: began, millis, status: reply.status, told: reply.told.clone() });
        let surplus = self.attempts.len().saturating_sub(MOST_ATTEMPTS);
        self.attempts.drain(..surplus);
        self.tries = self.tries.saturating_add(1);
        let pause = usize::try_from(self.tries).ok().and_then(|tries| SCHEDULE.get(tries));
        (self.state, self.next_at) = match pause {
            _ if reply.is_taken() => (DeliveryState::Delivered, None),
            _ if reply.is_gone() => (DeliveryState::Abandoned, None),
            None => (DeliveryState::Failed, None),
            Some(seconds) => {
                let asked = SignedDuration::from_secs(i64::from(reply.wait));
                (DeliveryState::Pending, Some(after(now, pause_of(*seconds, jitter).max(asked))))
            }
        };
        self
    }

    /// Its webhook is not called any more.
    #[must_use]
    pub fn abandoned(self) -> Self {
        Self { state: DeliveryState::Abandoned, next_at: None, ..self }
    }

    /// Sent again from the first pause on; none while it is on its way anyway.
    #[must_use]
    pub fn again(self, now: Timestamp) -> Option<Self> {
        (self.state != DeliveryState::Pending).then_some(Self {
            state: DeliveryState::Pending,
            tries: 0,
            next_at: Some(now),
            ..self
        })
    }

    /// The id by which receivers know the message.
    #[must_use]
    pub fn message_id(&self) -> String {
        format!("msg_{}", self.event_id)
    }
}

fn pause_of(seconds: i64, jitter: u64) -> SignedDuration {
    let full = seconds.saturating_mul(1000);
    let more = full / 10 * i64::try_from(jitter.min(1023)).unwrap_or(0) / 1024;
    SignedDuration::from_millis(full.saturating_add(more))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn moment() -> Timestamp {
        "2026-03-01T08:00:00Z".parse().unwrap()
    }

    fn delivery() -> HookDelivery {
        let id = Uuid::nil();
        HookDelivery {
            id: id.into(),
            shop_id: id.into(),
            webhook_id: Some(id.into()),
            address: None,
            event_id: id.into(),
            kind: HookKind::OrderPaid,
            body: "{}".to_owned(),
            state: DeliveryState::Pending,
            tries: 0,
            attempts: Vec::new(),
            next_at: Some(moment()),
            created_at: moment(),
        }
    }

    #[test]
    fn ten_tries_over_three_days_then_no_more() {
        let (mut of, mut now) = (delivery(), moment());
        for pause in &SCHEDULE[1..] {
            of = of.after(&Reply::silent("no connection"), now, now, 0);
            assert_eq!(
                (of.state, of.next_at),
                (DeliveryState::Pending, Some(after(now, pause_of(*pause, 0))))
            );
            now = of.next_at.unwrap();
        }
        assert_eq!(now.duration_since(moment()).as_secs(), GIVE_UP_AFTER);
        of = of.after(&Reply::answered(500, "oops"), now, now, 0);
        assert_eq!((of.state, of.next_at, of.tries), (DeliveryState::Failed, None, 10));
        let last = of.attempts.last().unwrap();
        assert_eq!((last.status, last.told.as_str()), (Some(500), "oops"));
        let of = of.again(now).unwrap();
        assert_eq!((of.state, of.tries, of.attempts.len()), (DeliveryState::Pending, 0, 10));
        assert_eq!(of.again(now), None);
    }

    #[test]
    fn any_2xx_is_enough_and_a_redirect_is_not() {
        let after = |status| delivery().after(&Reply::answered(status, ""), moment(), moment(), 0).state;
        assert_eq!(after(200), DeliveryState::Delivered);
        assert_eq!(after(299), DeliveryState::Delivered);
        for status in [100, 302, 307, 400, 404, 429, 503] {
            assert_eq!(after(status), DeliveryState::Pending, "{status}");
        }
        assert_eq!(after(410), DeliveryState::Abandoned);
    }

    #[test]
    fn who_asks_to_be_left_alone_is_for_a_day_at_most() {
        let wait = |status, asked| Reply::answered(status, "").asking(asked).wait;
        assert_eq!((wait(429, "120"), wait(503, " 7 "), wait(429, "0")), (120, 7, 0));
        assert_eq!((wait(429, "86401"), wait(503, "99999999999")), (LONGEST_WAIT, LONGEST_WAIT));
        for asked in ["", "-5", "1.5", "soon", "Fri, 31 Dec 1999 23:59:59 GMT"] {
            assert_eq!(wait(429, asked), 0, "{asked}");
        }
        assert_eq!((wait(500, "120"), wait(301, "120"), Reply::silent("").asking("120").wait), (0, 0, 0));
        let next = |asked| {
            let of = delivery().after(&Reply::answered(429, "").asking(asked), moment(), moment(), 0);
            of.next_at.unwrap().duration_since(moment()).as_secs()
        };
        assert_eq!((next("3600"), next("2"), next("999999")), (3600, SCHEDULE[1], i64::from(LONGEST_WAIT)));
        let mut of = delivery();
        for _ in 0..SCHEDULE.len() {
            of = of.after(&Reply::answered(503, "").asking("60"), moment(), moment(), 0);
        }
        assert_eq!(of.state, DeliveryState::Failed, "asking makes no tries more");
    }

    #[test]
    fn jitter_makes_a_pause_longer_by_a_tenth_at_most() {
        assert_eq!(pause_of(300, 0).as_secs(), 300);
        let most = pause_of(300, u64::MAX).as_millis();
        assert!((329_000..=330_000).contains(&most), "{most}");
    }

    #[test]
    fn of_many_tries_the_newest_are_kept_and_of_an_answer_its_beginning() {
        let mut of = delivery();
        for status in 300..330 {
            of = of.after(&Reply::answered(status, ""), moment(), moment(), 0);
        }
        assert_eq!(of.attempts.len(), MOST_ATTEMPTS);
        assert_eq!(of.attempts[0].status, Some(310));
        let long = Reply::answered(200, &"é".repeat(2000));
        assert_eq!(long.told.len(), LONGEST_TOLD);
        assert_eq!(Reply::answered(200, &format!("x{}", "é".repeat(2000))).told.len(), LONGEST_TOLD - 1);
        assert_eq!(Reply::answered(200, "a\0b").told, "a\u{fffd}b");
    }
}
