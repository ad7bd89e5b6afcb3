//! How an app comes by a shop.

use super::{Answer, Shop};
use crate::{
    ShopError,
    remote::Elsewhere,
    secrets::SecretStore,
    settings::{ShopSettings, language},
};
use std::sync::Arc;

#[uniffi::export]
impl Shop {
    /// The shop at these addresses, the best first; all of them are the same shop. `token` is a session's that the app
    /// kept itself; without one, `secrets` is asked. Nothing is sent yet.
    #[uniffi::constructor(default(token = None, settings = None, secrets = None))]
    pub fn connect(
        urls: Vec<String>,
        token: Option<String>,
        settings: Option<ShopSettings>,
        secrets: Option<Arc<dyn SecretStore>>,
    ) -> Answer<Arc<Self>> {
        let mut settings = settings.unwrap_or_default();
        let locale = language(settings.locale.as_deref())?;
        // Of a longer tag only this counts, and a header may not hold the rest.
        settings.locale = settings.locale.map(|_| locale.tag().to_owned());
        let elsewhere = Elsewhere::new(urls, settings).map_err(|error| ShopError::of(error, locale))?;
        Ok(Arc::new(Self::behind(Arc::new(elsewhere), token, locale, secrets)?))
    }
}

#[cfg(feature = "demo")]
#[uniffi::export]
impl Shop {
    /// A whole shop in memory, with play money and servers that lead nowhere; it is gone with the object. `locale` is
    /// `fa`, `en` or `ru`.
    #[uniffi::constructor(default(locale = None, secrets = None))]
    #[expect(clippy::needless_pass_by_value, reason = "UniFFI hands values over")]
    pub fn demo(locale: Option<String>, secrets: Option<Arc<dyn SecretStore>>) -> Answer<Arc<Self>> {
        let locale = language(locale.as_deref())?;
        let (counter, controls) = crate::demo::open(locale)?;
        let mut shop = Self::behind(counter, None, locale, secrets)?;
        shop.controls = Some(controls);
        Ok(Arc::new(shop))
    }

    /// The strings behind the scenes of a demo; none for a real shop.
    #[must_use]
    pub fn controls(&self) -> Option<Arc<crate::demo::DemoControls>> {
        self.controls.clone()
    }
}
