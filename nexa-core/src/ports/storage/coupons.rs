//! Coupons and their uses.

use super::{
    Inserted, Locked, Page,
    layer::{reads, writes},
};
use crate::{
    domain::coupon::{Coupon, CouponUse},
    error::Failure,
    ids::{CouponId, OrderId, ShopId, UserId},
};

reads! {
/// Reads of coupons.
pub trait CouponReads {
    /// One coupon.
    async fn coupon(&mut self, shop: ShopId, id: CouponId) -> Result<Option<Coupon>, Failure>;
    /// The coupon with this code.
    async fn coupon_by_code(&mut self, shop: ShopId, code: &str) -> Result<Option<Coupon>, Failure>;
    /// Coupons of one customer's own, newest first.
    async fn own_coupons(&mut self, shop: ShopId, page: Page) -> Result<Vec<Coupon>, Failure>;
    /// Coupons that are nobody's own, newest first.
    async fn coupons(&mut self, shop: ShopId, page: Page) -> Result<Vec<Coupon>, Failure>;
    /// The use that was noted for an order.
    async fn coupon_use(&mut self, shop: ShopId, order: OrderId) -> Result<Option<CouponUse>, Failure>;
    /// Uses of a coupon by their orders, newest first.
    async fn coupon_uses(
        &mut self,
        shop: ShopId,
        coupon: CouponId,
        page: Page,
    ) -> Result<Vec<CouponUse>, Failure>;
    /// How many uses of a user, of all coupons and of this one, are held or spent.
    async fn count_coupon_uses(
        &mut self,
        shop: ShopId,
        coupon: CouponId,
        user: UserId,
    ) -> Result<(u32, u32), Failure>;
}
}

writes! {
/// Writes of coupons.
pub trait CouponWrites {
    /// Adds a coupon; `Taken` when another one of the shop has its code.
    async fn insert_coupon(&mut self, coupon: &Coupon) -> Result<Inserted, Failure>;
    /// A coupon that nobody else changes until the end of this transaction.
    async fn lock_coupon(&mut self, shop: ShopId, id: CouponId) -> Result<Option<Locked<Coupon>>, Failure>;
    /// Replaces a coupon; its code and when it was made stay.
    async fn save_coupon(&mut self, coupon: Locked<Coupon>) -> Result<(), Failure>;
    /// Notes a use, or what became of the one of this order; nothing else of that changes.
    async fn save_coupon_use(&mut self, of: &CouponUse) -> Result<(), Failure>;
}
}
