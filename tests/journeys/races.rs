//! Sixty-four at once for what only a few may have, round after round, on threads of their own.
//!
//! Where `CI` is set there are 200 rounds in memory and 20 on a disk, whose commits take their time; elsewhere 10.
//! `NEXA_RACE_ROUNDS=2000` sets another number. Each race prints its rounds and how many won (`-- races --nocapture`).

mod holds;
mod resale;

use crate::world::{Customer, GIB, Shop, cents, days, dollars, percent_off, wish};
use futures::future::{BoxFuture, FutureExt as _, join_all};
use nexa_core::{
    backoffice::model::{CouponTerms, SendBackRequest},
    domain::{
        money::{Currency, Money},
        user::Principal,
    },
    error::Result,
    sim::gateway::FakeGateway,
    storefront::model::{CheckoutRequest, PageRequest, Purpose},
};
use std::sync::Arc;
use tokio::sync::Barrier;

use holds::{splitting_one_wallet, the_rest_and_giving_up, the_rest_and_the_end};
use resale::selling_on_credit_for_ten;

/// How many try at once.
const AT_ONCE: usize = 64;

#[expect(clippy::disallowed_methods, reason = "how long a test runs is no configuration of the product")]
fn rounds(in_ci: usize) -> usize {
    let wished = std::env::var("NEXA_RACE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    wished.unwrap_or(if std::env::var_os("CI").is_some() { in_ci } else { 10 })
}

/// Everybody begins in the same moment.
#[expect(clippy::disallowed_methods, reason = "those who race need tasks of their own")]
async fn at_once<T: Send + 'static>(tries: Vec<BoxFuture<'static, T>>) -> Vec<T> {
    let barrier = Arc::new(Barrier::new(tries.len()));
    let started = tries.into_iter().map(|one| {
        let barrier = Arc::clone(&barrier);
        tokio::spawn(async move {
            barrier.wait().await;
            one.await
        })
    });
    join_all(started).await.into_iter().map(|done| done.expect("no panic")).collect()
}

/// The refusals of those who lost; the number of those who won.
fn won<T: std::fmt::Debug>(tries: Vec<Result<T>>, no: &[&str]) -> Vec<T> {
    let mut won = Vec::new();
    for tried in tries {
        match tried {
            Ok(one) => won.push(one),
            Err(lost) => {
                let code = crate::world::refused::<()>(Err(lost));
                assert!(no.contains(&code), "{code}");
            }
        }
    }
    won
}

#[expect(clippy::print_stdout, reason = "the rounds are what whoever runs it wants to see")]
fn told(race: &str, rounds: usize, wins: usize) {
    println!("{race}: {rounds} rounds of {AT_ONCE}, {wins} won");
}

async fn crowd(shop: &Shop) -> Vec<Customer> {
    let mut all = Vec::new();
    for _ in 0..AT_ONCE {
        all.push(shop.customer().await);
    }
    all
}

macro_rules! races {
    ($($race:ident),+ $(,)?) => {
        mod in_memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $race() {
                super::$race(crate::world::Shop::in_memory().await, super::rounds(200)).await;
            })+
        }
        mod in_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $race() {
                super::$race(crate::world::Shop::in_sqlite().await, super::rounds(20)).await;
            })+
        }
        mod in_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $race() {
                if let Some(shop) = crate::world::Shop::in_postgres(stringify!($race)).await {
                    super::$race(shop, super::rounds(20)).await;
                }
            })+
        }
    };
}

races!(
    a_coupon_for_five,
    a_gift_for_one,
    a_service_for_one,
    a_trial_for_one,
    a_wallet_for_one_month,
    paying_and_giving_up,
    selling_on_credit_for_ten,
    splitting_one_wallet,
    the_rest_and_giving_up,
    the_rest_and_the_end,
    refunding_once,
    sending_back_and_buying,
    callbacks_and_looks,
);

async fn a_coupon_for_five(shop: Shop, rounds: usize) {
    let crowd = crowd(&shop).await;
    shop.adds_coupon("FIVE", CouponTerms { total: Some(5), ..percent_off(10) }).await;
    let coupon =
        async || shop.operator.coupons(PageRequest::default()).await.expect("coupons").items.remove(0).taken;
    let mut wins = 0;
    for _ in 0..rounds {
        let month = wish(Purpose::New, &shop.month, None, &shop.transfer);
        let month = CheckoutRequest { coupon: Some("five".to_owned()), ..month };
        let tries = crowd.iter().map(|of| {
            let (front, month) = (Arc::clone(&of.shop), month.clone());
            async move { front.checkout(month, None).await }.boxed()
        });
        let placed = won(at_once(tries.collect()).await, &["coupon_used_up"]);
        assert_eq!((placed.len(), coupon().await), (5, 5));
        assert!(placed.iter().all(|order| order.price == cents(450)));
        wins += placed.len();
        // Those who have one give it up, all at once too, and twice.
        let owners = crowd.iter().map(|of| {
            let (front, mine) = (Arc::clone(&of.shop), placed.clone());
            async move {
                for order in mine {
                    // Somebody else's is not found; one's own is open once.
                    drop(front.cancel_order(&order.order_id).await);
                }
            }
            .boxed()
        });
        at_once(owners.collect()).await;
        assert_eq!(coupon().await, 0, "every use is free again");
    }
    told("a coupon for five", rounds, wins);
    shop.is_in_order().await;
}

