//! A client app: imports a link, and reaches servers through it.

use shadowsocks::{
    ProxyClientStream, ProxySocket, ServerConfig,
    config::ServerType,
    context::{Context, SharedContext},
    net::{TcpStream, UdpSocket},
    relay::{socks5::Address, udprelay::options::UdpSocketControlData},
};
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

pub type Flow = ProxyClientStream<TcpStream>;

/// A client app with one link.
#[derive(Clone)]
pub struct Client {
    context: SharedContext,
    pub config: ServerConfig,
}

impl Client {
    /// Imports a share link.
    pub fn new(link: &str) -> Self {
        let config = ServerConfig::from_url(link.trim()).unwrap();
        Self { context: Context::new_shared(ServerType::Local), config }
    }

    /// A connection to a server. Its request goes out with the first bytes: small ones, because the crate loses some of
    /// a first packet that is full; and some, because one request without any in 900 has no padding, and is refused.
    pub async fn connect(&self, to: impl Into<Address>) -> io::Result<Flow> {
        ProxyClientStream::connect(self.context.clone(), &self.config, to).await
    }

    /// Whether an echo comes back.
    pub async fn echoes(&self, echo: SocketAddr) -> bool {
        let said = async {
            let mut flow = self.connect(echo).await?;
            flow.write_all(b"hello").await?;
            let mut heard = [0; 5];
            flow.read_exact(&mut heard).await?;
            io::Result::Ok(heard == *b"hello")
        };
        matches!(timeout(Duration::from_secs(3), said).await, Ok(Ok(true)))
    }

    /// All that a server says by itself.
    pub async fn reads(&self, from: impl Into<Address>) -> io::Result<String> {
        let mut flow = self.connect(from).await?;
        flow.write_all(b"?").await?;
        let mut heard = String::new();
        timeout(Duration::from_secs(3), flow.read_to_string(&mut heard)).await??;
        if heard.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(heard) }
    }

    /// Sends `bytes` to a server that only listens, and waits until all have gone through.
    pub async fn pushes(&self, sink: SocketAddr, bytes: u64) -> io::Result<()> {
        let mut flow = self.connect(sink).await?;
        let chunk = vec![7; 65_536];
        let mut left = usize::try_from(bytes).unwrap();
        let mut most = 1024;
        while left > 0 {
            let now = left.min(most);
            most = chunk.len();
            flow.write_all(&chunk[..now]).await?;
            left -= now;
        }
        flow.shutdown().await?;
        let mut rest = Vec::new();
        flow.read_to_end(&mut rest).await?;
        Ok(())
    }

    /// A UDP session.
    pub async fn packets(&self) -> Packets {
        let socket = ProxySocket::connect(self.context.clone(), &self.config).await.unwrap();
        Packets { socket, session: rand_number(), sent: 0 }
    }
}

fn rand_number() -> u64 {
    u64::from_le_bytes(crate::world::world().bytes())
}

/// A UDP session.
pub struct Packets {
    socket: ProxySocket<UdpSocket>,
    session: u64,
    sent: u64,
}

impl Packets {
    pub async fn send(&mut self, to: impl Into<Address>, payload: &[u8]) {
        self.sent += 1;
        self.send_as(self.sent, to, payload).await;
    }

    /// With a packet number of one's own choice.
    pub async fn send_as(&self, number: u64, to: impl Into<Address>, payload: &[u8]) {
        let mut control = UdpSocketControlData::default();
        (control.client_session_id, control.packet_id) = (self.session, number);
        self.socket.send_with_ctrl(&to.into(), &control, payload).await.unwrap();
    }

    /// The next packet, if one comes soon.
    pub async fn receive(&self) -> Option<(Vec<u8>, Address)> {
        let mut buffer = vec![0; 65_536];
        let got = timeout(Duration::from_millis(700), self.socket.recv(&mut buffer)).await;
        let (length, from, _) = got.ok()?.ok()?;
        buffer.truncate(length);
        Some((buffer, from))
    }
}
