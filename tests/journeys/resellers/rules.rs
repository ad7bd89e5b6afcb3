//! What a supplier and a reseller may agree on, and what a reseller may not decide.

use crate::world::{Shop, cents, costs, dollars, on_every_storage, percent_off, prepaid, refused, takes};
use nexa_core::{
    backoffice::model::{
        AddPlanRequest, AddResellerRequest, AddServerRequest, BulkRequest, CouponTerms, ExtendRequest,
        GiftCodesRequest, GrantRequest, GroupRequest, LinkHostView, LinkSettingsRequest, RateRequest,
        ResellerTermsRequest, ShopRequest, TakeRequest, WholesaleListRequest,
    },
    domain::{permission::Permission, user::Principal},
    storefront::model::{MoneyView, PageRequest},
};
use serde_json::json;

on_every_storage!(
    a_wholesale_price_is_never_below_zero,
    a_retail_price_is_never_below_the_floor,
    every_retail_price_is_compared,
    a_reseller_has_nothing_that_its_supplier_would_have_to_deliver_for_nothing,
    what_a_reseller_gives_away_in_codes_is_paid_for,
    a_reseller_takes_no_address_of_others,
    a_lost_link_of_a_resellers_operator_is_made_anew,
    what_is_off_sale_is_not_sold_here,
    a_quota_ends_new_sales,
    a_reseller_has_hosts_of_its_own,
    whoever_may_not_look_after_resellers_sees_none,
    what_is_done_with_resellers_is_noted,
);

async fn a_wholesale_price_is_never_below_zero(shop: Shop) {
    let list = |prices| WholesaleListRequest { name: "Gold".to_owned(), return_days: None, prices };
    let add = |prices| shop.operator.add_wholesale_list(list(prices));
    assert_eq!(refused(add(vec![costs(&shop.month, cents(-1))]).await), "amount_out_of_range");
    let nothing =
        nexa_core::backoffice::model::WholesalePriceRequest { free: false, ..costs(&shop.month, cents(0)) };
    assert_eq!(refused(add(vec![nothing]).await), "amount_out_of_range", "nothing has to be said");
    add(vec![costs(&shop.month, cents(0))]).await.expect("free, as was said");
    let twice = vec![costs(&shop.month, cents(1)), costs(&shop.month, cents(2))];
    assert_eq!(refused(add(twice).await), "bad_input");
    let euros = nexa_core::storefront::model::MoneyView { minor: 100, currency: "EUR".to_owned() };
    assert_eq!(refused(add(vec![costs(&shop.month, euros)]).await), "wrong_currency");
    let other = shop.next_door().await;
    assert_eq!(refused(add(vec![costs(&other.month, cents(1))]).await), "not_found");
    let known = shop.operator.wholesale_lists().await.expect("lists");
    assert_eq!((known.len(), known[0].return_days), (1, 3));
    let theirs = other.operator.update_wholesale_list(&known[0].list_id, list(vec![])).await;
    assert_eq!(refused(theirs), "not_found");
}

async fn a_retail_price_is_never_below_the_floor(shop: Shop) {
    let list = shop.asks_resellers_for(vec![costs(&shop.month, dollars(3))]).await;
    let terms = ResellerTermsRequest { floor_percent: Some(150), ..prepaid(&list) };
    let branch = shop.has_a_reseller_on("branch.example.org", terms).await;
    let operator = &branch.shop.operator;
    assert_eq!(refused(operator.take(takes(&shop.month, cents(449))).await), "below_floor");
    let supply = operator.take(takes(&shop.month, cents(450))).await.expect("at the floor");
    assert_eq!((&supply.wares[0].floor, supply.wares[0].made.len()), (&cents(450), 2));
    let cheap = nexa_core::backoffice::model::UpdatePlanRequest {
        name: None,
        days: None,
        traffic_bytes: None,
        devices: None,
        prices: Some(vec![cents(100)]),
        extras: None,
        on_sale: None,
    };
    assert_eq!(refused(operator.update_plan(&branch.shop.month, cheap).await), "below_floor");
    let unlisted = shop.adds_plan("Week", 7, 1 << 30, dollars(2)).await;
    assert_eq!(refused(operator.take(takes(&unlisted, dollars(9))).await), "not_found");
}

