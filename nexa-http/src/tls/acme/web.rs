//! How the authority is asked: with the client that the rest of the program uses, so that there is one TLS, one proxy
//! setting and one list of trusted authorities.

use super::Trouble;
use http_body_util::{BodyExt, Limited};
use hyper::body::Bytes;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use reqwest::{Client, redirect::Policy};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use std::{future::Future, path::Path, pin::Pin, sync::Arc, time::Duration};

/// How long one answer may take.
const DEADLINE: Duration = Duration::from_secs(30);
/// Most bytes of an answer; a chain has some thousands.
const MOST: usize = 256 * 1024;

/// The client.
#[derive(Clone)]
pub struct Web(Client);

impl Web {
    /// Trusts the public authorities, and those in a file beside them.
    pub fn new(roots: Option<&Path>) -> Result<Self, Trouble> {
        let broken = |why: &dyn std::fmt::Display| Trouble::Client(why.to_string());
        let mut trusted = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = roots {
            let text = std::fs::read(path)?;
            for root in CertificateDer::pem_slice_iter(&text) {
                trusted.add(root.map_err(|e| broken(&e))?).map_err(|e| broken(&e))?;
            }
        }
        let mut tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|e| broken(&e))?
            .with_root_certificates(trusted)
            .with_no_client_auth();
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .redirect(Policy::none())
            .timeout(DEADLINE)
            .user_agent(concat!("nexa/", env!("CARGO_PKG_VERSION")))
            .build();
        client.map(Self).map_err(|e| broken(&e))
    }
}

impl HttpClient for Web {
    fn request(
        &self,
        request: http::Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let client = self.0.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.map_err(|never| Error::Other(Box::new(never)))?.to_bytes();
            let request = reqwest::Request::try_from(http::Request::from_parts(parts, body));
            let request = request.map_err(|e| Error::Other(Box::new(e)))?;
            let answer = client.execute(request).await.map_err(|e| Error::Other(Box::new(e)))?;
            let (parts, body) = http::Response::<reqwest::Body>::from(answer).into_parts();
            let body = Limited::new(body, MOST).collect().await.map_err(Error::Other)?.to_bytes();
            Ok(BytesResponse { parts, body: Box::new(body) })
        })
    }
}
