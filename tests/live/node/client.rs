//! Client apps: the local client of `shadowsocks-service` in this process, and Debian's `ss-local`, which is another
//! implementation, both reached by `curl` over SOCKS5.

use super::super::require::Missing;
use crate::process::binary;
use shadowsocks_service::{
    config::{Config, ConfigType, LocalConfig, LocalInstanceConfig, ProtocolType, ServerInstanceConfig},
    local::Server,
    shadowsocks::{
        ProxySocket, ServerConfig,
        config::ServerType,
        context::Context,
        net::UdpSocket,
        relay::{socks5::Address, udprelay::options::UdpSocketControlData},
    },
};
use std::{
    io::Write as _,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

/// A SOCKS5 proxy on loopback that leads through a share link.
pub struct Proxy {
    at: SocketAddr,
    _tasks: JoinSet<()>,
    child: Option<Child>,
}

fn free() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

impl Proxy {
    /// The crate's local client.
    pub async fn sslocal(link: &str) -> Self {
        let at = free();
        let mut config = Config::new(ConfigType::Local);
        let server = ServerConfig::from_url(link).unwrap();
        config.server.push(ServerInstanceConfig::with_server_config(server));
        let local = LocalConfig::new_with_addr(at.into(), ProtocolType::Socks);
        config.local.push(LocalInstanceConfig::with_local_config(local));
        let server = Server::new(config).await.unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { drop(server.run().await) });
        let proxy = Self { at, _tasks: tasks, child: None };
        proxy.listens().await;
        proxy
    }

    /// Debian's `ss-local` (shadowsocks-libev), which knows the classic ciphers.
    pub async fn ss_local(link: &str) -> Result<Self, Missing> {
        let at = free();
        let server = ServerConfig::from_url(link).unwrap();
        let mut command = Command::new("ss-local");
        command.args(["-s", &server.addr().host(), "-p", &server.addr().port().to_string()]);
        command.args(["-k", server.password(), "-m", &server.method().to_string()]);
        command.args(["-b", "127.0.0.1", "-l", &at.port().to_string(), "-u"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command
            .spawn()
            .map_err(|_| Missing::new("ss-local", "no ss-local in PATH (Debian: shadowsocks-libev)"))?;
        let proxy = Self { at, _tasks: JoinSet::new(), child: Some(child) };
        proxy.listens().await;
        Ok(proxy)
    }

    /// The program's own `nexa proxy`, given what a customer's link gives in its form `plain`.
    pub async fn nexa(plain: &str) -> Self {
        let at = free();
        let mut command = Command::new(binary::nexa());
        command.args(["proxy", "-", "--listen", &at.to_string()]).env_clear().stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(plain.as_bytes()).unwrap();
        let proxy = Self { at, _tasks: JoinSet::new(), child: Some(child) };
        proxy.listens().await;
        proxy
    }

    async fn listens(&self) {
        for _ in 0..500 {
            if tokio::net::TcpStream::connect(self.at).await.is_ok() {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("the proxy does not listen");
    }

    /// The start of a download by `curl --proxy`.
    pub fn begin(&self, url: &str) -> Child {
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--fail", "--max-time", "120"]);
        command.args(["--proxy", &format!("socks5h://{}", self.at), url]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("curl is here")
    }

    /// What `curl --proxy` downloads, and whether it came to the end.
    pub async fn curl(&self, url: &str) -> (Vec<u8>, bool) {
        let child = self.begin(url);
        let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
        (output.stdout, output.status.success())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// Whether `curl` is here.
pub fn curl() -> Result<(), Missing> {
    let found = Command::new("curl").arg("--version").stdout(Stdio::null()).status();
    found.map(drop).map_err(|_| Missing::new("curl", "no curl in PATH"))
}

/// Sends packets to an echo through a share link, some at a time so that none is lost on the way, and gives the bytes
/// that went and came.
pub async fn echo_packets(link: &str, to: SocketAddr, bytes: u64) -> u64 {
    let context = Context::new_shared(ServerType::Local);
    let server = ServerConfig::from_url(link).unwrap();
    let socket: ProxySocket<UdpSocket> = ProxySocket::connect(context, &server).await.unwrap();
    let to: Address = to.into();
    let payload = vec![5; 1400];
    let mut buffer = vec![0; 65_536];
    let (mut moved, mut number) = (0, 0);
    while moved < bytes {
        for _ in 0..32 {
            number += 1;
            let mut control = UdpSocketControlData::default();
            (control.client_session_id, control.packet_id) = (0x6e65_7861, number);
            socket.send_with_ctrl(&to, &control, &payload).await.unwrap();
            moved += 1400;
        }
        for _ in 0..32 {
            let Ok(heard) = timeout(Duration::from_millis(500), socket.recv(&mut buffer)).await else {
                break;
            };
            let (length, from, _) = heard.unwrap();
            assert_eq!(from, to);
            moved += u64::try_from(length).unwrap();
        }
    }
    moved
}
