//! What the shop sells, and on which servers: the pages by which it is set up.

use super::scene::{CANARY, Scene};
use crate::browser::Browser;
use nexa_core::{
    backoffice::model::{AddCouponRequest, CouponTerms, GroupRequest, PackRequest},
    storefront::model::PageRequest,
};
use poem::http::StatusCode;

/// A form: where it is sent, and what is filled in.
type Step = (String, Vec<(&'static str, String)>);

/// What a shop is made of: its pages, forms that would change each, and what the API tells of it.
pub async fn furnished(scene: &Scene) -> (Vec<String>, Vec<Step>, Vec<String>) {
    let office = scene.shop.office().await;
    let pack = PackRequest {
        pack_id: None,
        kind: "devices".to_owned(),
        name: format!("One more {CANARY}"),
        amount: 1,
        prices: vec![crate::shop::usd(99)],
        on_sale: true,
    };
    let pack = office.save_pack(pack).await.unwrap().pack_id;
    let group = GroupRequest { name: format!("Spare {CANARY}"), spread: 1 };
    let group = office.add_group(group).await.unwrap().group_id;
    let server = office.servers().await.unwrap().remove(0).server_id;
    let gateway = scene.shop.card().await;
    let terms: CouponTerms = serde_json::from_value(serde_json::json!({ "percent": 20 })).unwrap();
    let coupon = AddCouponRequest { code: "SPRING".to_owned(), terms, enabled: true };
    let coupon = office.add_coupon(coupon).await.unwrap().coupon_id;
    let page = |place: &str, id: &str| format!("/office/{place}/{id}");
    let step = |place: &str, id: &str, step: &str, fields: &[(&'static str, &str)]| {
        let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        (format!("{}/{step}", page(place, id)), fields)
    };
    let plan = scene.shop.plan.as_str();
    let filled = [("name", "x"), ("days", "1"), ("gib", "1"), ("devices", "1"), ("price-USD", "1")];
    let card = [
        ("name", "x"),
        ("set-cards.0.number", "6219861034529007"),
        ("set-cards.0.holder", "x"),
        ("set-cards.0.bank", "Melli"),
        ("version", "1"),
    ];
    let steps = vec![
        step("plans", plan, "save", &filled),
        step("plans", plan, "trial-on", &[]),
        step("plans", plan, "adoption-on", &[]),
        step("plans", plan, "down", &[]),
        step("packs", &pack, "save", &[("name", "x"), ("amount", "1"), ("price-USD", "1")]),
        step("groups", &group, "save", &[("name", "x"), ("spread", "2")]),
        step("groups", &group, "remove", &[("sure", "1")]),
        step("servers", &server, "save", &[("name", "x"), ("state", "draining")]),
        step("servers", &server, "save", &[("name", "x"), ("state", "off"), ("sure", "1")]),
        step("servers", &server, "rent", &[("cost", "1"), ("currency", "EUR")]),
        step("gateways", &gateway, "save", &card),
        step("gateways", &gateway, "disable", &[]),
        step("coupons", &coupon, "off", &[]),
    ];
    let pages = vec![
        page("plans", plan),
        page("packs", &pack),
        page("groups", &group),
        page("servers", &server),
        page("gateways", &gateway),
        page("coupons", &coupon),
    ];
    let told_of = ["plans", "packs", "groups", "gateways", "server-rents", "coupons", "rates", "shop"];
    (pages, steps, told_of.map(|place| format!("/v1/admin/{place}")).to_vec())
}

/// A form that is refused keeps what was typed, and says why above it.
async fn refused(browser: &Browser<'_>, path: &str, fields: &[(&str, &str)], kept: &str) {
    let answer = browser.post(path, fields).await;
    assert!(answer.status.is_client_error(), "{path}: {}", answer.text);
    assert!(answer.text.contains("role=\"alert\""), "{path} says why: {}", answer.text);
    assert!(answer.text.contains(&format!("value=\"{kept}\"")), "{path} keeps {kept}: {}", answer.text);
}

#[tokio::test]
async fn plans_are_made_changed_and_put_in_order() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let filled = |price| {
        [
            ("name", "Week"),
            ("days", "۷"),
            ("gib", "0.5"),
            ("devices", "1"),
            ("on_sale", "1"),
            ("price-USD", price),
        ]
    };
    refused(&operator, "/office/plans/new", &filled("lots"), "lots").await;
    refused(&operator, "/office/plans/new", &[("name", "Odd"), ("days", "x"), ("gib", "1")], "Odd").await;
    let (to, page) = operator.through("/office/plans/new", &filled("1.99")).await;
    assert_eq!(to, "/office/plans?done=saved");
    assert!(page.text.contains("Week") && page.text.contains("512 MiB"), "{}", page.text);
    let office = scene.shop.office().await;
    let week = office.plans().await.unwrap().remove(1);
    assert_eq!((week.days, week.traffic_bytes, week.prices[0].minor), (7, 1 << 29, 199));
    let shown = async || {
        let plans = scene.shop.get("/v1/plans", &[]).await.json();
        let plans = plans.as_array().cloned().unwrap_or_else(|| plans["plans"].as_array().cloned().unwrap());
        plans.iter().map(|plan| plan["plan_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shown().await, [week.plan_id.clone(), scene.shop.plan.clone()], "the cheapest first");
    let (to, _) = operator.through(&format!("/office/plans/{}/up", week.plan_id), &[]).await;
    assert_eq!(to, "/office/plans?done=saved");
    operator.through(&format!("/office/plans/{}/down", week.plan_id), &[]).await;
    assert_eq!(shown().await, [scene.shop.plan.clone(), week.plan_id.clone()], "as it was arranged");
    let path = format!("/office/plans/{}", week.plan_id);
    let save = format!("{path}/save");
    refused(&operator, &save, &filled("free"), "free").await;
    let (to, page) = operator.through(&save, &filled("2.49")).await;
    assert_eq!(to, format!("{path}?done=saved"));
    assert!(page.text.contains("value=\"0.5\"") && page.text.contains("value=\"2.49\""), "{}", page.text);
    operator.through(&format!("{path}/trial-on"), &[]).await;
    assert_eq!(office.shop().await.unwrap().trial_plan_id, Some(week.plan_id.clone()));
    operator.through(&format!("{path}/trial-off"), &[]).await;
    assert_eq!(office.shop().await.unwrap().trial_plan_id, None);
}

#[tokio::test]
async fn packs_and_groups_are_made_and_changed() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let filled = |amount| [("kind", "devices"), ("name", "More"), ("amount", amount), ("price-USD", "1")];
    refused(&operator, "/office/packs/new", &filled("many"), "many").await;
    operator.through("/office/packs/new", &filled("2")).await;
    let office = scene.shop.office().await;
    let pack = office.packs().await.unwrap().remove(0);
    assert_eq!((pack.amount, pack.on_sale), (2, false));
    refused(&operator, "/office/groups", &[("name", ""), ("spread", "3")], "3").await;
    operator.through("/office/groups", &[("name", "Asia"), ("spread", "3")]).await;
    let group = office.groups().await.unwrap().remove(1);
    assert_eq!((&*group.name, group.spread), ("Asia", 3));
    let path = format!("/office/groups/{}", group.group_id);
    refused(&operator, &format!("{path}/save"), &[("name", "main"), ("spread", "1")], "main").await;
    let asked = operator.post(&format!("{path}/remove"), &[]).await;
    assert!(asked.status == StatusCode::OK && asked.text.contains("name=\"sure\""), "{}", asked.text);
    assert_eq!(office.groups().await.unwrap().len(), 2, "asked first");
    let (to, _) = operator.through(&format!("{path}/remove"), &[("sure", "1")]).await;
    assert_eq!(to, "/office/groups?done=taken-away");
    assert_eq!(office.groups().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_server_is_looked_at_before_it_is_added() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let office = scene.shop.office().await;
    let new = "/office/servers/new";
    let filled = |step, panel| {
        [("kind", "memory"), ("name", "Helsinki"), ("region", "fi"), ("set-name", panel), ("step", step)]
    };
    let found = operator.post(new, &filled("check", "b")).await;
    assert!(found.status == StatusCode::OK && found.text.contains("This is what answers"), "{}", found.text);
    assert!(
        found.text.contains("value=\"Helsinki\"") && found.text.contains("value=\"add\""),
        "{}",
        found.text
    );
    assert_eq!(office.servers().await.unwrap().len(), 1, "nothing is stored");
    refused(&operator, new, &filled("check", "a"), "Helsinki").await;
    let (to, _) = operator.through(new, &filled("add", "b")).await;
    let server = office.servers().await.unwrap().remove(1);
    assert_eq!((&*server.name, server.region.as_deref()), ("Helsinki", Some("FI")));
    let path = format!("/office/servers/{}", server.server_id);
    assert_eq!(to, format!("{path}?done=saved"));
    let checked = operator.post(&format!("{path}/check"), &[]).await;
    assert!(checked.text.contains("It works"), "{}", checked.text);
    let rent = [("cost", "4.49"), ("currency", "EUR"), ("note", CANARY)];
    refused(&operator, &format!("{path}/rent"), &[("cost", "dear"), ("currency", "EUR")], "dear").await;
    let (_, page) = operator.through(&format!("{path}/rent"), &rent).await;
    assert!(page.text.contains("value=\"4.49\"") && !page.text.contains(CANARY), "{}", page.text);
    assert!(operator.get("/office/servers").await.text.contains("4.49"));
    let kept = operator.post(&format!("{path}/remove"), &[("sure", "1")]).await;
    assert!(kept.status.is_client_error() && kept.text.contains("still in use"), "{}", kept.text);
    let off = [("name", "Espoo"), ("region", "fi"), ("capacity", "40"), ("state", "off")];
    let asked = operator.post(&format!("{path}/save"), &off).await;
    assert!(asked.text.contains("name=\"sure\""), "{}", asked.text);
    assert!(asked.text.contains("name=\"name\" value=\"Espoo\""), "{}", asked.text);
    assert!(asked.text.contains(&format!("action=\"{path}/save\"")), "{}", asked.text);
    assert_eq!(office.servers().await.unwrap()[1].state, "open", "asked first");
    operator.through(&format!("{path}/save"), &[&off[..], &[("sure", "1")]].concat()).await;
    let server = office.servers().await.unwrap().remove(1);
    assert_eq!((&*server.name, &*server.state, server.capacity), ("Espoo", "off", 40), "all that was typed");
    let asked = operator.post(&format!("{path}/remove"), &[]).await;
    assert!(asked.status == StatusCode::OK && asked.text.contains("name=\"sure\""), "{}", asked.text);
    let (to, _) = operator.through(&format!("{path}/remove"), &[("sure", "1")]).await;
    assert_eq!(to, "/office/servers?done=taken-away");
    assert_eq!(operator.get(&path).await.status, StatusCode::NOT_FOUND);
    let deeds = office.actions(PageRequest::default()).await.unwrap().items;
    assert_eq!((&*deeds[0].deed, &*deeds[0].reason), ("server_removed", "Espoo"));
}

#[tokio::test]
async fn coupons_are_made_changed_and_switched_off() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let filled = |percent| {
        let dates = [("from", "2026-03-01"), ("until", "2026-03-31")];
        let fields = [("code", "SPRING"), ("benefit", "percent"), ("percent", percent), ("enabled", "1")];
        [&fields[..], &dates, &[("total", "10"), ("for-new", "1")]].concat()
    };
    refused(&operator, "/office/coupons/new", &filled("all"), "all").await;
    let (to, page) = operator.through("/office/coupons/new", &filled("20")).await;
    let path = to.split('?').next().unwrap().to_owned();
    assert!(
        page.text.contains("value=\"2026-03-31\"") && page.text.contains("/buy?coupon=SPRING"),
        "{}",
        page.text
    );
    let office = scene.shop.office().await;
    let known = office.coupons(PageRequest::default()).await.unwrap().items.remove(0);
    assert_eq!(known.terms.until.as_deref(), Some("2026-04-01T00:00:00Z"), "the last day is whole");
    let list = operator.get("/office/coupons").await.text;
    assert!(list.contains("20%") && list.contains("0 / 10"), "{list}");
    let money = [("benefit", "amount"), ("amount", "1.50"), ("enabled", "1")];
    operator.through(&format!("{path}/save"), &money).await;
    let known = office.coupons(PageRequest::default()).await.unwrap().items.remove(0);
    assert_eq!((known.terms.percent, known.terms.amount.map(|of| of.minor)), (None, Some(150)));
    operator.through(&format!("{path}/off"), &[]).await;
    assert!(!office.coupons(PageRequest::default()).await.unwrap().items[0].enabled);
}

#[tokio::test]
async fn what_is_left_to_do_is_told_until_it_is_done() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let today = operator.get("/office").await.text;
    assert!(today.contains("href=\"/office/setup\""), "{today}");
    let list = operator.get("/office/setup").await.text;
    for way in ["/office/servers", "/office/plans", "/office/groups", "/office/gateways", "/buy", "/account"]
    {
        assert!(list.contains(&format!("href=\"{way}\"")), "{way}: {list}");
    }
    assert!(list.contains("3 / 8"), "group, server and plan are there: {list}");
    scene.shop.sandbox().await;
    assert!(operator.get("/office/setup").await.text.contains("4 / 8"));
}

#[tokio::test]
async fn nobody_else_checks_a_server_or_takes_one_away() {
    let scene = Scene::open().await;
    let (_, _, told_of) = furnished(&scene).await;
    let office = scene.shop.office().await;
    let server = office.servers().await.unwrap().remove(0).server_id;
    let gateway = office.gateways().await.unwrap().remove(0).gateway_id;
    let bearer = format!("Bearer {}", scene.shop.key);
    let stands = async || {
        let mut all = Vec::new();
        for path in &told_of {
            all.push(scene.shop.get(path, &[("authorization", &bearer)]).await.text);
        }
        all
    };
    let before = stands().await;
    let customer = scene.shop.customer(0).await;
    for stranger in [Browser::new(&scene.shop), scene.shows(&customer)] {
        for path in [
            format!("/office/servers/{server}/check"),
            format!("/office/servers/{server}/remove"),
            format!("/office/gateways/{gateway}/check"),
        ] {
            let answer = stranger.post(&path, &[("sure", "1")]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    assert_eq!(stands().await, before);
}
