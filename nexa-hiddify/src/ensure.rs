//! Makes the panel hold a grant, whatever it held before and whatever became of earlier tries.
//!
//! ```text
//! GET ── found ──────────────────────> mend: equal? done. else PATCH, compare the answer
//!  └─ absent ─> POST ── 200 ─────────> compare; differs -> mend
//!                 ├─ exists, 5xx, lost -> GET again: found -> mend; absent -> POST once more, then give up unsure
//!                 └─ refused ---------> if the panel may have kept a part of it: DELETE, verified
//! ```
//! What must never be: `Rejected` while something usable is left behind (panels up to 13 leave an enabled user with
//! 1000 GB behind a failed create); a write that changes nothing (each drops the customer's connections); a write of the
//! panel's counter.

use crate::{
    api::Api,
    wire::{User, Wanted},
};
use nexa_core::{domain::grant::Seen, ports::outcome::Outcome};
use nexa_panel_http::answer::Answer;

/// Whether a user was there before this call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Was {
    There,
    Made,
}

/// What became of it, and whether the panel was told to change anything.
pub struct Ensured {
    /// For the core.
    pub outcome: Outcome<Seen>,
    /// Whether a write was sent.
    pub wrote: bool,
}

const fn untouched(outcome: Outcome<Seen>) -> Ensured {
    Ensured { outcome, wrote: false }
}

const fn written(outcome: Outcome<Seen>) -> Ensured {
    Ensured { outcome, wrote: true }
}

/// Makes the panel hold `wanted`. The caller lets only one write at a time at a panel.
pub async fn ensure(api: &Api, wanted: &Wanted) -> Ensured {
    match api.find(wanted.panel_id).await {
        Answer::Fine(user) if wanted.is_held_by(&user) => untouched(done(&user)),
        Answer::Fine(user) => {
            let was = if user.is_half_made() { Was::Made } else { Was::There };
            written(mend(api, wanted, was).await)
        }
        Answer::Absent => written(make(api, wanted).await),
        other => untouched(other.and_then(|_| Answer::Absent).outcome()),
    }
}

async fn make(api: &Api, wanted: &Wanted) -> Outcome<Seen> {
    let mut doubt = String::new();
    for _ in 0..2 {
        match api.create(wanted).await {
            Answer::Fine(user) if wanted.is_held_by(&user) => return done(&user),
            Answer::Fine(user) if wanted.is(&user) => return mend(api, wanted, Was::Made).await,
            Answer::Fine(user) => return drop_replacement(api, &user).await,
            Answer::Refused { why, dirty: true } => return clean_up(api, wanted, why).await,
            Answer::Refused { why, dirty: false } => return Outcome::Rejected(why),
            Answer::NotDone(why) if doubt.is_empty() => return Outcome::Unreachable(why),
            Answer::NotDone(why) | Answer::Unsure(why) => doubt = why,
            Answer::Exists => doubt = "somebody else makes it at the same time".into(),
            Answer::Absent => doubt = "the panel does not know how to make users".into(),
        }
        match api.find(wanted.panel_id).await {
            Answer::Fine(user) if wanted.is_held_by(&user) => return done(&user),
            Answer::Fine(_) => return mend(api, wanted, Was::Made).await,
            Answer::Absent => {}
            _ => break,
        }
    }
    Outcome::Ambiguous(doubt)
}

/// Brings a user that is there to what is wanted.
async fn mend(api: &Api, wanted: &Wanted, was: Was) -> Outcome<Seen> {
    let doubt = match api.change(wanted).await {
        Answer::Fine(user) if wanted.is_held_by(&user) => return done(&user),
        Answer::Fine(_) => None,
        Answer::Refused { why, .. } if was == Was::Made => return clean_up(api, wanted, why).await,
        Answer::Refused { why, .. } => return Outcome::Rejected(why),
        Answer::NotDone(why) if was == Was::There => return Outcome::Unreachable(why),
        Answer::NotDone(why) | Answer::Unsure(why) => Some(why),
        Answer::Exists | Answer::Absent => Some("the user vanished meanwhile".into()),
    };
    match (api.find(wanted.panel_id).await, doubt) {
        (Answer::Fine(user), _) if wanted.is_held_by(&user) => done(&user),
        (_, Some(doubt)) => Outcome::Ambiguous(doubt),
        (Answer::Fine(_), None) => {
            let why = "the panel takes the change and keeps other values".to_owned();
            if was == Was::Made { clean_up(api, wanted, why).await } else { Outcome::Rejected(why) }
        }
        (_, None) => Outcome::Ambiguous("the panel does not show the user after the change".into()),
    }
}

/// Takes away what a refused create may have left.
async fn clean_up(api: &Api, wanted: &Wanted, why: String) -> Outcome<Seen> {
    // Whatever the answer is, what counts is that it is gone.
    let _deleted = api.delete(&wanted.panel_id.expose()).await;
    match api.find(wanted.panel_id).await {
        Answer::Absent => Outcome::Rejected(why),
        _ => Outcome::Ambiguous(format!("{why}; what it left behind could not be taken away")),
    }
}

/// Panels up to 12 replace an identity that they do not like by a random one, and say 200.
async fn drop_replacement(api: &Api, user: &User) -> Outcome<Seen> {
    let why = "the panel gives the user another identity".to_owned();
    match api.delete(&user.uuid).await {
        Answer::Fine(()) | Answer::Absent => Outcome::Rejected(why),
        _ => Outcome::Ambiguous(why),
    }
}

fn done(user: &User) -> Outcome<Seen> {
    match user.seen() {
        Some(seen) => Outcome::Done(seen),
        None => Outcome::Ambiguous("the panel's user has no identity".into()),
    }
}
