//! Several servers: one is away, behind, or says something else.

use crate::{
    at,
    utxo::{KEY, Utxo},
};
use nexa_core::{
    conformance::gateway::{Fixture, done, invoice, movement, opened},
    domain::payment::Finality,
    ports::outcome::Outcome,
};
use nexa_payments::{
    testing::{EsploraServer, Fault, MemoryChain},
    utxo::UtxoKind,
};
use serde_json::json;
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// A gateway with two servers: the fixture's own and `other`.
async fn pair(chain: &Arc<MemoryChain>) -> (Utxo, EsploraServer) {
    let other = EsploraServer::start(chain.clone()).await.expect("a port");
    let own = EsploraServer::start(chain.clone()).await.expect("a port");
    let servers = json!([own.base_url(), other.base_url()]);
    let utxo = Utxo::of(&UtxoKind::LITECOIN, &[("servers", servers)]).await;
    (Utxo { chain: Arc::clone(chain), server: own, ..utxo }, other)
}

#[tokio::test]
async fn the_second_server_answers_when_the_first_fails() {
    let chain = MemoryChain::new();
    for fault in
        [Fault::TooManyRequests, Fault::ServerError, Fault::StaleTip(3), Fault::TruncatedJson, Fault::Hang]
    {
        let (utxo, _other) = pair(&chain).await;
        let (invoice, opened) = opened(&utxo, 0).await;
        let references = [opened.reference.clone()];
        utxo.make_paid(&opened, invoice.due).await;
        let facts = done(utxo.gateway.inspect(&references.clone().map(|r| at(&r)), utxo.now()).await);
        utxo.server.fail(fault);
        assert_eq!(
            done(utxo.gateway.inspect(&references.clone().map(|r| at(&r)), utxo.now()).await),
            facts,
            "{fault:?}"
        );
        assert!(utxo.gateway.check().await.done().is_some(), "{fault:?}");
    }
}

#[tokio::test]
async fn nobody_there_is_unreachable_and_a_closed_port_is_named_without_its_path() {
    let utxo = Utxo::litecoin().await;
    let closed = {
        let server = EsploraServer::start(MemoryChain::new()).await.expect("a port");
        let base = server.base_url();
        server.stop().await;
        base
    };
    let servers = json!([format!("{closed}/v1/access-key-4711")]);
    let away = Utxo::of(&UtxoKind::LITECOIN, &[("servers", servers)]).await;
    let (_, opened) = opened(&utxo, 0).await;
    let outcome = away.gateway.inspect(&[at(&opened.reference)], away.now()).await;
    let Outcome::Unreachable(text) = outcome else { panic!("{outcome:?}") };
    assert!(!text.contains("4711") && text.contains("127.0.0.1"), "{text}");
}

#[tokio::test]
async fn money_is_not_final_while_another_server_says_otherwise() {
    let (ours, theirs) = (MemoryChain::new(), MemoryChain::new());
    let own = EsploraServer::start(ours.clone()).await.expect("a port");
    let other = EsploraServer::start(theirs.clone()).await.expect("a port");
    let servers = json!([own.base_url(), other.base_url()]);
    let utxo = Utxo::of(&UtxoKind::LITECOIN, &[("servers", servers)]).await;
    let (invoice, opened) = opened(&utxo, 0).await;
    let references = [opened.reference.clone()];
    ours.pay(&[(&opened.reference, 130_000)]);
    let seen = done(utxo.gateway.inspect(&references.clone().map(|r| at(&r)), utxo.now()).await);
    assert_eq!(seen[0].finality, Finality::Seen);
    ours.mine(1);
    let stored: Vec<_> = seen.iter().map(|fact| movement(fact, &invoice)).collect();
    // The other one lags: it has no opinion.
    assert_eq!(
        done(utxo.gateway.inspect(&references.clone().map(|r| at(&r)), utxo.now()).await)[0].finality,
        Finality::Confirmed
    );
    assert_eq!(done(utxo.gateway.recheck(&stored, utxo.now()).await)[0].finality, Finality::Confirmed);
    // It is as high and does not know the transaction: wait.
    theirs.mine(1);
    assert_eq!(done(utxo.gateway.inspect(&references.clone().map(|r| at(&r)), utxo.now()).await), []);
    assert_eq!(done(utxo.gateway.recheck(&stored, utxo.now()).await), []);
    // It does not answer: no opinion.
    other.fail(Fault::ServerError);
    assert_eq!(
        done(utxo.gateway.inspect(&references.clone().map(|r| at(&r)), utxo.now()).await)[0].finality,
        Finality::Confirmed
    );
}

