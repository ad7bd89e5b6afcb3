//! Lists to take along, from the API and from the pages.

use super::scene::Scene;
use jiff::SignedDuration;
use nexa_core::{
    backoffice::model::UpdatePlanRequest, domain::user::Principal, storefront::model::SignUpRequest,
};
use poem::http::StatusCode;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const LISTS: [&str; 8] =
    ["users", "orders", "payments", "ledger", "subscriptions", "withdrawals", "coupons", "sales"];

/// The rows of a file, by the names of its columns, as RFC 4180 has it.
fn rows(file: &str) -> Vec<BTreeMap<String, String>> {
    let file = file.strip_prefix('\u{feff}').expect("a byte order mark");
    let (mut all, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut signs = file.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => {
                cell.push('"');
                signs.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                all.push(std::mem::take(&mut row));
            }
            _ => cell.push(sign),
        }
    }
    let mut all = all.into_iter();
    let head: Vec<String> = all.next().expect("a head");
    all.map(|row| {
        assert_eq!(row.len(), head.len(), "{row:?}");
        head.iter().cloned().zip(row).collect()
    })
    .collect()
}

async fn taken(scene: &Scene, list: &str) -> Vec<BTreeMap<String, String>> {
    let bearer = format!("Bearer {}", scene.shop.key);
    let path = format!("/v1/admin/exports/{list}.csv");
    let answer = scene.shop.get(&path, &[("authorization", &bearer)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{list}: {}", answer.text);
    assert_eq!(answer.header("content-type"), "text/csv", "{list}");
    assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{list}.csv\""));
    rows(&answer.text)
}

/// A plan is sold under each of these names.
async fn sold_as(scene: &Scene, names: &[&str]) {
    let office = scene.shop.office().await;
    for name in names {
        let rename = UpdatePlanRequest {
            name: Some((*name).to_owned()),
            days: None,
            traffic_bytes: None,
            devices: None,
            extras: None,
            prices: None,
            on_sale: None,
        };
        office.update_plan(&scene.shop.plan, rename).await.unwrap();
        let token = scene.shop.customer(1000).await;
        let wish = json!({ "purpose": "new", "method": "wallet", "plan_id": scene.shop.plan });
        let order = scene.shop.post("/v1/orders", &token, &wish).await;
        assert_eq!(order.status, StatusCode::CREATED, "{}", order.text);
    }
    scene.shop.work().await;
}

