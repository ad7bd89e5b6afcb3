//! What operators did: noted with what it was about, in one transaction.

use crate::{
    domain::{
        deed::{Deed, DeedRecord},
        refusal::Refusal,
        user::{Principal, Scope},
    },
    engine::Core,
    error::Result,
    ports::storage::{Inserted, Read, Tx},
};

/// Notes what an operator does.
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
    let operator = who.with(Scope::Manage)?;
    let (id, shop_id, at) = (core.world.id(), who.shop_id, core.world.now());
    Ok(tx.insert_action(&DeedRecord { id, shop_id, operator, deed, reason, key, at }).await?)
}

/// What the operator did with this key before.
pub(super) async fn known(read: &mut dyn Read, who: &Principal, key: &str) -> Result<Option<Deed>> {
    let operator = who.with(Scope::Manage)?;
    if key.is_empty() || key.len() > 100 {
        return Err(Refusal::bad_input("Idempotency-Key", "1 to 100 bytes").into());
    }
    Ok(read.action_by_key(who.shop_id, operator, key).await?.map(|action| action.deed))
}
