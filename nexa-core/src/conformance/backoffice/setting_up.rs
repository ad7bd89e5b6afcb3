//! Setting a shop up and keeping it, one function per sentence of [`crate::backoffice::Servers`],
//! [`crate::backoffice::Gateways`] and [`crate::backoffice::Setup`].

use super::{Belongings, Codes, Fixture, new_plan, refused, some};
use crate::{
    backoffice::{
        Backoffice,
        model::{
            ArrangeRequest, GatewaySettingsView, GroupRequest, RentRequest, SetUpGatewayRequest,
            SettingRequest, SettingsRequest, TryServerRequest, UpdateServerRequest,
        },
    },
    storefront::model::MoneyView,
    storefront::model::PageRequest,
};

fn group(name: &str) -> GroupRequest {
    GroupRequest { name: name.to_owned(), spread: 1 }
}

fn rent(cost: Option<MoneyView>) -> RentRequest {
    RentRequest { cost, note: "a note".to_owned() }
}

fn setting(name: &str, value: &str) -> SettingRequest {
    SettingRequest { name: name.to_owned(), value: value.to_owned() }
}

fn order(shelf: &str, ids: &[&str]) -> ArrangeRequest {
    ArrangeRequest { shelf: shelf.to_owned(), ids: ids.iter().map(|id| (*id).to_owned()).collect() }
}

const UNCHANGED: UpdateServerRequest =
    UpdateServerRequest { name: None, state: None, config: None, region: None, capacity: None };

/// The codes of every method that takes an id.
pub(super) async fn by_id(shop: &dyn Backoffice, of: &Belongings) -> Codes {
    let nothing = SettingsRequest { settings: vec![], name: None, version: None };
    vec![
        ("set_rent", refused(shop.set_rent(&of.server, rent(None)).await)),
        ("change_server_settings", refused(shop.change_server_settings(&of.server, vec![], UNCHANGED).await)),
        ("remove_server", refused(shop.remove_server(&of.server).await)),
        ("update_group", refused(shop.update_group(&of.group, group("theirs")).await)),
        ("remove_group", refused(shop.remove_group(&of.group).await)),
        ("gateway_settings", refused(shop.gateway_settings(&of.gateway, 0).await)),
        ("change_gateway_settings", refused(shop.change_gateway_settings(&of.gateway, nothing).await)),
        ("arrange plans", refused(shop.arrange(order("plans", &[&of.plan])).await)),
        ("arrange packs", refused(shop.arrange(order("packs", &[&of.pack])).await)),
        ("arrange gateways", refused(shop.arrange(order("gateways", &[&of.gateway])).await)),
    ]
}

/// The codes of every other method.
pub(super) async fn without_id(shop: &dyn Backoffice, broken: &dyn Fixture) -> Codes {
    let server = broken.broken_server();
    let look = TryServerRequest { kind: server.kind, config: server.config };
    let gateway = SetUpGatewayRequest { kind: "x".to_owned(), name: String::new(), settings: vec![] };
    vec![
        ("server_kinds", refused(shop.server_kinds().await)),
        ("try_server", refused(shop.try_server(look).await)),
        ("rents", refused(shop.rents().await)),
        ("gateway_kinds", refused(shop.gateway_kinds().await)),
        ("set_up_gateway", refused(shop.set_up_gateway(gateway).await)),
        ("setup", refused(shop.setup().await)),
        ("arrange", refused(shop.arrange(order("x", &["x"])).await)),
    ]
}

