//! Reading what the staff did, and proving that nobody changed the record of it.

use crate::{
    domain::{
        chain::{AuditFilter, ChainCheck, Walk},
        deed::DeedRecord,
        permission::Permission,
        staff::Member,
        user::Principal,
    },
    engine::Core,
    error::Result,
    ids::ShopId,
    ports::storage::Read,
    secret::Purpose,
};

/// So many deeds are read at once.
const STRETCH: u32 = 500;

/// Deeds that a filter wants, the last first, and what those who did them are called.
pub(crate) async fn audit(
    core: &Core,
    who: &Principal,
    filter: &AuditFilter,
    before: Option<u64>,
    limit: u32,
) -> Result<(Vec<(u64, DeedRecord)>, Vec<Member>)> {
    who.may(Permission::Staff)?;
    let mut read = core.read().await?;
    let deeds = read.audit(who.shop_id, filter, before, limit).await?;
    Ok((deeds, read.staff(who.shop_id).await?))
}

/// Whether the caller's shop's chain holds.
pub(crate) async fn audit_chain(core: &Core, who: &Principal) -> Result<ChainCheck> {
    who.may(Permission::Staff)?;
    check_chain(core, core.read().await?.as_mut(), who.shop_id).await
}

/// Whether a shop's chain holds, from its beginning to where it ended when this began.
pub(in crate::engine) async fn check_chain(
    core: &Core,
    read: &mut dyn Read,
    shop: ShopId,
) -> Result<ChainCheck> {
    let end = read.chain_end(shop).await?;
    let mut walk = Walk::new(shop);
    loop {
        let mut deeds = read.chain(shop, walk.number(), STRETCH).await?;
        deeds.retain(|deed| deed.place.number <= end.number);
        let ended = deeds.is_empty();
        if !walk.along(&deeds, |text| core.keys.fingerprint(Purpose::Deed, text)) || ended {
            break;
        }
    }
    let mut found = walk.done(&end);
    let sealed = end.holds(shop, |text| core.keys.fingerprint(Purpose::DeedEnd, text));
    // Asked for before the end once more: what was noted meanwhile moved that, too.
    let behind = read.chain(shop, end.number, 1).await?.pop();
    let hidden = if read.chain_end(shop).await? == end { behind } else { None };
    if found.broken_at.is_none() && (!sealed || hidden.is_some()) {
        found.broken_at = Some(end.number.saturating_add(1));
        found.broken = hidden.map(|deed| deed.written.id);
    }
    Ok(found)
}
