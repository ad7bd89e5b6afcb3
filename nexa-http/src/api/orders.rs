//! Buying.

use super::{Answer, Area, Made, made, page};
use crate::{caller::SignedIn, once::once, problem::Said};
use nexa_core::storefront::model::{CheckoutRequest, MoneyView, OrderPage, OrderView, Purpose};
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};

pub struct Orders;

/// To pay an order another way.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct PayRequest {
    /// `wallet` or a gateway's id.
    method: String,
    /// Whether the wallet pays first, and the gateway is only asked for what it lacks.
    #[oai(default)]
    use_wallet: bool,
}

/// To put money into the wallet.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct TopUpRequest {
    /// How much, in the shop's currency.
    amount: MoneyView,
    /// Through which gateway.
    method: String,
}

#[OpenApi(tag = "Area::Orders")]
impl Orders {
    /// Buy
    ///
    /// Places an order and opens its first payment. Paid from the wallet, it is paid when the answer comes; otherwise
    /// `payment` says what the customer has to do. With `use_wallet` the payment asks only for what the wallet lacks; with
    /// `keep` an order that the wallet is short for waits for it.
    #[oai(path = "/orders", method = "post", operation_id = "checkout", transform = "once")]
    async fn checkout(
        &self,
        caller: SignedIn,
        /// Names this purchase, so that a repeat is harmless. 1 to 100 visible ASCII characters.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<CheckoutRequest>,
    ) -> Result<Made<OrderView>, Said> {
        Ok(made(caller.store().checkout(body.0, key.0).await?))
    }

    /// Top the wallet up
    ///
    /// Places an order of money for the wallet; the payment of the answer says how to pay. The wallet has it once it is
    /// final.
    #[oai(path = "/top-ups", method = "post", operation_id = "topUp", transform = "once")]
    async fn top_up(
        &self,
        caller: SignedIn,
        /// Names this top-up, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<TopUpRequest>,
    ) -> Result<Made<OrderView>, Said> {
        let request = CheckoutRequest {
            purpose: Purpose::TopUp,
            method: body.0.method,
            amount: Some(body.0.amount),
            ..CheckoutRequest::default()
        };
        Ok(made(caller.store().checkout(request, key.0).await?))
    }

    /// Take the free trial
    ///
    /// Once per identity, ever.
    #[oai(path = "/trial", method = "post", operation_id = "trial", transform = "once")]
    async fn trial(
        &self,
        caller: SignedIn,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
    ) -> Result<Made<OrderView>, Said> {
        Ok(made(caller.store().trial().await?))
    }

    /// List my orders
    ///
    /// Newest first.
    #[oai(path = "/orders", method = "get", operation_id = "listOrders")]
    async fn orders(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<OrderPage> {
        Ok(Json(caller.store().orders(page(cursor.0, limit.0)).await?))
    }

    /// See one order
    ///
    /// With the payment that was asked for last. Ask again every few seconds while it waits for money.
    #[oai(path = "/orders/:order_id", method = "get", operation_id = "getOrder")]
    async fn order(&self, caller: SignedIn, order_id: Path<String>) -> Answer<OrderView> {
        Ok(Json(caller.store().order(&order_id.0).await?))
    }

    /// Pay an order another way
    ///
    /// Opens another payment, or shows the one that this way has already. Money that still comes for the one before is
    /// not lost. The sixth payment of an order is `too_many_payments`.
    #[oai(path = "/orders/:order_id/payments", method = "post", operation_id = "pay", transform = "once")]
    async fn pay(
        &self,
        caller: SignedIn,
        order_id: Path<String>,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
        body: Json<PayRequest>,
    ) -> Result<Made<OrderView>, Said> {
        Ok(made(caller.store().pay(&order_id.0, &body.0.method, body.0.use_wallet).await?))
    }

    /// Give an unpaid order up
    ///
    /// What is set aside of the wallet comes back at once. Money that still comes goes into the wallet.
    #[oai(path = "/orders/:order_id/cancel", method = "post", operation_id = "cancelOrder")]
    async fn cancel(&self, caller: SignedIn, order_id: Path<String>) -> Answer<OrderView> {
        Ok(Json(caller.store().cancel_order(&order_id.0).await?))
    }
}
