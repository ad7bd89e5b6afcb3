//! Brings a user that is at a panel to what is wanted, and takes away what was made for a wish that is refused.
//!
//! What must never be: `Rejected` while something usable is left behind, or an answer that was not compared with the wish.

use crate::answer::Answer;
use nexa_core::{domain::grant::Seen, ports::outcome::Outcome};

/// Whether a user was there before the call that mends it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Was {
    /// It was: what is refused leaves it as it was.
    There,
    /// This call made it: what is refused takes it away again.
    Made,
}

/// What is wanted of one user, and the calls by which the panel is told and asked.
pub trait Wish: Sync {
    /// A user as the panel shows it.
    type User: Send;

    /// Whether the panel holds what is wanted.
    fn is_held_by(&self, user: &Self::User) -> bool;
    /// What the port is told of a user that is as wanted.
    fn done(&self, user: &Self::User) -> Outcome<Seen>;
    /// Reads the user.
    fn find(&self) -> impl Future<Output = Answer<Self::User>> + Send;
    /// Tells the panel what is wanted; it answers with the user.
    fn change(&self) -> impl Future<Output = Answer<Self::User>> + Send;
    /// Takes the user off the panel.
    fn delete(&self) -> impl Future<Output = Answer<()>> + Send;
}

/// Tells the panel once, and reads back whatever stayed unclear. The caller lets only one write at a time at a panel.
pub async fn mend(wish: &impl Wish, was: Was) -> Outcome<Seen> {
    let doubt = match wish.change().await {
        Answer::Fine(user) if wish.is_held_by(&user) => return wish.done(&user),
        Answer::Fine(_) => None,
        Answer::Refused { why, .. } if was == Was::Made => return clean_up(wish, why).await,
        Answer::Refused { why, .. } => return Outcome::Rejected(why),
        Answer::NotDone(why) if was == Was::There => return Outcome::Unreachable(why),
        Answer::NotDone(why) | Answer::Unsure(why) => Some(why),
        Answer::Exists | Answer::Absent => Some("the user vanished meanwhile".into()),
    };
    match (wish.find().await, doubt) {
        (Answer::Fine(user), _) if wish.is_held_by(&user) => wish.done(&user),
        (_, Some(doubt)) => Outcome::Ambiguous(doubt),
        (Answer::Fine(_), None) => {
            let why = "the panel takes the change and keeps other values".to_owned();
            if was == Was::Made { clean_up(wish, why).await } else { Outcome::Rejected(why) }
        }
        (_, None) => Outcome::Ambiguous("the panel does not show the user after the change".into()),
    }
}

/// Takes away what was made, and may connect, for a wish that is refused because of `why`.
pub async fn clean_up(wish: &impl Wish, why: String) -> Outcome<Seen> {
    // Whatever the answer is, what counts is that it is gone.
    let _deleted = wish.delete().await;
    match wish.find().await {
        Answer::Absent => Outcome::Rejected(why),
        _ => Outcome::Ambiguous(format!("{why}; what it left behind could not be taken away")),
    }
}