async fn a_gift_for_one(shop: Shop, rounds: usize) {
    let ann = shop.customer().await;
    let crowd = crowd(&shop).await;
    let mut wins = 0;
    for _ in 0..rounds {
        ann.receives(dollars(5)).await;
        let gift = CheckoutRequest { gift: true, ..wish(Purpose::New, &shop.month, None, "wallet") };
        ann.shop.checkout(gift, None).await.expect("a gift");
        let code = ann.shop.gifts().await.expect("gifts").remove(0).code.expect("a code");
        let tries = crowd.iter().map(|of| {
            let (front, code) = (Arc::clone(&of.shop), code.clone());
            async move { front.claim_gift(&code, None).await }.boxed()
        });
        let claimed = won(at_once(tries.collect()).await, &["gift_claimed"]);
        assert_eq!(claimed.len(), 1);
        wins += claimed.len();
    }
    told("a gift for one", rounds, wins);
    shop.is_in_order().await;
}

async fn a_service_for_one(shop: Shop, rounds: usize) {
    shop.adopts_as(&shop.month).await;
    let crowd = crowd(&shop).await;
    let mut wins = 0;
    for _ in 0..rounds {
        let service = shop.server("frankfurt").made_by_hand(GIB, shop.now() + days(1)).await.expose();
        let held = async || {
            let page = PageRequest { cursor: None, limit: Some(100) };
            let all = shop.operator.subscriptions(None, page).await.expect("subscriptions");
            all.items.iter().filter(|one| one.state == "active").count()
        };
        let before = held().await;
        let tries = crowd.iter().map(|of| {
            let (front, service) = (Arc::clone(&of.shop), service.clone());
            async move { front.adopt(&service).await }.boxed()
        });
        let adopted = won(at_once(tries.collect()).await, &["service_unknown", "too_many_attempts"]);
        assert_eq!((adopted.len(), held().await), (1, before + 1));
        wins += adopted.len();
        // It is over, and whoever misses often has to wait a minute at most.
        shop.after(days(2)).await;
    }
    told("a service for one", rounds, wins);
    shop.is_in_order().await;
}

async fn a_trial_for_one(shop: Shop, rounds: usize) {
    shop.gives_trials_of(&shop.month).await;
    let mut wins = 0;
    for _ in 0..rounds {
        let ann = shop.customer().await;
        let tries = (0..AT_ONCE).map(|_| {
            let front = Arc::clone(&ann.shop);
            async move { front.trial().await }.boxed()
        });
        let got = won(at_once(tries.collect()).await, &["trial_used"]);
        assert_eq!(got.len(), 1);
        wins += got.len();
    }
    told("a trial for one", rounds, wins);
    shop.is_in_order().await;
}

async fn a_wallet_for_one_month(shop: Shop, rounds: usize) {
    let ann = shop.customer().await;
    let mut wins = 0;
    for _ in 0..rounds {
        ann.receives(dollars(9)).await;
        let before = ann.wallet().await;
        let tries = (0..AT_ONCE).map(|_| {
            let (front, month) = (Arc::clone(&ann.shop), wish(Purpose::New, &shop.month, None, "wallet"));
            async move { front.checkout(month, None).await }.boxed()
        });
        let bought = won(at_once(tries.collect()).await, &["not_enough_funds"]);
        let paid = i64::try_from(bought.len()).expect("few") * 500;
        assert_eq!((before / 500 * 500, before - paid), (paid, ann.wallet().await));
        wins += bought.len();
    }
    told("a wallet for one month", rounds, wins);
    shop.is_in_order().await;
}

async fn paying_and_giving_up(shop: Shop, rounds: usize) {
    let ann = shop.customer().await;
    let mut wins = 0;
    for _ in 0..rounds {
        ann.receives(dollars(5)).await;
        let before = ann.wallet().await;
        let order = ann.orders(&shop.transfer).await.expect("an order");
        let tries = (0..AT_ONCE).map(|n| {
            let (front, id) = (Arc::clone(&ann.shop), order.order_id.clone());
            async move {
                if n % 2 == 0 {
                    return front.pay(&id, "wallet", false).await;
                }
                // Paying looks around before it begins; giving up does not, and would always be first.
                for _ in 0..n {
                    tokio::task::yield_now().await;
                }
                front.cancel_order(&id).await
            }
            .boxed()
        });
        let done = won(at_once(tries.collect()).await, &["order_not_open"]);
        assert_eq!(done.len(), 1, "paid or given up, once");
        let now = ann.looks_at(&order).await;
        let paid = now.paid_at.is_some();
        assert_eq!(now.state == "cancelled", !paid);
        assert_eq!(ann.wallet().await, if paid { before - 500 } else { before });
        wins += usize::from(paid);
    }
    told("paying and giving up", rounds, wins);
    shop.is_in_order().await;
}

