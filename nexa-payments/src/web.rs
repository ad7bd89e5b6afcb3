//! What gateways that ask servers of others share: a client, and which addresses may be asked without encryption.

use crate::config::bad;
use nexa_core::domain::refusal::Refusal;
use reqwest::{Client, Proxy, redirect};
use std::time::Duration;
use url::{Host, Url};

/// A client for all servers of one gateway. It never follows a redirect.
pub(crate) fn client(timeout: Duration, proxy: Option<Url>) -> Result<Client, Refusal> {
    // Without a provider, building a client panics; a process that has chosen one keeps its own.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        drop(rustls::crypto::ring::default_provider().install_default());
    }
    let mut builder = Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(5)))
        .redirect(redirect::Policy::none())
        .user_agent("nexa")
        .no_proxy();
    if let Some(proxy) = proxy {
        builder = builder.proxy(Proxy::all(proxy).map_err(|_| bad("proxy", "not usable"))?);
    }
    builder.build().map_err(|_| bad("servers", "no HTTP client can be made on this system"))
}

/// Whether a host is inside a network of the operator's own.
pub(crate) fn is_local(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Host::Ipv6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        // Names without a dot exist only inside one network, onion services are encrypted by Tor.
        Host::Domain(name) => matches!(name.rsplit_once('.'), None | Some((_, "local" | "onion"))),
    }
}

/// The setting `proxy`.
pub(crate) fn proxy(text: &str) -> Result<Url, Refusal> {
    let url = Url::parse(text.trim()).map_err(|_| bad("proxy", "not a URL"))?;
    match url.scheme() {
        "http" | "https" | "socks5" | "socks5h" if url.has_host() => Ok(url),
        _ => Err(bad("proxy", "http, https, socks5 or socks5h")),
    }
}
