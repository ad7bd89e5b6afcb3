//! Invitations and campaigns.

use super::{
    engine::sql,
    row::{Row, id, json},
    unit::Unit,
};
use crate::{
    domain::{
        order::OrderKind,
        referral::{
            CameBy, Campaign, CampaignCount, Invitation, Payout, Referral, ReferralCount, ReferralTerms,
        },
    },
    error::Failure,
    ids::{OrderId, ShopId, UserId},
    ports::storage::{Inserted, InviteReads, InviteWrites},
    secret::Fingerprint,
};
use async_trait::async_trait;

fn invitation(row: &Row) -> Result<Invitation, Failure> {
    Ok(Invitation {
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        lookup: row.fingerprint("lookup")?,
        sealed: row.text("sealed")?,
    })
}

fn referral(row: &Row) -> Result<Referral, Failure> {
    Ok(Referral {
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        referrer_id: row.parsed("referrer_id")?,
        accepted_at: row.moment("accepted_at")?,
        payout: row.maybe("order_id", |row, _| payout(row))?,
    })
}

fn payout(row: &Row) -> Result<Payout, Failure> {
    Ok(Payout {
        order_id: row.parsed("order_id")?,
        welcome: row.money("welcome_minor", "currency")?,
        welcome_back: row.money("welcome_back", "currency")?,
    })
}

fn campaign(row: &Row) -> Result<Campaign, Failure> {
    Ok(Campaign {
        shop_id: row.parsed("shop_id")?,
        code: row.text("code")?,
        name: row.text("name")?,
        created_at: row.moment("created_at")?,
        postback_sealed: row.maybe("postback_sealed", Row::text)?,
    })
}

#[async_trait]
impl InviteReads for Unit {
    async fn referral_terms(&mut self, shop: ShopId) -> Result<Option<ReferralTerms>, Failure> {
        let text = "SELECT body FROM referral_terms WHERE shop_id = $1";
        self.one(sql(text).bind(id(shop)), |row| row.json("body")).await
    }

    async fn invitation(&mut self, shop: ShopId, user: UserId) -> Result<Option<Invitation>, Failure> {
        let text = "SELECT * FROM invitations WHERE shop_id = $1 AND user_id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(user)), invitation).await
    }

    async fn invitation_by_code(
        &mut self,
        shop: ShopId,
        lookup: &Fingerprint,
    ) -> Result<Option<Invitation>, Failure> {
        let text = "SELECT * FROM invitations WHERE shop_id = $1 AND lookup = $2";
        self.one(sql(text).bind(id(shop)).bind(lookup), invitation).await
    }

    async fn referral(&mut self, shop: ShopId, user: UserId) -> Result<Option<Referral>, Failure> {
        let text = "SELECT * FROM referrals WHERE shop_id = $1 AND user_id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(user)), referral).await
    }

    async fn referral_count(&mut self, shop: ShopId, referrer: UserId) -> Result<ReferralCount, Failure> {
        let text = "SELECT COUNT(*) AS invited, COUNT(order_id) AS paying FROM referrals WHERE shop_id = $1 AND referrer_id = $2";
        let count =
            |row: &Row| Ok(ReferralCount { invited: row.small("invited")?, paying: row.small("paying")? });
        Ok(self.one(sql(text).bind(id(shop)).bind(id(referrer)), count).await?.unwrap_or_default())
    }

    async fn first_paid(&mut self, shop: ShopId, user: UserId) -> Result<Option<OrderId>, Failure> {
        let text = "SELECT id FROM orders WHERE shop_id = $1 AND user_id = $2 AND paid_at IS NOT NULL \
            AND price_minor > 0 AND what IN ('new', 'renewal', 'change', 'gift') ORDER BY paid_at, id LIMIT 1";
        self.one(sql(text).bind(id(shop)).bind(id(user)), |row| row.parsed("id")).await
    }

    async fn campaign(&mut self, shop: ShopId, code: &str) -> Result<Option<Campaign>, Failure> {
        let text = "SELECT * FROM campaigns WHERE shop_id = $1 AND code = $2";
        self.one(sql(text).bind(id(shop)).bind(code), campaign).await
    }

    async fn campaign_of(&mut self, shop: ShopId, user: UserId) -> Result<Option<CameBy>, Failure> {
        let text = "SELECT code, click FROM campaign_users WHERE shop_id = $1 AND user_id = $2";
        let read = |row: &Row| Ok(CameBy { code: row.text("code")?, click: row.maybe("click", Row::text)? });
        self.one(sql(text).bind(id(shop)).bind(id(user)), read).await
    }

