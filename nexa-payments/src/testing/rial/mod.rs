//! The gateways of Iran, written from their descriptions: they keep attempts, take only what the real ones take, play the
//! bank's page, and give money back that nobody verifies in time.

mod aqayepardakht;
mod nextpay;
mod zarinpal;
mod zibal;

pub use aqayepardakht::AqayepardakhtScript;
pub use nextpay::NextpayScript;
pub use zarinpal::ZarinpalScript;
pub use zibal::ZibalScript;

use super::scripted::Script;

/// Minutes in which a page can be paid on, and a payment be verified.
const WINDOW: u64 = 30;

/// How far an attempt has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The customer is on the bank's page, or nowhere.
    InBank,
    /// The bank took the money, nobody verified it.
    Paid,
    /// Verified.
    Verified,
    /// The customer went away, or the page ran out.
    Failed,
    /// The money went back.
    Reversed,
}

/// One attempt at a gateway.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The gateway's name for it.
    pub name: String,
    /// In the unit of the gateway.
    pub amount: i64,
    /// The merchant's name for it.
    pub order: String,
    /// Where the browser goes afterwards.
    pub callback: String,
    /// How far it has come.
    pub stage: Stage,
    since: u64,
}

/// What all gateways do alike.
#[derive(Debug, Default)]
pub struct Desk {
    attempts: Vec<Attempt>,
    minutes: u64,
    forgetful: bool,
}

impl Desk {
    /// All attempts, in order.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// The customer pays on the bank's page; whether the page could still be paid on.
    pub fn pay(&mut self, name: &str) -> bool {
        let now = self.minutes;
        self.turn(name, Stage::InBank, Stage::Paid, now)
    }

    /// The customer goes away from the bank's page.
    pub fn cancel(&mut self, name: &str) -> bool {
        let now = self.minutes;
        self.turn(name, Stage::InBank, Stage::Failed, now)
    }

    /// The money goes back, verified or not.
    pub fn reverse(&mut self, name: &str) -> bool {
        let now = self.minutes;
        self.turn(name, Stage::Verified, Stage::Reversed, now)
            || self.turn(name, Stage::Paid, Stage::Reversed, now)
    }

    /// Time passes: pages run out, and what nobody verified goes back.
    pub fn pass(&mut self, minutes: u64) {
        self.minutes += minutes;
        for attempt in &mut self.attempts {
            if self.minutes - attempt.since >= WINDOW {
                attempt.stage = match attempt.stage {
                    Stage::InBank => Stage::Failed,
                    Stage::Paid => Stage::Reversed,
                    other => other,
                };
            }
        }
    }

    /// From now on the gateway has forgotten what it verified, and says of every time that it is the first.
    pub fn forgets_what_it_verified(&mut self) {
        self.forgetful = true;
    }

    /// The gateway loses track of how much an attempt was over.
    pub fn mistakes(&mut self, name: &str, amount: i64) {
        if let Some(attempt) = self.find(name) {
            attempt.amount = amount;
        }
    }

    /// The gateway takes an attempt for another order's.
    pub fn confuses(&mut self, name: &str, order: &str) {
        if let Some(attempt) = self.find(name) {
            order.clone_into(&mut attempt.order);
        }
    }

    fn find(&mut self, name: &str) -> Option<&mut Attempt> {
        self.attempts.iter_mut().find(|attempt| attempt.name == name)
    }

    fn turn(&mut self, name: &str, from: Stage, to: Stage, now: u64) -> bool {
        match self.find(name) {
            Some(attempt) if attempt.stage == from => {
                (attempt.stage, attempt.since) = (to, now);
                true
            }
            _ => false,
        }
    }

    fn open(&mut self, name: String, amount: i64, order: &str, callback: &str) -> String {
        let (order, callback, since) = (order.to_owned(), callback.to_owned(), self.minutes);
        self.attempts.push(Attempt {
            name: name.clone(),
            amount,
            order,
            callback,
            stage: Stage::InBank,
            since,
        });
        name
    }

    /// Verifies, and says whether it was the first time; none for what is not paid.
    fn verify(&mut self, name: &str) -> Option<bool> {
        let forgetful = self.forgetful;
        let attempt = self.find(name)?;
        match attempt.stage {
            Stage::Paid => {
                attempt.stage = Stage::Verified;
                Some(true)
            }
            Stage::Verified => Some(forgetful),
            _ => None,
        }
    }
}

/// A gateway with a desk.
pub trait Bank: Script {
    /// What it remembers.
    fn desk(&mut self) -> &mut Desk;
    /// How many rial its unit is.
    fn rial(&self) -> i64;
}

/// Whether a callback's address is one.
fn is_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
