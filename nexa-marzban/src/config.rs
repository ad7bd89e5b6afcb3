//! What an operator writes about a Marzban, checked before anything is called.

use nexa_core::{domain::refusal::Refusal, secret::Secret};
use nexa_panel_http::address;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// The one flow that Marzban knows beside none (`xray_api/types/account.py`). The panel itself leaves it out where an inbound
/// cannot have it.
pub const VISION: &str = "xtls-rprx-vision";

/// A checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// Scheme, host and port, with `/` as its path.
    pub base: Url,
    /// The admin's name.
    pub username: String,
    /// The admin's password.
    pub password: Secret<String>,
    /// Where customers' documents are fetched.
    pub client_base: Url,
    /// The tags of the inbounds that customers get; all when there is none.
    pub inbounds: Vec<String>,
    /// The flow of VLESS.
    pub flow: &'static str,
    /// Whether private addresses may be called.
    pub allow_private: bool,
    /// The longest time for one call.
    pub deadline: Duration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    base_url: Option<String>,
    username: Option<String>,
    password: Option<Secret<String>>,
    client_base_url: Option<String>,
    #[serde(default)]
    inbounds: Vec<String>,
    flow: Option<String>,
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
        let base = written.base_url.ok_or(bad("base_url", "missing"))?;
        let base = root("base_url", &base, allow_private)?;
        let client_base = match &written.client_base_url {
            Some(text) => root("client_base_url", text, allow_private)?,
            None => base.clone(),
        };
        let username = written.username.unwrap_or_default().trim().to_owned();
        if username.is_empty() || username.len() > 128 || username.chars().any(char::is_control) {
            return Err(bad("username", "the name of an admin of the panel"));
        }
        let password = written.password.ok_or(bad("password", "missing"))?;
        if password.expose().is_empty() || password.expose().len() > 256 {
            return Err(bad("password", "must have 1 to 256 bytes"));
        }
        // What the panel's example of its settings has.
        if username == "admin" && password.expose() == "admin" {
            return Err(Refusal::PlaceholderKey);
        }
        let flow = match written.flow.as_deref().map(str::trim) {
            None | Some("") => "",
            Some(VISION) => VISION,
            Some(_) => return Err(bad("flow", "xtls-rprx-vision, or nothing")),
        };
        Ok(Self {
            base,
            username,
            password,
            client_base,
            inbounds: tags(written.inbounds)?,
            flow,
            allow_private,
            deadline: address::deadline(written.deadline_seconds)?,
        })
    }
}

/// An address that ends after the host. The dashboard's own address will do, because that is what people copy.
fn root(setting: &'static str, text: &str, allow_private: bool) -> Result<Url, Refusal> {
    let mut url = address::panel(setting, text, allow_private)?;
    if !matches!(url.path().trim_end_matches('/'), "" | "/dashboard") {
        return Err(bad(setting, "must end after the host"));
    }
    url.set_path("/");
    Ok(url)
}

fn tags(written: Vec<String>) -> Result<Vec<String>, Refusal> {
    let tags: Vec<String> = written.into_iter().map(|tag| tag.trim().to_owned()).collect();
    let odd = |tag: &String| tag.is_empty() || tag.len() > 256 || tag.chars().any(char::is_control);
    if tags.len() > 100 || tags.iter().any(odd) {
        return Err(bad("inbounds", "tags of inbounds, at most 100"));
    }
    Ok(tags)
}
