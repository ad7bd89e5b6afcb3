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
use nexa_panel_http::answer::Answer;

/// Whether a user was there before this call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Was {
    There,
    Made,
}

/// Makes the panel hold `wanted`, given what was found there. The caller lets only one write at a time at a panel.
pub async fn ensure(api: &Api, wanted: &Wanted, found: Answer<User>) -> Outcome<Seen> {
    match found {
        Answer::Fine(user) if wanted.is_held_by(&user) => done(&user, wanted),
        Answer::Fine(user) => mend(api, wanted, &user, Was::There).await,
        Answer::Absent => make(api, wanted).await,
        other => other.and_then(|_| Answer::Absent).outcome(),
    }
}

async fn make(api: &Api, wanted: &Wanted) -> Outcome<Seen> {
    let mut doubt = String::new();
    for _ in 0..2 {
        match api.create(&wanted.create()).await {
            Answer::Fine(user) if wanted.is_held_by(&user) => return done(&user, wanted),
            Answer::Fine(user) if wanted.made(&user) => return mend(api, wanted, &user, Was::Made).await,
            Answer::Fine(_) => return Outcome::Ambiguous("the panel gives the user another name".into()),
            Answer::Refused { why, .. } if doubt.is_empty() => return Outcome::Rejected(why),
            Answer::NotDone(why) if doubt.is_empty() => return Outcome::Unreachable(why),
            Answer::Refused { why, .. } | Answer::NotDone(why) | Answer::Unsure(why) => doubt = why,
            Answer::Exists => doubt = "somebody else makes it at the same time".into(),
            Answer::Absent => doubt = "the panel does not know how to make users".into(),
        }
        match api.user(&wanted.username).await {
            Answer::Fine(user) if wanted.is_held_by(&user) => return done(&user, wanted),
            Answer::Fine(user) => return mend(api, wanted, &user, Was::Made).await,
            Answer::Absent => {}
            _ => break,
        }
    }
    Outcome::Ambiguous(doubt)
}

/// Brings a user that is there to what is wanted.
async fn mend(api: &Api, wanted: &Wanted, user: &User, was: Was) -> Outcome<Seen> {
    let name = &user.username;
    let doubt = match api.change(name, &wanted.change(user)).await {
        Answer::Fine(user) if wanted.is_held_by(&user) => return done(&user, wanted),
        Answer::Fine(_) => None,
        Answer::Refused { why, .. } if was == Was::Made => return clean_up(api, wanted, why).await,
        Answer::Refused { why, .. } => return Outcome::Rejected(why),
        Answer::NotDone(why) if was == Was::There => return Outcome::Unreachable(why),
        Answer::NotDone(why) | Answer::Unsure(why) => Some(why),
        Answer::Exists | Answer::Absent => Some("the user vanished meanwhile".into()),
    };
    match (api.user(name).await, doubt) {
        (Answer::Fine(user), _) if wanted.is_held_by(&user) => done(&user, wanted),
        (_, Some(doubt)) => Outcome::Ambiguous(doubt),
        (Answer::Fine(_), None) => {
            let why = "the panel takes the change and keeps other values".to_owned();
            if was == Was::Made { clean_up(api, wanted, why).await } else { Outcome::Rejected(why) }
        }
        (_, None) => Outcome::Ambiguous("the panel does not show the user after the change".into()),
    }
}

/// Takes away what was made, and may connect, for a grant that is refused.
async fn clean_up(api: &Api, wanted: &Wanted, why: String) -> Outcome<Seen> {
    // Whatever the answer is, what counts is that it is gone.
    let _deleted = api.delete(&wanted.username).await;
    match api.user(&wanted.username).await {
        Answer::Absent => Outcome::Rejected(why),
        _ => Outcome::Ambiguous(format!("{why}; what it left behind could not be taken away")),
    }
}

fn done(user: &User, wanted: &Wanted) -> Outcome<Seen> {
    Outcome::Done(user.seen(wanted.panel_id))
}
