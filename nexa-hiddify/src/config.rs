//! What an operator writes about a HiddifyPanel, checked before anything is called.

use nexa_core::{domain::refusal::Refusal, secret::Secret};
use nexa_panel_http::address;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use url::Url;
use uuid::Uuid;

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
    Refusal::bad_config(setting, reason)
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
                address::panel("base_url", base, allow_private)?,
                written.admin_proxy_path.ok_or(bad("admin_proxy_path", "missing"))?,
                written.admin_key.ok_or(bad("admin_key", "missing"))?,
            ),
            (None, None) => return Err(bad("admin_link", "missing")),
        };
        if base.path() != "/" {
            return Err(bad("base_url", "must end after the host; the secret path is a setting of its own"));
        }
        let client_base = match &written.client_base_url {
            Some(text) => address::panel("client_base_url", text, allow_private)?,
            None => base.clone(),
        };
        let client_path =
            written.client_proxy_path.map(|path| secret_path("client_proxy_path", &path)).transpose()?;
        Ok(Self {
            base,
            admin_path: secret_path("admin_proxy_path", &admin_path)?,
            key: admin_key(&key)?,
            client_base,
            client_path,
            allow_private,
            deadline: address::deadline(written.deadline_seconds)?,
        })
    }
}

/// Splits `https://domain/{admin_proxy_path}/{admin_uuid}/`, which is what the panel shows its admin.
fn split(
    link: &Secret<String>,
    allow_private: bool,
) -> Result<(Url, Secret<String>, Secret<String>), Refusal> {
    let mut url = address::panel("admin_link", link.expose(), allow_private)?;
    let mut parts = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty());
    let (Some(path), Some(key)) = (parts.next(), parts.next()) else {
        return Err(bad("admin_link", "must look like https://domain/secret-path/uuid/"));
    };
    let (path, key) = (Secret::new(path.to_owned()), Secret::new(key.to_owned()));
    url.set_path("/");
    Ok((url, path, key))
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
