//! The ways into an account. Another one is added only with a proof of both: a fresh one of the account that asks, and one
//! of what is added.

use super::{
    codes::right_code,
    prove::{FirstProof, Proven, TelegramGiven, mailed, prove},
    sessions::fresh_session,
    sign_in::{account_number, identity_context, number_identity},
};
use crate::{
    domain::{
        refusal::Refusal,
        telegram::FRESH_AGE,
        user::{self, Identity, IdentityKind, Principal, Scope},
    },
    engine::{Core, bots, reach::mailbox_proved},
    error::{Failure, Result},
    ids::UserId,
    ports::storage::{Inserted, Tx},
    secret::Purpose,
};

/// The caller's identities, oldest first, each with enough of its value to know it by.
pub(crate) async fn identities(core: &Core, who: &Principal) -> Result<Vec<(Identity, Option<String>)>> {
    let user = who.with(Scope::Read)?;
    let all = core.read().await?.identities(who.shop_id, user).await?;
    all.into_iter().map(|i| masked(core, &i).map(|shown| (i, shown))).collect()
}

/// Adds the address that a code was sent to, in place of one that the account had.
pub(crate) async fn confirm_email(core: &Core, who: &Principal, email: &str, typed: &str) -> Result<()> {
    let user_id = fresh_session(core, core.read().await?.as_mut(), who).await?.user_id;
    let address = user::email(email).map_err(|_| Refusal::WrongCode)?;
    let lookup = core.keys.fingerprint(Purpose::Identity, &address);
    let sent = right_code(core, who.shop_id, &lookup, Some(user_id), typed).await?;
    let proven = mailed(core, sent)?;
    add(core, who, &proven).await
}

/// Adds the Telegram account that vouches for the caller, in place of one that the account had.
pub(crate) async fn add_telegram(core: &Core, who: &Principal, given: TelegramGiven) -> Result<()> {
    fresh_session(core, core.read().await?.as_mut(), who).await?;
    let proven = prove(core, who.shop_id, FirstProof::Telegram(given), FRESH_AGE).await?;
    add(core, who, &proven).await
}

async fn add(core: &Core, who: &Principal, proven: &Proven) -> Result<()> {
    let shop = who.shop_id;
    let mut tx = core.begin().await?;
    let user_id = fresh_session(core, tx.as_read(), who).await?.user_id;
    tx.lock_user(shop, user_id).await?.ok_or(Refusal::NotSignedIn)?;
    proven.use_up(tx.as_mut(), shop).await?;
    let old = of_kind(tx.as_mut(), who, user_id, proven.kind).await?;
    let mut identity = proven.identity(core, shop, user_id);
    identity.password = old.as_ref().and_then(|old| old.password.clone());
    if let Some(old) = old {
        identity.created_at = old.created_at;
        tx.delete_identity(shop, old.kind, &old.lookup).await?;
    }
    if proven.kind == IdentityKind::Telegram {
        bots::lock(core, tx.as_mut(), shop, user_id).await?;
    }
    if proven.kind == IdentityKind::Email {
        mailbox_proved(tx.as_mut(), shop, user_id).await?;
    }
    if tx.insert_identity(&identity).await? == Inserted::Taken {
        return Err(Refusal::IdentityTaken.into());
    }
    Ok(core.commit(tx).await?)
}

/// Takes a way into the account away, never the last.
pub(crate) async fn remove_identity(core: &Core, who: &Principal, kind: IdentityKind) -> Result<()> {
    let mut tx = core.begin().await?;
    let user_id = fresh_session(core, tx.as_read(), who).await?.user_id;
    tx.lock_user(who.shop_id, user_id).await?.ok_or(Refusal::NotSignedIn)?;
    let identity = of_kind(tx.as_mut(), who, user_id, kind).await?.ok_or(Refusal::NotFound)?;
    if tx.identities(who.shop_id, user_id).await?.len() < 2 {
        return Err(Refusal::LastIdentity.into());
    }
    tx.delete_identity(who.shop_id, kind, &identity.lookup).await?;
    if kind == IdentityKind::Telegram {
        bots::lock(core, tx.as_mut(), who.shop_id, user_id).await?;
    }
    Ok(core.commit(tx).await?)
}

/// Gives the account a number, or another one: the old number opens nothing from the same moment.
pub(crate) async fn new_account_number(core: &Core, who: &Principal) -> Result<String> {
    let number = account_number(core);
    let mut tx = core.begin().await?;
    let user_id = fresh_session(core, tx.as_read(), who).await?.user_id;
    tx.lock_user(who.shop_id, user_id).await?.ok_or(Refusal::NotSignedIn)?;
    let mut identity = number_identity(core, who.shop_id, user_id, &number);
    if let Some(old) = of_kind(tx.as_mut(), who, user_id, IdentityKind::AccountNumber).await? {
        // Since when its holder is known, which an owner's day without a second factor is counted from.
        identity.created_at = old.created_at;
        tx.delete_identity(who.shop_id, old.kind, &old.lookup).await?;
    }
    if tx.insert_identity(&identity).await? == Inserted::Taken {
        return Err(Failure::core("an account number came twice").into());
    }
    core.commit(tx).await?;
    Ok(number)
}

async fn of_kind(
    tx: &mut dyn Tx,
    who: &Principal,
    user_id: UserId,
    kind: IdentityKind,
) -> Result<Option<Identity>> {
    Ok(tx.identities(who.shop_id, user_id).await?.into_iter().find(|i| i.kind == kind))
}

/// An identity's value in clear, for its owner; none for account numbers, which nobody can show again.
pub(crate) fn clear(core: &Core, of: &Identity) -> Result<Option<String>> {
    let Some(sealed) = &of.sealed else { return Ok(None) };
    let plain = core.keys.open(&identity_context(of.user_id), sealed)?;
    Ok(Some(String::from_utf8_lossy(&plain).into_owned()))
}

/// Enough of an identity's value to know it by.
pub(crate) fn masked(core: &Core, of: &Identity) -> Result<Option<String>> {
    Ok(clear(core, of)?.map(|value| match of.kind {
        IdentityKind::Email => mask_email(&value),
        IdentityKind::Telegram | IdentityKind::AccountNumber => mask_number(&value),
    }))
}

fn mask_email(address: &str) -> String {
    let (local, host) = address.rsplit_once('@').unwrap_or((address, ""));
    format!("{}***@{host}", local.chars().next().unwrap_or('*'))
}

fn mask_number(number: &str) -> String {
    let hidden = number.chars().count().saturating_sub(3);
    format!("***{}", number.chars().skip(hidden).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_of_a_value_is_shown() {
        assert_eq!(mask_email("ali@example.org"), "a***@example.org");
        assert_eq!(mask_email("a@example.org"), "a***@example.org");
        assert_eq!(mask_number("279058397"), "***397");
        assert_eq!(mask_number("12"), "***12");
    }
}
