//! The way out: straight to the destination, from an address of its own where one was leased, or through another
//! server.

use super::{destinations::Destinations, door::Way, lookups::Lookups};
use shadowsocks::{
    ServerConfig,
    context::SharedContext,
    net::TcpStream as ShadowTcp,
    relay::{socks5::Address, tcprelay::ProxyClientStream, udprelay::ProxySocket},
};
use std::{
    io::{Error, ErrorKind, Result},
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpSocket, TcpStream, UdpSocket},
    time::timeout,
};

/// The longest that a destination may take to answer.
const CONNECT: Duration = Duration::from_secs(10);
/// After so long without traffic, and then so often, a connection is asked whether it still lives.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// Which way traffic leaves.
#[derive(Clone)]
pub enum Route {
    /// From this machine; from this address of it, if one is given.
    Direct(Option<IpAddr>),
    /// Through another Shadowsocks server, which looks names up and has an access list of its own.
    Through(Arc<ServerConfig>),
}

/// A connection to a destination.
pub enum Remote {
    /// Straight.
    Direct(TcpStream),
    /// Through another server.
    Through(Box<ProxyClientStream<ShadowTcp>>),
}

fn refused() -> Error {
    Error::new(ErrorKind::PermissionDenied, "the destination is on the access list")
}

/// Resolves a destination to the addresses that may be connected to, of the family that the route can use.
pub async fn resolve(
    to: &Address,
    list: &Destinations,
    lookups: &Lookups,
    from: Option<IpAddr>,
) -> Result<Vec<SocketAddr>> {
    let port = match to {
        Address::SocketAddress(at) => at.port(),
        Address::DomainNameAddress(_, port) => *port,
    };
    if !list.permits_port(port) {
        return Err(refused());
    }
    let found: Vec<SocketAddr> = match to {
        Address::SocketAddress(at) => vec![*at],
        Address::DomainNameAddress(name, port) => lookups.find(name, *port).await?,
    };
    let family = |at: &SocketAddr| from.is_none_or(|from| from.is_ipv4() == at.ip().to_canonical().is_ipv4());
    let fit: Vec<SocketAddr> = found.into_iter().filter(|at| list.permits(at.ip())).filter(family).collect();
    if fit.is_empty() { Err(refused()) } else { Ok(fit) }
}

/// Whether a destination may be sent on to another server, as far as it can be told without looking its name up.
fn may_pass(to: &Address, list: &Destinations) -> bool {
    match to {
        Address::SocketAddress(at) => list.permits_port(at.port()) && list.permits(at.ip()),
        Address::DomainNameAddress(_, port) => list.permits_port(*port),
    }
}

/// Connects to a destination.
pub async fn connect(way: &Way, to: &Address, list: &Destinations) -> Result<Remote> {
    match &way.route {
        Route::Direct(from) => {
            let mut failed = refused();
            for at in resolve(to, list, &way.lookups, *from).await?.into_iter().take(4) {
                match timeout(CONNECT, dial(at, *from)).await {
                    Ok(Ok(stream)) if !list.allow_private && is_own(&stream) => failed = refused(),
                    Ok(Ok(stream)) => return Ok(Remote::Direct(stream)),
                    Ok(Err(error)) => failed = error,
                    Err(_) => failed = ErrorKind::TimedOut.into(),
                }
            }
            Err(failed)
        }
        Route::Through(exit) => {
            if !may_pass(to, list) {
                return Err(refused());
            }
            let dialled = ProxyClientStream::connect(way.context.clone(), exit, to.clone());
            let stream = timeout(CONNECT, dialled).await.map_err(|_| ErrorKind::TimedOut)??;
            stream.get_ref().set_nodelay(true)?;
            Ok(Remote::Through(Box::new(stream)))
        }
    }
}

async fn dial(at: SocketAddr, from: Option<IpAddr>) -> Result<TcpStream> {
    let socket = if at.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if let Some(from) = from {
        socket.bind(SocketAddr::new(from, 0))?;
    }
    let stream = socket.connect(at).await?;
    keep_asking(&stream)?;
    Ok(stream)
}

/// Whether a connection leads to the machine that it began on, whichever of its addresses was named.
fn is_own(stream: &TcpStream) -> bool {
    match (stream.local_addr(), stream.peer_addr()) {
        (Ok(local), Ok(peer)) => local.ip() == peer.ip(),
        _ => true,
    }
}

/// Small packets go at once, and a peer that vanished is noticed.
pub fn keep_asking(stream: &TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let often = socket2::TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE);
    socket2::SockRef::from(stream).set_tcp_keepalive(&often)
}

/// A way out for the packets of one UDP session.
pub enum Packets {
    /// Straight: from the leased address, or from a socket for each family that this machine has.
    Direct(Vec<UdpSocket>),
    /// Through another server.
    Through(Box<ProxySocket<shadowsocks::net::UdpSocket>>),
}

impl Packets {
    /// Opens it.
    pub async fn open(route: &Route, context: &SharedContext) -> Result<Self> {
        match route {
            Route::Direct(from) => {
                let any = [IpAddr::from([0; 4]), IpAddr::from([0; 16])];
                let mut sockets = Vec::new();
                for at in from.as_ref().map_or(&any[..], std::slice::from_ref) {
                    sockets.extend(UdpSocket::bind(SocketAddr::new(*at, 0)).await.ok());
                }
                if sockets.is_empty() {
                    Err(ErrorKind::AddrNotAvailable.into())
                } else {
                    Ok(Self::Direct(sockets))
                }
            }
            Route::Through(exit) => {
                let socket = ProxySocket::connect(context.clone(), exit).await.map_err(Error::other)?;
                Ok(Self::Through(Box::new(socket)))
            }
        }
    }
}

impl AsyncRead for Remote {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        match self.get_mut() {
            Self::Direct(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Through(stream) => Pin::new(stream.as_mut()).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Remote {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        match self.get_mut() {
            Self::Direct(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Through(stream) => Pin::new(stream.as_mut()).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match self.get_mut() {
            Self::Direct(stream) => Pin::new(stream).poll_flush(cx),
            Self::Through(stream) => Pin::new(stream.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match self.get_mut() {
            Self::Direct(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Through(stream) => Pin::new(stream.as_mut()).poll_shutdown(cx),
        }
    }
}
