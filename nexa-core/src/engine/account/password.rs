//! Passwords: hashed off the caller's thread, and two at a time, so that a flood of sign-ins cannot starve everything else.

use super::sessions::{end_others, session};
use crate::{
    domain::{
        refusal::Refusal,
        user::{self, Identity, IdentityKind, Principal},
    },
    engine::Core,
    error::{Failure, Result},
    secret::Secret,
};
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use jiff::SignedDuration;

/// How long a sign-in waits for its turn to hash a password.
const HASHING_WAIT: SignedDuration = SignedDuration::from_secs(5);
/// A hash of nothing anybody has, so that an unknown address takes as long as a wrong password.
const DUMMY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bmV4YS1kdW1teS1zYWx0$M3bYh6XAzRSy9kQF2c5VC1wmh5Yj0GeFZdC6O1Nw5ZM";

/// Sets the password of one's e-mail address, and ends all other sessions. With a password it takes the current one,
/// without one a fresh proof.
pub(crate) async fn set_password(
    core: &Core,
    who: &Principal,
    current: Option<&str>,
    new: &str,
) -> Result<()> {
    let mut read = core.read().await?;
    let token = session(read.as_mut(), who).await?;
    let all = read.identities(who.shop_id, token.user_id).await?;
    drop(read);
    let mail = all.into_iter().find(|i| i.kind == IdentityKind::Email).ok_or(Refusal::NotFound)?;
    user::password(new)?;
    if mail.password.is_some() {
        let current = current.ok_or(Refusal::bad_input("current", "is needed"))?;
        check(core, &mail, current).await?;
    } else {
        token.fresh(core.world.now())?;
    }
    let password = Some(Secret::new(hash(core, new).await?));
    let mut tx = core.begin().await?;
    let same = tx.identity(who.shop_id, mail.kind, &mail.lookup).await?;
    if same.is_none_or(|same| same.user_id != mail.user_id || same.password != mail.password) {
        return Err(Refusal::AlreadyDecided.into());
    }
    tx.save_identity(&Identity { password, ..mail }).await?;
    end_others(core, tx.as_mut(), &token).await?;
    Ok(core.commit(tx).await?)
}

async fn check(core: &Core, mail: &Identity, password: &str) -> Result<()> {
    core.throttle.attempt(&mail.lookup, core.world.now())?;
    if !verify(core, password, mail.password.clone()).await? {
        return Err(Refusal::WrongCredentials.into());
    }
    core.throttle.succeeded(&mail.lookup);
    Ok(())
}

/// Argon2id with 19 MiB, 2 passes, 1 lane, the least that OWASP's Password Storage Cheat Sheet names.
pub(super) async fn hash(core: &Core, password: &str) -> Result<String> {
    let _turn = turn(core).await?;
    let password = Secret::new(password.to_owned());
    let salt: [u8; 16] = core.world.bytes();
    let hashed = blocking::unblock(move || {
        Argon2::default().hash_password_with_salt(password.expose().as_bytes(), &salt).map(|h| h.to_string())
    });
    Ok(hashed.await.map_err(|e| Failure::core(&format!("argon2: {e}")))?)
}

/// Whether it is the password; without a stored one it takes as long to say no.
pub(super) async fn verify(core: &Core, password: &str, stored: Option<Secret<String>>) -> Result<bool> {
    let _turn = turn(core).await?;
    let stored = stored.unwrap_or_else(|| Secret::new(DUMMY.to_owned()));
    let password = Secret::new(password.chars().take(128).collect::<String>());
    let verified = blocking::unblock(move || {
        let hash = PasswordHash::new(stored.expose())?;
        Argon2::default().verify_password(password.expose().as_bytes(), &hash)
    });
    Ok(verified.await.is_ok())
}

/// A place among those who hash. Who waits for long is sent away, so that a flood does not grow without bound.
async fn turn(core: &Core) -> Result<async_lock::SemaphoreGuard<'_>> {
    let turn = core.world.within(HASHING_WAIT, core.hashing.acquire()).await;
    turn.ok_or_else(|| Refusal::TooManyAttempts { wait_seconds: 10 }.into())
}
