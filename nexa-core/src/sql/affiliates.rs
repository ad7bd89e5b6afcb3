//! Commissions and withdrawals.

use super::{
    engine::sql,
    row::{Row, id, json, word},
    unit::{Unit, filtered},
};
use crate::{
    domain::{
        commission::{Affiliate, Commission, CommissionCount, Crowd, Level, Pinned, RewardDays},
        money::{Currency, Money},
        withdrawal::Withdrawal,
    },
    error::Failure,
    ids::{CommissionId, OrderId, ShopId, UserId, WithdrawalId},
    ports::storage::{
        AffiliateReads, AffiliateWrites, CommissionFilter, Inserted, Locked, Page, WithdrawalFilter,
    },
};
use async_trait::async_trait;
use jiff::Timestamp;

/// What a commission comes to, for sums over them.
macro_rules! counted {
    () => {
        "CASE WHEN state IN ('pending', 'held') THEN amount_minor - reversed_minor ELSE 0 END AS pending, \
        paid_minor - back_minor AS matured, \
        CASE WHEN state = 'refused' THEN amount_minor ELSE reversed_minor END AS reversed, \
        CASE WHEN state IN ('pending', 'held') THEN COALESCE(days - days_void, 0) ELSE 0 END AS days_pending, \
        CASE WHEN state = 'matured' THEN COALESCE(days - days_void, 0) ELSE 0 END AS days_given"
    };
}

fn pinned(row: &Row) -> Result<Pinned, Failure> {
    Ok(Pinned {
        shop_id: row.parsed("shop_id")?,
        order_id: row.parsed("order_id")?,
        terms: row.json("terms")?,
        base: row.maybe("base_minor", |row, _| row.money("base_minor", "currency"))?,
    })
}

fn commission(row: &Row) -> Result<Commission, Failure> {
    let level = Level::from_number(row.small("level")?);
    let level = level.map_err(|_| Failure::core("a commission of an unknown level"))?;
    Ok(Commission {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        order_id: row.parsed("order_id")?,
        level,
        user_id: row.parsed("user_id")?,
        invited_id: row.parsed("invited_id")?,
        base: row.money("base_minor", "currency")?,
        amount: row.money("amount_minor", "currency")?,
        reversed: row.money("reversed_minor", "currency")?,
        paid: row.money("paid_minor", "currency")?,
        back: row.money("back_minor", "currency")?,
        days: row.maybe("days", |row, _| {
            Ok(RewardDays {
                days: row.small("days")?,
                void: row.small("days_void")?,
                to: row.maybe("given_to", Row::parsed)?,
            })
        })?,
        state: row.word("state")?,
        signs: row.json("signs")?,
        reason: row.maybe("reason", Row::text)?,
        made_at: row.moment("made_at")?,
        matures_at: row.moment("matures_at")?,
    })
}

fn count(row: &Row) -> Result<CommissionCount, Failure> {
    Ok(CommissionCount {
        pending: row.int("pending")?,
        matured: row.int("matured")?,
        reversed: row.int("reversed")?,
        days_pending: row.small("days_pending")?,
        days_given: row.small("days_given")?,
    })
}

fn withdrawal(row: &Row) -> Result<Withdrawal, Failure> {
    Ok(Withdrawal {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        user_id: row.parsed("user_id")?,
        amount: row.money("amount_minor", "currency")?,
        way: row.word("way")?,
        destination_sealed: row.maybe("destination_sealed", Row::text)?,
        state: row.word("state")?,
        note: row.maybe("note", Row::text)?,
        asked_at: row.moment("asked_at")?,
        decided_at: row.maybe("decided_at", Row::moment)?,
    })
}

#[async_trait]
impl AffiliateReads for Unit {
    async fn pinned(&mut self, shop: ShopId, order: OrderId) -> Result<Option<Pinned>, Failure> {
        let text = "SELECT * FROM order_commissions WHERE shop_id = $1 AND order_id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(order)), pinned).await
    }

    async fn commission(&mut self, shop: ShopId, of: CommissionId) -> Result<Option<Commission>, Failure> {
        let text = "SELECT * FROM commissions WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), commission).await
    }

    async fn commissions_of(&mut self, shop: ShopId, order: OrderId) -> Result<Vec<Commission>, Failure> {
        let text = "SELECT * FROM commissions WHERE shop_id = $1 AND order_id = $2 ORDER BY level";
        self.all(sql(text).bind(id(shop)).bind(id(order)), commission).await
    }

    async fn commissions(
        &mut self,
        shop: ShopId,
        filter: CommissionFilter,
        page: Page,
    ) -> Result<Vec<Commission>, Failure> {
        let text = "SELECT * FROM commissions WHERE shop_id = $1 AND (user_id = $2 OR $2 IS NULL) \
            AND (state = $3 OR $3 IS NULL) AND id < $4 ORDER BY id DESC LIMIT $5";
        self.all(filtered(text, shop, (filter.user, filter.state), page), commission).await
    }

