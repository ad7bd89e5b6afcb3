//! One change of many subscriptions.

use crate::world::{
    Customer, Shop, days, dollars, minutes, on_every_storage, percent_off, refused, wish as wish_of,
};
use jiff::Timestamp;
use nexa_core::{
    backoffice::model::{
        AddServerRequest, BulkRequest, CouponTerms, ExportRequest, GroupRequest, SelectionView,
    },
    domain::permission::{Permission, Permissions},
    error::Result,
    storefront::model::{CheckoutRequest, OrderView, PageRequest, Purpose, SubscriptionView},
};
use serde_json::json;

on_every_storage!(
    many_are_extended_once_each_and_told,
    a_selection_that_grew_is_looked_at_again,
    what_cannot_be_changed_is_left_and_counted,
    a_stopped_bulk_changes_nothing_more,
    many_move_to_another_group_under_their_links,
    only_those_who_serve_customers_may,
    each_customer_gets_one_coupon_that_is_theirs_alone,
    a_coupon_of_ones_own_has_an_end_and_nothing_else,
);

/// More than are changed in one transaction.
const MANY: u32 = 27;

fn wish(step: &str, count: u32) -> BulkRequest {
    let (step, reason) = (step.to_owned(), Some("an outage".to_owned()));
    BulkRequest { step, count: Some(count), reason, ..BulkRequest::default() }
}

fn extend(count: u32) -> BulkRequest {
    BulkRequest { days: Some(2), ..wish("extend", count) }
}

async fn sold(shop: &Shop, many: u32) -> Vec<(Customer, SubscriptionView)> {
    let mut all = Vec::new();
    for _ in 0..many {
        let customer = shop.customer().await;
        let held = customer.has_a_month(shop).await;
        all.push((customer, held));
    }
    all
}

fn moment(text: &str) -> jiff::Timestamp {
    text.parse().expect("a moment")
}

async fn many_are_extended_once_each_and_told(shop: Shop) {
    let all = sold(&shop, MANY).await;
    let seen = shop.operator.preview_bulk(extend(0)).await.expect("a preview");
    assert_eq!((seen.count, seen.first.len()), (MANY, 10));
    assert_eq!(seen.first[0].subscription_id, all[0].1.subscription_id);
    let begun = shop.operator.begin_bulk(extend(MANY), "key".to_owned()).await.expect("begun");
    assert_eq!((&*begun.state, begun.count, begun.changed), ("running", MANY, 0));
    let again = shop.operator.begin_bulk(extend(MANY), "key".to_owned()).await.expect("the same");
    assert_eq!(again.bulk_id, begun.bulk_id);
    let other = shop.operator.begin_bulk(wish("suspend", MANY), "key".to_owned()).await;
    assert_eq!(refused(other), "key_reused");
    shop.dies_at_work_and_starts_again().await;
    shop.after(minutes(5)).await;
    let done = shop.operator.bulk(&begun.bulk_id).await.expect("it");
    assert_eq!((&*done.state, done.changed, done.left_out), ("done", MANY, 0));
    for (customer, before) in &all {
        let now = customer.subscription().await;
        let given = moment(&now.ends_at).duration_since(moment(&before.ends_at));
        assert_eq!(given, days(2), "once each");
        assert_eq!(customer.was_told().await.first().map(String::as_str), Some("extended"));
    }
    let deeds = shop.operator.actions(PageRequest::default()).await.expect("deeds").items;
    let noted: Vec<_> = deeds.iter().filter(|deed| deed.deed == "bulk_begun").collect();
    assert_eq!((noted.len(), noted[0].count, &*noted[0].reason), (1, Some(MANY), "an outage"));
    assert_eq!(refused(shop.operator.stop_bulk(&begun.bulk_id).await), "already_decided");
    assert_eq!(shop.operator.bulks(PageRequest::default()).await.expect("all").items, [done]);
    shop.is_in_order().await;
}

async fn buys_with(shop: &Shop, who: &Customer, code: &str) -> Result<OrderView> {
    let wish = wish_of(Purpose::New, &shop.month, None, &shop.transfer);
    who.shop.checkout(CheckoutRequest { coupon: Some(code.to_owned()), ..wish }, None).await
}

