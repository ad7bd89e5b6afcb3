//! A way to try a link without an app: a SOCKS5 proxy on this machine that leads through it.

use crate::plane::tcp::pass_on_the_greeting;
use nexa_core::domain::refusal::Refusal;
use shadowsocks::{
    ProxyClientStream, ServerConfig,
    config::ServerType,
    context::{Context, SharedContext},
    relay::{
        socks5::{
            Command, HandshakeRequest, HandshakeResponse, Reply, SOCKS5_AUTH_METHOD_NONE, TcpRequestHeader,
            TcpResponseHeader,
        },
        tcprelay::utils::copy_encrypted_bidirectional,
    },
};
use std::{
    io::{Error, Result},
    sync::Arc,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// A proxy for one share link.
pub struct Proxy {
    server: Arc<ServerConfig>,
    context: SharedContext,
}

impl Proxy {
    /// For an `ss://` link.
    pub fn new(link: &str) -> std::result::Result<Self, Refusal> {
        let bad =
            |_| Refusal::bad_config("LINK", "not an ss:// link; a customer's link gives one as LINK/plain");
        let server = ServerConfig::from_url(link.trim()).map_err(bad)?;
        Ok(Self { server: Arc::new(server), context: Context::new_shared(ServerType::Local) })
    }

    /// Takes SOCKS5 clients that want TCP, until it is dropped.
    pub async fn serve(&self, listener: TcpListener) {
        let mut flows = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    if let Ok((stream, _)) = accepted {
                        flows.spawn(flow(Arc::clone(&self.server), self.context.clone(), stream));
                    }
                }
                Some(ended) = flows.join_next(), if !flows.is_empty() => {
                    if let Ok(Err(error)) = ended {
                        tracing::warn!(%error, "a connection through the link failed");
                    }
                }
            }
        }
    }
}

async fn flow(server: Arc<ServerConfig>, context: SharedContext, mut local: TcpStream) -> Result<()> {
    HandshakeRequest::read_from(&mut local).await.map_err(Error::other)?;
    HandshakeResponse::new(SOCKS5_AUTH_METHOD_NONE).write_to(&mut local).await?;
    let wish = TcpRequestHeader::read_from(&mut local).await.map_err(Error::other)?;
    if !matches!(wish.command, Command::TcpConnect) {
        return TcpResponseHeader::new(Reply::CommandNotSupported, wish.address).write_to(&mut local).await;
    }
    let mut remote = match ProxyClientStream::connect(context, &server, wish.address.clone()).await {
        Ok(remote) => remote,
        Err(error) => {
            TcpResponseHeader::new(Reply::HostUnreachable, wish.address).write_to(&mut local).await?;
            return Err(error);
        }
    };
    TcpResponseHeader::new(Reply::Succeeded, wish.address).write_to(&mut local).await?;
    pass_on_the_greeting(&mut local, &mut remote).await?;
    let (came, _) = copy_encrypted_bidirectional(server.method(), &mut remote, &mut local).await?;
    if came == 0 {
        let why = "nothing came back: the server does not know this link any more, or refuses this destination (private \
                   addresses and mail ports, unless node_allow_private and node_refused_ports say otherwise)";
        return Err(Error::other(why));
    }
    Ok(())
}
