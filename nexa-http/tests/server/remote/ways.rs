//! How requests travel: through proxies, compressed, in a language.

use super::{
    hasty, nowhere,
    stand_in::{Reply, StandIn, json},
};
use nexa_core::storefront::{Help, Storefront};
use nexa_http::client::{Remote, RemoteSettings};
use std::{
    io::Write as _,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

#[tokio::test]
async fn an_http_proxy_is_given_the_whole_address() {
    let proxy = StandIn::always(|| json("[]")).await;
    let settings =
        RemoteSettings { proxy: Some(proxy.base.clone()), plain: true, ..hasty(&["http://shop.invalid"]) };
    assert_eq!(Remote::new(settings).unwrap().plans().await.unwrap(), []);
    assert!(proxy.heard()[0].starts_with("GET http://shop.invalid/v1/plans "), "{:?}", proxy.heard());
}

/// A SOCKS5 proxy (RFC 1928) that leads everybody to one place, and the names that it was asked for.
async fn socks(to: String) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("socks5h://{}", listener.local_addr().unwrap());
    let names: Arc<Mutex<Vec<String>>> = Arc::default();
    let asked = Arc::clone(&names);
    #[expect(clippy::disallowed_methods, reason = "the test owns its server")]
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let mut hello = [0; 2];
            near.read_exact(&mut hello).await.unwrap();
            near.read_exact(&mut vec![0; usize::from(hello[1])]).await.unwrap();
            near.write_all(&[5, 0]).await.unwrap();
            let mut head = [0; 5];
            near.read_exact(&mut head).await.unwrap();
            let mut name = vec![0; usize::from(head[4]) + 2];
            near.read_exact(&mut name).await.unwrap();
            asked.lock().unwrap().push(String::from_utf8_lossy(&name[..name.len() - 2]).into_owned());
            near.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
            let mut far = TcpStream::connect(to.trim_start_matches("http://")).await.unwrap();
            drop(copy_bidirectional(&mut near, &mut far).await);
        }
    });
    (proxy, names)
}

#[tokio::test]
async fn a_socks_proxy_looks_names_up_itself() {
    let server = StandIn::always(|| json("[]")).await;
    let (proxy, names) = socks(server.base.clone()).await;
    let settings = RemoteSettings { proxy: Some(proxy), plain: true, ..hasty(&["http://shop.invalid"]) };
    assert_eq!(Remote::new(settings).unwrap().plans().await.unwrap(), []);
    assert_eq!(*names.lock().unwrap(), ["shop.invalid"]);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_not_passed_by() {
    let server = StandIn::always(|| json("[]")).await;
    let settings = RemoteSettings { proxy: Some(nowhere().await), ..hasty(&[&server.base]) };
    assert!(super::is_offline(&Remote::new(settings).unwrap().plans().await));
    assert!(server.heard().is_empty());
}

#[tokio::test]
async fn answers_may_be_compressed() {
    let server = StandIn::always(|| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(b"[]").unwrap();
        let body = gzip.finish().unwrap();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        Reply::Bytes([head.into_bytes(), body].concat())
    })
    .await;
    assert_eq!(super::remote(&server.base).plans().await.unwrap(), []);
    assert!(server.heard()[0].contains("accept-encoding: gzip\r\n"));
}

#[tokio::test]
async fn the_language_goes_with_every_request() {
    let server = StandIn::always(|| json("[]")).await;
    let settings = RemoteSettings { locale: Some("fa".to_owned()), ..hasty(&[&server.base]) };
    let remote = Remote::new(settings).unwrap();
    drop(remote.plans().await);
    drop(remote.articles(Some("کند است"), Some("ru")).await);
    let heard = server.heard();
    assert!(heard.iter().all(|request| request.contains("accept-language: fa\r\n")), "{heard:?}");
    assert!(heard[1].contains("&lang=ru "), "{}", heard[1]);
}