async fn each_customer_gets_one_coupon_that_is_theirs_alone(shop: Shop) {
    let all = sold(&shop, 2).await;
    let (ann, bob) = (&all[0].0, &all[1].0);
    ann.receives(dollars(5)).await;
    ann.orders("wallet").await.expect("a second month");
    shop.works().await;
    let until = Some((shop.now() + days(7)).to_string());
    let terms = CouponTerms { until, ..percent_off(40) };
    let wish = |count| BulkRequest { coupon: Some(terms.clone()), ..wish("coupon", count) };
    assert_eq!(shop.operator.preview_bulk(wish(0)).await.expect("a preview").count, 3);
    let begun = shop.operator.begin_bulk(wish(3), "key".to_owned()).await.expect("begun");
    assert_eq!(begun.coupon, Some(terms.clone()));
    shop.dies_at_work_and_starts_again().await;
    shop.after(minutes(5)).await;
    let done = shop.operator.bulk(&begun.bulk_id).await.expect("it");
    assert_eq!((&*done.state, done.changed, done.left_out), ("done", 2, 1), "one for each customer");
    for who in [ann, bob] {
        let told = who.was_told().await.into_iter().filter(|key| key == "coupon-given").count();
        assert_eq!(told, 1);
    }
    assert!(shop.operator.coupons(PageRequest::default()).await.expect("coupons").items.is_empty());
    let text = shop.operator.export("coupons", ExportRequest::default()).await.expect("a list").text;
    let lines: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), 2);
    let code = |who: &Customer| {
        let own = lines.iter().find(|line| line[2].contains(&who.id)).expect("a line");
        own[1].trim_matches('"').to_owned()
    };
    let (mine, theirs) = (code(ann), code(bob));
    assert_ne!(mine, theirs);
    assert_eq!(refused(buys_with(&shop, ann, &theirs).await), "coupon_unknown", "it is somebody else's");
    let order = buys_with(&shop, ann, &mine.to_lowercase()).await.expect("an order");
    assert_eq!(order.price.minor, 300);
    assert_eq!(refused(buys_with(&shop, ann, &mine).await), "coupon_used_up", "for one purchase");
    shop.after(days(8)).await;
    assert_eq!(refused(buys_with(&shop, bob, &theirs).await), "coupon_expired");
    shop.is_in_order().await;
}

async fn a_coupon_of_ones_own_has_an_end_and_nothing_else(shop: Shop) {
    let until = |at: Timestamp| Some(at.to_string());
    let good = CouponTerms { until: until(shop.now() + days(7)), ..percent_off(40) };
    for wrong in [
        percent_off(40),
        CouponTerms { until: until(shop.now()), ..percent_off(40) },
        CouponTerms { total: Some(5), ..good.clone() },
        CouponTerms { percent: Some(101), ..good.clone() },
    ] {
        let wrong = BulkRequest { coupon: Some(wrong), ..wish("coupon", 0) };
        assert_eq!(refused(shop.operator.preview_bulk(wrong).await), "bad_input");
    }
    assert_eq!(refused(shop.operator.preview_bulk(wish("coupon", 0)).await), "bad_input");
}

async fn a_selection_that_grew_is_looked_at_again(shop: Shop) {
    let all = sold(&shop, 2).await;
    let refusal = refused(shop.operator.begin_bulk(extend(1), "a".to_owned()).await);
    assert_eq!(refusal, "selection_grew");
    shop.works().await;
    assert_eq!(all[0].0.subscription().await.ends_at, all[0].1.ends_at, "nothing was changed");
    assert!(shop.operator.bulks(PageRequest::default()).await.expect("none").items.is_empty());
    let nobody = SelectionView { ended_within_days: Some(30), ..SelectionView::default() };
    let seen = shop.operator.preview_bulk(BulkRequest { selection: nobody, ..extend(0) }).await;
    assert_eq!(seen.expect("a preview").count, 0);
    let bare = BulkRequest { count: None, ..extend(0) };
    assert_eq!(refused(shop.operator.begin_bulk(bare, "b".to_owned()).await), "bad_input");
    let silent = BulkRequest { reason: None, ..extend(2) };
    assert_eq!(refused(shop.operator.begin_bulk(silent, "c".to_owned()).await), "bad_input");
    let nothing = BulkRequest { days: None, ..extend(2) };
    assert_eq!(refused(shop.operator.preview_bulk(nothing).await), "bad_input");
}

