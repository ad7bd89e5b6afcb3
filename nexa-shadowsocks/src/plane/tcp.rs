//! TCP: accepts clients of one identity, and relays each to its destination.

use super::{
    Plane,
    counted::Counted,
    door::Way,
    failures::Failures,
    outbound::{Route, connect, keep_asking},
    strangers::Stranger,
};
use shadowsocks::relay::tcprelay::{ProxyServerStream, utils::copy_encrypted_bidirectional};
use std::{
    io::Result,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

/// The longest that a client may take to say where it wants to go.
const HANDSHAKE: Duration = Duration::from_secs(15);
/// How long the next server of a chain waits for the client's first bytes.
const GREETING: Duration = Duration::from_millis(200);
/// After the system refused to accept, e.g. because it ran out of file descriptors.
pub const BREATHER: Duration = Duration::from_millis(200);

/// Connections that wait to be accepted.
const BACKLOG: u32 = 128;

/// Opens a port.
pub fn listen(at: SocketAddr) -> Result<TcpListener> {
    let socket = if at.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // So that a port can be opened again at once after a restart.
    socket.set_reuseaddr(true)?;
    socket.bind(at)?;
    socket.listen(BACKLOG)
}

/// Accepts until it is dropped; the flows that it began end with it.
pub async fn serve(plane: Arc<Plane>, way: Arc<Way>, listener: TcpListener) {
    let places = Arc::new(Semaphore::new(way.connections));
    let mut flows = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = flows.join_next(), if !flows.is_empty() => continue,
        };
        let Ok((stream, peer)) = accepted else {
            sleep(BREATHER).await;
            continue;
        };
        let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
        let known_bad = |failures: &Failures| failures.refuses(peer.ip(), Instant::now());
        if way.failures.as_ref().is_some_and(known_bad) {
            reset(&stream);
            continue;
        }
        let stranger = match way.failures {
            Some(_) => plane.strangers.admit(peer.ip()).map(Some),
            None => Some(None),
        };
        let Some(stranger) = stranger else {
            reset(&stream);
            continue;
        };
        let client = Client { stream, peer: peer.ip(), stranger };
        flows.spawn(client.flow(Arc::clone(&plane), Arc::clone(&way), Arc::clone(&places)));
    }
}

/// A connection that came in.
struct Client {
    stream: TcpStream,
    peer: IpAddr,
    /// Its place until it has shown the key; other nodes need none.
    stranger: Option<Stranger>,
}

impl Client {
    /// From its first byte to its last.
    async fn flow(self, plane: Arc<Plane>, way: Arc<Way>, places: Arc<Semaphore>) {
        let Self { stream, peer, stranger } = self;
        if keep_asking(&stream).is_err() {
            return;
        }
        let mut client =
            ProxyServerStream::from_stream(way.context.clone(), stream, way.method.kind(), way.config.key());
        let Ok(Ok(to)) = timeout(HANDSHAKE, client.handshake()).await else {
            // Wrong keys, scanners, replays: whatever it was, it gets no answer that tells what listens here (SIP022,
            // "Detection Prevention").
            if let Some(failures) = &way.failures {
                failures.note(peer, Instant::now());
            }
            reset(client.get_ref());
            return;
        };
        drop(stranger);
        let (Ok(_all), Ok(_own)) = (plane.places.try_acquire(), places.try_acquire()) else {
            // Full: a client that is told so at once may try another server.
            reset(client.get_ref());
            return;
        };
        if !way.account.meter.has_left() || !way.account.devices.admit(peer, Instant::now()) {
            return;
        }
        let Ok(remote) = connect(&way, &to, &plane.destinations).await else { return };
        let mut remote = Counted::new(remote, Arc::clone(&way.account), Some(peer));
        if matches!(way.route, Route::Through(_))
            && pass_on_the_greeting(&mut client, &mut remote).await.is_err()
        {
            return;
        }
        // However it ends: both sides are closed, and what moved was charged.
        drop(copy_encrypted_bidirectional(way.method.kind(), &mut client, &mut remote).await);
    }
}

/// The next server hears where to go with the first bytes that are sent to it. Few bytes, because `shadowsocks` 1.24
/// loses some of a first packet that is full; or none after a moment, because some destinations speak first.
pub(crate) async fn pass_on_the_greeting(
    client: &mut (impl AsyncRead + Unpin),
    remote: &mut (impl AsyncWrite + Unpin),
) -> Result<()> {
    let mut first = [0; 4096];
    match timeout(GREETING, client.read(&mut first)).await {
        // A client that has nothing to say any more: the next server must hear a request all the same.
        Ok(Ok(0)) | Err(_) => remote.write(&[]).await.map(drop),
        Ok(read) => remote.write_all(first.get(..read?).unwrap_or_default()).await,
    }
}

/// Closes a connection without a word and without a trace in the system's tables.
pub fn reset(stream: &TcpStream) {
    // If it cannot be set, the connection is closed in the ordinary way.
    drop(socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO)));
}
