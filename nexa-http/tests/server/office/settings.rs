//! What holds for the whole shop, as its operator sets it.

use super::scene::{CANARY, Scene};
use crate::browser::{Browser, between};
use jiff::SignedDuration;
use nexa_core::{
    backoffice::model::{InviteMemberRequest, SecondFactorRequest},
    domain::user::Principal,
    storefront::model::SignInRequest,
};
use poem::http::StatusCode;

async fn saves(operator: &Browser<'_>, path: &str, fields: &[(&str, &str)]) {
    let answer = operator.post(path, fields).await;
    assert_eq!(answer.header("location"), format!("{path}?done=saved"), "{}", answer.text);
}

#[tokio::test]
async fn the_brand_is_set_and_shown() {
    let scene = Scene::open().await;
    let operator = scene.operator().await;
    let brand = [
        ("part", "brand"),
        ("name", CANARY),
        ("accent", "#aa0033"),
        ("tagline", "Quick & quiet"),
        ("support_url", "https://help.example"),
        ("locale", "ru"),
        ("timezone", "Asia/Tehran"),
    ];
    saves(&operator, "/office/settings", &brand).await;
    let page = operator.get("/office/settings?lang=en").await.text;
    assert!(page.contains("value=\"#aa0033\"") && page.contains("value=\"Quick &#38; quiet\""), "{page}");
    assert!(!page.contains(CANARY) && page.contains("value=\"Asia/Tehran\""), "{page}");
    let sample = operator.get("/office/settings/look.svg?accent=%23aa0033").await;
    assert_eq!(sample.header("content-type"), "image/svg+xml");
    assert!(sample.text.contains("fill=\"#aa0033\""), "{}", sample.text);
    let odd = operator.get("/office/settings/look.svg?accent=%22/%3E%3Cscript%3E").await;
    assert!(!odd.text.contains("<script"), "{}", odd.text);

    let wrong =
        operator.post("/office/settings", &[("part", "brand"), ("name", ""), ("tagline", "kept")]).await;
    assert!(wrong.status.is_client_error() && wrong.text.contains("value=\"kept\""), "{}", wrong.text);
}

#[tokio::test]
async fn one_part_leaves_the_others() {
    let scene = Scene::open().await;
    let (operator, office) = (scene.operator().await, scene.shop.office().await);
    let before = office.shop().await.unwrap();
    saves(&operator, "/office/settings", &[("part", "grace"), ("grace_hours", "۲۴"), ("grace_mib", "500")])
        .await;
    let trial = [("part", "trial"), ("trial_plan", scene.shop.plan.as_str()), ("trial_needs", "email")];
    saves(&operator, "/office/settings", &trial).await;
    saves(&operator, "/office/settings", &[("part", "rates"), ("automatic_rates", "1")]).await;
    let close = [("part", "maintenance"), ("on", "1"), ("note", "Back at noon")];
    saves(&operator, "/office/settings", &close).await;
    let shop = office.shop().await.unwrap();
    assert_eq!((shop.grace_hours, shop.grace_mib, shop.automatic_rates), (24, 500, true));
    assert_eq!((shop.trial_plan_id.as_deref(), &*shop.trial_needs), (Some(&*scene.shop.plan), "email"));
    assert_eq!((shop.maintenance.as_deref(), &shop.name), (Some("Back at noon"), &before.name));
    saves(&operator, "/office/settings", &[("part", "maintenance"), ("note", "")]).await;
    saves(&operator, "/office/settings", &[("part", "rates")]).await;
    let shop = office.shop().await.unwrap();
    assert_eq!((shop.maintenance, shop.automatic_rates, shop.grace_hours), (None, false, 24));
    let nowhere = operator.post("/office/settings", &[("part", "everything")]).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_table_of_links_is_changed_row_by_row() {
    let scene = Scene::open().await;
    let (operator, office) = (scene.operator().await, scene.shop.office().await);
    let path = "/office/settings/links";
    saves(&operator, path, &[("part", "devices"), ("devices", "count")]).await;
    assert_eq!(office.link_settings().await.unwrap().devices, "count");
    let standard = office.link_rules().await.unwrap();
    let add = [
        ("part", "rule"),
        ("step", "save"),
        ("header", "user-agent"),
        ("operator", "contains"),
        ("value", "MyApp"),
        ("form", "plain"),
        ("headers", "announce: hello"),
    ];
    saves(&operator, path, &add).await;
    let table = office.link_rules().await.unwrap();
    assert_eq!(table.rules.len(), standard.rules.len() + 1);
    let last = table.rules.last().unwrap();
    assert_eq!((&*last.value, &*last.headers[0].value), ("myapp", "hello"));
    let page = operator.get(path).await.text;
    let row = page.rfind("myapp</code>").unwrap();
    let mark = between(page.get(row..).unwrap(), "name=\"mark\" value=\"", "\"").to_owned();
    saves(&operator, path, &[("part", "rule"), ("mark", &mark), ("step", "up")]).await;
    let table = office.link_rules().await.unwrap();
    assert_eq!(table.rules[table.rules.len() - 2].value, "myapp");
    saves(&operator, path, &[("part", "rule"), ("mark", &mark), ("step", "remove")]).await;
    let gone = operator.post(path, &[("part", "rule"), ("mark", &mark), ("step", "remove")]).await;
    assert_eq!(gone.status, StatusCode::CONFLICT, "somebody was quicker: {}", gone.text);
    saves(&operator, path, &[("part", "standard")]).await;
    assert_eq!(office.link_rules().await.unwrap(), standard);
}

#[tokio::test]
async fn the_bot_and_its_alerts_are_set_and_the_token_never_comes_back() {
    let scene = Scene::open().await;
    let (operator, office) = (scene.operator().await, scene.shop.office().await);
    let (path, token) = ("/office/settings/bot", "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8");
    saves(&operator, path, &[("part", "token"), ("token", token), ("username", "@fast_net_bot")]).await;
    let bot = [
        ("part", "bot"),
        ("answers", "1"),
        ("channel", "@nexavpn"),
        ("proxy", "socks5://u:secret@p.example"),
    ];
    saves(&operator, path, &bot).await;
    let alerts = [
        ("part", "alerts"),
        ("chat", "-۱۰۰۱۲۳"),
        ("on_receipts", "1"),
        ("thread_receipts", "4"),
        ("on_payments", "1"),
        ("large", "50"),
    ];
    saves(&operator, path, &alerts).await;
    let page = operator.get(path).await.text;
    assert!(page.contains("@fast_net_bot") && page.contains("value=\"-100123\""), "{page}");
    assert!(!page.contains("AAH5Yko") && !page.contains("secret@p"), "{page}");
    let set = office.alerts().await.unwrap().unwrap();
    assert_eq!((set.chat_id, set.muted.len(), set.topics[0].thread_id), (-100_123, 4, 4));
    assert_eq!(set.large_payment.unwrap().minor, 5000);
    saves(&operator, path, &[("part", "bot"), ("answers", "1")]).await;
    assert!(office.shop().await.unwrap().telegram.unwrap().has_proxy, "an empty field leaves the proxy");
    saves(&operator, path, &[("part", "no-alerts")]).await;
    let unsure = operator.post(path, &[("part", "no-token")]).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unsure.text);
    assert!(unsure.text.contains("Tick the box that says you are sure"), "{}", unsure.text);
    assert!(office.shop().await.unwrap().telegram.is_some(), "it is there still");
    saves(&operator, path, &[("part", "no-token"), ("sure", "1")]).await;
    assert!(office.shop().await.unwrap().telegram.is_none());
}

