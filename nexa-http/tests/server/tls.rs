//! TLS in the server loop: what is agreed on, certificates that change, and bad neighbours.

mod authority;
mod program;

use crate::wire::{Running, heard};
use authority::{Authority, Issued};
use nexa_http::{
    entry::Proxied,
    serve::Bounds,
    tls::{Certificates, Files, Pair, Tls},
};
use poem::{Endpoint, EndpointExt, Request, Response, Route, get, handler};
use rustls::{ProtocolVersion, version};
use std::{sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};
use tokio_rustls::client::TlsStream;

const NAME: &str = "shop.example";
const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n";
const ASK_AND_STAY: &[u8] = b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";

#[handler]
fn whose(request: &Request) -> String {
    format!("{} over {}", request.remote_addr(), request.scheme())
}

fn routes() -> impl Endpoint<Output = Response> {
    Route::new().at("/", get(whose)).map_to_response()
}

fn pair(issued: &Issued) -> Pair {
    Pair::read(issued.chain.as_bytes(), issued.key.as_bytes()).unwrap()
}

fn impatient() -> Bounds {
    Bounds { head: Duration::from_millis(700), ..Bounds::default() }
}

/// A server with the certificate of an authority.
async fn started(bounds: Bounds) -> (Running, Authority, Arc<Certificates>) {
    let authority = Authority::new();
    let certificates = Arc::new(Certificates::default());
    certificates.set(pair(&authority.issue(NAME)));
    let tls = Tls::new(Arc::clone(&certificates)).unwrap();
    (Running::start_through(tls, routes(), bounds).await, authority, certificates)
}

async fn shaken(server: &Running, authority: &Authority, alpn: &[&str]) -> TlsStream<TcpStream> {
    authority.connect(server.connect().await, NAME, alpn, &[&version::TLS13, &version::TLS12]).await.unwrap()
}

/// What identifies the certificate that a server showed.
fn shown(stream: &TlsStream<TcpStream>) -> Vec<u8> {
    stream.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

#[tokio::test]
async fn both_versions_and_both_protocols_are_agreed_on() {
    let (server, authority, _) = started(Bounds::default()).await;
    for (version, agreed) in
        [(&version::TLS13, ProtocolVersion::TLSv1_3), (&version::TLS12, ProtocolVersion::TLSv1_2)]
    {
        let stream = server.connect().await;
        let mut stream = authority.connect(stream, NAME, &["http/1.1"], &[version]).await.unwrap();
        assert_eq!(stream.get_ref().1.protocol_version(), Some(agreed));
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"http/1.1".as_slice()));
        stream.write_all(ASK).await.unwrap();
        let answer = heard(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("over https"), "{answer}");
    }
    let stream = shaken(&server, &authority, &["h2", "http/1.1"]).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
    let client = authority.http(server.at, NAME);
    let answer = client.get(format!("https://{NAME}/")).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (200, reqwest::Version::HTTP_2));
    drop((stream, client));
    server.end().await;
}

/// The first message of a client that knows nothing newer than TLS 1.1 (RFC 4346, 7.4.1.2), with the signatures that it
/// knows.
fn ancient() -> Vec<u8> {
    let mut hello = vec![0x03, 0x02];
    hello.extend([7; 32]);
    hello.extend([0, 0, 2, 0xc0, 0x13, 1, 0]);
    hello.extend([0, 8, 0, 13, 0, 4, 0, 2, 4, 3]);
    let length = u8::try_from(hello.len()).unwrap();
    let mut record = vec![0x16, 0x03, 0x01, 0, length + 4, 1, 0, 0, length];
    record.extend(hello);
    record
}

#[tokio::test]
async fn older_versions_are_refused_with_the_reason() {
    let (server, ..) = started(Bounds::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(&ancient()).await.unwrap();
    let mut alert = [0; 7];
    timeout(Duration::from_secs(5), stream.read_exact(&mut alert)).await.unwrap().unwrap();
    // A fatal alert, 70: protocol_version (RFC 8446, 6).
    assert_eq!((alert[0], alert[5], alert[6]), (0x15, 2, 70), "{alert:?}");
    server.end().await;
}

#[tokio::test]
async fn files_are_read_again_and_no_connection_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    let authority = Authority::new();
    let put = |issued: &Issued| {
        std::fs::write(&chain, &issued.chain).unwrap();
        std::fs::write(&key, &issued.key).unwrap();
    };
    put(&authority.issue(NAME));
    let mut files = Files::new(&chain, &key);
    let certificates = Arc::new(Certificates::default());
    certificates.set(files.changed().await.unwrap().expect("it was not seen yet"));
    assert!(files.changed().await.unwrap().is_none(), "nothing has changed");
    let tls = Tls::new(Arc::clone(&certificates)).unwrap();
    let server = Running::start_through(tls, routes(), Bounds::default()).await;
    let mut before = shaken(&server, &authority, &["http/1.1"]).await;
    before.write_all(ASK_AND_STAY).await.unwrap();
    let mut byte = [0; 1];
    before.read_exact(&mut byte).await.unwrap();

    std::fs::write(&key, authority.issue(NAME).key).unwrap();
    assert!(files.changed().await.is_err(), "the key is not the certificate's yet");
    assert!(files.changed().await.unwrap().is_none(), "told once");
    assert_eq!(shown(&shaken(&server, &authority, &[]).await), shown(&before), "the one before goes on");
    put(&authority.issue(NAME));
    certificates.set(files.changed().await.unwrap().expect("both have changed"));
    assert_ne!(shown(&shaken(&server, &authority, &[]).await), shown(&before));
    before.write_all(ASK).await.unwrap();
    assert_eq!(heard(&mut before).await.matches("200 OK").count(), 2, "the old connection still works");
    std::fs::remove_file(&chain).unwrap();
    assert!(files.changed().await.is_err());
    server.end().await;
}

