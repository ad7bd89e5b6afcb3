//! Who sent what to whom outside, and what is broken there. A simulation decides it.

use crate::{
    domain::{money::Money, payment::Finality},
    ports::outcome::Outcome,
};
use jiff::Timestamp;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The name under which every fake transfer stands.
pub const FAMILY: &str = "fake";

/// How the calls of a gateway fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// No connection.
    Unreachable,
    /// No answer.
    Ambiguous,
    /// Understood and refused.
    Rejected,
}

/// One transfer, as the outside knows it.
#[derive(Clone, Debug)]
pub(super) struct Transfer {
    pub(super) reference: String,
    pub(super) movement: String,
    pub(super) amount: Money,
    pub(super) finality: Finality,
    pub(super) block: u32,
    pub(super) at: Timestamp,
}

/// All that happened outside.
#[derive(Debug, Default)]
pub(super) struct Truth {
    pub(super) transfers: Vec<Transfer>,
    sent_back: Vec<(String, String)>,
    lasting: Option<Fault>,
    next: Vec<Fault>,
    pub(super) repeats: bool,
}

/// The outside of all fake gateways of one simulation: who sent what, and what is broken.
#[derive(Debug, Default)]
pub struct FakeBank {
    truth: Mutex<Truth>,
}

impl FakeBank {
    /// Sends `amount` to `reference`, visible but not final; answers the movement's id.
    pub fn pay(&self, reference: &str, amount: Money, at: Timestamp) -> String {
        let mut truth = self.truth();
        let movement = format!("transfer-{}", truth.transfers.len());
        let reference = reference.to_owned();
        let finality = Finality::Seen;
        truth.transfers.push(Transfer {
            reference,
            movement: movement.clone(),
            amount,
            finality,
            block: 0,
            at,
        });
        movement
    }

    /// Makes a transfer final, in a block of its own each time.
    pub fn confirm(&self, movement: &str) {
        self.change(movement, |transfer| {
            transfer.finality = Finality::Confirmed;
            transfer.block += 1;
        });
    }

    /// Takes a transfer back to where it is visible but not final, as a reorganisation does.
    pub fn unconfirm(&self, movement: &str) {
        self.change(movement, |transfer| transfer.finality = Finality::Seen);
    }

    /// Makes a transfer disappear, as a replacement does.
    pub fn drop_transfer(&self, movement: &str) {
        self.change(movement, |transfer| transfer.finality = Finality::Dropped);
    }

    /// Whoever paid contests a transfer.
    pub fn contest(&self, movement: &str) {
        self.change(movement, |transfer| transfer.finality = Finality::Contested);
    }

    /// Fails every call in this way, or none.
    pub fn fault(&self, fault: Option<Fault>) {
        self.truth().lasting = fault;
    }

    /// Fails the next call in this way; several wait in line.
    pub fn fail_next(&self, fault: Fault) {
        self.truth().next.insert(0, fault);
    }

    /// Whether every transfer is reported twice in one answer.
    pub fn repeat(&self, repeats: bool) {
        self.truth().repeats = repeats;
    }

    /// Sends a transfer back to whoever paid it, once. One that is contested is refused, as by the providers of cards.
    pub(super) fn send_back(&self, movement: &str) -> Outcome<()> {
        let mut truth = self.truth();
        let fault = truth.next.pop().or(truth.lasting);
        match fault {
            Some(Fault::Unreachable) => return Outcome::Unreachable("simulated".into()),
            Some(Fault::Rejected) => return Outcome::Rejected("simulated".into()),
            None | Some(Fault::Ambiguous) => {}
        }
        let is_sent = truth.sent_back.iter().any(|(_, sent)| sent == movement);
        if !is_sent {
            let here = |t: &&mut Transfer| t.movement == movement && t.finality == Finality::Confirmed;
            let Some(transfer) = truth.transfers.iter_mut().find(here) else {
                return Outcome::Rejected("not there to be sent back".into());
            };
            transfer.finality = Finality::Dropped;
            let reference = transfer.reference.clone();
            truth.sent_back.push((reference, movement.to_owned()));
        }
        // It is done, and the answer gets lost.
        if fault.is_some() { Outcome::Ambiguous("simulated".into()) } else { Outcome::Done(()) }
    }

    /// The transfers to `reference` that were sent back, each as often as it was.
    pub fn sent_back(&self, reference: &str) -> Vec<String> {
        let truth = self.truth();
        let of = truth.sent_back.iter().filter(|(at, _)| at == reference);
        of.map(|(_, name)| name.clone()).collect()
    }

    /// Whether a transfer stands for good.
    pub fn is_there(&self, movement: &str) -> bool {
        let truth = self.truth();
        truth.transfers.iter().any(|t| t.movement == movement && t.finality == Finality::Confirmed)
    }

    /// What has arrived for good at `reference`, to compare with what was credited.
    pub fn final_total(&self, reference: &str) -> i64 {
        let truth = self.truth();
        let counted = truth.transfers.iter();
        let counted = counted.filter(|t| t.reference == reference && t.finality == Finality::Confirmed);
        counted.map(|t| t.amount.minor).sum()
    }

    pub(super) fn truth(&self) -> MutexGuard<'_, Truth> {
        self.truth.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, movement: &str, change: impl FnOnce(&mut Transfer)) {
        let mut truth = self.truth();
        // What was sent back is gone, whatever its network would have made of it.
        if truth.sent_back.iter().any(|(_, name)| name == movement) {
            return;
        }
        if let Some(transfer) = truth.transfers.iter_mut().find(|t| t.movement == movement) {
            change(transfer);
        }
    }

    pub(super) fn answer<T>(&self, value: impl FnOnce(&Truth) -> T) -> Outcome<T> {
        let mut truth = self.truth();
        match truth.next.pop().or(truth.lasting) {
            None => Outcome::Done(value(&truth)),
            Some(Fault::Unreachable) => Outcome::Unreachable("simulated".into()),
            Some(Fault::Ambiguous) => Outcome::Ambiguous("simulated".into()),
            Some(Fault::Rejected) => Outcome::Rejected("simulated".into()),
        }
    }
}
