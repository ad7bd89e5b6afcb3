//! What providers list of a day: all pages or nothing, its first second and not that of the next day, and no money of
//! another kind. That names are those of `inspect` is a case of the core's suite.

use crate::{
    monero::Monero,
    processors::{Desk, Entry, Fake, btcpay::BtcPay, cryptopay::CryptoPay, oxapay::OxaPay, theirs},
    stripe::{self, Stripe},
};
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{Fixture, Outage, done, opened},
    ports::{gateway::Gateway, outcome::Outcome},
};
use nexa_payments::testing::ServerFault;
use std::{collections::BTreeSet, sync::Arc};
use uuid::Uuid;

/// A span of time in seconds since 1970: the movements that are listed for it.
async fn listed(gateway: &Arc<dyn Gateway>, from: i64, to: i64) -> BTreeSet<String> {
    let facts = done(asked(gateway, from, to).await);
    let names: BTreeSet<_> = facts.iter().map(|fact| fact.movement.clone()).collect();
    assert_eq!(names.len(), facts.len(), "each one once");
    names
}

async fn asked(
    gateway: &Arc<dyn Gateway>,
    from: i64,
    to: i64,
) -> Outcome<Vec<nexa_core::domain::payment::Observation>> {
    let at = |second| Timestamp::from_second(second).expect("a moment");
    gateway.statement(at(from), at(to)).await
}

fn entry(n: u128, currency: &str, status: &str) -> Entry {
    Entry {
        order: Uuid::from_u128(n).to_string(),
        price: "9.99".into(),
        currency: currency.into(),
        status: status.into(),
        paid: "0".into(),
    }
}

#[tokio::test]
async fn charges_are_read_page_by_page() {
    let at = Stripe::new().await;
    let mut sent = BTreeSet::new();
    for n in 0..230 {
        let (_, opened) = opened(&at, n).await;
        sent.insert(at.server.with(|stripe| stripe.pay(&opened.reference, true)).expect("an open session"));
    }
    let (from, to) = (stripe::NOW, stripe::NOW + 86_400);
    assert_eq!(listed(&at.gateway, from, to).await, sent);
    for spare in 0..3 {
        at.server.fail_after(spare, Some(ServerFault::ServerError));
        let outcome = asked(&at.gateway, from, to).await;
        assert!(matches!(outcome, Outcome::Ambiguous(_)), "page {spare}: {outcome:?}");
    }
    at.server.fail(None);
    assert_eq!(listed(&at.gateway, from, to).await, sent);
}

#[tokio::test]
async fn a_charge_that_brought_nothing_is_not_listed() {
    let at = Stripe::new().await;
    let mut paid = Vec::new();
    for (n, second) in (0..).zip([0, 1, 86_399, 86_400]) {
        let (_, opened) = opened(&at, n).await;
        at.server.with(|stripe| stripe.at(stripe::NOW + second));
        paid.push(at.server.with(|stripe| stripe.pay(&opened.reference, true)).expect("an open session"));
        at.server.with(|stripe| stripe.at(stripe::NOW));
    }
    let day = async || listed(&at.gateway, stripe::NOW, stripe::NOW + 86_400).await;
    assert_eq!(day().await, paid[..3].iter().cloned().collect());
    at.server.with(|stripe| stripe.give_back(&paid[0], None));
    at.server.with(|stripe| stripe.dispute(&paid[1], "needs_response"));
    assert_eq!(day().await, BTreeSet::from([paid[2].clone()]));
    // What was won, and what was given back in part, stands.
    at.server.with(|stripe| stripe.dispute(&paid[1], "won"));
    at.server.with(|stripe| stripe.give_back(&paid[2], Some(10)));
    assert_eq!(day().await, paid[1..3].iter().cloned().collect());
    let (_, opened) = opened(&at, 9).await;
    at.server.with(|stripe| stripe.mistakes(&opened.reference, 5_000, "eur"));
    at.server.with(|stripe| stripe.pay(&opened.reference, true));
    assert_eq!(day().await, paid[1..3].iter().cloned().collect(), "in another currency");
}