async fn refunding_once(shop: Shop, rounds: usize) {
    let ann = shop.customer().await;
    let mut wins = 0;
    for _ in 0..rounds {
        ann.receives(dollars(5)).await;
        let order = ann.orders("wallet").await.expect("an order");
        shop.works().await;
        let before = ann.wallet().await;
        let tries = (0..AT_ONCE).map(|_| {
            let office = shop.nexa.backoffice(Principal::clone(&shop.operator_is));
            let id = order.order_id.clone();
            async move { office.refund_order(&id).await }.boxed()
        });
        let begun = won(at_once(tries.collect()).await, &["order_not_refundable"]);
        assert_eq!(begun.len(), 1);
        shop.works().await;
        assert_eq!(ann.wallet().await, before + 500, "once");
        wins += begun.len();
    }
    told("refunding once", rounds, wins);
    shop.is_in_order().await;
}

/// Half of the crowd spends what the other half sends back.
async fn sending_back_and_buying(shop: Shop, rounds: usize) {
    let config = serde_json::json!({ "wallet": "cards", "refunds": true });
    let card = shop.adds_gateway("fake", config).await;
    let ann = shop.customer().await;
    let mut wins = 0;
    for _ in 0..rounds {
        let order = ann.tops_up(dollars(5), &card).await.expect("an order");
        shop.bank.pays(&order);
        shop.after(crate::world::minutes(1)).await;
        let one = shop.operator.transfers(&order.order_id).await.expect("transfers").remove(0);
        let month = wish(Purpose::New, &shop.month, None, "wallet");
        let tries = (0..AT_ONCE).map(|n| {
            let office = shop.nexa.backoffice(Principal::clone(&shop.operator_is));
            let (front, month) = (Arc::clone(&ann.shop), month.clone());
            let (id, network, name) = (one.payment_id.clone(), one.network.clone(), one.name.clone());
            async move {
                if n % 2 == 0 {
                    front.checkout(month, None).await
                } else {
                    office.send_back(&id, SendBackRequest { network, name }).await
                }
            }
            .boxed()
        });
        let no = ["already_decided", "return_not_covered", "not_enough_funds"];
        let one = won(at_once(tries.collect()).await, &no);
        assert_eq!(one.len(), 1, "the money is there once");
        shop.works().await;
        assert_eq!(ann.wallet().await, 0);
        wins += usize::from(one[0].order_id == order.order_id);
    }
    told("sending back and buying", rounds, wins);
    shop.is_in_order().await;
}

async fn callbacks_and_looks(shop: Shop, rounds: usize) {
    let signed = shop.adds_gateway("fake", serde_json::json!({ "signed": true })).await;
    let gateways = shop.operator.gateways().await.expect("gateways");
    let address = gateways.into_iter().find(|g| g.gateway_id == signed).expect("a gateway").callback_url;
    let endpoint = address.rsplit('/').next().expect("an endpoint").to_owned();
    let ann = shop.customer().await;
    let (bank, mut credited) = (Arc::clone(shop.bank.gateway()), 0);
    for _ in 0..rounds {
        let order = ann.tops_up(dollars(3), &signed).await.expect("an order");
        let payment = order.payment.expect("a payment").payment_id;
        bank.confirm(&bank.pay(&payment, Money::new(300, Currency::Usd), shop.now()));
        let message = FakeGateway::signed(Arc::clone(&bank), Currency::Usd).message(&payment);
        shop.clock.advance(crate::world::minutes(1));
        let tries = (0..AT_ONCE).map(|n| {
            let (door, worker) = (Arc::clone(&shop.door), shop.nexa.worker());
            let (id, endpoint, message) = (signed.clone(), endpoint.clone(), message.clone());
            async move {
                if n % 2 == 0 {
                    let told = door.receive(id.parse().expect("an id"), &endpoint, message).await;
                    told.map(drop).expect("taken");
                } else {
                    worker.tick().await.map(drop).expect("the queue");
                }
            }
            .boxed()
        });
        at_once(tries.collect()).await;
        shop.works().await;
        credited += 300;
        assert_eq!(ann.wallet().await, credited, "once");
    }
    told("callbacks and looks", rounds, rounds);
    shop.is_in_order().await;
}