/// `try_server` says what a panel says, and stores nothing.
/// `change_server_settings` leaves alone what was not typed or left empty, and refuses what its kind does not describe.
/// `set_rent` keeps what a server costs in any currency, and refuses costs below zero.
/// `remove_server` refuses a server that is not off, and one on which somebody is placed.
pub async fn keeps_servers_until_nobody_is_on_them(world: &dyn Fixture) {
    let shop = world.operator();
    let broken = world.broken_server();
    let known = shop.servers().await.expect("servers");
    refused(shop.try_server(TryServerRequest { kind: broken.kind, config: broken.config }).await);
    assert_eq!(shop.servers().await.expect("servers"), known);
    let id = known.first().expect("a server").server_id.clone();
    let euros = Some(MoneyView { minor: 449, currency: "EUR".to_owned() });
    let kept = shop.set_rent(&id, rent(euros.clone())).await.expect("noted");
    assert_eq!((kept.cost, &*kept.note), (euros, "a note"));
    assert_eq!(refused(shop.set_rent(&id, rent(Some(some(-1)))).await), "amount_out_of_range");
    let empty = vec![setting("nobody_knows_it", " ")];
    let same = shop.change_server_settings(&id, empty, UNCHANGED).await.expect("nothing was typed");
    assert_eq!(Some(&same), known.first());
    let strange = vec![setting("nobody_knows_it", "1")];
    assert_eq!(refused(shop.change_server_settings(&id, strange, UNCHANGED).await), "bad_config");
    assert_eq!(refused(shop.remove_server(&id).await), "still_in_use");
    let sold = world.sell().await;
    for state in ["off", "open"] {
        for server in &known {
            let request = UpdateServerRequest { state: Some(state.to_owned()), ..UNCHANGED };
            shop.update_server(&server.server_id, request).await.expect("switched");
        }
        let held = shop.servers().await.expect("servers").into_iter().find(|server| server.load > 0);
        assert_eq!(refused(shop.remove_server(&held.expect("one in use").server_id).await), "still_in_use");
    }
    shop.refund_order(&sold).await.expect("begun");
    world.work().await;
    let free: Vec<_> =
        shop.servers().await.expect("servers").into_iter().filter(|server| server.load == 0).collect();
    let gone = free.first().expect("one that nobody is on").server_id.clone();
    let off = UpdateServerRequest { state: Some("off".to_owned()), ..UNCHANGED };
    shop.update_server(&gone, off).await.expect("switched");
    shop.remove_server(&gone).await.expect("taken away");
    assert_eq!(refused(shop.remove_server(&gone).await), "not_found");
    assert!(shop.servers().await.expect("servers").iter().all(|server| server.server_id != gone));
    assert!(shop.rents().await.expect("rents").iter().all(|rent| rent.server_id != gone));
}

/// `update_group` refuses a name that another group has.
/// `remove_group` refuses a group with plans, servers or subscriptions.
pub async fn keeps_groups_that_are_used(world: &dyn Fixture) {
    let shop = world.operator();
    let (one, two) = (
        shop.add_group(group("one")).await.expect("added"),
        shop.add_group(group("two")).await.expect("added"),
    );
    assert_eq!(refused(shop.update_group(&one.group_id, group("two")).await), "name_taken");
    assert_eq!(refused(shop.update_group(&one.group_id, group(" ")).await), "bad_input");
    let changed = shop.update_group(&one.group_id, group("first")).await.expect("changed");
    assert_eq!((&*changed.name, changed.spread), ("first", 1));
    shop.add_plan(new_plan(&one.group_id)).await.expect("a plan");
    assert_eq!(refused(shop.remove_group(&one.group_id).await), "still_in_use");
    shop.remove_group(&two.group_id).await.expect("taken away");
    assert_eq!(refused(shop.remove_group(&two.group_id).await), "not_found");
    let left = shop.groups().await.expect("groups");
    assert!(left.contains(&changed) && !left.contains(&two));
}

