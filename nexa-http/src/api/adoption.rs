//! Services that were made elsewhere. Their links travel in bodies, because addresses get logged.

use super::{Area, Made, made, sign_in::count};
use crate::{caller::SignedIn, once::once, problem::Said};
use nexa_core::storefront::model::{AdoptRequest, SubscriptionView};
use poem::Request;
use poem_openapi::{OpenApi, param::Header, payload::Json};

pub struct Adoption;

#[OpenApi(tag = "Area::Subscriptions")]
impl Adoption {
    /// Bring a service along
    ///
    /// For who has a service on one of the shop's servers that was not bought here: its link or UUID makes it a subscription
    /// of theirs, with what is left of its time and traffic. Nothing is asked of the address in the link. The old link works
    /// until the link is replaced. `service_unknown` when no server has it, or somebody else does; `servers_silent` when
    /// one of them does not answer; `adoption_off` where the shop does not offer this (see `adopts` in the offer).
    #[oai(
        path = "/subscriptions/adopt",
        method = "post",
        operation_id = "adoptSubscription",
        transform = "once"
    )]
    async fn adopt(
        &self,
        caller: SignedIn,
        request: &Request,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
        body: Json<AdoptRequest>,
    ) -> Result<Made<SubscriptionView>, Said> {
        count(request).await?;
        Ok(made(caller.store().adopt(&body.0.service).await?))
    }
}
