//! The frame of every page: whose shop it is, how it looks, and where one can go from here.

use super::{assets, brand, cookie::Theme};
use crate::{paths, say::Translation};
use nexa_core::{domain::look::Look, frontdesk::ShopFace};

/// What the frame of a page shows.
pub struct Face<'a> {
    /// The shop's name.
    pub name: &'a str,
    /// Whether to say that this is a demo.
    pub test: bool,
    /// Set while nothing can be bought: what the shop says about it.
    pub maintenance: Option<&'a str>,
    /// Where help is.
    pub support: Option<&'a str>,
    /// The address of the style, which carries the shop's colours.
    pub style: String,
    /// The address of the script.
    pub script: String,
    /// The colour that the system draws around the page.
    pub colour: String,
    /// The light that the visitor chose.
    pub theme: Option<Theme>,
    /// Whether the page brings the worker that keeps pages, and can be installed as an app.
    pub worker: bool,
    /// The ways to other pages; none on pages that stand alone.
    pub nav: Option<Nav>,
    /// The same page in the other languages; empty where a page has its own way.
    pub languages: Vec<Translation>,
}

/// Ways to other pages.
pub struct Nav {
    /// Whether somebody is signed in.
    pub signed_in: bool,
    /// Whether they run the shop.
    pub operator: bool,
    /// The first part of this page's path, e.g. `/orders`; in the office the second, too.
    pub here: String,
}

impl Nav {
    /// The `aria-current` of a way.
    #[must_use]
    pub fn is(&self, path: &str) -> bool {
        self.here == path
    }
}

impl<'a> Face<'a> {
    /// Of a shop, standing alone.
    #[must_use]
    pub fn of(shop: &'a ShopFace) -> Self {
        Self {
            name: &shop.name,
            test: shop.test,
            maintenance: shop.maintenance.as_deref(),
            support: shop.support_url.as_deref(),
            ..Self::bare(&shop.look)
        }
    }

    /// Of a shop that may be unknown, because the page tells of a failure.
    #[must_use]
    pub fn or_none(shop: Option<&'a ShopFace>) -> Self {
        shop.map_or_else(|| Self::bare(&Look::default()), Self::of)
    }

    fn bare(look: &Look) -> Self {
        Self {
            name: "",
            test: false,
            maintenance: None,
            support: None,
            style: format!("{}?v={}", paths::STYLE, assets::style_version(look)),
            script: assets::address("app.js"),
            colour: brand::theme_colour(look),
            theme: None,
            worker: false,
            nav: None,
            languages: Vec::new(),
        }
    }
}
