//! The node's SSH port, and the connections that come in there.

use super::{
    Forwarding,
    caller::{Caller, SignedIn},
    severable::Severable,
    visitors,
};
use crate::plane::{
    outbound::keep_asking,
    tcp::{BREATHER, listen, reset},
};
use russh::{
    MethodKind, MethodSet, Preferred, SshId, kex,
    keys::{Algorithm, PrivateKey, ssh_key::private::Ed25519Keypair},
    server::{Config, RunningSession, run_stream},
};
use std::{
    borrow::Cow,
    io::Result,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// The longest that a client may take to sign in: a person pastes the password.
const SIGN_IN: Duration = Duration::from_mins(1);
/// Connections that have not signed in, at the same time. One address has at most as many as [`Failures`] allows it.
///
/// [`Failures`]: crate::plane::failures::Failures
const STRANGERS: usize = 256;
/// How long a wrong password takes. One customer's program that tries an old password for ever, one try after the
/// other, so stays below the failures that would turn away whoever shares its address.
const REJECTION: Duration = Duration::from_secs(3);
/// Passwords that one connection may try, with the empty try that every client begins with.
const TRIES: usize = 4;
/// After so long without a word a client is asked whether it still lives; [`UNANSWERED`] questions later it is gone.
const KEEPALIVE: Duration = Duration::from_secs(30);
const UNANSWERED: usize = 3;
/// A connection on which nothing moves any more, not even these questions, is over.
const STUCK: Duration = Duration::from_mins(5);
/// Bytes that a client may send for one visitor before it hears that more fit: a bound for memory.
const WINDOW: u32 = 1 << 20;
/// The largest packet, which all clients must support (RFC 4253 §6.1), and how many of them wait for one visitor.
const PACKET: u32 = 1 << 15;
const WAITING: usize = 32;

/// Key agreement on one curve, and on a lattice besides it: what every client of the last ten years has, and nothing
/// that lets a stranger make the node calculate for long.
const AGREEMENT: &[kex::Name] = &[
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::EXTENSION_SUPPORT_AS_SERVER,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER,
];

/// How the server of this key behaves.
pub fn config(host_key: &[u8; 32]) -> Config {
    let preferred = Preferred {
        kex: Cow::Borrowed(AGREEMENT),
        key: Cow::Borrowed(&[Algorithm::Ed25519]),
        ..Preferred::DEFAULT
    };
    Config {
        // Neither what it is nor in which version.
        server_id: SshId::Standard(Cow::Borrowed("SSH-2.0-sshd")),
        methods: MethodSet::from(&[MethodKind::Password][..]),
        auth_rejection_time: REJECTION,
        auth_rejection_time_initial: Some(Duration::ZERO),
        max_auth_attempts: TRIES,
        keys: vec![PrivateKey::from(Ed25519Keypair::from_seed(host_key))],
        preferred,
        window_size: WINDOW,
        maximum_packet_size: PACKET,
        channel_buffer_size: WAITING,
        inactivity_timeout: Some(STUCK),
        keepalive_interval: Some(KEEPALIVE),
        keepalive_max: UNANSWERED,
        ..Config::default()
    }
}

/// The open SSH port. Closed when it is dropped, with every connection that came through it.
pub struct SshPort {
    tasks: JoinSet<()>,
}

impl SshPort {
    /// Opens it where the settings say.
    pub fn open(forwarding: &Arc<Forwarding>) -> Result<Self> {
        let settings = &forwarding.plane.settings;
        let listener = listen(SocketAddr::new(settings.listen, settings.forward_port))?;
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(Arc::clone(forwarding), listener));
        Ok(Self { tasks })
    }

    /// Closes it and returns when its port is free.
    pub async fn close(mut self) {
        self.tasks.shutdown().await;
    }
}

/// Accepts until it is dropped; the connections that it accepted end with it.
async fn serve(forwarding: Arc<Forwarding>, listener: TcpListener) {
    let strangers = Arc::new(Semaphore::new(STRANGERS));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
        };
        let Ok((stream, peer)) = accepted else {
            sleep(BREATHER).await;
            continue;
        };
        let (plane, peer) = (&forwarding.plane, peer.ip().to_canonical());
        if forwarding.failures.refuses(peer, Instant::now()) {
            reset(&stream);
            continue;
        }
        let all = Arc::clone(&plane.places).try_acquire_owned();
        let stranger = Arc::clone(&strangers).try_acquire_owned();
        let (Ok(all), Ok(stranger)) = (all, stranger) else {
            reset(&stream);
            continue;
        };
        // Until it has signed in: so one address cannot take all places of strangers.
        forwarding.failures.note(peer, Instant::now());
        connections.spawn(attend(Arc::clone(&forwarding), stream, peer, all, stranger));
    }
}

/// One connection, from its first word to its end.
async fn attend(
    forwarding: Arc<Forwarding>,
    stream: TcpStream,
    peer: IpAddr,
    all: OwnedSemaphorePermit,
    stranger: OwnedSemaphorePermit,
) {
    if keep_asking(&stream).is_err() {
        return;
    }
    let severs = CancellationToken::new();
    let stream = Severable::new(stream, severs.clone());
    // However this ends, the connection ends with it.
    let _severs = severs.drop_guard();
    let (tell, told) = oneshot::channel();
    let (opens, mut opened) = mpsc::channel(1);
    let caller = Caller::new(Arc::clone(&forwarding), tell, opens);
    let Ok(Some((mut session, (access, place)))) =
        timeout(SIGN_IN, sign_in(&forwarding, stream, caller, told)).await
    else {
        return;
    };
    forwarding.failures.forgive(peer);
    drop(stranger);
    let mut ports = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut session => break,
            () = access.over() => break,
            Some(port) = opened.recv() => {
                let of_all = Arc::clone(&forwarding.plane);
                ports.spawn(visitors::serve(of_all, Arc::clone(&access), session.handle(), port));
            }
            Some(_) = ports.join_next(), if !ports.is_empty() => {}
        }
    }
    drop((all, place));
}

async fn sign_in(
    forwarding: &Forwarding,
    stream: Severable<TcpStream>,
    caller: Caller,
    told: oneshot::Receiver<SignedIn>,
) -> Option<(RunningSession<Caller>, SignedIn)> {
    let session = run_stream(Arc::clone(&forwarding.config), stream, caller).await.ok()?;
    // A connection that ends before takes the other end of this with it.
    let signed_in = told.await.ok()?;
    Some((session, signed_in))
}
