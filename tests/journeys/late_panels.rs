//! Panels that do what they were told long after everybody gave up on it, over what they were told since.

use crate::world::{Entry, GIB, Shop, dollars, hours, minutes, on_every_storage};
use jiff::SignedDuration;

on_every_storage!(
    a_write_that_lands_late_is_put_right_within_minutes,
    a_write_that_a_crash_cut_off_is_put_right_within_minutes,
    a_panel_that_is_right_is_not_written_to_again,
    a_late_write_is_put_right_when_the_panel_answers_again,
    what_was_taken_off_does_not_come_back_late,
    what_is_used_up_before_it_is_ready_is_stopped,
);

const MOMENT: SignedDuration = SignedDuration::from_secs(5);

/// What the server lets its one customer use, and how often it was told.
fn held(entry: &Entry) -> (u64, u32) {
    (entry.account.grant.limit.as_bytes() / GIB, entry.account.writes)
}

async fn a_write_that_lands_late_is_put_right_within_minutes(shop: Shop) {
    let (customer, server) = (shop.customer().await, shop.server("frankfurt"));
    let mine = customer.has_a_month(&shop).await;
    customer.receives(dollars(10)).await;
    server.does_its_next_write_late();
    let first = customer.renews(&mine, "wallet").await.expect("renewed");
    shop.works().await;
    assert_eq!(customer.looks_at(&first).await.state, "paid");
    server.behaves();
    shop.after(MOMENT).await;
    assert_eq!(customer.looks_at(&first).await.state, "fulfilled");
    let second = customer.renews(&mine, "wallet").await.expect("renewed");
    shop.works().await;
    assert_eq!(customer.looks_at(&second).await.state, "fulfilled");
    assert_eq!(held(&server.entry()).0, 30);

    server.does_what_is_late();
    assert_eq!(held(&server.entry()).0, 20, "the first renewal lands over the second");
    shop.after(minutes(3)).await;
    let until: jiff::Timestamp = customer.subscription().await.ends_at.parse().expect("a moment");
    assert_eq!((held(&server.entry()).0, server.entry().account.grant.ends_at), (30, until));
    assert_eq!(shop.nexa.repairs(), 1);
}

async fn a_write_that_a_crash_cut_off_is_put_right_within_minutes(shop: Shop) {
    let (customer, server) = (shop.customer().await, shop.server("frankfurt"));
    let mine = customer.has_a_month(&shop).await;
    customer.receives(dollars(10)).await;
    let first = customer.renews(&mine, "wallet").await.expect("renewed");
    shop.dies_at_work_and_starts_again().await;
    shop.works().await;
    assert_eq!(customer.looks_at(&first).await.state, "fulfilled");
    let as_the_dead_one_said = server.backup();
    let second = customer.renews(&mine, "wallet").await.expect("renewed");
    shop.works().await;
    assert_eq!(customer.looks_at(&second).await.state, "fulfilled");
    server.is_restored(as_the_dead_one_said);
    assert_eq!(held(&server.entry()).0, 20);
    shop.after(minutes(3)).await;
    assert_eq!(held(&server.entry()).0, 30);
    assert_eq!(shop.nexa.repairs(), 1);
}

async fn a_panel_that_is_right_is_not_written_to_again(shop: Shop) {
    let (customer, server) = (shop.customer().await, shop.server("frankfurt"));
    let mine = customer.has_a_month(&shop).await;
    customer.receives(dollars(5)).await;
    server.loses_its_next_answer();
    customer.renews(&mine, "wallet").await.expect("renewed");
    shop.dies_at_work_and_starts_again().await;
    shop.works().await;
    shop.after(MOMENT).await;
    assert_eq!(held(&server.entry()).0, 20);
    let writes = held(&server.entry()).1;
    shop.after(minutes(3)).await;
    shop.after(minutes(5)).await;
    assert_eq!(held(&server.entry()).1, writes, "every write drops connections");
    shop.is_in_order().await;
}

async fn a_late_write_is_put_right_when_the_panel_answers_again(shop: Shop) {
    let (customer, server) = (shop.customer().await, shop.server("frankfurt"));
    let mine = customer.has_a_month(&shop).await;
    customer.receives(dollars(10)).await;
    server.does_its_next_write_late();
    customer.renews(&mine, "wallet").await.expect("renewed");
    shop.works().await;
    server.behaves();
    shop.after(MOMENT).await;
    customer.renews(&mine, "wallet").await.expect("renewed");
    shop.works().await;
    server.does_what_is_late();
    server.goes_down();
    for _ in 0..6 {
        shop.after(minutes(5)).await;
    }
    server.comes_back();
    assert_eq!(held(&server.entry()).0, 20);
    shop.after(minutes(6)).await;
    assert_eq!(held(&server.entry()).0, 30);
    assert_eq!(shop.operator.poison_jobs().await.expect("jobs"), []);
}

async fn what_was_taken_off_does_not_come_back_late(shop: Shop) {
    let (customer, server) = (shop.customer().await, shop.server("frankfurt"));
    let mine = customer.has_a_month(&shop).await;
    customer.receives(dollars(5)).await;
    let old = server.entry().id;
    server.does_its_next_write_late();
    customer.renews(&mine, "wallet").await.expect("renewed");
    shop.works().await;
    server.behaves();
    customer.shop.reset_link(&mine.subscription_id).await.expect("another link");
    shop.after(MOMENT).await;
    shop.after(MOMENT).await;
    assert_ne!(server.entry().id, old);
    server.does_what_is_late();
    assert_eq!(server.entries().len(), 2, "the old identity is back");
    shop.after(minutes(3)).await;
    assert_ne!(server.entry().id, old);
}

async fn what_is_used_up_before_it_is_ready_is_stopped(shop: Shop) {
    let (customer, server) = (shop.customer_with(dollars(5)).await, shop.server("frankfurt"));
    server.says_nothing_of_anybody();
    let order = customer.orders("wallet").await.expect("an order");
    shop.works().await;
    assert_eq!(server.carries(20 * GIB), 10 * GIB, "it is there, and nobody here knows");
    shop.after(minutes(2)).await;
    let waiting = customer.subscription().await;
    assert_eq!((waiting.state.as_str(), waiting.used_bytes), ("pending", 10 * GIB));
    server.behaves();
    shop.after(hours(1)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    assert_eq!(customer.subscription().await.state, "exhausted");
    assert!(!server.lets_in());
    let told = customer.was_told().await;
    assert!(["ready", "exhausted"].iter().all(|key| told.iter().any(|one| one == key)), "{told:?}");
}
