//! What counts as money on TON: the right comment, every sign of finality, the token's own contract, and no gap between scans.

use crate::{
    connect,
    ton::{FALSE_USDT, KEY, OWNER, Ton, USDT},
    watched::NOW,
};
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{Fixture, done, expected, movement, opened},
    domain::payment::{Finality, PayStep},
};
use nexa_payments::{
    testing::{TonFault, TonServer},
    ton::TonKind,
};
use serde_json::{Value, json};

#[tokio::test]
async fn customers_are_shown_a_comment_and_the_form_that_does_not_bounce() {
    for (kind, token) in [(TonKind::TON, String::new()), (TonKind::USDT, format!("&jetton={USDT}"))] {
        let ton = Ton::of(kind).await;
        let (invoice, opened) = opened(&ton, 0).await;
        let PayStep::Transfer { address, uri, memo } = opened.step else { panic!("a transfer") };
        assert!(address.starts_with("UQ") && address.len() == 48, "{address}");
        assert_eq!(memo.as_ref(), Some(&opened.reference));
        let memo = memo.expect("a comment");
        assert!(memo.starts_with("NX-") && memo.len() == 11, "{memo}");
        assert_eq!(uri, format!("ton://transfer/{address}?amount={}&text={memo}{token}", invoice.due.minor));
    }
}

#[tokio::test]
async fn comments_count_without_their_case_and_spaces_and_only_as_a_whole() {
    for kind in [TonKind::TON, TonKind::USDT] {
        let ton = Ton::of(kind).await;
        let (invoice, opened) = opened(&ton, 0).await;
        let memo = &opened.reference;
        for other in [format!("{memo}5"), format!("pay {memo}"), memo[..10].to_owned(), String::new()] {
            ton.sends(&other, 500, true);
        }
        assert_eq!(ton.scan(&invoice, &opened, None).await.0, []);
        let paid = ton.sends(&format!("  {} ", memo.to_lowercase()), 500, true);
        let (facts, _) = ton.scan(&invoice, &opened, None).await;
        assert_eq!(facts.len(), 1);
        assert_eq!((facts[0].movement.as_str(), facts[0].amount.minor), (paid.as_str(), 500));
        assert_eq!((facts[0].reference.as_str(), facts[0].raw.as_str()), (memo.as_str(), "500"));
    }
}

#[tokio::test]
async fn transactions_of_the_real_machine_are_told_apart() {
    let fixture: Value = serde_json::from_str(include_str!("../fixtures/ton.json")).expect("JSON");
    let owner = fixture["owner"].as_str().expect("an address");
    let server = TonServer::start(owner, None, NOW).await.expect("a port");
    let config = json!({ "address": owner, "servers": [server.base_url()] });
    let ton = Ton { gateway: connect(&TonKind::TON, config), server, token: None };
    let rows = fixture["rows"].as_array().expect("rows");
    let listed: Vec<_> = rows.iter().map(|row| (&row["name"], ton.server.lists(row.clone()))).collect();
    assert_eq!(listed.len(), 7);
    let (invoice, opened) = opened(&ton, 0).await;
    assert_eq!(fixture["memo"], json!(opened.reference), "another program computes the same comment");
    let (facts, _) = ton.scan(&invoice, &opened, None).await;
    let counted = listed.iter().filter_map(|(name, hash)| {
        let fact = facts.iter().find(|fact| fact.movement == *hash)?;
        Some((name.as_str()?, fact.amount.minor, fact.finality))
    });
    let counted: Vec<_> = counted.collect();
    let all = Finality::Confirmed;
    assert_eq!(counted, [("paid", 1_500_000_000, all), ("paid in small letters", 250_000_000, all)]);
    assert_eq!(facts.len(), 2);
}

type Change = fn(&mut Value);

#[tokio::test]
async fn coins_count_only_when_every_sign_is_right() {
    let changes: [(&str, Change, Option<Finality>); 12] = [
        ("foreseen only", |tx| tx["emulated"] = json!(true), Some(Finality::Seen)),
        ("not final", |tx| tx["finality"] = json!("confirmed"), Some(Finality::Seen)),
        ("an unknown word", |tx| tx["finality"] = json!("soon"), Some(Finality::Seen)),
        (
            "an older server, no block",
            |tx| {
                tx["finality"] = Value::Null;
                tx["mc_block_seqno"] = json!(0);
            },
            Some(Finality::Seen),
        ),
        ("an older server", |tx| tx["finality"] = Value::Null, Some(Finality::Confirmed)),
        ("aborted", |tx| tx["description"]["aborted"] = json!(true), None),
        ("came back", |tx| tx["in_msg"]["bounced"] = json!(true), None),
        ("the owner's own order", |tx| tx["in_msg"]["source"] = Value::Null, None),
        ("nothing in it", |tx| tx["in_msg"]["value"] = json!("0"), None),
        ("an order to a contract", |tx| tx["in_msg"]["opcode"] = json!("0x7362d09c"), None),
        ("encrypted", |tx| tx["in_msg"]["opcode"] = json!("0x2167da4b"), None),
        ("somebody else's account", |tx| tx["in_msg"]["destination"] = json!(FALSE_USDT), None),
    ];
    for (name, change, wanted) in changes {
        let ton = Ton::of(TonKind::TON).await;
        let (invoice, opened) = opened(&ton, 0).await;
        let hash = ton.sends(&opened.reference, invoice.due.minor, true);
        assert_eq!(ton.scan(&invoice, &opened, None).await.0[0].finality, Finality::Confirmed);
        ton.server.change(&hash, change);
        let (facts, _) = ton.scan(&invoice, &opened, None).await;
        assert_eq!(facts.first().map(|fact| fact.finality), wanted, "{name}");
    }
}

