//! The second factor: codes of an authenticator app (RFC 6238: SHA-1, 6 digits, 30 seconds, one step either way), and
//! recovery codes.

use super::{
    sessions::{fresh_session, session},
    standing::guards,
};
use crate::{
    domain::{
        proof::SecondFactor,
        refusal::Refusal,
        user::{self, IdentityKind, Principal},
    },
    engine::{Core, bots},
    error::{Failure, Result},
    ids::{ShopId, UserId},
    ports::storage::{Read, Tx},
    secret::{Fingerprint, Purpose, digest},
};
use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use totp_rs::{Algorithm, Builder, Totp};

/// Recovery codes of an account: 80 random bits each.
const RECOVERY_CODES: usize = 10;
const RECOVERY_BYTES: usize = 10;
const SEED_BYTES: usize = 20;

/// A seed for an app, in base32 and as an address.
pub(crate) struct Seed {
    pub(crate) secret: String,
    pub(crate) uri: String,
}

/// Begins a second factor. It asks nobody for anything until the app has shown a right code.
pub(crate) async fn totp_begin(core: &Core, who: &Principal) -> Result<Seed> {
    let seed: [u8; SEED_BYTES] = core.world.bytes();
    let mut tx = core.begin().await?;
    let token = fresh_session(core, tx.as_read(), who).await?;
    let user_id = token.user_id;
    tx.lock_user(who.shop_id, user_id).await?.ok_or(Refusal::NotSignedIn)?;
    if tx.second_factor(who.shop_id, user_id).await?.is_some_and(|f| f.confirmed) {
        return Err(Refusal::SecondFactorSet.into());
    }
    let shop = core.shop(tx.as_read(), who.shop_id).await?;
    let account = account_name(core, tx.as_read(), who.shop_id, user_id).await?;
    let factor = SecondFactor {
        shop_id: who.shop_id,
        user_id,
        seed_sealed: core.keys.seal(&core.world, &seed_context(user_id), &seed),
        confirmed: false,
        last_step: 0,
        recovery: Vec::new(),
        created_at: core.world.now(),
    };
    tx.save_second_factor(&factor).await?;
    core.commit(tx).await?;
    let totp = totp(seed.to_vec(), &shop.name, &account)?;
    let uri = totp.to_url().map_err(|e| Failure::core(&format!("otpauth: {e}")))?;
    Ok(Seed { secret: BASE32_NOPAD.encode(&seed), uri })
}

/// Sets the second factor, once the app shows a right code; gives the recovery codes.
pub(crate) async fn totp_confirm(core: &Core, who: &Principal, typed: &str) -> Result<Vec<String>> {
    let mut tx = core.begin().await?;
    let token = fresh_session(core, tx.as_read(), who).await?;
    let user_id = token.user_id;
    tx.lock_user(who.shop_id, user_id).await?.ok_or(Refusal::NotSignedIn)?;
    let factor = tx.second_factor(who.shop_id, user_id).await?.ok_or(Refusal::NotFound)?;
    if factor.confirmed {
        return Err(Refusal::SecondFactorSet.into());
    }
    let print = counted(core, user_id)?;
    let stepped = by_app(core, &factor, typed)?.ok_or(Refusal::WrongCode)?;
    core.throttle.succeeded(&print);
    let codes: Vec<String> =
        (0..RECOVERY_CODES).map(|_| recovery_text(&core.world.bytes::<RECOVERY_BYTES>())).collect();
    let recovery = codes.iter().filter_map(|c| recovery_print(c)).collect();
    guards(core, tx.as_mut(), &token).await?;
    tx.save_second_factor(&SecondFactor { confirmed: true, recovery, ..stepped }).await?;
    bots::lock(core, tx.as_mut(), who.shop_id, user_id).await?;
    core.commit(tx).await?;
    Ok(codes)
}

/// Takes the second factor off, with one of its codes.
pub(crate) async fn totp_disable(core: &Core, who: &Principal, typed: &str) -> Result<()> {
    let mut tx = core.begin().await?;
    let token = session(tx.as_read(), who).await?;
    let set = tx.second_factor(who.shop_id, token.user_id).await?;
    set.filter(|f| f.confirmed).ok_or(Refusal::NotFound)?;
    demand(core, tx.as_mut(), who.shop_id, token.user_id, Some(typed)).await?;
    tx.delete_second_factor(who.shop_id, token.user_id).await?;
    bots::lock(core, tx.as_mut(), who.shop_id, token.user_id).await?;
    Ok(core.commit(tx).await?)
}

