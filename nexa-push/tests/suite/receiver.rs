//! A push service of our own, and a browser that reads what it gets there.

use aes_gcm::{Aes128Gcm, KeyInit, aead::Aead};
use data_encoding::BASE64URL_NOPAD;
use hkdf::Hkdf;
use nexa_core::domain::push::Browser;
use p256::{
    PublicKey, SecretKey,
    ecdsa::{Signature, VerifyingKey, signature::Verifier},
};
use poem::{
    Endpoint, Request, Response, Result, Server,
    http::{HeaderMap, StatusCode},
    listener::TcpAcceptor,
};
use serde_json::Value;
use sha2::Sha256;
use std::sync::{Arc, Mutex};

/// A request that came.
#[derive(Clone)]
pub struct Came {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// The service: it answers each path with a status and keeps what came.
#[derive(Clone)]
pub struct Service {
    pub url: String,
    came: Arc<Mutex<Vec<Came>>>,
    status: Arc<Mutex<StatusCode>>,
}

impl Service {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = Self { url, came: Arc::default(), status: Arc::new(Mutex::new(StatusCode::CREATED)) };
        let acceptor = TcpAcceptor::from_tokio(listener).unwrap();
        let app = service.clone();
        tokio::runtime::Handle::current()
            .spawn(async move { Server::new_with_acceptor(acceptor).run(app).await });
        service
    }

    pub fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = StatusCode::from_u16(status).unwrap();
    }

    /// What came since the last look.
    pub fn came(&self) -> Vec<Came> {
        std::mem::take(&mut self.came.lock().unwrap())
    }
}

impl Endpoint for Service {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let body = request.take_body().into_vec().await?;
        let came = Came { path: request.uri().path().to_owned(), headers: request.headers().clone(), body };
        self.came.lock().unwrap().push(came);
        let status = *self.status.lock().unwrap();
        Ok(Response::builder().status(status).header("location", format!("{}/elsewhere", self.url)).finish())
    }
}

/// A browser with its keys.
pub struct Reader {
    key: SecretKey,
    auth: [u8; 16],
    pub browser: Browser,
}

impl Reader {
    pub fn new(service: &Service, number: u8) -> Self {
        let key = SecretKey::from_slice(&[number; 32]).unwrap();
        let auth = [number; 16];
        let browser = Browser {
            endpoint: format!("{}/browser/{number}", service.url),
            p256dh: BASE64URL_NOPAD.encode(&key.public_key().to_sec1_bytes()),
            auth: BASE64URL_NOPAD.encode(&auth),
        };
        Self { key, auth, browser }
    }

    /// Reads a message as a browser does (RFC 8291, 3.4); none when it is for another one.
    pub fn read(&self, body: &[u8]) -> Option<Value> {
        let (salt, rest) = body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert_eq!(u32::from_be_bytes(size.try_into().unwrap()), 4096);
        assert_eq!(rest[0], 65);
        let (public, sealed) = rest[1..].split_at(65);
        let theirs = PublicKey::from_sec1_bytes(public).unwrap();
        let shared = self.key.diffie_hellman(&theirs);
        let info = [b"WebPush: info\0".as_slice(), &self.key.public_key().to_sec1_bytes(), public].concat();
        let ikm: [u8; 32] = derive(&self.auth, shared.raw_secret_bytes(), &info);
        let key: [u8; 16] = derive(salt, &ikm, b"Content-Encoding: aes128gcm\0");
        let nonce: [u8; 12] = derive(salt, &ikm, b"Content-Encoding: nonce\0");
        let mut plain = Aes128Gcm::new(&key.into()).decrypt(&nonce.into(), sealed).ok()?;
        assert_eq!(plain.pop(), Some(2), "the last record");
        Some(serde_json::from_slice(&plain).unwrap())
    }
}

fn derive<const N: usize>(salt: &[u8], material: &[u8], info: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    Hkdf::<Sha256>::new(Some(salt), material).expand(info, &mut out).unwrap();
    out
}

/// The claims of a request, whose signature must be by `key`.
pub fn claims(came: &Came, key: &str) -> Value {
    let line = came.headers["authorization"].to_str().unwrap();
    let (token, public) = line.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(public, key);
    let bytes = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let verifying = VerifyingKey::from_sec1_bytes(&bytes(public)).unwrap();
    verifying.verify(signed.as_bytes(), &Signature::from_slice(&bytes(signature)).unwrap()).unwrap();
    serde_json::from_slice(&bytes(signed.split_once('.').unwrap().1)).unwrap()
}
