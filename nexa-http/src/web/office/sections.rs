//! The sections of the office: a handful of headings, each with its pages. Whoever looks sees those that they may open.

use nexa_core::domain::permission::{
    Needed,
    Permission::{
        self, Broadcasts, Catalogue, Gateways, Reports, Resellers, SeeCustomers, ServeCustomers, Servers,
        Settings, Staff, Support,
    },
    Permissions, SEE_AFFILIATES, SEE_PAYMENTS,
};

use crate::paths;

/// A page that has a place of its own in the office.
struct Page {
    path: &'static str,
    /// What it is called, by the key of the word.
    name: &'static str,
    /// Whoever has one of these may open it.
    needed: &'static [Permission],
    /// Pages that one comes to from it.
    beside: &'static [&'static str],
}

const fn page(path: &'static str, name: &'static str, needed: &'static [Permission]) -> Page {
    Page { path, name, needed, beside: &[] }
}

impl Page {
    const fn with(self, beside: &'static [&'static str]) -> Self {
        Self { beside, ..self }
    }

    /// How much of a path leads here: the longest of all pages is the one that a path belongs to.
    fn leads(&self, path: &str) -> usize {
        let within =
            |of: &&str| path.strip_prefix(*of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let ways = std::iter::once(self.path).chain(self.beside.iter().copied());
        ways.filter(|way| within(way)).map(str::len).max().unwrap_or(0)
    }
}

/// What stands at the top of every page of the office, in this order.
const SECTIONS: [(&str, &[Page]); 6] = [
    ("office-today", &[page(paths::OFFICE, "office-today", &Permission::ALL)]),
    (
        "office-money",
        &[
            page(paths::OFFICE_RECEIPTS, "office-receipts", SEE_PAYMENTS),
            page(paths::OFFICE_UNRESOLVED, "office-unresolved", SEE_PAYMENTS),
            page(paths::OFFICE_REVIEWS, "office-reviews", SEE_PAYMENTS),
            page(paths::OFFICE_DEPOSITS, "office-deposits", SEE_PAYMENTS),
            page(paths::OFFICE_AFFILIATES, "affiliates", SEE_AFFILIATES),
            page(paths::OFFICE_TAKINGS, "office-takings", &[Reports]),
            page(paths::OFFICE_ANALYTICS, "analytics", &[Reports]),
            page(paths::OFFICE_EXPORTS, "exports", &[Reports]),
        ],
    ),
    (
        "office-people",
        &[
            page(paths::OFFICE_USERS, "office-users", &[SeeCustomers]).with(&["/office/subscriptions"]),
            page(paths::OFFICE_ORDERS, "orders", &[SeeCustomers]),
            page(paths::OFFICE_BROADCASTS, "broadcasts", &[Broadcasts]),
            page(paths::OFFICE_BULKS, "bulks", &[ServeCustomers]),
            page(paths::OFFICE_RESELLERS, "resellers", &[Resellers]).with(&["/office/invoices"]),
            page(paths::OFFICE_WHOLESALE, "resellers-wholesale", &[Resellers]),
        ],
    ),
    (
        "support",
        &[
            page(paths::OFFICE_TICKETS, "office-tickets", &[Support]),
            page(paths::OFFICE_SUPPORT, "office-desk", &[Support]),
            page(paths::OFFICE_ARTICLES, "articles", &[Support]),
        ],
    ),
    (
        "office-furnishing",
        &[
            page(paths::OFFICE_PLANS, "office-plans", &[Catalogue]).with(&["/office/packs"]),
            page(paths::OFFICE_SERVERS, "office-servers", &[Servers]),
            page(paths::OFFICE_GROUPS, "office-groups", &[Catalogue]),
            page(paths::OFFICE_GATEWAYS, "office-gateways", &[Gateways]),
            page(paths::OFFICE_RATES, "office-rates", &[Gateways]),
            page(paths::OFFICE_COUPONS, "office-coupons", &[Catalogue]),
            page(paths::OFFICE_SETTINGS_GROWTH, "settings-growth", &[Catalogue]),
            page(paths::OFFICE_SUPPLY, "resellers-supply", &[Catalogue]),
        ],
    ),
    (
        "settings",
        &[
            page(paths::OFFICE_SETTINGS, "settings-shop", &[Settings]).with(&[paths::OFFICE_SETUP]),
            page(paths::OFFICE_SETTINGS_LINKS, "settings-links", &[Settings]),
            page(paths::OFFICE_SETTINGS_BOT, "settings-bot", &[Settings]),
            page(paths::OFFICE_SETTINGS_TEXTS, "own-texts", &[Settings]),
            page(paths::OFFICE_WEBHOOKS, "webhooks", &[Staff]),
            page(paths::OFFICE_IMPORT, "import", &[Settings]),
            page(paths::OFFICE_STAFF, "office-staff", &[Staff]),
            page(paths::OFFICE_AUDIT, "office-audit", &[Staff]),
        ],
    ),
];

