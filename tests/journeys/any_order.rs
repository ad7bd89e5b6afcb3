//! News of money in any order, each of it more than once: in the end all is the same, and the books agree.

use crate::world::{Customer, Shop, dollars, on_every_storage, payment_of};
use nexa_core::{
    domain::money::{Currency, Money},
    ports::gateway::Callback,
    sim::gateway::FakeGateway,
    storefront::model::OrderView,
};
use std::sync::Arc;

on_every_storage!(news_in_any_order_and_twice_comes_to_the_same);

/// A gateway that tells of money by signed messages.
struct Teller {
    id: String,
    endpoint: String,
}

impl Teller {
    async fn of(shop: &Shop) -> Self {
        let id = shop.adds_gateway("fake", serde_json::json!({ "signed": true })).await;
        let gateways = shop.operator.gateways().await.expect("gateways");
        let address = gateways.into_iter().find(|g| g.gateway_id == id).expect("a gateway").callback_url;
        Self { id, endpoint: address.rsplit('/').next().expect("an endpoint").to_owned() }
    }

    async fn tells(&self, shop: &Shop, message: &Callback) {
        let id = self.id.parse().expect("an id");
        shop.door.receive(id, &self.endpoint, message.clone()).await.expect("taken");
    }
}

/// Money comes for an order; the message says all that has come for it.
fn comes(shop: &Shop, order: &OrderView, minor: i64) -> Callback {
    let bank = shop.bank.gateway();
    let reference = &payment_of(order).payment_id;
    bank.confirm(&bank.pay(reference, Money::new(minor, Currency::Usd), shop.now()));
    FakeGateway::signed(Arc::clone(bank), Currency::Usd).message(reference)
}

/// Every order of so many things.
fn permutations(of: usize) -> Vec<Vec<usize>> {
    if of == 0 {
        return vec![Vec::new()];
    }
    let shorter = permutations(of - 1);
    let with = |rest: &Vec<usize>, at: usize| {
        let mut all = rest.clone();
        all.insert(at, of - 1);
        all
    };
    shorter.iter().flat_map(|rest| (0..of).map(move |at| with(rest, at))).collect()
}

/// What a customer and the shop see at the end.
async fn seen(of: &Customer, orders: &[OrderView]) -> (i64, Vec<(String, String, i64)>) {
    let mut all = Vec::new();
    for order in orders {
        let now = of.looks_at(order).await;
        let payment = payment_of(&now);
        all.push((now.state.clone(), payment.state.clone(), payment.received.minor));
    }
    (of.wallet().await, all)
}

async fn news_in_any_order_and_twice_comes_to_the_same(shop: Shop) {
    let teller = Teller::of(&shop).await;
    let mut first = None;
    for (round, order) in permutations(5).into_iter().enumerate() {
        let ann = shop.customer().await;
        let (one, two) =
            (ann.orders(&teller.id).await.expect("one"), ann.orders(&teller.id).await.expect("two"));
        let more = ann.tops_up(dollars(3), &teller.id).await.expect("a top-up");
        // One order is paid in two parts, one with too much, and more than was asked for fills the wallet.
        let news = [
            comes(&shop, &one, 300),
            comes(&shop, &one, 200),
            comes(&shop, &two, 100),
            comes(&shop, &two, 450),
            comes(&shop, &more, 700),
        ];
        for at in &order {
            teller.tells(&shop, &news[*at]).await;
            // Now and then all is read before the next comes, and now and then all at once.
            if (round + at) % 2 == 0 {
                shop.works().await;
            }
        }
        for at in order.iter().rev() {
            teller.tells(&shop, &news[*at]).await;
        }
        shop.works().await;
        let end = seen(&ann, &[one, two, more]).await;
        assert_eq!(end.0, 750, "{order:?}");
        assert_eq!(&end, first.get_or_insert_with(|| end.clone()), "{order:?}");
        assert!(shop.operator.books().await.expect("the books").balanced, "{order:?}");
    }
    shop.is_in_order().await;
}
