//! The port's suite on a node that is reached over the network, and who may reach it.

use crate::{
    block_on,
    panel::kind,
    world::{Place, Servers, world},
};
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    conformance::panel::{Fixture, fresh_grant},
    domain::{
        grant::{Grant, PanelId},
        link::Format,
        measure::Traffic,
        time::after,
    },
    ports::{
        outcome::Outcome,
        panel::{Panel, PanelKind},
    },
    secret::Secret,
    world::{Clock, OsEntropy, SystemClock, World},
};
use nexa_shadowsocks::{JoinToken, Node, Settings, ShadowsocksKind};
use serde_json::json;
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
    task::JoinSet,
    time::sleep,
};

/// A node with its control channel, behind a wire that can be frozen and cut.
struct Far {
    place: Place,
    wire: Wire,
    token: JoinToken,
    tasks: JoinSet<()>,
}

impl Far {
    async fn new() -> Self {
        Self::around(Place::new(&[])).await
    }

    async fn around(place: Place) -> Self {
        let mut tasks = JoinSet::new();
        let at = listen(&mut tasks, &place.node).await;
        let wire = Wire::to(at).await;
        let token = place.node.new_token(&wire.at.to_string()).unwrap();
        Self { place, wire, token, tasks }
    }

    fn connect(&self) -> Arc<dyn Panel> {
        self.connect_as(7)
    }

    /// As the shop with this key.
    fn connect_as(&self, shop: u8) -> Arc<dyn Panel> {
        let kind = ShadowsocksKind::new(None, &Secret::new([shop; 32]), world()).unwrap();
        connect_with(&kind, &self.token)
    }
}

fn connect_with(kind: &ShadowsocksKind, token: &JoinToken) -> Arc<dyn Panel> {
    within(kind, token, 20)
}

/// With a deadline in seconds.
fn within(kind: &ShadowsocksKind, token: &JoinToken, seconds: u32) -> Arc<dyn Panel> {
    let config = json!({ "join": token.text(), "allow_private": true, "deadline_seconds": seconds });
    kind.connect(&config.into()).unwrap()
}

async fn listen(tasks: &mut JoinSet<()>, node: &Node) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let node = node.clone();
    tasks.spawn(async move { node.obey(listener).await.unwrap() });
    at
}

/// A forwarder: frozen it holds everything back, cut it closes everything.
struct Wire {
    at: SocketAddr,
    target: Arc<Mutex<SocketAddr>>,
    frozen: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Wire {
    async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let frozen = watch::Sender::new(false);
        let target = Arc::new(Mutex::new(target));
        let mut tasks = JoinSet::new();
        let (freeze, whither) = (frozen.subscribe(), Arc::clone(&target));
        tasks.spawn(async move {
            let mut flows = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let to = *whither.lock().unwrap();
                let Ok(onward) = TcpStream::connect(to).await else { continue };
                let ((a, b), (c, d)) = (stream.into_split(), onward.into_split());
                flows.spawn(carry(a, d, freeze.clone()));
                flows.spawn(carry(c, b, freeze.clone()));
            }
        });
        Self { at, target, frozen, tasks }
    }
}

async fn carry(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut frozen: watch::Receiver<bool>,
) {
    let mut buffer = vec![0; 16_384];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if frozen.wait_for(|frozen| !frozen).await.is_err() || to.write_all(&buffer[..length]).await.is_err()
        {
            break;
        }
    }
    drop(to.shutdown().await);
}

struct OverTheWire {
    far: Far,
    panel: Arc<dyn Panel>,
}

impl OverTheWire {
    async fn new() -> Self {
        let far = Far::new().await;
        let panel = far.connect();
        let health = panel.health().await;
        assert!(matches!(health, Outcome::Done(_)), "{health:?}");
        Self { far, panel }
    }
}

#[async_trait]
impl Fixture for OverTheWire {
    fn panel(&self) -> Arc<dyn Panel> {
        Arc::clone(&self.panel)
    }

    fn wrong_key(&self) -> Option<Arc<dyn Panel>> {
        Some(self.far.connect_as(8))
    }

    fn dead(&self) -> Option<Arc<dyn Panel>> {
        let mut token = self.far.token.clone();
        "127.0.0.1:1".clone_into(&mut token.address);
        Some(connect_with(&kind(None), &token))
    }

    fn impatient(&self) -> Option<Arc<dyn Panel>> {
        Some(within(&kind(None), &self.far.token, 4))
    }

    async fn freeze(&self) {
        self.far.wire.frozen.send_replace(true);
    }

