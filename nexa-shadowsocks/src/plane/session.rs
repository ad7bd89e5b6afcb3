//! One UDP session: a client's packets to any number of destinations, and what these answer.

use super::{
    Plane,
    door::Way,
    outbound::{Packets, Route, resolve},
    udp::Inbound,
    window::Window,
};
use futures::future::select_all;
use nexa_core::address::counted;
use shadowsocks::relay::{
    socks5::Address,
    udprelay::{MAXIMUM_UDP_PAYLOAD_SIZE, options::UdpSocketControlData},
};
use std::{
    collections::{HashMap, HashSet},
    future::poll_fn,
    io::Result,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::UdpSocket,
    sync::OwnedSemaphorePermit,
    time::{Instant, timeout},
};

/// A session without packets for so long is over.
const IDLE: Duration = Duration::from_mins(2);
/// Destinations of one session that are remembered; the answers of others are dropped.
const DESTINATIONS: usize = 1024;

/// A session.
pub struct Session {
    way: Arc<Way>,
    inbound: Arc<Inbound>,
    packets: Packets,
    /// The client's number for it, and ours.
    numbers: (u64, u64),
    sent: AtomicU64,
    answered: AtomicU64,
    alive: AtomicBool,
    known: Mutex<Known>,
    /// Its place among the sessions of all identities.
    _place: OwnedSemaphorePermit,
}

struct Known {
    client: SocketAddr,
    window: Window,
    last: Instant,
    /// Who was written to: nobody else is let through, so that strangers cannot use up the customer's traffic.
    contacted: HashSet<IpAddr>,
    names: HashMap<(String, u16), SocketAddr>,
}

impl Session {
    /// Opens a way out for a client.
    pub async fn open(
        way: &Arc<Way>,
        inbound: &Arc<Inbound>,
        client: SocketAddr,
        numbers: (u64, u64),
        place: OwnedSemaphorePermit,
    ) -> Result<Self> {
        let packets = Packets::open(&way.route, &way.context).await?;
        let (window, last) = (Window::default(), Instant::now());
        let known = Known { client, window, last, contacted: HashSet::new(), names: HashMap::new() };
        Ok(Self {
            way: Arc::clone(way),
            inbound: Arc::clone(inbound),
            packets,
            numbers,
            _place: place,
            sent: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            alive: AtomicBool::new(true),
            known: Mutex::new(known),
        })
    }

