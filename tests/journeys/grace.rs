//! What happens when a month is over or used up in a shop that lets its customers go on for a little.

use crate::world::{Customer, GIB, Shop, days, dollars, hours, minutes, on_every_storage, refused, wish};
use nexa_core::{
    backoffice::model::ShopRequest,
    frontdesk::{LinkAsk, LinkForm},
    storefront::model::{CheckoutRequest, PageRequest, Purpose, SubscriptionView},
};

on_every_storage!(
    a_month_that_ends_goes_on_for_a_day,
    traffic_that_is_used_up_goes_on_with_a_little,
    what_is_used_up_after_the_end_is_over,
    a_renewal_in_it_begins_at_once_and_misses_nothing,
    a_pack_in_it_brings_the_period_back,
    there_is_one_in_a_period,
    what_nobody_paid_for_has_none,
    what_was_stopped_has_none,
    a_server_that_was_away_learns_of_it,
    a_crash_at_the_end_loses_nothing,
    a_renewal_from_the_wallet_is_tried_at_its_time,
    a_clock_that_jumps_over_it_ends_it,
    a_shop_sets_it_within_bounds,
);

const MIB: u64 = 1 << 20;

/// The shop gives a day with 500 MiB.
async fn gives_a_day(shop: &Shop) {
    let request = ShopRequest { grace_hours: Some(24), grace_mib: Some(500), ..ShopRequest::default() };
    let view = shop.operator.update_shop(request).await.expect("set");
    assert_eq!((view.grace_hours, view.grace_mib), (24, 500));
}

/// A customer whose month ends in an hour; half of its traffic is left.
async fn nearly_over(shop: &Shop) -> (Customer, SubscriptionView) {
    gives_a_day(shop).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(shop).await;
    shop.server("frankfurt").carries(5 * GIB);
    shop.after(days(30) - hours(1)).await;
    (customer, mine)
}

fn moment(text: &str) -> jiff::Timestamp {
    text.parse().expect("a moment")
}

async fn count(customer: &Customer, key: &str) -> usize {
    customer.was_told().await.iter().filter(|told| *told == key).count()
}

async fn a_month_that_ends_goes_on_for_a_day(shop: Shop) {
    let (customer, mine) = nearly_over(&shop).await;
    let server = shop.server("frankfurt");
    assert!(!customer.subscription().await.in_grace);
    shop.after(hours(1) + minutes(1)).await;
    let of = customer.subscription().await;
    assert_eq!((of.state.as_str(), of.in_grace), ("active", true));
    assert_eq!(moment(&of.ends_at), moment(&mine.ends_at) + hours(24));
    assert_eq!((of.remaining_bytes, of.limit_bytes), (500 * MIB, 5 * GIB + 500 * MIB));
    let grant = server.entry().account.grant;
    assert!(server.lets_in() && grant.ends_at == moment(&of.ends_at));
    assert_eq!((count(&customer, "grace").await, count(&customer, "ended").await), (1, 0));
    let token = of.link.rsplit('/').next().expect("a token");
    let seen = shop.door.link(token, LinkAsk::of(LinkForm::Plain)).await.expect("an answer").status;
    assert!(seen.in_grace && seen.ends_at == moment(&of.ends_at).as_second());
    assert_eq!(server.carries(100 * MIB), 100 * MIB);
    shop.after(hours(23)).await;
    assert!(customer.subscription().await.in_grace);
    shop.after(hours(1)).await;
    let of = customer.subscription().await;
    assert_eq!((of.state.as_str(), of.in_grace, &of.ends_at), ("ended", false, &mine.ends_at));
    assert_eq!(of.limit_bytes, 10 * GIB + 100 * MIB, "what was used in it is not missed");
    assert!(!server.lets_in());
    assert_eq!((count(&customer, "grace").await, count(&customer, "ended").await), (1, 1));
    shop.is_in_order().await;
}

