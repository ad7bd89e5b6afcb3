//! Pinned certificates: beside all that is checked anyway, the server's key must be a known one.

use rustls::{
    DigitallySignedStruct, Error, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Accepts what `usual` accepts, when the SHA-256 of the leaf's `SubjectPublicKeyInfo` is among the pins (RFC 7469, 2.4).
#[derive(Debug)]
pub(super) struct Pinned {
    pub usual: Arc<WebPkiServerVerifier>,
    pub pins: Vec<[u8; 32]>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let usual = self.usual.verify_server_cert(leaf, between, name, ocsp, now)?;
        let key = ParsedCertificate::try_from(leaf)?.subject_public_key_info();
        let seen: [u8; 32] = Sha256::digest(&key).into();
        if self.pins.is_empty() || self.pins.contains(&seen) {
            Ok(usual)
        } else {
            Err(Error::General("the server's key is none of those that are pinned".to_owned()))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls12_signature(message, leaf, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls13_signature(message, leaf, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}
