//! The security headers of every address outside the API, whatever it answers.
//!
//! A route that is added without a row here fails [`every_route_has_a_row`].

use crate::shop::{Answer, Shop};
use nexa_http::{Config, paths, routes};
use poem::{endpoint::ToDynEndpoint, http::Method};
use std::collections::BTreeMap;

/// A route: its name in `paths`, its pattern, and whether it takes forms, too.
pub type Row = (&'static str, &'static str, bool);

pub const ROWS: &[Row] = &[
    ("HOME", paths::HOME, false),
    ("STYLE", paths::STYLE, false),
    ("ASSET", paths::ASSET, false),
    ("MANIFEST", paths::MANIFEST, false),
    ("WORKER", paths::WORKER, false),
    ("OFFLINE", paths::OFFLINE, false),
    ("ICON", paths::ICON, false),
    ("ICON_SMALL", paths::ICON_SMALL, false),
    ("ICON_LARGE", paths::ICON_LARGE, false),
    ("ICON_MASKABLE", paths::ICON_MASKABLE, false),
    ("SIGN_IN", paths::SIGN_IN, true),
    ("SIGN_IN_CODE", paths::SIGN_IN_CODE, true),
    ("SIGN_IN_TELEGRAM", paths::SIGN_IN_TELEGRAM, true),
    ("TELEGRAM", paths::TELEGRAM, false),
    ("SIGN_IN_MAIL", paths::SIGN_IN_MAIL, true),
    ("SIGN_UP", paths::SIGN_UP, true),
    ("SIGN_OUT", paths::SIGN_OUT, true),
    ("BUY", paths::BUY, true),
    ("TRIAL", paths::TRIAL, true),
    ("ORDERS", paths::ORDERS, false),
    ("ORDER", paths::ORDER, false),
    ("ORDER_MARK", paths::ORDER_MARK, false),
    ("ORDER_WATCH", paths::ORDER_WATCH, false),
    ("ORDER_PRINT", paths::ORDER_PRINT, false),
    ("ORDER_PDF", paths::ORDER_PDF, false),
    ("ORDER_RECEIPT", paths::ORDER_RECEIPT, true),
    ("ORDER_STEP", paths::ORDER_STEP, true),
    ("TICKETS", paths::TICKETS, true),
    ("TICKET", paths::TICKET, false),
    ("TICKET_STEP", paths::TICKET_STEP, true),
    ("HELP", paths::HELP, false),
    ("ARTICLE", paths::ARTICLE, true),
    ("TERMS", paths::TERMS, false),
    ("PRIVACY", paths::PRIVACY, false),
    ("REFUNDS", paths::REFUNDS, false),
    ("GIFT", paths::GIFT, true),
    ("SUBSCRIPTIONS", paths::SUBSCRIPTIONS, true),
    ("SUBSCRIPTION", paths::SUBSCRIPTION, false),
    ("SUBSCRIPTION_STEP", paths::SUBSCRIPTION_STEP, true),
    ("ACCOUNT", paths::ACCOUNT, false),
    ("EXPORT", paths::EXPORT, false),
    ("PROVE", paths::PROVE, true),
    ("ACCOUNT_STEP", paths::ACCOUNT_STEP, true),
    ("PASSKEY", paths::PASSKEY, true),
    ("WALLET", paths::WALLET, true),
    ("INVITE", paths::INVITE, true),
    ("NOTICES", paths::NOTICES, true),
    ("ACCOUNT_PUSH", paths::ACCOUNT_PUSH, true),
    ("OPERATOR", paths::OPERATOR, true),
    ("OFFICE", paths::OFFICE, false),
    ("OFFICE_UNRESOLVED", paths::OFFICE_UNRESOLVED, false),
    ("OFFICE_RECEIPTS", paths::OFFICE_RECEIPTS, true),
    ("OFFICE_RECEIPT_PICTURE", paths::OFFICE_RECEIPT_PICTURE, false),
    ("OFFICE_AFFILIATES", paths::OFFICE_AFFILIATES, true),
    ("OFFICE_REVIEWS", paths::OFFICE_REVIEWS, true),
    ("OFFICE_DEPOSITS", paths::OFFICE_DEPOSITS, true),
    ("OFFICE_ORDERS", paths::OFFICE_ORDERS, false),
    ("OFFICE_ORDER", paths::OFFICE_ORDER, false),
    ("OFFICE_ORDER_STEP", paths::OFFICE_ORDER_STEP, true),
    ("OFFICE_USERS", paths::OFFICE_USERS, true),
    ("OFFICE_USER", paths::OFFICE_USER, false),
    ("OFFICE_USER_STEP", paths::OFFICE_USER_STEP, true),
    ("OFFICE_SUBSCRIPTION", paths::OFFICE_SUBSCRIPTION, false),
    ("OFFICE_SUBSCRIPTION_STEP", paths::OFFICE_SUBSCRIPTION_STEP, true),
    ("OFFICE_TICKETS", paths::OFFICE_TICKETS, false),
    ("OFFICE_TICKET", paths::OFFICE_TICKET, false),
    ("OFFICE_TICKET_PICTURE", paths::OFFICE_TICKET_PICTURE, false),
    ("OFFICE_TICKET_STEP", paths::OFFICE_TICKET_STEP, true),
    ("OFFICE_SUPPORT", paths::OFFICE_SUPPORT, true),
    ("OFFICE_ARTICLES", paths::OFFICE_ARTICLES, true),
    ("OFFICE_ARTICLE", paths::OFFICE_ARTICLE, true),
    ("OFFICE_SETTINGS_TEXTS", paths::OFFICE_SETTINGS_TEXTS, true),
    ("OFFICE_TAKINGS", paths::OFFICE_TAKINGS, false),
    ("OFFICE_RESELLERS", paths::OFFICE_RESELLERS, true),
    ("OFFICE_RESELLER", paths::OFFICE_RESELLER, false),
    ("OFFICE_RESELLER_STEP", paths::OFFICE_RESELLER_STEP, true),
    ("OFFICE_WHOLESALE", paths::OFFICE_WHOLESALE, true),
    ("OFFICE_INVOICE", paths::OFFICE_INVOICE, false),
    ("OFFICE_INVOICE_PDF", paths::OFFICE_INVOICE_PDF, false),
    ("OFFICE_SUPPLY", paths::OFFICE_SUPPLY, true),
    ("OFFICE_BROADCASTS", paths::OFFICE_BROADCASTS, true),
    ("OFFICE_BROADCAST", paths::OFFICE_BROADCAST, false),
    ("OFFICE_BROADCAST_STEP", paths::OFFICE_BROADCAST_STEP, true),
    ("OFFICE_BULKS", paths::OFFICE_BULKS, true),
    ("OFFICE_WEBHOOKS", paths::OFFICE_WEBHOOKS, true),
    ("OFFICE_WEBHOOK", paths::OFFICE_WEBHOOK, false),
    ("OFFICE_WEBHOOK_STEP", paths::OFFICE_WEBHOOK_STEP, true),
    ("OFFICE_SETTINGS", paths::OFFICE_SETTINGS, true),
    ("OFFICE_LOOK", paths::OFFICE_LOOK, false),
    ("OFFICE_SETTINGS_LINKS", paths::OFFICE_SETTINGS_LINKS, true),
    ("OFFICE_SETTINGS_BOT", paths::OFFICE_SETTINGS_BOT, true),
    ("OFFICE_SETTINGS_GROWTH", paths::OFFICE_SETTINGS_GROWTH, true),
    ("OFFICE_IMPORT", paths::OFFICE_IMPORT, true),
    ("OFFICE_EXPORTS", paths::OFFICE_EXPORTS, false),
    ("OFFICE_EXPORT", paths::OFFICE_EXPORT, false),
    ("OFFICE_ANALYTICS", paths::OFFICE_ANALYTICS, false),
    ("OFFICE_SETUP", paths::OFFICE_SETUP, false),
    ("OFFICE_PROOF", paths::OFFICE_PROOF, false),
    ("OFFICE_PLANS", paths::OFFICE_PLANS, false),
    ("OFFICE_PLAN_NEW", paths::OFFICE_PLAN_NEW, true),
    ("OFFICE_PLAN", paths::OFFICE_PLAN, false),
    ("OFFICE_PLAN_STEP", paths::OFFICE_PLAN_STEP, true),
    ("OFFICE_PACK_NEW", paths::OFFICE_PACK_NEW, true),
    ("OFFICE_PACK", paths::OFFICE_PACK, false),
    ("OFFICE_PACK_STEP", paths::OFFICE_PACK_STEP, true),
    ("OFFICE_GROUPS", paths::OFFICE_GROUPS, true),
    ("OFFICE_GROUP", paths::OFFICE_GROUP, false),
    ("OFFICE_GROUP_STEP", paths::OFFICE_GROUP_STEP, true),
    ("OFFICE_SERVERS", paths::OFFICE_SERVERS, false),
    ("OFFICE_SERVER_NEW", paths::OFFICE_SERVER_NEW, true),
    ("OFFICE_SERVER", paths::OFFICE_SERVER, false),
    ("OFFICE_SERVER_STEP", paths::OFFICE_SERVER_STEP, true),
    ("OFFICE_GATEWAYS", paths::OFFICE_GATEWAYS, false),
    ("OFFICE_GATEWAY_NEW", paths::OFFICE_GATEWAY_NEW, true),
    ("OFFICE_GATEWAY", paths::OFFICE_GATEWAY, false),
    ("OFFICE_GATEWAY_STEP", paths::OFFICE_GATEWAY_STEP, true),
    ("OFFICE_RATES", paths::OFFICE_RATES, true),
    ("OFFICE_COUPONS", paths::OFFICE_COUPONS, false),
    ("OFFICE_COUPON_NEW", paths::OFFICE_COUPON_NEW, true),
    ("OFFICE_COUPON", paths::OFFICE_COUPON, false),
    ("OFFICE_COUPON_STEP", paths::OFFICE_COUPON_STEP, true),
    ("OFFICE_STAFF", paths::OFFICE_STAFF, true),
    ("OFFICE_STAFF_STEP", paths::OFFICE_STAFF_STEP, true),
    ("OFFICE_AUDIT", paths::OFFICE_AUDIT, false),
    ("BACK", paths::BACK, false),
    ("SANDBOX", paths::SANDBOX, false),
    ("LINK", paths::LINK, false),
    ("LINK_FORMAT", paths::LINK_FORMAT, false),
    ("LINK_OPEN", paths::LINK_OPEN, false),
    ("LINK_LATENCY", paths::LINK_LATENCY, true),
    ("GUIDE", paths::GUIDE, false),
    ("DOCS", paths::DOCS, false),
    ("DOCS_ERRORS", paths::DOCS_ERRORS, false),
    ("DOCS_REFERENCE", paths::DOCS_REFERENCE, false),
    ("DOCS_STYLE", paths::DOCS_STYLE, false),
    ("DOCS_SCRIPT", paths::DOCS_SCRIPT, false),
    ("DOCUMENT", paths::DOCUMENT, false),
    ("HEALTH", paths::HEALTH, false),
    ("API", paths::API, true),
    ("HOOK", paths::HOOK, true),
    ("BOT_HOOK", paths::BOT_HOOK, true),
    ("LETTER_HOOK", paths::LETTER_HOOK, true),
    ("UNSUBSCRIBE", paths::UNSUBSCRIBE, true),
];

