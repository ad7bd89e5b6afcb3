//! Codes that were mailed, second factors, and proofs that work once.

use super::Unit;
use crate::{
    domain::proof::{MailCode, SecondFactor},
    error::Failure,
    ids::{ShopId, UserId},
    ports::storage::{Inserted, Locked, ProofReads, ProofWrites},
    secret::Fingerprint,
};
use async_trait::async_trait;
use imbl::OrdMap;
use jiff::Timestamp;

type CodeKey = (ShopId, Fingerprint, Option<UserId>);

#[derive(Clone, Default)]
pub(super) struct Proofs {
    codes: OrdMap<CodeKey, MailCode>,
    factors: OrdMap<(ShopId, UserId), SecondFactor>,
    spent: OrdMap<(ShopId, Fingerprint), Timestamp>,
}

fn key(code: &MailCode) -> CodeKey {
    (code.shop_id, code.address.clone(), code.user_id)
}

#[async_trait]
impl ProofReads for Unit {
    async fn code_by_link(&mut self, shop: ShopId, link: &Fingerprint) -> Result<Option<MailCode>, Failure> {
        let mut all = self.state.proofs.codes.values();
        Ok(all.find(|c| c.shop_id == shop && c.link.as_ref() == Some(link)).cloned())
    }

    async fn second_factor(&mut self, shop: ShopId, user: UserId) -> Result<Option<SecondFactor>, Failure> {
        Ok(self.state.proofs.factors.get(&(shop, user)).cloned())
    }
}

#[async_trait]
impl ProofWrites for Unit {
    async fn save_code(&mut self, code: &MailCode) -> Result<(), Failure> {
        self.require_shop(code.shop_id)?;
        self.state.proofs.codes.insert(key(code), code.clone());
        Ok(())
    }

    async fn lock_code(
        &mut self,
        shop: ShopId,
        address: &Fingerprint,
        user: Option<UserId>,
    ) -> Result<Option<Locked<MailCode>>, Failure> {
        let found = self.state.proofs.codes.get(&(shop, address.clone(), user)).cloned();
        Ok(found.map(Locked::held_by_storage))
    }

    async fn delete_code(&mut self, code: &MailCode) -> Result<bool, Failure> {
        let kept = self.state.proofs.codes.get(&key(code));
        if kept.is_none_or(|kept| kept.code != code.code) {
            return Ok(false);
        }
        self.state.proofs.codes.remove(&key(code));
        Ok(true)
    }

    async fn save_second_factor(&mut self, factor: &SecondFactor) -> Result<(), Failure> {
        self.require_user(factor.shop_id, factor.user_id)?;
        self.state.proofs.factors.insert((factor.shop_id, factor.user_id), factor.clone());
        Ok(())
    }

    async fn delete_second_factor(&mut self, shop: ShopId, user: UserId) -> Result<bool, Failure> {
        Ok(self.state.proofs.factors.remove(&(shop, user)).is_some())
    }

    async fn spend_proof(
        &mut self,
        shop: ShopId,
        proof: &Fingerprint,
        until: Timestamp,
    ) -> Result<Inserted, Failure> {
        self.require_shop(shop)?;
        let key = (shop, proof.clone());
        if self.state.proofs.spent.contains_key(&key) {
            return Ok(Inserted::Taken);
        }
        self.state.proofs.spent.insert(key, until);
        Ok(Inserted::New)
    }

    async fn delete_old_proofs(&mut self, before: Timestamp) -> Result<u64, Failure> {
        let proofs = &mut self.state.proofs;
        let old = proofs.codes.values().filter(|code| code.expires_at < before);
        let codes: Vec<CodeKey> = old.map(key).collect();
        let old = proofs.spent.iter().filter(|(_, until)| **until < before);
        let spent: Vec<_> = old.map(|(proof, _)| proof.clone()).collect();
        for code in &codes {
            proofs.codes.remove(code);
        }
        for proof in &spent {
            proofs.spent.remove(proof);
        }
        Ok(u64::try_from(codes.len() + spent.len()).unwrap_or(u64::MAX))
    }
}
