//! How a shop looks after those who ask: its terms, the answers it keeps, the letters it took.

use super::{
    Inserted,
    layer::{reads, writes},
};
use crate::{
    domain::{
        support::{SavedAnswer, SupportTerms},
        ticket::Ticket,
    },
    error::Failure,
    ids::{SavedAnswerId, ShopId},
    secret::Fingerprint,
};
use jiff::Timestamp;

reads! {
/// Reads of support.
pub trait SupportReads {
    /// What a shop promises those who ask, and by what mails reach it.
    async fn support_terms(&mut self, shop: ShopId) -> Result<Option<SupportTerms>, Failure>;
    /// The answers that a shop keeps, by name.
    async fn saved_answers(&mut self, shop: ShopId) -> Result<Vec<SavedAnswer>, Failure>;
    /// Tickets opened since then, newest first, at most 5,000.
    async fn tickets_since(&mut self, shop: ShopId, since: Timestamp) -> Result<Vec<Ticket>, Failure>;
}
}

writes! {
/// Writes of support.
pub trait SupportWrites {
    /// Keeps a shop's terms, in place of those before.
    async fn save_support_terms(&mut self, shop: ShopId, terms: &SupportTerms) -> Result<(), Failure>;
    /// Inserts an answer, or replaces its name, language and text.
    async fn save_answer_kept(&mut self, answer: &SavedAnswer) -> Result<(), Failure>;
    /// Throws an answer away; whether it was there.
    async fn delete_answer_kept(&mut self, shop: ShopId, id: SavedAnswerId) -> Result<bool, Failure>;
    /// Notes that a letter was taken or answered, once per shop and look-up.
    async fn insert_letter(
        &mut self,
        shop: ShopId,
        lookup: &Fingerprint,
        at: Timestamp,
    ) -> Result<Inserted, Failure>;
    /// Forgets letters from before this moment; how many.
    async fn delete_letters(&mut self, before: Timestamp) -> Result<u64, Failure>;
}
}
