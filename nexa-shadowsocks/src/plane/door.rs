//! The open port of one identity: where its clients connect to, over TCP and UDP.

use super::{
    Plane,
    account::Account,
    method::Method,
    outbound::Route,
    tcp,
    udp::{self, Inbound},
};
use shadowsocks::{
    ServerConfig,
    config::ServerType,
    context::{Context, SharedContext},
    relay::udprelay::proxy_socket::UdpSocketType,
};
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
    ) -> Result<Self> {
        let at = SocketAddr::new(plane.settings.listen, port);
        let listener = tcp::listen(at)?;
        let packets = UdpSocket::bind(at).await?;
        let method = plane.settings.method;
        let config = ServerConfig::new(at, password, method.kind()).map_err(Error::other)?;
        let context = Context::new_shared(ServerType::Server);
        let inbound: Inbound =
            Inbound::from_socket(UdpSocketType::Server, context.clone(), &config, packets.into());
        let way = Arc::new(Way { context, config, method, route, account });
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
