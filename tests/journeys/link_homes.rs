//! Where links live, how they move, which client gets what, and guides for other people's devices.

use crate::world::{Shop, days, on_every_storage, refused};
use nexa_core::{
    backoffice::model::{LinkHostView, LinkRuleView, LinkRulesRequest, LinkSettingsRequest, ShopRequest},
    frontdesk::{LatencyReport, LinkAsk, LinkForm, LinkMove},
};

on_every_storage!(
    links_move_to_another_host,
    hosts_that_lead_nowhere_are_refused,
    an_operator_says_which_client_gets_what,
    a_guide_shows_the_link_and_dies_with_it,
    a_guide_ends_after_a_week,
    the_nearest_server_comes_first,
    one_wrong_letter_costs_what_a_dead_link_costs,
    every_form_says_that_it_has_ended,
);

async fn lives(shop: &Shop, hosts: &[(&str, &str)]) -> Result<(), nexa_core::error::Error> {
    let host =
        |(host, state): &(&str, &str)| LinkHostView { host: (*host).to_owned(), state: (*state).to_owned() };
    let request = LinkSettingsRequest { devices: None, hosts: Some(hosts.iter().map(host).collect()) };
    shop.operator.update_link_settings(request).await.map(drop)
}

fn at(host: &str) -> LinkAsk {
    LinkAsk { host: host.to_owned(), ..LinkAsk::of(LinkForm::Plain) }
}

fn token(link: &str) -> &str {
    link.rsplit('/').next().expect("a token")
}

async fn links_move_to_another_host(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let token = token(&mine.link);
    assert_eq!((mine.link.as_str(), mine.links.len()), (&*format!("https://shop.example.org/s/{token}"), 1));
    lives(&shop, &[("old.example.org", "active"), ("spare.example.org", "active")]).await.expect("hosts");
    let there = customer.subscription().await;
    assert_eq!(there.link, format!("https://old.example.org/s/{token}"));
    assert_eq!(there.links[1..], [format!("https://spare.example.org/s/{token}")]);
    lives(&shop, &[("new.example.org", "active"), ("old.example.org", "moving_away")]).await.expect("hosts");
    assert_eq!(customer.subscription().await.link, format!("https://new.example.org/s/{token}"));
    let old = shop.door.link(token, at("old.example.org")).await.expect("an answer").status;
    assert_eq!(
        (old.moving, &old.links[0]),
        (Some(LinkMove::Announced), &format!("https://new.example.org/s/{token}"))
    );
    assert_eq!(shop.door.link(token, at("new.example.org")).await.expect("an answer").status.moving, None);
    lives(&shop, &[("new.example.org", "active"), ("old.example.org", "moved")]).await.expect("hosts");
    let old = shop.door.link(token, at("old.example.org")).await.expect("an answer").status;
    assert_eq!(old.moving, Some(LinkMove::Done));
    lives(&shop, &[]).await.expect("at home again");
    assert_eq!(customer.subscription().await.link, mine.link);
}

async fn hosts_that_lead_nowhere_are_refused(shop: Shop) {
    for hosts in
        [&[("a.example.org", "moved")][..], &[("https://a.example.org", "active")], &[("a.example.org", "x")]]
    {
        assert_eq!(refused(lives(&shop, hosts).await), "bad_input", "{hosts:?}");
    }
    let named = |hosts: &[&str]| ShopRequest {
        hosts: Some(hosts.iter().map(|h| (*h).to_owned()).collect()),
        ..ShopRequest::default()
    };
    shop.operator.update_shop(named(&["shop.example.org", "links.example.org"])).await.expect("hosts");
    assert_eq!(refused(lives(&shop, &[("a.example.org", "active")]).await), "bad_input");
    lives(&shop, &[("links.example.org", "active")]).await.expect("a host of the shop");
    assert_eq!(refused(shop.operator.update_shop(named(&["shop.example.org"])).await), "still_in_use");
}

async fn an_operator_says_which_client_gets_what(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let asked = async |agent: &str| {
        let headers = vec![("user-agent".to_owned(), agent.to_owned())];
        shop.door.link(token(&mine.link), LinkAsk { headers, ..LinkAsk::default() }).await.expect("an answer")
    };
    assert_eq!(asked("v2rayNG/1.9.5").await.form, LinkForm::Base64);
    assert!(shop.operator.link_rules().await.expect("rules").standard);
    let rule = LinkRuleView {
        header: "User-Agent".to_owned(),
        operator: "version_at_least".to_owned(),
        value: "v2rayNG/1.8.29".to_owned(),
        form: "xray".to_owned(),
        headers: vec![],
    };
    let rules = LinkRulesRequest { rules: Some(vec![rule.clone()]) };
    let set = shop.operator.set_link_rules(rules).await.expect("rules");
    assert_eq!((set.standard, set.rules[0].header.as_str()), (false, "user-agent"));
    assert_eq!(asked("v2rayNG/1.8.17").await.form, LinkForm::Base64);
    let new = asked("v2rayNG/1.9.5").await;
    let documents: Vec<serde_json::Value> = serde_json::from_str(&new.body).expect("JSON");
    assert_eq!((new.form, documents.len()), (LinkForm::Xray, 4), "the line and three servers");
    assert!(documents[1]["remarks"].as_str().expect("a name").contains("Demo VLESS"));
    assert_eq!(asked("Mozilla/5.0 (X11)").await.form, LinkForm::Page, "browsers keep the page");
    assert_eq!(asked("clash").await.form, LinkForm::Base64, "no rule knows it now");
    for odd in [
        LinkRuleView { form: "exe".to_owned(), ..rule.clone() },
        LinkRuleView { operator: "matches".to_owned(), ..rule.clone() },
        LinkRuleView { header: "cookie".to_owned(), ..rule.clone() },
    ] {
        let rules = LinkRulesRequest { rules: Some(vec![odd]) };
        assert_eq!(refused(shop.operator.set_link_rules(rules).await), "bad_input");
    }
    shop.operator.set_link_rules(LinkRulesRequest { rules: None }).await.expect("the standard table");
    assert_eq!(asked("clash").await.form, LinkForm::Clash);
}

