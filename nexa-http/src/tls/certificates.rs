//! The certificates in use. A connection keeps the one that it began with; the next one sees what has changed.

use super::VALIDATION;
use jiff::Timestamp;
use rustls::{
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

/// Why a certificate cannot be used, for whoever runs the machine.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The certificates are not PEM, or there are none.
    #[error("holds no certificate in PEM")]
    NoCertificate,
    /// The key is not PEM, or there is none.
    #[error("the key's file holds no private key in PEM")]
    NoKey,
    /// The first certificate is not that of the key, or the key is of a kind that is not known.
    #[error("certificate and key do not go together: {0}")]
    Unlike(rustls::Error),
    /// The first certificate cannot be read.
    #[error("the first certificate cannot be read")]
    Unreadable,
    /// A file cannot be read.
    #[error("{0}")]
    File(#[from] std::io::Error),
}

/// A certificate with what leads to its authority, and its key.
#[derive(Clone, Debug)]
pub struct Pair {
    key: Arc<CertifiedKey>,
    /// From when on it is good.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

impl Pair {
    /// Reads PEM: the certificate first, then what leads to its authority.
    pub fn read(certificates: &[u8], key: &[u8]) -> Result<Self, Unusable> {
        let chain = CertificateDer::pem_slice_iter(certificates).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|_| Unusable::NoCertificate)?;
        let first = chain.first().ok_or(Unusable::NoCertificate)?;
        let (since, until) = {
            let (_, parsed) = x509_parser::parse_x509_certificate(first).map_err(|_| Unusable::Unreadable)?;
            let moment = |at: x509_parser::time::ASN1Time| Timestamp::from_second(at.timestamp());
            let validity = parsed.validity();
            (moment(validity.not_before), moment(validity.not_after))
        };
        let (since, until) =
            (since.map_err(|_| Unusable::Unreadable)?, until.map_err(|_| Unusable::Unreadable)?);
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| Unusable::NoKey)?;
        let key = CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(Unusable::Unlike)?;
        Ok(Self { key: Arc::new(key), since, until })
    }

    #[cfg(feature = "acme")]
    pub(super) fn of(key: CertifiedKey) -> Self {
        Self { key: Arc::new(key), since: Timestamp::MIN, until: Timestamp::MAX }
    }
}

#[derive(Default)]
struct Held {
    /// For every name that has no own one.
    usual: Option<Pair>,
    named: HashMap<String, Pair>,
    /// What shows to an authority that a name is ours.
    proofs: HashMap<String, Pair>,
}

/// The certificates, by name.
#[derive(Default)]
pub struct Certificates(RwLock<Held>);

impl fmt::Debug for Certificates {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Certificates").finish_non_exhaustive()
    }
}

impl Certificates {
    fn change(&self, change: impl FnOnce(&mut Held)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Takes a certificate for every name that has no own one.
    pub fn set(&self, pair: Pair) {
        self.change(|held| held.usual = Some(pair));
    }

    /// Takes the certificate of one name.
    pub fn set_for(&self, name: &str, pair: Pair) {
        self.change(|held| drop(held.named.insert(name.to_ascii_lowercase(), pair)));
    }

    /// When the certificate of a name begins and ends, if there is one.
    pub fn validity(&self, name: &str) -> Option<(Timestamp, Timestamp)> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        held.named.get(name).map(|pair| (pair.since, pair.until))
    }

    #[cfg(feature = "acme")]
    pub(super) fn set_proof(&self, name: &str, proof: Option<Pair>) {
        self.change(|held| match proof {
            Some(proof) => drop(held.proofs.insert(name.to_owned(), proof)),
            None => drop(held.proofs.remove(name)),
        });
    }

    fn find(&self, name: Option<&str>, is_validation: bool) -> Option<Arc<CertifiedKey>> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let name = name.map(str::to_ascii_lowercase);
        let pair = match (&name, is_validation) {
            (Some(name), true) => held.proofs.get(name),
            (None, true) => None,
            (Some(name), false) => held.named.get(name).or(held.usual.as_ref()),
            (None, false) => held.usual.as_ref(),
        };
        pair.map(|pair| Arc::clone(&pair.key))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let is_validation = hello.alpn().is_some_and(|mut offered| offered.any(|one| one == VALIDATION));
        self.find(hello.server_name(), is_validation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair};

    fn made(name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    fn pair(name: &str) -> Pair {
        let (certificate, key) = made(name);
        Pair::read(certificate.as_bytes(), key.as_bytes()).unwrap()
    }

    #[test]
    fn only_what_goes_together_is_read() {
        let ((certificate, key), (_, other)) = (made("a.example"), made("a.example"));
        let told = |certificate: &str, key: &str| {
            Pair::read(certificate.as_bytes(), key.as_bytes()).map(drop).map_err(|e| e.to_string())
        };
        assert_eq!(told(&certificate, &key), Ok(()));
        assert!(told(&certificate, &other).unwrap_err().contains("do not go together"));
        assert!(told("", &key).unwrap_err().contains("no certificate"));
        assert!(told(&certificate, "").unwrap_err().contains("no private key"));
        let torn = certificate.replace("MII", "AAA");
        assert!(told(&torn, &key).is_err());
    }

    #[test]
    fn a_name_has_its_own_certificate_or_the_usual_one() {
        let all = Certificates::default();
        assert!(all.find(Some("a.example"), false).is_none());
        let (usual, own, proof) = (pair("usual.example"), pair("a.example"), pair("a.example"));
        all.set(usual.clone());
        all.set_for("A.example", own.clone());
        all.change(|held| drop(held.proofs.insert("a.example".to_owned(), proof.clone())));
        let is = |name, validation, pair: &Pair| {
            all.find(name, validation).is_some_and(|found| Arc::ptr_eq(&found, &pair.key))
        };
        assert!(is(Some("a.EXAMPLE"), false, &own) && is(Some("b.example"), false, &usual));
        assert!(is(None, false, &usual) && is(Some("a.example"), true, &proof));
        assert!(all.find(Some("b.example"), true).is_none() && all.find(None, true).is_none());
    }
}