async fn what_cannot_be_changed_is_left_and_counted(shop: Shop) {
    let all = sold(&shop, 3).await;
    shop.operator.suspend(&all[0].1.subscription_id).await.expect("stopped");
    shop.works().await;
    let begun = shop.operator.begin_bulk(wish("suspend", 3), "a".to_owned()).await.expect("begun");
    // What comes after it began is none of its.
    shop.clock.advance(minutes(1));
    let late = sold(&shop, 1).await;
    shop.works().await;
    let done = shop.operator.bulk(&begun.bulk_id).await.expect("it");
    assert_eq!((&*done.state, done.changed, done.left_out), ("done", 2, 1));
    assert_eq!(late[0].0.subscription().await.state, "active");
    let active = SelectionView { state: Some("suspended".to_owned()), ..SelectionView::default() };
    let resume = BulkRequest { selection: active, ..wish("resume", 3) };
    let begun = shop.operator.begin_bulk(resume, "b".to_owned()).await.expect("begun");
    shop.works().await;
    assert_eq!(shop.operator.bulk(&begun.bulk_id).await.expect("it").changed, 3);
    for (customer, _) in &all {
        assert_eq!(customer.subscription().await.state, "active");
    }
}

async fn a_stopped_bulk_changes_nothing_more(shop: Shop) {
    let all = sold(&shop, 2).await;
    let begun = shop.operator.begin_bulk(extend(2), "a".to_owned()).await.expect("begun");
    let stopped = shop.operator.stop_bulk(&begun.bulk_id).await.expect("stopped");
    assert_eq!((&*stopped.state, stopped.changed), ("stopped", 0));
    shop.works().await;
    assert_eq!(all[0].0.subscription().await.ends_at, all[0].1.ends_at);
    let deeds = shop.operator.actions(PageRequest::default()).await.expect("deeds").items;
    assert_eq!(deeds[0].deed, "bulk_stopped");
}

async fn many_move_to_another_group_under_their_links(shop: Shop) {
    let all = sold(&shop, 2).await;
    let group = shop.operator.add_group(GroupRequest { name: "Asia".to_owned(), spread: 0 }).await;
    let group_id = group.expect("a group").group_id;
    let there = BulkRequest { group_id: Some(group_id.clone()), ..wish("move", 2) };
    let begun = shop.operator.begin_bulk(there.clone(), "a".to_owned()).await.expect("begun");
    shop.works().await;
    let done = shop.operator.bulk(&begun.bulk_id).await.expect("it");
    assert_eq!((done.changed, done.left_out), (0, 2), "no server there takes them");
    let server = AddServerRequest {
        name: "singapore".to_owned(),
        kind: "memory".to_owned(),
        group_id: Some(group_id),
        config: json!({ "name": "singapore" }),
        region: Some("SG".to_owned()),
        capacity: None,
    };
    let server = shop.operator.add_server(server).await.expect("a server").server_id;
    shop.operator.begin_bulk(there, "b".to_owned()).await.expect("begun");
    shop.works().await;
    for (customer, before) in &all {
        let now = customer.subscription().await;
        assert_eq!((&now.link, &now.ends_at), (&before.link, &before.ends_at));
        let of = shop.operator.subscription(&now.subscription_id).await.expect("it");
        let live: Vec<_> = of.grants.iter().filter(|grant| grant.state == "placed").collect();
        assert_eq!((live.len(), &live[0].server_id), (1, &server));
    }
    shop.is_in_order().await;
}

async fn only_those_who_serve_customers_may(shop: Shop) {
    sold(&shop, 1).await;
    let mut who = shop.operator_is.clone();
    who.permissions = Permission::ALL.into_iter().filter(|one| *one != Permission::ServeCustomers).collect();
    let office = shop.nexa.backoffice(who.clone());
    assert_eq!(refused(office.preview_bulk(extend(0)).await), "not_allowed");
    assert_eq!(refused(office.begin_bulk(extend(1), "a".to_owned()).await), "not_allowed");
    assert_eq!(refused(office.bulks(PageRequest::default()).await), "not_allowed");
    who.permissions = Permissions::all();
    shop.nexa.backoffice(who).preview_bulk(extend(0)).await.expect("allowed");
    let foreign = shop.next_door().await;
    let ours = shop.operator.begin_bulk(extend(1), "a".to_owned()).await.expect("begun");
    assert_eq!(refused(foreign.operator.bulk(&ours.bulk_id).await), "not_found");
    assert_eq!(refused(foreign.operator.stop_bulk(&ours.bulk_id).await), "not_found");
}