    async fn overpaid(&mut self, shop: ShopId, user: UserId) -> Result<Vec<Commission>, Failure> {
        let text = "SELECT * FROM commissions WHERE shop_id = $1 AND user_id = $2 \
            AND paid_minor - back_minor > amount_minor - reversed_minor ORDER BY id LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(id(user)).bind(Page::MOST), commission).await
    }

    async fn commission_count(&mut self, shop: ShopId, user: UserId) -> Result<CommissionCount, Failure> {
        let text = concat!(
            "SELECT CAST(COALESCE(SUM(pending), 0) AS BIGINT) AS pending, \
                CAST(COALESCE(SUM(matured), 0) AS BIGINT) AS matured, \
                CAST(COALESCE(SUM(reversed), 0) AS BIGINT) AS reversed, \
                CAST(COALESCE(SUM(days_pending), 0) AS BIGINT) AS days_pending, \
                CAST(COALESCE(SUM(days_given), 0) AS BIGINT) AS days_given FROM (SELECT ",
            counted!(),
            " FROM commissions WHERE shop_id = $1 AND user_id = $2) AS own"
        );
        Ok(self.one(sql(text).bind(id(shop)).bind(id(user)), count).await?.unwrap_or_default())
    }

    async fn crowd(&mut self, shop: ShopId, user: UserId, since: Timestamp) -> Result<Crowd, Failure> {
        let text = "SELECT (SELECT COUNT(*) FROM commissions WHERE shop_id = $1 AND user_id = $2 AND level = 1 \
                AND made_at >= $3) AS lately, \
            (SELECT COUNT(*) FROM referrals r JOIN users u ON u.shop_id = r.shop_id AND u.id = r.user_id \
                WHERE r.shop_id = $1 AND r.referrer_id = $2 AND r.order_id IS NOT NULL AND u.blocked = $4) AS gone";
        let bound = sql(text).bind(id(shop)).bind(id(user)).bind(since).bind(true);
        let read = |row: &Row| Ok(Crowd { lately: row.small("lately")?, gone: row.small("gone")? });
        Ok(self.one(bound, read).await?.unwrap_or_default())
    }

    async fn earnings(&mut self, shop: ShopId, user: UserId, currency: Currency) -> Result<Money, Failure> {
        let text =
            "SELECT minor FROM earnings WHERE shop_id = $1 AND user_id = $2 AND currency = $3 /*lock*/";
        let bound = sql(text).bind(id(shop)).bind(id(user)).bind(currency);
        let minor = self.one(bound, |row| row.int("minor")).await?.unwrap_or(0);
        Ok(Money::new(minor, currency))
    }

    async fn affiliates(&mut self, shop: ShopId, most: u32) -> Result<Vec<Affiliate>, Failure> {
        let text = concat!(
            "SELECT user_id, SUM(invited) AS invited, SUM(paying) AS paying, \
                CAST(SUM(pending) AS BIGINT) AS pending, CAST(SUM(matured) AS BIGINT) AS matured, \
                CAST(SUM(reversed) AS BIGINT) AS reversed, CAST(SUM(days_pending) AS BIGINT) AS days_pending, \
                CAST(SUM(days_given) AS BIGINT) AS days_given FROM ( \
                SELECT referrer_id AS user_id, 1 AS invited, \
                    CASE WHEN order_id IS NULL THEN 0 ELSE 1 END AS paying, \
                    0 AS pending, 0 AS matured, 0 AS reversed, 0 AS days_pending, 0 AS days_given FROM referrals WHERE shop_id = $1 \
                UNION ALL \
                SELECT user_id, 0 AS invited, 0 AS paying, ",
            counted!(),
            " FROM commissions WHERE shop_id = $1 \
            ) AS lines GROUP BY user_id ORDER BY matured DESC, days_given DESC, invited DESC, user_id LIMIT $2"
        );
        let read = |row: &Row| {
            Ok(Affiliate {
                user_id: row.parsed("user_id")?,
                invited: row.small("invited")?,
                paying: row.small("paying")?,
                count: count(row)?,
            })
        };
        self.all(sql(text).bind(id(shop)).bind(most), read).await
    }

    async fn withdrawal(&mut self, shop: ShopId, of: WithdrawalId) -> Result<Option<Withdrawal>, Failure> {
        let text = "SELECT * FROM withdrawals WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), withdrawal).await
    }

    async fn withdrawals(
        &mut self,
        shop: ShopId,
        filter: WithdrawalFilter,
        page: Page,
    ) -> Result<Vec<Withdrawal>, Failure> {
        let text = "SELECT * FROM withdrawals WHERE shop_id = $1 AND (user_id = $2 OR $2 IS NULL) \
            AND (state = $3 OR $3 IS NULL) AND id < $4 ORDER BY id DESC LIMIT $5";
        self.all(filtered(text, shop, (filter.user, filter.state), page), withdrawal).await
    }
}