#[tokio::test]
async fn a_handshake_that_does_not_come_ends_and_counted_until_then() {
    let (server, authority, _) = started(Bounds { connections: 1, ..impatient() }).await;
    let begun = Instant::now();
    let mut silent = server.connect().await;
    sleep(Duration::from_millis(50)).await;
    let mut next = shaken(&server, &authority, &[]).await;
    assert!(begun.elapsed() >= Duration::from_millis(600), "it took the place of the silent one early");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(heard(&mut silent).await, "");
    next.write_all(ASK).await.unwrap();
    assert!(heard(&mut next).await.contains("200 OK"));
    server.end().await;
}

#[tokio::test]
async fn a_handshake_that_drips_ends() {
    let (server, ..) = started(impatient()).await;
    let mut stream = server.connect().await;
    let mut written = 0;
    for byte in ancient() {
        sleep(Duration::from_millis(100)).await;
        if stream.write_all(&[byte]).await.is_err() {
            break;
        }
        written += 1;
    }
    assert!(written < 20, "the connection lived for {written} bytes");
    server.end().await;
}

#[tokio::test]
async fn a_head_that_does_not_come_after_the_handshake_ends() {
    let (server, authority, _) = started(impatient()).await;
    let begun = Instant::now();
    let mut stream = shaken(&server, &authority, &["h2"]).await;
    heard(&mut stream).await;
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    server.end().await;
}

#[tokio::test]
async fn garbage_ends_its_own_connection_and_no_other() {
    let (server, authority, _) = started(Bounds::default()).await;
    let mut long = vec![0xff; 20_000];
    long[..5].copy_from_slice(&[0x16, 0x03, 0x01, 0x40, 0x01]);
    let mut torn = ancient();
    torn[5] = 0x63;
    let all: [&[u8]; 6] =
        [ASK, b"SSH-2.0-x\r\n", &[0; 600], &long, &torn, b"PROXY TCP4 198.51.100.7 10.0.0.1 4711 443\r\n"];
    for garbage in all {
        let answer = server.say(garbage).await;
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    let other = authority.connect(server.connect().await, "other.example", &[], &[&version::TLS13]).await;
    assert!(other.is_err(), "the certificate is another name's");
    let stranger = Authority::new();
    assert!(stranger.connect(server.connect().await, NAME, &[], &[&version::TLS13]).await.is_err());
    let mut stream = shaken(&server, &authority, &[]).await;
    stream.write_all(ASK).await.unwrap();
    assert!(heard(&mut stream).await.contains("200 OK"));
    server.end().await;
}

#[tokio::test]
async fn a_balancer_says_whose_a_connection_is_and_a_stranger_does_not() {
    let authority = Authority::new();
    let certificates = Arc::new(Certificates::default());
    certificates.set(pair(&authority.issue(NAME)));
    for (trusted, told) in [("127.0.0.0/8", true), ("10.0.0.0/8", false)] {
        let tls = Tls::new(Arc::clone(&certificates)).unwrap();
        let entry = Proxied::new(tls, vec![trusted.parse().unwrap()]);
        let server = Running::start_through(entry, routes(), impatient()).await;
        let word = b"PROXY TCP4 198.51.100.7 10.0.0.1 4711 443\r\n";
        let ask = async |word: &[u8]| {
            let mut stream = server.connect().await;
            stream.write_all(word).await.unwrap();
            let mut stream = authority.connect(stream, NAME, &[], &[&version::TLS13]).await.ok()?;
            stream.write_all(ASK).await.unwrap();
            Some(heard(&mut stream).await)
        };
        let (with, without) = (ask(word).await, ask(b"").await);
        if told {
            assert!(with.is_some_and(|answer| answer.contains("198.51.100.7:4711 over https")));
            assert!(without.is_none(), "a balancer must say it");
        } else {
            assert!(with.is_none(), "nobody asked a stranger");
            assert!(without.is_some_and(|answer| answer.contains("127.0.0.1:")));
        }
        server.end().await;
    }
}
