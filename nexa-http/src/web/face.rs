//! The frame of every page: whose shop it is, how it looks, and where one can go from here.

use super::{assets, brand, cookie::Theme, office::sections::Ways};
use crate::{paths, say::Translation};
use nexa_core::{
    domain::{
        look::Look,
        permission::{Permission, Permissions},
        shop::Locale,
        wording::TextKey,
    },
    frontdesk::ShopFace,
};

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
    /// What stands at its foot, by language.
    pub feet: &'a [(Locale, String)],
    /// Texts of the shop that are pages of their own.
    pub papers: &'a [TextKey],
    /// Those from a page of the office.
    pub office: Option<Ways>,
    /// The same page in the other languages; empty where a page has its own way.
    pub languages: Vec<Translation>,
}

/// Ways to other pages.
pub struct Nav {
    /// Whether somebody is signed in.
    pub signed_in: bool,
    /// Whether they run the shop.
    pub operator: bool,
    /// What they may do there.
    pub permissions: Permissions,
    /// The first part of this page's path, e.g. `/orders`.
    pub here: String,
}

impl Nav {
    /// The `aria-current` of a way.
    #[must_use]
    pub fn is(&self, path: &str) -> bool {
        self.here == path
    }
}

impl Face<'_> {
    /// What stands at the foot: in the page's language, else in the one that comes first.
    #[must_use]
    pub fn foot(&self, language: &str) -> Option<&str> {
        let own = self.feet.iter().find(|(locale, _)| locale.tag() == language);
        own.or(self.feet.first()).map(|(_, text)| text.as_str())
    }

    /// Whether whoever looks at the page may do this in the office, by the permission's name.
    #[must_use]
    pub fn may(&self, name: &str) -> bool {
        let named = Permission::ALL.into_iter().find(|one| one.name() == name);
        self.nav.as_ref().is_some_and(|nav| named.is_some_and(|one| nav.permissions.has(one)))
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
            feet: &shop.feet,
            papers: &shop.papers,
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
            feet: &[],
            papers: &[],
            office: None,
            languages: Vec::new(),
        }
    }
}