#[tokio::test]
async fn invitations_and_campaigns_are_set() {
    let scene = Scene::open().await;
    let (operator, office) = (scene.operator().await, scene.shop.office().await);
    let path = "/office/settings/growth";
    saves(&operator, path, &[("part", "terms"), ("on", "1"), ("share", "۷٫۵"), ("welcome", "1")]).await;
    let terms = office.referral_terms().await.unwrap();
    assert_eq!((terms.on, terms.reward_bp, terms.welcome.unwrap().minor), (true, 750, 100));
    assert_eq!(
        (terms.hold_days, terms.orders.as_deref()),
        (Some(14), Some("first")),
        "unless it is said otherwise"
    );
    let more =
        [("second", "2"), ("orders", "within"), ("order_days", "۹۰"), ("hold_days", "7"), ("least", "20")];
    let typed = [&[("part", "terms"), ("on", "1"), ("share", "10"), ("card", "1")], &more[..]].concat();
    saves(&operator, path, &typed).await;
    let terms = office.referral_terms().await.unwrap();
    assert_eq!((terms.second_bp, terms.order_days, terms.hold_days), (Some(200), Some(90), Some(7)));
    let withdrawal = terms.withdrawal.unwrap();
    assert_eq!((withdrawal.least.minor, withdrawal.ways), (2000, vec!["card".to_owned()]));
    let page = operator.get(path).await.text;
    assert!(page.contains("<option value=\"within\" selected>") && page.contains("value=\"90\""), "{page}");
    saves(&operator, path, &[("part", "campaign"), ("name", CANARY), ("code", "spring")]).await;
    let told =
        [("part", "campaign"), ("name", "Ads"), ("code", "adverts"), ("postback", "http://a.example/")];
    assert!(operator.post(path, &told).await.status.is_client_error(), "https only");
    let told = [&told[..3], &[("postback", "https://a.example/?k={click}")]].concat();
    saves(&operator, path, &told).await;
    let page = operator.get(path).await.text;
    assert!(page.contains("/?c=spring") && !page.contains(CANARY), "{page}");
    let twice = operator.post(path, &[("part", "campaign"), ("name", "again"), ("code", "spring")]).await;
    assert!(twice.status.is_client_error() && twice.text.contains("value=\"again\""), "{}", twice.text);
}