async fn every_retail_price_is_compared(shop: Shop) {
    let list = shop.asks_resellers_for(vec![costs(&shop.month, dollars(3))]).await;
    let terms = ResellerTermsRequest { floor_percent: Some(150), ..prepaid(&list) };
    let branch = shop.has_a_reseller_on("branch.example.org", terms).await;
    let operator = &branch.shop.operator;
    let euros = |minor| MoneyView { minor, currency: "EUR".to_owned() };
    let both =
        |minor| TakeRequest { prices: vec![dollars(9), euros(minor)], ..takes(&shop.month, dollars(9)) };
    let rate = |price| RateRequest { asset: "EUR".to_owned(), price, valid_hours: 24 };
    assert_eq!(refused(operator.take(both(900)).await), "no_fresh_rate");
    operator.set_rate(rate(dollars(100))).await.expect("its own rate");
    assert_eq!(refused(operator.take(both(900)).await), "no_fresh_rate", "by which nothing is compared");
    shop.operator.set_rate(rate(cents(112))).await.expect("the supplier's rate");
    assert_eq!(refused(operator.take(both(401)).await), "below_floor");
    operator.take(both(402)).await.expect("at the floor");
}

async fn a_reseller_has_nothing_that_its_supplier_would_have_to_deliver_for_nothing(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    branch.tops_up(dollars(3)).await;
    let customer = branch.sells().await;
    let (operator, key) = (&branch.shop.operator, "key".to_owned());
    let server = AddServerRequest {
        name: "own".to_owned(),
        kind: "memory".to_owned(),
        group_id: None,
        config: json!({ "name": "own" }),
        region: None,
        capacity: None,
    };
    assert_eq!(refused(operator.add_server(server).await), "supplier_decides");
    let group = GroupRequest { name: "own".to_owned(), spread: 0 };
    assert_eq!(refused(operator.add_group(group).await), "supplier_decides");
    let plan = AddPlanRequest {
        name: "Own".to_owned(),
        days: 30,
        traffic_bytes: 1 << 30,
        devices: 1,
        extras: vec![],
        group_id: None,
        prices: vec![dollars(1)],
        on_sale: true,
    };
    assert_eq!(refused(operator.add_plan(plan).await), "supplier_decides");
    let held = customer.subscription().await.subscription_id;
    let more = ExtendRequest { days: Some(30), traffic_bytes: None, reason: "why not".to_owned() };
    assert_eq!(refused(operator.extend_subscription(&held, more, key.clone()).await), "supplier_decides");
    let many = BulkRequest { step: "extend".to_owned(), days: Some(30), ..BulkRequest::default() };
    assert_eq!(refused(operator.preview_bulk(many.clone()).await), "supplier_decides");
    let many = BulkRequest { count: Some(1), reason: Some("why not".to_owned()), ..many };
    assert_eq!(refused(operator.begin_bulk(many, "many".to_owned()).await), "supplier_decides");
    let given = GrantRequest { plan_id: branch.shop.month.clone(), reason: "a friend".to_owned() };
    assert_eq!(
        refused(operator.grant_subscription(&customer.id, given.clone(), key.clone()).await),
        "not_supplied"
    );
    branch.tops_up(dollars(3)).await;
    operator.grant_subscription(&customer.id, given, key).await.expect("given, and paid for");
    assert_eq!(branch.wallet().await, 0);
    let days = CouponTerms { percent: None, days: Some(30), ..percent_off(1) };
    let coupon = nexa_core::backoffice::model::AddCouponRequest {
        code: "MORE".to_owned(),
        terms: days,
        enabled: true,
    };
    assert_eq!(refused(operator.add_coupon(coupon).await), "supplier_decides");
    branch.shop.adds_coupon("CHEAP", percent_off(50)).await;
    let adopts = ShopRequest { adoption_plan_id: Some(branch.shop.month.clone()), ..ShopRequest::default() };
    assert_eq!(refused(operator.update_shop(adopts).await), "supplier_decides");
    shop.works().await;
    branch.shop.is_in_order().await;
}

