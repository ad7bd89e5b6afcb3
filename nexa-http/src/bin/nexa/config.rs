//! The configuration: `nexa.toml`, then `NEXA_*`, then the command line; the later wins.
//!
//! Every setting is one line of text wherever it comes from. What is unknown is refused with its place and the nearest
//! name that exists, because a misspelt setting that is ignored is worse than none.

mod fleet;
mod moving;
mod reach;
mod secrets;

use super::Stop;
use nexa_core::{
    domain::{money::Currency, refusal::Refusal, shop::Locale},
    secret::Secret,
    text,
};
use nexa_http::address::Network;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};
use toml::de::{DeTable, DeValue};

/// Every setting, as it is written in the file; as an environment variable in capitals after `NEXA_`.
const NAMES: &[&str] = &[
    "data",
    "database",
    "valkey",
    "listen",
    "admin",
    "admin_public",
    "public_url",
    "behind_proxy",
    "trusted_proxies",
    "shop_name",
    "currency",
    "locale",
    "test",
    "log",
    "log_json",
    "head_seconds",
    "connections",
    "service_worker",
    "telegram_webhook",
    "webhooks_private",
    "master_key",
    "node",
    "node_control",
];

/// All settings.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent, and written as true or false")]
pub struct Settings {
    /// The folder of the database and the master key.
    pub data: PathBuf,
    /// The PostgreSQL server's URL, when the database is not a file in that folder. May hold a password.
    pub database: Option<Secret<String>>,
    /// The URL of the Valkey or Redis server by which processes share limits and links. May hold a password.
    pub valkey: Option<Secret<String>>,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// Where metrics and health are told.
    pub admin: Option<SocketAddr>,
    /// Whether that may be another address than this machine's own.
    pub admin_public: bool,
    /// The address that customers know.
    pub given_url: Option<String>,
    /// Whether a proxy in front speaks TLS.
    pub behind_proxy: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// TLS of our own, and what stands in front.
    pub reach: reach::Reach,
    /// The first shop's name; only read at the first start.
    pub shop_name: String,
    /// The first shop's currency; only read at the first start.
    pub currency: Currency,
    /// The first shop's language; only read at the first start.
    pub locale: Locale,
    /// Whether the first shop deals in play money; only read at the first start.
    pub test: bool,
    /// What to log.
    pub log: String,
    /// Whether to log in JSON.
    pub log_json: bool,
    /// Seconds that the head of a request may take.
    pub head_seconds: u64,
    /// Connections at the same time.
    pub connections: usize,
    /// Whether browsers keep customers' pages for times without a network.
    pub service_worker: bool,
    /// Whether Telegram calls us; else we ask it.
    pub telegram_webhook: bool,
    /// Whether webhooks of shops that are nobody's resellers may call the own network, too.
    pub webhooks_private: bool,
    /// The master key, base64.
    pub master_key: Option<Secret<String>>,
    /// The file with the master key.
    pub master_key_file: Option<PathBuf>,
    /// Whether the shop serves customers from its own machine too.
    pub node: bool,
    /// What several processes on one database are told.
    pub fleet: fleet::Fleet,
    /// Between which databases the shop is moved.
    pub moving: moving::Moving,
    /// Where `nexa node` is steered; by its settings when not given.
    pub control: Option<SocketAddr>,
    /// How the node of this machine serves.
    pub serving: nexa_shadowsocks::Settings,
    /// The mail server.
    pub mail: nexa_mail::Settings,
    /// Who is asked for exchange rates.
    pub rates: nexa_payments::rates::Settings,
    /// Where backups go.
    pub backup: nexa_backup::Settings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("nexa-data"),
            database: None,
            valkey: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            admin: None,
            admin_public: false,
            given_url: None,
            behind_proxy: false,
            trusted_proxies: Vec::new(),
            reach: reach::Reach::default(),
            shop_name: "NexaVPN".to_owned(),
            currency: Currency::Usd,
            locale: Locale::Fa,
            test: false,
            log: "info".to_owned(),
            log_json: false,
            head_seconds: 10,
            connections: 4096,
            service_worker: true,
            telegram_webhook: false,
            webhooks_private: false,
            master_key: None,
            master_key_file: None,
            node: true,
            fleet: fleet::Fleet::default(),
            moving: moving::Moving::default(),
            control: None,
            serving: nexa_shadowsocks::Settings::default(),
            mail: nexa_mail::Settings::default(),
            rates: nexa_payments::rates::Settings::default(),
            backup: nexa_backup::Settings::default(),
        }
    }
}

