//! A database as it is after years, for benchmarks: one shop with as many users, orders and days of usage as wished,
//! written row by row by the engine itself.

use super::{
    SqliteStorage,
    engine::{Connection, Engine as _, Sql, sql},
    row::{id, json},
};
use crate::{
    domain::{
        extras::Extras,
        measure::Traffic,
        money::{Currency, Money},
        order::{OrderKind, Sale},
        period::Period,
        plan::Terms,
        server::Health,
        time::from_millis,
    },
    error::Failure,
    ids::ShopId,
};
use std::path::Path;
use uuid::Uuid;

/// How much there is.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Users; each has a subscription.
    pub users: i64,
    /// Orders, each with its payment and its journal.
    pub orders: i64,
    /// Rows of usage by day.
    pub usage: i64,
}

/// The moment of the first order and the sign-ups.
const START: i64 = 1_600_000_000_000;
/// Over how many milliseconds all happens: two years.
const SPAN: i64 = 730 * 86_400_000;
/// Plans, gateways, servers.
const PLANS: i64 = 10;
const GATEWAYS: i64 = 5;
const SERVERS: i64 = 50;

/// The end of what is written; the clock of whoever reads it should show that.
pub const END: i64 = START + SPAN;

/// Ids that sort by age: `$at` is a moment, `$i` a number, `$kind` tells tables apart.
macro_rules! made {
    ($at:literal, $i:literal, $kind:literal) => {
        concat!(
            "printf('%08x-%04x-7000-8",
            $kind,
            "-%012x', (",
            $at,
            ") >> 16, (",
            $at,
            ") & 65535, ",
            $i,
            ")"
        )
    };
}
macro_rules! upto {
    () => {
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2) "
    };
}
macro_rules! user {
    ($i:literal) => {
        made!("1600000000000", $i, "001")
    };
}
macro_rules! held {
    ($i:literal) => {
        made!("1600000000000", $i, "002")
    };
}
macro_rules! plan {
    ($i:literal) => {
        made!("1600000000000", $i, "003")
    };
}
macro_rules! server {
    ($i:literal) => {
        made!("1600000000000", $i, "004")
    };
}
macro_rules! gateway {
    ($i:literal) => {
        made!("1600000000000", $i, "005")
    };
}
macro_rules! order {
    () => {
        made!("1600000000000 + i * $3", "i", "006")
    };
}

impl SqliteStorage {
    /// Fills the closed database at `path`, which holds `shop` and its group.
    ///
    /// # Errors
    /// What the engine refused.
    pub async fn fill(path: &Path, shop: ShopId, sizes: Sizes) -> Result<(), Failure> {
        let mut database = Connection::open(path).await?;
        database
            .script("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA foreign_keys = OFF".into())
            .await?;
        database.script("BEGIN".into()).await?;
        for step in [catalogue(shop)?, people(shop, sizes)?, orders(shop, sizes)?, figures(shop)] {
            for statement in step {
                database.run(statement).await?;
            }
        }
        database.script("COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)".into()).await?;
        database.close().await
    }
}

fn sale() -> Sale {
    let nil = Uuid::nil();
    Sale {
        plan_id: nil.into(),
        plan_name: "Month".to_owned(),
        terms: Terms { days: 30, traffic: Traffic::gib(50), devices: 2, extras: Extras::NONE },
        group_id: nil.into(),
        subscription_id: nil.into(),
        region: None,
    }
}

