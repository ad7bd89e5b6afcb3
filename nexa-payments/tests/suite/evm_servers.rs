//! JSON-RPC servers that refuse, lag, reorganise or contradict each other: the cursor never passes what was not read.

use crate::{
    connect,
    evm::{Evm, TOKEN, chain, config},
    watched::NOW,
};
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{Fixture as _, done, expected, movement, opened},
    domain::payment::Finality,
    ports::{gateway::Scan, outcome::Outcome},
};
use nexa_payments::{
    evm::EvmKind,
    testing::{EvmChain, EvmFault, EvmServer},
};
use std::sync::{Arc, Mutex};

fn names(scan: &Scan) -> Vec<&str> {
    scan.seen.iter().map(|fact| fact.movement.as_str()).collect()
}

#[tokio::test]
async fn a_range_that_is_refused_is_halved_until_it_is_not() {
    let evm = Evm::start(18).await;
    let (invoice, opened) = opened(&evm, 0).await;
    let wanted = [expected(&invoice, &opened)];
    let mut paid = Vec::new();
    for _ in 0..5 {
        paid.push(evm.make_paid(&opened, invoice.due).await);
        evm.server.chain().mine(3);
    }
    for (most, code) in [(7, -32005), (50, -32602), (100, -32000)] {
        evm.server.fail(Some(EvmFault::Range(most, code)));
        let scan = done(evm.gateway.scan(&wanted, None, evm.now()).await);
        assert_eq!(names(&scan), paid, "at most {most} blocks");
        assert_eq!(scan.cursor, evm.server.chain().head().to_string());
    }
    // Block by block nobody gets anywhere; better to say so than to stand still.
    evm.server.fail(Some(EvmFault::Range(1, -32005)));
    let cursor = (evm.server.chain().head() - 1).to_string();
    let scan = evm.gateway.scan(&wanted, Some(&cursor), evm.now()).await;
    assert!(matches!(scan, Outcome::Ambiguous(_)), "{scan:?}");
    evm.server.fail(Some(EvmFault::NoLogs));
    let scan = evm.gateway.scan(&wanted, Some("200"), evm.now()).await;
    assert!(matches!(scan, Outcome::Ambiguous(_)), "{scan:?}");
    assert!(matches!(evm.gateway.check().await, Outcome::Ambiguous(_)), "the operator is told");
}

#[tokio::test]
async fn hundreds_of_addresses_are_asked_for_in_pieces_and_a_long_way_in_several_scans() {
    let server = EvmServer::start(chain(18)).await.expect("a port");
    let mut settings = config(&[&server], 18);
    settings["blocks_per_call"] = serde_json::json!(10);
    let gateway = connect(&EvmKind::USDT_BSC, settings);
    let evm = Evm::start(18).await;
    let mut wanted = Vec::new();
    let mut last = None;
    for n in 0..250 {
        let (invoice, opened) = opened(&evm, n).await;
        wanted.push(expected(&invoice, &opened));
        last = Some(opened);
    }
    let last = last.expect("many");
    server.chain().mine(1_000);
    let paid = server.chain().pay(&last.reference, 10_u128.pow(18));
    server.chain().mine(3);
    let (mut cursor, mut seen) = (None::<String>, Vec::new());
    for _ in 0..30 {
        let scan = done(gateway.scan(&wanted, cursor.as_deref(), evm.now()).await);
        seen.extend(scan.seen);
        if cursor.as_ref() == Some(&scan.cursor) {
            break;
        }
        cursor = Some(scan.cursor);
    }
    assert_eq!(cursor, Some(server.chain().head().to_string()));
    assert!(!seen.is_empty() && seen.iter().all(|fact| fact.movement == paid), "{seen:?}");
    let asked = server.calls().into_iter().filter(|(method, _)| method == "eth_getLogs");
    assert!(
        asked.clone().count() > 3
            && asked.clone().all(|(_, params)| {
                params[0]["topics"][2].as_array().is_some_and(|some| some.len() <= 100)
            })
    );
}

#[tokio::test]
async fn a_server_of_another_chain_or_token_is_not_believed() {
    let foreign = |chain_id, decimals| {
        let chain = EvmChain::new(chain_id, TOKEN, decimals, NOW);
        EvmServer::start(Arc::new(Mutex::new(chain)))
    };
    for server in [foreign(56, 18).await, foreign(97, 6).await] {
        let server = server.expect("a port");
        let gateway = connect(&EvmKind::USDT_BSC, config(&[&server], 18));
        let evm = Evm::start(18).await;
        let (invoice, opened) = opened(&evm, 0).await;
        server.chain().pay(&opened.reference, 10_u128.pow(18));
        let scan = gateway.scan(&[expected(&invoice, &opened)], None, evm.now()).await;
        assert!(matches!(scan, Outcome::Ambiguous(_)), "{scan:?}");
        assert!(matches!(gateway.check().await, Outcome::Ambiguous(_)));
    }
}