async fn traffic_that_is_used_up_goes_on_with_a_little(shop: Shop) {
    gives_a_day(&shop).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    server.carries(10 * GIB);
    shop.after(minutes(6)).await;
    let of = customer.subscription().await;
    assert_eq!((of.state.as_str(), of.in_grace, of.remaining_bytes), ("active", true, 500 * MIB));
    assert!(moment(&of.ends_at) <= shop.now() + hours(24), "a day, not the rest of the month");
    assert_eq!((count(&customer, "grace").await, count(&customer, "exhausted").await), (1, 0));
    assert_eq!(server.carries(GIB), 500 * MIB);
    shop.after(minutes(6)).await;
    let of = customer.subscription().await;
    assert_eq!((of.state.as_str(), of.in_grace, &of.ends_at), ("exhausted", false, &mine.ends_at));
    assert_eq!(count(&customer, "exhausted").await, 1);
    assert!(!server.lets_in());
    shop.is_in_order().await;
}

async fn what_is_used_up_after_the_end_is_over(shop: Shop) {
    let (customer, _) = nearly_over(&shop).await;
    let server = shop.server("frankfurt");
    shop.after(hours(2)).await;
    assert_eq!(server.carries(GIB), 500 * MIB);
    shop.after(minutes(6)).await;
    assert_eq!(customer.subscription().await.state, "ended");
    assert_eq!((count(&customer, "exhausted").await, count(&customer, "ended").await), (0, 1));
    assert!(!server.lets_in());
    shop.after(hours(30)).await;
    assert_eq!(count(&customer, "ended").await, 1, "told once");
    shop.is_in_order().await;
}

async fn a_renewal_in_it_begins_at_once_and_misses_nothing(shop: Shop) {
    let (customer, mine) = nearly_over(&shop).await;
    let server = shop.server("frankfurt");
    shop.after(hours(13)).await;
    server.carries(200 * MIB);
    shop.after(minutes(6)).await;
    customer.receives(dollars(5)).await;
    customer.renews(&mine, "wallet").await.expect("a renewal");
    shop.works().await;
    let renewed = customer.subscription().await;
    assert_eq!((renewed.state.as_str(), renewed.in_grace), ("active", false));
    assert_eq!(moment(&renewed.ends_at), shop.now() + days(30), "the hours of the grace are not added");
    assert_eq!(renewed.remaining_bytes, 15 * GIB, "what was left, and ten more");
    shop.after(minutes(6)).await;
    assert!(server.lets_in() && server.entry().account.grant.ends_at == moment(&renewed.ends_at));
    shop.after(days(30)).await;
    assert!(customer.subscription().await.in_grace, "the new period has one of its own");
    shop.is_in_order().await;
}

async fn a_pack_in_it_brings_the_period_back(shop: Shop) {
    gives_a_day(&shop).await;
    let pack_id = shop.adds_pack("traffic", GIB, dollars(1)).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    server.carries(10 * GIB);
    shop.after(minutes(6)).await;
    server.carries(100 * MIB);
    shop.after(minutes(6)).await;
    customer.receives(dollars(1)).await;
    let pack = CheckoutRequest {
        pack_id: Some(pack_id),
        plan_id: None,
        ..wish(Purpose::TrafficPack, "", Some(mine.subscription_id.clone()), "wallet")
    };
    customer.shop.checkout(pack, None).await.expect("a pack");
    shop.works().await;
    let of = customer.subscription().await;
    assert_eq!((of.in_grace, of.remaining_bytes, &of.ends_at), (false, GIB, &mine.ends_at));
    assert_eq!(server.carries(2 * GIB), GIB);
    shop.after(minutes(6)).await;
    assert_eq!(customer.subscription().await.state, "exhausted", "there was one in this period");
    shop.is_in_order().await;
}

async fn there_is_one_in_a_period(shop: Shop) {
    gives_a_day(&shop).await;
    let customer = shop.customer().await;
    customer.has_a_month(&shop).await;
    let server = shop.server("frankfurt");
    server.carries(10 * GIB);
    shop.after(minutes(6)).await;
    assert!(customer.subscription().await.in_grace);
    shop.after(hours(25)).await;
    assert_eq!(customer.subscription().await.state, "exhausted", "its day is over");
    shop.after(days(30)).await;
    let of = customer.subscription().await;
    assert!(!of.in_grace && !server.lets_in(), "the end brings no other");
    assert_eq!(count(&customer, "grace").await, 1);
    shop.is_in_order().await;
}

