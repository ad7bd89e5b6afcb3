//! News of money in any order, each of it more than once: in the end all is the same, and the books agree.
//!
//! The lists of news are made up by proptest from a fixed seed; each is told to one customer as it happened, and to
//! another in any order, repeated, and read at odd moments.

use crate::world::{Customer, Shop, dollars, on_every_storage, payment_of};
use nexa_core::{
    domain::money::{Currency, Money},
    ports::gateway::Callback,
    sim::gateway::FakeGateway,
    storefront::model::OrderView,
};
use proptest::{
    collection::vec,
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::sync::Arc;

on_every_storage!(news_in_any_order_and_twice_comes_to_the_same);

/// How many lists of news are tried.
const LISTS: usize = 120;
/// Two orders of a month for 5.00, and 3.00 for the wallet.
const ORDERS: usize = 3;

/// What happens, and how it is told.
#[derive(Debug)]
struct Story {
    /// To which order how much comes, in cents.
    transfers: Vec<(usize, i64)>,
    /// Which of it is told, one after the other, and whether everything is read before the next.
    told: Vec<(usize, bool)>,
}

/// Everything is told at least once, some of it up to three times.
fn story() -> impl Strategy<Value = Story> {
    let amount = prop::sample::select(vec![1, 100, 199, 200, 300, 301, 499, 500, 501, 1_250]);
    vec((0..ORDERS, amount), 1..8).prop_flat_map(|transfers| {
        let again = vec(0..transfers.len(), 0..2 * transfers.len());
        let all = again.prop_map({
            let once = 0..transfers.len();
            move |again| once.clone().chain(again).collect::<Vec<_>>()
        });
        let told = all.prop_shuffle().prop_flat_map(|all| {
            let reads = vec(any::<bool>(), all.len());
            reads.prop_map(move |reads| all.iter().copied().zip(reads).collect())
        });
        (Just(transfers), told).prop_map(|(transfers, told)| Story { transfers, told })
    })
}

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

    /// A new customer to whom this happens, told in this order; what everybody sees at the end.
    async fn plays(&self, shop: &Shop, transfers: &[(usize, i64)], told: &[(usize, bool)]) -> End {
        let ann = shop.customer().await;
        let orders = [
            ann.orders(&self.id).await.expect("one"),
            ann.orders(&self.id).await.expect("two"),
            ann.tops_up(dollars(3), &self.id).await.expect("a top-up"),
        ];
        let news: Vec<_> = transfers.iter().map(|(to, minor)| comes(shop, &orders[*to], *minor)).collect();
        for (which, read) in told {
            self.tells(shop, &news[*which]).await;
            if *read {
                shop.works().await;
            }
        }
        shop.works().await;
        End::of(&ann, &orders).await
    }
}

/// Money comes for an order; the message says all that has come for it.
fn comes(shop: &Shop, order: &OrderView, minor: i64) -> Callback {
    let bank = shop.bank.gateway();
    let reference = &payment_of(order).payment_id;
    bank.confirm(&bank.pay(reference, Money::new(minor, Currency::Usd), shop.now()));
    FakeGateway::signed(Arc::clone(bank), Currency::Usd).message(reference)
}

/// What a customer and the shop see at the end.
#[derive(PartialEq, Debug)]
struct End {
    wallet: i64,
    orders: Vec<(String, String, i64)>,
}

impl End {
    async fn of(customer: &Customer, orders: &[OrderView]) -> Self {
        let mut all = Vec::new();
        for order in orders {
            let now = customer.looks_at(order).await;
            let payment = payment_of(&now);
            all.push((now.state.clone(), payment.state.clone(), payment.received.minor));
        }
        Self { wallet: customer.wallet().await, orders: all }
    }

    /// What came in, less what was bought with it.
    fn is_all_of(&self, transfers: &[(usize, i64)]) -> bool {
        let came: i64 = transfers.iter().map(|(_, minor)| minor).sum();
        let months = self.orders.iter().take(2).filter(|(state, ..)| state == "fulfilled").count();
        self.wallet == came - 500 * i64::try_from(months).expect("two at most")
    }
}

async fn news_in_any_order_and_twice_comes_to_the_same(shop: Shop) {
    let teller = Teller::of(&shop).await;
    let dice = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), dice);
    for _ in 0..LISTS {
        let story = story().new_tree(&mut runner).expect("a story").current();
        let as_it_was: Vec<_> = (0..story.transfers.len()).map(|which| (which, true)).collect();
        let one = teller.plays(&shop, &story.transfers, &as_it_was).await;
        let other = teller.plays(&shop, &story.transfers, &story.told).await;
        assert_eq!(one, other, "{story:?}");
        assert!(one.is_all_of(&story.transfers), "{one:?} after {story:?}");
        assert!(shop.operator.books().await.expect("the books").balanced, "{story:?}");
    }
    shop.is_in_order().await;
}
