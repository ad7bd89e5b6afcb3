//! A storefront over HTTP: the customer's port of a shop that runs elsewhere.
//!
//! ```no_run
//! # async fn run() -> nexa_core::error::Result<()> {
//! use nexa_core::storefront::Storefront;
//! use nexa_http::client::{Remote, RemoteSettings};
//! let guest = Remote::new(RemoteSettings::new(["https://shop.example.org", "https://other.example.net"]))?;
//! let plans = guest.plans().await?;
//! # drop(plans); Ok(()) }
//! ```
//!
//! It needs a tokio runtime with time and IO. How a call goes: `call` says what is asked, `retry` tries the
//! addresses in turn, `answer` tells the shop's answer from whatever else may answer on the way, `keys` sees to it that
//! nothing is bought twice, and `cache` keeps what was seen last.

mod accounts;
mod adoption;
mod answer;
mod bases;
mod cache;
mod call;
mod coupons;
mod earnings;
mod form;
mod freshness;
mod gifts;
mod help;
mod invites;
mod keys;
mod link;
mod moves;
mod pins;
mod preferences;
mod retry;
mod settings;
mod storefront;
mod support;

pub use cache::{FolderCache, ViewCache};
pub use freshness::Freshness;
pub use settings::RemoteSettings;

use accounts::{Accounts, Ended};
use bases::Bases;
use keys::KeyStore;
use nexa_core::{error::Result, secret::Secret, world::World};
use std::{sync::Arc, time::Duration};

/// A shop elsewhere, as one caller sees it. Cheap to clone; clones share connections, and what is known of the addresses.
///
/// # Behaviour
/// - An address that answered stays the first; one that did not is asked again when the first no longer answers.
/// - A call ends within the deadline of the settings, whatever the server does.
/// - What may be repeated is repeated, at this address and the others, for as long as the deadline allows.
/// - What costs or moves money has an idempotency key, which is stored before the request is sent and forgotten with the
///   shop's last word. The same wish takes the stored key up again, for a day: a crash or a cut buys nothing twice.
/// - Two purchases of the same thing that one account begins at the same time, without keys of their own, are one.
/// - What must not be repeated is sent to another address only when it surely did not arrive; else the error says that it is
///   not known whether it was done.
/// - A refusal comes back as the same [`Refusal`](nexa_core::domain::refusal::Refusal); one that this version does not know
///   as `Unlisted`, with code and text.
/// - Where no address answers as a shop does, the error is `Offline`, with the seconds after which to try again.
/// - With a cache, what was seen last is answered while the shop does not answer; [`Remote::dated`] tells since when.
/// - What is kept of a session is erased when it ends: by `sign_out`, whether the shop hears of it or not, and when the shop
///   says that it has ended.
/// - No redirect is followed, so nobody else is given the token.
/// - Pages, forms of a captive portal, cut or endless answers are never taken for the shop's.
#[derive(Clone)]
pub struct Remote {
    wire: Arc<Wire>,
    token: Option<Secret<String>>,
    freshness: Option<Freshness>,
}

/// What clones share.
struct Wire {
    http: reqwest::Client,
    bases: Bases,
    locale: Option<String>,
    deadline: Duration,
    cache: Option<Arc<dyn ViewCache>>,
    keys: KeyStore,
    accounts: Accounts,
    ended: Ended,
    world: World,
}

impl Remote {
    /// A shop at these addresses; `bad_config` when something about the settings cannot be used. Nothing is asked yet.
    pub fn new(settings: RemoteSettings) -> Result<Self> {
        let bases = Bases::new(settings.addresses()?);
        let http = settings.client()?;
        let RemoteSettings { token, locale, deadline, cache, world, .. } = settings;
        let keys = KeyStore::new(cache.clone(), world.clone());
        let (accounts, ended) = (Accounts::default(), Ended::default());
        let wire = Wire { http, bases, locale, deadline, cache, keys, accounts, ended, world };
        Ok(Self { wire: Arc::new(wire), token, freshness: None })
    }

    /// The same shop and connections, for the holder of this session or API key.
    #[must_use]
    pub fn signed_in(&self, token: Secret<String>) -> Self {
        Self { wire: Arc::clone(&self.wire), token: Some(token), freshness: None }
    }

    /// The same shop and connections, for a guest.
    #[must_use]
    pub fn guest(&self) -> Self {
        Self { wire: Arc::clone(&self.wire), token: None, freshness: None }
    }

    /// The same caller, and a note of how old the answers are that come through it. Take one for each call whose age
    /// matters: the note tells of the last answer.
    #[must_use]
    pub fn dated(&self) -> (Self, Freshness) {
        let note = Freshness::default();
        (Self { freshness: Some(note.clone()), ..self.clone() }, note)
    }
}