    async fn thaw(&self) {
        self.far.wire.frozen.send_replace(false);
    }

    fn credential(&self, panel_id: PanelId) -> String {
        let link = self.far.place.node.document(panel_id, Format::Uris).done().unwrap();
        let (user, _) = link.split_once('@').unwrap();
        user.rsplit(':').next().unwrap().to_owned()
    }

    async fn consume(&self, panel_id: PanelId, bytes: u64) -> bool {
        let mut servers = Servers::new();
        let sink = servers.sink().await;
        self.far.place.client(panel_id).pushes(sink, bytes).await.is_ok()
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.far.token.secret.expose().clone(), self.far.token.text()]
    }
}

nexa_core::panel_suite!(block_on, OverTheWire::new().await);

fn refused(outcome: &Outcome<nexa_core::ports::panel::PanelHealth>, why: &str) {
    assert!(matches!(outcome, Outcome::Rejected(text) if text.contains(why)), "{outcome:?} instead of {why}");
}

#[test]
fn the_first_shop_with_the_token_is_the_only_one() {
    block_on(async {
        let far = Far::new().await;
        let mut forged = far.token.clone();
        forged.secret = Secret::new("A".repeat(32));
        let stranger = kind(None);
        refused(&connect_with(&stranger, &forged).health().await, "neither this shop nor its join token");
        let ours = far.connect_as(1);
        assert!(matches!(ours.health().await, Outcome::Done(_)));
        refused(&far.connect_as(2).health().await, "used by another shop");
        // The token is only needed once: the key is what the node knows.
        assert!(matches!(
            connect_with(&ShadowsocksKind::new(None, &Secret::new([1; 32]), world()).unwrap(), &forged,)
                .health()
                .await,
            Outcome::Done(_)
        ));
        // A new token hands the node over.
        let next = far.place.node.new_token(&far.wire.at.to_string()).unwrap();
        let other = ShadowsocksKind::new(None, &Secret::new([2; 32]), world()).unwrap();
        let other = connect_with(&other, &next);
        assert!(matches!(other.health().await, Outcome::Done(_)));
        let again = far.connect_as(1);
        refused(&again.health().await, "neither this shop nor its join token");
        let grant = fresh_grant();
        assert!(matches!(other.apply(&grant).await, Outcome::Done(_)));
        let removed = ours.remove(grant.panel_id).await;
        assert!(!matches!(removed, Outcome::Done(())), "over the line that was open before: {removed:?}");
        assert_eq!(other.holds(&grant).await, Outcome::Done(true));
    });
}

/// A clock that can be set.
struct Later(AtomicI64);

#[async_trait]
impl Clock for Later {
    fn now(&self) -> Timestamp {
        after(SystemClock.now(), SignedDuration::from_secs(self.0.load(Ordering::Relaxed)))
    }

    async fn sleep_until(&self, moment: Timestamp) {
        SystemClock.sleep_until(moment).await;
    }
}

#[test]
fn a_token_is_good_for_a_day() {
    block_on(async {
        let clock = Arc::new(Later(AtomicI64::new(0)));
        let node =
            Node::in_memory(Settings::default(), World::new(clock.clone(), Arc::new(OsEntropy))).unwrap();
        let mut tasks = JoinSet::new();
        let at = listen(&mut tasks, &node).await;
        let token = node.new_token(&at.to_string()).unwrap();
        clock.0.store(86_401, Ordering::Relaxed);
        refused(&connect_with(&kind(None), &token).health().await, "has expired");
        clock.0.store(86_000, Ordering::Relaxed);
        assert!(matches!(connect_with(&kind(None), &token).health().await, Outcome::Done(_)));
        clock.0.store(86_000_000, Ordering::Relaxed);
        let late = connect_with(&kind(None), &token).health().await;
        assert!(matches!(late, Outcome::Done(_)), "who has joined stays: {late:?}");
    });
}

#[test]
fn another_node_at_the_address_is_not_believed() {
    block_on(async {
        let far = Far::new().await;
        let panel = far.connect();
        assert!(matches!(panel.health().await, Outcome::Done(_)));
        let other = Far::new().await;
        *far.wire.target.lock().unwrap() = *other.wire.target.lock().unwrap();
        let fresh = far.connect();
        refused(&fresh.health().await, "another machine");
    });
}

