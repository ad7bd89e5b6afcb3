//! What only Zibal does: it says how much and for which order, and so is held to it.

use super::{asks, zibal};
use nexa_core::{
    conformance::gateway::{Fixture, done, opened},
    domain::payment::Finality,
    ports::outcome::Outcome,
};
use nexa_payments::testing::rial::{Bank, Stage};

#[tokio::test]
async fn another_order_is_not_ours() {
    let at = zibal().await;
    let (invoice, opened) = opened(&at, 0).await;
    at.server.with(|bank| {
        bank.desk().pay(&opened.reference);
        bank.desk().confuses(&opened.reference, "another");
    });
    let facts = done(at.gateway.inspect(&asks(&opened.reference, invoice.due), at.now()).await);
    assert_eq!((facts.len(), facts[0].finality, facts[0].reference.as_str()), (1, Finality::Seen, ""));
    assert_eq!(at.server.with(|bank| bank.desk().attempts()[0].stage), Stage::Paid, "it is not verified");
}

#[tokio::test]
async fn paid_without_an_amount_is_not_paid() {
    let at = zibal().await;
    let (invoice, opened) = opened(&at, 0).await;
    at.server.with(|bank| {
        bank.desk().pay(&opened.reference);
        bank.leaves_amounts_out();
    });
    let looked = at.gateway.inspect(&asks(&opened.reference, invoice.due), at.now()).await;
    assert!(matches!(looked, Outcome::Ambiguous(_)), "{looked:?}");
    assert_eq!(at.server.with(|bank| bank.desk().attempts()[0].stage), Stage::Paid);
}

#[tokio::test]
async fn attempts_have_numbers() {
    let at = zibal().await;
    let (invoice, _) = opened(&at, 0).await;
    for name in ["", "x", "12x", "99999999999999999999"] {
        let looked = at.gateway.inspect(&asks(name, invoice.due), at.now()).await;
        assert!(matches!(looked, Outcome::Rejected(_)), "{name}: {looked:?}");
    }
    // A number that Zibal does not know is no payment either.
    let looked = at.gateway.inspect(&asks("7", invoice.due), at.now()).await;
    assert!(matches!(looked, Outcome::Rejected(_)), "{looked:?}");
}
