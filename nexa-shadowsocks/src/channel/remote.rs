//! The shop's end: a panel whose calls are answered by a node elsewhere.

use super::{
    key::OwnKey,
    tls,
    token::JoinToken,
    wire::{Answer, Ask, GrantLine, HealthLine, Hello, PAGE, PROTOCOL, Question, SeenLine, Welcome, frames},
};
use crate::panel::profile;
use async_trait::async_trait;
use futures::{SinkExt, StreamExt};
use jiff::SignedDuration;
use nexa_core::{
    address::is_public,
    domain::{
        grant::{Grant, PanelId, Seen},
        link::Format,
    },
    error::Failure,
    ports::{
        outcome::Outcome,
        panel::{Panel, PanelHealth, PanelProfile},
    },
    world::World,
};
use rustls::{ClientConfig, pki_types::ServerName};
use serde::de::DeserializeOwned;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::{TcpStream, lookup_host},
    sync::Mutex,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_util::codec::{Framed, LengthDelimitedCodec};

type Line = Framed<TlsStream<TcpStream>, LengthDelimitedCodec>;

/// Pages of a list that are read at most: a million identities.
const PAGES: usize = 1000;

/// A node on another machine.
pub struct Remote {
    profile: PanelProfile,
    deadline: Duration,
    token: JoinToken,
    allow_private: bool,
    tls: Arc<ClientConfig>,
    world: World,
    /// Which life of the shop this is, and how many questions it asked.
    life: u64,
    asked: AtomicU64,
    line: Mutex<Option<Line>>,
}

/// Why there is no answer.
enum Silence {
    /// The node was not reached; surely nothing was done.
    Unreached(String),
    /// The node does not obey us.
    Unwelcome(String),
    /// Asked, but not answered.
    Lost,
}

impl Remote {
    /// The node of this token. Calls nothing.
    pub fn new(
        token: JoinToken,
        own: &OwnKey,
        allow_private: bool,
        deadline: Duration,
        world: World,
    ) -> Result<Self, Failure> {
        let tls = tls::client(own, token.node)?;
        let life = u64::from_le_bytes(world.bytes());
        let profile = profile(SignedDuration::try_from(deadline).unwrap_or(SignedDuration::MAX));
        let (asked, kept) = (AtomicU64::new(0), Mutex::new(None));
        Ok(Self { profile, deadline, token, allow_private, tls, world, life, asked, line: kept })
    }

    /// Asks, on the connection that is there or on a new one. Every question may be asked twice, so one that broke off
    /// on an old connection is.
    async fn ask<T: DeserializeOwned>(&self, ask: Ask) -> Outcome<T> {
        let Ok(mut line) = timeout(self.deadline / 3, self.line.lock()).await else {
            return Outcome::Unreachable("the node is busy with other questions".to_owned());
        };
        let changes = ask.changes();
        let number = self.asked.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let now = self.world.now().as_millisecond();
        let question = Question { life: self.life, number, now, ask };
        let Ok(bytes) = serde_json::to_vec(&question) else {
            return Outcome::Rejected("the question cannot be written".to_owned());
        };
        match timeout(self.deadline * 2 / 3, self.speak(&mut line, &bytes)).await {
            Ok(Ok(answer)) => answer.outcome(),
            Ok(Err(Silence::Unreached(why))) => Outcome::Unreachable(why),
            Ok(Err(Silence::Unwelcome(why))) => Outcome::Rejected(why),
            Ok(Err(Silence::Lost)) => self.unclear(&mut line, changes, "the connection broke"),
            Err(_) => self.unclear(&mut line, changes, "no answer in time"),
        }
    }

    /// A half-spoken connection is of no use any more.
    #[expect(clippy::unused_self, reason = "reads as what the adapter makes of a silence")]
    fn unclear<T>(&self, line: &mut Option<Line>, changes: bool, why: &str) -> Outcome<T> {
        *line = None;
        let why = why.to_owned();
        if changes { Outcome::Ambiguous(why) } else { Outcome::Unreachable(why) }
    }

    async fn speak(&self, kept: &mut Option<Line>, question: &[u8]) -> Result<Answer, Silence> {
        // Taken out, so that a call that is dropped half-way leaves no half-spoken connection behind.
        let asked = match kept.take() {
            Some(mut line) => {
                if let Ok(answer) = exchange(&mut line, question).await {
                    *kept = Some(line);
                    return Ok(answer);
                }
                true
            }
            None => false,
        };
        // It may have been heard on the old connection: whatever keeps a new one away, that stays unknown.
        let mut line = self.connect().await.map_err(|silence| if asked { Silence::Lost } else { silence })?;
        let answer = exchange(&mut line, question).await?;
        *kept = Some(line);
        Ok(answer)
    }

