//! What was used, day by day.

use crate::world::{GIB, Shop, days, hours, minutes, on_every_storage, refused};

on_every_storage!(traffic_is_remembered_by_day_and_server, a_day_is_forgotten_after_its_time);

async fn traffic_is_remembered_by_day_and_server(shop: Shop) {
    shop.adds_server("paris").await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    shop.server("frankfurt").carries(GIB);
    shop.server("paris").carries(2 * GIB);
    shop.after(minutes(6)).await;
    shop.after(days(2)).await;
    shop.server("paris").carries(GIB);
    shop.after(minutes(6)).await;

    let usage = customer.shop.usage(&mine.subscription_id, 4).await.expect("usage");
    let seen: Vec<_> = usage.days.iter().map(|d| (d.date.as_str(), d.bytes / GIB)).collect();
    assert_eq!(seen, [("2026-02-28", 0), ("2026-03-01", 3), ("2026-03-02", 0), ("2026-03-03", 1)]);
    assert_eq!(usage.total_bytes, 4 * GIB);
    let mut servers: Vec<_> = usage.days[1].servers.iter().map(|s| (s.server.as_str(), s.bytes)).collect();
    servers.sort_unstable();
    assert_eq!(servers, [("frankfurt", GIB), ("paris", 2 * GIB)]);
    let today = customer.shop.usage(&mine.subscription_id, 1).await.expect("usage");
    assert_eq!((today.days.len(), today.total_bytes), (1, GIB));
    assert_eq!(customer.subscription().await.used_bytes, 4 * GIB, "the same as the counter");

    let stranger = shop.customer().await;
    assert_eq!(refused(stranger.shop.usage(&mine.subscription_id, 4).await), "not_found");
    assert_eq!(refused(customer.shop.usage(&mine.subscription_id, 91).await), "bad_input");
    shop.is_in_order().await;
}

async fn a_day_is_forgotten_after_its_time(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    shop.server("frankfurt").carries(GIB);
    shop.after(minutes(6)).await;
    let kept = async || {
        let mut read = shop.storage.read().await.expect("storage");
        let id = mine.subscription_id.parse().expect("an id");
        let first = nexa_core::domain::usage::Day::from_number(0);
        read.usage_days(shop.id, id, first).await.expect("days").len()
    };
    shop.clock.advance(days(400));
    shop.tidies_up().await;
    assert_eq!(kept().await, 1);
    shop.clock.advance(hours(24));
    shop.tidies_up().await;
    assert_eq!(kept().await, 0);
}
