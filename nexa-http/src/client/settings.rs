//! What a remote storefront is told about its shop.

use super::{cache::ViewCache, pins::Pinned};
use nexa_core::{
    domain::refusal::Refusal,
    secret::Secret,
    world::{OsEntropy, SystemClock, World},
};
use reqwest::{Client, Proxy, header::HeaderValue, redirect::Policy};
use rustls::{
    ClientConfig, RootCertStore, client::WebPkiServerVerifier, crypto::ring, pki_types::CertificateDer,
};
use std::{sync::Arc, time::Duration};
use url::{Host, Url};

/// How to reach a shop. [`RemoteSettings::new`] has what suits most.
#[derive(Clone)]
pub struct RemoteSettings {
    /// The shop's addresses, e.g. `https://shop.example.org`, the best first. All of them are the same shop: each may be
    /// given the token. A path in front of `/v1` is allowed.
    pub bases: Vec<String>,
    /// The session or API key to speak with; a guest without one.
    pub token: Option<Secret<String>>,
    /// The language of what is said, e.g. `fa`; the shop's when not given.
    pub locale: Option<String>,
    /// How long a call may take with all its repetitions; 20 s.
    pub deadline: Duration,
    /// A proxy: `http://`, `https://`, `socks5://` or `socks5h://`, which leaves looking names up to the proxy. What the
    /// environment says about proxies does not count.
    pub proxy: Option<String>,
    /// SHA-256 of the `SubjectPublicKeyInfo` of the keys that a server may have; any when empty. Checked beside all the rest.
    pub pins: Vec<[u8; 32]>,
    /// Certificates of authorities (DER) that are trusted beside the public ones, which come with the program.
    pub roots: Vec<Vec<u8>>,
    /// Where what was seen last is kept, and keys of purchases that are not over. Without one keys are kept in memory, and
    /// nothing is shown while the shop does not answer.
    pub cache: Option<Arc<dyn ViewCache>>,
    /// Whether `http://` addresses are taken that lead away from this machine. The token travels in clear then.
    pub plain: bool,
    /// Where time and randomness come from.
    pub world: World,
}

impl RemoteSettings {
    /// A guest at these addresses.
    #[must_use]
    pub fn new(bases: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            bases: bases.into_iter().map(Into::into).collect(),
            token: None,
            locale: None,
            deadline: Duration::from_secs(20),
            proxy: None,
            pins: Vec::new(),
            roots: Vec::new(),
            cache: None,
            plain: false,
            world: World::new(Arc::new(SystemClock), Arc::new(OsEntropy)),
        }
    }

    /// The addresses without a slash at their end.
    pub(super) fn addresses(&self) -> Result<Vec<String>, Refusal> {
        if self.bases.is_empty() {
            return Err(Refusal::bad_config("bases", "at least one"));
        }
        self.bases.iter().map(|base| self.address(base)).collect()
    }

    fn address(&self, base: &str) -> Result<String, Refusal> {
        let url = Url::parse(base).map_err(|_| Refusal::bad_config("bases", "an absolute address"))?;
        let whole = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let safe = match url.scheme() {
            "https" => true,
            "http" => self.plain || is_here(&url),
            _ => false,
        };
        match (safe, whole && url.has_host()) {
            (true, true) => Ok(url.as_str().trim_end_matches('/').to_owned()),
            (false, _) => Err(Refusal::bad_config("bases", "https, or http to this machine")),
            (true, false) => Err(Refusal::bad_config("bases", "scheme, host, port and path only")),
        }
    }

    pub(super) fn client(&self) -> Result<Client, Refusal> {
        if self.locale.as_deref().is_some_and(|tag| tag.len() > 100 || HeaderValue::from_str(tag).is_err()) {
            return Err(Refusal::bad_config("locale", "the tag of a language"));
        }
        let bad = |reason| move |_| Refusal::bad_config("proxy", reason);
        let mut builder = Client::builder()
            .tls_backend_preconfigured(self.tls()?)
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(self.deadline.min(Duration::from_secs(10)) / 2)
            .user_agent(concat!("nexa/", env!("CARGO_PKG_VERSION")));
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(Proxy::all(proxy).map_err(bad("an address of a proxy"))?);
        }
        builder.build().map_err(bad("no HTTP client can be made with these settings"))
    }

    fn tls(&self) -> Result<ClientConfig, Refusal> {
        let broken = || Refusal::bad_config("roots", "certificates in DER");
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for root in &self.roots {
            roots.add(CertificateDer::from(root.as_slice())).map_err(|_| broken())?;
        }
        let provider = Arc::new(ring::default_provider());
        let usual = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .map_err(|_| broken())?;
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| broken())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Pinned { usual, pins: self.pins.clone() }))
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_travel_in_clear_only_within_the_machine() {
        let fits = |base: &str| RemoteSettings::new([base]).addresses().is_ok();
        for good in ["https://a.example", "https://a.example/shop/", "http://127.0.0.1:80", "http://[::1]:1"]
        {
            assert!(fits(good), "{good}");
        }
        for bad in
            ["http://a.example", "ftp://a.example", "a.example", "", "https://u:p@a.example", "https://a/?q"]
        {
            assert!(!fits(bad), "{bad}");
        }
        let plain = RemoteSettings { plain: true, ..RemoteSettings::new(["http://shop.lan:8080/"]) };
        assert_eq!(plain.addresses(), Ok(vec!["http://shop.lan:8080".to_owned()]));
        assert!(RemoteSettings::new(Vec::<String>::new()).addresses().is_err());
    }

    #[test]
    fn a_language_must_fit_into_a_header() {
        let with = |locale: &str| RemoteSettings {
            locale: Some(locale.to_owned()),
            ..RemoteSettings::new(["https://a.example"])
        };
        assert!(with("fa-IR").client().is_ok());
        assert!(with("fa-\n").client().is_err() && with(&"x".repeat(20_000)).client().is_err());
    }

    #[test]
    fn a_proxy_must_be_an_address() {
        let with = |proxy: &str| RemoteSettings {
            proxy: Some(proxy.to_owned()),
            ..RemoteSettings::new(["https://a.example"])
        };
        assert!(with("socks5h://127.0.0.1:9050").client().is_ok());
        assert!(with("http://127.0.0.1:8118").client().is_ok());
        assert!(with("::::").client().is_err());
    }
}
