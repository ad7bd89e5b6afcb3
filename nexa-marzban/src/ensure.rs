//! Makes the panel hold a grant, whatever it held before and whatever became of earlier tries.
//!
//! ```text
//! find ── found ─────────────────> mend: equal? done. else PUT, compare the answer
//!  └─ absent ─> POST ── 200 ─────> compare; differs (it is born switched on) -> mend
//!                 ├─ exists, 5xx, lost -> GET: found -> mend; absent -> POST once more, then give up unsure
//!                 └─ refused ----------> nothing was made
//! ```
//! What must never be: `Rejected` while something usable is left behind; a write that changes nothing (it takes the user out
//! of Xray and puts it back); a write of the counter.

use crate::{api::Api, wanted::Wanted, wire::User};
use nexa_core::{domain::grant::Seen, ports::outcome::Outcome};
use nexa_panel_http::{
    answer::Answer,
    mend::{Was, Wish, mend},
};

/// Makes the panel hold `wanted`, given what was found there. The caller lets only one write at a time at a panel.
pub async fn ensure(api: &Api, wanted: &Wanted, found: Answer<User>) -> Outcome<Seen> {
    match found {
        Answer::Fine(user) if wanted.is_held_by(&user) => done(&user, wanted),
        Answer::Fine(user) => mend(&One { api, wanted, user: &user }, Was::There).await,
        Answer::Absent => make(api, wanted).await,
        other => other.and_then(|_| Answer::Absent).outcome(),
    }
}

async fn make(api: &Api, wanted: &Wanted) -> Outcome<Seen> {
    let mut doubt = String::new();
    for _ in 0..2 {
        match api.create(&wanted.create()).await {
            Answer::Fine(user) if wanted.is_held_by(&user) => return done(&user, wanted),
            Answer::Fine(user) if wanted.made(&user) => {
                return mend(&One { api, wanted, user: &user }, Was::Made).await;
            }
            Answer::Fine(_) => return Outcome::Ambiguous("the panel gives the user another name".into()),
            Answer::Refused { why, .. } if doubt.is_empty() => return Outcome::Rejected(why),
            Answer::NotDone(why) if doubt.is_empty() => return Outcome::Unreachable(why),
            Answer::Refused { why, .. } | Answer::NotDone(why) | Answer::Unsure(why) => doubt = why,
            Answer::Exists => doubt = "somebody else makes it at the same time".into(),
            Answer::Absent => doubt = "the panel does not know how to make users".into(),
        }
        match api.user(&wanted.username).await {
            Answer::Fine(user) if wanted.is_held_by(&user) => return done(&user, wanted),
            Answer::Fine(user) => return mend(&One { api, wanted, user: &user }, Was::Made).await,
            Answer::Absent => {}
            _ => break,
        }
    }
    Outcome::Ambiguous(doubt)
}

/// A grant as one user of the panel, whatever its name there is.
struct One<'a> {
    api: &'a Api,
    wanted: &'a Wanted,
    user: &'a User,
}

impl Wish for One<'_> {
    type User = User;

    fn is_held_by(&self, user: &User) -> bool {
        self.wanted.is_held_by(user)
    }

    fn done(&self, user: &User) -> Outcome<Seen> {
        done(user, self.wanted)
    }

    async fn find(&self) -> Answer<User> {
        self.api.user(&self.user.username).await
    }

    async fn change(&self) -> Answer<User> {
        self.api.change(&self.user.username, &self.wanted.change(self.user)).await
    }

    async fn delete(&self) -> Answer<()> {
        self.api.delete(&self.user.username).await
    }
}

fn done(user: &User, wanted: &Wanted) -> Outcome<Seen> {
    Outcome::Done(user.seen(wanted.panel_id))
}
