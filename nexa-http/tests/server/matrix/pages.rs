//! The pages: those of the office, and those about one thing of a customer.

use super::{
    callers::{Caller, Who, everybody},
    things::Things,
};
use crate::{
    browser::Browser,
    headers,
    office::scene::Scene,
    shop::{Answer, Shop},
};
use nexa_core::domain::permission::{
    Needed as _, Permission as May,
    Permission::{
        Broadcasts, Catalogue, DecidePayments, Gateways, MoveMoney, Reports, Resellers, SeeCustomers,
        ServeCustomers, Servers, Settings, Staff, Support,
    },
    Permissions, SEE_AFFILIATES, SEE_INVOICES, SEE_PAYMENTS,
};
use nexa_http::paths;
use poem::http::StatusCode;

/// What a page needs, and what a form on it needs besides; `None` where it takes no form.
type Row = (&'static str, &'static [May], Option<(&'static [May], &'static [(&'static str, &'static str)])>);

/// Everybody of the staff.
const ANY: &[May] = &May::ALL;

const ROWS: &[Row] = &[
    (paths::OFFICE, ANY, None),
    (paths::OFFICE_UNRESOLVED, SEE_PAYMENTS, None),
    (
        paths::OFFICE_RECEIPTS,
        SEE_PAYMENTS,
        Some((&[DecidePayments], &[("step", "forged"), ("version", "0")])),
    ),
    (paths::OFFICE_RECEIPT_PICTURE, SEE_PAYMENTS, None),
    (
        paths::OFFICE_REVIEWS,
        SEE_PAYMENTS,
        Some((&[DecidePayments], &[("step", "dismiss"), ("version", "0"), ("reason", "?")])),
    ),
    (paths::OFFICE_DEPOSITS, SEE_PAYMENTS, Some((&[DecidePayments], &[("step", "dismiss")]))),
    (paths::OFFICE_ORDERS, &[SeeCustomers], None),
    (paths::OFFICE_ORDER, SEE_PAYMENTS, None),
    (paths::OFFICE_ORDER_STEP, ANY, Some((&[MoveMoney], &[("sure", "1")]))),
    (paths::OFFICE_USERS, &[SeeCustomers], Some((&[SeeCustomers], &[("query", "nobody")]))),
    (paths::OFFICE_USER, &[SeeCustomers], None),
    (paths::OFFICE_USER_STEP, ANY, Some((&[ServeCustomers], &[]))),
    (paths::OFFICE_SUBSCRIPTION, &[SeeCustomers], None),
    (paths::OFFICE_SUBSCRIPTION_STEP, ANY, Some((&[ServeCustomers], &[]))),
    (paths::OFFICE_TICKETS, &[Support], None),
    (paths::OFFICE_TICKET, &[Support], None),
    (paths::OFFICE_TICKET_PICTURE, &[Support], None),
    (paths::OFFICE_TICKET_STEP, ANY, Some((&[Support], &[("text", "!")]))),
    (paths::OFFICE_SUPPORT, &[Support], Some((&[Settings], &[("what", "terms")]))),
    (paths::OFFICE_ARTICLES, &[Support], Some((&[Support], &[("step", "up"), ("slug", "none")]))),
    (paths::OFFICE_ARTICLE, &[Support], Some((&[Support], &[("step", "save")]))),
    (paths::OFFICE_SETTINGS_TEXTS, &[Settings], Some((&[Settings], &[("key", "none"), ("locale", "fa")]))),
    (paths::OFFICE_TAKINGS, &[Reports], None),
    (paths::OFFICE_RESELLERS, &[Resellers], Some((&[Resellers], &[]))),
    (paths::OFFICE_RESELLER, &[Resellers], None),
    (paths::OFFICE_RESELLER_STEP, ANY, Some((&[Resellers], &[]))),
    (paths::OFFICE_WHOLESALE, &[Resellers], Some((&[Resellers], &[("step", "list"), ("name", "")]))),
    (paths::OFFICE_INVOICE, SEE_INVOICES, None),
    (paths::OFFICE_INVOICE_PDF, SEE_INVOICES, None),
    (paths::OFFICE_SUPPLY, &[Catalogue], Some((&[Catalogue], &[]))),
    (paths::OFFICE_BROADCASTS, &[Broadcasts], Some((&[Broadcasts], &[]))),
    (paths::OFFICE_BROADCAST, &[Broadcasts], None),
    (paths::OFFICE_BROADCAST_STEP, ANY, Some((&[Broadcasts], &[]))),
    (
        paths::OFFICE_BULKS,
        &[ServeCustomers],
        Some((&[ServeCustomers], &[("step", "preview"), ("what", "suspend")])),
    ),
    (paths::OFFICE_SETTINGS, &[Settings], Some((&[Settings], &[("part", "brand")]))),
    (paths::OFFICE_LOOK, &[Settings], None),
    (paths::OFFICE_SETTINGS_LINKS, &[Settings], Some((&[Settings], &[("part", "standard")]))),
    (paths::OFFICE_SETTINGS_BOT, &[Settings], Some((&[Settings], &[("part", "no-alerts")]))),
    (paths::OFFICE_SETTINGS_GROWTH, &[Catalogue], Some((&[Catalogue], &[("part", "campaign")]))),
    (paths::OFFICE_IMPORT, &[Settings], Some((&[Settings], &[("step", "do")]))),
    (
        paths::OFFICE_AFFILIATES,
        SEE_AFFILIATES,
        Some((
            &[MoveMoney],
            &[("step", "paid"), ("id", "00000000-0000-7000-8000-000000000000"), ("note", "?")],
        )),
    ),
    (paths::OFFICE_EXPORTS, &[Reports], None),
    (paths::OFFICE_EXPORT, &[Reports], None),
    (paths::OFFICE_ANALYTICS, &[Reports], None),
    (paths::OFFICE_SETUP, &[Settings], None),
    (paths::OFFICE_PROOF, ANY, None),
    (paths::OFFICE_PLANS, &[Catalogue], None),
    (paths::OFFICE_PLAN_NEW, &[Catalogue], Some((&[Catalogue], &[]))),
    (paths::OFFICE_PLAN, &[Catalogue], None),
    (paths::OFFICE_PLAN_STEP, ANY, Some((&[Catalogue], &[]))),
    (paths::OFFICE_PACK_NEW, &[Catalogue], Some((&[Catalogue], &[]))),
    (paths::OFFICE_PACK, &[Catalogue], None),
    (paths::OFFICE_PACK_STEP, ANY, Some((&[Catalogue], &[]))),
    (paths::OFFICE_GROUPS, &[Catalogue], Some((&[Catalogue], &[]))),
    (paths::OFFICE_GROUP, &[Catalogue], None),
    (paths::OFFICE_GROUP_STEP, ANY, Some((&[Catalogue], &[]))),
    (paths::OFFICE_SERVERS, &[Servers], None),
    (paths::OFFICE_SERVER_NEW, &[Servers], Some((&[Servers], &[("kind", "memory")]))),
    (paths::OFFICE_SERVER, &[Servers], None),
    (paths::OFFICE_SERVER_STEP, ANY, Some((&[Servers], &[]))),
    (paths::OFFICE_GATEWAYS, &[Gateways], None),
    (paths::OFFICE_GATEWAY_NEW, &[Gateways], Some((&[Gateways], &[("kind", "card")]))),
    (paths::OFFICE_GATEWAY, &[Gateways], None),
    (paths::OFFICE_GATEWAY_STEP, ANY, Some((&[Gateways], &[]))),
    (paths::OFFICE_RATES, &[Gateways], Some((&[Gateways], &[]))),
    (paths::OFFICE_COUPONS, &[Catalogue], None),
    (paths::OFFICE_COUPON_NEW, &[Catalogue], Some((&[Catalogue], &[]))),
    (paths::OFFICE_COUPON, &[Catalogue], None),
    (paths::OFFICE_COUPON_STEP, ANY, Some((&[Catalogue], &[]))),
    (paths::OFFICE_STAFF, &[Staff], Some((&[Staff], &[("name", "Sara")]))),
    (paths::OFFICE_STAFF_STEP, ANY, Some((&[Staff], &[("name", "Sara")]))),
    (paths::OFFICE_AUDIT, &[Staff], None),
    (paths::OFFICE_WEBHOOKS, &[Staff], Some((&[Staff], &[("url", "https://hooks.example.org")]))),
    (paths::OFFICE_WEBHOOK, &[Staff], None),
    (paths::OFFICE_WEBHOOK_STEP, ANY, Some((&[Staff], &[]))),
];

