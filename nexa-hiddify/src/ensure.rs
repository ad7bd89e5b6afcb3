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
use nexa_panel_http::{
    answer::Answer,
    mend::{Was, Wish, clean_up, mend},
};

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
            written(mend(&One { api, wanted }, was).await)
        }
        Answer::Absent => written(make(api, wanted).await),
        other => untouched(other.and_then(|_| Answer::Absent).outcome()),
    }
}

async fn make(api: &Api, wanted: &Wanted) -> Outcome<Seen> {
    let one = One { api, wanted };
    let mut doubt = String::new();
    for _ in 0..2 {
        match api.create(wanted).await {
            Answer::Fine(user) if wanted.is_held_by(&user) => return done(&user),
            Answer::Fine(user) if wanted.is(&user) => return mend(&one, Was::Made).await,
            Answer::Fine(user) => return drop_replacement(api, &user).await,
            Answer::Refused { why, dirty: true } => return clean_up(&one, why).await,
            Answer::Refused { why, dirty: false } => return Outcome::Rejected(why),
            Answer::NotDone(why) if doubt.is_empty() => return Outcome::Unreachable(why),
            Answer::NotDone(why) | Answer::Unsure(why) => doubt = why,
            Answer::Exists => doubt = "somebody else makes it at the same time".into(),
            Answer::Absent => doubt = "the panel does not know how to make users".into(),
        }
        match api.find(wanted.panel_id).await {
            Answer::Fine(user) if wanted.is_held_by(&user) => return done(&user),
            Answer::Fine(_) => return mend(&one, Was::Made).await,
            Answer::Absent => {}
            _ => break,
        }
    }
    Outcome::Ambiguous(doubt)
}

/// A grant as one user of the panel.
struct One<'a> {
    api: &'a Api,
    wanted: &'a Wanted,
}

impl Wish for One<'_> {
    type User = User;

    fn is_held_by(&self, user: &User) -> bool {
        self.wanted.is_held_by(user)
    }

    fn done(&self, user: &User) -> Outcome<Seen> {
        done(user)
    }

    async fn find(&self) -> Answer<User> {
        self.api.find(self.wanted.panel_id).await
    }

    async fn change(&self) -> Answer<User> {
        self.api.change(self.wanted).await
    }

    async fn delete(&self) -> Answer<()> {
        self.api.delete(&self.wanted.panel_id.expose()).await
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
