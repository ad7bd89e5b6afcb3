//! The node's end of the control channel.

use super::{
    key::KeyHash,
    tls,
    wire::{Answer, Ask, HealthLine, Hello, PAGE, Question, SeenLine, Welcome, frames},
};
use crate::{node::Node, plane::strangers::Strangers};
use futures::{SinkExt, StreamExt};
use nexa_core::{
    domain::{grant::Grant, time::from_millis},
    error::Failure,
    ports::outcome::Outcome,
};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Mutex, Semaphore},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::codec::{Framed, LengthDelimitedCodec};

/// The longest that a caller may take to show who it is.
const GREETING: Duration = Duration::from_secs(10);
/// Connections that have not shown a key that is known, in all and from one address.
const STRANGERS: (usize, usize) = (256, 16);
/// Connections of the shop at the same time: each of its processes needs one.
const CALLERS: usize = 32;
/// A caller that asked nothing for so long is gone.
const SILENT: Duration = Duration::from_mins(10);
/// Lives of shops whose numbers are remembered.
const LIVES: usize = 32;

type Line = Framed<TlsStream<TcpStream>, LengthDelimitedCodec>;

/// The number of the last change of each life: a change that comes after a later one was overtaken and is left out.
type Numbers = Arc<Mutex<BTreeMap<u64, u64>>>;

impl Node {
    /// Answers its shop until it is dropped.
    pub async fn obey(&self, listener: TcpListener) -> Result<(), Failure> {
        let acceptor = TlsAcceptor::from(tls::server(self.own_key())?);
        let strangers = Strangers::new(STRANGERS.0, STRANGERS.1);
        let places = Arc::new(Semaphore::new(CALLERS));
        let numbers = Numbers::default();
        let mut callers = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                Some(_) = callers.join_next(), if !callers.is_empty() => continue,
            };
            let Ok((stream, peer)) = accepted else {
                sleep(Duration::from_millis(200)).await;
                continue;
            };
            let Some(stranger) = strangers.admit(peer.ip()) else { continue };
            let (node, acceptor, numbers) = (self.clone(), acceptor.clone(), Arc::clone(&numbers));
            let places = Arc::clone(&places);
            callers.spawn(async move {
                let Ok(Some((line, peer))) = timeout(GREETING, node.greet(acceptor, stream)).await else {
                    return;
                };
                drop(stranger);
                if let Ok(_place) = places.try_acquire() {
                    node.converse(line, peer, numbers).await;
                }
            });
        }
    }

    /// From a connection to somebody who may ask. `None` for everybody else.
    async fn greet(&self, acceptor: TlsAcceptor, stream: TcpStream) -> Option<(Line, KeyHash)> {
        stream.set_nodelay(true).ok()?;
        let tls = acceptor.accept(stream).await.ok()?;
        let peer = KeyHash::of(tls.get_ref().1.peer_certificates()?.first()?);
        let mut line = Framed::new(tls, frames());
        let hello: Hello = serde_json::from_slice(&line.next().await?.ok()?).ok()?;
        let welcome = self.welcome(peer, &hello).inspect_err(|failure| tracing::error!(%failure)).ok()??;
        say(&mut line, &welcome).await?;
        matches!(welcome, Welcome::Yes).then_some((line, peer))
    }

    async fn converse(&self, mut line: Line, peer: KeyHash, numbers: Numbers) {
        while let Ok(Some(Ok(frame))) = timeout(SILENT, line.next()).await {
            // Another shop may have joined meanwhile.
            if !self.obeys(peer) {
                return;
            }
            let Ok(question) = serde_json::from_slice::<Question>(&frame) else { return };
            self.clock().tell(from_millis(question.now));
            let answer = if question.ask.changes() {
                let mut numbers = numbers.lock().await;
                if overtaken(&mut numbers, &question) {
                    Answer::Ambiguous { why: "a later word came first".to_owned() }
                } else {
                    self.answer(question.ask).await
                }
            } else {
                self.answer(question.ask).await
            };
            if say(&mut line, &answer).await.is_none() {
                return;
            }
        }
    }

    async fn answer(&self, ask: Ask) -> Answer {
        match ask {
            Ask::Apply { grant } => Answer::of(self.apply(&Grant::from(grant)).await.map(SeenLine::from)),
            Ask::Holds { grant } => Answer::of(self.holds(&Grant::from(grant))),
            Ask::Find { id } => Answer::of(self.find(id).map(SeenLine::from)),
            Ask::List { after } => {
                let page: Vec<SeenLine> = self.list(after, PAGE).into_iter().map(SeenLine::from).collect();
                Answer::of(Outcome::Done(page))
            }
            Ask::Remove { id } => Answer::of(self.remove(id).await),
            Ask::Document { id, format } => Answer::of(self.document(id, format)),
            Ask::Health => Answer::of(Outcome::Done(HealthLine::from(self.health()))),
        }
    }
}

fn overtaken(numbers: &mut BTreeMap<u64, u64>, question: &Question) -> bool {
    if numbers.len() >= LIVES && !numbers.contains_key(&question.life) {
        numbers.pop_first();
    }
    let last = numbers.entry(question.life).or_insert(0);
    let overtaken = question.number < *last;
    *last = question.number.max(*last);
    overtaken
}

async fn say(line: &mut Line, words: &impl Serialize) -> Option<()> {
    let bytes = serde_json::to_vec(words).ok()?;
    line.send(bytes.as_slice()).await.ok()
}