impl Settings {
    /// Reads everything.
    pub fn load(config: Option<&Path>, given: &[(&'static str, String)]) -> Result<Self, Stop> {
        let mut settings = Self::default();
        let default = Path::new("nexa.toml");
        match config {
            Some(path) => settings.file(path)?,
            None if default.exists() => settings.file(default)?,
            None => {}
        }
        secrets::given_once(|name| std::env::var_os(name).is_some())?;
        if let Some(folder) = std::env::var_os("CREDENTIALS_DIRECTORY") {
            settings.credentials(Path::new(&folder))?;
        }
        for (name, value) in std::env::vars_os() {
            let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else { continue };
            if let Some(key) = name.strip_prefix("NEXA_").map(str::to_lowercase)
                && key != "require"
            {
                settings.set(&key, value, name)?;
            }
        }
        for (name, value) in given {
            settings.set(
                name,
                value,
                &format!("--{}", name.trim_start_matches("node_").replace('_', "-")),
            )?;
        }
        settings.checked()
    }

    fn file(&mut self, path: &Path) -> Result<(), Stop> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|e| Stop::usage(format!("{shown}: {e}")))?;
        let place =
            |at: usize| format!("{shown}:{}", text.get(..at).unwrap_or_default().lines().count().max(1));
        let table = DeTable::parse(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            Stop::usage(format!("{}: {}", place(at + 1), error.message()))
        })?;
        for (key, value) in table.get_ref() {
            let (name, place) = (key.get_ref(), place(key.span().end));
            match value.get_ref() {
                DeValue::Table(block) if matches!(&**name, "mail" | "rates" | "backup") => {
                    for (key, value) in block {
                        self.line(&format!("{name}_{}", key.get_ref()), value.get_ref(), &place)?;
                    }
                }
                value => self.line(name, value, &place)?,
            }
        }
        Ok(())
    }

    /// Sets what a line of the file says.
    fn line(&mut self, name: &str, value: &DeValue<'_>, place: &str) -> Result<(), Stop> {
        let wrong = || Stop::usage(format!("{place}: expected a text, a number, true or false"));
        let value = plain(value).ok_or_else(wrong)?;
        secrets::refused_in_file(name, &value, place)?;
        self.set(name, &value, place)
    }

    fn set(&mut self, name: &str, value: &str, place: &str) -> Result<(), Stop> {
        if let Some(secret) = secrets::of_file(name) {
            return self.secret_file(secret, value, place);
        }
        let wrong = |why: &str| Stop::usage(format!("{place}: {name}: {why}"));
        let flag = || value.parse::<bool>().map_err(|_| wrong("true or false"));
        match name {
            "data" => self.data = PathBuf::from(value),
            "database" => {
                self.database = Some(fleet::server(value).map_err(|why| wrong(&why))?);
            }
            "valkey" => {
                if !["redis://", "rediss://"].iter().any(|scheme| value.starts_with(scheme)) {
                    return Err(wrong("an address such as redis://127.0.0.1:6379"));
                }
                self.valkey = Some(Secret::new(value.to_owned()));
            }
            "listen" => {
                self.listen = value.parse().map_err(|_| wrong("an address such as 127.0.0.1:8080"))?;
            }
            "admin" => {
                self.admin = Some(value.parse().map_err(|_| wrong("an address such as 127.0.0.1:9464"))?);
            }
            "admin_public" => self.admin_public = flag()?,
            "public_url" => self.given_url = Some(value.trim_end_matches('/').to_owned()),
            "behind_proxy" => self.behind_proxy = flag()?,
            "trusted_proxies" => {
                let all = value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse);
                self.trusted_proxies = all
                    .collect::<Result<_, _>>()
                    .map_err(|_| wrong("addresses or ranges such as 10.0.0.0/8"))?;
            }
            "shop_name" => value.clone_into(&mut self.shop_name),
            "currency" => {
                self.currency = value.parse().map_err(|_| wrong("a currency such as USD or IRR"))?;
            }
            "locale" => self.locale = Locale::from_tag(value).ok_or_else(|| wrong("fa, en or ru"))?,
            "test" => self.test = flag()?,
            "log" => value.clone_into(&mut self.log),
            "log_json" => self.log_json = flag()?,
            "head_seconds" => self.head_seconds = value.parse().map_err(|_| wrong("a number of seconds"))?,
            "connections" => self.connections = value.parse().map_err(|_| wrong("a number"))?,
            "service_worker" => self.service_worker = flag()?,
            "telegram_webhook" => self.telegram_webhook = flag()?,
            "webhooks_private" => self.webhooks_private = flag()?,
            "master_key" => self.master_key = Some(Secret::new(value.to_owned())),
            "node" => self.node = flag()?,
            "node_control" => {
                self.control = Some(value.parse().map_err(|_| wrong("an address such as 0.0.0.0:7443"))?);
            }
            _ if self.fleet.set(name, value).map_err(|why| wrong(&why))? => {}
            _ if self.moving.set(name, value).map_err(|why| wrong(&why))? => {}
            _ if self.serve(name, value, place)? => {}
            _ if self.reach.set(name, value).map_err(wrong)? => {}
            _ if self.rates.set(name, value).map_err(|refusal| refused(place, &refusal))? => {}
            _ if self.backup.set(name, value).map_err(|error| wrong(&error.to_string()))? => {}
            _ if self.mail.set(name, value).map_err(|refusal| refused(place, &refusal))? => {}
            _ => {
                return Err(Stop::usage(format!(
                    "{place}: unknown setting `{name}`; did you mean `{}`?",
                    nearest(name)
                )));
            }
        }
        Ok(())
    }

    /// Sets what concerns the node; false when `name` does not.
    fn serve(&mut self, name: &str, value: &str, place: &str) -> Result<bool, Stop> {
        self.serving.set(name, value).map_err(|refusal| refused(place, &refusal))
    }

    fn checked(mut self) -> Result<Self, Stop> {
        self.serving = self.serving.checked().map_err(|refusal| refused("the node's settings", &refusal))?;
        self.mail = self.mail.checked().map_err(|refusal| refused("the mail's settings", &refusal))?;
        self.backup.checked().map_err(|error| Stop::usage(format!("the settings of backups: {error}")))?;
        self.rates.connect().map_err(|refusal| refused("the settings of rates", &refusal))?;
        self.reach.checked(self.given_url.as_deref(), !self.trusted_proxies.is_empty())?;
        let covered = self.behind_proxy || !self.trusted_proxies.is_empty() || self.reach.is_tls();
        self.fleet.checked(self.database.is_some()).map_err(Stop::usage)?;
        if !self.listen.ip().is_loopback() && !covered {
            return Err(Stop::usage(format!(
                "listening on {} would show passwords and links to everybody on the way: give it a certificate \
                 (tls_certificate, or acme_domains), put a proxy that speaks TLS in front and say --behind-proxy, or \
                 listen on 127.0.0.1",
                self.listen
            )));
        }
        if self
            .given_url
            .as_ref()
            .is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://"))
        {
            return Err(Stop::usage("public_url: an address that begins with https://"));
        }
        if let Some(admin) = self.admin {
            super::watch::checked(admin, self.admin_public)?;
        }
        if self.head_seconds == 0 || self.connections == 0 {
            return Err(Stop::usage("head_seconds and connections must be more than 0"));
        }
        Ok(self)
    }

    /// Whether the shop is meant for this machine only, as far as its address tells.
    pub fn is_local(&self) -> bool {
        let url = self.public_url();
        let host = url.split_once("://").map_or("", |(_, rest)| rest);
        ["127.", "localhost", "[::1]"].iter().any(|own| host.starts_with(own))
    }

    /// The address that customers know.
    pub fn public_url(&self) -> String {
        let own = || self.reach.url(self.listen).unwrap_or_else(|| format!("http://{}", self.listen));
        self.given_url.clone().unwrap_or_else(own)
    }
}