async fn what_a_reseller_gives_away_in_codes_is_paid_for(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    let codes =
        |count| GiftCodesRequest { plan_id: branch.shop.month.clone(), count, reason: "a fair".to_owned() };
    let operator = &branch.shop.operator;
    assert_eq!(refused(operator.make_gifts(codes(1), "a".to_owned()).await), "not_supplied");
    branch.tops_up(dollars(4)).await;
    assert_eq!(refused(operator.make_gifts(codes(2), "a".to_owned()).await), "not_supplied");
    assert_eq!(branch.wallet().await, 400, "all or none");
    let made = operator.make_gifts(codes(1), "a".to_owned()).await.expect("made");
    assert_eq!((made.codes.len(), branch.wallet().await), (1, 100));
    branch.shop.is_in_order().await;
}

async fn a_reseller_takes_no_address_of_others(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    let links = LinkHostView { host: "links.example.com".to_owned(), state: "active".to_owned() };
    let links = LinkSettingsRequest { devices: None, hosts: Some(vec![links]) };
    shop.operator.update_link_settings(links).await.expect("links elsewhere");
    let operator = &branch.shop.operator;
    let request = |host: &str| ShopRequest {
        hosts: Some(vec!["branch.example.org".to_owned(), host.to_owned()]),
        ..ShopRequest::default()
    };
    for other in ["Shop.example.org", "shop.example.org.", "links.example.com", "example.com"] {
        assert_eq!(refused(operator.update_shop(request(other)).await), "bad_input", "{other}");
        let made = AddResellerRequest {
            shop_name: "Branch".to_owned(),
            currency: "USD".to_owned(),
            locale: "en".to_owned(),
            hosts: vec![other.to_owned()],
            user_id: None,
            terms: prepaid(&branch.list),
        };
        assert_eq!(refused(shop.operator.add_reseller(made).await), "bad_input", "{other}");
    }
    assert_eq!(shop.door.shop_of("shop.example.org").await.expect("a shop").id, shop.id);
    operator.update_shop(request("other.example.com")).await.expect("a host of its own");
}

async fn a_lost_link_of_a_resellers_operator_is_made_anew(shop: Shop) {
    let list = shop.asks_resellers_for(vec![]).await;
    let made = shop.makes_a_shop("branch.example.org", prepaid(&list)).await;
    let id = made.reseller.reseller_id;
    let again = shop.operator.renew_reseller_link(&id).await.expect("a new link");
    assert_eq!((again.reseller.reseller_id.as_str(), again.account_number), (id.as_str(), None));
    let secret = |link: &str| link.rsplit('/').next().expect("a secret").to_owned();
    assert_eq!(
        refused(shop.door.claim(&secret(&made.claim_link)).await),
        "not_found",
        "the lost one is dead"
    );
    assert!(!again.reseller.claimed, "nobody came in yet");
    shop.door.claim(&secret(&again.claim_link)).await.expect("claimed");
    assert!(shop.operator.reseller(&id).await.expect("mine").claimed);
    assert_eq!(refused(shop.operator.renew_reseller_link(&id).await), "already_decided");
    let deed = shop.operator.actions(PageRequest::default()).await.expect("deeds").items.remove(0);
    assert_eq!((deed.deed.as_str(), deed.reseller_id.as_ref()), ("reseller_link_renewed", Some(&id)));
    let other = shop.next_door().await;
    assert_eq!(refused(other.operator.renew_reseller_link(&id).await), "not_found");
}

async fn what_is_off_sale_is_not_sold_here(shop: Shop) {
    use nexa_core::backoffice::model::UpdatePlanRequest;
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    let off = UpdatePlanRequest {
        name: None,
        days: None,
        traffic_bytes: None,
        devices: None,
        prices: None,
        extras: None,
        on_sale: Some(false),
    };
    branch.shop.operator.update_plan(&branch.shop.month, off).await.expect("off sale");
    let supply = branch.shop.operator.supply().await.expect("a supplier");
    assert!(supply.wares[0].made.is_empty());
}

