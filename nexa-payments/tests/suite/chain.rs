//! What happens on chains only: several outputs, replacement, reorganisation, depth, pages.

use crate::{
    at,
    utxo::{Utxo, satoshi},
};
use nexa_core::{
    conformance::gateway::{Fixture, done, invoice, movement, opened},
    domain::{
        money::{Currency, Money},
        payment::{Finality, Movement, Observation, PayStep},
    },
    ports::outcome::Outcome,
};
use nexa_payments::{testing::Fault, utxo::UtxoKind};
use serde_json::json;
use std::collections::HashSet;

async fn look(utxo: &Utxo, address: &str) -> Vec<Observation> {
    done(utxo.gateway.inspect(&[at(address)], utxo.now()).await)
}

async fn again(utxo: &Utxo, known: &[Movement]) -> Vec<Observation> {
    done(utxo.gateway.recheck(known, utxo.now()).await)
}

fn known(utxo: &Utxo, facts: &[Observation]) -> Vec<Movement> {
    facts.iter().map(|fact| movement(fact, &invoice(utxo, 0))).collect()
}

#[tokio::test]
async fn the_step_holds_what_a_wallet_opens() {
    let utxo = Utxo::litecoin().await;
    let (_, opened) = opened(&utxo, 0).await;
    let PayStep::Transfer { address, uri, .. } = opened.step else { panic!("a transfer") };
    assert_eq!(address, "rltc1qjmxnz78nmc8nq77wuxh25n2es7rzm5c23g5xdr");
    assert_eq!(opened.reference, address);
    assert_eq!(uri, format!("litecoin:{address}?amount=0.00130000&label=Caf%C3%A9%20%26%20Sons%20100%25"));
    assert!(utxo.server.requests().is_empty(), "opening needs nobody");
}

#[tokio::test]
async fn two_outputs_of_one_transaction_count_apart() {
    let utxo = Utxo::litecoin().await;
    let (invoice, opened) = opened(&utxo, 0).await;
    let ours = opened.reference.as_str();
    let txid = utxo.chain.pay(&[(ours, 70_000), ("rltc1qother", 5), (ours, 60_000), (ours, 0)]);
    utxo.chain.mine(1);
    let facts = look(&utxo, ours).await;
    let seen: Vec<_> = facts.iter().map(|fact| (fact.movement.clone(), fact.raw.as_str())).collect();
    assert_eq!(seen, [(format!("{txid}:0"), "70000"), (format!("{txid}:2"), "60000")]);
    assert_eq!(facts.iter().map(|fact| fact.amount.minor).sum::<i64>(), invoice.due.minor);
    assert!(facts.iter().all(|fact| fact.family == "litecoin-regtest" && fact.anchor.is_some()));
}

#[tokio::test]
async fn more_transactions_than_fit_a_page_are_all_found() {
    let utxo = Utxo::litecoin().await;
    let (_, opened) = opened(&utxo, 0).await;
    let mut sent: HashSet<String> = (0..60)
        .map(|n| {
            let txid = utxo.chain.pay(&[(&opened.reference, 10_000 + n)]);
            utxo.chain.mine(usize::from(n % 3 == 0));
            format!("{txid}:0")
        })
        .collect();
    utxo.chain.mine(1);
    sent.insert(format!("{}:0", utxo.chain.pay(&[(&opened.reference, 9_999)])));
    let facts = look(&utxo, &opened.reference).await;
    assert_eq!(facts.len(), 61);
    assert_eq!(facts.into_iter().map(|fact| fact.movement).collect::<HashSet<_>>(), sent);
    // The way to the second page breaks: all or nothing.
    for good in 0..5 {
        utxo.server.heal();
        let before = utxo.server.requests().len();
        look(&utxo, &opened.reference).await;
        assert!(utxo.server.requests().len() - before >= 5);
        utxo.server.fail_next(1, Fault::ServerError);
        let broken = utxo.gateway.inspect(&[at(&opened.reference)], utxo.now()).await;
        assert!(matches!(broken, Outcome::Ambiguous(_)), "{good}: {broken:?}");
    }
}