#[tokio::test]
async fn money_is_not_gone_while_another_server_sees_it() {
    let (ours, theirs) = (MemoryChain::new(), MemoryChain::new());
    let own = EsploraServer::start(ours.clone()).await.expect("a port");
    let other = EsploraServer::start(theirs.clone()).await.expect("a port");
    let servers = json!([own.base_url(), other.base_url()]);
    let utxo = Utxo::of(&UtxoKind::LITECOIN, &[("servers", servers)]).await;
    let (invoice, opened) = opened(&utxo, 0).await;
    // Both chains name their transactions alike, so this is the same one at both.
    let txid = ours.pay(&[(&opened.reference, 130_000)]);
    assert_eq!(theirs.pay(&[(&opened.reference, 130_000)]), txid);
    let seen = done(utxo.gateway.inspect(&[at(&opened.reference)], utxo.now()).await);
    let stored: Vec<_> = seen.iter().map(|fact| movement(fact, &invoice)).collect();
    ours.drop_tx(&txid).expect("unconfirmed");
    assert_eq!(done(utxo.gateway.recheck(&stored, utxo.now()).await), []);
    theirs.drop_tx(&txid).expect("unconfirmed");
    assert_eq!(done(utxo.gateway.recheck(&stored, utxo.now()).await)[0].finality, Finality::Dropped);
}

#[tokio::test]
async fn a_frozen_server_is_found_out_by_the_other() {
    let chain = MemoryChain::new();
    let (utxo, _other) = pair(&chain).await;
    let (_, opened) = opened(&utxo, 0).await;
    let references = [opened.reference.clone()];
    utxo.server.fail(Fault::Frozen);
    assert_eq!(done(utxo.gateway.inspect(&references.clone().map(|r| at(&r)), utxo.now()).await), []);
    chain.pay(&[(&opened.reference, 130_000)]);
    chain.mine(2);
    // A tip that has been seen anywhere makes the frozen one old.
    utxo.server.heal();
    assert_eq!(done(utxo.gateway.inspect(&references.clone().map(|r| at(&r)), utxo.now()).await).len(), 1);
    utxo.server.fail(Fault::StaleTip(1));
    assert_eq!(done(utxo.gateway.inspect(&references.clone().map(|r| at(&r)), utxo.now()).await).len(), 1);
}

#[tokio::test]
async fn the_check_shows_what_to_compare() {
    let utxo = Utxo::litecoin().await;
    let check = done(utxo.gateway.check().await);
    assert!(check.lines[0].starts_with("litecoin-regtest: block 120 at 127.0.0.1"), "{:?}", check.lines);
    let first = invoice(&utxo, 0);
    let first = done(utxo.gateway.open(&first).await).reference;
    assert_eq!(check.lines[1], format!("0/0 {first}"));
    assert_eq!(check.lines.len(), 4);
    assert!(!check.lines.join("\n").contains(KEY));
}

#[tokio::test]
async fn a_server_that_names_an_impossible_height_silences_nobody() {
    let chain = MemoryChain::new();
    let own = EsploraServer::start(chain.clone()).await.expect("a port");
    let loud = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", loud.local_addr().expect("bound"));
    let servers = json!([address, own.base_url()]);
    let utxo = Utxo::of(&UtxoKind::LITECOIN, &[("servers", servers)]).await;
    let utxo = Utxo { chain, server: own, ..utxo };
    let (invoice, opened) = opened(&utxo, 0).await;
    utxo.make_paid(&opened, invoice.due).await;
    let shout = async {
        loop {
            let (mut stream, _) = loud.accept().await.expect("a caller");
            let mut heard = [0; 1024];
            assert!(stream.read(&mut heard).await.expect("a request") > 0);
            let answer =
                "HTTP/1.1 200 OK\r\ncontent-length: 20\r\nconnection: close\r\n\r\n18446744073709551615";
            stream.write_all(answer.as_bytes()).await.expect("heard");
        }
    };
    let references = [opened.reference];
    let look = async {
        for _ in 0..2 {
            let facts = done(utxo.gateway.inspect(&references.clone().map(|r| at(&r)), utxo.now()).await);
            assert_eq!(facts[0].finality, Finality::Confirmed);
        }
    };
    tokio::select! {
        () = look => {}
        () = shout => {}
    }
}
