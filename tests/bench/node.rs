//! What the embedded data plane costs, against the bare server of `shadowsocks-service` in the same process and minute:
//! `cargo bench -p nexa-tests --bench node`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a command for people: it prints, and stops at any error"
)]
#![expect(clippy::float_arithmetic, reason = "ratios for people to read")]

use nexa_core::{
    conformance::panel::fresh_grant,
    domain::link::Format,
    world::{OsEntropy, SystemClock, World},
};
use nexa_shadowsocks::{Node, Settings};
use shadowsocks_service::{
    config::{Config, ConfigType, ServerInstanceConfig},
    server::run,
    shadowsocks::{
        ProxyClientStream, ProxySocket, ServerConfig,
        config::{Mode, ServerType},
        context::Context,
        crypto::CipherKind,
        net::UdpSocket,
        relay::{socks5::Address, udprelay::options::UdpSocketControlData},
    },
};
use std::{future::pending, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

const MIB: usize = 1 << 20;
/// Moved in one round, in each direction.
const ROUND: usize = 256 * MIB;
const ROUNDS: usize = 7;

fn world() -> World {
    World::new(Arc::new(SystemClock), Arc::new(OsEntropy))
}

fn settings(ports: &str) -> Settings {
    let mut settings = Settings::default();
    for (name, value) in [("node_allow_private", "true"), ("node_ports", ports)] {
        settings.set(name, value).unwrap();
    }
    settings
}

/// Hears everything that is sent to it, or sends without end: by the first byte.
async fn destination(tasks: &mut JoinSet<()>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tasks.spawn(async move {
        let mut flows = JoinSet::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            flows.spawn(async move {
                let mut buffer = vec![0; 65_536];
                if stream.read_u8().await.is_ok_and(|wish| wish == b'g') {
                    while stream.write_all(&buffer).await.is_ok() {}
                } else {
                    while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
                }
            });
        }
    });
    at
}

/// Mebibytes a second, up and down, through the server of this link.
async fn speed(server: &ServerConfig, to: SocketAddr) -> (f64, f64) {
    let context = Context::new_shared(ServerType::Local);
    let chunk = vec![7; 32_768];
    let mut up = ProxyClientStream::connect(context.clone(), server, to).await.unwrap();
    up.write_all(b"p").await.unwrap();
    let began = Instant::now();
    for _ in 0..ROUND / chunk.len() {
        up.write_all(&chunk).await.unwrap();
    }
    up.shutdown().await.unwrap();
    let mut rest = Vec::new();
    up.read_to_end(&mut rest).await.unwrap();
    let went = began.elapsed();
    let mut down = ProxyClientStream::connect(context, server, to).await.unwrap();
    down.write_all(b"g").await.unwrap();
    let mut buffer = vec![0; 65_536];
    let began = Instant::now();
    let mut left = ROUND;
    while left > 0 {
        left = left.saturating_sub(down.read(&mut buffer).await.unwrap());
    }
    let came = began.elapsed();
    let rate = |took: Duration| 256.0 / took.as_secs_f64();
    (rate(went), rate(came))
}

/// Thousands of packets a second that an echo answers, through the server of this link. So many are on their way at
/// once that none is lost.
async fn packets(server: &ServerConfig, to: SocketAddr, session: u64) -> f64 {
    let context = Context::new_shared(ServerType::Local);
    let socket: ProxySocket<UdpSocket> = ProxySocket::connect(context, server).await.unwrap();
    let to: Address = to.into();
    let (payload, mut buffer) = (vec![5; 1400], vec![0; 65_536]);
    let (mut number, mut heard) = (0, 0_u32);
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(2) {
        for _ in 0..32 {
            number += 1;
            let mut control = UdpSocketControlData::default();
            (control.client_session_id, control.packet_id) = (session, number);
            socket.send_with_ctrl(&to, &control, &payload).await.unwrap();
        }
        for _ in 0..32 {
            let Ok(answer) = timeout(Duration::from_millis(100), socket.recv(&mut buffer)).await else {
                break;
            };
            answer.unwrap();
            heard += 1;
        }
    }
    f64::from(heard) / 1000.0 / began.elapsed().as_secs_f64()
}

