//! An SSH client of a customer, who brings visitors of a port of the node to a service of their own.

use nexa_core::{
    domain::{
        extras::{ExtrasGiven, ForwardAccess},
        grant::PanelId,
        link::Format,
    },
    ports::outcome::Outcome,
};
use nexa_shadowsocks::Node;
use russh::{
    Channel, Error,
    client::{AuthResult, ChannelOpenHandle, Config, Handle, Handler, Msg, Session, connect},
    keys::PublicKeyOrCertificate,
};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::TcpStream,
    task::JoinSet,
    time::{sleep, timeout},
};

/// What the node tells an identity about its ports.
pub fn access(node: &Node, id: PanelId) -> Option<ForwardAccess> {
    let Outcome::Done(text) = node.document(id, Format::Extras) else { panic!("no document") };
    serde_json::from_str::<ExtrasGiven>(&text).unwrap().forward
}

/// A customer's machine, signed in.
pub struct Customer {
    pub line: Handle<Home>,
    host_key: Arc<Mutex<Option<String>>>,
}

/// The customer's end of the line.
pub struct Home {
    service: SocketAddr,
    visits: JoinSet<()>,
    host_key: Arc<Mutex<Option<String>>>,
}

impl Handler for Home {
    type Error = Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Error> {
        *self.host_key.lock().unwrap() = Some(format!("{key:?}"));
        Ok(true)
    }

    async fn server_channel_open_forwarded_tcpip(
        &mut self,
        channel: Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Error> {
        reply.accept().await;
        let service = self.service;
        self.visits.spawn(async move {
            let mut stream = TcpStream::connect(service).await.unwrap();
            drop(copy_bidirectional(&mut channel.into_stream(), &mut stream).await);
        });
        Ok(())
    }
}

impl Customer {
    /// Connects with these words; the node's SSH port may not be open yet. None if they are refused.
    pub async fn sign_in(access: &ForwardAccess, service: SocketAddr) -> Option<Self> {
        let host_key = Arc::new(Mutex::new(None));
        for _ in 0..200 {
            let home = Home { service, visits: JoinSet::new(), host_key: Arc::clone(&host_key) };
            let at = (access.host.as_str(), access.port);
            let Ok(mut line) = connect(Arc::new(Config::default()), at, home).await else {
                sleep(Duration::from_millis(20)).await;
                continue;
            };
            let answer = line.authenticate_password(&access.user, &access.password).await;
            return matches!(answer, Ok(AuthResult::Success)).then_some(Self { line, host_key });
        }
        panic!("the SSH port never opened");
    }

    /// Opens a port; none if that is refused.
    pub async fn opens(&self, port: u16) -> Option<u16> {
        // With port 0 the node says which one it took.
        let took = self.line.tcpip_forward("localhost", port.into()).await.ok()?;
        if took == 0 { Some(port) } else { u16::try_from(took).ok() }
    }

    /// The key that the node showed.
    pub fn host_key(&self) -> String {
        self.host_key.lock().unwrap().clone().unwrap()
    }

    /// Whether the line is cut soon.
    pub async fn is_cut(&self) -> bool {
        let cut = async {
            while !self.line.is_closed() {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(2), cut).await.is_ok()
    }
}

/// A visitor of a port, once it is open.
pub async fn visitor(host: &str, port: u16) -> TcpStream {
    for _ in 0..200 {
        if let Ok(stream) = TcpStream::connect((host, port)).await {
            return stream;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("port {port} never opened");
}

/// What comes back from an echo, to the end.
pub async fn echo(mut stream: TcpStream, words: &[u8]) -> Vec<u8> {
    let (mut read, mut write) = stream.split();
    let say = async {
        write.write_all(words).await?;
        write.shutdown().await
    };
    let mut heard = Vec::new();
    let both = async { tokio::join!(say, read.read_to_end(&mut heard)) };
    // However it ends, what was heard tells.
    drop(timeout(Duration::from_secs(10), both).await);
    heard
}