async fn a_guide_shows_the_link_and_dies_with_it(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let guide = customer.shop.guide_link(&mine.subscription_id).await.expect("a guide");
    assert!(guide.link.starts_with("https://shop.example.org/guide/"), "{}", guide.link);
    let opened = token(&guide.link).to_owned();
    assert!(!opened.contains(token(&mine.link)));
    assert_eq!(shop.door.guide(&opened).await.expect("open").link, mine.link);
    for position in [0, 20, 45, opened.len() - 1] {
        let mut wrong = opened.clone().into_bytes();
        wrong[position] = if wrong[position] == b'A' { b'B' } else { b'A' };
        let wrong = String::from_utf8(wrong).expect("text");
        assert_eq!(refused(shop.door.guide(&wrong).await), "not_found");
    }
    for odd in ["", "x", "é", &"A".repeat(500)] {
        assert_eq!(refused(shop.door.guide(odd).await), "not_found");
    }
    let stranger = shop.customer().await;
    assert_eq!(refused(stranger.shop.guide_link(&mine.subscription_id).await), "not_found");
    customer.shop.reset_link(&mine.subscription_id).await.expect("reset");
    assert!(shop.door.guide(&opened).await.is_err(), "dead with the old link");
}

async fn a_guide_ends_after_a_week(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let guide = customer.shop.guide_link(&mine.subscription_id).await.expect("a guide");
    shop.after(days(6)).await;
    assert!(shop.door.guide(token(&guide.link)).await.is_ok());
    shop.after(days(1)).await;
    assert!(shop.door.guide(token(&guide.link)).await.is_err());
    let guide = customer.shop.guide_link(&mine.subscription_id).await.expect("a guide");
    shop.operator.revoke(&mine.subscription_id).await.expect("revoked");
    assert!(shop.door.guide(token(&guide.link)).await.is_err());
}

async fn the_nearest_server_comes_first(shop: Shop) {
    shop.adds_server("paris").await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let status = async || {
        let page = LinkAsk::of(LinkForm::Page);
        shop.door.link(token(&mine.link), page).await.expect("a status").status.servers
    };
    let before = status().await;
    assert_eq!([before[0].name.as_str(), before[1].name.as_str()], ["frankfurt", "paris"]);
    let report = |index: usize, ms| LatencyReport { server: before[index].id.to_string(), ms };
    let tell = async |reports| shop.door.report_latency(token(&mine.link), reports).await;
    tell(vec![report(0, None), report(1, Some(90))]).await.expect("noted");
    assert_eq!(status().await[0].name, "paris", "what cannot be reached sinks");
    for _ in 0..3 {
        tell(vec![report(0, Some(40))]).await.expect("noted");
    }
    assert_eq!(status().await[0].name, "frankfurt");
    assert_eq!(refused(tell(vec![]).await), "bad_input");
    assert_eq!(refused(tell(vec![report(0, None); 51]).await), "bad_input");
    let named = |server: &str| LatencyReport { server: server.to_owned(), ms: None };
    tell(vec![named("frankfurt"); 5]).await.expect("by its name as well");
    assert_eq!(status().await[0].name, "paris");
    tell(vec![named("atlantis")]).await.expect("what is not theirs is left out");
    assert_eq!(
        refused(shop.door.report_latency("abcdefghijklmnop", vec![report(0, None)]).await),
        "not_found"
    );
}

async fn one_wrong_letter_costs_what_a_dead_link_costs(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let right = token(&mine.link).to_owned();
    let mut wrong = right.clone().into_bytes();
    wrong[0] = if wrong[0] == b'a' { b'b' } else { b'a' };
    let wrong = String::from_utf8(wrong).expect("text");
    let (door, looks) = shop.watched();
    let mut costs = Vec::new();
    for dead in [wrong.as_str(), "abcdefghijklmnopqrstuvwxyz234567"] {
        let before = looks();
        assert!(door.link(dead, LinkAsk::default()).await.is_err());
        costs.push(looks() - before);
    }
    shop.operator.revoke(&mine.subscription_id).await.expect("revoked");
    let before = looks();
    assert!(door.link(&right, LinkAsk::default()).await.is_err());
    costs.push(looks() - before);
    assert_eq!(costs, [1, 1, 1], "one look into the books, whichever way a link is dead");
}

async fn every_form_says_that_it_has_ended(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    shop.after(days(31)).await;
    for form in LinkForm::ALL.into_iter().filter(|form| *form != LinkForm::Page) {
        let answer = shop.door.link(token(&mine.link), LinkAsk::of(form)).await.expect("an answer");
        let told = answer.body.replace("%20", " ");
        assert!(told.contains("Subscription ended"), "{form:?}: {told}");
        assert!(!told.contains("Demo"), "{form:?}");
    }
}
