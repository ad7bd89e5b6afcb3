//! One shop as one app sees it.

mod account;
mod connect;
mod invitations;
mod link;
mod orders;
mod passkeys;
mod session;
mod subscriptions;
mod support;

pub use link::LinkFormat;
pub use session::{SignedIn, SignedUp};

use crate::{counter::Counter, error::ShopError, secrets::SecretStore};
use nexa_core::{
    domain::shop::Locale,
    error::Result as Answered,
    secret::Secret,
    storefront::Storefront,
    world::{OsEntropy, SystemClock, World},
};
use std::sync::{Arc, PoisonError, RwLock};

/// What every call gives.
type Answer<T> = Result<T, ShopError>;

/// A shop: for a guest until somebody signs in, then for them. See
/// [`Storefront`](nexa_core::storefront::Storefront) for what each call does; it answers here as there.
#[derive(uniffi::Object)]
pub struct Shop {
    counter: Arc<dyn Counter>,
    session: RwLock<Option<Secret<String>>>,
    locale: RwLock<Locale>,
    secrets: Option<Arc<dyn SecretStore>>,
    world: World,
    #[cfg(feature = "demo")]
    controls: Option<Arc<crate::demo::DemoControls>>,
}

impl Shop {
    /// A shop behind this counter, for the holder of the token that is given or kept.
    fn behind(
        counter: Arc<dyn Counter>,
        token: Option<String>,
        locale: Locale,
        secrets: Option<Arc<dyn SecretStore>>,
    ) -> Answer<Self> {
        let token = match (token, &secrets) {
            (None, Some(store)) => store.load(session::NAME.to_owned())?,
            (token, _) => token,
        };
        Ok(Self {
            counter,
            session: RwLock::new(token.map(Secret::new)),
            locale: RwLock::new(locale),
            secrets,
            world: World::new(Arc::new(SystemClock), Arc::new(OsEntropy)),
            #[cfg(feature = "demo")]
            controls: None,
        })
    }

    pub(crate) fn locale(&self) -> Locale {
        *self.locale.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn counter(&self) -> &dyn Counter {
        self.counter.as_ref()
    }

    fn held(&self) -> Option<Secret<String>> {
        self.session.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The shop for whoever is signed in, or a guest.
    async fn desk(&self) -> Answer<Arc<dyn Storefront>> {
        let held = self.held();
        self.told(self.counter.enter(held.as_ref()).await)
    }

    /// The shop for a guest, whoever is signed in.
    async fn door(&self) -> Answer<Arc<dyn Storefront>> {
        self.told(self.counter.enter(None).await)
    }

    /// An answer of the shop as the app gets it.
    pub(crate) fn told<T>(&self, answer: Answered<T>) -> Answer<T> {
        answer.map_err(|error| ShopError::of(error, self.locale()))
    }

    /// Waits so many milliseconds.
    pub(crate) async fn pause(&self, millis: u32) {
        let until = self.world.now() + std::time::Duration::from_millis(u64::from(millis));
        self.world.sleep_until(until).await;
    }
}
