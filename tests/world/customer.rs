//! Somebody who buys.

use super::{Shop, dollars};
use nexa_core::{
    backoffice::{Backoffice, model::WalletCorrection},
    domain::user::Principal,
    error::Result,
    storefront::{
        Storefront,
        model::{
            CheckoutRequest, MoneyView, OrderView, PageRequest, PaymentView, Purpose, ReceiptView,
            SignUpRequest, SubscriptionView,
        },
    },
};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

/// A signed-in customer.
pub struct Customer {
    pub id: String,
    pub number: String,
    pub token: String,
    pub shop: Arc<dyn Storefront>,
    operator: Arc<dyn Backoffice>,
    month: String,
    gifts: AtomicU32,
}

/// What an order's payment asks for.
pub fn payment_of(order: &OrderView) -> &PaymentView {
    order.payment.as_ref().expect("a payment")
}

impl Customer {
    /// Makes an anonymous account and enters with the session that it gave.
    pub async fn signs_up(shop: &Shop) -> Self {
        Self::comes(shop, SignUpRequest::default()).await
    }

    /// The same, in a way of its own, without an address.
    pub async fn comes(shop: &Shop, by: SignUpRequest) -> Self {
        let made = shop.guest().sign_up(by).await.expect("an account");
        let token = made.session.token;
        let who = shop.door.principal(shop.id, &token).await.expect("a session");
        Self { number: made.account_number.expect("an account number"), token, ..Self::with(shop, who) }
    }

    /// Whoever this is, as a customer.
    pub fn with(shop: &Shop, who: Principal) -> Self {
        Self {
            id: who.user_id.expect("a user").to_string(),
            number: String::new(),
            token: String::new(),
            shop: shop.nexa.storefront(who),
            operator: Arc::clone(&shop.operator),
            month: shop.month.clone(),
            gifts: AtomicU32::new(0),
        }
    }

    /// The operator puts money into the wallet.
    pub async fn receives(&self, amount: MoneyView) {
        let key = format!("gift {}", self.gifts.fetch_add(1, Ordering::Relaxed));
        self.operator.correct_wallet(&self.id, WalletCorrection { amount }, key).await.expect("a gift");
    }

    /// Orders a month.
    pub async fn orders(&self, method: &str) -> Result<OrderView> {
        self.shop.checkout(wish(Purpose::New, &self.month, None, method), None).await
    }

    /// Orders a month more of what there is.
    pub async fn renews(&self, subscription: &SubscriptionView, method: &str) -> Result<OrderView> {
        self.renews_with(subscription, &self.month, method).await
    }

    /// Orders this plan on top of what there is.
    pub async fn renews_with(
        &self,
        subscription: &SubscriptionView,
        plan: &str,
        method: &str,
    ) -> Result<OrderView> {
        let of = Some(subscription.subscription_id.clone());
        self.shop.checkout(wish(Purpose::Renewal, plan, of, method), None).await
    }

    /// Orders money for the wallet.
    pub async fn tops_up(&self, amount: MoneyView, method: &str) -> Result<OrderView> {
        let wish = CheckoutRequest {
            purpose: Purpose::TopUp,
            method: method.to_owned(),
            amount: Some(amount),
            ..CheckoutRequest::default()
        };
        self.shop.checkout(wish, None).await
    }

    /// Hands in the picture of a receipt.
    pub async fn hands_in(&self, order: &OrderView, picture: &str) -> Result<ReceiptView> {
        let picture = nexa_core::qr::png(picture)?;
        let payment = payment_of(order).payment_id.clone();
        self.shop.upload_receipt(&payment, picture, "sent this morning".to_owned()).await
    }

    /// Has a month from the wallet, which the operator fills just for it.
    pub async fn has_a_month(&self, shop: &Shop) -> SubscriptionView {
        self.receives(dollars(5)).await;
        self.orders("wallet").await.expect("bought");
        shop.works().await;
        self.subscription().await
    }

    /// The order as it is now.
    pub async fn looks_at(&self, order: &OrderView) -> OrderView {
        self.shop.order(&order.order_id).await.expect("my order")
    }

    /// The only subscription.
    pub async fn subscription(&self) -> SubscriptionView {
        let mut all = self.shop.subscriptions().await.expect("my subscriptions");
        assert_eq!(all.len(), 1, "one subscription");
        all.remove(0)
    }

    /// What is in the wallet, in cents.
    pub async fn wallet(&self) -> i64 {
        self.shop.wallet(PageRequest::default()).await.expect("my wallet").balance.minor
    }

    /// What was told, newest first, by its keys.
    pub async fn was_told(&self) -> Vec<String> {
        let page = self.shop.notices(PageRequest::default()).await.expect("my notices");
        page.items.into_iter().map(|n| n.key).collect()
    }
}

/// What is given to order a plan.
pub fn wish(purpose: Purpose, plan: &str, subscription_id: Option<String>, method: &str) -> CheckoutRequest {
    CheckoutRequest {
        purpose,
        method: method.to_owned(),
        plan_id: Some(plan.to_owned()),
        subscription_id,
        ..CheckoutRequest::default()
    }
}
