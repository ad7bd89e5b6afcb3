//! Gateways whose book is read onward: nothing is missed, nobody is asked for twice, and it ends when nobody waits.

use super::{Shop, now_state};
use futures::executor::block_on;
use jiff::SignedDuration;
use nexa_core::{
    backoffice::model::OperatorOrderFilter,
    domain::{
        gateway::ScanMark,
        money::{Currency, Money},
    },
    ids::GatewayId,
    ports::storage::Storage as _,
    sim::gateway::Fault,
    storefront::model::{OrderView, PageRequest},
    world::Clock as _,
};
use serde_json::json;

const STEP: SignedDuration = SignedDuration::from_secs(20);

async fn till(shop: &Shop) -> String {
    shop.gateway(json!({ "wallet": "w", "scanned": true, "window_minutes": 60 })).await
}

async fn mark(shop: &Shop, till: &str) -> Option<ScanMark> {
    let till: GatewayId = till.parse().unwrap();
    shop.storage.read().await.unwrap().scan_mark(shop.id, till).await.unwrap()
}

/// Sends all that an order is due; gives the transfer's name.
fn pays(shop: &Shop, order: &OrderView) -> String {
    let payment = order.payment.clone().unwrap();
    let due = Money::new(payment.due.minor, Currency::Usd);
    shop.bank.pay(&payment.address.unwrap(), due, shop.clock.now())
}

#[test]
fn an_outage_of_hours_leaves_the_mark_and_misses_no_transfer() {
    block_on(async {
        let shop = Shop::with(&["one"]).await;
        let till = till(&shop).await;
        let (ali, sara) = (shop.customer(0).await, shop.customer(0).await);
        let first = ali.checkout(shop.wish(&till, None), None).await.unwrap();
        let second = sara.checkout(shop.wish(&till, None), None).await.unwrap();
        shop.bank.confirm(&pays(&shop, &first));
        shop.after(3, STEP).await;
        assert_eq!(now_state(&ali, &first).await, "fulfilled");
        assert_eq!(now_state(&sara, &second).await, "awaiting_payment");
        let reached = mark(&shop, &till).await;
        assert_eq!(reached.as_ref().map(|mark| mark.reached.as_str()), Some("1"));
        shop.bank.fault(Some(Fault::Ambiguous));
        shop.bank.confirm(&pays(&shop, &second));
        shop.after(12, SignedDuration::from_mins(10)).await;
        assert_eq!(mark(&shop, &till).await, reached, "nothing could be read");
        shop.bank.fault(None);
        shop.after(6, SignedDuration::from_mins(10)).await;
        assert_eq!(now_state(&sara, &second).await, "fulfilled");
        assert_eq!(mark(&shop, &till).await.map(|mark| mark.reached), Some("2".to_owned()));
        assert!(shop.operator.poison_jobs().await.unwrap().is_empty());
    });
}

#[test]
fn money_on_its_way_becomes_final_and_a_transfer_that_is_taken_back_is_noticed() {
    block_on(async {
        let shop = Shop::with(&["one"]).await;
        let till = till(&shop).await;
        let ali = shop.customer(0).await;
        let order = ali.checkout(shop.wish(&till, None), None).await.unwrap();
        let transfer = pays(&shop, &order);
        shop.after(4, STEP).await;
        let payment = ali.order(&order.order_id).await.unwrap().payment.unwrap();
        assert_eq!(
            (payment.state.as_str(), now_state(&ali, &order).await.as_str()),
            ("seen", "awaiting_payment")
        );
        shop.bank.confirm(&transfer);
        shop.after(5, STEP).await;
        assert_eq!(now_state(&ali, &order).await, "fulfilled");
        shop.bank.drop_transfer(&transfer);
        shop.after(5, SignedDuration::from_mins(20)).await;
        let filter = OperatorOrderFilter { attention: true, ..OperatorOrderFilter::default() };
        let orders = shop.operator.orders(filter, PageRequest::default()).await.unwrap();
        assert_eq!(orders.items.len(), 1, "the operator is shown what was taken back");
    });
}

#[test]
fn late_money_is_found_and_reading_ends_when_nobody_waits() {
    block_on(async {
        let shop = Shop::with(&["one"]).await;
        let till = till(&shop).await;
        let ali = shop.customer(0).await;
        let order = ali.checkout(shop.wish(&till, None), None).await.unwrap();
        shop.after(7, SignedDuration::from_mins(20)).await;
        assert_eq!(now_state(&ali, &order).await, "expired");
        shop.bank.confirm(&pays(&shop, &order));
        shop.after(2, SignedDuration::from_mins(1)).await;
        assert_eq!(now_state(&ali, &order).await, "fulfilled", "at the locked price, in the shop's currency");
        // The window and 48 times as long after it are watched.
        shop.after(80, SignedDuration::from_hours(1)).await;
        assert_eq!(mark(&shop, &till).await, None, "forgotten, so that the next begins with its own payment");
        let again = ali.checkout(shop.wish(&till, None), None).await.unwrap();
        shop.bank.confirm(&pays(&shop, &again));
        shop.after(3, STEP).await;
        assert_eq!(now_state(&ali, &again).await, "fulfilled", "and reading begins anew");
    });
}
