//! The shop as a fixture of the operator's port.

use crate::world::{Customer, Shop, dollars, wish};
use async_trait::async_trait;
use nexa_core::{
    backoffice::{
        Backoffice,
        model::{AddGatewayRequest, AddServerRequest, ApiKeyRequest, BroadcastRequest, TextsView},
    },
    conformance::backoffice::{Belongings, Fixture},
    domain::user::Principal,
    error::Result,
    storefront::model::{CheckoutRequest, OrderView, PageRequest, Purpose, SignUpRequest},
};
use serde_json::json;
use std::sync::Arc;

#[async_trait]
impl Fixture for Shop {
    fn operator(&self) -> Arc<dyn Backoffice> {
        Arc::clone(&self.operator)
    }
    async fn outsiders(&self) -> Vec<Arc<dyn Backoffice>> {
        let customer = self.door.principal(self.id, &self.customer().await.token).await.expect("a session");
        let scopes = vec!["read".to_owned(), "buy".to_owned()];
        let key = ApiKeyRequest { label: "a program".to_owned(), scopes, permissions: None, days: 1 };
        let key = self.operator.add_api_key(key).await.expect("a key").token.expect("shown once");
        let program = self.door.principal(self.id, &key).await.expect("a key");
        [Principal::guest(self.id), customer, program].map(|who| self.nexa.backoffice(who)).to_vec()
    }
    async fn foreign(&self) -> Belongings {
        let other = self.next_door().await;
        let customer = other.customer().await;
        let subscription = customer.has_a_month(&other).await.subscription_id;
        customer.receives(dollars(5)).await;
        other.server("singapore").goes_down();
        customer.orders("wallet").await.expect("an order that cannot be delivered");
        other.gives_something_up().await;
        let order = customer.orders(&other.card).await.expect("an order");
        customer.hands_in(&order, "receipt").await.expect("taken");
        let key = ApiKeyRequest {
            label: "theirs".to_owned(),
            scopes: vec!["read".to_owned()],
            permissions: None,
            days: 1,
        };
        let back = &other.operator;
        let news = BroadcastRequest {
            segment: "all".to_owned(),
            plan_id: None,
            group_id: None,
            locale: None,
            days: None,
            selection: None,
            texts: TextsView { en: Some("News".to_owned()), ..TextsView::default() },
            buttons: None,
        };
        let server = back.servers().await.expect("servers").remove(0);
        Belongings {
            user: customer.id,
            order: order.order_id,
            receipt: back.receipts(PageRequest::default()).await.expect("receipts").remove(0).receipt_id,
            subscription,
            server: server.server_id,
            group: server.group_id,
            plan: other.month.clone(),
            pack: other.adds_pack("devices", 1, dollars(1)).await,
            gateway: other.card.clone(),
            key: back.add_api_key(key).await.expect("a key").key_id,
            broadcast: back.draft_broadcast(news).await.expect("a broadcast").broadcast_id,
            job: back.poison_jobs().await.expect("jobs").remove(0).job_id,
        }
    }
    async fn secrets(&self) -> Vec<String> {
        let secret = "wallet-7d0c1f55e2";
        self.adds_gateway("fake", json!({ "wallet": secret })).await;
        vec![secret.to_owned(), crate::world::CARD.to_owned()]
    }
    fn broken_server(&self) -> AddServerRequest {
        AddServerRequest {
            name: "broken".to_owned(),
            kind: "memory".to_owned(),
            group_id: None,
            config: json!({ "nam": "broken" }),
            region: None,
            capacity: None,
        }
    }
    fn broken_gateway(&self) -> AddGatewayRequest {
        let config = json!({ "asset": "USD", "wallett": "x" });
        AddGatewayRequest { kind: "fake".to_owned(), name: "broken".to_owned(), config }
    }
    async fn hand_in_a_receipt(&self) {
        let customer = self.customer().await;
        let order = customer.orders(&self.card).await.expect("an order");
        customer.hands_in(&order, &order.order_id).await.expect("taken");
    }
    async fn sell(&self) -> String {
        let customer = self.customer_with(dollars(5)).await;
        let order = customer.orders("wallet").await.expect("an order").order_id;
        self.works().await;
        order
    }
    async fn order_with(&self, coupon: &str) -> Result<OrderView> {
        let wish = wish(Purpose::New, &self.month, None, &self.transfer);
        let coupon = Some(coupon.to_owned());
        self.customer().await.shop.checkout(CheckoutRequest { coupon, ..wish }, None).await
    }
    async fn sell_by(&self, campaign: &str) -> String {
        let campaign = Some(campaign.to_owned());
        let customer = Customer::comes(self, SignUpRequest { campaign, ..SignUpRequest::default() }).await;
        customer.receives(dollars(5)).await;
        let order = customer.orders("wallet").await.expect("an order").order_id;
        self.works().await;
        order
    }
    async fn serves_somebody(&self) -> bool {
        !self.server("frankfurt").entries().is_empty()
    }
    async fn work(&self) {
        self.works().await;
    }
}