#[test]
fn strangers_on_the_control_port_change_nothing() {
    block_on(async {
        let far = Far::new().await;
        for garbage in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0; 4000], &[0x16, 3, 1, 0, 5, 1, 2, 3]] {
            let mut stream = TcpStream::connect(far.wire.at).await.unwrap();
            stream.write_all(garbage).await.unwrap();
        }
        let mut idle = Vec::new();
        for _ in 0..20 {
            idle.push(TcpStream::connect(far.wire.at).await.unwrap());
        }
        // The wire comes from this machine's first address, and so do those; the shop is somewhere else.
        let straight = *far.wire.target.lock().unwrap();
        for _ in 0..300 {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind("127.0.0.44:0".parse().unwrap()).unwrap();
            idle.push(socket.connect(straight).await.unwrap());
        }
        drop(idle.drain(..20));
        // The server counts those that hung up until it learns of that.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let health = far.connect().health().await;
        assert!(matches!(health, Outcome::Done(_)), "{health:?}");
    });
}

#[test]
fn a_node_goes_on_alone_and_tells_afterwards() {
    block_on(async {
        let mut servers = Servers::new();
        let (echo, sink) = (servers.echo().await, servers.sink().await);
        let far = Far::new().await;
        let panel = within(&kind(None), &far.token, 4);
        let grant = Grant { limit: Traffic::bytes(4 << 20), ..fresh_grant() };
        assert!(matches!(panel.apply(&grant).await, Outcome::Done(_)));
        far.wire.frozen.send_replace(true);
        let client = far.place.client(grant.panel_id);
        client.pushes(sink, 1 << 20).await.unwrap();
        assert!(matches!(panel.find(grant.panel_id).await, Outcome::Unreachable(_)));
        assert!(client.echoes(echo).await, "cut off from its shop it serves on");
        assert!(client.pushes(sink, 9 << 20).await.is_err(), "and keeps the limit");
        far.wire.frozen.send_replace(false);
        let seen = panel.find(grant.panel_id).await.done().unwrap();
        assert!(seen.counter.as_bytes() >= 4 << 20);
    });
}

#[test]
fn a_node_that_was_killed_is_found_again() {
    block_on(async {
        let far = Far::new().await;
        let panel = far.connect();
        let grant = fresh_grant();
        assert!(matches!(panel.apply(&grant).await, Outcome::Done(_)));
        let Far { place, wire, mut tasks, .. } = far;
        tasks.shutdown().await;
        let place = place.crash().await;
        let at = listen(&mut tasks, &place.node).await;
        *wire.target.lock().unwrap() = at;
        sleep(Duration::from_millis(50)).await;
        assert_eq!(
            panel.holds(&grant).await,
            Outcome::Done(true),
            "the same key, the same shop, the same state"
        );
        drop(wire.tasks);
    });
}

#[test]
fn long_lists_come_in_pages() {
    block_on(async {
        let ports = crate::world::ports(1);
        let first: u16 = ports.split('-').next().unwrap().parse().unwrap();
        let range = format!("{}-{}", first.min(15_000), first.min(15_000) + 2300);
        let far = Far::around(Place::new(&[("node_ports", range.as_str())])).await;
        let panel = far.connect();
        for _ in 0..2100 {
            let grant = Grant { enabled: false, ..fresh_grant() };
            far.place.hold(&grant).await;
        }
        let list = panel.list().await;
        assert!(matches!(list, Outcome::Done(_)), "{list:?}");
        let list = list.done().unwrap();
        let mut ids: Vec<_> = list.iter().map(|seen| seen.panel_id).collect();
        ids.dedup();
        assert_eq!(ids.len(), 2100);
    });
}

#[test]
fn a_node_is_the_same_by_whichever_token() {
    block_on(async {
        let (far, other) = (Far::new().await, Far::new().await);
        let again = far.place.node.new_token("198.51.100.1:7443").unwrap();
        let config = |token: &JoinToken| Secret::new(json!({ "join": token.text(), "allow_private": true }));
        let same = |one: &Secret<_>, two: &Secret<_>| kind(None).is_same(one, two);
        assert!(same(&config(&far.token), &config(&again)));
        assert!(!same(&config(&far.token), &config(&other.token)));
        let own = Secret::new(json!({}));
        assert!(same(&own, &own) && !same(&own, &config(&again)));
    });
}

#[test]
fn private_addresses_need_to_be_meant() {
    let token = block_on(async { Far::new().await.token.text() });
    let refused = kind(None).connect(&json!({ "join": token }).into());
    assert!(matches!(refused, Err(refusal) if format!("{refusal:?}").contains("allow_private")));
    assert!(
        kind(None)
            .connect(&json!({ "join": token, "allow_private": true, "deadline_seconds": 90 }).into())
            .is_err()
    );
    assert!(kind(None).connect(&json!({ "join": "nxj_nonsense" }).into()).is_err());
}
