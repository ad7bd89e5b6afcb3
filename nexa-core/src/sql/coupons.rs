//! Coupons and their uses.

use super::{
    engine::sql,
    row::{Row, id, json, word},
    unit::{Unit, before, limit},
};
use crate::{
    domain::coupon::{Coupon, CouponUse},
    error::Failure,
    ids::{CouponId, OrderId, ShopId, UserId},
    ports::storage::{CouponReads, CouponWrites, Inserted, Locked, Page},
};
use async_trait::async_trait;

fn coupon(row: &Row) -> Result<Coupon, Failure> {
    Ok(Coupon {
        id: row.parsed("id")?,
        shop_id: row.parsed("shop_id")?,
        user: row.maybe("user_id", Row::parsed)?,
        code: row.text("code")?,
        benefit: row.json("benefit")?,
        limits: row.json("limits")?,
        enabled: row.flag("enabled")?,
        taken: row.small("taken")?,
        created_at: row.moment("created_at")?,
    })
}

fn a_use(row: &Row) -> Result<CouponUse, Failure> {
    Ok(CouponUse {
        order_id: row.parsed("order_id")?,
        shop_id: row.parsed("shop_id")?,
        coupon_id: row.parsed("coupon_id")?,
        user_id: row.parsed("user_id")?,
        state: row.word("state")?,
        at: row.moment("at")?,
    })
}

#[async_trait]
impl CouponReads for Unit {
    async fn coupon(&mut self, shop: ShopId, of: CouponId) -> Result<Option<Coupon>, Failure> {
        let text = "SELECT * FROM coupons WHERE shop_id = $1 AND id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(of)), coupon).await
    }

    async fn coupon_by_code(&mut self, shop: ShopId, code: &str) -> Result<Option<Coupon>, Failure> {
        let text = "SELECT * FROM coupons WHERE shop_id = $1 AND code = $2";
        self.one(sql(text).bind(id(shop)).bind(code), coupon).await
    }

    async fn coupons(&mut self, shop: ShopId, page: Page) -> Result<Vec<Coupon>, Failure> {
        let text = "SELECT * FROM coupons WHERE shop_id = $1 AND id < $2 AND user_id IS NULL \
            ORDER BY id DESC LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(before(page)).bind(limit(page)), coupon).await
    }

    async fn own_coupons(&mut self, shop: ShopId, page: Page) -> Result<Vec<Coupon>, Failure> {
        let text = "SELECT * FROM coupons WHERE shop_id = $1 AND id < $2 AND user_id IS NOT NULL \
            ORDER BY id DESC LIMIT $3";
        self.all(sql(text).bind(id(shop)).bind(before(page)).bind(limit(page)), coupon).await
    }

    async fn coupon_use(&mut self, shop: ShopId, order: OrderId) -> Result<Option<CouponUse>, Failure> {
        let text = "SELECT * FROM coupon_uses WHERE shop_id = $1 AND order_id = $2";
        self.one(sql(text).bind(id(shop)).bind(id(order)), a_use).await
    }

    async fn coupon_uses(
        &mut self,
        shop: ShopId,
        of: CouponId,
        page: Page,
    ) -> Result<Vec<CouponUse>, Failure> {
        let text = "SELECT * FROM coupon_uses WHERE shop_id = $1 AND order_id < $2 AND coupon_id = $4 \
            ORDER BY order_id DESC LIMIT $3";
        let bound = sql(text).bind(id(shop)).bind(before(page)).bind(limit(page)).bind(id(of));
        self.all(bound, a_use).await
    }

    async fn count_coupon_uses(
        &mut self,
        shop: ShopId,
        of: CouponId,
        user: UserId,
    ) -> Result<(u32, u32), Failure> {
        let text = "SELECT COUNT(*) AS every, COUNT(CASE WHEN coupon_id = $3 THEN 1 END) AS these \
            FROM coupon_uses WHERE shop_id = $1 AND user_id = $2 AND state <> 'released'";
        let counted = |row: &Row| Ok((row.small("every")?, row.small("these")?));
        let found = self.one(sql(text).bind(id(shop)).bind(id(user)).bind(id(of)), counted).await?;
        Ok(found.unwrap_or_default())
    }
}

#[async_trait]
impl CouponWrites for Unit {
    async fn insert_coupon(&mut self, coupon: &Coupon) -> Result<Inserted, Failure> {
        let text = "INSERT INTO coupons (id, shop_id, code, benefit, limits, enabled, taken, created_at, user_id) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (shop_id, code) DO NOTHING";
        let bound = sql(text)
            .bind(id(coupon.id))
            .bind(id(coupon.shop_id))
            .bind(&coupon.code)
            .bind(json(&coupon.benefit)?)
            .bind(json(&coupon.limits)?)
            .bind(coupon.enabled)
            .bind(coupon.taken)
            .bind(coupon.created_at)
            .bind(coupon.user.map(id));
        self.inserted(bound).await
    }

    async fn lock_coupon(&mut self, shop: ShopId, of: CouponId) -> Result<Option<Locked<Coupon>>, Failure> {
        let text = "SELECT * FROM coupons WHERE shop_id = $1 AND id = $2 /*lock*/";
        let row = self.one(sql(text).bind(id(shop)).bind(id(of)), coupon).await?;
        Ok(row.map(Locked::held_by_storage))
    }

    async fn save_coupon(&mut self, coupon: Locked<Coupon>) -> Result<(), Failure> {
        let text = "UPDATE coupons SET benefit = $3, limits = $4, enabled = $5, taken = $6 \
            WHERE shop_id = $1 AND id = $2";
        let bound = sql(text)
            .bind(id(coupon.shop_id))
            .bind(id(coupon.id))
            .bind(json(&coupon.benefit)?)
            .bind(json(&coupon.limits)?)
            .bind(coupon.enabled)
            .bind(coupon.taken);
        self.must(bound, "no such coupon").await
    }

    async fn save_coupon_use(&mut self, of: &CouponUse) -> Result<(), Failure> {
        let text = "INSERT INTO coupon_uses (order_id, shop_id, coupon_id, user_id, state, at) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (order_id) DO UPDATE SET state = excluded.state \
            WHERE coupon_uses.shop_id = excluded.shop_id";
        let bound = sql(text)
            .bind(id(of.order_id))
            .bind(id(of.shop_id))
            .bind(id(of.coupon_id))
            .bind(id(of.user_id))
            .bind(word(of.state))
            .bind(of.at);
        self.must(bound, "the use of another shop's coupon").await
    }
}
