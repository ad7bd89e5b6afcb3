//! What is on sale, and buying it.

use super::{Answer, Shop};
use crate::watch::OrderWatch;
use nexa_core::storefront::model::{
    ChangeQuoteView, CheckoutRequest, CouponQuoteView, CouponRequest, MethodView, OfferView, OrderPage,
    OrderView, PackView, PageRequest, PlanView, QuoteRequest, QuoteView, ReceiptView, WalletView,
};
use std::sync::Arc;

#[uniffi::export(async_runtime = "tokio")]
impl Shop {
    /// The shop at a glance: what is on sale, what can be tried, and where its servers stand.
    pub async fn offer(&self) -> Answer<OfferView> {
        self.told(self.desk().await?.offer().await)
    }

    /// What is on sale.
    pub async fn plans(&self) -> Answer<Vec<PlanView>> {
        self.told(self.desk().await?.plans().await)
    }

    /// More traffic or devices for the current period.
    pub async fn packs(&self) -> Answer<Vec<PackView>> {
        self.told(self.desk().await?.packs().await)
    }

    /// How one can pay; the wallet is always the first.
    pub async fn methods(&self) -> Answer<Vec<MethodView>> {
        self.told(self.desk().await?.methods().await)
    }

    /// What a purchase costs.
    pub async fn quote(&self, request: QuoteRequest) -> Answer<QuoteView> {
        self.told(self.desk().await?.quote(request).await)
    }

    /// What a coupon makes of a purchase.
    pub async fn coupon_quote(&self, request: CouponRequest) -> Answer<CouponQuoteView> {
        self.told(self.desk().await?.coupon_quote(request).await)
    }

    /// What it would cost to give a subscription another plan now.
    pub async fn change_quote(&self, subscription_id: String, plan_id: String) -> Answer<ChangeQuoteView> {
        self.told(self.desk().await?.change_quote(&subscription_id, &plan_id).await)
    }

    /// Places an order and opens its first payment. `key` is the app's own name for this purchase, 1 to 100 visible characters
    /// of ASCII: with the same key and wish it is placed once. Without one, a shop that was made by `connect` makes one and
    /// keeps it until the shop has answered, in the cache folder if there is one: the same wish after a lost connection is
    /// the same purchase.
    pub async fn checkout(&self, request: CheckoutRequest, key: Option<String>) -> Answer<OrderView> {
        self.told(self.desk().await?.checkout(request, key).await)
    }

    /// Opens another payment for an unpaid order.
    pub async fn pay(&self, order_id: String, method: String, use_wallet: bool) -> Answer<OrderView> {
        self.told(self.desk().await?.pay(&order_id, &method, use_wallet).await)
    }

    /// One order with the payment that was asked for last.
    pub async fn order(&self, order_id: String) -> Answer<OrderView> {
        self.told(self.desk().await?.order(&order_id).await)
    }

    /// My orders, newest first.
    pub async fn orders(&self, page: PageRequest) -> Answer<OrderPage> {
        self.told(self.desk().await?.orders(page).await)
    }

    /// Gives an unpaid order up.
    pub async fn cancel_order(&self, order_id: String) -> Answer<OrderView> {
        self.told(self.desk().await?.cancel_order(&order_id).await)
    }

    /// Hands in the picture of a bank receipt (JPEG, PNG or WebP, at most 5 MiB) for a card payment.
    pub async fn upload_receipt(
        &self,
        payment_id: String,
        picture: Vec<u8>,
        note: String,
    ) -> Answer<ReceiptView> {
        self.told(self.desk().await?.upload_receipt(&payment_id, picture, note).await)
    }

    /// Takes the free trial.
    pub async fn trial(&self) -> Answer<OrderView> {
        self.told(self.desk().await?.trial().await)
    }

    /// My wallet.
    pub async fn wallet(&self, page: PageRequest) -> Answer<WalletView> {
        self.told(self.desk().await?.wallet(page).await)
    }

    /// Follows an order until there is nothing more to come.
    #[must_use]
    pub fn watch_order(self: Arc<Self>, order_id: String) -> Arc<OrderWatch> {
        Arc::new(OrderWatch::new(self, order_id))
    }
}