#[tokio::test]
async fn hostile_names_are_text_in_every_spreadsheet() {
    let scene = Scene::open().await;
    let hostile = [
        ("=HYPERLINK(\"http://evil.example\",\"x\")", "'=HYPERLINK(\"http://evil.example\",\"x\")"),
        ("+1 ماه", "'+1 ماه"),
        ("-2+3", "'-2+3"),
        ("@SUM(1;=2)", "'@SUM(1;'=2)"),
        ("a \"b\", c", "a \"b\", c"),
        ("\u{202e}طلایی\u{200f}", "\u{202e}طلایی\u{200f}"),
    ];
    let names: Vec<&str> = hostile.iter().map(|(name, _)| *name).collect();
    sold_as(&scene, &names).await;
    let shown: BTreeSet<String> = hostile.iter().map(|(_, cell)| (*cell).to_owned()).collect();
    for list in ["orders", "subscriptions"] {
        let all = taken(&scene, list).await;
        let plans: BTreeSet<String> = all.iter().map(|row| row["plan"].clone()).collect();
        assert_eq!(plans, shown, "{list}");
    }
    for list in LISTS {
        for row in taken(&scene, list).await {
            for (column, cell) in &row {
                let number = cell.strip_prefix('-').unwrap_or(cell);
                let ours = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
                assert!(
                    ours || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{list} {column}: {cell}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_long_list_is_whole_and_tells_nothing_once_too_often() {
    let scene = Scene::open().await;
    let guest = scene.shop.nexa.storefront(Principal::guest(scene.shop.id));
    for _ in 0..230 {
        guest.sign_up(SignUpRequest::default()).await.unwrap();
    }
    let all = taken(&scene, "users").await;
    let ids: BTreeSet<&String> = all.iter().map(|row| &row["user_id"]).collect();
    assert_eq!((all.len(), ids.len()), (231, 231), "with the operator");
    let day = taken(&scene, "sales").await;
    assert_eq!(day.len(), 91);
    assert_eq!(day.iter().map(|row| row["new_users"].parse::<u32>().unwrap()).sum::<u32>(), 230);
    assert!(day.is_sorted_by_key(|row| row["day"].clone()), "the first day first");
}

#[tokio::test]
async fn the_books_are_listed_line_by_line_and_sum_to_zero() {
    let scene = Scene::open().await;
    let (order, _) = scene.paid_to_a_gateway_that_sends_back().await;
    let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
    let lines = taken(&scene, "ledger").await;
    for line in &lines {
        let cents: i64 = line["amount"].replace('.', "").parse().unwrap();
        *sums.entry((line["journal_id"].clone(), line["currency"].clone())).or_default() += cents;
    }
    assert!(!sums.is_empty() && sums.values().all(|sum| *sum == 0), "{sums:?}");
    let id = order["order_id"].as_str().unwrap();
    let sale = lines.iter().find(|l| l["cause"] == format!("sale:{id}") && l["account"] == "revenue");
    assert_eq!(sale.expect("the sale")["amount"], "4.99");

    let bearer = format!("Bearer {}", scene.shop.key);
    let page = scene.shop.get("/v1/admin/ledger?limit=1", &[("authorization", &bearer)]).await.json();
    let next = page["next"].as_str().expect("there is more");
    let path = format!("/v1/admin/ledger?limit=100&cursor={next}");
    let rest = scene.shop.get(&path, &[("authorization", &bearer)]).await.json();
    let journals = |page: &Value| page["items"].as_array().unwrap().len();
    let known: BTreeSet<&String> = lines.iter().map(|line| &line["journal_id"]).collect();
    assert_eq!(journals(&page) + journals(&rest), known.len());
    let payments = taken(&scene, "payments").await;
    assert_eq!((&*payments[0]["state"], &*payments[0]["due"]), ("paid", "4.99"));
}

#[tokio::test]
async fn lists_go_to_those_who_run_the_shop_and_to_nobody_else() {
    let scene = Scene::open().await;
    let shop = &scene.shop;
    let customer = format!("Bearer {}", shop.customer(0).await);
    for list in LISTS {
        let path = format!("/v1/admin/exports/{list}.csv");
        let guest = shop.get(&path, &[]).await;
        assert_eq!((guest.status, &*guest.code()), (StatusCode::UNAUTHORIZED, "not_signed_in"), "{list}");
        let theirs = shop.get(&path, &[("authorization", &customer)]).await;
        assert_eq!((theirs.status, &*theirs.code()), (StatusCode::FORBIDDEN, "not_allowed"), "{list}");
        let page = format!("/office/exports/{list}.csv");
        let outside = scene.shows(customer.trim_start_matches("Bearer ")).get(&page).await;
        assert_eq!(outside.status, StatusCode::NOT_FOUND, "{list}");
    }
}

#[tokio::test]
async fn the_pages_give_the_same_lists_in_the_operators_language() {
    let scene = Scene::open().await;
    sold_as(&scene, &["Month"]).await;
    let operator = scene.operator().await;
    let page = operator.get("/office/exports").await.text;
    for list in LISTS {
        assert!(page.contains(&format!("/office/exports/{list}.csv")), "{list}");
        let file = operator.get(&format!("/office/exports/{list}.csv")).await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8", "{list}: {}", file.text);
        assert_eq!(rows(&file.text).len(), taken(&scene, list).await.len(), "{list}");
    }
    let persian = operator.get("/office/exports/orders.csv?lang=fa").await.text;
    assert!(persian.starts_with("\u{feff}\"شناسهٔ سفارش\",شماره,"), "{persian}");
    let odd = operator.get("/office/exports/sales.csv?from=2026-02-30").await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", odd.text);
    assert_eq!(operator.get("/office/exports/secrets.csv").await.status, StatusCode::NOT_FOUND);
    assert_eq!(operator.get("/office/exports/users").await.status, StatusCode::NOT_FOUND);
    scene.clock.advance(SignedDuration::from_mins(16));
    let asked = operator.get("/office/exports/users.csv").await;
    assert!(asked.text.contains("name=\"next\" value=\"/office/exports\""), "{}", asked.text);
}

#[tokio::test]
async fn another_shops_lists_are_another_shops() {
    let scene = Scene::open().await;
    sold_as(&scene, &["Month"]).await;
    let bearer = format!("Bearer {}", scene.next_door().await);
    for (list, ours) in [("users", 1), ("orders", 0), ("ledger", 0), ("subscriptions", 0), ("payments", 0)] {
        let path = format!("/v1/admin/exports/{list}.csv");
        let headers = [("authorization", &*bearer), ("host", "other.example")];
        let mut request = poem::Request::builder().uri_str(path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = scene.shop.ask(request.finish()).await;
        assert_eq!(rows(&answer.text).len(), ours, "{list}: {}", answer.text);
    }
}