fn plain(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(|item| plain(item.get_ref())).collect();
            items?.join(",")
        }
        _ => return None,
    })
}

/// A refusal in words for whoever starts the program.
pub fn refused(place: &str, refusal: &Refusal) -> Stop {
    // The reason is for whoever runs the machine; customers and operators are told less.
    if let Refusal::BadConfig { setting, reason } = refusal {
        return Stop::usage(format!("{place}: {setting}: {reason}"));
    }
    Stop::usage(format!("{place}: {}", text::plain(&text::refusal(Locale::En, refusal))))
}

fn nearest(name: &str) -> &'static str {
    NAMES
        .iter()
        .copied()
        .chain(reach::NAMES)
        .chain(secrets::FILES)
        .chain(fleet::NAMES)
        .chain(moving::NAMES)
        .chain(nexa_shadowsocks::NAMES)
        .chain(nexa_mail::NAMES)
        .chain(nexa_backup::NAMES)
        .chain(nexa_payments::rates::NAMES)
        .min_by_key(|known| distance(name, known))
        .unwrap_or_default()
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        for (slot, cb) in row.iter_mut().skip(1).zip(&b) {
            let above = *slot;
            left = (above + 1).min(left + 1).min(corner + usize::from(ca != *cb));
            corner = above;
            *slot = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
