//! Coupons and their uses.

use super::{Unit, cut};
use crate::{
    domain::coupon::{Coupon, CouponUse, UseState},
    error::Failure,
    ids::{CouponId, OrderId, ShopId, UserId},
    ports::storage::{CouponReads, CouponWrites, Inserted, Locked, OrderReads as _, Page},
};
use async_trait::async_trait;
use imbl::OrdMap;

#[derive(Clone, Default)]
pub(super) struct Coupons {
    rows: OrdMap<CouponId, Coupon>,
    uses: OrdMap<OrderId, CouponUse>,
}

#[async_trait]
impl CouponReads for Unit {
    async fn coupon(&mut self, shop: ShopId, id: CouponId) -> Result<Option<Coupon>, Failure> {
        Ok(self.state.coupons.rows.get(&id).filter(|c| c.shop_id == shop).cloned())
    }

    async fn coupon_by_code(&mut self, shop: ShopId, code: &str) -> Result<Option<Coupon>, Failure> {
        let mut all = self.state.coupons.rows.values();
        Ok(all.find(|c| c.shop_id == shop && c.code == code).cloned())
    }

    async fn coupons(&mut self, shop: ShopId, page: Page) -> Result<Vec<Coupon>, Failure> {
        let all = self.state.coupons.rows.values().rev();
        let all = all.filter(|c| c.shop_id == shop && c.user.is_none());
        Ok(cut(all.cloned(), page, |c| c.id))
    }

    async fn own_coupons(&mut self, shop: ShopId, page: Page) -> Result<Vec<Coupon>, Failure> {
        let all = self.state.coupons.rows.values().rev();
        Ok(cut(all.filter(|c| c.shop_id == shop && c.user.is_some()).cloned(), page, |c| c.id))
    }

    async fn coupon_use(&mut self, shop: ShopId, order: OrderId) -> Result<Option<CouponUse>, Failure> {
        Ok(self.state.coupons.uses.get(&order).filter(|u| u.shop_id == shop).cloned())
    }

    async fn coupon_uses(
        &mut self,
        shop: ShopId,
        coupon: CouponId,
        page: Page,
    ) -> Result<Vec<CouponUse>, Failure> {
        let all = self.state.coupons.uses.values().rev();
        let own = all.filter(|u| u.shop_id == shop && u.coupon_id == coupon);
        Ok(cut(own.cloned(), page, |u| u.order_id))
    }

    async fn count_coupon_uses(
        &mut self,
        shop: ShopId,
        coupon: CouponId,
        user: UserId,
    ) -> Result<(u32, u32), Failure> {
        let all = self.state.coupons.uses.values().filter(|u| u.shop_id == shop && u.user_id == user);
        let counted = all.filter(|u| u.state != UseState::Released);
        Ok(counted.fold((0, 0), |(any, this), u| (any + 1, this + u32::from(u.coupon_id == coupon))))
    }
}

#[async_trait]
impl CouponWrites for Unit {
    async fn insert_coupon(&mut self, coupon: &Coupon) -> Result<Inserted, Failure> {
        let new = !self.state.coupons.rows.contains_key(&coupon.id);
        self.require(new, "this coupon exists")?;
        if let Some(user) = coupon.user {
            self.require_user(coupon.shop_id, user)?;
        }
        if self.coupon_by_code(coupon.shop_id, &coupon.code).await?.is_some() {
            return Ok(Inserted::Taken);
        }
        self.state.coupons.rows.insert(coupon.id, coupon.clone());
        Ok(Inserted::New)
    }

    async fn lock_coupon(&mut self, shop: ShopId, id: CouponId) -> Result<Option<Locked<Coupon>>, Failure> {
        Ok(self.coupon(shop, id).await?.map(Locked::held_by_storage))
    }

    async fn save_coupon(&mut self, coupon: Locked<Coupon>) -> Result<(), Failure> {
        let Some(kept) = self.coupon(coupon.shop_id, coupon.id).await? else {
            return Err(self.fail("no such coupon"));
        };
        let Coupon { code, created_at, user, .. } = kept;
        let coupon = Coupon { user, code, created_at, ..coupon.into_inner() };
        self.state.coupons.rows.insert(coupon.id, coupon);
        Ok(())
    }

    async fn save_coupon_use(&mut self, of: &CouponUse) -> Result<(), Failure> {
        self.require_user(of.shop_id, of.user_id)?;
        let there = self.order(of.shop_id, of.order_id).await?.is_some()
            && self.coupon(of.shop_id, of.coupon_id).await?.is_some();
        self.require(there, "no such order or coupon in this shop")?;
        let kept = self.state.coupons.uses.get(&of.order_id).cloned();
        let kept = kept.map_or_else(|| of.clone(), |kept| CouponUse { state: of.state, ..kept });
        self.state.coupons.uses.insert(of.order_id, kept);
        Ok(())
    }
}
