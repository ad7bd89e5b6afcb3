//! How the shop is reached: TLS of its own, certificates, and what stands in front.

use super::super::Stop;
use nexa_http::tls::acme::LETS_ENCRYPT;
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

/// The settings, by their names in the configuration file.
pub const NAMES: [&str; 8] = [
    "tls_certificate",
    "tls_key",
    "acme_domains",
    "acme_email",
    "acme_directory",
    "acme_roots",
    "http_listen",
    "proxy_protocol",
];

/// How the shop is reached.
#[derive(Clone, Debug)]
pub struct Reach {
    /// The certificate in PEM, with what leads to its authority.
    pub certificate: Option<PathBuf>,
    /// Its key in PEM.
    pub key: Option<PathBuf>,
    /// Names for which certificates are had by ACME.
    pub acme_domains: Vec<String>,
    /// Where that authority writes to.
    pub acme_email: Option<String>,
    /// That authority's directory.
    pub acme_directory: String,
    /// Authorities in PEM that certify the directory's server, beside the public ones.
    pub acme_roots: Option<PathBuf>,
    /// Where plain HTTP is led to TLS from.
    pub http_listen: Option<SocketAddr>,
    /// Whether trusted balancers say whose each connection is.
    pub proxy_protocol: bool,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            certificate: None,
            key: None,
            acme_domains: Vec::new(),
            acme_email: None,
            acme_directory: LETS_ENCRYPT.to_owned(),
            acme_roots: None,
            http_listen: None,
            proxy_protocol: false,
        }
    }
}

impl Reach {
    /// Sets one; false when `name` is none of ours, an error says what is expected.
    pub fn set(&mut self, name: &str, value: &str) -> Result<bool, &'static str> {
        match name {
            "tls_certificate" => self.certificate = Some(PathBuf::from(value)),
            "tls_key" => self.key = Some(PathBuf::from(value)),
            "acme_domains" => {
                let all = value.split(',').map(|name| name.trim().to_ascii_lowercase());
                let all: Vec<String> = all.filter(|name| !name.is_empty()).collect();
                if !all.iter().all(|name| is_name(name)) {
                    return Err("names such as shop.example.org, without scheme, port or *");
                }
                self.acme_domains = all;
            }
            "acme_email" => self.acme_email = Some(value.to_owned()),
            "acme_directory" if value.starts_with("https://") => value.clone_into(&mut self.acme_directory),
            "acme_directory" => return Err("an address that begins with https://"),
            "acme_roots" => self.acme_roots = Some(PathBuf::from(value)),
            "http_listen" => {
                self.http_listen = Some(value.parse().map_err(|_| "an address such as 0.0.0.0:80")?);
            }
            "proxy_protocol" => self.proxy_protocol = value.parse().map_err(|_| "true or false")?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Whether we speak TLS ourselves.
    pub const fn is_tls(&self) -> bool {
        self.certificate.is_some() || !self.acme_domains.is_empty()
    }

    /// Whether the settings go together; `trusts` tells whether there are trusted proxies.
    pub fn checked(&self, given_url: Option<&str>, trusts: bool) -> Result<(), Stop> {
        if self.certificate.is_some() != self.key.is_some() {
            return Err(Stop::usage("tls_certificate and tls_key are given together"));
        }
        if self.http_listen.is_some() && !self.is_tls() {
            return Err(Stop::usage(
                "http_listen only leads to TLS: give tls_certificate and tls_key, or acme_domains, too",
            ));
        }
        if self.is_tls() && given_url.is_some_and(|url| url.starts_with("http://")) {
            return Err(Stop::usage("public_url: with TLS an address that begins with https://"));
        }
        if self.proxy_protocol && !trusts {
            return Err(Stop::usage(
                "proxy_protocol: name the balancers in trusted_proxies, because anybody else's word is not believed",
            ));
        }
        Ok(())
    }

    /// The address that customers know, when nobody gave one and we speak TLS.
    pub fn url(&self, listen: SocketAddr) -> Option<String> {
        let host = self.acme_domains.first().cloned();
        let port = if listen.port() == 443 { String::new() } else { format!(":{}", listen.port()) };
        match host {
            Some(host) => Some(format!("https://{host}{port}")),
            None if self.is_tls() => Some(format!("https://{listen}")),
            None => None,
        }
    }
}

/// Whether it is a name that an authority certifies by this way: no address, no wildcard.
fn is_name(name: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    name.len() <= 253 && name.contains('.') && name.split('.').all(label) && name.parse::<IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(settings: &[(&str, &str)]) -> Reach {
        let mut reach = Reach::default();
        for (name, value) in settings {
            assert_eq!(reach.set(name, value), Ok(true), "{name}");
        }
        reach
    }

    #[test]
    fn every_name_is_known_and_wrong_values_are_told() {
        for name in NAMES {
            assert_ne!(Reach::default().set(name, "x"), Ok(false), "{name}");
        }
        assert_eq!(Reach::default().set("tls", "x"), Ok(false));
        for bad in
            ["https://a.example", "*.a.example", "localhost", "203.0.113.7", "a..b", "-a.example", "a_b.c"]
        {
            assert!(Reach::default().set("acme_domains", bad).is_err(), "{bad}");
        }
        assert_eq!(
            with(&[("acme_domains", " A.example, b.example ")]).acme_domains,
            ["a.example", "b.example"]
        );
        assert!(Reach::default().set("acme_directory", "http://a.example").is_err());
    }

    #[test]
    fn settings_that_do_not_go_together_are_refused() {
        let told = |settings: &[(&str, &str)], url: Option<&str>, trusts: bool| {
            with(settings).checked(url, trusts).map_err(|stop| stop.to_string()).err().unwrap_or_default()
        };
        let files = [("tls_certificate", "a.pem"), ("tls_key", "b.pem")];
        assert_eq!(told(&files, Some("https://a.example"), false), "");
        assert!(told(&files[..1], None, false).contains("together"));
        assert!(told(&files, Some("http://a.example"), false).contains("https://"));
        assert!(told(&[("http_listen", "0.0.0.0:80")], None, false).contains("leads to TLS"));
        assert!(told(&[("proxy_protocol", "true")], None, false).contains("trusted_proxies"));
        assert_eq!(told(&[("proxy_protocol", "true")], None, true), "");
    }

    #[test]
    fn the_address_follows_from_the_certificate() {
        let at = |text: &str| text.parse().unwrap();
        let acme = with(&[("acme_domains", "a.example")]);
        assert_eq!(acme.url(at("0.0.0.0:443")).as_deref(), Some("https://a.example"));
        assert_eq!(acme.url(at("0.0.0.0:8443")).as_deref(), Some("https://a.example:8443"));
        let files = with(&[("tls_certificate", "a.pem"), ("tls_key", "b.pem")]);
        assert_eq!(files.url(at("127.0.0.1:8443")).as_deref(), Some("https://127.0.0.1:8443"));
        assert_eq!(Reach::default().url(at("127.0.0.1:8080")), None);
    }
}
