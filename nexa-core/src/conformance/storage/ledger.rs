//! Journals and balances.

use super::{
    Bench, cases,
    fixture::{NONE, first, page},
};
use crate::{
    domain::{
        ledger::{Account, Journal},
        money::{Currency, Money},
    },
    ids::{GatewayId, ShopId},
    ports::storage::{Posted, PostedEntry},
};

cases![
    a_posting_moves_both_accounts,
    a_cause_is_posted_once_per_shop,
    a_wallet_never_goes_below_zero,
    what_is_set_aside_never_goes_below_zero,
    concurrent_debits_never_overdraw_a_wallet,
    histories_come_newest_first_and_never_cut_a_journal,
    the_trial_balance_agrees_and_sums_to_zero,
    a_cause_is_known_in_its_shop_only,
    a_balance_never_wraps_around,
];

const fn rial(minor: i64) -> Money {
    Money::new(minor, Currency::Irr)
}

fn outside() -> Account {
    Account::Clearing(GatewayId::from(uuid::Uuid::nil()))
}

async fn post(bench: &Bench, journal: &Journal) -> Posted {
    let mut tx = bench.tx().await;
    let posted = tx.post(journal).await.unwrap();
    tx.commit().await.unwrap();
    posted
}

async fn balance(bench: &Bench, shop: ShopId, account: Account) -> i64 {
    bench.read().await.balance(shop, account, Currency::Irr).await.unwrap().minor
}

async fn a_posting_moves_both_accounts(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    assert_eq!(post(&bench, &bench.journal(shop.id, "in", user.id, 500)).await, Posted::New);
    assert_eq!(post(&bench, &bench.journal(shop.id, "out", user.id, -200)).await, Posted::New);
    assert_eq!(balance(&bench, shop.id, Account::Wallet(user.id)).await, 300);
    assert_eq!(balance(&bench, shop.id, outside()).await, -300);
    assert_eq!(balance(&bench, shop.id, Account::Revenue).await, 0);
    let other = bench.read().await.balance(shop.id, outside(), Currency::Usd).await.unwrap();
    assert_eq!(other, Money::zero(Currency::Usd));
}

async fn a_cause_is_posted_once_per_shop(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (other, stranger) = bench.open_shop().await;
    assert_eq!(post(&bench, &bench.journal(shop.id, "same", user.id, 5)).await, Posted::New);
    assert_eq!(post(&bench, &bench.journal(shop.id, "same", user.id, 7)).await, Posted::Already);
    assert_eq!(post(&bench, &bench.journal(other.id, "same", stranger.id, 9)).await, Posted::New);
    assert_eq!(balance(&bench, shop.id, Account::Wallet(user.id)).await, 5);
    assert_eq!(balance(&bench, other.id, Account::Wallet(stranger.id)).await, 9);
}

async fn a_wallet_never_goes_below_zero(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    assert_eq!(post(&bench, &bench.journal(shop.id, "in", user.id, 10)).await, Posted::New);
    assert_eq!(post(&bench, &bench.journal(shop.id, "out", user.id, -11)).await, Posted::Short);
    assert_eq!(balance(&bench, shop.id, Account::Wallet(user.id)).await, 10);
    assert_eq!(balance(&bench, shop.id, outside()).await, -10);
    // What fell short was not posted, so the same cause can be tried again.
    assert_eq!(post(&bench, &bench.journal(shop.id, "more", user.id, 1)).await, Posted::New);
    assert_eq!(post(&bench, &bench.journal(shop.id, "out", user.id, -11)).await, Posted::New);
    assert_eq!(balance(&bench, shop.id, Account::Wallet(user.id)).await, 0);
}

async fn what_is_set_aside_never_goes_below_zero(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (wallet, held) = (Account::Wallet(user.id), Account::Held(user.id));
    let moved = |cause: &str, from, to, minor| {
        let at = bench.later();
        let journal = Journal::new(bench.world.id(), shop.id, cause.to_owned(), at);
        journal.transfer(from, to, rial(minor)).unwrap()
    };
    assert_eq!(post(&bench, &bench.journal(shop.id, "in", user.id, 10)).await, Posted::New);
    assert_eq!(post(&bench, &moved("hold", wallet, held, 7)).await, Posted::New);
    assert_eq!(post(&bench, &moved("release", held, wallet, 8)).await, Posted::Short);
    assert_eq!(post(&bench, &moved("release", held, wallet, 7)).await, Posted::New);
    assert_eq!(post(&bench, &moved("again", held, wallet, 1)).await, Posted::Short);
    assert_eq!((balance(&bench, shop.id, wallet).await, balance(&bench, shop.id, held).await), (10, 0));
}

