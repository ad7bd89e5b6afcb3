//! What every request needs: the doors into the core, the configuration and the counters.

use crate::{
    address::{self, Network},
    draining::Draining,
    limits::Limits,
    listeners::Listeners,
    say::{self, Words},
    uploads::Uploads,
    web::{cookie, pwa::Icons},
};
use async_trait::async_trait;
use nexa_core::{
    backoffice::Backoffice,
    domain::{shop::Locale, user::Principal},
    engine::Nexa,
    error::Result,
    frontdesk::{Frontdesk, ShopFace},
    ports::limiter::Limiter,
    storefront::Storefront,
    world::{OsEntropy, SystemClock, World},
};
use poem::{
    Request,
    http::{HeaderMap, StatusCode, Uri, header, uri::Authority},
};
use std::{net::IpAddr, sync::Arc};

/// The driving ports of the core, which is all that this crate knows of it.
///
/// # Behaviour
/// - Each call gives a port for this caller; it decides itself what the caller may do.
pub trait Doors: Send + Sync + 'static {
    /// The customer's port for a caller.
    fn storefront(&self, who: Principal) -> Arc<dyn Storefront>;
    /// The operator's port for a caller.
    fn backoffice(&self, who: Principal) -> Arc<dyn Backoffice>;
    /// The door.
    fn frontdesk(&self) -> Arc<dyn Frontdesk>;
}

impl Doors for Nexa {
    fn storefront(&self, who: Principal) -> Arc<dyn Storefront> {
        Self::storefront(self, who)
    }

    fn backoffice(&self, who: Principal) -> Arc<dyn Backoffice> {
        Self::backoffice(self, who)
    }

    fn frontdesk(&self) -> Arc<dyn Frontdesk> {
        Self::frontdesk(self)
    }
}

/// How the routes behave.
#[derive(Clone)]
pub struct Config {
    /// The address that customers know us by, absolute, without a slash at the end.
    pub public_url: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether browsers keep the customers' pages for times without a network.
    pub service_worker: bool,
    /// Who takes what Telegram calls with; without one there are no such calls.
    pub updates: Option<Arc<dyn Updates>>,
    /// Who counts tries for all processes of the installation; without one, this process counts alone.
    pub limiter: Option<Arc<dyn Limiter>>,
    /// Whether proxies are told to send nobody new.
    pub draining: Draining,
    /// Where time and randomness come from.
    pub world: World,
}

/// Takes what Telegram calls with.
#[async_trait]
pub trait Updates: Send + Sync {
    /// The answer to a call: 200 only for what is done. `bot` is the last part of its path, `secret` its header.
    async fn take(&self, bot: &str, secret: &str, body: &[u8]) -> StatusCode;
}

impl Config {
    /// The configuration of a server that is reached directly.
    #[must_use]
    pub fn new(public_url: &str) -> Self {
        Self {
            public_url: public_url.trim_end_matches('/').to_owned(),
            trusted_proxies: Vec::new(),
            service_worker: true,
            updates: None,
            limiter: None,
            draining: Draining::default(),
            world: World::new(Arc::new(SystemClock), Arc::new(OsEntropy)),
        }
    }

    /// Whether customers come over TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// What every request needs.
pub struct Desk {
    /// The core.
    pub doors: Box<dyn Doors>,
    /// How we behave.
    pub config: Config,
    /// The counters.
    pub limits: Limits,
    /// Places for pages that listen.
    pub listeners: Listeners,
    /// Icons that were drawn.
    pub icons: Icons,
    /// Files that wait for a decision.
    pub uploads: Uploads,
}

impl Desk {
    /// A desk with fresh counters.
    #[must_use]
    pub fn new(doors: impl Doors, config: Config) -> Self {
        Self {
            doors: Box::new(doors),
            limits: Limits::new(config.limiter.clone()),
            config,
            listeners: Listeners::default(),
            icons: Icons::default(),
            uploads: Uploads::default(),
        }
    }

    /// Whose request it is, as far as addresses tell.
    #[must_use]
    pub fn client(&self, request: &Request) -> IpAddr {
        address::client(request, &self.config.trusted_proxies)
    }