#[tokio::test]
async fn what_was_typed_outlives_the_question_who_one_is() {
    let scene = Scene::open().await;
    let (operator, office) = (scene.operator().await, scene.shop.office().await);
    scene.clock.advance(SignedDuration::from_mins(16));
    let fields = [("part", "maintenance"), ("on", "1"), ("note", "برمی‌گردیم & \"زود\"")];
    let asked = operator.post("/office/settings", &fields).await;
    assert_eq!(office.shop().await.unwrap().maintenance, None);
    let kept = between(&asked.text, "name=\"kept\" value=\"", "\"").to_owned();
    let proof = [("number", scene.number.as_str()), ("next", "/office/settings")];
    let proof = [&proof[..], &[("again", "/office/settings"), ("kept", &kept)]].concat();
    let wrong = operator
        .post("/account/prove", &[("number", "1"), ("again", "/office/settings"), ("kept", &kept)])
        .await;
    assert!(wrong.text.contains(&kept), "a slip loses nothing: {}", wrong.text);
    let again = operator.post("/account/prove", &proof).await;
    assert!(again.text.contains("action=\"/office/settings\""), "{}", again.text);
    assert!(again.text.contains("name=\"note\" value=\"برمی‌گردیم &#38; &#34;زود&#34;\""), "{}", again.text);
    assert_eq!(office.shop().await.unwrap().maintenance, None, "nothing is done unasked");
    saves(&operator, "/office/settings", &fields).await;
    assert!(office.shop().await.unwrap().maintenance.is_some());
}

/// The browser of a colleague with one permission.
async fn clerk<'a>(scene: &'a Scene, permission: &str) -> Browser<'a> {
    let (shop, office) = (&scene.shop, scene.shop.office().await);
    office.set_second_factor_rule(SecondFactorRequest { required: false }).await.unwrap();
    let (name, permissions) = (permission.to_owned(), vec![permission.to_owned()]);
    let invited = InviteMemberRequest { name, permissions, owner: false };
    let link = office.invite_member(invited).await.unwrap().link;
    let keys = shop.nexa.frontdesk().claim(link.rsplit('/').next().unwrap()).await.unwrap();
    let with = SignInRequest { account_number: Some(keys.account_number), ..SignInRequest::default() };
    let session = shop.nexa.storefront(Principal::guest(shop.id)).sign_in(with).await.unwrap();
    scene.shows(&session.token)
}

#[tokio::test]
async fn a_colleague_is_let_go_by_whoever_is_sure() {
    let scene = Scene::open().await;
    let (operator, office) = (scene.operator().await, scene.shop.office().await);
    clerk(&scene, "support").await;
    let staff = office.staff().await.unwrap().members;
    let id = staff.iter().find(|one| !one.owner).expect("a clerk").user_id.clone();
    let path = format!("/office/staff/{id}/remove");
    let unsure = operator.post(&path, &[]).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unsure.text);
    assert!(unsure.text.contains("Tick the box that says you are sure"), "{}", unsure.text);
    assert!(office.staff().await.unwrap().members.iter().any(|one| one.user_id == id), "still there");
    let (to, _) = operator.through(&path, &[("sure", "1")]).await;
    assert_eq!(to, "/office/staff?done=removed");
    assert!(office.staff().await.unwrap().members.iter().all(|one| one.user_id != id));
}

#[tokio::test]
async fn a_page_leads_nowhere_where_its_reader_may_not_go() {
    let scene = Scene::open().await;
    let seen = async |browser: &Browser<'_>, path: &str| {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path} {}", page.text);
        page.text
    };
    let (plan, growth) = (format!("/office/plans/{}", scene.shop.plan), "/office/settings/growth");
    let merchant = clerk(&scene, "catalogue").await;
    assert!(seen(&merchant, "/office/plans").await.contains(growth), "there is a way there");
    assert!(!seen(&merchant, plan.as_str()).await.contains("trial-on"), "a setting of the shop");
    let page = seen(&merchant, growth).await;
    assert!(!page.contains("href=\"/office/settings\"") && !page.contains("/office/settings/bot"), "{page}");
    assert!(!seen(&merchant, "/office/groups").await.contains("href=\"/office/servers\""));
    let settler = clerk(&scene, "settings").await;
    let page = seen(&settler, "/office/setup").await;
    assert!(page.contains("\"/office/settings/bot\"") && !page.contains("\"/office/servers\""), "{page}");
    let page = seen(&settler, "/office/settings").await;
    assert!(page.contains("\"/office/settings/bot\"") && !page.contains(growth), "{page}");
    let desk = seen(&clerk(&scene, "support").await, "/office/support").await;
    assert!(!desk.contains("value=\"terms\"") && desk.contains("value=\"keep\""), "{desk}");
    let many = seen(&clerk(&scene, "serve_customers").await, "/office/bulks").await;
    assert!(!many.contains("name=\"server\"") && many.contains("name=\"group\""), "{many}");
    let rates = seen(&clerk(&scene, "gateways").await, "/office/rates").await;
    assert!(!rates.contains("by-hand") && !rates.contains("value=\"automatic\""), "{rates}");
    seen(&clerk(&scene, "resellers").await, "/office/wholesale").await;
}