#[tokio::test]
async fn invoices_of_crypto_pay_are_read_page_by_page() {
    let desk = Desk::<CryptoPay>::new().await;
    let mut sent = BTreeSet::new();
    for n in 0..650 {
        let id = desk.fake.book().add("52", entry(n, "USD", "paid"));
        sent.insert(format!("{id}:999"));
    }
    desk.fake.book().add("52", entry(1, "USD", "expired"));
    desk.fake.book().add("52", entry(1, "USDT", "paid"));
    let now = desk.now().as_second();
    let (from, to) = (now - 3_600, now + 3_600);
    assert_eq!(listed(&desk.gateway, from, to).await, sent);
    let first = sent.first().expect("one").clone();
    for (at, is_listed) in [(from, true), (from - 1, false), (to - 1, true), (to, false)] {
        desk.fake.paid_at(theirs(&first), &Timestamp::from_second(at).expect("a moment").to_string());
        assert_eq!(listed(&desk.gateway, from, to).await.contains(&first), is_listed, "{at}");
    }
    for spare in 0..3 {
        desk.server.fail_after(spare, Outage::Limited);
        let outcome = asked(&desk.gateway, from, to).await;
        assert!(matches!(outcome, Outcome::Unreachable(_)), "page {spare}: {outcome:?}");
    }
    desk.server.fail(Outage::None);
    desk.fake.paid_at(theirs(&first), "");
    let outcome = asked(&desk.gateway, from, to).await;
    assert!(matches!(outcome, Outcome::Ambiguous(_)), "a payment without a time: {outcome:?}");
}

#[tokio::test]
async fn invoices_of_btcpay_are_read_page_by_page_and_by_when_money_came() {
    let desk = Desk::<BtcPay>::new().await;
    let (invoice, _) = opened(&desk, 0).await;
    let mut sent = Vec::new();
    for n in 0..230 {
        let id = desk.fake.book().add("XEDvpempoTYJHJTKGDff", entry(n, "USD", "Settled"));
        sent.push(desk.fake.pay(&id, invoice.due, "Settled"));
    }
    // What nothing came for is not even looked at; what came for another price is none of ours.
    for status in ["New", "Expired"] {
        desk.fake.book().add("XEDvpempoTYJHJTKGDff", entry(999, "USD", status));
    }
    let id = desk.fake.book().add("XEDvpempoTYJHJTKGDff", entry(999, "EUR", "Settled"));
    desk.fake.pay(&id, invoice.due, "Settled");
    let on_its_way = desk.fake.book().add("XEDvpempoTYJHJTKGDff", entry(998, "USD", "Processing"));
    desk.fake.pay(&on_its_way, invoice.due, "Processing");
    let now = desk.now().as_second();
    let (from, to) = (now - 3_600, now + 3_600);
    let all: BTreeSet<_> = sent.iter().cloned().collect();
    assert_eq!(listed(&desk.gateway, from, to).await, all);
    // Late money is of the day on which it came.
    let late = now + 3 * 86_400;
    desk.fake.received_at(&sent[0], late);
    assert_eq!(listed(&desk.gateway, late, late + 1).await, BTreeSet::from([sent[0].clone()]));
    assert_eq!(listed(&desk.gateway, late - 1, late).await, BTreeSet::new());
    assert_eq!(listed(&desk.gateway, from, to).await, sent[1..].iter().cloned().collect());
    for spare in [0, 1, 2, 3, 100, 200] {
        desk.server.fail_after(spare, Outage::Broken);
        let outcome = asked(&desk.gateway, from, to).await;
        assert!(matches!(outcome, Outcome::Ambiguous(_)), "call {spare}: {outcome:?}");
    }
}

#[tokio::test]
async fn what_an_operator_marked_as_paid_is_of_the_day_of_its_invoice() {
    let desk = Desk::<BtcPay>::new().await;
    let id = desk.fake.book().add("XEDvpempoTYJHJTKGDff", entry(1, "USD", "Settled/Marked"));
    let now = desk.now().as_second();
    assert_eq!(listed(&desk.gateway, now, now + 1).await, BTreeSet::from([format!("{id}:marked:999")]));
    assert_eq!(listed(&desk.gateway, now - 1, now).await, BTreeSet::new());
}

#[tokio::test]
async fn a_wallet_tells_of_final_transfers_to_all_its_addresses() {
    let at = Monero::new().await;
    let ((invoice, first), (_, second)) = (opened(&at, 1).await, opened(&at, 2).await);
    let paid = [at.make_paid(&first, invoice.due).await, at.make_paid(&second, invoice.due).await];
    at.make_seen(&first, invoice.due).await;
    let now = at.now().as_second();
    assert_eq!(listed(&at.gateway, now, now + 1).await, paid.iter().cloned().collect());
    let txid = theirs(&paid[0]).to_owned();
    at.wallet.change(&txid, |transfer| transfer["unlock_time"] = 9.into());
    assert_eq!(
        listed(&at.gateway, now, now + 1).await,
        BTreeSet::from([paid[1].clone()]),
        "locked for years"
    );
}

#[tokio::test]
async fn who_keeps_no_list_says_so() {
    let desk = Desk::<OxaPay>::new().await;
    let outcome = asked(&desk.gateway, 0, desk.now().as_second()).await;
    assert!(matches!(outcome, Outcome::Rejected(_)), "{outcome:?}");
}
