//! Passkeys.

use super::Unit;
use crate::{
    domain::passkey::Passkey,
    error::Failure,
    ids::{PasskeyId, ShopId, UserId},
    ports::storage::{Inserted, PasskeyReads, PasskeyWrites},
    secret::Fingerprint,
};
use async_trait::async_trait;
use imbl::OrdMap;

#[derive(Clone, Default)]
pub(super) struct Passkeys {
    rows: OrdMap<PasskeyId, Passkey>,
}

#[async_trait]
impl PasskeyReads for Unit {
    async fn passkey(&mut self, shop: ShopId, lookup: &Fingerprint) -> Result<Option<Passkey>, Failure> {
        let mut all = self.state.passkeys.rows.values();
        Ok(all.find(|p| p.shop_id == shop && p.lookup == *lookup).cloned())
    }

    async fn passkeys(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Passkey>, Failure> {
        let all = self.state.passkeys.rows.values();
        Ok(all.filter(|p| p.shop_id == shop && p.user_id == user).cloned().collect())
    }
}

#[async_trait]
impl PasskeyWrites for Unit {
    async fn insert_passkey(&mut self, passkey: &Passkey) -> Result<Inserted, Failure> {
        self.require_user(passkey.shop_id, passkey.user_id)?;
        if self.passkey(passkey.shop_id, &passkey.lookup).await?.is_some() {
            return Ok(Inserted::Taken);
        }
        self.state.passkeys.rows.insert(passkey.id, passkey.clone());
        Ok(Inserted::New)
    }

    async fn save_passkey(&mut self, passkey: &Passkey) -> Result<(), Failure> {
        let kept = self.state.passkeys.rows.get(&passkey.id).cloned();
        let kept = kept.filter(|p| p.shop_id == passkey.shop_id && p.user_id == passkey.user_id);
        let Some(kept) = kept else { return Err(self.fail("no such passkey")) };
        let changed = Passkey { sealed: passkey.sealed.clone(), last_used: passkey.last_used, ..kept };
        self.state.passkeys.rows.insert(passkey.id, changed);
        Ok(())
    }

    async fn delete_passkey(&mut self, shop: ShopId, user: UserId, id: PasskeyId) -> Result<bool, Failure> {
        let rows = &mut self.state.passkeys.rows;
        let own = rows.get(&id).is_some_and(|p| p.shop_id == shop && p.user_id == user);
        Ok(own && rows.remove(&id).is_some())
    }
}