    async fn campaigns(&mut self, shop: ShopId) -> Result<Vec<CampaignCount>, Failure> {
        let text = "SELECT c.shop_id, c.code, c.name, c.created_at, c.postback_sealed, \
            COUNT(u.user_id) AS sign_ups, COUNT(t.user_id) AS trials, COUNT(o.user_id) AS paying, \
            CAST(COALESCE(SUM(o.revenue), 0) AS BIGINT) AS revenue, \
            CAST(COALESCE(SUM(m.commission), 0) AS BIGINT) AS commission \
            FROM campaigns c \
            LEFT JOIN campaign_users u ON u.shop_id = c.shop_id AND u.code = c.code \
            LEFT JOIN (SELECT user_id, SUM(price_minor) AS revenue FROM orders WHERE shop_id = $1 \
                AND state IN ('paid', 'fulfilled', 'refunding') AND price_minor > 0 AND kind <> $2 \
                GROUP BY user_id) o ON o.user_id = u.user_id \
            LEFT JOIN (SELECT DISTINCT user_id FROM orders WHERE shop_id = $1 AND what = 'trial' \
                AND paid_at IS NOT NULL) t ON t.user_id = u.user_id \
            LEFT JOIN (SELECT invited_id, SUM(amount_minor - reversed_minor) AS commission FROM commissions \
                WHERE shop_id = $1 AND state <> 'refused' GROUP BY invited_id) m ON m.invited_id = u.user_id \
            WHERE c.shop_id = $1 GROUP BY c.shop_id, c.code, c.name, c.created_at, c.postback_sealed \
            ORDER BY c.created_at DESC, c.code";
        let count = |row: &Row| {
            Ok(CampaignCount {
                campaign: campaign(row)?,
                sign_ups: row.small("sign_ups")?,
                trials: row.small("trials")?,
                paying: row.small("paying")?,
                revenue: row.int("revenue")?,
                commission: row.int("commission")?,
            })
        };
        self.all(sql(text).bind(id(shop)).bind(json(&OrderKind::TopUp)?), count).await
    }
}

#[async_trait]
impl InviteWrites for Unit {
    async fn save_referral_terms(&mut self, shop: ShopId, terms: &ReferralTerms) -> Result<(), Failure> {
        let text = "INSERT INTO referral_terms (shop_id, body) VALUES ($1, $2) \
            ON CONFLICT (shop_id) DO UPDATE SET body = excluded.body";
        self.run(sql(text).bind(id(shop)).bind(json(terms)?)).await.map(drop)
    }

    async fn insert_invitation(&mut self, invitation: &Invitation) -> Result<Inserted, Failure> {
        let text = "INSERT INTO invitations (shop_id, user_id, lookup, sealed) VALUES ($1, $2, $3, $4) \
            ON CONFLICT DO NOTHING";
        let bound = sql(text)
            .bind(id(invitation.shop_id))
            .bind(id(invitation.user_id))
            .bind(&invitation.lookup)
            .bind(&invitation.sealed);
        self.inserted(bound).await
    }

    async fn delete_invitation(&mut self, shop: ShopId, user: UserId) -> Result<bool, Failure> {
        let text = "DELETE FROM invitations WHERE shop_id = $1 AND user_id = $2";
        Ok(self.run(sql(text).bind(id(shop)).bind(id(user))).await? > 0)
    }

    async fn insert_referral(&mut self, referral: &Referral) -> Result<Inserted, Failure> {
        let text = "INSERT INTO referrals (shop_id, user_id, referrer_id, accepted_at) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (shop_id, user_id) DO NOTHING";
        let bound = sql(text)
            .bind(id(referral.shop_id))
            .bind(id(referral.user_id))
            .bind(id(referral.referrer_id))
            .bind(referral.accepted_at);
        self.inserted(bound).await
    }

    async fn save_referral(&mut self, referral: &Referral) -> Result<(), Failure> {
        let text = "UPDATE referrals SET order_id = $3, welcome_minor = $4, welcome_back = $5, currency = $6 \
            WHERE shop_id = $1 AND user_id = $2";
        let of = referral.payout.as_ref();
        let bound = sql(text)
            .bind(id(referral.shop_id))
            .bind(id(referral.user_id))
            .bind(of.map(|p| id(p.order_id)))
            .bind(of.map(|p| p.welcome.minor))
            .bind(of.map(|p| p.welcome_back.minor))
            .bind(of.map(|p| p.welcome.currency));
        self.must(bound, "no such referral").await
    }

    async fn insert_campaign(&mut self, campaign: &Campaign) -> Result<Inserted, Failure> {
        let text = "INSERT INTO campaigns (shop_id, code, name, created_at, postback_sealed) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (shop_id, code) DO NOTHING";
        let bound = sql(text)
            .bind(id(campaign.shop_id))
            .bind(&campaign.code)
            .bind(&campaign.name)
            .bind(campaign.created_at)
            .bind(campaign.postback_sealed.clone());
        self.inserted(bound).await
    }

    async fn save_postback(
        &mut self,
        shop: ShopId,
        code: &str,
        sealed: Option<String>,
    ) -> Result<(), Failure> {
        let text = "UPDATE campaigns SET postback_sealed = $3 WHERE shop_id = $1 AND code = $2";
        self.must(sql(text).bind(id(shop)).bind(code).bind(sealed), "no such campaign").await
    }

    async fn note_campaign(&mut self, shop: ShopId, user: UserId, by: &CameBy) -> Result<Inserted, Failure> {
        let text = "INSERT INTO campaign_users (shop_id, user_id, code, click) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (shop_id, user_id) DO NOTHING";
        let bound = sql(text).bind(id(shop)).bind(id(user)).bind(&by.code).bind(by.click.clone());
        self.inserted(bound).await
    }

    async fn forget_click(&mut self, shop: ShopId, user: UserId) -> Result<(), Failure> {
        let text = "UPDATE campaign_users SET click = NULL WHERE shop_id = $1 AND user_id = $2";
        self.run(sql(text).bind(id(shop)).bind(id(user))).await.map(drop)
    }
}
