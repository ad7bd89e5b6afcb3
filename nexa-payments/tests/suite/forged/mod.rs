//! Tens of thousands of forged messages, to every gateway there is: none is ever money.

mod forge;
pub(crate) mod targets;

use forge::{Chance, forge, is_same};
use jiff::Timestamp;
use nexa_core::ports::gateway::{Callback, Gateway, Signal};
use std::{collections::BTreeSet, sync::Arc};

/// In all, at least.
const FORGERIES: usize = 50_000;

/// Whose secret signed a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Signer {
    Ours,
    /// Of another account of the same kind.
    Another,
    /// With an empty secret.
    Nobody,
}

impl Signer {
    pub(crate) const fn key<'a>(self, ours: &'a str, another: &'a str) -> &'a str {
        match self {
            Self::Ours => ours,
            Self::Another => another,
            Self::Nobody => "",
        }
    }
}

/// What a gateway makes of messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Hears {
    /// Signed ones; all others are forged.
    Signed(Over),
    /// What a browser brings along, which nobody signs: a reason to look at most, and looking gives nobody money.
    Unsigned,
    /// None at all.
    Nothing,
}

/// What a signature is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Over {
    /// The bytes as they came.
    Bytes,
    /// Members of JSON: spaces and order are free.
    Members,
    /// Fields of a form: how they are written, and their order, is free.
    Fields,
}

/// A gateway, a message that it takes, and messages of the same content that it must not.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) gateway: Arc<dyn Gateway>,
    pub(crate) hears: Hears,
    /// The moment that the gateway is told.
    pub(crate) now: i64,
    pub(crate) good: Callback,
    /// Signed with other secrets, or ours at another time.
    pub(crate) strange: Vec<Callback>,
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "whoever runs it alone reads how many there were")]
async fn no_forged_message_passes() {
    let targets = targets::all().await;
    let named: BTreeSet<_> = targets.iter().map(|target| target.name).collect();
    let kinds = nexa_payments::kinds();
    assert_eq!(named, kinds.iter().map(|kind| kind.name()).collect(), "a kind is left out");
    let mut total = 0;
    for target in &targets {
        let count = match target.hears {
            Hears::Signed(_) => 3_600,
            Hears::Unsigned => 2_000,
            Hears::Nothing => 500,
        };
        let hints = none_passes(target, count);
        let tried = count + target.strange.len();
        println!("{:14} {tried:5} forged, 0 believed, {hints} no more than a hint", target.name);
        total += tried;
    }
    println!("{:14} {total:5} forged, 0 believed", "all");
    assert!(total >= FORGERIES, "{total}");
}

/// Judges the good message, the strange ones and `count` forged ones; answers how many were taken for a hint.
fn none_passes(target: &Target, count: usize) -> usize {
    let Target { name, gateway, hears, good, strange, .. } = target;
    let now = Timestamp::from_second(target.now).expect("a moment");
    let judge = |callback: &Callback| gateway.read(callback, now).signal;
    let taken =
        |signal: &Signal| matches!(signal, Signal::Hint(_) | Signal::Observed(_) | Signal::Arrived(_));
    assert_eq!(taken(&judge(good)), *hears != Hears::Nothing, "{name}: the good one");
    let mut hints = 0;
    let mut believed = |callback: &Callback| match (hears, judge(callback)) {
        (_, Signal::Forged) => false,
        (Hears::Unsigned, Signal::Hint(_)) => {
            hints += 1;
            false
        }
        _ => true,
    };
    for callback in strange {
        assert!(!believed(callback), "{name}: {}", show(callback));
    }
    let mut chance = Chance::new();
    let mut tried = 0;
    while tried < count {
        let forged = forge(good, strange, &mut chance);
        if is_same(&forged, good, *hears) {
            continue;
        }
        tried += 1;
        assert!(!believed(&forged), "{name}, forgery {tried}: {}", show(&forged));
    }
    hints
}

fn show(callback: &Callback) -> String {
    let body = String::from_utf8_lossy(&callback.body);
    format!("{} ?{} {:?} {body}", callback.method, callback.query, callback.headers)
}