fn catalogue(shop: ShopId) -> Result<Vec<Sql>, Failure> {
    let plans = concat!(
        upto!(),
        "INSERT INTO plans (id, shop_id, name, terms, group_id, prices, on_sale, created_at) SELECT ",
        plan!("i"),
        ", $1, 'Plan ' || i, $3, (SELECT id FROM server_groups WHERE shop_id = $1 LIMIT 1), $4, 1, 1600000000000 FROM n"
    );
    let servers = concat!(
        upto!(),
        "INSERT INTO servers (id, shop_id, group_id, name, kind, config_sealed, version, region, capacity, state, \
         health, offers, sold_out, gone, created_at) SELECT ",
        server!("i"),
        ", $1, (SELECT id FROM server_groups WHERE shop_id = $1 LIMIT 1), 'Server ' || i, 'none', '', 1, NULL, 100000, \
         'open', $3, '', '', 0, 1600000000000 FROM n"
    );
    let gateways = concat!(
        upto!(),
        "INSERT INTO gateways (id, shop_id, kind, name, config_sealed, endpoint, version, enabled, inside, created_at) SELECT ",
        gateway!("i"),
        ", $1, 'none', 'Gateway ' || i, '', 'x' || i, 1, 1, 1, 1600000000000 FROM n"
    );
    let prices = vec![Money::new(500, Currency::Usd)];
    Ok(vec![
        sql(plans).bind(id(shop)).bind(PLANS).bind(json(&sale().terms)?).bind(json(&prices)?),
        sql(servers).bind(id(shop)).bind(SERVERS).bind(json(&Health::unknown())?),
        sql(gateways).bind(id(shop)).bind(GATEWAYS),
    ])
}

fn people(shop: ShopId, sizes: Sizes) -> Result<Vec<Sql>, Failure> {
    let users = concat!(
        upto!(),
        "INSERT INTO users (id, shop_id, role, blocked, locale, created_at) SELECT ",
        user!("i"),
        ", $1, 'customer', 0, 'en', 1600000000000 + i * $3 FROM n"
    );
    let identities = concat!(
        upto!(),
        "INSERT INTO identities (shop_id, kind, lookup, user_id, sealed, password, verified, created_at) \
         SELECT $1, 'account_number', printf('%064x', i), ",
        user!("i"),
        ", NULL, NULL, 0, 1600000000000 FROM n"
    );
    let subscriptions = concat!(
        upto!(),
        "INSERT INTO subscriptions (id, shop_id, user_id, plan_id, plan_name, name, group_id, state, starts_at, ends_at, \
         traffic_limit, traffic_used, devices, extras, period, auto_renew, panel_id, generation, link_lookup, link_sealed, \
         resets, moves, created_at, monthly) SELECT ",
        held!("i"),
        ", $1, ",
        user!("i"),
        ", ",
        plan!("i % 10"),
        ", 'Month', NULL, (SELECT id FROM server_groups WHERE shop_id = $1 LIMIT 1), \
         CASE i % 5 WHEN 0 THEN 'ended' WHEN 1 THEN 'exhausted' ELSE 'active' END, 1600000000000 + i * $3, \
         1602592000000 + i * $3, 53687091200, i % 53687091200, 2, '', $4, 0, ",
        made!("1600000000000", "i", "00a"),
        ", 1, printf('%064x', i), '', '[]', '[]', 1600000000000 + i * $3, 500 FROM n"
    );
    let grants = concat!(
        upto!(),
        "INSERT INTO grants (server_id, panel_id, shop_id, subscription_id, state, verified, traffic_limit, counter, \
         traffic_used, links) SELECT ",
        server!("i % 50"),
        ", ",
        made!("1600000000000", "i", "00a"),
        ", $1, ",
        held!("i"),
        ", 'placed', 1, 53687091200, i, i, '' FROM n"
    );
    let loads = "INSERT INTO server_loads (server_id, held) SELECT server_id, COUNT(*) FROM grants \
         WHERE shop_id = $1 AND $2 > 0 GROUP BY server_id";
    let balances = concat!(
        upto!(),
        "INSERT INTO balances (shop_id, account, currency, minor) SELECT $1, 'wallet:' || ",
        user!("i"),
        ", 'USD', i % 1000 FROM n"
    );
    let usage = concat!(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $2), \
         d(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM d WHERE k + 1 < $3) \
         INSERT INTO usage_days (shop_id, subscription_id, day, server_id, traffic) SELECT $1, ",
        held!("i"),
        ", 19248 - $3 + k, ",
        server!("i % 50"),
        ", 1000000 FROM n, d"
    );
    let period = Period::new(1, from_millis(START), Traffic::ZERO, Money::new(500, Currency::Usd));
    let step = SPAN.checked_div(sizes.users).unwrap_or(1);
    let each = sizes.usage.checked_div(sizes.users).unwrap_or(0).max(1);
    let of = |text| sql(text).bind(id(shop)).bind(sizes.users);
    Ok(vec![
        of(users).bind(step),
        of(identities),
        of(subscriptions).bind(step).bind(json(&period)?),
        of(grants),
        of(loads),
        of(balances),
        of(usage).bind(each),
    ])
}

