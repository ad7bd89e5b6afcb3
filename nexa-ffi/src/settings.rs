//! How a shop is spoken to.

use crate::error::ShopError;
use nexa_core::domain::{refusal::Refusal, shop::Locale};

/// What an app may set; every field may be left out.
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct ShopSettings {
    /// The language of what is told: `fa`, `en` or `ru`.
    #[uniffi(default = None)]
    pub locale: Option<String>,
    /// A proxy for every call: `http://…` or `socks5h://…`.
    #[uniffi(default = None)]
    pub proxy: Option<String>,
    /// Public keys that the shop's certificates may have, each the SHA-256 of its `SubjectPublicKeyInfo` in base64; none:
    /// any key of a certificate that is valid.
    #[uniffi(default = [])]
    pub pins: Vec<String>,
    /// A folder of the app's own for the last answers, which are shown without a connection; none: nothing is kept.
    #[uniffi(default = None)]
    pub cache_folder: Option<String>,
    /// Seconds that one call may take, 1 to 300; 20 when it is left out.
    #[uniffi(default = None)]
    pub deadline_seconds: Option<u32>,
}

/// The language of a tag; English without one.
pub(crate) fn language(tag: Option<&str>) -> Result<Locale, ShopError> {
    let Some(tag) = tag else { return Ok(Locale::En) };
    let refusal = Refusal::bad_input("locale", "fa, en or ru");
    Locale::from_tag(tag).ok_or_else(|| ShopError::refused(&refusal, Locale::En))
}
