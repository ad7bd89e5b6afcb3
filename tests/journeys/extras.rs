//! Plans with more than time and traffic: an address of one's own, ports of the server.

use crate::world::{Customer, GIB, Shop, days, dollars, hours, on_every_storage, refused, wish};
use nexa_core::{
    backoffice::model::{
        AddPlanRequest, AddServerRequest, OperatorServerView, UpdatePlanRequest, UpdateServerRequest,
    },
    domain::extras::{Extras, ExtrasGiven},
    error::Result,
    frontdesk::{LinkAsk, LinkForm},
    storefront::model::{OrderView, Purpose},
};
use serde_json::json;

on_every_storage!(
    an_address_of_ones_own_is_sold_and_shown,
    what_was_given_is_shown_while_the_server_is_down,
    what_no_server_offers_is_not_put_on_sale,
    what_is_sold_out_is_not_sold,
    the_last_address_is_sold_once,
    a_renewal_has_the_same_extras,
    what_was_given_to_others_is_not_renewed,
    a_trial_of_extras_needs_a_free_server,
    what_a_server_offers_is_asked_again,
);

/// A server for so many customers that offers addresses and ports.
async fn adds_rich_server(shop: &Shop, name: &str, capacity: u32) -> String {
    let request = AddServerRequest {
        name: name.to_owned(),
        kind: "memory".to_owned(),
        group_id: None,
        config: json!({ "name": name, "offers": ["dedicated_ip", "port_forward"] }),
        region: None,
        capacity: Some(capacity),
    };
    shop.operator.add_server(request).await.expect("a server").server_id
}

fn plan(extras: &[&str]) -> AddPlanRequest {
    AddPlanRequest {
        name: "Own address".to_owned(),
        days: 30,
        traffic_bytes: 10 * GIB,
        devices: 2,
        extras: extras.iter().map(|&extra| extra.to_owned()).collect(),
        group_id: None,
        prices: vec![dollars(9)],
        on_sale: true,
    }
}

async fn adds_rich_plan(shop: &Shop) -> String {
    shop.operator.add_plan(plan(&["dedicated_ip", "port_forward"])).await.expect("a plan").plan_id
}

async fn buys(customer: &Customer, plan: &str) -> Result<OrderView> {
    customer.shop.checkout(wish(Purpose::New, plan, None, "wallet"), None).await
}

/// What the page behind a link would show of the extras, by server.
async fn shown(shop: &Shop, link: &str) -> Vec<Option<ExtrasGiven>> {
    let token = link.rsplit('/').next().expect("a token");
    let answer = shop.door.link(token, LinkAsk::of(LinkForm::Page)).await.expect("a status");
    answer.status.servers.into_iter().map(|server| server.given).collect()
}

async fn an_address_of_ones_own_is_sold_and_shown(shop: Shop) {
    adds_rich_server(&shop, "paris", 0).await;
    adds_rich_server(&shop, "vienna", 0).await;
    let plan = adds_rich_plan(&shop).await;
    let on_sale = shop.guest().plans().await.expect("plans");
    assert_eq!(on_sale.last().expect("a plan").extras, ["dedicated_ip", "port_forward"]);
    let customer = shop.customer_with(dollars(9)).await;
    buys(&customer, &plan).await.expect("bought");
    shop.works().await;

    let holding: Vec<_> = ["frankfurt", "paris", "vienna"]
        .into_iter()
        .filter(|name| !shop.server(name).entries().is_empty())
        .collect();
    assert_eq!(holding.len(), 1, "an address is one address: {holding:?}");
    assert_ne!(holding, ["frankfurt"], "which offers none");
    let wanted = shop.server(holding[0]).entry().account.grant.extras;
    assert_eq!(wanted, Extras { dedicated_ip: true, port_forward: true, multi_hop: false });

    let listed = customer.subscription().await;
    assert_eq!(listed.extras, ["dedicated_ip", "port_forward"]);
    assert!(listed.servers[0].outgoing.is_none() && listed.servers[0].forward.is_none());
    let mine = customer.shop.subscription(&listed.subscription_id).await.expect("my subscription");
    let server = &mine.servers[0];
    assert!(server.outgoing.as_ref().is_some_and(|address| address.starts_with("198.51.100.")));
    let forward = server.forward.as_ref().expect("an access");
    assert!(forward.first_port <= forward.last_port);
    assert!(!format!("{mine:?}").contains(&forward.password), "a password is not printed");
    let given = shown(&shop, &mine.link).await.remove(0).expect("what they came to");
    assert_eq!(given.outgoing.map(|address| address.to_string()), server.outgoing);
    shop.is_in_order().await;
}

