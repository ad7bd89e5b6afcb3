//! Codes that make purchases cheaper, or more of them.

use super::super::{Answer, Area, Made, made, page};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::backoffice::model::{
    AddCouponRequest, CouponUsePage, OperatorCouponPage, OperatorCouponView, UpdateCouponRequest,
};
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
    payload::Json,
};

/// See the module.
pub struct Coupons;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminGrowth")]
impl Coupons {
    /// List coupons
    ///
    /// Newest first, with how many uses of each are spent or held.
    #[oai(path = "/coupons", method = "get", operation_id = "adminListCoupons")]
    async fn coupons(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<OperatorCouponPage> {
        Ok(Json(caller.office().coupons(page(cursor.0, limit.0)).await?))
    }

    /// Add a coupon
    ///
    /// With exactly one of `percent`, `amount`, `days` and `traffic_bytes`. `name_taken` when there is one with this code.
    #[oai(path = "/coupons", method = "post", operation_id = "adminAddCoupon")]
    async fn add(
        &self,
        caller: SignedIn,
        body: Json<AddCouponRequest>,
    ) -> Result<Made<OperatorCouponView>, Said> {
        Ok(made(caller.office().add_coupon(body.0).await?))
    }

    /// Change a coupon, or switch it off
    ///
    /// For orders that are placed from now on; whoever has ordered pays what was shown. Its code stays.
    #[oai(path = "/coupons/:coupon_id", method = "put", operation_id = "adminUpdateCoupon")]
    async fn update(
        &self,
        caller: SignedIn,
        coupon_id: Path<String>,
        body: Json<UpdateCouponRequest>,
    ) -> Answer<OperatorCouponView> {
        Ok(Json(caller.office().update_coupon(&coupon_id.0, body.0).await?))
    }

    /// See what was ordered with a coupon
    ///
    /// Newest first. A use is `held` while its order waits to be paid, `used` once it is, and `released` when it never was.
    #[oai(path = "/coupons/:coupon_id/uses", method = "get", operation_id = "adminListCouponUses")]
    async fn uses(
        &self,
        caller: SignedIn,
        coupon_id: Path<String>,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<CouponUsePage> {
        Ok(Json(caller.office().coupon_uses(&coupon_id.0, page(cursor.0, limit.0)).await?))
    }
}
