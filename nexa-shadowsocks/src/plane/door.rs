//! The open port of one identity: where its clients connect to, over TCP and UDP.

use super::{
    Plane,
    account::Account,
    failures::Failures,
    lookups::Lookups,
    method::Method,
    outbound::Route,
    tcp,
    udp::{self, Inbound},
};
use crate::settings::Settings;
use shadowsocks::{ServerConfig, context::SharedContext, relay::udprelay::proxy_socket::UdpSocketType};
use std::{
    io::{Error, Result},
    net::SocketAddr,
    sync::Arc,
};
use tokio::{
    net::{TcpListener, UdpSocket},
    task::JoinSet,
};

/// What every flow through one door needs.
pub struct Way {
    /// Remembers handshakes, so that none can be replayed.
    pub context: SharedContext,
    /// The key.
    pub config: ServerConfig,
    /// The cipher.
    pub method: Method,
    /// Where traffic leaves.
    pub route: Route,
    /// Who pays for it.
    pub account: Arc<Account>,
    /// The names that are looked up for it.
    pub lookups: Lookups,
    /// Connections at the same time.
    pub connections: usize,
    /// UDP sessions at the same time.
    pub sessions: usize,
    /// Who came with a wrong key; not asked of other nodes, where one address stands for many customers.
    pub failures: Option<Failures>,
}

/// Whom a door is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum For {
    /// One customer.
    Customer,
    /// Other nodes, which hand over the traffic of many.
    Nodes,
}

/// An open port. Closed when it is dropped, with every connection that came through it.
pub struct Door {
    tasks: JoinSet<()>,
}

impl Door {
    /// Opens `port` for TCP and UDP.
    pub async fn open(
        plane: &Arc<Plane>,
        port: u16,
        password: &str,
        route: Route,
        account: Arc<Account>,
        whom: For,
    ) -> Result<Self> {
        let at = SocketAddr::new(plane.settings.listen, port);
        let listener = tcp::listen(at)?;
        let packets = UdpSocket::bind(at).await?;
        let method = plane.settings.method;
        let config = ServerConfig::new(at, password, method.kind()).map_err(Error::other)?;
        let context = plane.context.clone();
        let inbound: Inbound =
            Inbound::from_socket(UdpSocketType::Server, context.clone(), &config, packets.into());
        let Settings { connections, all_connections, sessions, .. } = plane.settings;
        let way = Way {
            context,
            config,
            method,
            route,
            account,
            lookups: Lookups::new(&plane.lookups),
            connections: if whom == For::Customer { connections } else { all_connections },
            sessions: if whom == For::Customer { sessions } else { all_connections },
            failures: (whom == For::Customer).then(Failures::default),
        };
        let way = Arc::new(way);
        let mut tasks = JoinSet::new();
        tasks.spawn(attend(Arc::clone(plane), way, listener, inbound));
        Ok(Self { tasks })
    }

    /// Whether it is still open; it closes by itself when nothing is left to use.
    pub fn is_open(&mut self) -> bool {
        while self.tasks.try_join_next().is_some() {}
        !self.tasks.is_empty()
    }

    /// Closes it and returns when its port is free.
    pub async fn close(mut self) {
        self.tasks.shutdown().await;
    }
}

/// Serves until nothing is left to use. Whatever ends this ends every flow, since they live in here.
async fn attend(plane: Arc<Plane>, way: Arc<Way>, listener: TcpListener, inbound: Inbound) {
    let account = Arc::clone(&way.account);
    tokio::select! {
        () = tcp::serve(Arc::clone(&plane), Arc::clone(&way), listener) => {}
        () = udp::serve(plane, way, Arc::new(inbound)) => {}
        () = account.meter.exhausted() => {}
    }
}
