//! Invitations and campaigns: who brought whom, and what came of it.

use super::{
    Inserted,
    layer::{reads, writes},
};
use crate::{
    domain::referral::{CameBy, Campaign, CampaignCount, Invitation, Referral, ReferralCount, ReferralTerms},
    error::Failure,
    ids::{OrderId, ShopId, UserId},
    secret::Fingerprint,
};

reads! {
/// Reads of invitations.
pub trait InviteReads {
    /// What a shop gives for invitations; none when it never said.
    async fn referral_terms(&mut self, shop: ShopId) -> Result<Option<ReferralTerms>, Failure>;
    /// A user's own invitation.
    async fn invitation(&mut self, shop: ShopId, user: UserId) -> Result<Option<Invitation>, Failure>;
    /// The invitation whose code has this look-up hash.
    async fn invitation_by_code(
        &mut self,
        shop: ShopId,
        lookup: &Fingerprint,
    ) -> Result<Option<Invitation>, Failure>;
    /// By whom a user was invited, and what came of it.
    async fn referral(&mut self, shop: ShopId, user: UserId) -> Result<Option<Referral>, Failure>;
    /// What one user's invitations came to.
    async fn referral_count(&mut self, shop: ShopId, referrer: UserId) -> Result<ReferralCount, Failure>;
    /// The first order of a plan that a user paid with money, whatever became of it.
    async fn first_paid(&mut self, shop: ShopId, user: UserId) -> Result<Option<OrderId>, Failure>;
    /// The campaign with this code.
    async fn campaign(&mut self, shop: ShopId, code: &str) -> Result<Option<Campaign>, Failure>;
    /// The campaign by which a user signed up, and the click.
    async fn campaign_of(&mut self, shop: ShopId, user: UserId) -> Result<Option<CameBy>, Failure>;
    /// All campaigns and what each brought, newest first.
    async fn campaigns(&mut self, shop: ShopId) -> Result<Vec<CampaignCount>, Failure>;
}
}

writes! {
/// Writes of invitations.
pub trait InviteWrites {
    /// Inserts or replaces what a shop gives.
    async fn save_referral_terms(&mut self, shop: ShopId, terms: &ReferralTerms) -> Result<(), Failure>;
    /// Adds a user's own invitation; `Taken` when there is one, or another with its code.
    async fn insert_invitation(&mut self, invitation: &Invitation) -> Result<Inserted, Failure>;
    /// Takes a user's own invitation away; whether there was one.
    async fn delete_invitation(&mut self, shop: ShopId, user: UserId) -> Result<bool, Failure>;
    /// Notes who invited a user; `Taken` when somebody did before.
    async fn insert_referral(&mut self, referral: &Referral) -> Result<Inserted, Failure>;
    /// Replaces what came of an invitation; nothing else of it changes. It must be there.
    async fn save_referral(&mut self, referral: &Referral) -> Result<(), Failure>;
    /// Adds a campaign; `Taken` when the shop has one with its code.
    async fn insert_campaign(&mut self, campaign: &Campaign) -> Result<Inserted, Failure>;
    /// Changes the address that a campaign tells.
    async fn save_postback(
        &mut self,
        shop: ShopId,
        code: &str,
        sealed: Option<String>,
    ) -> Result<(), Failure>;
    /// Notes by which campaign a user signed up; `Taken` when one was noted before.
    async fn note_campaign(&mut self, shop: ShopId, user: UserId, by: &CameBy) -> Result<Inserted, Failure>;
    /// Forgets the click by which a user signed up; that it was by this campaign stays.
    async fn forget_click(&mut self, shop: ShopId, user: UserId) -> Result<(), Failure>;
}
}
