//! The wallet beside other ways to pay, saved orders, packs, changes of plan, renewals.
#![expect(clippy::missing_panics_doc, reason = "a suite fails by panicking")]

use super::{Belongings, Fixture, customer, more_of, order, pack, plan, subscribed, wish};
use crate::{
    conformance::refused,
    storefront::model::{CheckoutRequest, PageRequest, Purpose, QuoteRequest},
};

/// With `use_wallet` the gateway is asked for what the wallet lacks, and when that is in, wallet and money pay together.
pub async fn asks_a_gateway_for_what_the_wallet_lacks(world: &dyn Fixture) {
    let customer = customer(world).await;
    let shop = customer.shop.as_ref();
    let ask =
        |use_wallet| QuoteRequest { method: Some(world.gateway()), use_wallet, ..QuoteRequest::default() };
    let plan = plan(shop).await;
    let quote = shop.quote(QuoteRequest { plan_id: plan.clone(), ..ask(true) }).await.expect("a quote");
    assert_eq!(quote.due, quote.price, "nothing is in the wallet");
    world.fill_wallet(&customer.id).await;
    let quote = shop.quote(QuoteRequest { plan_id: plan.clone(), ..ask(true) }).await.expect("a quote");
    assert_eq!(quote.due.minor, 0, "the wallet pays for all");
    let request = CheckoutRequest { use_wallet: true, ..wish(Purpose::New, &plan, None, &world.gateway()) };
    let placed = shop.checkout(request, None).await.expect("an order");
    assert!(placed.paid_at.is_some() && placed.payment.is_none());
    assert_eq!((&placed.wallet_part, placed.paid_part.minor), (&placed.price, 0));
    let full = shop.quote(QuoteRequest { plan_id: plan, ..ask(false) }).await.expect("a quote");
    assert_eq!(full.due, full.price, "only when it is wished");
}

/// What the wallet pays of such an order is set aside until it is paid, given up, or to be paid in another way.
pub async fn sets_the_wallets_part_aside(world: &dyn Fixture) {
    let customer = customer(world).await;
    let subscription = subscribed(world, &customer).await.subscription_id;
    let shop = customer.shop.as_ref();
    let (pack, _) = pack(shop).await;
    let of = Belongings {
        order: String::new(),
        payment: String::new(),
        subscription,
        plan: String::new(),
        pack,
        method: String::new(),
    };
    shop.checkout(more_of(&of), None).await.expect("a pack");
    while order(shop, "wallet").await.is_ok() {}
    let stands = async || {
        let wallet = shop.wallet(PageRequest::default()).await.expect("a wallet");
        (wallet.balance.minor, wallet.held.minor)
    };
    let (left, _) = stands().await;
    assert!(left > 0, "the pack left something that buys no plan");
    let request =
        CheckoutRequest { use_wallet: true, ..wish(Purpose::New, &plan(shop).await, None, &world.gateway()) };
    let placed = shop.checkout(request, None).await.expect("an order");
    assert_eq!((stands().await, placed.held.minor), ((0, left), left));
    let whole = shop.pay(&placed.order_id, &world.gateway(), false).await.expect("in another way");
    assert_eq!((stands().await, whole.held.minor), ((left, 0), 0));
    shop.pay(&placed.order_id, &world.gateway(), true).await.expect("in this way after all");
    assert_eq!(stands().await, (0, left));
    shop.cancel_order(&placed.order_id).await.expect("given up");
    assert_eq!(stands().await, (left, 0));
}

/// An order kept for the wallet is paid by the next money that makes the wallet suffice.
pub async fn keeps_an_order_for_the_wallet(world: &dyn Fixture) {
    let customer = customer(world).await;
    let shop = customer.shop.as_ref();
    assert_eq!(refused(order(shop, "wallet").await), "not_enough_funds");
    let request = CheckoutRequest { keep: true, ..wish(Purpose::New, &plan(shop).await, None, "wallet") };
    let kept = shop.checkout(request.clone(), Some("cart".to_owned())).await.expect("kept");
    assert!(kept.state == "awaiting_payment" && kept.from_wallet && kept.payment.is_none());
    assert_eq!(kept.missing, kept.price);
    let again = shop.checkout(request.clone(), Some("cart".to_owned())).await.expect("the same");
    assert_eq!(again.order_id, kept.order_id);
    let by_gateway = CheckoutRequest { method: world.gateway(), ..request };
    assert_eq!(refused(shop.checkout(by_gateway, None).await), "bad_input");
    world.fill_wallet(&customer.id).await;
    world.work().await;
    let paid = shop.order(&kept.order_id).await.expect("the order");
    assert!(paid.paid_at.is_some(), "{}", paid.state);
}