fn orders(shop: ShopId, sizes: Sizes) -> Result<Vec<Sql>, Failure> {
    let orders = concat!(
        upto!(),
        "INSERT INTO orders (id, shop_id, user_id, kind, subscription_id, price_minor, price_currency, state, \
         attention, request_key, created_at, expires_at, paid_at, applied_at, fulfilled_at, from_wallet, held_minor, holds, \
         coupon, what, plan_id) SELECT ",
        order!(),
        ", $1, ",
        user!("i % $4"),
        ", $5, ",
        held!("i % $4"),
        ", 500, 'USD', 'fulfilled', NULL, NULL, 1600000000000 + i * $3, 1600000000000 + i * $3, 1600000000000 + i * $3, \
         1600000000000 + i * $3, 1600000000000 + i * $3, 0, 0, 0, NULL, 'new', ",
        plan!("i % 10"),
        " FROM n"
    );
    let payments = concat!(
        upto!(),
        "INSERT INTO payments (id, shop_id, user_id, order_id, gateway_id, state, due_minor, due_currency, value_minor, \
         value_currency, reference, slot, destination, step, tolerance_minor, received_minor, booked_minor, credited_minor, \
         test, version, created_at, expires_at, watch_until, chosen_at) SELECT ",
        made!("1600000000000 + i * $3", "i", "007"),
        ", $1, ",
        user!("i % $4"),
        ", ",
        order!(),
        ", ",
        gateway!("i % 5"),
        ", 'paid', 500, 'USD', 500, 'USD', 'r' || i, NULL, NULL, NULL, 0, 500, 500, 500, 0, 1, 1600000000000 + i * $3, \
         1600000000000 + i * $3, 1600000000000 + i * $3, 1600000000000 + i * $3 FROM n"
    );
    let journals = concat!(
        upto!(),
        "INSERT INTO journals (id, shop_id, cause, posted_at) SELECT ",
        made!("1600000000000 + i * $3", "i", "008"),
        ", $1, 'sale:' || ",
        order!(),
        ", 1600000000000 + i * $3 FROM n"
    );
    let entries = concat!(
        upto!(),
        "INSERT INTO entries (journal_id, line, shop_id, account, currency, minor) SELECT ",
        made!("1600000000000 + i * $3", "i", "008"),
        ", 1, $1, 'revenue', 'USD', 500 FROM n"
    );
    let events = concat!(
        upto!(),
        "INSERT INTO events (id, shop_id, name, body, happened_at) SELECT ",
        made!("1600000000000 + i * $3", "i", "009"),
        ", $1, 'wallet_filled', '{\"event\":\"wallet_filled\",\"user\":\"' || ",
        user!("i % $4"),
        " || '\"}', 1600000000000 + i * $3 FROM n"
    );
    let marks = "INSERT INTO figure_marks (shop_id, event_id, journal_id) VALUES ($1, \
         (SELECT MAX(id) FROM events WHERE shop_id = $1), (SELECT MAX(id) FROM journals WHERE shop_id = $1))";
    let step = SPAN.checked_div(sizes.orders).unwrap_or(1);
    let of = |text| sql(text).bind(id(shop)).bind(sizes.orders).bind(step);
    Ok(vec![
        of(orders).bind(sizes.users).bind(json(&OrderKind::New(sale()))?),
        of(payments).bind(sizes.users),
        of(journals),
        of(entries),
        of(events).bind(sizes.users),
        sql(marks).bind(id(shop)),
    ])
}

