//! Articles that every shop begins with. Their texts are in the catalogue, in every language.

use super::{Category, Platform};

/// An article that is there from the beginning; its title is `article-{slug}`, its text the attribute `body` of that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Starter {
    /// What it is known by.
    pub slug: &'static str,
    /// What it is about.
    pub category: Category,
    /// For which systems; none: for all.
    pub platforms: &'static [Platform],
}

const fn of(slug: &'static str, category: Category, platforms: &'static [Platform]) -> Starter {
    Starter { slug, category, platforms }
}

/// All of them, in the order in which they are shown.
pub const STARTERS: &[Starter] = &[
    of("connect-android", Category::Connect, &[Platform::Android]),
    of("connect-ios", Category::Connect, &[Platform::Ios]),
    of("connect-windows", Category::Connect, &[Platform::Windows]),
    of("slow-or-blocked", Category::Trouble, &[]),
    of("pay-by-card", Category::Pay, &[]),
    of("pay-by-crypto", Category::Pay, &[]),
    of("renew", Category::Service, &[]),
    of("devices", Category::Service, &[]),
];

/// By its slug.
#[must_use]
pub fn starter(slug: &str) -> Option<Starter> {
    STARTERS.iter().copied().find(|one| one.slug == slug)
}
