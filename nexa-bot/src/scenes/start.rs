//! The first message, and where it leads once every gate is passed.

use crate::{
    deed::Deed,
    talk::{Outcome, Talk},
};

/// Keeps what somebody came with, so that no gate loses it. A newer one takes the place of an older.
pub fn keep(talk: Talk, deed: Deed) {
    if let Deed::Start(Some(payload)) = deed {
        talk.remember(|memory| memory.payload = Some(payload));
    }
}

/// `/start`.
pub async fn start(talk: Talk) -> Outcome {
    talk.remember(|memory| memory.awaits = None);
    onward(talk).await
}

/// Behind the gates: what somebody came for, else the home card.
pub async fn onward(talk: Talk) -> Outcome {
    super::home::home(talk).await
}
