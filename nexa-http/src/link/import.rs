//! One-tap import: the addresses by which client apps take a link.
//!
//! Forms from HiddifyPanel `apps_api.py`, hiddify.com "URL Scheme" and Remnawave `app-config.json`.

use super::headers::percent;
use data_encoding::BASE64;

/// An app and the address that opens it with the link.
pub struct Import {
    /// The app's name.
    pub app: &'static str,
    /// Where it runs.
    pub systems: &'static str,
    /// The address.
    pub address: String,
}

/// The import addresses of a link.
#[must_use]
pub fn all(link: &str, name: &str) -> Vec<Import> {
    let (url, name) = (percent(link), percent(name));
    let forms = [
        ("Hiddify", "Android · iOS · Windows · macOS · Linux", format!("hiddify://import/{link}#{name}")),
        ("v2rayNG", "Android", format!("v2rayng://install-sub/?url={url}")),
        ("sing-box", "Android · iOS · macOS", format!("sing-box://import-remote-profile?url={url}#{name}")),
        ("Streisand", "iOS · macOS", format!("streisand://import/{link}#{name}")),
        ("Shadowrocket", "iOS", format!("sub://{}", BASE64.encode(link.as_bytes()))),
        ("Happ", "Android · iOS", format!("happ://add/{link}")),
        (
            "Clash Meta",
            "Android · Windows · macOS · Linux",
            format!("clash://install-config?url={url}&name={name}"),
        ),
        ("v2rayN", "Windows", format!("v2rayn://install-sub/?url={url}")),
    ];
    forms.into_iter().map(|(app, systems, address)| Import { app, systems, address }).collect()
}
