//! What operators did: noted with what it was about, in one transaction.

use crate::{
    domain::{
        chain::{Written, append},
        deed::{Deed, DeedRecord},
        refusal::Refusal,
        user::Principal,
    },
    engine::Core,
    error::Result,
    ids::{ShopId, UserId},
    ports::storage::{Inserted, Read, Tx},
    secret::Purpose,
};

/// Notes what an operator does. Every deed of a shop waits for the one before, so this stands behind all other locks.
pub(in crate::engine) async fn note(core: &Core, tx: &mut dyn Tx, who: &Principal, deed: Deed) -> Result<()> {
    insert(core, tx, who, deed, String::new(), None).await.map(drop)
}

/// Notes what an operator does, and why.
pub(super) async fn note_why(
    core: &Core,
    tx: &mut dyn Tx,
    who: &Principal,
    deed: Deed,
    reason: String,
) -> Result<()> {
    insert(core, tx, who, deed, reason, None).await.map(drop)
}

/// Notes what an operator does once per key. A key that somebody took since it was looked up refuses.
pub(super) async fn note_once(
    core: &Core,
    tx: &mut dyn Tx,
    who: &Principal,
    deed: Deed,
    reason: String,
    key: String,
) -> Result<()> {
    match insert(core, tx, who, deed, reason, Some(key)).await? {
        Inserted::New => Ok(()),
        Inserted::Taken => Err(Refusal::InFlight.into()),
    }
}

async fn insert(
    core: &Core,
    tx: &mut dyn Tx,
    who: &Principal,
    deed: Deed,
    reason: String,
    key: Option<String>,
) -> Result<Inserted> {
    let operator = who.staff()?;
    chained(core, tx, who.shop_id, operator, deed, reason, key).await
}

/// Notes what somebody does who has no session yet.
pub(in crate::engine) async fn note_of(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    user: UserId,
    deed: Deed,
) -> Result<()> {
    chained(core, tx, shop, user, deed, String::new(), None).await.map(drop)
}

async fn chained(
    core: &Core,
    tx: &mut dyn Tx,
    shop_id: ShopId,
    operator: UserId,
    deed: Deed,
    reason: String,
    key: Option<String>,
) -> Result<Inserted> {
    let (id, at) = (core.world.id(), core.world.now());
    let record = DeedRecord { id, shop_id, operator, deed, reason, key, at };
    let end = tx.lock_chain(shop_id).await?;
    let place = append(&end, &Written::of(&record)?, |text| core.keys.fingerprint(Purpose::Deed, text));
    let seal = end.next_seal(shop_id, &place, |text| core.keys.fingerprint(Purpose::DeedEnd, text));
    Ok(tx.insert_action(&record, &place, &seal).await?)
}

/// What the operator did with this key before.
pub(super) async fn known(read: &mut dyn Read, who: &Principal, key: &str) -> Result<Option<Deed>> {
    let operator = who.staff()?;
    if key.is_empty() || key.len() > 100 {
        return Err(Refusal::bad_input("Idempotency-Key", "1 to 100 bytes").into());
    }
    Ok(read.action_by_key(who.shop_id, operator, key).await?.map(|action| action.deed))
}
