//! TLS: who is trusted, and keys that are pinned. The certificates beside this file were made for it and lead nowhere.

use super::{hasty, is_offline};
use nexa_core::storefront::{Storefront, model::SignUpRequest};
use nexa_http::client::{Remote, RemoteSettings};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

const AUTHORITY: &[u8] = include_bytes!("tls/authority.der");
const SHOP: &[u8] = include_bytes!("tls/shop.der");
const KEY: &[u8] = include_bytes!("tls/shop.key.der");
/// SHA-256 of the shop's `SubjectPublicKeyInfo`, as `openssl x509 -pubkey | openssl pkey -pubin -outform der | sha256sum`
/// says it.
const PIN: &str = "17d1605d4739862f53d983304effd3bdfb114a343f995deab1697ecfbc08307f";

async fn shop() -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(SHOP)],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(KEY)),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    #[expect(clippy::disallowed_methods, reason = "the test owns its server")]
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Who does not trust us breaks off.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut head = [0; 4096];
            let _read = stream.read(&mut head).await;
            let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]";
            let _gone = stream.write_all(answer.as_bytes()).await;
            let _shut = stream.shutdown().await;
        }
    });
    base
}

fn remote(base: &str, trusted: bool, pins: Vec<[u8; 32]>) -> Remote {
    let roots = if trusted { vec![AUTHORITY.to_vec()] } else { Vec::new() };
    Remote::new(RemoteSettings { roots, pins, ..hasty(&[base]) }).unwrap()
}

fn pin() -> [u8; 32] {
    data_encoding::HEXLOWER.decode(PIN.as_bytes()).unwrap().try_into().unwrap()
}

#[tokio::test]
async fn a_pin_is_asked_for_beside_all_the_rest() {
    let base = shop().await;
    assert_eq!(remote(&base, true, vec![]).plans().await.unwrap(), []);
    assert_eq!(remote(&base, true, vec![[0; 32], pin()]).plans().await.unwrap(), []);
    assert!(is_offline(&remote(&base, true, vec![[0; 32]]).plans().await), "another key");
    assert!(is_offline(&remote(&base, false, vec![pin()]).plans().await), "a pin makes nobody trusted");
    assert!(is_offline(&remote(&base, false, vec![]).plans().await));
}

#[tokio::test]
async fn a_server_that_is_not_trusted_is_told_nothing() {
    let base = shop().await;
    let refused = remote(&base, true, vec![[0; 32]]).sign_up(SignUpRequest::default()).await;
    assert!(is_offline(&refused), "it did not arrive: {refused:?}");
}
