//! What was sold on a day.

use crate::world::{GIB, Shop, days, dollars, on_every_storage, refused};
use nexa_core::backoffice::model::{DaySalesView, GrantRequest, ShopRequest};

on_every_storage!(a_day_is_summed_up, what_is_taken_back_counts_on_its_own_day, a_day_is_the_shop_s_own);

async fn sold(shop: &Shop, day: &str) -> DaySalesView {
    shop.operator.sales(Some(day.to_owned())).await.expect("sales").sales
}

async fn a_day_is_summed_up(shop: Shop) {
    shop.gives_trials_of(&shop.adds_plan("Taste", 1, GIB, dollars(1)).await).await;
    let customer = shop.customer_with(dollars(10)).await;
    let held = customer.has_a_month(&shop).await;
    customer.renews(&held, "wallet").await.expect("renewed");
    let other = shop.customer().await;
    other.shop.trial().await.expect("a trial");
    let order = other.orders(&shop.transfer).await.expect("an order");
    shop.bank.pays(&order);
    let gift = GrantRequest { plan_id: shop.month.clone(), reason: "a gift".to_owned() };
    shop.operator.grant_subscription(&other.id, gift, "a".to_owned()).await.expect("given");
    shop.after(crate::world::minutes(30)).await;

    let today = shop.operator.sales(None).await.expect("sales");
    assert_eq!(today.day, "2026-03-01");
    let day = &today.sales;
    assert_eq!((day.orders, day.revenue.minor, day.renewals), (3, 1500, 1));
    assert_eq!((day.trials, day.given, day.new_users), (1, 1, 2));
    let plans: Vec<_> = day.by_plan.iter().map(|p| (p.name.as_deref(), p.orders, p.sum.minor)).collect();
    assert_eq!(plans, [(Some("Month"), 3, 1500)]);
    let methods: Vec<_> = day.by_method.iter().map(|m| (m.method.as_str(), m.orders, m.sum.minor)).collect();
    assert_eq!(methods, [("wallet", 2, 1000), (shop.transfer.as_str(), 1, 500)]);
    assert_eq!(today.week_before.orders, 0);

    shop.after(days(7)).await;
    customer.renews(&held, "wallet").await.expect("renewed");
    let next = shop.operator.sales(None).await.expect("sales");
    assert_eq!((next.day.as_str(), next.sales.orders, &next.week_before), ("2026-03-08", 1, day));
    assert_eq!(refused(shop.operator.sales(Some("yesterday".to_owned())).await), "bad_input");
}

async fn what_is_taken_back_counts_on_its_own_day(shop: Shop) {
    let customer = shop.customer_with(dollars(5)).await;
    let order = customer.orders("wallet").await.expect("bought");
    shop.after(days(1)).await;
    shop.operator.refund_order(&order.order_id).await.expect("begun");
    shop.works().await;
    let (first, second) = (sold(&shop, "2026-03-01").await, sold(&shop, "2026-03-02").await);
    assert_eq!((first.orders, first.revenue.minor, first.refunds), (1, 500, 0));
    assert_eq!((second.orders, second.refunds, second.refunded.minor), (0, 1, 500));
}

/// The clock shows eight in the morning by UTC.
async fn a_day_is_the_shop_s_own(shop: Shop) {
    shop.customer_with(dollars(5)).await.orders("wallet").await.expect("bought");
    shop.after(crate::world::hours(13)).await;
    shop.customer_with(dollars(5)).await.orders("wallet").await.expect("bought at 21:00 UTC");
    shop.folds().await;
    assert_eq!(sold(&shop, "2026-03-01").await.orders, 2);
    let persian = ShopRequest { locale: Some("fa".to_owned()), ..ShopRequest::default() };
    shop.operator.update_shop(persian).await.expect("a shop in Tehran");
    assert_eq!(shop.operator.sales(None).await.expect("sales").day, "2026-03-02", "half past midnight there");
    shop.customer_with(dollars(5)).await.orders("wallet").await.expect("bought on that day");
    let both = (sold(&shop, "2026-03-01").await.orders, sold(&shop, "2026-03-02").await.orders);
    assert_eq!(both, (2, 1), "what was counted stays on its day");
}
