//! Codes that open something for whoever holds them: how they are made and found, and how guessing them becomes slow.

use super::{Core, throttle};
use crate::{
    domain::{
        referral::{CODE_LENGTH, code},
        refusal::Refusal,
    },
    error::Result,
    ids::UserId,
    secret::{Fingerprint, Purpose},
};
use data_encoding::BASE32_NOPAD;

/// 130 random bits in base32.
pub(super) fn new_code(core: &Core) -> String {
    let text = BASE32_NOPAD.encode(&core.world.bytes::<17>()).to_lowercase();
    text.chars().take(CODE_LENGTH).collect()
}

/// What a code is looked up by, as it was typed; nothing for what cannot be one.
pub(super) fn lookup(core: &Core, purpose: Purpose, typed: &str) -> Option<Fingerprint> {
    code(typed).map(|code| core.keys.fingerprint(purpose, &code))
}

/// What a search for a code brought; `unknown` when it brought nothing. Who misses again and again has to wait, and so
/// do all together when there are very many misses. A search that was refused or failed told nothing, and is no miss.
pub(super) async fn sought<T>(
    core: &Core,
    user: UserId,
    search: impl Future<Output = Result<Option<T>>>,
    unknown: Refusal,
) -> Result<T> {
    let tries = core.keys.fingerprint(Purpose::Invitation, &format!("tries|{user}"));
    core.throttle.attempt(&tries, core.world.now())?;
    match search.await {
        Ok(Some(found)) => {
            core.throttle.succeeded(&tries);
            Ok(found)
        }
        Ok(None) => {
            throttle::missed(core).await?;
            Err(unknown.into())
        }
        Err(error) => {
            core.throttle.not_tried(&tries);
            Err(error)
        }
    }
}