async fn what_was_given_is_shown_while_the_server_is_down(shop: Shop) {
    adds_rich_server(&shop, "paris", 0).await;
    let plan = adds_rich_plan(&shop).await;
    let customer = shop.customer_with(dollars(9)).await;
    buys(&customer, &plan).await.expect("bought");
    shop.works().await;
    let link = customer.subscription().await.link;
    let before = shown(&shop, &link).await;
    assert!(before[0].is_some());
    shop.server("paris").goes_down();
    shop.clock.advance(hours(1));
    assert_eq!(shown(&shop, &link).await, before);
}

async fn the_last_address_is_sold_once(shop: Shop) {
    adds_rich_server(&shop, "paris", 0).await;
    let own = shop.operator.add_plan(plan(&["dedicated_ip"])).await.expect("a plan").plan_id;
    let (one, two) = (shop.customer_with(dollars(9)).await, shop.customer_with(dollars(9)).await);
    buys(&one, &own).await.expect("bought");
    // The server gives its last address while it is told of the customer.
    shop.server("paris").is_sold_out_of(Extras { dedicated_ip: true, ..Extras::NONE });
    shop.works().await;
    assert_eq!(refused(buys(&two, &own).await), "extra_unavailable");
    let ports = shop.operator.add_plan(plan(&["port_forward"])).await.expect("a plan").plan_id;
    buys(&two, &ports).await.expect("of these it has some left");
    shop.operator.add_plan(plan(&["dedicated_ip"])).await.expect("sold out is not the same as not offered");
    shop.is_in_order().await;
}

async fn what_no_server_offers_is_not_put_on_sale(shop: Shop) {
    let own = plan(&["dedicated_ip"]);
    assert_eq!(refused(shop.operator.add_plan(own.clone()).await), "extra_not_offered");
    assert_eq!(refused(shop.operator.add_plan(plan(&["roof"])).await), "bad_input");
    let paris = adds_rich_server(&shop, "paris", 0).await;
    shop.operator.add_plan(own.clone()).await.expect("a plan");
    assert_eq!(refused(shop.operator.add_plan(plan(&["dedicated_ip", "multi_hop"])).await), "bad_input");
    let both = plan(&["dedicated_ip", "port_forward", "multi_hop"]);
    assert_eq!(refused(shop.operator.add_plan(both).await), "bad_input", "they exclude each other");
    let both = plan(&["port_forward", "multi_hop"]);
    assert_eq!(refused(shop.operator.add_plan(both).await), "extra_not_offered");
    let change = |extras: &[&str]| UpdatePlanRequest {
        name: None,
        days: None,
        traffic_bytes: None,
        devices: None,
        extras: Some(extras.iter().map(|&extra| extra.to_owned()).collect()),
        prices: None,
        on_sale: None,
    };
    let multi_hop = shop.operator.update_plan(&shop.month, change(&["multi_hop"])).await;
    assert_eq!(refused(multi_hop), "extra_not_offered");
    let changed = shop.operator.update_plan(&shop.month, change(&["port_forward"])).await.expect("changed");
    assert_eq!(changed.extras, ["port_forward"]);
    let changed = shop.operator.update_plan(&shop.month, change(&[])).await.expect("changed back");
    assert!(changed.extras.is_empty());

    let off = UpdateServerRequest {
        name: None,
        state: Some("off".to_owned()),
        config: None,
        region: None,
        capacity: None,
    };
    shop.operator.update_server(&paris, off).await.expect("off");
    assert_eq!(refused(shop.operator.add_plan(own).await), "extra_not_offered");
}

async fn what_is_sold_out_is_not_sold(shop: Shop) {
    adds_rich_server(&shop, "paris", 1).await;
    let plan = adds_rich_plan(&shop).await;
    let first = shop.customer_with(dollars(9)).await;
    buys(&first, &plan).await.expect("bought");
    shop.works().await;
    let second = shop.customer_with(dollars(9)).await;
    assert_eq!(refused(buys(&second, &plan).await), "extra_unavailable");
    assert_eq!(second.wallet().await, 900, "and nothing was taken");
    second.orders("wallet").await.expect("a plan without extras");
    shop.works().await;
    assert!(shop.server("frankfurt").lets_in());
    let mine = first.subscription().await;
    first.receives(dollars(9)).await;
    first.renews_with(&mine, &plan, "wallet").await.expect("who has it already may renew it");
    shop.is_in_order().await;
}

