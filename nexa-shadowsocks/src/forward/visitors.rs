//! A port that a customer has opened, and those who visit it.

use super::{access::Access, caller::OpenPort};
use crate::plane::{
    Plane,
    counted::Counted,
    outbound::keep_asking,
    strangers::Stranger,
    tcp::{self, BREATHER, reset},
};
use russh::{
    ChannelMsg, ChannelReadHalf, ChannelWriteHalf,
    server::{Handle, Msg},
};
use std::{
    io::{ErrorKind, Result},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncWriteExt, copy, split},
    net::{TcpListener, TcpStream},
    sync::{Notify, OwnedSemaphorePermit},
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

/// How long a port is waited for that an older connection of the customer is giving up.
const GIVING_UP: Duration = Duration::from_secs(1);
/// A visitor that takes nothing for so long, while something is there for it, is gone. `russh` keeps all visitors of one
/// connection waiting for the one that takes nothing.
const TAKES_NOTHING: Duration = Duration::from_secs(10);
/// The longest that the word of a visitor's end may take to be sent.
const FAREWELL: Duration = Duration::from_secs(10);

/// Opens a port, waiting a moment for whoever is about to leave it.
pub async fn listen(at: SocketAddr) -> Result<TcpListener> {
    let until = Instant::now() + GIVING_UP;
    loop {
        match tcp::listen(at) {
            Err(error) if error.kind() == ErrorKind::AddrInUse && Instant::now() < until => {
                sleep(Duration::from_millis(20)).await;
            }
            listener => return listener,
        }
    }
}

/// Receives visitors until the port is closed; then they are sent away.
pub async fn serve(plane: Arc<Plane>, access: Arc<Access>, customer: Handle, open: OpenPort) {
    let OpenPort { listener, port, address, closes, frees } = open;
    let mut visits = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = visits.join_next(), if !visits.is_empty() => continue,
            () = closes.cancelled() => break,
        };
        let Ok((stream, peer)) = accepted else {
            sleep(BREATHER).await;
            continue;
        };
        let all = Arc::clone(&plane.places).try_acquire_owned();
        let own = Arc::clone(&access.visitors).try_acquire_owned();
        let (Ok(all), Ok(own), Some(stranger)) = (all, own, plane.visitors.admit(peer.ip())) else {
            reset(&stream);
            continue;
        };
        let places = ([all, own], stranger);
        let visitor = Visitor { stream, peer, port, address: address.clone(), places };
        let (access, customer, closes) = (Arc::clone(&access), customer.clone(), closes.clone());
        visits.spawn(async move { visitor.visit(&access, &customer, closes.cancelled()).await });
    }
    drop((listener, frees));
    while visits.join_next().await.is_some() {}
}

/// Somebody who came to a customer's port.
struct Visitor {
    stream: TcpStream,
    peer: SocketAddr,
    port: u16,
    address: String,
    places: ([OwnedSemaphorePermit; 2], Stranger),
}

impl Visitor {
    /// Brings it to the customer's service, until one of them leaves or the port is `closed`.
    async fn visit(self, access: &Access, customer: &Handle, closed: impl Future<Output = ()>) {
        let Self { stream, peer, port, address, places } = self;
        let patient = socket2::SockRef::from(&stream).set_tcp_user_timeout(Some(TAKES_NOTHING));
        if keep_asking(&stream).and(patient).is_err() {
            return;
        }
        let from = (peer.ip().to_canonical().to_string(), peer.port().into());
        let opened = customer.channel_open_forwarded_tcpip(address, port.into(), from.0, from.1);
        // Waited for even if the port is closed meanwhile: a channel that nobody knows could not be closed.
        let Ok(channel) = opened.await else { return reset(&stream) };
        let (service, to_service) = channel.split();
        // A visitor is no device of the customer.
        let stream = Counted::new(stream, Arc::clone(&access.account), None);
        tokio::select! {
            // However it ends: what moved was charged.
            _ = relay(stream, service, &to_service) => {}
            () = closed => {}
        }
        drop(timeout(FAREWELL, to_service.close()).await);
        drop(places);
    }
}

/// Carries both ways until both sides have said all, or one is gone.
async fn relay(
    visitor: Counted<TcpStream>,
    mut service: ChannelReadHalf,
    to_service: &ChannelWriteHalf<Msg>,
) -> Result<()> {
    let (mut visitor, mut to_visitor) = split(visitor);
    let mut to_service = to_service.make_writer();
    let service_said_all = Notify::new();
    let there = async {
        copy(&mut visitor, &mut to_service).await?;
        to_service.shutdown().await?;
        service_said_all.notified().await;
        Ok(())
    };
    let back = async {
        loop {
            match service.wait().await {
                Some(ChannelMsg::Data { data }) => to_visitor.write_all(&data).await?,
                Some(ChannelMsg::Eof) => {
                    to_visitor.shutdown().await?;
                    service_said_all.notify_one();
                }
                Some(ChannelMsg::Close) | None => return Ok(()),
                Some(_) => {}
            }
        }
    };
    tokio::select! {
        ended = there => ended,
        ended = back => ended,
    }
}