/// What anybody may keep: the same for everybody, and no secret in its address.
pub const PUBLIC: &[&str] = &[
    paths::STYLE,
    paths::DOCS_SCRIPT,
    paths::DOCS_STYLE,
    paths::DOCUMENT,
    paths::MANIFEST,
    paths::ICON,
    paths::ICON_SMALL,
    paths::ICON_LARGE,
    paths::ICON_MASKABLE,
];
/// What is kept, too, but asked for anew each time.
pub const FRESH: &[&str] = &[paths::WORKER];
/// What other sites may read.
const SHARED: &[&str] = &[paths::DOCUMENT];
/// The one page whose styles its script writes.
const STYLED: &[&str] = &[paths::DOCS_REFERENCE];

/// The routes of `routes.rs` by their name, and whether they take a POST.
fn routed() -> BTreeMap<String, bool> {
    let source = include_str!("../../src/routes.rs");
    let mut found = BTreeMap::new();
    for part in [".at(", ".nest("] {
        for rest in source.split(part).skip(1) {
            let call = rest.split(';').next().unwrap_or_default();
            let call =
                call.split(".at(").next().unwrap_or_default().split(".nest(").next().unwrap_or_default();
            if let Some((_, name)) = call.split_once("paths::").filter(|(before, _)| before.trim().is_empty())
            {
                let name = name.split(',').next().unwrap_or_default().trim();
                // The API answers every method, be it with a problem.
                found.insert(name.to_owned(), part == ".nest(" || call.contains("post("));
            }
        }
    }
    found
}