/// Two years of every figure, by plan, method, kind and server too, and traffic by the hour.
fn figures(shop: ShopId) -> Vec<Sql> {
    let whole = "WITH RECURSIVE d(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM d WHERE k + 1 < $2) \
        INSERT INTO figures (shop_id, figure, slice, day, value, folded) \
        SELECT $1, f.value, '', 18519 + k, 1000 + k, f.value NOT IN ('active', 'payers', 'mrr', 'load') \
        FROM d, json_each($3) f";
    let plans = concat!(
        "WITH RECURSIVE d(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM d WHERE k + 1 < $2), \
         n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < 10) \
         INSERT INTO figures (shop_id, figure, slice, day, value, folded) \
         SELECT $1, f.value, 'plan:' || ",
        plan!("i"),
        ", 18519 + k, 100, f.value NOT IN ('active', 'mrr') \
         FROM d, n, json_each('[\"revenue\",\"refunded\",\"orders_paid\",\"orders_sold\",\"sold\",\"active\",\"mrr\"]') f"
    );
    let methods = concat!(
        "WITH RECURSIVE d(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM d WHERE k + 1 < $2), \
         n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < 5) \
         INSERT INTO figures (shop_id, figure, slice, day, value, folded) \
         SELECT $1, f.value, 'method:' || ",
        gateway!("i"),
        ", 18519 + k, 100, 1 FROM d, n, json_each('[\"revenue\",\"orders_sold\",\"sold\"]') f"
    );
    let kinds = "WITH RECURSIVE d(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM d WHERE k + 1 < $2) \
        INSERT INTO figures (shop_id, figure, slice, day, value, folded) \
        SELECT $1, 'orders_paid', 'kind:' || f.value, 18519 + k, 100, 1 \
        FROM d, json_each('[\"new\",\"renewal\",\"trial\",\"change\",\"pack\",\"top_up\",\"given\",\"gift\"]') f";
    let sold = "WITH RECURSIVE d(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM d WHERE k + 1 < $2) \
        INSERT INTO figures (shop_id, figure, slice, day, value, folded) \
        SELECT $1, 'orders_paid', 'sold', 18519 + k, 400, 1 FROM d";
    let waits = "WITH RECURSIVE d(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM d WHERE k + 1 < $2) \
        INSERT INTO figures (shop_id, figure, slice, day, value, folded) \
        SELECT $1, 'first_response', 'minutes:' || f.value, 18519 + k, 9, 1 \
        FROM d, json_each('[1,2,5,10,15,20,30,45,60,90,120,180,240,360,480,720,1440]') f";
    let loads = concat!(
        "WITH RECURSIVE d(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM d WHERE k + 1 < $2), \
         n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < 50) \
         INSERT INTO figures (shop_id, figure, slice, day, value, folded) \
         SELECT $1, 'load', 'server:' || ",
        server!("i"),
        ", 18519 + k, 100 + k, 0 FROM d, n"
    );
    let traffic = concat!(
        "WITH RECURSIVE h(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM h WHERE k + 1 < 802), \
         n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < 50) \
         INSERT INTO server_traffic (shop_id, server_id, since, bytes) SELECT $1, ",
        server!("i"),
        ", CASE WHEN k < 730 THEN 1599955200000 + k * 86400000 ELSE 1663027200000 - (802 - k) * 3600000 + 1800000 END, 1000000000 \
         FROM n, h"
    );
    let names: Vec<_> = crate::domain::analytics::Figure::ALL.iter().map(|figure| figure.name()).collect();
    let of = |text| sql(text).bind(id(shop)).bind(730_i64);
    vec![
        of(whole).bind(serde_json::to_string(&names).unwrap_or_default()),
        of(plans),
        of(methods),
        of(kinds),
        of(sold),
        of(waits),
        of(loads),
        sql(traffic).bind(id(shop)),
    ]
}
