//! What an operator writes about a HiddifyPanel, checked before anything is called.

use nexa_core::{address::is_public, domain::refusal::Refusal, secret::Secret};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use url::{Host, Url};
use uuid::Uuid;

const DEADLINE: u64 = 90;

/// A checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// Scheme, host and port, with `/` as its path.
    pub base: Url,
    /// The secret first part of every admin address.
    pub admin_path: Secret<String>,
    /// The admin's uuid.
    pub key: Secret<String>,
    /// Where customers' documents are fetched.
    pub client_base: Url,
    /// The secret first part of every customer's address, when the operator knows it.
    pub client_path: Option<Secret<String>>,
    /// Whether private addresses may be called.
    pub allow_private: bool,
    /// The longest time for one call.
    pub deadline: Duration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    admin_link: Option<Secret<String>>,
    base_url: Option<String>,
    admin_proxy_path: Option<Secret<String>>,
    admin_key: Option<Secret<String>>,
    client_proxy_path: Option<Secret<String>>,
    client_base_url: Option<String>,
    #[serde(default)]
    allow_private: bool,
    deadline_seconds: Option<u64>,
}

const fn bad(setting: &'static str, reason: &'static str) -> Refusal {
    Refusal::BadConfig { setting, reason }
}

impl Config {
    /// Reads and checks a configuration without calling anything.
    pub fn read(config: &Secret<Value>) -> Result<Self, Refusal> {
        let written = Written::deserialize(config.expose())
            .map_err(|_| bad("config", "an unknown setting, or a value of the wrong type"))?;
        let allow_private = written.allow_private;
        let (base, admin_path, key) = match (&written.admin_link, &written.base_url) {
            (Some(link), None) if written.admin_proxy_path.is_none() && written.admin_key.is_none() => {
                split(link, allow_private)?
            }
            (Some(_), _) => return Err(bad("admin_link", "give either the link or its parts, not both")),
            (None, Some(base)) => (
                address("base_url", base, allow_private)?,
                written.admin_proxy_path.ok_or(bad("admin_proxy_path", "missing"))?,
                written.admin_key.ok_or(bad("admin_key", "missing"))?,
            ),
            (None, None) => return Err(bad("admin_link", "missing")),
        };
        if base.path() != "/" {
            return Err(bad("base_url", "must end after the host; the secret path is a setting of its own"));
        }
        let client_base = match &written.client_base_url {
            Some(text) => address("client_base_url", text, allow_private)?,
            None => base.clone(),
        };
        let client_path =
            written.client_proxy_path.map(|path| secret_path("client_proxy_path", &path)).transpose()?;
        let deadline = match written.deadline_seconds {
            None => DEADLINE,
            Some(seconds @ 3..=180) => seconds,
            Some(_) => return Err(bad("deadline_seconds", "must be 3 to 180")),
        };
        Ok(Self {
            base,
            admin_path: secret_path("admin_proxy_path", &admin_path)?,
            key: admin_key(&key)?,
            client_base,
            client_path,
            allow_private,
            deadline: Duration::from_secs(deadline),
        })
    }
}

/// Splits `https://domain/{admin_proxy_path}/{admin_uuid}/`, which is what the panel shows its admin.
fn split(
    link: &Secret<String>,
    allow_private: bool,
) -> Result<(Url, Secret<String>, Secret<String>), Refusal> {
    let mut url = address("admin_link", link.expose(), allow_private)?;
    let mut parts = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty());
    let (Some(path), Some(key)) = (parts.next(), parts.next()) else {
        return Err(bad("admin_link", "must look like https://domain/secret-path/uuid/"));
    };
    let (path, key) = (Secret::new(path.to_owned()), Secret::new(key.to_owned()));
    url.set_path("/");
    Ok((url, path, key))
}

fn address(setting: &'static str, text: &str, allow_private: bool) -> Result<Url, Refusal> {
    let mut url = Url::parse(text.trim()).map_err(|_| bad(setting, "not an absolute address"))?;
    let host = url.host().ok_or(bad(setting, "has no host"))?;
    let (loopback, public) = match &host {
        Host::Ipv4(ip) => (ip.is_loopback(), is_public((*ip).into())),
        Host::Ipv6(ip) => (ip.is_loopback(), is_public((*ip).into())),
        Host::Domain(name) => {
            if is_placeholder(name) {
                return Err(Refusal::PlaceholderKey);
            }
            let name = name.trim_end_matches('.');
            let local = name == "localhost" || name.ends_with(".localhost");
            // A name without a dot, or in one of these zones, can only lead inside (RFC 6761, RFC 6762, RFC 8375).
            let inner = !name.contains('.')
                || [".local", ".internal", ".lan", ".home.arpa"].iter().any(|zone| name.ends_with(zone));
            (local, !local && !inner)
        }
    };
    if !public && !allow_private {
        return Err(bad(setting, "a private address; set allow_private if that is meant"));
    }
    match url.scheme() {
        "https" => {}
        "http" if loopback && allow_private => {}
        _ => return Err(bad(setting, "must begin with https://")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad(setting, "must not contain a user or password"));
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

fn is_placeholder(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let reserved = ["example.com", "example.org", "example.net", "example"];
    reserved.iter().any(|name| host == *name || host.ends_with(&format!(".{name}")))
        || ["your-domain", "yourdomain", "your_domain"].iter().any(|part| host.contains(part))
}

fn secret_path(setting: &'static str, path: &Secret<String>) -> Result<Secret<String>, Refusal> {
    let path = path.expose().trim_matches('/');
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if path.is_empty() || path.len() > 128 || !plain {
        return Err(bad(setting, "must be one part of a path: letters, digits, - and _"));
    }
    Ok(Secret::new(path.to_owned()))
}

fn admin_key(key: &Secret<String>) -> Result<Secret<String>, Refusal> {
    let uuid =
        Uuid::parse_str(key.expose().trim()).map_err(|_| bad("admin_key", "must be the admin's UUID"))?;
    let bytes = uuid.as_bytes();
    if bytes.iter().all(|byte| Some(byte) == bytes.first()) {
        return Err(Refusal::PlaceholderKey);
    }
    Ok(Secret::new(uuid.hyphenated().to_string()))
}