#[test]
fn every_route_has_a_row() {
    let rows: BTreeMap<String, bool> =
        ROWS.iter().map(|(name, _, posts)| ((*name).to_owned(), *posts)).collect();
    assert_eq!(routed(), rows, "a route of routes.rs (left) needs a row in ROWS (right)");
    let sources = [include_str!("../../src/paths.rs"), include_str!("../../src/paths/office.rs")];
    let constants = sources.into_iter().flat_map(str::lines).filter_map(|line| {
        let (name, value) = line.strip_prefix("pub const ")?.split_once(": &str = \"")?;
        Some((name, value.trim_end_matches("\";")))
    });
    for (name, value) in constants {
        let row = ROWS.iter().find(|(row, ..)| *row == name);
        assert_eq!(
            row.map(|(_, pattern, _)| *pattern),
            Some(value),
            "{name} of paths.rs is no route with a row"
        );
    }
}

/// Every parameter of a pattern filled with something that is not there.
pub fn concrete(pattern: &str) -> String {
    let parts = pattern.split('/').map(|part| if part.starts_with(':') { "nowhere" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn assert_dressed(what: &str, path: &str, answer: &Answer, secure: bool) {
    let header = |name: &str| answer.header(name).to_owned();
    let ok = answer.status.is_success();
    let policy = header("content-security-policy");
    for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action '"] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(policy.contains("script-src 'self'"), "{what}: {policy}");
    let styled = ok && STYLED.contains(&path);
    assert!(
        !policy.contains("unsafe-eval") && !policy.contains('*') && !policy.contains("http"),
        "{what}: {policy}"
    );
    assert!(styled || !policy.contains("unsafe-inline"), "{what}: {policy}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    let referrer = header("referrer-policy");
    assert!(matches!(&*referrer, "no-referrer" | "same-origin"), "{what}: {referrer}");
    assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{what}");
    let shared = if ok && SHARED.contains(&path) { "cross-origin" } else { "same-origin" };
    assert_eq!(header("cross-origin-resource-policy"), shared, "{what}");
    for power in ["camera=()", "geolocation=()", "microphone=()", "payment=()"] {
        assert!(header("permissions-policy").contains(power), "{what}");
    }
    let kept = match path {
        _ if ok && PUBLIC.contains(&path) => "public, max-age=",
        _ if ok && FRESH.contains(&path) => "no-cache",
        _ => "no-store",
    };
    assert!(header("cache-control").contains(kept), "{what}: {}", header("cache-control"));
    let year = if secure { "max-age=31536000; includeSubDomains" } else { "" };
    assert_eq!(header("strict-transport-security"), year, "{what}");
    assert!(!header("x-request-id").is_empty(), "{what}");
}

async fn walk(shop: &Shop, secure: bool) {
    for (name, pattern, posts) in ROWS {
        let path = concrete(pattern);
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::OPTIONS] {
            for accept in ["text/html", "*/*"] {
                let headers = [("accept", accept), ("origin", crate::shop::URL)];
                let answer = shop.send(method.clone(), &path, &headers, "").await;
                let what = format!("{method} {path} for {accept}");
                assert_dressed(&what, &path, &answer, secure);
                let refused = answer.status.as_u16() == 405;
                assert!(
                    method != Method::POST || *name == "API" || refused != *posts,
                    "{what}: {}",
                    answer.status
                );
            }
        }
        let huge = "x".repeat(paths::body_limit(&path) + 1);
        let answer =
            shop.send(Method::POST, &path, &[("content-length", &huge.len().to_string())], &huge).await;
        assert_eq!(answer.status.as_u16(), 413, "{path}");
        assert_dressed(&format!("too much for {path}"), &path, &answer, secure);
    }
    let nowhere = shop.get("/nowhere", &[("accept", "text/html")]).await;
    assert_dressed("nowhere", "/nowhere", &nowhere, secure);
}

#[tokio::test]
async fn every_address_has_the_security_headers() {
    walk(&Shop::open().await, true).await;
}

#[tokio::test]
async fn only_a_shop_behind_tls_asks_for_tls() {
    let mut shop = Shop::open().await;
    let config = Config::new("http://127.0.0.1:8080");
    shop.routes = Box::new(ToDynEndpoint(routes(shop.nexa.clone(), config)));
    walk(&shop, false).await;
}

#[tokio::test]
async fn pages_that_are_there_have_them_too() {
    let shop = Shop::unclaimed().await;
    let path = paths::operator(shop.claim.as_deref().unwrap());
    for method in [Method::GET, Method::POST] {
        let headers = [("accept", "text/html"), ("origin", crate::shop::URL)];
        let answer = shop.send(method.clone(), &path, &headers, "").await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        assert_dressed(&format!("{method} a claim"), &path, &answer, true);
    }
}