/// A pack adds to the current period and leaves time alone; a renewal sets the limits back.
pub async fn adds_packs_to_the_period(world: &dyn Fixture) {
    let customer = customer(world).await;
    let held = subscribed(world, &customer).await;
    world.fill_wallet(&customer.id).await;
    let shop = customer.shop.as_ref();
    let id = held.subscription_id.as_str();
    let of = Belongings {
        order: String::new(),
        payment: String::new(),
        subscription: id.to_owned(),
        plan: String::new(),
        pack: pack(shop).await.0,
        method: String::new(),
    };
    let bought = shop.checkout(more_of(&of), None).await.expect("a pack");
    assert_eq!((bought.purpose, bought.price.minor), (Purpose::TrafficPack, pack(shop).await.1));
    world.work().await;
    let more = shop.subscription(id).await.expect("mine");
    assert!(more.pack_bytes > 0 && more.limit_bytes == held.limit_bytes + more.pack_bytes);
    assert_eq!((more.ends_at, more.devices), (held.ends_at, held.devices));
    let renewal = wish(Purpose::Renewal, &plan(shop).await, Some(id), "wallet");
    shop.checkout(renewal, None).await.expect("a renewal");
    world.work().await;
    let renewed = shop.subscription(id).await.expect("mine");
    assert_eq!((renewed.pack_bytes, renewed.limit_bytes), (0, 2 * held.limit_bytes));
}

/// A change of plan costs what `change_quote` shows, and what is left above the price goes to the wallet.
pub async fn changes_the_plan_at_the_quoted_price(world: &dyn Fixture) {
    let customer = customer(world).await;
    let held = subscribed(world, &customer).await;
    world.fill_wallet(&customer.id).await;
    let shop = customer.shop.as_ref();
    let id = held.subscription_id.as_str();
    let plans = shop.plans().await.expect("plans");
    let other = plans.iter().find(|p| p.plan_id != held.plan_id).expect("another plan");
    for target in [&other.plan_id, &held.plan_id] {
        let before = shop.me().await.expect("me").wallet.minor;
        let quote = shop.change_quote(id, target).await.expect("a quote");
        assert_eq!(quote.due.minor - quote.to_wallet.minor, quote.price.minor - quote.credit.minor);
        let change = wish(Purpose::Change, target, Some(id), "wallet");
        let order = shop.checkout(change, None).await.expect("a change");
        assert_eq!((order.purpose, &order.price), (Purpose::Change, &quote.due));
        world.work().await;
        assert_eq!(shop.order(&order.order_id).await.expect("the order").state, "fulfilled");
        assert_eq!(&shop.subscription(id).await.expect("mine").plan_id, target);
        let after = shop.me().await.expect("me").wallet.minor;
        assert_eq!(after, before - quote.due.minor + quote.to_wallet.minor);
    }
    assert_eq!(refused(shop.change_quote(id, &held.plan_id).await), "bad_input", "that is a renewal");
}

/// `set_auto_renew` on means one renewal from the wallet per period.
pub async fn switches_the_renewal_on_and_off(world: &dyn Fixture) {
    let customer = customer(world).await;
    let held = subscribed(world, &customer).await;
    let (shop, id) = (customer.shop.as_ref(), held.subscription_id.as_str());
    assert!(!held.auto_renew && held.can_renew);
    for on in [true, true, false, false] {
        assert_eq!(shop.set_auto_renew(id, on).await.expect("set").auto_renew, on);
        world.work().await;
        assert_eq!(shop.subscription(id).await.expect("mine").auto_renew, on);
    }
    let orders = shop.orders(PageRequest::default()).await.expect("orders");
    assert_eq!(orders.items.len(), 1, "nothing is bought before the end");
}

/// `rename_subscription` refuses names that are empty, too long, or hold control characters.
pub async fn takes_names_that_can_be_shown(world: &dyn Fixture) {
    let customer = customer(world).await;
    let held = subscribed(world, &customer).await;
    let (shop, id) = (customer.shop.as_ref(), held.subscription_id.as_str());
    assert_eq!(held.name, None);
    let named = shop.rename_subscription(id, " گوشی\u{200c}من ").await.expect("named").name;
    assert_eq!(named.as_deref(), Some("گوشی\u{200c}من"));
    for wrong in ["", " ", &"x".repeat(41), "a\u{202e}b", "a\u{0}b"] {
        assert_eq!(refused(shop.rename_subscription(id, wrong).await), "bad_input", "{wrong:?}");
    }
    assert_eq!(shop.subscription(id).await.expect("mine").name, named);
}
