//! The pages as an app: its manifest, its icons, and the worker that keeps the own subscriptions for times without a
//! network.

use super::{Face, assets, brand};
use crate::{caller::desk_of, desk::Asked, paths, problem::Said, say::Words};
use askama::Template;
use hyper::body::Bytes;
use moka::sync::Cache;
use nexa_core::{
    domain::look::Look,
    error::Error,
    icon::{Edge, png},
};
use poem::{Request, Response, Result, handler, http::header};
use serde_json::json;

/// The worker without what is put before it.
pub const WORKER: &str = include_str!("../../assets/sw.js");
/// The worker that takes the place of the other where the operator wants none.
const NO_WORKER: &str = include_str!("../../assets/sw-off.js");
/// How long icons and the manifest are kept: an hour, because their addresses stay when the look changes.
const AN_HOUR: &str = "public, max-age=3600";
/// Characters of a name under an icon; longer ones are cut by the system (W3C App Manifest, `short_name`).
const SHORT: usize = 12;

/// Icons that were drawn, by colour, size and edge.
pub struct Icons(Cache<([u8; 3], u16, Edge), Bytes>);

impl Default for Icons {
    fn default() -> Self {
        Self(Cache::new(128))
    }
}

impl Icons {
    fn get(&self, look: &Look, side: u16, edge: Edge) -> nexa_core::error::Result<Bytes> {
        let (colour, ink) = brand::sign(look);
        let key = (colour, side, edge);
        if let Some(drawn) = self.0.get(&key) {
            return Ok(drawn);
        }
        let drawn = Bytes::from(png(side, edge, colour, ink).map_err(Error::from)?);
        self.0.insert(key, drawn.clone());
        Ok(drawn)
    }
}

async fn look(request: &Request) -> Result<Look> {
    let shop = desk_of(request)?.shop(request).await.ok();
    Ok(shop.map(|shop| shop.look).unwrap_or_default())
}

/// What makes an app of the pages, in the shop's name and colour and the visitor's language.
#[handler]
pub async fn manifest(request: &Request) -> Result<Response> {
    let desk = desk_of(request)?;
    let (shop, words) = desk.face(&Asked::of(request)).await;
    let look = shop.as_ref().map(|shop| shop.look.clone()).unwrap_or_default();
    let name = shop.map_or_else(|| "NexaVPN".to_owned(), |shop| shop.name);
    let picture = |src: &str, sizes: &str, purpose: &str| {
        let kind =
            if std::path::Path::new(src).extension().is_some_and(|e| e == "svg") { "svg+xml" } else { "png" };
        json!({ "src": src, "sizes": sizes, "type": format!("image/{kind}"), "purpose": purpose })
    };
    let way = |name: String, path: &str| json!({ "name": name, "url": path });
    let text = json!({
        "id": paths::HOME,
        "name": name,
        "short_name": short(&name),
        "start_url": format!("{}?app=1", paths::SUBSCRIPTIONS),
        "scope": paths::HOME,
        "display": "standalone",
        "lang": words.lang(),
        "dir": words.dir(),
        "theme_color": brand::theme_colour(&look),
        "background_color": brand::paper(),
        "icons": [
            picture(paths::ICON, "any", "any"),
            picture(paths::ICON_SMALL, "192x192", "any"),
            picture(paths::ICON_LARGE, "512x512", "any"),
            picture(paths::ICON_MASKABLE, "512x512", "maskable"),
        ],
        "shortcuts": [
            way(words.get("page-nav-mine"), paths::SUBSCRIPTIONS),
            way(words.get("page-nav-buy"), paths::BUY),
            way(words.get("wallet"), paths::WALLET),
        ],
    });
    Ok(Response::builder()
        .content_type("application/manifest+json")
        .header(header::CACHE_CONTROL, AN_HOUR)
        .header(header::VARY, "cookie, accept-language")
        .body(text.to_string()))
}

/// As many whole words of a name as have room under an icon, else its beginning.
fn short(name: &str) -> String {
    let fits = |text: &str| text.chars().count() <= SHORT;
    let ends = name.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at);
    let whole = ends.chain([name.len()]).filter_map(|end| name.get(..end)).rfind(|text| fits(text));
    let cut = || name.chars().take(SHORT).collect();
    whole.map(str::trim).filter(|text| !text.is_empty()).map_or_else(cut, str::to_owned)
}

/// The icon as SVG.
#[handler]
pub async fn icon_svg(request: &Request) -> Result<Response> {
    let (colour, ink) = brand::sign(&look(request).await?);
    let text = super::sign(&brand::hex(colour), &brand::hex(ink));
    Ok(Response::builder().content_type("image/svg+xml").header(header::CACHE_CONTROL, AN_HOUR).body(text))
}

/// The icon for lists and tabs.
#[handler]
pub async fn icon_small(request: &Request) -> Result<Response> {
    drawn(request, 192, Edge::Rounded).await
}

/// The icon for splash screens.
#[handler]
pub async fn icon_large(request: &Request) -> Result<Response> {
    drawn(request, 512, Edge::Rounded).await
}

/// The icon without an edge of its own.
#[handler]
pub async fn icon_maskable(request: &Request) -> Result<Response> {
    drawn(request, 512, Edge::Full).await
}

async fn drawn(request: &Request, side: u16, edge: Edge) -> Result<Response> {
    let bytes = desk_of(request)?.icons.get(&look(request).await?, side, edge).map_err(Said)?;
    Ok(Response::builder().content_type("image/png").header(header::CACHE_CONTROL, AN_HOUR).body(bytes))
}

/// The worker, with its release and the files that it fetches first; or the one that ends it.
#[handler]
pub async fn worker(request: &Request) -> Result<Response> {
    let text = if desk_of(request)?.config.service_worker {
        let look = look(request).await?;
        let style = format!("{}?v={}", paths::STYLE, assets::style_version(&look));
        let files = json!([paths::OFFLINE, style, assets::address("app.js")]);
        format!("const RELEASE = \"{}\";\nconst FILES = {files};\n{WORKER}", assets::release(&look))
    } else {
        NO_WORKER.to_owned()
    };
    Ok(Response::builder()
        .content_type("text/javascript; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-cache")
        .body(text))
}

#[derive(Template)]
#[template(path = "offline.html")]
struct Offline<'a> {
    words: Words,
    face: Face<'a>,
}

/// What is shown without a network when nothing was kept; the same for everybody, because it is kept itself.
#[handler]
pub async fn offline(request: &Request) -> Result<Response> {
    let (shop, words) = desk_of(request)?.face(&Asked::of(request)).await;
    super::html(poem::http::StatusCode::OK, &Offline { words, face: Face::or_none(shop.as_ref()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_under_its_icon() {
        assert_eq!(short("NexaVPN"), "NexaVPN");
        assert_eq!(short("Quick VPN of ours"), "Quick VPN of");
        assert_eq!(short("Unbelievablylong name"), "Unbelievably");
        assert_eq!(short("فروشگاه اینترنت آزاد"), "فروشگاه");
        assert_eq!(short(""), "");
    }

    #[test]
    fn each_look_is_another_release() {
        let other = Look { accent: nexa_core::domain::look::Accent([1, 2, 3]), tagline: None };
        assert_ne!(assets::release(&Look::default()), assets::release(&other));
    }

    #[test]
    fn an_icon_is_drawn_once_for_a_look() {
        let icons = Icons::default();
        let first = icons.get(&Look::default(), 192, Edge::Full).unwrap();
        let again = icons.get(&Look::default(), 192, Edge::Full).unwrap();
        assert_eq!(first.as_ptr(), again.as_ptr());
    }
}