/// Pages for whoever showed lately who they are, which no key can.
const PROVED: &[&str] = &[
    paths::OFFICE_IMPORT,
    paths::OFFICE_EXPORT,
    paths::OFFICE_PROOF,
    paths::OFFICE_SERVER_NEW,
    paths::OFFICE_GATEWAY_NEW,
];

/// Pages about what the scene has none of: whoever may look finds nothing there.
const NOTHING: &[&str] = &[paths::OFFICE_INVOICE, paths::OFFICE_INVOICE_PDF];

/// Forms about one thing need their page's permission, too.
fn page_of(path: &str) -> &'static [May] {
    match path {
        paths::OFFICE_ORDER_STEP => SEE_PAYMENTS,
        paths::OFFICE_USER_STEP | paths::OFFICE_SUBSCRIPTION_STEP => &[SeeCustomers],
        _ => ROWS.iter().find(|row| row.0 == path).map_or(ANY, |row| row.1),
    }
}

/// The address of a page about real things.
fn address(pattern: &str, things: &Things) -> String {
    let step = match pattern {
        paths::OFFICE_ORDER_STEP => "refund",
        paths::OFFICE_USER_STEP => "unblock",
        paths::OFFICE_SUBSCRIPTION_STEP => "resume",
        paths::OFFICE_TICKET_STEP => "answer",
        paths::OFFICE_STAFF_STEP => "change",
        paths::OFFICE_RESELLER_STEP => "terms",
        paths::OFFICE_BROADCAST_STEP => "stop",
        _ => "save",
    };
    let query = match pattern {
        paths::OFFICE_SERVER_NEW => "?kind=memory",
        paths::OFFICE_GATEWAY_NEW => "?kind=card",
        _ => "",
    };
    let named = pattern.split('/').map(|part| match part.strip_prefix(':') {
        None => part.to_owned(),
        Some("step") => step.to_owned(),
        Some("list") => "users.csv".to_owned(),
        Some("member") => things.id("adminChangeMember", "user_id").unwrap().to_owned(),
        Some(name) => things.id("admin", &format!("{name}_id")).unwrap().to_owned(),
    });
    format!("{}{query}", named.collect::<Vec<_>>().join("/"))
}

