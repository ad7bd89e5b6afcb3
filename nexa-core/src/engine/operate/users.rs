//! Finding and blocking users.

use super::actions::note;
use crate::{
    domain::{
        deed::Deed,
        permission::Permission,
        refusal::Refusal,
        user::{self, IdentityKind, Principal, User},
    },
    engine::{
        Core,
        account::{masked, sign_in::identity_context},
    },
    error::Result,
    ids::{ShopId, UserId},
    ports::storage::Read,
    secret::Purpose,
};

/// The user with this e-mail, account number, Telegram id, link or id.
pub(crate) async fn find_user(core: &Core, who: &Principal, query: &str) -> Result<User> {
    who.may(Permission::SeeCustomers)?;
    let mut read = core.read().await?;
    if let Ok(id) = query.trim().parse::<UserId>() {
        return read.user(who.shop_id, id).await?.ok_or_else(|| Refusal::NotFound.into());
    }
    for (kind, value) in readings(query) {
        let lookup = core.keys.fingerprint(Purpose::Identity, &value);
        if let Some(identity) = read.identity(who.shop_id, kind, &lookup).await? {
            return read.user(who.shop_id, identity.user_id).await?.ok_or_else(|| Refusal::NotFound.into());
        }
    }
    let token = query.trim().rsplit('/').next().unwrap_or_default().to_lowercase();
    let link = core.keys.fingerprint(Purpose::Link, &token);
    let held = read.subscription_by_link(&link).await?.filter(|s| s.shop_id == who.shop_id);
    let user = held.ok_or(Refusal::NotFound)?.user_id;
    read.user(who.shop_id, user).await?.ok_or_else(|| Refusal::NotFound.into())
}

/// What a search text may be.
fn readings(query: &str) -> Vec<(IdentityKind, String)> {
    let mut readings = Vec::new();
    readings.extend(user::email(query).map(|e| (IdentityKind::Email, e)));
    readings.extend(user::account_number(query).map(|n| (IdentityKind::AccountNumber, n)));
    let digits: Option<String> = query.trim().chars().map(user::ascii_digit).collect();
    readings.extend(digits.filter(|d| (1..=19).contains(&d.len())).map(|d| (IdentityKind::Telegram, d)));
    readings
}

/// A user's e-mail address and Telegram id in clear, for the operator.
pub(crate) async fn clear_identities(
    core: &Core,
    user: &User,
) -> Result<Vec<(IdentityKind, Option<String>)>> {
    let mut clear = Vec::new();
    for identity in core.read().await?.identities(user.shop_id, user.id).await? {
        let value = match &identity.sealed {
            Some(sealed) => {
                let plain = core.keys.open(&identity_context(user.id), sealed)?;
                Some(String::from_utf8_lossy(&plain).into_owned())
            }
            None => None,
        };
        clear.push((identity.kind, value));
    }
    Ok(clear)
}

/// Enough of a user's e-mail address, else of the Telegram id, to know them by.
pub(crate) async fn masked_customer(
    core: &Core,
    read: &mut dyn Read,
    shop: ShopId,
    user: UserId,
) -> Result<Option<String>> {
    let identities = read.identities(shop, user).await?;
    let of = |kind| identities.iter().find(|i| i.kind == kind);
    let shown = of(IdentityKind::Email).or_else(|| of(IdentityKind::Telegram));
    Ok(shown.map(|identity| masked(core, identity)).transpose()?.flatten())
}

/// Blocks or unblocks a customer. The staff cannot block each other.
pub(crate) async fn block_user(core: &Core, who: &Principal, id: UserId, blocked: bool) -> Result<User> {
    who.may(Permission::ServeCustomers)?;
    let mut tx = core.begin().await?;
    let held = tx.lock_user(who.shop_id, id).await?.ok_or(Refusal::NotFound)?;
    if held.role.is_staff() {
        return Err(Refusal::NotAllowed.into());
    }
    let user = User { blocked, ..held.into_inner() };
    tx.save_user(&user).await?;
    let deed = if blocked { Deed::Blocked { user: id } } else { Deed::Unblocked { user: id } };
    note(core, tx.as_mut(), who, deed).await?;
    core.commit(tx).await?;
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::readings;
    use crate::domain::user::IdentityKind;

    #[test]
    fn a_search_text_is_read_in_every_way_it_may_be_meant() {
        let kinds = |text| readings(text).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
        assert_eq!(kinds("Ali@Example.org"), [IdentityKind::Email]);
        assert_eq!(kinds("۱۲۳۴۵"), [IdentityKind::Telegram]);
        assert_eq!(kinds("12345 67890 12345 67890 12345"), [IdentityKind::AccountNumber]);
        assert!(kinds("ali").is_empty());
    }
}