async fn a_quota_ends_new_sales(shop: Shop) {
    let list = shop.asks_resellers_for(vec![costs(&shop.month, dollars(3))]).await;
    let terms = ResellerTermsRequest { quota: Some(1), ..prepaid(&list) };
    let branch = shop.has_a_reseller_on("branch.example.org", terms).await;
    branch.tops_up(dollars(20)).await;
    let first = branch.sells().await;
    let second = branch.shop.customer_with(dollars(7)).await;
    assert_eq!(refused(second.orders("wallet").await), "not_supplied");
    first.receives(dollars(7)).await;
    first.renews(&first.subscription().await, "wallet").await.expect("what is there may be renewed");
    let more = ResellerTermsRequest { quota: Some(2), ..prepaid(&list) };
    shop.operator.update_reseller(&branch.id, more).await.expect("more");
    second.orders("wallet").await.expect("sold");
}

async fn a_reseller_has_hosts_of_its_own(shop: Shop) {
    let list = shop.asks_resellers_for(vec![]).await;
    let request = |hosts: &[&str]| AddResellerRequest {
        shop_name: "Branch".to_owned(),
        currency: "USD".to_owned(),
        locale: "fa".to_owned(),
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        user_id: None,
        terms: prepaid(&list),
    };
    let operator = &shop.operator;
    assert_eq!(refused(operator.add_reseller(request(&[])).await), "bad_input");
    let made = operator.add_reseller(request(&["A.example.org"])).await.expect("made");
    assert_eq!(made.reseller.hosts, ["a.example.org"]);
    assert_eq!(refused(operator.add_reseller(request(&["a.example.org"])).await), "name_taken");
    let customer = shop.customer().await;
    let known = AddResellerRequest { user_id: Some(customer.id.clone()), ..request(&["b.example.org"]) };
    let made = operator.add_reseller(known).await.expect("made");
    assert_eq!((made.reseller.user_id, made.account_number), (customer.id.clone(), None));
    let again = AddResellerRequest { user_id: Some(customer.id.clone()), ..request(&["c.example.org"]) };
    assert_eq!(refused(operator.add_reseller(again).await), "still_in_use");
    assert_eq!(operator.resellers().await.expect("resellers").len(), 2);
    let unknown = AddResellerRequest { currency: "XXX".to_owned(), ..request(&["d.example.org"]) };
    assert_eq!(refused(operator.add_reseller(unknown).await), "bad_input");
}

async fn whoever_may_not_look_after_resellers_sees_none(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    let permissions = Permission::ALL.into_iter().filter(|p| *p != Permission::Resellers).collect();
    let clerk = shop.nexa.backoffice(Principal { permissions, ..shop.operator_is.clone() });
    assert_eq!(refused(clerk.resellers().await), "not_allowed");
    assert_eq!(refused(clerk.reseller(&branch.id).await), "not_allowed");
    assert_eq!(refused(clerk.suspend_reseller(&branch.id).await), "not_allowed");
    assert_eq!(refused(clerk.renew_reseller_link(&branch.id).await), "not_allowed");
    assert_eq!(refused(clerk.wholesale_lists().await), "not_allowed");
    let permissions = [Permission::Resellers].into_iter().collect();
    let clerk = shop.nexa.backoffice(Principal { permissions, ..branch.shop.operator_is.clone() });
    assert_eq!(refused(clerk.supply().await), "not_allowed");
    assert_eq!(refused(clerk.take(takes(&shop.month, dollars(9))).await), "not_allowed");
}

async fn what_is_done_with_resellers_is_noted(shop: Shop) {
    let branch = shop.has_a_reseller("branch.example.org", dollars(3)).await;
    shop.operator.update_reseller(&branch.id, prepaid(&branch.list)).await.expect("changed");
    shop.operator.suspend_reseller(&branch.id).await.expect("suspended");
    shop.operator.suspend_reseller(&branch.id).await.expect("suspended already");
    shop.operator.resume_reseller(&branch.id).await.expect("resumed");
    let deeds = async |of: &Shop| -> Vec<String> {
        let page = of.operator.actions(PageRequest::default()).await;
        page.expect("deeds").items.into_iter().map(|deed| deed.deed).collect()
    };
    let done = [
        "reseller_resumed",
        "reseller_suspended",
        "reseller_changed",
        "reseller_added",
        "wholesale_list_saved",
    ];
    assert_eq!(deeds(&shop).await[..done.len()], done);
    assert!(deeds(&branch.shop).await.iter().any(|deed| deed == "plan_taken"));
}
