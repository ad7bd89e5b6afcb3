//! One call to its end: every address in turn, again after a pause, within the deadline.

use super::{
    Remote,
    answer::{self, Outcome},
    call::Call,
};
use crate::paths::api::Repeat;
use jiff::SignedDuration;
use nexa_core::error::{Error, Failure, Part, Result, Retry};
use reqwest::{Method, header};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

/// How often all addresses are tried.
const ROUNDS: u32 = 3;
/// The pause after the first round in milliseconds, doubled after each; a part of it is random.
const PAUSE: u64 = 400;
/// When to try again where nobody says it, in seconds.
const LATER: u32 = 5;

/// What came of asking all addresses.
enum Round {
    Done(Vec<u8>),
    /// The same request is being worked on; worth asking again after so many seconds.
    UnderWay(u32),
    /// No answer, and perhaps what one of them said about when to come back, in seconds.
    Fruitless(Option<u32>),
}

impl Remote {
    /// What the shop answers.
    pub(super) async fn answered(&self, call: &Call) -> Result<Vec<u8>> {
        // Whether the last request that was sent may have arrived.
        let open = AtomicBool::new(false);
        let limit = SignedDuration::try_from(self.wire.deadline).unwrap_or(SignedDuration::from_secs(60));
        match self.wire.world.within(limit, self.rounds(call, &open)).await {
            Some(result) => result,
            None => Err(silent(call, open.load(Ordering::Relaxed), None)),
        }
    }

    async fn rounds(&self, call: &Call, open: &AtomicBool) -> Result<Vec<u8>> {
        let began = self.wire.world.now();
        let (mut later, mut round, mut asked) = (None, 0, false);
        while round < ROUNDS {
            if asked {
                let pause = self.pause(round, later);
                let left = self.wire.deadline.saturating_sub(
                    Duration::try_from(self.wire.world.now().duration_since(began)).unwrap_or_default(),
                );
                if pause >= left {
                    break;
                }
                let pause = SignedDuration::try_from(pause).unwrap_or_default();
                let until = self.wire.world.now().checked_add(pause);
                self.wire.world.sleep_until(until.unwrap_or(began)).await;
            }
            asked = true;
            later = match self.round(call, open).await? {
                Round::Done(bytes) => return Ok(bytes),
                // The shop is at it: only the deadline ends the wait for what comes of it.
                Round::UnderWay(seconds) => Some(seconds),
                Round::Fruitless(later) => {
                    round += 1;
                    later
                }
            };
            if call.operation.repeat == Repeat::Never && later.is_some() {
                break;
            }
        }
        Err(silent(call, open.load(Ordering::Relaxed), later))
    }

    /// Asks each address until one answers as a shop does.
    async fn round(&self, call: &Call, open: &AtomicBool) -> Result<Round> {
        for (number, base) in self.wire.bases.in_turn() {
            open.store(true, Ordering::Relaxed);
            let outcome = self.attempt(base, call).await;
            if !matches!(outcome, Outcome::Astray(_) | Outcome::Unknown(_)) {
                self.wire.bases.answered(number);
            }
            match outcome {
                Outcome::Done(bytes) => return Ok(Round::Done(bytes)),
                Outcome::Refused(refusal) => return Err(refusal.into()),
                Outcome::Broken(code) => return Err(broken(format!("{}: {code}", call.operation.id))),
                Outcome::Later(seconds) => {
                    open.store(false, Ordering::Relaxed);
                    return Ok(Round::Fruitless(Some(seconds.unwrap_or(LATER))));
                }
                Outcome::UnderWay(seconds) => return Ok(Round::UnderWay(seconds.unwrap_or(1))),
                Outcome::Astray(what) => {
                    open.store(false, Ordering::Relaxed);
                    tracing::debug!(address = number, what, "an address did not answer");
                }
                Outcome::Unknown(what) => {
                    tracing::debug!(address = number, what, "an answer was lost");
                    if call.operation.repeat == Repeat::Never {
                        return Err(silent(call, true, None));
                    }
                }
            }
        }
        Ok(Round::Fruitless(None))
    }

    async fn attempt(&self, base: &str, call: &Call) -> Outcome {
        let Ok(method) = Method::from_bytes(call.operation.method.as_bytes()) else {
            return Outcome::Astray("no method");
        };
        // What may be repeated leaves time for that.
        let limit = match call.operation.repeat {
            Repeat::Never => self.wire.deadline,
            Repeat::Freely | Repeat::ByKey => self.wire.deadline * 2 / 5,
        };
        let mut request = self
            .wire
            .http
            .request(method, format!("{base}{}", call.address()))
            .timeout(limit)
            .header(header::ACCEPT, "application/json, application/problem+json, image/*")
            .header(header::ACCEPT_ENCODING, "gzip");
        if let Some(locale) = &self.wire.locale {
            request = request.header(header::ACCEPT_LANGUAGE, locale);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.expose());
        }
        if let Some(key) = &call.key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(form) = &call.body {
            request = request.header(header::CONTENT_TYPE, &form.kind).body(form.body.clone());
        }
        match request.send().await {
            Ok(response) => answer::read(call, response).await,
            Err(error) if error.is_connect() => Outcome::Astray("no connection"),
            Err(error) if error.is_builder() => Outcome::Astray("a request that cannot be sent"),
            Err(error) if error.is_timeout() => Outcome::Unknown("no answer in time"),
            Err(_) => Outcome::Unknown("a connection that broke"),
        }
    }

    fn pause(&self, round: u32, later: Option<u32>) -> Duration {
        let longest = PAUSE << round.saturating_sub(1).min(8);
        let own = Duration::from_millis(longest / 2 + self.wire.world.below(longest / 2 + 1));
        own.max(Duration::from_secs(u64::from(later.unwrap_or(0))))
    }
}

/// What to say when no shop answered: for what must not be repeated, that it is not known whether it was done.
fn silent(call: &Call, open: bool, later: Option<u32>) -> Error {
    if open && call.operation.repeat == Repeat::Never {
        broken(format!("{}: it is not known whether it was done", call.operation.id))
    } else {
        Error::Offline { wait_seconds: later.unwrap_or(LATER) }
    }
}

fn broken(what: String) -> Error {
    Failure { part: Part::Shop, retry: Retry::Never, what }.into()
}