#[tokio::test]
async fn tokens_count_only_from_their_own_contract() {
    // In the list of transfers, or in the transaction that is looked up.
    let (list, tx) = (true, false);
    for (name, place, at, value, wanted) in [
        ("a false contract", list, "/jetton_master", json!(FALSE_USDT), None),
        ("aborted", list, "/transaction_aborted", json!(true), None),
        ("nobody sent it", list, "/source", Value::Null, None),
        ("to somebody else", list, "/destination", json!(FALSE_USDT), None),
        ("its transaction aborted", tx, "/description/aborted", json!(true), None),
        ("its transaction is foreseen", tx, "/emulated", json!(true), Some(Finality::Seen)),
    ] {
        let ton = Ton::of(TonKind::USDT).await;
        let (invoice, opened) = opened(&ton, 0).await;
        let hash = ton.sends(&opened.reference, invoice.due.minor, true);
        assert_eq!(ton.scan(&invoice, &opened, None).await.0[0].finality, Finality::Confirmed);
        ton.server.change(&hash, |said| {
            if said.get("jetton_master").is_some() == place {
                *said.pointer_mut(at).expect("a field") = value.clone();
            }
        });
        let (facts, _) = ton.scan(&invoice, &opened, None).await;
        assert_eq!(facts.first().map(|fact| fact.finality), wanted, "{name}");
    }
    let ton = Ton::of(TonKind::USDT).await;
    let (invoice, opened) = opened(&ton, 0).await;
    ton.server.sends_token(FALSE_USDT, &opened.reference, invoice.due.minor, true);
    ton.server.sends(&opened.reference, invoice.due.minor, true);
    assert_eq!(ton.scan(&invoice, &opened, None).await.0, [], "neither another token nor the chain's coin");
}

#[tokio::test]
async fn a_scan_goes_on_behind_its_cursor_and_misses_nothing() {
    let ton = Ton::of(TonKind::TON).await;
    let (invoice, opened) = opened(&ton, 0).await;
    // More than fit into one answer, all in one second.
    for n in 0..1_203 {
        ton.sends(&format!("noise {n}"), 1, true);
    }
    let first = ton.sends(&opened.reference, 7, true);
    let (facts, cursor) = ton.scan(&invoice, &opened, None).await;
    assert_eq!(facts.iter().map(|f| f.movement.clone()).collect::<Vec<_>>(), [first]);
    // What is not final yet holds the cursor.
    let slow = ton.sends(&opened.reference, 8, false);
    ton.server.advance(3_000);
    let later = moment(NOW + 3_000);
    let one = [expected(&invoice, &opened)];
    let scan = done(ton.gateway.scan(&one, Some(&cursor), later).await);
    assert!(scan.seen.iter().any(|f| f.movement == slow && f.finality == Finality::Seen));
    ton.server.advance(3_000);
    ton.server.change(&slow, |tx| {
        tx["emulated"] = json!(false);
        tx["finality"] = json!("finalized");
        tx["mc_block_seqno"] = json!(40_000_009);
    });
    let much_later = moment(NOW + 6_000);
    let scan = done(ton.gateway.scan(&one, Some(&scan.cursor), much_later).await);
    assert!(scan.seen.iter().any(|f| f.movement == slow && f.finality == Finality::Confirmed));
    // From there on, nothing old is read again.
    ton.server.advance(3_000);
    let end = moment(NOW + 9_000);
    let scan = done(ton.gateway.scan(&one, Some(&scan.cursor), end).await);
    let again = done(ton.gateway.scan(&one, Some(&scan.cursor), end).await);
    assert_eq!(again.seen, []);
    assert!(ton.server.requests().last().is_some_and(|asked| asked.contains("start_utime=1800008400")));
}

#[tokio::test]
async fn another_server_answers_and_keys_stay_with_their_own() {
    let own = TonServer::start(OWNER, Some(KEY), NOW).await.expect("a port");
    let other = TonServer::start(OWNER, None, NOW).await.expect("a port");
    let config = json!({ "address": OWNER, "timeout_seconds": 1,
        "servers": [{ "url": own.base_url(), "key": KEY }, other.base_url()] });
    let gateway = connect(&TonKind::TON, config);
    let ton = Ton { gateway, server: own, token: None };
    let (invoice, opened) = opened(&ton, 0).await;
    let hash = ton.sends(&opened.reference, invoice.due.minor, true);
    assert_eq!(other.sends(&opened.reference, invoice.due.minor, true), hash, "both name it alike");
    for fault in
        [TonFault::TooManyRequests, TonFault::ServerError, TonFault::Garbage, TonFault::Stale, TonFault::Hang]
    {
        ton.server.fail(Some(fault));
        assert_eq!(ton.scan(&invoice, &opened, None).await.0.len(), 1, "{fault:?}");
        ton.server.fail(None);
    }
    // Gone at one of them is not gone.
    let facts = ton.scan(&invoice, &opened, None).await.0;
    let known: Vec<_> = facts.iter().map(|fact| movement(fact, &invoice)).collect();
    ton.server.forget(&hash);
    other.advance(60);
    let still = done(ton.gateway.recheck(&known, ton.now()).await);
    assert!(still.iter().all(|fact| fact.finality == Finality::Confirmed), "{still:?}");
    other.forget(&hash);
    let gone = done(ton.gateway.recheck(&known, ton.now()).await);
    assert_eq!(gone[0].finality, Finality::Dropped);
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a moment")
}