fn browser<'a>(shop: &'a Shop, caller: &Caller) -> Browser<'a> {
    let browser = Browser::new(shop);
    if !caller.token.is_empty() {
        browser.cookies.borrow_mut().insert("__Host-session".to_owned(), caller.token.clone());
    }
    browser
}

fn fault(path: &str, caller: &Caller, let_in: bool, answer: &Answer) -> Option<String> {
    let refused = matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN);
    (refused == let_in).then(|| format!("{path}: {} got {} {}", caller.name, answer.status, answer.text))
}

fn held(caller: &Caller) -> Permissions {
    caller.is.permissions().unwrap_or(Permissions::NONE)
}

#[tokio::test]
async fn every_page_of_the_office_is_there_for_whom_its_row_names() {
    let routed = headers::ROWS.iter().filter(|(name, _, _)| name.starts_with("OFFICE"));
    let routed: Vec<_> = routed.map(|(_, path, form)| (*path, *form)).collect();
    let rowed: Vec<_> = ROWS.iter().map(|row| (row.0, row.2.is_some())).collect();
    for row in &routed {
        assert!(rowed.contains(row), "without a row in matrix/pages.rs: {row:?}");
    }
    assert_eq!(routed.len(), rowed.len());
    let scene = Scene::open().await;
    let mut everybody = everybody(&scene).await;
    let things = Things::of(&scene).await;
    let (name, token) = ("the holder".to_owned(), things.holder.clone());
    everybody.push(Caller { name, token, is: Who::Holder });
    let (mut cells, mut faults) = (0, Vec::new());
    for (pattern, page, form) in ROWS {
        let path = address(pattern, &things);
        for caller in &everybody {
            let answer = browser(&scene.shop, caller).get(&path).await;
            cells += 1;
            // A key can prove nothing, and a form wants a fresh proof.
            let program = matches!(caller.is, Who::Program(_) | Who::Reader);
            let shown = page.met_by(&held(caller)) && !(program && PROVED.contains(pattern));
            let lost = shown && NOTHING.contains(pattern) && answer.status == StatusCode::NOT_FOUND;
            faults.extend(fault(&path, caller, shown, &answer).filter(|_| !lost));
            let Some((needed, fields)) = form.filter(|_| !program) else { continue };
            let answer = browser(&scene.shop, caller).post(&path, fields).await;
            cells += 1;
            let (page, may) = (page_of(pattern).met_by(&held(caller)), needed.met_by(&held(caller)));
            // A form that names nothing real finds nothing, and says so to whoever may use it.
            let lost = answer.status == StatusCode::NOT_FOUND && may && page;
            faults.extend(fault(&path, caller, page && may, &answer).filter(|_| !lost));
        }
    }
    eprintln!("{cells} cells, {} wrong", faults.len());
    assert!(faults.is_empty(), "{} of {cells} cells are wrong:\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test]
async fn the_pages_of_a_customer_are_nobody_else_s() {
    let scene = Scene::open().await;
    let everybody = everybody(&scene).await;
    let things = Things::of(&scene).await;
    let pages = [paths::ORDER, paths::ORDER_MARK, paths::ORDER_PRINT, paths::SUBSCRIPTION, paths::TICKET];
    let (mut cells, mut faults) = (0, Vec::new());
    for pattern in pages {
        let named = pattern.split('/').map(|part| match part.strip_prefix(':') {
            None => part.to_owned(),
            // Of the orders the one that was paid: only that can be printed.
            Some("order") => things.id("admin", "order_id").unwrap().to_owned(),
            Some(name) => things.id("", &format!("{name}_id")).unwrap().to_owned(),
        });
        // What was delivered leads on to what it gave, unless one comes from there.
        let query = if pattern == paths::ORDER { "?ready=1" } else { "" };
        let path = format!("{}{query}", named.collect::<Vec<_>>().join("/"));
        for caller in &everybody {
            let answer = browser(&scene.shop, caller).get(&path).await;
            cells += 1;
            if answer.status.is_success() {
                faults.push(format!("{path}: {} got {} {}", caller.name, answer.status, answer.text));
            }
        }
        let own = scene.shows(&things.holder).get(&path).await;
        cells += 1;
        if own.status != StatusCode::OK {
            faults.push(format!("{path}: the holder got {} {}", own.status, own.text));
        }
    }
    eprintln!("{cells} cells, {} wrong", faults.len());
    assert!(faults.is_empty(), "{} of {cells} cells are wrong:\n{}", faults.len(), faults.join("\n"));
}