/// Demands a code of the user's second factor, if it has one, and notes in this transaction that the code was used.
pub(in crate::engine) async fn demand(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    user_id: UserId,
    given: Option<&str>,
) -> Result<()> {
    tx.lock_user(shop, user_id).await?;
    let Some(factor) = tx.second_factor(shop, user_id).await?.filter(|f| f.confirmed) else { return Ok(()) };
    let typed = given.filter(|typed| !typed.trim().is_empty()).ok_or(Refusal::SecondFactorNeeded)?;
    let print = counted(core, user_id)?;
    let after = match by_app(core, &factor, typed)? {
        Some(stepped) => stepped,
        None => recovery_print(typed).and_then(|p| factor.recovered(&p)).ok_or(Refusal::WrongCode)?,
    };
    core.throttle.succeeded(&print);
    tx.save_second_factor(&after).await?;
    Ok(())
}

/// Counts a try against the user, whichever way it came in.
fn counted(core: &Core, user_id: UserId) -> Result<Fingerprint, Refusal> {
    let print = core.keys.fingerprint(Purpose::Code, &format!("second_factor|{user_id}"));
    core.throttle.attempt(&print, core.world.now())?;
    Ok(print)
}

/// The factor after this code of the app; none when it is wrong or not newer than the last.
fn by_app(core: &Core, factor: &SecondFactor, typed: &str) -> Result<Option<SecondFactor>> {
    let Some(digits) = user::digits(typed).filter(|d| d.len() == 6) else { return Ok(None) };
    let seed = core.keys.open(&seed_context(factor.user_id), &factor.seed_sealed)?;
    let step = step(seed, &digits, core.world.now())?;
    Ok(step.and_then(|step| factor.stepped(step)))
}

/// The time step whose code this is, of those around now.
fn step(seed: Vec<u8>, code: &str, now: Timestamp) -> Result<Option<i64>, Failure> {
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let step = totp(seed, "", "")?.check(code, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

fn totp(seed: Vec<u8>, issuer: &str, account: &str) -> Result<Totp, Failure> {
    let plain = |text: &str| text.replace(':', " ");
    let builder = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(seed)
        .with_issuer(Some(plain(issuer)))
        .with_account_name(plain(account));
    builder.build().map_err(|e| Failure::core(&format!("totp: {e}")))
}

/// What the app shows beside the shop's name: as much of the account as tells it from others.
pub(super) async fn account_name(
    core: &Core,
    read: &mut dyn Read,
    shop: ShopId,
    user_id: UserId,
) -> Result<String> {
    let all = read.identities(shop, user_id).await?;
    let mail = all.iter().find(|i| i.kind == IdentityKind::Email);
    let shown = mail.map(|mail| super::identities::masked(core, mail)).transpose()?.flatten();
    Ok(shown.unwrap_or_else(|| user_id.to_string().chars().rev().take(6).collect()))
}

fn seed_context(user_id: UserId) -> String {
    format!("second_factor|{user_id}")
}

/// A recovery code as it is shown: 16 letters and digits in groups of four.
fn recovery_text(bytes: &[u8]) -> String {
    let text = BASE32_NOPAD.encode(bytes);
    let groups: Vec<String> =
        text.chars().collect::<Vec<char>>().chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// The digest of a recovery code however it is typed; none for what cannot be one.
fn recovery_print(typed: &str) -> Option<Fingerprint> {
    let plain: String =
        typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect();
    let bytes = BASE32_NOPAD.decode(plain.as_bytes()).ok()?;
    (bytes.len() == RECOVERY_BYTES).then(|| digest(&format!("recovery|{plain}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, cut to six digits; the seed is "12345678901234567890".
    #[test]
    fn codes_are_those_of_the_standard() {
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            let now = Timestamp::from_second(second).unwrap();
            let step = step(b"12345678901234567890".to_vec(), code, now).unwrap();
            assert_eq!(step, Some(second / 30));
        }
    }

    #[test]
    fn one_step_either_way_is_understood_and_no_more() {
        let at = |second| {
            step(b"12345678901234567890".to_vec(), "287082", Timestamp::from_second(second).unwrap())
        };
        assert_eq!(at(29).unwrap(), Some(1));
        assert_eq!(at(89).unwrap(), Some(1));
        assert_eq!(at(90).unwrap(), None);
        assert_eq!(at(120).unwrap(), None);
    }

    #[test]
    fn recovery_codes_are_read_however_they_are_typed() {
        let text = recovery_text(&[7; RECOVERY_BYTES]);
        assert_eq!(text.len(), 19);
        let print = recovery_print(&text).unwrap();
        assert_eq!(recovery_print(&text.to_lowercase().replace('-', " ")), Some(print));
        for odd in ["", "123456", "AAAA-AAAA-AAAA-AAA", "AAAA-AAAA-AAAA-AAAA-AAAA", "کد"] {
            assert_eq!(recovery_print(odd), None, "{odd}");
        }
    }
}