#[async_trait]
impl AffiliateWrites for Unit {
    async fn save_pinned(&mut self, pinned: &Pinned) -> Result<(), Failure> {
        let text = "INSERT INTO order_commissions (shop_id, order_id, terms, base_minor, currency) \
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (shop_id, order_id) DO UPDATE SET \
            base_minor = excluded.base_minor, currency = excluded.currency";
        let bound = sql(text)
            .bind(id(pinned.shop_id))
            .bind(id(pinned.order_id))
            .bind(json(&pinned.terms)?)
            .bind(pinned.base.map(|base| base.minor))
            .bind(pinned.base.map(|base| base.currency));
        self.run(bound).await.map(drop)
    }

    async fn insert_commission(&mut self, of: &Commission) -> Result<Inserted, Failure> {
        let text = "INSERT INTO commissions (id, shop_id, order_id, level, user_id, invited_id, base_minor, \
            amount_minor, reversed_minor, paid_minor, back_minor, currency, state, signs, reason, made_at, matures_at, \
            days, days_void, given_to) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) \
            ON CONFLICT (shop_id, order_id, level) DO NOTHING";
        let bound = sql(text)
            .bind(id(of.id))
            .bind(id(of.shop_id))
            .bind(id(of.order_id))
            .bind(of.level.number())
            .bind(id(of.user_id))
            .bind(id(of.invited_id))
            .bind(of.base.minor)
            .bind(of.amount.minor)
            .bind(of.reversed.minor)
            .bind(of.paid.minor)
            .bind(of.back.minor)
            .bind(of.amount.currency)
            .bind(word(of.state))
            .bind(json(&of.signs)?)
            .bind(of.reason.clone())
            .bind(of.made_at)
            .bind(of.matures_at)
            .bind(of.days.map(|days| days.days))
            .bind(of.days.map(|days| days.void))
            .bind(of.days.and_then(|days| days.to).map(id));
        self.inserted(bound).await
    }

    async fn lock_commission(
        &mut self,
        shop: ShopId,
        of: CommissionId,
    ) -> Result<Option<Locked<Commission>>, Failure> {
        let text = "SELECT * FROM commissions WHERE shop_id = $1 AND id = $2 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(id(of)), commission).await?;
        Ok(row.map(Locked::held_by_storage))
    }

    async fn save_commission(&mut self, of: Locked<Commission>) -> Result<(), Failure> {
        let text = "UPDATE commissions SET reversed_minor = $3, paid_minor = $4, back_minor = $5, state = $6, \
            reason = $7, signs = $8, days_void = $9, given_to = $10 WHERE shop_id = $1 AND id = $2";
        let bound = sql(text)
            .bind(id(of.shop_id))
            .bind(id(of.id))
            .bind(of.reversed.minor)
            .bind(of.paid.minor)
            .bind(of.back.minor)
            .bind(word(of.state))
            .bind(of.reason.clone())
            .bind(json(&of.signs)?)
            .bind(of.days.map(|days| days.void))
            .bind(of.days.and_then(|days| days.to).map(id));
        self.must(bound, "no such commission").await
    }

    async fn save_earnings(&mut self, shop: ShopId, user: UserId, earned: Money) -> Result<(), Failure> {
        let text = "INSERT INTO earnings (shop_id, user_id, currency, minor) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (shop_id, user_id, currency) DO UPDATE SET minor = excluded.minor";
        let bound = sql(text).bind(id(shop)).bind(id(user)).bind(earned.currency).bind(earned.minor);
        self.run(bound).await.map(drop)
    }

    async fn insert_withdrawal(&mut self, of: &Withdrawal) -> Result<(), Failure> {
        let text = "INSERT INTO withdrawals (id, shop_id, user_id, amount_minor, currency, way, \
            destination_sealed, state, note, asked_at, decided_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let bound = sql(text)
            .bind(id(of.id))
            .bind(id(of.shop_id))
            .bind(id(of.user_id))
            .bind(of.amount.minor)
            .bind(of.amount.currency)
            .bind(word(of.way))
            .bind(of.destination_sealed.clone())
            .bind(word(of.state))
            .bind(of.note.clone())
            .bind(of.asked_at)
            .bind(of.decided_at);
        self.run(bound).await.map(drop)
    }

    async fn lock_withdrawal(
        &mut self,
        shop: ShopId,
        of: WithdrawalId,
    ) -> Result<Option<Locked<Withdrawal>>, Failure> {
        let text = "SELECT * FROM withdrawals WHERE shop_id = $1 AND id = $2 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(id(of)), withdrawal).await?;
        Ok(row.map(Locked::held_by_storage))
    }

    async fn save_withdrawal(&mut self, of: Locked<Withdrawal>) -> Result<(), Failure> {
        let text = "UPDATE withdrawals SET destination_sealed = $3, state = $4, note = $5, decided_at = $6 \
            WHERE shop_id = $1 AND id = $2";
        let bound = sql(text)
            .bind(id(of.shop_id))
            .bind(id(of.id))
            .bind(of.destination_sealed.clone())
            .bind(word(of.state))
            .bind(of.note.clone())
            .bind(of.decided_at);
        self.must(bound, "no such withdrawal").await
    }
}
