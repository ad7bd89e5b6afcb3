//! A node in a folder of its own, and servers for its customers to reach.

use crate::client::Client;
use nexa_core::{
    conformance::panel::fresh_grant,
    domain::grant::{Grant, PanelId},
    domain::link::Format,
    ports::outcome::Outcome,
    world::{OsEntropy, SystemClock, World},
};
use nexa_shadowsocks::{Node, Settings};
use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy, sink},
    net::{TcpListener, UdpSocket},
    task::JoinSet,
    time::{sleep, timeout},
};

/// The operating system's clock and entropy.
pub fn world() -> World {
    World::new(Arc::new(SystemClock), Arc::new(OsEntropy))
}

/// Ports of no other test: below the ones that systems give to outgoing connections.
pub fn ports(count: u16) -> String {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let spread = u16::try_from(std::process::id() % 50).unwrap() * 100;
    let first = 10_000 + (spread + NEXT.fetch_add(count, Ordering::Relaxed)) % 9_000;
    format!("{first}-{}", first + count - 1)
}

/// A node that may be started again in its folder.
pub struct Place {
    folder: TempDir,
    settings: Settings,
    pub node: Node,
    running: JoinSet<()>,
}

impl Place {
    /// A running node that lets its customers reach this machine; `settings` are further ones.
    pub fn new(settings: &[(&str, &str)]) -> Self {
        let mut all = Settings::default();
        all.set("node_allow_private", "true").unwrap();
        all.set("node_ports", &ports(20)).unwrap();
        for (name, value) in settings {
            assert!(all.set(name, value).unwrap(), "{name}");
        }
        Self::open(tempfile::tempdir().unwrap(), all.checked().unwrap())
    }

    fn open(folder: TempDir, settings: Settings) -> Self {
        let node = Node::open(settings.clone(), world(), folder.path()).unwrap();
        let mut running = JoinSet::new();
        let runs = node.clone();
        running.spawn(async move { runs.run(std::future::pending()).await });
        Self { folder, settings, node, running }
    }

    /// Ends it with no chance to write anything down, and starts it again.
    pub async fn crash(self) -> Self {
        self.crash_with(|| {}).await
    }

    /// The same, with other settings.
    pub async fn crash_into(mut self, settings: &[(&str, &str)]) -> Self {
        for (name, value) in settings {
            assert!(self.settings.set(name, value).unwrap(), "{name}");
        }
        self.crash().await
    }

    /// The same, with something done to its folder while it is down.
    pub async fn crash_with(mut self, meanwhile: impl FnOnce()) -> Self {
        self.running.shutdown().await;
        let Self { folder, settings, node, .. } = self;
        drop(node);
        sleep(Duration::from_millis(100)).await;
        meanwhile();
        Self::open(folder, settings)
    }

    /// The node's file.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join(nexa_shadowsocks::FILE)
    }

    /// Makes it hold a grant.
    pub async fn hold(&self, grant: &Grant) {
        let applied = self.node.apply(grant).await;
        assert!(matches!(applied, Outcome::Done(_)), "{applied:?}");
    }

    /// Makes it hold a new identity, changed as wished, and gives a client for it.
    pub async fn sell(&self, change: impl FnOnce(&mut Grant)) -> (Grant, Client) {
        let mut grant = fresh_grant();
        change(&mut grant);
        self.hold(&grant).await;
        let client = self.client(grant.panel_id);
        (grant, client)
    }

    /// A client with the link that the node gives.
    pub fn client(&self, id: PanelId) -> Client {
        Client::new(&self.node.document(id, Format::Uris).done().unwrap())
    }

    /// What the node has counted.
    pub fn counted(&self, id: PanelId) -> u64 {
        self.node.find(id).done().unwrap().counter.as_bytes()
    }
}

/// Servers on this machine: they live as long as this does.
pub struct Servers {
    tasks: JoinSet<()>,
}

impl Servers {
    pub fn new() -> Self {
        Self { tasks: JoinSet::new() }
    }

    /// Says back what it hears.
    pub async fn echo(&mut self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        self.tasks.spawn(async move {
            let mut flows = JoinSet::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                flows.spawn(async move {
                    let (mut read, mut write) = stream.split();
                    drop(copy(&mut read, &mut write).await);
                    drop(write.shutdown().await);
                });
            }
        });
        at
    }

    /// Hears everything and says `ok` when it has heard all.
    pub async fn sink(&mut self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        self.tasks.spawn(async move {
            let mut flows = JoinSet::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                flows.spawn(async move {
                    drop(copy(&mut stream, &mut sink()).await);
                });
            }
        });
        at
    }

    /// Says where each visitor comes from, once it has said something.
    pub async fn mirror(&mut self, bind: &str) -> SocketAddr {
        let listener = TcpListener::bind(bind).await.unwrap();
        let at = listener.local_addr().unwrap();
        self.tasks.spawn(async move {
            let mut visitors = JoinSet::new();
            while let Ok((mut stream, peer)) = listener.accept().await {
                visitors.spawn(async move {
                    if stream.read_u8().await.is_ok() {
                        drop(stream.write_all(peer.ip().to_string().as_bytes()).await);
                    }
                });
            }
        });
        at
    }

    /// Says back every packet, with where it came from before it.
    pub async fn packets(&mut self) -> SocketAddr {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let at = socket.local_addr().unwrap();
        self.tasks.spawn(async move {
            let mut buffer = vec![0; 65_536];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
                drop(socket.send_to(&buffer[..length], peer).await);
            }
        });
        at
    }
}

/// Waits until something holds; the machine may be busy.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came: {what}");
}

/// Reads to the end, which must come soon.
pub async fn ends(stream: &mut (impl AsyncReadExt + Unpin)) -> usize {
    let mut rest = Vec::new();
    // However it is cut off: by an end or by an error.
    match timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await {
        Ok(Ok(_) | Err(_)) => rest.len(),
        Err(late) => panic!("the connection lives on: {late}"),
    }
}
