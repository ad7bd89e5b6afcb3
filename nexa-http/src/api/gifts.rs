//! Gifts. Codes travel in bodies, because addresses get logged.

use super::{Answer, Area, Made, made, sign_in::count};
use crate::{caller::SignedIn, once::once, problem::Said};
use nexa_core::storefront::model::{ClaimGiftRequest, GiftRequest, GiftView, OrderView};
use poem::Request;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
    payload::Json,
};

pub struct Gifts;

#[OpenApi(tag = "Area::Gifts")]
impl Gifts {
    /// List the gifts that I bought
    ///
    /// Newest first, with code and links while nobody has claimed them. A gift is bought with `POST /v1/orders` and `gift`.
    #[oai(path = "/gifts", method = "get", operation_id = "listGifts")]
    async fn gifts(&self, caller: SignedIn) -> Answer<Vec<GiftView>> {
        Ok(Json(caller.store().gifts().await?))
    }

    /// See what a code opens
    ///
    /// `gift_unknown` when it opens nothing; `too_many_attempts` after five such codes.
    #[oai(path = "/gifts/look", method = "post", operation_id = "lookAtGift")]
    async fn look(&self, caller: SignedIn, request: &Request, body: Json<GiftRequest>) -> Answer<GiftView> {
        count(request).await?;
        Ok(Json(caller.store().gift(&body.0.code).await?))
    }

    /// Claim a gift
    ///
    /// For a new subscription, or for more of one on the same plan. The answer is an order at no price. `gift_claimed` when
    /// somebody else has it; `extra_unavailable` leaves it to be claimed later.
    #[oai(path = "/gifts/claim", method = "post", operation_id = "claimGift", transform = "once")]
    async fn claim(
        &self,
        caller: SignedIn,
        request: &Request,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
        body: Json<ClaimGiftRequest>,
    ) -> Result<Made<OrderView>, Said> {
        count(request).await?;
        let ClaimGiftRequest { code, subscription_id } = body.0;
        Ok(made(caller.store().claim_gift(&code, subscription_id).await?))
    }

    /// Take a gift back
    ///
    /// Its price goes to the wallet and its code is dead. `gift_claimed` when somebody has it.
    #[oai(
        path = "/gifts/:order_id/take-back",
        method = "post",
        operation_id = "takeGiftBack",
        transform = "once"
    )]
    async fn take_back(
        &self,
        caller: SignedIn,
        order_id: Path<String>,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
    ) -> Answer<OrderView> {
        Ok(Json(caller.store().take_gift_back(&order_id.0).await?))
    }
}
