//! Styles, scripts and the font: part of the program, named by what is in them, so that a browser keeps them for a year
//! and still never sees an old one.

use super::brand;
use crate::{caller::desk_of, paths, problem::Said};
use data_encoding::HEXLOWER;
use nexa_core::{domain::look::Look, domain::refusal::Refusal};
use poem::{
    Request, Response, Result, handler,
    http::{StatusCode, header},
};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("../../assets/app.css");
/// How long what is named by its content is kept.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// How long what may change is kept.
const FOR_NOW: &str = "public, max-age=300";

struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

const ASSETS: [Asset; 2] = [
    Asset {
        name: "app.js",
        content_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../assets/app.js"),
    },
    Asset {
        name: "vazirmatn.woff2",
        content_type: "font/woff2",
        bytes: include_bytes!("../../assets/fonts/vazirmatn.woff2"),
    },
];

/// The address of an asset, with its version.
#[must_use]
pub fn address(name: &str) -> String {
    let version = ASSETS.iter().find(|a| a.name == name).map_or_else(String::new, |a| version(a.bytes));
    format!("{}?v={version}", paths::ASSET.replace(":name", name))
}

/// The version of a shop's style.
#[must_use]
pub fn style_version(look: &Look) -> String {
    version(style_text(look).as_bytes())
}

/// All that a released program serves to keep for a shop, as one version: the worker's caches are named by it.
#[must_use]
pub fn release(look: &Look) -> String {
    let mut digest = Sha256::new();
    digest.update(style_text(look));
    digest.update(super::pwa::WORKER);
    for asset in &ASSETS {
        digest.update(asset.bytes);
    }
    short(&digest.finalize())
}

fn style_text(look: &Look) -> String {
    brand::variables(look) + STYLE
}

fn version(bytes: &[u8]) -> String {
    short(&Sha256::digest(bytes))
}

fn short(digest: &[u8]) -> String {
    HEXLOWER.encode(digest.get(..6).unwrap_or_default())
}

/// The style of every page, with the colours of the shop that is asked.
#[handler]
pub async fn style(request: &Request) -> Result<Response> {
    let shop = desk_of(request)?.shop(request).await.ok();
    let look = shop.map(|shop| shop.look).unwrap_or_default();
    let text = style_text(&look);
    let version = version(text.as_bytes());
    Ok(kept(request, &version, "text/css; charset=utf-8").body(text))
}

/// One of the files that are the same for every shop.
#[handler]
pub fn file(request: &Request) -> Result<Response> {
    let name = request.raw_path_param("name").unwrap_or_default();
    let asset = ASSETS.iter().find(|a| a.name == name).ok_or(Said::from(Refusal::NotFound))?;
    Ok(kept(request, &version(asset.bytes), asset.content_type).body(asset.bytes))
}

/// The head of an answer that may be kept: for ever under the address of this very content, a while under none. Under the
/// address of another content, as while instances of two releases serve side by side, it is kept nowhere.
fn kept(request: &Request, version: &str, content_type: &str) -> poem::ResponseBuilder {
    let how_long = match request.uri().query().and_then(|query| query.strip_prefix("v=")) {
        Some(asked) if asked == version => FOR_EVER,
        Some(_) => "no-store",
        None => FOR_NOW,
    };
    Response::builder()
        .status(StatusCode::OK)
        .content_type(content_type)
        .header(header::CACHE_CONTROL, how_long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_follows_the_content() {
        let other = Look { accent: nexa_core::domain::look::Accent([1, 2, 3]), tagline: None };
        assert_ne!(style_version(&Look::default()), style_version(&other));
        assert!(address("app.js").starts_with("/assets/app.js?v="));
    }

    #[test]
    fn the_font_is_asked_for_by_one_address() {
        assert!(STYLE.contains(&address("vazirmatn.woff2")), "style and page name the same file");
    }
}