/// `set_up_gateway` adds a gateway that is not enabled yet, and refuses settings that its kind does not describe.
/// `gateway_settings` shows what stands in every setting but the secrets; of these it says that they are set.
/// `change_gateway_settings` leaves alone what was not typed, and secrets that were left empty; name and settings change
/// together or not at all, and not where another version was seen.
pub async fn shows_settings_without_their_secrets(world: &dyn Fixture) {
    let shop = world.operator();
    let kind = world.broken_gateway().kind;
    let kinds = shop.gateway_kinds().await.expect("kinds");
    let known = kinds.iter().find(|known| known.kind == kind).expect("a kind that is described");
    let of =
        |input: &str| known.fields.iter().find(|field| field.input == input).expect("a field").name.clone();
    let (secret, number) = (of("secret"), of("number"));
    let request = |settings| SetUpGatewayRequest { kind: kind.clone(), name: "ours".to_owned(), settings };
    let strange = vec![setting("nobody_knows_it", "1")];
    assert_eq!(refused(shop.set_up_gateway(request(strange)).await), "bad_config");
    let hidden = "a-secret-5c1e77";
    let typed = vec![setting(&secret, hidden), setting(&number, "60")];
    let added = shop.set_up_gateway(request(typed)).await.expect("added");
    assert!(!added.enabled);
    let shown = async || shop.gateway_settings(&added.gateway_id, 1).await.expect("settings");
    let before = shown().await;
    assert!(!format!("{before:?}").contains(hidden), "a secret came out");
    let stands = |all: &GatewaySettingsView, name: &str| {
        let found = all.settings.iter().find(|setting| setting.name == name).expect("a setting");
        (found.value.clone(), found.set)
    };
    assert_eq!(stands(&before, &secret), (String::new(), true));
    assert_eq!(stands(&before, &number), ("60".to_owned(), true));
    let again = |name: Option<&str>, version: u32| SettingsRequest {
        settings: vec![setting(&secret, "")],
        name: name.map(str::to_owned),
        version: Some(version),
    };
    let id = &added.gateway_id;
    shop.change_gateway_settings(id, again(None, before.version)).await.expect("changed");
    let after = GatewaySettingsView { version: before.version + 1, ..before.clone() };
    assert_eq!(shown().await, after);
    let stale = again(Some("theirs"), before.version);
    assert_eq!(refused(shop.change_gateway_settings(id, stale).await), "already_decided");
    assert_eq!(refused(shop.change_gateway_settings(id, again(Some(" "), after.version)).await), "bad_input");
    assert_eq!(shown().await, after, "together or not at all");
    let named = shop.change_gateway_settings(id, again(Some("renamed"), after.version)).await;
    assert_eq!(named.expect("changed").name, "renamed");
}

/// `arrange` shows these first, in this order, and the rest behind; each once, and only what the shop has.
/// `setup` says of each step whether it was done, whoever did it by whatever way.
pub async fn arranges_what_it_shows(world: &dyn Fixture) {
    let shop = world.operator();
    let group = shop.groups().await.expect("groups").remove(0).group_id;
    for _ in 0..2 {
        shop.add_plan(new_plan(&group)).await.expect("a plan");
    }
    let ids = async || {
        let plans = shop.plans().await.expect("plans");
        plans.into_iter().map(|plan| plan.plan_id).collect::<Vec<_>>()
    };
    let before = ids().await;
    let last = before.last().expect("plans").clone();
    shop.arrange(order("plans", &[&last])).await.expect("arranged");
    let mut wish = before.clone();
    wish.rotate_right(1);
    assert_eq!(ids().await, wish);
    assert_eq!(refused(shop.arrange(order("plans", &[&last, &last])).await), "bad_input");
    assert_eq!(refused(shop.arrange(order("shelves", &[])).await), "bad_input");
    assert_eq!(refused(shop.arrange(order("gateways", &[&last])).await), "not_found");
    let done = async |step: &str| {
        let all = shop.setup().await.expect("steps").steps;
        all.into_iter().find(|of| of.step == step).expect("a step").done
    };
    assert!(done("server").await && done("plan").await && done("group").await);
    assert!(!done("brand").await && !done("payment").await);
    let request =
        crate::backoffice::model::ShopRequest { tagline: Some("Quick".to_owned()), ..Default::default() };
    shop.update_shop(request).await.expect("branded");
    assert!(done("brand").await);
    world.hand_in_a_receipt().await;
    let receipt = shop.receipts(PageRequest::default()).await.expect("receipts").remove(0);
    let accept = crate::backoffice::model::AcceptRequest { received: receipt.due, version: receipt.version };
    shop.accept_receipt(&receipt.receipt_id, accept).await.expect("accepted");
    assert!(done("payment").await);
}
