//! Another plan for what one has: what is left of the old one is credited, once.

use crate::world::{
    Customer, GIB, Shop, cents, days, dollars, hours, minutes, on_every_storage, refused, wish,
};
use nexa_core::storefront::model::{CheckoutRequest, MoneyView, OrderView, Purpose, SubscriptionView};

on_every_storage!(
    a_change_of_plan_credits_what_is_left,
    what_is_left_above_the_price_goes_to_the_wallet,
    a_credit_that_was_used_up_on_the_way_is_void,
    what_is_used_on_the_way_to_another_plan_comes_out_of_it,
    time_on_the_way_to_another_plan_is_not_credited_again,
    up_and_down_gives_no_traffic,
    what_a_change_credited_is_not_refunded,
    what_was_shown_is_what_is_charged,
);

async fn changes(customer: &Customer, of: &SubscriptionView, plan: &str, method: &str) -> OrderView {
    let request = wish(Purpose::Change, plan, Some(of.subscription_id.clone()), method);
    customer.shop.checkout(request, None).await.expect("a change of plan")
}

async fn a_change_of_plan_credits_what_is_left(shop: Shop) {
    let family = shop.adds_family_plan().await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    shop.after(days(15)).await;
    shop.server("frankfurt").carries(GIB);
    shop.after(minutes(6)).await;
    let quote = customer.shop.change_quote(&mine.subscription_id, &family).await.expect("a quote");
    assert_eq!(
        (&quote.price, quote.credit.minor / 10),
        (&dollars(9), 24),
        "a little less than half of 5 dollars"
    );
    assert_eq!((quote.due.minor, quote.to_wallet.minor), (900 - quote.credit.minor, 0));
    let order = changes(&customer, &mine, &family, &shop.transfer).await;
    assert_eq!(order.price, quote.due);
    let lines: Vec<_> = order.lines.iter().map(|l| (l.kind.as_str(), l.amount.minor)).collect();
    assert_eq!(lines, [("plan", 900), ("credit", -quote.credit.minor)]);
    shop.bank.pays(&order);
    shop.after(minutes(2)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled");
    let changed = customer.subscription().await;
    assert_eq!((changed.plan_name.as_str(), changed.devices, changed.days_left), ("Family", 6, 30));
    assert_eq!((changed.remaining_bytes, &changed.paid_price), (10 * GIB, &dollars(9)));
    assert_eq!(changed.link, mine.link, "the link stays");
    assert_eq!(customer.was_told().await[0], "plan-changed");
    shop.after(days(29)).await;
    assert_eq!(customer.subscription().await.state, "active", "the old end is no end any more");
    shop.after(days(2)).await;
    assert_eq!(customer.subscription().await.state, "ended");
    shop.is_in_order().await;
}

async fn what_is_left_above_the_price_goes_to_the_wallet(shop: Shop) {
    let small = shop.adds_plan("Week", 7, GIB, dollars(1)).await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let quote = customer.shop.change_quote(&mine.subscription_id, &small).await.expect("a quote");
    assert_eq!((quote.credit, quote.due.minor, &quote.to_wallet), (dollars(5), 0, &dollars(4)));
    let order = changes(&customer, &mine, &small, &shop.transfer).await;
    assert_eq!((order.state.as_str(), order.payment), ("paid", None), "nothing is to be paid");
    shop.works().await;
    assert_eq!(customer.wallet().await, 400);
    let changed = customer.subscription().await;
    assert_eq!((changed.days_left, changed.remaining_bytes, changed.paid_price), (7, GIB, dollars(1)));
    shop.after(days(8)).await;
    assert_eq!(customer.subscription().await.state, "ended", "at the new end");
    shop.is_in_order().await;
}

async fn a_credit_that_was_used_up_on_the_way_is_void(shop: Shop) {
    let family = shop.adds_family_plan().await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let order = changes(&customer, &mine, &family, &shop.transfer).await;
    assert_eq!(order.price, dollars(4), "all of the month is left");
    let twice = changes(&customer, &mine, &family, &shop.card).await;
    shop.server("frankfurt").carries(9 * GIB);
    shop.after(minutes(6)).await;
    shop.bank.pays(&order);
    shop.after(minutes(2)).await;
    assert_eq!(customer.looks_at(&order).await.state, "refunded");
    let same = customer.subscription().await;
    assert_eq!((same.plan_name.as_str(), same.devices, customer.wallet().await), ("Month", 2, 400));
    assert_eq!(customer.looks_at(&twice).await.state, "awaiting_payment");
    let change = wish(Purpose::Change, &family, Some(mine.subscription_id.clone()), "wallet");
    let kept = CheckoutRequest { keep: true, ..change };
    assert_eq!(refused(customer.shop.checkout(kept, None).await), "bad_input", "its price does not keep");
    shop.is_in_order().await;
}

async fn what_is_used_on_the_way_to_another_plan_comes_out_of_it(shop: Shop) {
    let family = shop.adds_family_plan().await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let order = changes(&customer, &mine, &family, &shop.transfer).await;
    shop.server("frankfurt").carries(GIB / 2);
    shop.after(minutes(6)).await;
    shop.bank.pays(&order);
    shop.after(minutes(2)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled", "a twentieth of it does not void it");
    let changed = customer.subscription().await;
    assert_eq!(changed.remaining_bytes, 10 * GIB - GIB / 2, "but is not free");
    let quote = customer.shop.change_quote(&mine.subscription_id, &shop.month).await.expect("a quote");
    assert!(quote.credit.minor <= 855, "nor credited again: {}", quote.credit.minor);
    shop.is_in_order().await;
}

async fn time_on_the_way_to_another_plan_is_not_credited_again(shop: Shop) {
    let family = shop.adds_family_plan().await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let order = changes(&customer, &mine, &family, &shop.transfer).await;
    shop.after(hours(20)).await;
    shop.bank.pays(&order);
    shop.after(hours(1)).await;
    assert_eq!(customer.looks_at(&order).await.state, "fulfilled", "late money is honoured");
    let quote = customer.shop.change_quote(&mine.subscription_id, &shop.month).await.expect("a quote");
    assert!(quote.credit.minor <= 900 - 13, "20 hours of the month are gone: {}", quote.credit.minor);
    shop.is_in_order().await;
}

async fn up_and_down_gives_no_traffic(shop: Shop) {
    let family = shop.adds_family_plan().await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let mut spent = 500;
    for _ in 0..8 {
        let order = changes(&customer, &mine, &family, &shop.transfer).await;
        shop.server("frankfurt").carries(GIB / 2);
        shop.after(minutes(6)).await;
        shop.bank.pays(&order);
        spent += order.price.minor;
        shop.after(minutes(2)).await;
        changes(&customer, &mine, &shop.month, "wallet").await;
        shop.works().await;
    }
    let now = customer.subscription().await;
    let kept =
        customer.shop.change_quote(&mine.subscription_id, &family).await.expect("a quote").credit.minor;
    let paid = spent - customer.wallet().await - kept;
    assert_eq!(now.used_bytes, 4 * GIB);
    assert!(paid >= 200, "four of ten GiB cost at least two of five dollars: {paid}");
    shop.is_in_order().await;
}

async fn what_a_change_credited_is_not_refunded(shop: Shop) {
    let small = shop.adds_plan("Week", 7, GIB, dollars(1)).await;
    let customer = shop.customer_with(dollars(5)).await;
    let first = customer.orders("wallet").await.expect("a month");
    shop.works().await;
    let mine = customer.subscription().await;
    let change = changes(&customer, &mine, &small, "wallet").await;
    shop.works().await;
    for order in [&first, &change] {
        let refund = shop.operator.refund_order(&order.order_id).await;
        assert_eq!(refused(refund), "order_not_refundable");
    }
    shop.after(minutes(1)).await;
    let renewal =
        customer.renews_with(&customer.subscription().await, &small, "wallet").await.expect("a renewal");
    shop.works().await;
    shop.operator.refund_order(&renewal.order_id).await.expect("what came after it may be taken back");
    shop.works().await;
    assert_eq!((customer.wallet().await, customer.subscription().await.days_left), (400, 7));
    shop.is_in_order().await;
}

async fn what_was_shown_is_what_is_charged(shop: Shop) {
    let family = shop.adds_family_plan().await;
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    customer.receives(dollars(20)).await;
    shop.after(days(10)).await;
    let quote =
        async || customer.shop.change_quote(&mine.subscription_id, &family).await.expect("a quote").due;
    let at = |expected: MoneyView| {
        let change = wish(Purpose::Change, &family, Some(mine.subscription_id.clone()), "wallet");
        customer.shop.checkout(CheckoutRequest { expected: Some(expected), ..change }, None)
    };
    let shown = quote().await;
    assert_eq!(refused(at(cents(0)).await), "price_changed", "not what somebody wishes to pay");
    let more = cents(shown.minor + 1);
    assert_eq!(refused(at(more).await), "price_changed", "nor more than it costs");
    shop.after(days(1)).await;
    assert_eq!(refused(at(shown).await), "price_changed", "a day later it costs more");
    let shown = quote().await;
    shop.after(minutes(14)).await;
    let order = at(shown.clone()).await.expect("a change of plan");
    assert_eq!((&order.price, order.state.as_str()), (&shown, "paid"), "a quarter of an hour it holds");
    let new = CheckoutRequest { expected: Some(cents(1)), ..wish(Purpose::New, &shop.month, None, "wallet") };
    assert_eq!(refused(customer.shop.checkout(new.clone(), None).await), "price_changed");
    let right = CheckoutRequest { expected: Some(dollars(5)), ..new };
    assert_eq!(customer.shop.checkout(right, None).await.expect("an order").price, dollars(5));
    shop.is_in_order().await;
}
