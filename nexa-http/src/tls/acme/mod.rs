//! Certificates from an authority by ACME (RFC 8555), proved on the port that is served anyway (TLS-ALPN-01, RFC 8737).
//!
//! Each name has a certificate of its own, so one name that does not lead here keeps no other from being renewed. What
//! came is kept in a folder, and works from there while the authority cannot be reached.

mod cupboard;
mod order;
mod web;

use super::{Certificates, Unusable};
use cupboard::Cupboard;
use instant_acme::{Account, ChallengeType, NewAccount};
use jiff::{SignedDuration, Timestamp};
use nexa_core::world::World;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// Let's Encrypt (<https://letsencrypt.org/docs/acme-protocol-updates/>).
pub const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";
/// How long everything about one certificate may take.
const DEADLINE: Duration = Duration::from_mins(5);
/// After the first failure, and at most. An authority counts failures by the hour
/// (<https://letsencrypt.org/docs/rate-limits/>).
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(2);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(6);

/// What a certificate was not had for.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The authority said no, or could not be reached.
    #[error("the authority: {0}")]
    Authority(#[from] instant_acme::Error),
    /// It does not know the way by which we prove names.
    #[error("the authority does not offer {0:?}")]
    NoChallenge(ChallengeType),
    /// It did not believe that the name is ours.
    #[error("the authority did not find this server under the name: {0}")]
    NotOurs(String),
    /// A key or a request could not be made.
    #[error("no request could be made: {0}")]
    Request(#[from] rcgen::Error),
    /// What the authority gave cannot be used.
    #[error("the certificate {0}")]
    Certificate(#[from] Unusable),
    /// The folder cannot be used, or the certificate of the authority's server.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// What was kept cannot be read.
    #[error("the account that was kept cannot be read: {0}")]
    Account(#[from] serde_json::Error),
    /// The HTTP client could not be made.
    #[error("no connection to an authority is possible: {0}")]
    Client(String),
    /// It took too long.
    #[error("the authority took too long")]
    Late,
}

/// Whom to ask, and for what.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Names, lower-case, without wildcards.
    pub domains: Vec<String>,
    /// Where the authority writes to when something is wrong.
    pub email: Option<String>,
    /// The authority's directory.
    pub directory: String,
    /// Authorities in PEM that the directory's server is certified by, beside the public ones.
    pub roots: Option<PathBuf>,
}

/// Gets certificates and renews them.
pub struct Acme {
    settings: Settings,
    certificates: Arc<Certificates>,
    cupboard: Cupboard,
    web: web::Web,
    account: Option<Account>,
    pauses: HashMap<String, Pause>,
    world: World,
}

struct Pause {
    until: Timestamp,
    next: SignedDuration,
}

impl Acme {
    /// Opens the folder and puts into use what is kept there.
    pub fn open(
        settings: Settings,
        folder: &Path,
        certificates: Arc<Certificates>,
        world: World,
    ) -> Result<Self, Trouble> {
        let cupboard = Cupboard::open(folder, &settings.directory)?;
        let web = web::Web::new(settings.roots.as_deref())?;
        for name in &settings.domains {
            match cupboard.certificate(name) {
                Ok(Some(pair)) => certificates.set_for(name, pair),
                Ok(None) => {}
                Err(error) => tracing::warn!(name, %error, "a certificate that was kept cannot be used"),
            }
        }
        Ok(Self { settings, certificates, cupboard, web, account: None, pauses: HashMap::new(), world })
    }

    /// Orders what is missing or in its last third, one after the other. To be called every minute or so.
    pub async fn round(&mut self) {
        for name in self.settings.domains.clone() {
            if !self.is_due(&name) {
                continue;
            }
            let done = tokio::time::timeout(DEADLINE, self.renew(&name)).await.unwrap_or(Err(Trouble::Late));
            self.certificates.set_proof(&name, None);
            match done {
                Ok(until) => {
                    self.pauses.remove(&name);
                    tracing::info!(name, %until, "a certificate was issued");
                }
                Err(trouble) => {
                    let pause = self.pause(&name);
                    tracing::warn!(name, %trouble, again_in_seconds = pause.as_secs(), "no certificate yet");
                }
            }
        }
    }

    fn is_due(&self, name: &str) -> bool {
        let now = self.world.now();
        if self.pauses.get(name).is_some_and(|pause| now < pause.until) {
            return false;
        }
        self.certificates.validity(name).is_none_or(|(since, until)| now >= renewed_from(since, until))
    }

    /// Notes a failure and gives how long to wait.
    fn pause(&mut self, name: &str) -> SignedDuration {
        let length = self.pauses.get(name).map_or(FIRST_PAUSE, |pause| pause.next);
        let next = length.saturating_add(length).min(LONGEST_PAUSE);
        let until = self.world.now().saturating_add(length).unwrap_or(Timestamp::MAX);
        self.pauses.insert(name.to_owned(), Pause { until, next });
        length
    }

    async fn renew(&mut self, name: &str) -> Result<Timestamp, Trouble> {
        let account = self.account().await?;
        let (certificate, key) = order::ordered(&account, &self.certificates, name).await?;
        let pair = super::Pair::read(certificate.as_bytes(), key.as_bytes())?;
        let until = pair.until;
        self.cupboard.keep(name, &format!("{key}{certificate}"))?;
        self.certificates.set_for(name, pair);
        Ok(until)
    }

    /// Our account at the authority, made at the first certificate.
    async fn account(&mut self) -> Result<Account, Trouble> {
        if let Some(account) = &self.account {
            return Ok(account.clone());
        }
        let builder = Account::builder_with_http(Box::new(self.web.clone()));
        let account = if let Some(kept) = self.cupboard.account()? {
            builder.from_credentials(serde_json::from_str(&kept)?).await?
        } else {
            let contact = self.settings.email.as_ref().map(|email| format!("mailto:{email}"));
            let contact: Vec<&str> = contact.iter().map(String::as_str).collect();
            let new =
                NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
            let (account, credentials) = builder.create(&new, self.settings.directory.clone(), None).await?;
            self.cupboard.keep_account(&serde_json::to_string(&credentials)?)?;
            account
        };
        Ok(self.account.insert(account).clone())
    }
}

/// When a certificate is renewed: with a third of its time left, which leaves days for whatever is wrong
/// (<https://letsencrypt.org/docs/integration-guide/#when-to-renew>).
fn renewed_from(since: Timestamp, until: Timestamp) -> Timestamp {
    let third = until.duration_since(since) / 3;
    until.saturating_sub(third).unwrap_or(until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexa_core::world::{OsEntropy, SystemClock};

    #[test]
    fn renewal_begins_in_the_last_third() {
        let day = |number: i64| Timestamp::from_second(number * 86_400).unwrap();
        assert_eq!(renewed_from(day(0), day(90)), day(60));
        assert_eq!(renewed_from(day(10), day(16)), day(14));
    }

    #[test]
    fn failures_are_spread_over_hours() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            domains: vec!["a.example".to_owned()],
            email: None,
            directory: LETS_ENCRYPT.to_owned(),
            roots: None,
        };
        let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
        let certificates = Arc::new(Certificates::default());
        let mut acme = Acme::open(settings, folder.path(), certificates, world).unwrap();
        assert!(acme.is_due("a.example"));
        let pauses: Vec<i64> = (0..9).map(|_| acme.pause("a.example").as_secs() / 60).collect();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 64, 128, 256, 360]);
        assert!(!acme.is_due("a.example"), "it waits");
    }
}
