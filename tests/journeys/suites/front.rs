//! The shop as a fixture of the customer's port and of the door.

use crate::world::{Customer, GIB, Shop, days, dollars, payment_of, percent_off};
use async_trait::async_trait;
use futures::future::BoxFuture;
use jiff::SignedDuration;
use nexa_core::{
    backoffice::model::CouponTerms,
    conformance::{frontdesk, storefront},
    domain::money::Currency,
    frontdesk::Frontdesk,
    ids::ShopId,
    sim::gateway::{FakeGateway, Fault},
    storefront::{Storefront, model::PageRequest},
};
use serde_json::json;
use std::sync::Arc;

#[async_trait]
impl storefront::Fixture for Shop {
    fn guest(&self) -> Arc<dyn Storefront> {
        Self::guest(self)
    }
    async fn enter(&self, token: &str) -> Arc<dyn Storefront> {
        if self.operator.shop().await.expect("the shop").trial_plan_id.is_none() {
            self.gives_trials_of(&self.month).await;
            self.adds_family_plan().await;
            self.adds_pack("traffic", GIB, dollars(1)).await;
        }
        self.nexa.storefront(self.door.principal(self.id, token).await.expect("a session"))
    }
    fn gateway(&self) -> String {
        self.transfer.clone()
    }
    async fn fill_wallet(&self, user_id: &str) {
        let who = self.operator_is.clone();
        let user_id = Some(user_id.parse().expect("an id"));
        let customer = Customer::with(self, nexa_core::domain::user::Principal { user_id, ..who });
        customer.receives(dollars(20)).await;
    }
    async fn work(&self) {
        self.works().await;
    }
    async fn set_gateway(&self, works: bool) {
        self.bank.gateway().fault((!works).then_some(Fault::Unreachable));
    }
    async fn leads_somewhere(&self, link: &str) -> bool {
        self.opens(link).await.is_ok()
    }
    async fn foreign(&self) -> storefront::Belongings {
        let other = self.next_door().await;
        let customer = other.customer().await;
        let subscription = customer.has_a_month(&other).await.subscription_id;
        let order = customer.orders(&other.card).await.expect("an order");
        let payment = payment_of(&order).payment_id.clone();
        let (order, plan, method) = (order.order_id, other.month.clone(), other.transfer.clone());
        let pack = other.adds_pack("traffic", GIB, dollars(1)).await;
        storefront::Belongings { order, payment, subscription, plan, pack, method }
    }
    async fn adopt_services(&self) {
        self.adopts_as(&self.month).await;
    }
    async fn make_service(&self) -> String {
        self.server("frankfurt").made_by_hand(10 * GIB, self.now() + days(10)).await.expose()
    }
    async fn make_coupon(&self, code: &str, percent: u32, times: u32) {
        self.adds_coupon(code, CouponTerms { total: Some(times), ..percent_off(percent) }).await;
    }
}

#[async_trait]
impl frontdesk::Fixture for Shop {
    fn door(&self) -> Arc<dyn Frontdesk> {
        Arc::clone(&self.door)
    }
    fn shop(&self) -> ShopId {
        self.id
    }
    async fn other_shop(&self) -> (ShopId, String) {
        (self.next_door().await.id, "other.example.org".to_owned())
    }
    async fn session(&self) -> String {
        self.customer().await.token
    }
    async fn sign_out(&self, token: &str) {
        let who = self.door.principal(self.id, token).await.expect("a session");
        self.nexa.storefront(who).sign_out().await.expect("signed out");
    }
    async fn claim_link(&self) -> (Arc<dyn Frontdesk>, String) {
        let (fresh, door) = self.unclaimed().await;
        (door, fresh.claim)
    }
    async fn unpaid(&self) -> frontdesk::Unpaid {
        let id = self.adds_gateway("fake", json!({ "signed": true })).await;
        let gateways = self.operator.gateways().await.expect("gateways");
        let address = gateways.into_iter().find(|g| g.gateway_id == id).expect("a gateway").callback_url;
        let customer = self.customer().await;
        let order = customer.tops_up(dollars(3), &id).await.expect("an order");
        let payment = payment_of(&order);
        let bank = self.bank.gateway();
        let transfer = bank.pay(
            &payment.payment_id,
            nexa_core::domain::money::Money::new(payment.due.minor, Currency::Usd),
            self.now(),
        );
        bank.confirm(&transfer);
        let genuine = FakeGateway::signed(bank.clone(), Currency::Usd).message(&payment.payment_id);
        let mut forged = genuine.clone();
        let last = forged.body.len() - 3;
        forged.body[last] ^= 1;
        let shop = Arc::clone(&customer.shop);
        let credited = move || -> BoxFuture<'static, i64> {
            let shop = Arc::clone(&shop);
            Box::pin(
                async move { shop.wallet(PageRequest::default()).await.expect("a wallet").balance.minor },
            )
        };
        frontdesk::Unpaid {
            gateway: id.parse().expect("an id"),
            endpoint: address.rsplit('/').next().expect("an endpoint").to_owned(),
            genuine,
            forged,
            credited: Box::new(credited),
        }
    }
    async fn link(&self) -> String {
        let link = self.customer().await.has_a_month(self).await.link;
        link.rsplit('/').next().expect("a token").to_owned()
    }
    fn panel_address(&self) -> Option<String> {
        None
    }
    async fn set_panels(&self, work: bool) {
        let server = self.server("frankfurt");
        if work { server.comes_back() } else { server.goes_down() }
    }
    async fn pass(&self, time: SignedDuration) {
        let mut left = time;
        while left > days(30) {
            self.after(days(30)).await;
            left -= days(30);
        }
        self.after(left).await;
    }
}