async fn concurrent_debits_never_overdraw_a_wallet(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    assert_eq!(post(&bench, &bench.journal(shop.id, "in", user.id, 1_000)).await, Posted::New);
    let journals: Vec<Journal> =
        (0..64).map(|n| bench.journal(shop.id, &format!("out:{n}"), user.id, -30)).collect();
    let outcomes = futures::future::join_all(journals.iter().map(|journal| post(&bench, journal))).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Posted::New).count(), 33);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Posted::Short).count(), 31);
    assert_eq!(balance(&bench, shop.id, Account::Wallet(user.id)).await, 10);
}

async fn histories_come_newest_first_and_never_cut_a_journal(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let wallet = Account::Wallet(user.id);
    let one = bench.journal(shop.id, "one", user.id, 100);
    let two = bench.journal(shop.id, "two", user.id, 50);
    let two = two.transfer(wallet, Account::Revenue, rial(20)).unwrap();
    let two = two.transfer(wallet, Account::Adjustment, rial(5)).unwrap();
    for journal in [&one, &two] {
        assert_eq!(post(&bench, journal).await, Posted::New);
    }
    let line = |journal: &Journal, minor| PostedEntry {
        journal: journal.id,
        cause: journal.cause.clone(),
        amount: rial(minor),
        at: journal.at,
    };
    let newer = [line(&two, 50), line(&two, -20), line(&two, -5)];
    let mut read = bench.read().await;
    let all = read.entries(shop.id, wallet, first()).await.unwrap();
    assert_eq!(all[..3], newer);
    assert_eq!(all[3..], [line(&one, 100)]);
    assert_eq!(read.entries(shop.id, wallet, page(NONE, 1)).await.unwrap(), newer);
    assert_eq!(read.entries(shop.id, wallet, page(Some(two.id), 1)).await.unwrap(), [line(&one, 100)]);
    assert_eq!(read.entries(shop.id, Account::Revenue, first()).await.unwrap(), [line(&two, 20)]);
    assert_eq!(read.entries(shop.id, Account::Exchange, first()).await.unwrap(), []);
}

async fn the_trial_balance_agrees_and_sums_to_zero(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let coins = Money::new(40, Currency::Ltc);
    let journal =
        bench.journal(shop.id, "in", user.id, 900).transfer(outside(), Account::Exchange, coins).unwrap();
    assert_eq!(post(&bench, &journal).await, Posted::New);
    assert_eq!(post(&bench, &bench.journal(shop.id, "out", user.id, -300)).await, Posted::New);
    let lines = bench.read().await.trial_balance(shop.id).await.unwrap();
    let ltc = |minor| Money::new(minor, Currency::Ltc);
    let expected = [
        (outside(), rial(-600), rial(-600)),
        (outside(), ltc(-40), ltc(-40)),
        (Account::Exchange, ltc(40), ltc(40)),
        (Account::Wallet(user.id), rial(600), rial(600)),
    ];
    assert_eq!(lines, expected);
    assert_eq!(bench.read().await.trial_balance(bench.world.id()).await.unwrap(), []);
}

async fn a_balance_never_wraps_around(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    assert_eq!(post(&bench, &bench.journal(shop.id, "most", user.id, i64::MAX)).await, Posted::New);
    assert!(bench.tx().await.post(&bench.journal(shop.id, "more", user.id, 1)).await.is_err());
    assert_eq!(balance(&bench, shop.id, Account::Wallet(user.id)).await, i64::MAX);
}

async fn a_cause_is_known_in_its_shop_only(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (other, _) = bench.open_shop().await;
    let posted = async |shop, cause| bench.read().await.is_posted(shop, cause).await.unwrap();
    assert!(!posted(shop.id, "in").await);
    assert_eq!(post(&bench, &bench.journal(shop.id, "in", user.id, 5)).await, Posted::New);
    assert!(posted(shop.id, "in").await && !posted(shop.id, "i").await && !posted(other.id, "in").await);
}