async fn a_renewal_has_the_same_extras(shop: Shop) {
    adds_rich_server(&shop, "paris", 0).await;
    let plan = adds_rich_plan(&shop).await;
    let rich = shop.customer_with(dollars(50)).await;
    buys(&rich, &plan).await.expect("bought");
    shop.works().await;
    let mine = rich.subscription().await;
    assert_eq!(refused(rich.renews(&mine, "wallet").await), "extras_differ", "a cheap plan keeps no address");
    rich.renews_with(&mine, &plan, "wallet").await.expect("renewed");
    let somebody = shop.customer().await;
    let other = somebody.has_a_month(&shop).await;
    somebody.receives(dollars(9)).await;
    assert_eq!(refused(somebody.renews_with(&other, &plan, "wallet").await), "extras_differ");
    shop.works().await;
    assert_eq!(rich.subscription().await.limit_bytes, 20 * GIB);
    shop.is_in_order().await;
}

async fn what_was_given_to_others_is_not_renewed(shop: Shop) {
    adds_rich_server(&shop, "paris", 1).await;
    let plan = adds_rich_plan(&shop).await;
    let customer = shop.customer_with(dollars(50)).await;
    buys(&customer, &plan).await.expect("bought");
    shop.works().await;
    let mine = customer.subscription().await;
    adds_rich_server(&shop, "vienna", 0).await;
    let (server, address) = (shop.server("paris"), Extras { dedicated_ip: true, ..Extras::NONE });
    server.is_sold_out_of(address);
    shop.after(days(31)).await;
    customer.renews_with(&mine, &plan, "wallet").await.expect("what it had is still there");
    shop.works().await;
    shop.after(days(31)).await;
    assert_eq!(customer.subscription().await.state, "ended");

    server.gives_away_the_last(address);
    let before = customer.wallet().await;
    for method in ["wallet", &shop.transfer] {
        let refusal = refused(customer.renews_with(&mine, &plan, method).await);
        assert_eq!(refusal, "extra_unavailable", "vienna's addresses are no use to it");
    }
    assert_eq!(customer.wallet().await, before, "nothing was taken");
    server.is_sold_out_of(Extras::NONE);
    shop.after(hours(7)).await;
    customer.renews_with(&mine, &plan, "wallet").await.expect("there is another, and its place is its own");
    shop.works().await;
    shop.after(days(31)).await;

    server.gives_away_the_last(address);
    server.goes_down();
    customer.renews_with(&mine, &plan, "wallet").await.expect("no answer is no refusal");
    server.comes_back();
    shop.after(hours(1)).await;
    assert_eq!(customer.subscription().await.state, "active");
    shop.is_in_order().await;
}

async fn a_trial_of_extras_needs_a_free_server(shop: Shop) {
    adds_rich_server(&shop, "paris", 1).await;
    let plan = adds_rich_plan(&shop).await;
    shop.gives_trials_of(&plan).await;
    let first = shop.customer().await;
    first.shop.trial().await.expect("a trial");
    shop.works().await;
    let second = shop.customer().await;
    assert_eq!(refused(second.shop.trial().await), "extra_unavailable");
    shop.gives_trials_of(&shop.month).await;
    second.shop.trial().await.expect("it was not used up");
}

async fn what_a_server_offers_is_asked_again(shop: Shop) {
    let paris = adds_rich_server(&shop, "paris", 0).await;
    let plan = adds_rich_plan(&shop).await;
    shop.works().await;
    let customer = shop.customer_with(dollars(9)).await;
    let offers = async || -> Vec<String> {
        let servers: Vec<OperatorServerView> = shop.operator.servers().await.expect("servers");
        servers.into_iter().find(|server| server.server_id == paris).expect("paris").offers
    };
    assert_eq!(offers().await, ["dedicated_ip", "port_forward"]);
    shop.server("paris").offers(Extras::NONE);
    shop.after(hours(7)).await;
    assert!(offers().await.is_empty());
    assert_eq!(refused(buys(&customer, &plan).await), "extra_unavailable");

    shop.server("paris").offers(Extras { dedicated_ip: true, port_forward: true, multi_hop: true });
    assert!(shop.operator.check_server(&paris).await.expect("a check").ok);
    assert_eq!(offers().await, ["dedicated_ip", "multi_hop", "port_forward"]);
    buys(&customer, &plan).await.expect("bought");
    shop.works().await;
    shop.is_in_order().await;
}
