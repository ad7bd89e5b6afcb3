//! What one SSH client may ask for. Whatever is not answered here is refused by `russh` itself.

use super::{Forwarding, access::Access, visitors};
use russh::{
    Error, MethodKind, MethodSet,
    server::{Auth, Handler, PublicKeyOffer, Session},
};
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};
use tokio::{
    net::TcpListener,
    sync::{OwnedSemaphorePermit, mpsc, oneshot},
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// The longest address that a client may listen on, as it says; a name has at most 253 characters (RFC 1035).
const ADDRESS: usize = 255;

/// Who has signed in, and its place among the connections of its identity.
pub type SignedIn = (Arc<Access>, OwnedSemaphorePermit);

/// A port that a client has opened.
pub struct OpenPort {
    /// Where visitors come in.
    pub listener: TcpListener,
    /// Its number.
    pub port: u16,
    /// The address that the client asked for. Every port is opened where the node's settings say, but the client knows
    /// its port by these words (RFC 4254 §7.2).
    pub address: String,
    /// Closes it.
    pub closes: CancellationToken,
    /// Lets it be chosen again, when this is dropped.
    pub frees: DropGuard,
}

/// One client.
pub struct Caller {
    forwarding: Arc<Forwarding>,
    access: Option<Arc<Access>>,
    signed_in: Option<oneshot::Sender<SignedIn>>,
    opened: mpsc::Sender<OpenPort>,
    own: BTreeMap<u16, CancellationToken>,
}

impl Caller {
    /// A client that has not signed in; it is told when it does, and which ports it opens then.
    pub fn new(
        forwarding: Arc<Forwarding>,
        signed_in: oneshot::Sender<SignedIn>,
        opened: mpsc::Sender<OpenPort>,
    ) -> Self {
        Self { forwarding, access: None, signed_in: Some(signed_in), opened, own: BTreeMap::new() }
    }
}

/// No, but another password may be tried on the same connection, up to its limit.
fn no() -> Auth {
    let proceed_with_methods = Some(MethodSet::from(&[MethodKind::Password][..]));
    Auth::Reject { proceed_with_methods, partial_success: false }
}

impl Handler for Caller {
    type Error = Error;

    async fn auth_publickey_offered(&mut self, _: &str, _: PublicKeyOffer<'_>) -> Result<Auth, Error> {
        Ok(no())
    }

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, Error> {
        let Some(access) = self.forwarding.accesses.find(user, password) else { return Ok(no()) };
        let Ok(place) = Arc::clone(&access.sessions).try_acquire_owned() else { return Ok(no()) };
        let told = self.signed_in.take().map(|signed_in| signed_in.send((Arc::clone(&access), place)));
        if !matches!(told, Some(Ok(()))) {
            // Nobody waits for it any more: it took too long.
            return Err(Error::Disconnect);
        }
        self.access = Some(access);
        Ok(Auth::Accept)
    }

    async fn tcpip_forward(&mut self, address: &str, port: &mut u32, _: &mut Session) -> Result<bool, Error> {
        let Some(access) = &self.access else { return Ok(false) };
        let Some(own) = access.choose(*port).filter(|_| address.len() <= ADDRESS) else { return Ok(false) };
        let closes = access.take(own);
        let frees = closes.clone().drop_guard();
        let at = SocketAddr::new(self.forwarding.plane.settings.listen, own);
        let Ok(listener) = visitors::listen(at).await else { return Ok(false) };
        self.own.insert(own, closes.clone());
        *port = own.into();
        let opened = OpenPort { listener, port: own, address: address.to_owned(), closes, frees };
        Ok(self.opened.send(opened).await.is_ok())
    }

    async fn cancel_tcpip_forward(&mut self, _: &str, port: u32, _: &mut Session) -> Result<bool, Error> {
        let own = u16::try_from(port).ok().and_then(|port| self.own.remove(&port));
        Ok(own.map(|closes| closes.cancel()).is_some())
    }
}
