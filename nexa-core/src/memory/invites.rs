//! Invitations and campaigns.

use super::Unit;
use crate::{
    domain::{
        order::{Order, OrderKind, OrderState, What},
        referral::{CameBy, Campaign, CampaignCount, Invitation, Referral, ReferralCount, ReferralTerms},
    },
    error::Failure,
    ids::{OrderId, ShopId, UserId},
    ports::storage::{Inserted, InviteReads, InviteWrites},
    secret::Fingerprint,
};
use async_trait::async_trait;
use imbl::OrdMap;
use std::collections::BTreeSet;

#[derive(Clone, Default)]
pub(super) struct Invites {
    terms: OrdMap<ShopId, ReferralTerms>,
    invitations: OrdMap<(ShopId, UserId), Invitation>,
    pub(super) referrals: OrdMap<(ShopId, UserId), Referral>,
    campaigns: OrdMap<(ShopId, String), Campaign>,
    came_by: OrdMap<(ShopId, UserId), CameBy>,
}

fn bought(order: &Order) -> bool {
    order.paid_at.is_some() && order.price.is_positive() && !matches!(order.kind, OrderKind::TopUp)
}

fn plan(order: &Order) -> bool {
    matches!(order.kind.what(), What::New | What::Renewal | What::Change | What::Gift)
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[async_trait]
impl InviteReads for Unit {
    async fn referral_terms(&mut self, shop: ShopId) -> Result<Option<ReferralTerms>, Failure> {
        Ok(self.state.invites.terms.get(&shop).copied())
    }

    async fn invitation(&mut self, shop: ShopId, user: UserId) -> Result<Option<Invitation>, Failure> {
        Ok(self.state.invites.invitations.get(&(shop, user)).cloned())
    }

    async fn invitation_by_code(
        &mut self,
        shop: ShopId,
        lookup: &Fingerprint,
    ) -> Result<Option<Invitation>, Failure> {
        let mut all = self.state.invites.invitations.values();
        Ok(all.find(|i| i.shop_id == shop && i.lookup == *lookup).cloned())
    }

    async fn referral(&mut self, shop: ShopId, user: UserId) -> Result<Option<Referral>, Failure> {
        Ok(self.state.invites.referrals.get(&(shop, user)).cloned())
    }

    async fn referral_count(&mut self, shop: ShopId, referrer: UserId) -> Result<ReferralCount, Failure> {
        let all = self.state.invites.referrals.values();
        let own: Vec<_> = all.filter(|r| r.shop_id == shop && r.referrer_id == referrer).collect();
        let paying = own.iter().filter(|r| r.payout.is_some()).count();
        Ok(ReferralCount { invited: small(own.len()), paying: small(paying) })
    }

    async fn first_paid(&mut self, shop: ShopId, user: UserId) -> Result<Option<OrderId>, Failure> {
        let all = self.state.orders.all();
        let own = all.filter(|o| o.shop_id == shop && o.user_id == user && bought(o) && plan(o));
        Ok(own.min_by_key(|o| (o.paid_at, o.id)).map(|o| o.id))
    }

    async fn campaign(&mut self, shop: ShopId, code: &str) -> Result<Option<Campaign>, Failure> {
        Ok(self.state.invites.campaigns.get(&(shop, code.to_owned())).cloned())
    }

    async fn campaign_of(&mut self, shop: ShopId, user: UserId) -> Result<Option<CameBy>, Failure> {
        Ok(self.state.invites.came_by.get(&(shop, user)).cloned())
    }

    async fn campaigns(&mut self, shop: ShopId) -> Result<Vec<CampaignCount>, Failure> {
        let invites = &self.state.invites;
        let kept =
            |o: &&Order| matches!(o.state, OrderState::Paid | OrderState::Fulfilled | OrderState::Refunding);
        let mut found: Vec<CampaignCount> = invites
            .campaigns
            .values()
            .filter(|campaign| campaign.shop_id == shop)
            .map(|campaign| {
                let came = invites.came_by.iter();
                let came = came.filter(|((of, _), by)| *of == shop && by.code == campaign.code);
                let users: BTreeSet<UserId> = came.map(|((_, user), _)| *user).collect();
                let orders = self.state.orders.all().filter(|o| o.shop_id == shop && bought(o)).filter(kept);
                let orders: Vec<&Order> = orders.filter(|o| users.contains(&o.user_id)).collect();
                let paying: BTreeSet<UserId> = orders.iter().map(|o| o.user_id).collect();
                let all = self.state.orders.all().filter(|o| o.shop_id == shop && users.contains(&o.user_id));
                let tried = all.filter(|o| o.kind.what() == What::Trial && o.paid_at.is_some());
                let trials: BTreeSet<UserId> = tried.map(|o| o.user_id).collect();
                CampaignCount {
                    campaign: campaign.clone(),
                    sign_ups: small(users.len()),
                    trials: small(trials.len()),
                    paying: small(paying.len()),
                    revenue: orders.iter().map(|o| o.price.minor).sum(),
                    commission: self.state.affiliates.brought_by(shop, &users),
                }
            })
            .collect();
        found.sort_by(|a, b| {
            (b.campaign.created_at, &a.campaign.code).cmp(&(a.campaign.created_at, &b.campaign.code))
        });
        Ok(found)
    }
}

#[async_trait]
impl InviteWrites for Unit {
    async fn save_referral_terms(&mut self, shop: ShopId, terms: &ReferralTerms) -> Result<(), Failure> {
        self.require_shop(shop)?;
        self.state.invites.terms.insert(shop, *terms);
        Ok(())
    }

    async fn insert_invitation(&mut self, invitation: &Invitation) -> Result<Inserted, Failure> {
        let (shop, user) = (invitation.shop_id, invitation.user_id);
        self.require_user(shop, user)?;
        let known = self.state.invites.invitations.contains_key(&(shop, user));
        if known || self.invitation_by_code(shop, &invitation.lookup).await?.is_some() {
            return Ok(Inserted::Taken);
        }
        self.state.invites.invitations.insert((shop, user), invitation.clone());
        Ok(Inserted::New)
    }

    async fn delete_invitation(&mut self, shop: ShopId, user: UserId) -> Result<bool, Failure> {
        Ok(self.state.invites.invitations.remove(&(shop, user)).is_some())
    }

    async fn insert_referral(&mut self, referral: &Referral) -> Result<Inserted, Failure> {
        let key = (referral.shop_id, referral.user_id);
        self.require_user(referral.shop_id, referral.user_id)?;
        self.require_user(referral.shop_id, referral.referrer_id)?;
        self.require(referral.user_id != referral.referrer_id, "nobody invites themselves")?;
        if self.state.invites.referrals.contains_key(&key) {
            return Ok(Inserted::Taken);
        }
        self.state.invites.referrals.insert(key, referral.clone());
        Ok(Inserted::New)
    }

    async fn save_referral(&mut self, referral: &Referral) -> Result<(), Failure> {
        let key = (referral.shop_id, referral.user_id);
        let kept = self.state.invites.referrals.get(&key).cloned();
        let Some(kept) = kept else { return Err(self.fail("no such referral")) };
        self.state.invites.referrals.insert(key, Referral { payout: referral.payout, ..kept });
        Ok(())
    }

    async fn insert_campaign(&mut self, campaign: &Campaign) -> Result<Inserted, Failure> {
        self.require_shop(campaign.shop_id)?;
        let key = (campaign.shop_id, campaign.code.clone());
        if self.state.invites.campaigns.contains_key(&key) {
            return Ok(Inserted::Taken);
        }
        self.state.invites.campaigns.insert(key, campaign.clone());
        Ok(Inserted::New)
    }

    async fn save_postback(
        &mut self,
        shop: ShopId,
        code: &str,
        sealed: Option<String>,
    ) -> Result<(), Failure> {
        let key = (shop, code.to_owned());
        let Some(kept) = self.state.invites.campaigns.get(&key).cloned() else {
            return Err(self.fail("no such campaign"));
        };
        self.state.invites.campaigns.insert(key, Campaign { postback_sealed: sealed, ..kept });
        Ok(())
    }

    async fn note_campaign(&mut self, shop: ShopId, user: UserId, by: &CameBy) -> Result<Inserted, Failure> {
        self.require_user(shop, user)?;
        let there = self.state.invites.campaigns.contains_key(&(shop, by.code.clone()));
        self.require(there, "no such campaign in this shop")?;
        if self.state.invites.came_by.contains_key(&(shop, user)) {
            return Ok(Inserted::Taken);
        }
        self.state.invites.came_by.insert((shop, user), by.clone());
        Ok(Inserted::New)
    }

    async fn forget_click(&mut self, shop: ShopId, user: UserId) -> Result<(), Failure> {
        let by = self.state.invites.came_by.get(&(shop, user)).cloned();
        if let Some(by) = by {
            self.state.invites.came_by.insert((shop, user), CameBy { click: None, ..by });
        }
        Ok(())
    }
}
