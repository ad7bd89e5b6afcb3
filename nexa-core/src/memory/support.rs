//! Support.

use super::Unit;
use crate::{
    domain::{
        support::{SavedAnswer, SupportTerms},
        ticket::Ticket,
    },
    error::Failure,
    ids::{SavedAnswerId, ShopId},
    ports::storage::{Inserted, SupportReads, SupportWrites},
    secret::Fingerprint,
};
use async_trait::async_trait;
use imbl::OrdMap;
use jiff::Timestamp;

/// Tickets that are given at most.
const TICKETS: usize = 5_000;

#[derive(Clone, Default)]
pub(super) struct Support {
    terms: OrdMap<ShopId, SupportTerms>,
    answers: OrdMap<SavedAnswerId, SavedAnswer>,
    letters: OrdMap<(ShopId, Fingerprint), Timestamp>,
}

#[async_trait]
impl SupportReads for Unit {
    async fn support_terms(&mut self, shop: ShopId) -> Result<Option<SupportTerms>, Failure> {
        Ok(self.state.support.terms.get(&shop).cloned())
    }

    async fn saved_answers(&mut self, shop: ShopId) -> Result<Vec<SavedAnswer>, Failure> {
        let kept = self.state.support.answers.values().filter(|a| a.shop_id == shop);
        let mut kept: Vec<SavedAnswer> = kept.cloned().collect();
        kept.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Ok(kept)
    }

    async fn tickets_since(&mut self, shop: ShopId, since: Timestamp) -> Result<Vec<Ticket>, Failure> {
        let mut all: Vec<Ticket> =
            self.state.tickets.of(shop).filter(|t| t.opened_at >= since).cloned().collect();
        all.sort_by_key(|ticket| std::cmp::Reverse((ticket.opened_at, ticket.id)));
        all.truncate(TICKETS);
        Ok(all)
    }
}

#[async_trait]
impl SupportWrites for Unit {
    async fn save_support_terms(&mut self, shop: ShopId, terms: &SupportTerms) -> Result<(), Failure> {
        self.require_shop(shop)?;
        self.state.support.terms.insert(shop, terms.clone());
        Ok(())
    }

    async fn save_answer_kept(&mut self, answer: &SavedAnswer) -> Result<(), Failure> {
        self.require_shop(answer.shop_id)?;
        let kept = self.state.support.answers.get(&answer.id);
        let ours = kept.is_none_or(|kept| kept.shop_id == answer.shop_id);
        self.require(ours, "an answer of another shop")?;
        self.state.support.answers.insert(answer.id, answer.clone());
        Ok(())
    }

    async fn delete_answer_kept(&mut self, shop: ShopId, id: SavedAnswerId) -> Result<bool, Failure> {
        let answers = &mut self.state.support.answers;
        let there = answers.get(&id).is_some_and(|a| a.shop_id == shop);
        Ok(there && answers.remove(&id).is_some())
    }

    async fn insert_letter(
        &mut self,
        shop: ShopId,
        lookup: &Fingerprint,
        at: Timestamp,
    ) -> Result<Inserted, Failure> {
        self.require_shop(shop)?;
        let letters = &mut self.state.support.letters;
        if letters.contains_key(&(shop, lookup.clone())) {
            return Ok(Inserted::Taken);
        }
        letters.insert((shop, lookup.clone()), at);
        Ok(Inserted::New)
    }

    async fn delete_letters(&mut self, before: Timestamp) -> Result<u64, Failure> {
        let letters = &mut self.state.support.letters;
        let old: Vec<_> =
            letters.iter().filter(|(_, at)| **at < before).map(|(key, _)| key.clone()).collect();
        for key in &old {
            letters.remove(key);
        }
        Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
    }
}