#[tokio::test]
async fn without_the_tag_blocks_are_counted() {
    let evm = Evm::start(18).await;
    let (invoice, opened) = opened(&evm, 0).await;
    let wanted = [expected(&invoice, &opened)];
    evm.server.fail(Some(EvmFault::NoFinality));
    evm.make_seen(&opened, invoice.due).await;
    // BSC's 15 blocks: the transfer's own and 14 more.
    for more in 0..15 {
        let scan = done(evm.gateway.scan(&wanted, None, evm.now()).await);
        let wished = if more >= 14 { Finality::Confirmed } else { Finality::Seen };
        assert_eq!(scan.seen[0].finality, wished, "after {more} more blocks");
        evm.server.chain().mine(1);
    }
}

#[tokio::test]
async fn a_reorganisation_takes_a_transfer_away_and_brings_it_back_elsewhere() {
    let evm = Evm::start(18).await;
    let (invoice, opened) = opened(&evm, 0).await;
    let wanted = [expected(&invoice, &opened)];
    evm.make_seen(&opened, invoice.due).await;
    evm.server.chain().mine(5);
    let first = done(evm.gateway.scan(&wanted, None, evm.now()).await);
    let known = [movement(&first.seen[0], &invoice)];
    evm.server.chain().reorg(7);
    let gone = done(evm.gateway.recheck(&known, evm.now()).await);
    assert_eq!((gone.len(), gone[0].finality), (1, Finality::Dropped));
    let again = evm.make_paid(&opened, invoice.due).await;
    let second = done(evm.gateway.scan(&wanted, Some(&first.cursor), evm.now()).await);
    assert_eq!(names(&second), [again]);
}

#[tokio::test]
async fn servers_that_contradict_each_other_are_waited_for() {
    let common = chain(18);
    let own = EvmServer::start(Arc::clone(&common)).await.expect("a port");
    let apart = Arc::new(Mutex::new(common.lock().expect("alone").clone()));
    let other = EvmServer::start(apart).await.expect("a port");
    let gateway = connect(&EvmKind::USDT_BSC, config(&[&own, &other], 18));
    let evm = Evm::start(18).await;
    let (invoice, opened) = opened(&evm, 0).await;
    let wanted = [expected(&invoice, &opened)];
    let paid = own.chain().pay(&opened.reference, 10_u128.pow(18));
    // The other is only behind: no contradiction.
    let scan = done(gateway.scan(&wanted, None, evm.now()).await);
    assert_eq!(names(&scan), [paid.as_str()]);
    let known = [movement(&scan.seen[0], &invoice)];
    own.chain().mine(3);
    other.chain().mine(4);
    let block = own.chain().head() - 3;
    let scan = done(gateway.scan(&wanted, None, evm.now()).await);
    assert_eq!(names(&scan), Vec::<&str>::new());
    assert_eq!(scan.cursor, (block - 1).to_string(), "not beyond what they contradict each other about");
    assert_eq!(done(gateway.recheck(&known, evm.now()).await), [], "nothing changes either");
    // They agree again.
    let agreed = own.chain().clone();
    *other.chain() = agreed;
    let scan = done(gateway.scan(&wanted, Some(&(block - 1).to_string()), evm.now()).await);
    assert_eq!(names(&scan), [paid.as_str()]);
    assert_eq!(scan.seen[0].finality, Finality::Confirmed);
    // One is away: the other is enough.
    own.fail(Some(EvmFault::Hang));
    let scan = done(gateway.scan(&wanted, Some("100"), evm.now()).await);
    assert_eq!(names(&scan), [paid.as_str()]);
}

#[tokio::test]
async fn a_transfer_is_found_however_old_the_oldest_payment_is() {
    let evm = Evm::start(18).await;
    let (invoice, opened) = opened(&evm, 0).await;
    evm.server.chain().mine(2_000);
    let paid = evm.make_paid(&opened, invoice.due).await;
    let mut wanted = expected(&invoice, &opened);
    for seconds in [0, 60, 1_000, 3_900] {
        wanted.since = Timestamp::from_second(NOW + seconds).expect("a moment");
        let scan = done(evm.gateway.scan(&[wanted.clone()], None, evm.now()).await);
        assert_eq!(names(&scan), [paid.as_str()], "since {seconds} s");
    }
    wanted.since = Timestamp::UNIX_EPOCH;
    let scan = done(evm.gateway.scan(&[wanted], None, evm.now()).await);
    assert_eq!(names(&scan), [paid.as_str()], "older than the chain");
}