/// A way to somewhere in the office.
pub struct Way {
    pub path: &'static str,
    /// The key of its word.
    pub name: &'static str,
    /// The value of `aria-current`, where one is there or below it.
    pub current: Option<&'static str>,
}

/// All ways from a page of the office.
pub struct Ways {
    /// One for each section.
    pub sections: Vec<Way>,
    /// Those of the section that one is in; none where there is only one.
    pub pages: Vec<Way>,
    /// The key of that section's word.
    pub section: &'static str,
}

impl Ways {
    /// From the page at `path`, for somebody who may do this.
    pub fn of(path: &str, may: Permissions) -> Self {
        let mut ways = Self { sections: Vec::new(), pages: Vec::new(), section: "" };
        let here = |of: &Page| of.leads(path);
        let best = SECTIONS.iter().flat_map(|(_, pages)| *pages).map(here).max().unwrap_or(0);
        let is_here = |of: &Page| best > 0 && here(of) == best;
        for (name, pages) in SECTIONS {
            let open: Vec<&Page> = pages.iter().filter(|page| page.needed.met_by(&may)).collect();
            let Some(first) = open.first() else { continue };
            let within = pages.iter().any(is_here);
            let alone = open.len() == 1 && path == first.path;
            let current = within.then_some(if alone { "page" } else { "true" });
            ways.sections.push(Way { path: first.path, name, current });
            if within && open.len() > 1 {
                let exact = |page: &Page| if path == page.path { "page" } else { "true" };
                let way = |page: &&Page| {
                    let current = is_here(page).then(|| exact(page));
                    Way { path: page.path, name: page.name, current }
                };
                (ways.section, ways.pages) = (name, open.iter().map(way).collect());
            }
        }
        ways
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn current(ways: &[Way]) -> Vec<(&str, &str)> {
        ways.iter().filter_map(|way| Some((way.path, way.current?))).collect()
    }

    #[test]
    fn every_page_is_in_one_section() {
        assert!(SECTIONS.iter().all(|(_, pages)| (1..=8).contains(&pages.len())), "eight at most");
        let ways: Vec<&str> =
            SECTIONS.iter().flat_map(|(_, pages)| pages.iter()).map(|page| page.path).collect();
        assert!(ways.iter().all(|way| ways.iter().filter(|other| *other == way).count() == 1), "{ways:?}");
        let all: Permissions = Permission::ALL.into_iter().collect();
        for (path, section, page, how) in [
            ("/office/receipts", "office-money", "/office/receipts", "page"),
            ("/office/plans/5", "office-furnishing", "/office/plans", "true"),
            ("/office/packs/5", "office-furnishing", "/office/plans", "true"),
            ("/office/settings", "settings", "/office/settings", "page"),
            ("/office/settings/bot", "settings", "/office/settings/bot", "page"),
            ("/office/settings/growth", "office-furnishing", "/office/settings/growth", "page"),
            ("/office/subscriptions/7", "office-people", "/office/users", "true"),
        ] {
            let ways = Ways::of(path, all);
            assert_eq!((ways.section, current(&ways.pages)), (section, vec![(page, how)]), "{path}");
            assert_eq!(current(&ways.sections).len(), 1, "{path}");
        }
        let today = Ways::of("/office", all);
        assert_eq!((current(&today.sections), today.pages.len()), (vec![("/office", "page")], 0));
        assert_eq!(current(&Ways::of("/office/proof", all).sections), [("/office", "true")]);
    }

    #[test]
    fn nobody_is_shown_where_they_may_not_go() {
        let clerk: Permissions = [Support, Reports].into_iter().collect();
        let ways = Ways::of("/office/takings", clerk);
        let sections: Vec<_> = ways.sections.iter().map(|way| way.path).collect();
        assert_eq!(sections, ["/office", "/office/affiliates", "/office/tickets"]);
        let pages: Vec<_> = ways.pages.iter().map(|way| way.path).collect();
        assert_eq!(pages, ["/office/affiliates", "/office/takings", "/office/analytics", "/office/exports"]);
    }
}
