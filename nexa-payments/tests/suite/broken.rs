//! A server that breaks in the middle of a look, or loses a part of what it knew.

use crate::{at, utxo::Utxo};
use async_trait::async_trait;
use nexa_core::{
    conformance::gateway::{Fixture, done, movement, opened},
    domain::payment::{Finality, Movement},
    ports::outcome::Outcome,
};
use nexa_payments::{
    testing::{Chain, ChainError, EsploraServer, MemoryChain, View},
    utxo::UtxoKind,
};
use serde_json::json;
use std::sync::{Arc, Mutex, MutexGuard};

/// A chain whose index can be damaged and whose n-th answer can fail.
struct Damaged {
    chain: Arc<MemoryChain>,
    harm: Mutex<Harm>,
}

#[derive(Default)]
struct Harm {
    asked: usize,
    failing: Option<usize>,
    lost: Option<String>,
}

impl Damaged {
    fn harm(&self) -> MutexGuard<'_, Harm> {
        self.harm.lock().expect("no panic while it was held")
    }
}

#[async_trait]
impl Chain for Damaged {
    async fn view(&self) -> Result<Arc<View>, ChainError> {
        let (fails, lost) = {
            let mut harm = self.harm();
            harm.asked += 1;
            (harm.failing == Some(harm.asked), harm.lost.clone())
        };
        if fails {
            return Err(ChainError("damaged".to_owned()));
        }
        let mut view = (*self.chain.view().await?).clone();
        if let Some(lost) = lost {
            view.txs.remove(&lost);
        }
        Ok(Arc::new(view))
    }
}

async fn damaged() -> (Utxo, Arc<Damaged>) {
    let chain = MemoryChain::new();
    let source = Arc::new(Damaged { chain: chain.clone(), harm: Mutex::default() });
    let server = EsploraServer::start(source.clone()).await.expect("a port");
    let servers = json!([server.base_url()]);
    let utxo = Utxo::of(&UtxoKind::LITECOIN, &[("servers", servers)]).await;
    (Utxo { chain, server, ..utxo }, source)
}

async fn paid(utxo: &Utxo) -> (String, Vec<Movement>) {
    let (invoice, opened) = opened(utxo, 0).await;
    utxo.make_paid(&opened, invoice.due).await;
    let facts = done(utxo.gateway.inspect(&[at(&opened.reference)], utxo.now()).await);
    (opened.reference, facts.iter().map(|fact| movement(fact, &invoice)).collect())
}

#[tokio::test]
async fn a_break_at_any_point_of_a_look_is_no_answer() {
    let (utxo, source) = damaged().await;
    let (reference, known) = paid(&utxo).await;
    let references = [reference];
    let mut broken = 0;
    for failing in 1..20 {
        *source.harm() = Harm { failing: Some(failing), ..Harm::default() };
        let looked = utxo.gateway.inspect(&references.clone().map(|r| at(&r)), utxo.now()).await;
        if source.harm().asked < failing {
            break;
        }
        assert!(matches!(looked, Outcome::Unreachable(_) | Outcome::Ambiguous(_)), "{failing}: {looked:?}");
        broken += 1;
        *source.harm() = Harm { failing: Some(failing), ..Harm::default() };
        let again = utxo.gateway.recheck(&known, utxo.now()).await;
        match again {
            Outcome::Unreachable(_) | Outcome::Ambiguous(_) => {}
            Outcome::Done(facts) => {
                assert!(source.harm().asked < failing, "{failing}: nothing broke");
                assert!(
                    facts.iter().all(|fact| fact.finality == Finality::Confirmed),
                    "{failing}: {facts:?}"
                );
            }
            other => panic!("{failing}: {other:?}"),
        }
    }
    assert!(broken >= 3, "height, sums and transactions were asked for");
}

#[tokio::test]
async fn a_transaction_lost_from_a_block_that_stands_is_not_gone() {
    let (utxo, source) = damaged().await;
    let (_, known) = paid(&utxo).await;
    let lost = known[0].id.split(':').next().map(str::to_owned);
    source.harm().lost.clone_from(&lost);
    assert_eq!(done(utxo.gateway.recheck(&known, utxo.now()).await), []);
    source.harm().lost = None;
    assert_eq!(done(utxo.gateway.recheck(&known, utxo.now()).await)[0].finality, Finality::Confirmed);
    // The block goes too: now it is.
    utxo.chain.rewind(1);
    utxo.chain.drop_tx(&lost.expect("an id")).expect("unconfirmed");
    utxo.chain.mine(2);
    assert_eq!(done(utxo.gateway.recheck(&known, utxo.now()).await)[0].finality, Finality::Dropped);
}