    /// The shop that the request's host leads to.
    pub async fn shop(&self, request: &Request) -> Result<ShopFace> {
        self.doors.frontdesk().shop_of(&host(request)).await
    }

    /// The address at which whoever asks reaches this shop: a reseller's answers at a host of its own, and only there.
    pub async fn own_address(&self, request: &Request) -> String {
        let public = &self.config.public_url;
        let main =
            public.parse::<Uri>().ok().and_then(|url| url.host().map(str::to_owned)).unwrap_or_default();
        let main = self.doors.frontdesk().shop_of(&main).await.ok();
        let here = self.shop(request).await.ok();
        let is_another = here.zip(main).is_some_and(|(here, main)| here.id != main.id);
        let plain = |host: &&str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
        let host = authority(request).filter(|_| is_another).filter(plain);
        let scheme = if self.config.is_secure() { "https" } else { "http" };
        host.map_or_else(|| public.clone(), |host| format!("{scheme}://{host}"))
    }

    /// The shop, if it can be known, and the words to tell an error in.
    pub async fn face(&self, asked: &Asked) -> (Option<ShopFace>, Words) {
        let shop = self.doors.frontdesk().shop_of(&asked.host).await.ok();
        let locale = asked.locale.or(shop.as_ref().map(|shop| shop.locale)).unwrap_or(Locale::En);
        (shop, Words(locale))
    }

    /// The language to answer in: the caller's wish, else the shop's.
    pub async fn locale(&self, asked: &Asked) -> Locale {
        match asked.locale {
            Some(locale) => locale,
            None => self.doors.frontdesk().shop_of(&asked.host).await.map_or(Locale::En, |shop| shop.locale),
        }
    }
}

/// What is remembered of a request to word an error once the request is gone.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The caller's wish: named in the address, remembered by the browser, or told by it.
    pub locale: Option<Locale>,
    /// The host.
    pub host: String,
    /// The path.
    pub path: String,
    /// The query, without `?`.
    pub query: String,
    /// Whether a browser asks for a page.
    pub browser: bool,
    /// The light that a visitor chose.
    pub theme: Option<cookie::Theme>,
}

impl Asked {
    /// Of a request: what the guard noted, because inner routes see a shortened path.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        request.data::<Self>().cloned().unwrap_or_else(|| Self::noted(request))
    }

    /// Of a request that no route has touched yet.
    #[must_use]
    pub fn noted(request: &Request) -> Self {
        Self {
            locale: chosen(request).or_else(|| say::wished(request.headers())),
            host: host(request),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            browser: request.header(header::ACCEPT).is_some_and(|accept| accept.contains("text/html")),
            theme: cookie::theme(request),
        }
    }
}

/// The language that the address names with `?lang=`.
#[must_use]
pub fn named(query: &str) -> Option<Locale> {
    query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Locale::from_tag)
}

/// The language that a visitor chose.
fn chosen(request: &Request) -> Option<Locale> {
    let remembered = || cookie::read(request.headers(), cookie::LANGUAGE).and_then(Locale::from_tag);
    named(request.uri().query().unwrap_or_default()).or_else(remembered)
}

/// The host that was asked for as the request names it, with its port. HTTP/2 does so in its address.
#[must_use]
pub fn authority(request: &Request) -> Option<&str> {
    request.header(header::HOST).or_else(|| request.uri().authority().map(Authority::as_str))
}

/// The host that was asked for, lower-case, without port.
#[must_use]
pub fn host(request: &Request) -> String {
    let header = request.header(header::HOST).map(str::to_owned);
    let text = header.or_else(|| request.uri().host().map(str::to_owned)).unwrap_or_default();
    let bare = match text.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => text.split(':').next().unwrap_or_default(),
    };
    bare.trim_end_matches('.').to_ascii_lowercase()
}

/// The bearer token, if one was sent.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_version_of_http_names_the_host() {
        let first = Request::builder().uri_str("/docs").header("host", "Branch.example:8443").finish();
        let second = Request::builder().uri_str("https://Branch.example:8443/docs").finish();
        for request in [first, second] {
            assert_eq!(authority(&request), Some("Branch.example:8443"));
            assert_eq!(host(&request), "branch.example");
        }
    }
}
