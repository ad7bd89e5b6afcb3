//! Bodies that are too large, over real sockets.

use crate::{shop::Shop, wire::Running};
use nexa_http::{Config, routes, serve::Bounds};

async fn server() -> Running {
    let shop = Shop::open().await;
    Running::start(routes(shop.nexa, Config::new(crate::shop::URL)), Bounds::default()).await
}

#[tokio::test]
async fn json_beyond_64_kib_is_413() {
    let server = server().await;
    let mut request = b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
        Connection: close\r\nContent-Length: 66560\r\n\r\n"
        .to_vec();
    request.resize(request.len() + 66_560, b' ');
    let answer = server.say(&request).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("\"too_large\""), "{answer}");
    server.end().await;
}

#[tokio::test]
async fn chunks_beyond_64_kib_are_413() {
    let server = server().await;
    let mut request = b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
        Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        .to_vec();
    for _ in 0..17 {
        request.extend_from_slice(b"1000\r\n");
        request.resize(request.len() + 4096, b' ');
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    let answer = server.say(&request).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("\"too_large\""), "{answer}");
    server.end().await;
}

#[tokio::test]
async fn hooks_take_256_kib() {
    let server = server().await;
    for (length, status) in [(200_000, "404"), (300_000, "413")] {
        let mut request = format!(
            "POST /hooks/pay/00000000-0000-7000-8000-000000000000/abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Content-Length: {length}\r\n\r\n"
        )
        .into_bytes();
        request.resize(request.len() + length, b'x');
        let answer = server.say(&request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{length}: {answer}");
    }
    server.end().await;
}
