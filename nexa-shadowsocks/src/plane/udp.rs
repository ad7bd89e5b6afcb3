//! UDP: takes the packets of one identity apart into sessions, and relays each session through a socket of its own.

use super::{Plane, door::Way, session::Session};
use shadowsocks::relay::udprelay::{MAXIMUM_UDP_PAYLOAD_SIZE, ProxySocket, options::UdpSocketControlData};
use std::{collections::HashMap, future::poll_fn, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

/// The socket that clients send to.
pub type Inbound = ProxySocket<shadowsocks::net::UdpSocket>;

/// After so long without packets the receive buffer is given back: thousands of idle identities must not hold 64 KiB
/// each.
const CALM: Duration = Duration::from_secs(5);
/// How often sessions that ended are forgotten.
const SWEEP: Duration = Duration::from_secs(10);

/// Who a session belongs to: its own number in SIP022, else the address that it comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Session(u64),
    Address(SocketAddr),
}

/// Relays until it is dropped; its sessions end with it.
pub async fn serve(plane: Arc<Plane>, way: Arc<Way>, inbound: Arc<Inbound>) {
    let mut tasks = JoinSet::new();
    let mut sessions: HashMap<Key, Arc<Session>> = HashMap::new();
    loop {
        if poll_fn(|context| inbound.poll_recv_ready(context)).await.is_err() {
            sleep(CALM).await;
            continue;
        }
        let mut buffer = vec![0; MAXIMUM_UDP_PAYLOAD_SIZE];
        let mut swept = Instant::now();
        while let Ok(received) = timeout(CALM, inbound.recv_from_with_ctrl(&mut buffer)).await {
            while tasks.try_join_next().is_some() {}
            if swept.elapsed() > SWEEP {
                swept = Instant::now();
                sessions.retain(|_, session| session.is_alive());
            }
            // What cannot be read is a scanner, a replay or a wrong key: no answer, and no buffer that waits for more.
            let Ok((length, peer, to, _, control)) = received else {
                if sessions.is_empty() {
                    break;
                }
                continue;
            };
            let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
            let Some(payload) = buffer.get(..length) else { continue };
            let key = control.as_ref().map_or(Key::Address(peer), |c| Key::Session(c.client_session_id));
            let known = sessions.get(&key).filter(|session| session.is_alive()).map(Arc::clone);
            let session = match known {
                Some(session) => session,
                None if sessions.len() >= way.sessions => continue,
                None => {
                    let Some(session) = begin(&plane, &way, &inbound, peer, control.as_ref()).await else {
                        continue;
                    };
                    tasks.spawn(Arc::clone(&session).answer());
                    sessions.insert(key, Arc::clone(&session));
                    session
                }
            };
            session.send(&plane, peer, control.as_ref(), &to, payload).await;
        }
        sessions.retain(|_, session| session.is_alive());
    }
}

async fn begin(
    plane: &Plane,
    way: &Arc<Way>,
    inbound: &Arc<Inbound>,
    peer: SocketAddr,
    control: Option<&UdpSocketControlData>,
) -> Option<Arc<Session>> {
    if !way.account.devices.admit(peer.ip(), Instant::now()) {
        return None;
    }
    let client_session = control.map_or(0, |control| control.client_session_id);
    let permit = Arc::clone(&plane.sessions).try_acquire_owned().ok()?;
    let numbers = (client_session, plane.number());
    let session = Session::open(way, inbound, peer, numbers, permit).await.ok()?;
    Some(Arc::new(session))
}