    async fn connect(&self) -> Result<Line, Silence> {
        let unreached = |why: &str| Silence::Unreached(why.to_owned());
        let reach = async {
            let found =
                lookup_host(&self.token.address).await.map_err(|_| unreached("the name leads nowhere"))?;
            let mut last = "a private address; set allow_private if that is meant".to_owned();
            for at in found.filter(|at| self.allow_private || is_public(at.ip())) {
                match TcpStream::connect(at).await {
                    Ok(stream) => return Ok(stream),
                    Err(error) => last = error.kind().to_string(),
                }
            }
            Err(Silence::Unreached(last))
        };
        let stream =
            timeout(self.deadline / 3, reach).await.map_err(|_| unreached("no connection in time"))??;
        stream.set_nodelay(true).map_err(|_| unreached("no connection"))?;
        // Names prove nothing here, the pinned key does; this one tells listeners nothing either.
        let name = ServerName::try_from("node.invalid").map_err(|_| unreached("no name"))?;
        let tls = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await;
        let tls = tls.map_err(|error| {
            let other = error.kind() == std::io::ErrorKind::InvalidData;
            if other {
                Silence::Unwelcome(
                    "another machine, or a node with a new key, answers at this address".to_owned(),
                )
            } else {
                unreached("the connection was closed before it was secure")
            }
        })?;
        let mut line = Framed::new(tls, frames());
        let hello = Hello { protocol: PROTOCOL, join: self.token.secret.clone() };
        let bytes = serde_json::to_vec(&hello).map_err(|_| unreached("no words"))?;
        line.send(bytes.as_slice()).await.map_err(|_| unreached("the connection broke"))?;
        let told = match line.next().await {
            Some(Ok(frame)) => serde_json::from_slice(&frame).ok(),
            _ => None,
        };
        match told {
            Some(Welcome::Yes) => Ok(line),
            Some(Welcome::No { why }) => Err(Silence::Unwelcome(why)),
            None => Err(Silence::Unwelcome("the node knows neither this shop nor its join token".to_owned())),
        }
    }
}

async fn exchange(line: &mut Line, question: &[u8]) -> Result<Answer, Silence> {
    line.send(question).await.map_err(|_| Silence::Lost)?;
    match line.next().await {
        Some(Ok(frame)) => serde_json::from_slice(&frame).map_err(|_| Silence::Lost),
        _ => Err(Silence::Lost),
    }
}

#[async_trait]
impl Panel for Remote {
    fn profile(&self) -> &PanelProfile {
        &self.profile
    }

    async fn apply(&self, grant: &Grant) -> Outcome<Seen> {
        self.ask::<SeenLine>(Ask::Apply { grant: GrantLine::from(grant) }).await.map(Seen::from)
    }

    async fn holds(&self, grant: &Grant) -> Outcome<bool> {
        self.ask(Ask::Holds { grant: GrantLine::from(grant) }).await
    }

    async fn find(&self, panel_id: PanelId) -> Outcome<Seen> {
        self.ask::<SeenLine>(Ask::Find { id: panel_id }).await.map(Seen::from)
    }

    async fn list(&self) -> Outcome<Vec<Seen>> {
        let mut all = Vec::new();
        for _ in 0..PAGES {
            let after = all.last().map(|seen: &Seen| seen.panel_id);
            match self.ask::<Vec<SeenLine>>(Ask::List { after }).await {
                Outcome::Done(page) => {
                    let full = page.len() >= PAGE;
                    all.extend(page.into_iter().map(Seen::from));
                    if !full {
                        return Outcome::Done(all);
                    }
                }
                other => return other.map(|_| Vec::new()),
            }
        }
        Outcome::Ambiguous("the node's list has no end".to_owned())
    }

    async fn remove(&self, panel_id: PanelId) -> Outcome<()> {
        self.ask(Ask::Remove { id: panel_id }).await
    }

    async fn document(&self, panel_id: PanelId, format: Format) -> Outcome<String> {
        self.ask(Ask::Document { id: panel_id, format }).await
    }

    async fn health(&self) -> Outcome<PanelHealth> {
        self.ask::<HealthLine>(Ask::Health).await.map(PanelHealth::from)
    }
}