    /// Whether it goes on.
    pub fn is_alive(&self) -> bool {
        self.alive.load(Ordering::Relaxed)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a client's packet on. What may not go, or cannot go now, is dropped, as packets are.
    pub async fn send(
        &self,
        plane: &Plane,
        peer: SocketAddr,
        control: Option<&UdpSocketControlData>,
        to: &Address,
        payload: &[u8],
    ) {
        let now = Instant::now();
        {
            let mut known = self.known();
            if control.is_some_and(|control| !known.window.take(control.packet_id)) {
                return;
            }
            // A phone that changes its network keeps its session.
            known.client = peer;
            known.last = now;
        }
        if !self.way.account.meter.has_left() || !self.way.account.devices.admit(peer.ip(), now) {
            return;
        }
        match &self.packets {
            Packets::Direct(sockets) => {
                let Some(at) = self.find(plane, to).await else { return };
                let fits =
                    |socket: &&UdpSocket| socket.local_addr().is_ok_and(|own| own.is_ipv4() == at.is_ipv4());
                let Some(socket) = sockets.iter().find(fits) else { return };
                if self.contact(at.ip()) && self.charge(payload.len(), now) {
                    // Lost packets are the sender's business.
                    drop(socket.send_to(payload, at).await);
                }
            }
            Packets::Through(exit) => {
                let port = match to {
                    Address::SocketAddress(at) if !plane.destinations.permits(at.ip()) => return,
                    Address::SocketAddress(at) => at.port(),
                    Address::DomainNameAddress(_, port) => *port,
                };
                if plane.destinations.permits_port(port) && self.charge(payload.len(), now) {
                    let mut control = UdpSocketControlData::default();
                    control.client_session_id = self.numbers.1;
                    control.packet_id = self.sent.fetch_add(1, Ordering::Relaxed);
                    drop(exit.send_with_ctrl(to, &control, payload).await);
                }
            }
        }
    }

    async fn find(&self, plane: &Plane, to: &Address) -> Option<SocketAddr> {
        let from = match &self.way.route {
            Route::Direct(from) => *from,
            Route::Through(_) => None,
        };
        if let Address::DomainNameAddress(name, port) = to {
            let key = (name.clone(), *port);
            if let Some(at) = self.known().names.get(&key) {
                return Some(*at);
            }
            let at =
                resolve(to, &plane.destinations, &self.way.lookups, from).await.ok()?.into_iter().next()?;
            let mut known = self.known();
            if known.names.len() >= DESTINATIONS {
                known.names.clear();
            }
            known.names.insert(key, at);
            return Some(at);
        }
        resolve(to, &plane.destinations, &self.way.lookups, from).await.ok()?.into_iter().next()
    }

    fn contact(&self, address: IpAddr) -> bool {
        let mut known = self.known();
        let contacted = &mut known.contacted;
        let address = counted(address);
        contacted.contains(&address) || (contacted.len() < DESTINATIONS && contacted.insert(address))
    }

    fn charge(&self, bytes: usize, now: Instant) -> bool {
        let account = &self.way.account;
        account.pace.as_ref().is_none_or(|pace| pace.book_now(bytes, now))
            && account.meter.charge(u64::try_from(bytes).unwrap_or(u64::MAX))
    }

    /// Carries answers to the client until it has said nothing for a while: what others send keeps no session alive
    /// (RFC 4787, REQ-6), and costs a customer who has left nothing.
    pub async fn answer(self: Arc<Self>) {
        while self.known().last.elapsed() < IDLE {
            if timeout(IDLE, self.ready()).await.is_err() {
                continue;
            }
            let mut buffer = vec![0; MAXIMUM_UDP_PAYLOAD_SIZE];
            // The buffer is given back when it is quiet for a moment.
            while let Ok(received) = timeout(Duration::from_secs(1), self.receive(&mut buffer)).await {
                let (client, silent) = {
                    let known = self.known();
                    (known.client, known.last.elapsed())
                };
                if silent >= IDLE {
                    break;
                }
                let Some((length, from)) = received else { continue };
                let Some(payload) = buffer.get(..length) else { continue };
                if !self.charge(length, Instant::now()) {
                    continue;
                }
                let mut control = UdpSocketControlData::default();
                (control.client_session_id, control.server_session_id) = self.numbers;
                control.packet_id = self.answered.fetch_add(1, Ordering::Relaxed);
                drop(self.inbound.send_to_with_ctrl(client, &from, &control, payload).await);
            }
        }
        self.alive.store(false, Ordering::Relaxed);
    }

    async fn ready(&self) {
        match &self.packets {
            Packets::Direct(sockets) => {
                drop(select_all(sockets.iter().map(|socket| Box::pin(socket.readable()))).await);
            }
            Packets::Through(exit) => drop(poll_fn(|context| exit.poll_recv_ready(context)).await),
        }
    }

    /// The next answer that may go to the client; `None` when nothing but unwelcome packets came.
    async fn receive(&self, buffer: &mut [u8]) -> Option<(usize, Address)> {
        match &self.packets {
            Packets::Direct(sockets) => {
                self.ready().await;
                let got = sockets.iter().find_map(|socket| socket.try_recv_from(buffer).ok())?;
                let (length, from) = got;
                let welcome = self.known().contacted.contains(&counted(from.ip()));
                welcome.then_some((length, Address::SocketAddress(from)))
            }
            Packets::Through(exit) => {
                let (length, from, _, _) = exit.recv_with_ctrl(buffer).await.ok()?;
                Some((length, from))
            }
        }
    }
}