/// Says back what it hears.
async fn echo(tasks: &mut JoinSet<()>) -> SocketAddr {
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    tasks.spawn(async move {
        let mut buffer = vec![0; 65_536];
        while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
            drop(socket.send_to(&buffer[..length], peer).await);
        }
    });
    at
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

async fn throughput(tasks: &mut JoinSet<()>) {
    let (to, echo) = (destination(tasks).await, echo(tasks).await);
    let mut config = Config::new(ConfigType::Server);
    let bare = ServerConfig::new(
        "127.0.0.1:29999".parse::<SocketAddr>().unwrap(),
        "AAAAAAAAAAAAAAAAAAAAAA==",
        CipherKind::AEAD2022_BLAKE3_AES_128_GCM,
    );
    let bare = bare.unwrap();
    let mut instance = ServerInstanceConfig::with_server_config(bare.clone());
    instance.config.set_mode(Mode::TcpAndUdp);
    config.server.push(instance);
    tasks.spawn(async move { drop(run(config).await) });
    let node = Node::in_memory(settings("28000-28009"), world()).unwrap();
    let running = node.clone();
    tasks.spawn(async move { running.run(pending()).await });
    let mut grant = fresh_grant();
    grant.limit = nexa_core::domain::measure::Traffic::gib(1000);
    node.apply(&grant).await.done().unwrap();
    let link = node.document(grant.panel_id, Format::Uris).done().unwrap();
    let ours = ServerConfig::from_url(link.trim()).unwrap();
    sleep(Duration::from_millis(500)).await;
    let (mut up, mut down, mut bare_down) = (Vec::new(), Vec::new(), Vec::new());
    let (mut echoed, mut bare_echoed) = (Vec::new(), Vec::new());
    for session in 0..ROUNDS {
        let session = u64::try_from(session).unwrap() + 1;
        let anchor = packets(&bare, echo, session).await;
        echoed.push(packets(&ours, echo, session).await / anchor);
        bare_echoed.push(anchor);
        let anchor = speed(&bare, to).await;
        let node = speed(&ours, to).await;
        up.push(node.0 / anchor.0);
        down.push(node.1 / anchor.1);
        bare_down.push(anchor.1);
    }
    println!("bare server            {:8.0} MiB/s down (median of {ROUNDS})", median(bare_down));
    println!("bare server            {:8.1} k packets/s echoed", median(bare_echoed));
    println!("node / bare, packets   {:8.3} (at least 0.85)", median(echoed));
    println!("node / bare, up        {:8.3} (at least 0.85)", median(up));
    println!("node / bare, down      {:8.3} (at least 0.85)", median(down));
}

/// Resident memory, KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

async fn idle() {
    let node = Node::in_memory(settings("10000-19999"), world()).unwrap();
    let before = resident();
    for _ in 0..1000 {
        node.apply(&fresh_grant()).await.done().unwrap();
    }
    let after = resident();
    println!(
        "1,000 idle             {:8} MiB more, {} MiB in all (at most 150)",
        (after - before) / 1024,
        after / 1024
    );
}

async fn start() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::open(settings("10000-24999"), world(), folder.path()).unwrap();
    let mut held = 0;
    // Each takes two descriptors: a machine that allows fewer holds fewer.
    while held < 10_000 && node.apply(&fresh_grant()).await.done().is_some() {
        held += 1;
    }
    drop(node);
    sleep(Duration::from_secs(1)).await;
    let began = Instant::now();
    let node = Node::open(settings("10000-24999"), world(), folder.path()).unwrap();
    node.round().await;
    let took = began.elapsed();
    let warning = node.health().warning.unwrap_or_default();
    println!("start of {held:6}        {:8} ms (at most 10,000); {warning}", took.as_millis());
}

#[tokio::main]
async fn main() {
    idle().await;
    let mut tasks = JoinSet::new();
    throughput(&mut tasks).await;
    tasks.shutdown().await;
    start().await;
}