#[tokio::test]
async fn depth_grows_with_the_amount() {
    let steps = json!([{ "up_to": 100_000, "confirmations": 2 }, { "confirmations": 4 }]);
    let utxo = Utxo::of(&UtxoKind::BITCOIN, &[("confirmations", steps)]).await;
    let (_, small) = opened(&utxo, 0).await;
    let (_, split) = opened(&utxo, 1).await;
    utxo.chain.pay(&[(&small.reference, 100_000)]);
    // Two outputs that are small each, but not together.
    utxo.chain.pay(&[(&split.reference, 60_000), (&split.reference, 60_000)]);
    let mut seen = Vec::new();
    for _ in 0..5 {
        let small = look(&utxo, &small.reference).await[0].finality == Finality::Confirmed;
        let split = look(&utxo, &split.reference).await.iter().all(|f| f.finality == Finality::Confirmed);
        seen.push((small, split));
        utxo.chain.mine(1);
    }
    assert_eq!(seen, [(false, false), (false, false), (true, false), (true, false), (true, true)]);
}

#[tokio::test]
async fn a_replacement_by_less_takes_the_first_promise_back() {
    let utxo = Utxo::litecoin().await;
    let (invoice, opened) = opened(&utxo, 0).await;
    let first = utxo.chain.pay(&[(&opened.reference, satoshi(invoice.due))]);
    let facts = look(&utxo, &opened.reference).await;
    assert_eq!(facts[0].finality, Finality::Seen);
    let second = utxo.chain.replace(&first, &[(&opened.reference, 500)]).expect("unconfirmed");
    let gone = again(&utxo, &known(&utxo, &facts)).await;
    assert_eq!((gone[0].movement.clone(), gone[0].finality), (format!("{first}:0"), Finality::Dropped));
    let now = look(&utxo, &opened.reference).await;
    let left: Vec<_> = now.iter().map(|fact| (fact.movement.clone(), fact.amount)).collect();
    assert_eq!(left, [(format!("{second}:0"), Money::new(500, Currency::Ltc))]);
}

#[tokio::test]
async fn a_reorganisation_makes_confirmed_money_unconfirmed() {
    let utxo = Utxo::litecoin().await;
    let (invoice, opened) = opened(&utxo, 0).await;
    utxo.make_paid(&opened, invoice.due).await;
    let facts = look(&utxo, &opened.reference).await;
    assert_eq!(facts[0].finality, Finality::Confirmed);
    let stored = known(&utxo, &facts);
    assert_eq!(again(&utxo, &stored).await, facts, "it stands as long as its block does");
    utxo.chain.reorg(1);
    let after = again(&utxo, &stored).await;
    assert_eq!((after[0].finality, after[0].anchor.clone()), (Finality::Seen, None));
    utxo.chain.mine(1);
    let back = again(&utxo, &known(&utxo, &after)).await;
    assert_eq!(back[0].finality, Finality::Confirmed);
    assert_ne!(back[0].anchor, facts[0].anchor, "in another block");
    assert_eq!(back[0].movement, facts[0].movement);
}

#[tokio::test]
async fn movements_of_others_are_left_alone() {
    let utxo = Utxo::litecoin().await;
    let (invoice, opened) = opened(&utxo, 0).await;
    utxo.make_paid(&opened, invoice.due).await;
    let mut stored = known(&utxo, &look(&utxo, &opened.reference).await);
    stored[0].family = "bitcoin".to_owned();
    assert!(again(&utxo, &stored).await.is_empty());
    let other = utxo.gateway.inspect(&[at("bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu")], utxo.now()).await;
    assert!(matches!(other, Outcome::Rejected(_)), "{other:?}");
}

#[tokio::test]
async fn no_two_of_many_openings_share_an_address() {
    let utxo = Utxo::litecoin().await;
    let all = futures::future::join_all((0..2_000).map(|n| opened(&utxo, n))).await;
    let addresses: HashSet<_> = all.into_iter().map(|(_, opened)| opened.reference).collect();
    assert_eq!(addresses.len(), 2_000);
}

#[tokio::test]
async fn an_address_full_of_dust_does_not_hold_up_the_others() {
    let utxo = Utxo::litecoin().await;
    let (_, dusted) = opened(&utxo, 0).await;
    let (invoice, honest) = opened(&utxo, 1).await;
    for _ in 0..600 {
        utxo.chain.pay(&[(&dusted.reference, 1)]);
    }
    utxo.make_paid(&honest, invoice.due).await;
    let facts = done(utxo.gateway.inspect(&[at(&dusted.reference), at(&honest.reference)], utxo.now()).await);
    assert!(facts.iter().any(|fact| fact.reference == honest.reference && fact.amount == invoice.due));
}
