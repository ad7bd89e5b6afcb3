//! TLS in our own loop, for a shop without a proxy in front: version 1.2 or newer, HTTP/2 or 1.1 by ALPN.
//!
//! Certificates come from files, which are read again when they change, or from an authority by ACME (feature `acme`).

mod certificates;
mod files;

#[cfg(feature = "acme")]
pub mod acme;

pub use certificates::{Certificates, Pair, Unusable};
pub use files::Files;

use crate::entry::Entry;
use poem::http::uri::Scheme;
use rustls::{ServerConfig, crypto::ring};
use std::{io, net::SocketAddr, sync::Arc};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// What an authority speaks that looks whether a name is ours (RFC 8737).
const VALIDATION: &[u8] = b"acme-tls/1";

/// The entry by TLS.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl Tls {
    /// With these certificates, which may change while it is in use.
    pub fn new(certificates: Arc<Certificates>) -> Result<Self, rustls::Error> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
            .with_no_client_auth()
            .with_cert_resolver(certificates);
        config.alpn_protocols = [b"h2".as_slice(), b"http/1.1", VALIDATION].map(<[u8]>::to_vec).to_vec();
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }
}

impl Entry for Tls {
    type Stream = TlsStream<TcpStream>;

    async fn enter(&self, stream: TcpStream, remote: SocketAddr) -> io::Result<(Self::Stream, SocketAddr)> {
        let mut stream = self.0.accept(stream).await?;
        if stream.get_ref().1.alpn_protocol() == Some(VALIDATION) {
            // It has seen the certificate, which is all that it wants.
            stream.shutdown().await?;
            return Err(io::Error::other("an authority looked whether a name is ours"));
        }
        Ok((stream, remote))
    }

    fn scheme(&self) -> Scheme {
        Scheme::HTTPS
    }
}