async fn what_nobody_paid_for_has_none(shop: Shop) {
    gives_a_day(&shop).await;
    shop.gives_trials_of(&shop.month).await;
    let customer = shop.customer().await;
    customer.shop.trial().await.expect("a trial");
    shop.works().await;
    shop.after(days(30) + minutes(1)).await;
    assert_eq!(customer.subscription().await.state, "ended");
    let none = ShopRequest { grace_hours: Some(0), ..ShopRequest::default() };
    shop.operator.update_shop(none).await.expect("off");
    let payer = shop.customer().await;
    payer.has_a_month(&shop).await;
    shop.after(days(30) + minutes(1)).await;
    assert_eq!(payer.subscription().await.state, "ended", "the shop gives none");
    shop.is_in_order().await;
}

async fn what_was_stopped_has_none(shop: Shop) {
    let (customer, mine) = nearly_over(&shop).await;
    let id = mine.subscription_id.as_str();
    shop.operator.suspend(id).await.expect("stopped");
    shop.after(hours(2)).await;
    shop.operator.resume(id).await.expect("let go");
    shop.works().await;
    let of = customer.subscription().await;
    assert_eq!((of.state.as_str(), of.in_grace), ("ended", false));
    assert!(!shop.server("frankfurt").lets_in());
    shop.is_in_order().await;
}

async fn a_server_that_was_away_learns_of_it(shop: Shop) {
    let (customer, _) = nearly_over(&shop).await;
    let server = shop.server("frankfurt");
    server.goes_down();
    shop.after(hours(3)).await;
    let of = customer.subscription().await;
    assert!(of.in_grace, "decided without the server");
    server.comes_back();
    shop.after(hours(1)).await;
    assert!(server.lets_in());
    assert_eq!(server.entry().account.grant.ends_at, moment(&of.ends_at));
    shop.is_in_order().await;
}

async fn a_crash_at_the_end_loses_nothing(shop: Shop) {
    let (customer, _) = nearly_over(&shop).await;
    shop.clock.advance(hours(1) + minutes(1));
    shop.dies_at_work_and_starts_again().await;
    shop.after(minutes(10)).await;
    assert!(customer.subscription().await.in_grace);
    assert_eq!(count(&customer, "grace").await, 1);
    shop.clock.advance(hours(24));
    shop.dies_at_work_and_starts_again().await;
    shop.after(minutes(10)).await;
    assert_eq!(customer.subscription().await.state, "ended");
    assert_eq!((count(&customer, "grace").await, count(&customer, "ended").await), (1, 1));
    shop.is_in_order().await;
}

async fn a_renewal_from_the_wallet_is_tried_at_its_time(shop: Shop) {
    gives_a_day(&shop).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    customer.shop.set_auto_renew(&mine.subscription_id, true).await.expect("on");
    for _ in 0..30 {
        shop.after(days(1)).await;
    }
    shop.after(minutes(1)).await;
    assert!(customer.subscription().await.in_grace, "the wallet is empty");
    customer.receives(dollars(5)).await;
    shop.after(hours(24)).await;
    let renewed = customer.subscription().await;
    assert_eq!((renewed.state.as_str(), renewed.in_grace, customer.wallet().await), ("active", false, 0));
    assert!(moment(&renewed.ends_at) > shop.now() + days(29));
    shop.is_in_order().await;
}

async fn a_clock_that_jumps_over_it_ends_it(shop: Shop) {
    let (customer, mine) = nearly_over(&shop).await;
    shop.clock.advance(days(3));
    shop.after(minutes(1)).await;
    let of = customer.subscription().await;
    assert_eq!((of.state.as_str(), &of.ends_at), ("ended", &mine.ends_at));
    assert_eq!((count(&customer, "grace").await, count(&customer, "ended").await), (0, 1));
    shop.is_in_order().await;
}

async fn a_shop_sets_it_within_bounds(shop: Shop) {
    gives_a_day(&shop).await;
    for (grace_hours, grace_mib) in [(Some(73), None), (None, Some(5121))] {
        let request = ShopRequest { grace_hours, grace_mib, ..ShopRequest::default() };
        assert_eq!(refused(shop.operator.update_shop(request).await), "bad_input");
    }
    gives_a_day(&shop).await;
    let deeds = shop.operator.actions(PageRequest::default()).await.expect("deeds").items;
    assert_eq!(deeds.iter().filter(|deed| deed.deed == "grace_set").count(), 1, "the same is no other");
    let other = shop.next_door().await;
    let view = other.operator.update_shop(ShopRequest::default()).await.expect("as it is");
    assert_eq!((view.grace_hours, view.grace_mib), (0, 0), "another shop's is its own");
}
