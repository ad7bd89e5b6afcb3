//! What every storefront must do, one function per sentence of [`crate::storefront::Storefront`], whether it is the
//! engine in this process or a client that speaks to one over a network.
//!
//! The shop around it is given by a [`Fixture`]. It must never look behind the port.
#![expect(clippy::missing_panics_doc, clippy::expect_used, reason = "a suite fails by panicking")]

mod purchases;

pub use purchases::{
    adds_packs_to_the_period, asks_a_gateway_for_what_the_wallet_lacks, changes_the_plan_at_the_quoted_price,
    keeps_an_order_for_the_wallet, sets_the_wallets_part_aside, switches_the_renewal_on_and_off,
    takes_names_that_can_be_shown,
};
mod account;
mod adoption;
mod coupons;
mod gifts;
mod invites;
mod moves;
mod suite;

pub use account::{ends_sessions_at_once, is_gone_after_leaving, keeps_the_last_way_in};
pub use adoption::{adopts_nothing_without_a_plan, adopts_once, slows_guessing_of_services_down};
pub use coupons::{
    charges_what_a_coupon_was_said_to_make, gives_at_no_price_by_a_coupon, slows_guessing_of_coupons_down,
    uses_a_coupon_as_often_as_it_may_be,
};
pub use gifts::{
    gives_a_gift_once, renews_by_a_gift, shows_a_gifts_code_to_its_buyer, slows_guessing_of_gifts_down,
    takes_an_unclaimed_gift_back,
};
pub use invites::{has_one_invitation_for_everybody, takes_one_invitation_of_somebody_else};
pub use moves::moves_to_no_unknown_country;

use super::refused;
use crate::{
    error::Result,
    storefront::{
        Storefront,
        model::{
            CheckoutRequest, DeviceRequest, OrderView, PageRequest, Purpose, PushRequest, QrFormat,
            QuoteRequest, SignInRequest, SignUpRequest, SubscriptionView,
        },
    },
};
use async_trait::async_trait;
use std::sync::Arc;

/// A shop with two plans of the same servers for money, one for a trial and a pack of traffic, and the power over what happens around it.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// The shop for somebody who has not signed in.
    fn guest(&self) -> Arc<dyn Storefront>;
    /// The shop for the holder of a session.
    async fn enter(&self, token: &str) -> Arc<dyn Storefront>;
    /// What to give as `method` for a gateway that asks for the exact price.
    fn gateway(&self) -> String;
    /// Puts money for at least two plans into a wallet.
    async fn fill_wallet(&self, user_id: &str);
    /// Has everything done that is due.
    async fn work(&self);
    /// Whether the gateway that is not the wallet answers.
    async fn set_gateway(&self, works: bool);
    /// Whether a link still leads somewhere.
    async fn leads_somewhere(&self, link: &str) -> bool;
    /// Things of another shop, one of each.
    async fn foreign(&self) -> Belongings;
    /// The shop adopts services from now on.
    async fn adopt_services(&self);
    /// Somebody made a service for 10 days and 10 GiB at one of the servers by hand; its identity.
    async fn make_service(&self) -> String;
    /// The shop makes a coupon with this code that takes so many hundredths off, so many times.
    async fn make_coupon(&self, code: &str, percent: u32, times: u32);
}

/// Ids of what one customer has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Belongings {
    /// An unpaid order.
    pub order: String,
    /// Its payment.
    pub payment: String,
    /// A subscription.
    pub subscription: String,
    /// A plan that the customer may buy.
    pub plan: String,
    /// A pack that the customer may buy.
    pub pack: String,
    /// A gateway that the customer may pay by.
    pub method: String,
}

struct Customer {
    id: String,
    number: String,
    shop: Arc<dyn Storefront>,
}

async fn customer(world: &dyn Fixture) -> Customer {
    let made = world.guest().sign_up(SignUpRequest::default()).await.expect("an account");
    let shop = world.enter(&made.session.token).await;
    Customer { id: made.session.user_id, number: made.account_number.expect("a number"), shop }
}

async fn plan(shop: &dyn Storefront) -> String {
    shop.plans().await.expect("plans").first().expect("a plan").plan_id.clone()
}

fn wish(purpose: Purpose, plan: &str, subscription: Option<&str>, method: &str) -> CheckoutRequest {
    CheckoutRequest {
        purpose,
        method: method.to_owned(),
        plan_id: Some(plan.to_owned()),
        subscription_id: subscription.map(str::to_owned),
        ..CheckoutRequest::default()
    }
}

/// A pack of traffic, and what it costs.
async fn pack(shop: &dyn Storefront) -> (String, i64) {
    let packs = shop.packs().await.expect("packs");
    let pack = packs.into_iter().find(|pack| pack.kind == "traffic").expect("a pack of traffic");
    (pack.pack_id, pack.price.minor)
}

fn more_of(of: &Belongings) -> CheckoutRequest {
    CheckoutRequest {
        pack_id: Some(of.pack.clone()),
        plan_id: None,
        ..wish(Purpose::TrafficPack, "", Some(&of.subscription), "wallet")
    }
}

async fn order(shop: &dyn Storefront, method: &str) -> Result<OrderView> {
    shop.checkout(wish(Purpose::New, &plan(shop).await, None, method), None).await
}

async fn subscribed(world: &dyn Fixture, customer: &Customer) -> SubscriptionView {
    world.fill_wallet(&customer.id).await;
    order(customer.shop.as_ref(), "wallet").await.expect("bought");
    world.work().await;
    customer.shop.subscriptions().await.expect("subscriptions").remove(0)
}

fn mums() -> DeviceRequest {
    DeviceRequest { name: "Mum".to_owned() }
}

/// The codes of everything that takes the id of something that one may own.
async fn codes(shop: &dyn Storefront, of: &Belongings) -> Vec<(&'static str, String)> {
    let quote = |method: &str| QuoteRequest {
        plan_id: of.plan.clone(),
        method: Some(method.to_owned()),
        ..QuoteRequest::default()
    };
    let renewal = wish(Purpose::Renewal, &of.plan, Some(&of.subscription), "wallet");
    vec![
        ("quote", refused(shop.quote(quote(&of.method)).await)),
        ("checkout", refused(shop.checkout(wish(Purpose::New, &of.plan, None, &of.method), None).await)),
        ("checkout of a renewal", refused(shop.checkout(renewal, None).await)),
        ("pay", refused(shop.pay(&of.order, "wallet", false).await)),
        ("order", refused(shop.order(&of.order).await)),
        ("cancel_order", refused(shop.cancel_order(&of.order).await)),
        ("upload_receipt", refused(shop.upload_receipt(&of.payment, Vec::new(), String::new()).await)),
        ("subscription", refused(shop.subscription(&of.subscription).await)),
        ("checkout of a pack", refused(shop.checkout(more_of(of), None).await)),
        ("change_quote", refused(shop.change_quote(&of.subscription, &of.plan).await)),
        ("set_auto_renew", refused(shop.set_auto_renew(&of.subscription, true).await)),
        ("rename_subscription", refused(shop.rename_subscription(&of.subscription, "mine").await)),
        ("usage", refused(shop.usage(&of.subscription, 1).await)),
        ("reset_link", refused(shop.reset_link(&of.subscription).await)),
        ("regions", refused(shop.regions(&of.subscription).await)),
        ("move_subscription", refused(shop.move_subscription(&of.subscription, "DE").await)),
        ("devices", refused(shop.devices(&of.subscription).await)),
        ("rename_device", refused(shop.rename_device(&of.subscription, "x", mums()).await)),
        ("remove_device", refused(shop.remove_device(&of.subscription, "x").await)),
        ("guide_link", refused(shop.guide_link(&of.subscription).await)),
        ("link_qr", refused(shop.link_qr(&of.subscription, QrFormat::Svg).await)),
    ]
}

/// Everything of another customer or another shop is `not_found`, exactly as if it did not exist.
pub async fn hides_what_belongs_to_others(world: &dyn Fixture) {
    let (mine, other) = (customer(world).await, customer(world).await);
    world.fill_wallet(&mine.id).await;
    let held = subscribed(world, &other).await;
    let method = world.gateway();
    let unpaid = order(other.shop.as_ref(), &method).await.expect("an order");
    let theirs = Belongings {
        order: unpaid.order_id,
        payment: unpaid.payment.expect("a payment").payment_id,
        subscription: held.subscription_id,
        plan: plan(mine.shop.as_ref()).await,
        pack: pack(mine.shop.as_ref()).await.0,
        method: method.clone(),
    };
    let id = "00000000-0000-7000-8000-000000000000".to_owned();
    let nowhere = Belongings {
        order: id.clone(),
        payment: id.clone(),
        subscription: id.clone(),
        plan: id.clone(),
        pack: id.clone(),
        method: id,
    };
    let all = [
        codes_of_others(mine.shop.as_ref(), &theirs).await,
        codes(mine.shop.as_ref(), &world.foreign().await).await,
        codes(mine.shop.as_ref(), &nowhere).await,
    ];
    for (name, code) in all.concat() {
        assert_eq!(code, "not_found", "{name}");
    }
    let still = other.shop.order(&theirs.order).await.expect("their order");
    assert_eq!(still.state, "awaiting_payment", "and nothing happened to it");
}

/// The same without what is not the other customer's alone: plans and gateways are for everybody.
async fn codes_of_others(shop: &dyn Storefront, of: &Belongings) -> Vec<(&'static str, String)> {
    let nowhere = "00000000-0000-7000-8000-000000000000".to_owned();
    let renewal = wish(Purpose::Renewal, &of.plan, Some(&of.subscription), "wallet");
    let renewal = ("checkout of a renewal", refused(shop.checkout(renewal, None).await));
    let more = more_of(of);
    let more = ("checkout of a pack", refused(shop.checkout(more, None).await));
    let of = Belongings { plan: nowhere.clone(), pack: nowhere.clone(), method: nowhere, ..of.clone() };
    codes(shop, &of).await.into_iter().chain([renewal, more]).collect()
}

/// A guest can sign up, sign in, ask for a code and see plans and methods; everything else answers `not_signed_in`.
pub async fn lets_a_guest_only_look_and_sign_in(world: &dyn Fixture) {
    let known = customer(world).await;
    let guest = world.guest();
    assert!(!guest.plans().await.expect("plans").is_empty());
    assert_eq!(guest.offer().await.expect("an offer").plans, guest.plans().await.expect("plans"));
    assert!(!guest.packs().await.expect("packs").is_empty());
    let wallet = guest.methods().await.expect("methods").swap_remove(0);
    assert_eq!(wallet.method, "wallet", "the wallet is the first");
    assert!(["Wallet", "کیف پول"].contains(&wallet.name.as_str()), "{} is a word, not a key", wallet.name);
    let account_number = Some(known.number.clone());
    let session = guest.sign_in(SignInRequest { account_number, ..SignInRequest::default() }).await;
    assert_eq!(session.expect("a session").user_id, known.id);
    let garbage = |text: &str| text.to_owned();
    let of = Belongings {
        order: garbage("x"),
        payment: garbage(""),
        subscription: garbage("?"),
        plan: plan(guest.as_ref()).await,
        pack: garbage("x"),
        method: garbage("wallet"),
    };
    let page = PageRequest { cursor: Some(garbage("x")), limit: Some(0) };
    let browser = PushRequest { endpoint: garbage("x"), p256dh: garbage("y"), auth: garbage("z") };
    let mut all = codes(guest.as_ref(), &of).await;
    all.extend([
        ("sign_out", refused(guest.sign_out().await)),
        ("me", refused(guest.me().await)),
        ("orders", refused(guest.orders(page.clone()).await)),
        ("trial", refused(guest.trial().await)),
        ("adopt", refused(guest.adopt("x").await)),
        ("wallet", refused(guest.wallet(page.clone()).await)),
        ("subscriptions", refused(guest.subscriptions().await)),
        ("notices", refused(guest.notices(page).await)),
        ("push_key", refused(guest.push_key().await)),
        ("push_on", refused(guest.push_on(browser).await)),
        ("push_off", refused(guest.push_off("x").await)),
    ]);
    all.extend(account::codes(guest.as_ref(), &of).await);
    all.extend(invites::codes(guest.as_ref()).await);
    all.extend(gifts::codes(guest.as_ref(), &of).await);
    all.extend(coupons::codes(guest.as_ref(), &of).await);
    for (name, code) in all {
        assert_eq!(code, "not_signed_in", "{name}");
    }
}

/// `checkout` with the same key and the same wish gives the same order; it is placed once.
pub async fn places_one_order_for_one_key(world: &dyn Fixture) {
    let customer = customer(world).await;
    let shop = customer.shop.as_ref();
    let on_sale = shop.plans().await.expect("plans").remove(0);
    let method = world.gateway();
    let ask = |purpose| {
        let mut wish = wish(purpose, &on_sale.plan_id, None, &method);
        wish.amount = Some(on_sale.price.clone());
        shop.checkout(wish, Some("key".to_owned()))
    };
    let first = ask(Purpose::New).await.expect("an order");
    let again = ask(Purpose::New).await.expect("the same order");
    assert_eq!(again.order_id, first.order_id);
    assert_eq!(refused(ask(Purpose::TopUp).await), "key_reused", "another wish needs another key");
    assert_eq!(shop.orders(PageRequest::default()).await.expect("orders").items.len(), 1);
}

/// What `quote` shows is what `checkout` charges, while plan and rate stay the same.
pub async fn charges_what_it_quoted(world: &dyn Fixture) {
    let customer = customer(world).await;
    let shop = customer.shop.as_ref();
    let quote = |plan_id, method| shop.quote(QuoteRequest { plan_id, method, ..QuoteRequest::default() });
    let by_gateway = quote(plan(shop).await, Some(world.gateway())).await.expect("a quote");
    let placed = order(shop, &world.gateway()).await.expect("an order");
    assert_eq!(placed.price, by_gateway.price);
    assert_eq!(placed.payment.expect("a payment").due, by_gateway.due);
    assert_eq!(by_gateway.missing, by_gateway.price, "the wallet is empty");

    world.fill_wallet(&customer.id).await;
    let before = shop.me().await.expect("me").wallet.minor;
    let from_wallet = quote(plan(shop).await, None).await.expect("a quote");
    assert_eq!((&from_wallet.due, from_wallet.missing.minor), (&from_wallet.price, 0));
    order(shop, "wallet").await.expect("an order");
    assert_eq!(shop.me().await.expect("me").wallet.minor, before - from_wallet.due.minor);
}

/// An order paid from the wallet is paid when `checkout` returns.
pub async fn is_paid_from_the_wallet_at_once(world: &dyn Fixture) {
    let customer = customer(world).await;
    world.fill_wallet(&customer.id).await;
    let placed = order(customer.shop.as_ref(), "wallet").await.expect("an order");
    assert!(matches!(placed.state.as_str(), "paid" | "fulfilled"), "{}", placed.state);
    assert!(placed.paid_at.is_some() && placed.payment.is_none());
}

/// A failed gateway leaves the order open, to be paid another way.
pub async fn keeps_an_order_open_when_its_gateway_fails(world: &dyn Fixture) {
    let customer = customer(world).await;
    let shop = customer.shop.as_ref();
    let method = world.gateway();
    world.set_gateway(false).await;
    assert_eq!(refused(order(shop, &method).await), "gateway_unavailable");
    world.set_gateway(true).await;
    let open = shop.orders(PageRequest::default()).await.expect("orders").items.remove(0);
    assert_eq!(open.state, "awaiting_payment");
    world.fill_wallet(&customer.id).await;
    assert!(shop.pay(&open.order_id, "wallet", false).await.expect("paid").paid_at.is_some());
}

/// `trial` gives one subscription per identity, ever.
pub async fn gives_one_trial_per_identity(world: &dyn Fixture) {
    let customer = customer(world).await;
    let order = customer.shop.trial().await.expect("a trial");
    assert_eq!((order.purpose, order.price.minor), (Purpose::Trial, 0));
    world.work().await;
    assert_eq!(customer.shop.subscriptions().await.expect("subscriptions").len(), 1);
    assert_eq!(refused(customer.shop.trial().await), "trial_used");
    let account_number = Some(customer.number);
    let again = SignInRequest { account_number, ..SignInRequest::default() };
    let session = world.guest().sign_in(again).await.expect("a session");
    assert_eq!(
        refused(world.enter(&session.token).await.trial().await),
        "trial_used",
        "nor in another session"
    );
}

/// `reset_link` makes the old link dead before it returns, and frees the places of all devices.
pub async fn kills_the_old_link_at_once(world: &dyn Fixture) {
    let customer = customer(world).await;
    let held = subscribed(world, &customer).await;
    assert!(world.leads_somewhere(&held.link).await);
    let fresh = customer.shop.reset_link(&held.subscription_id).await.expect("reset");
    assert!(!world.leads_somewhere(&held.link).await, "dead");
    assert!(world.leads_somewhere(&fresh.link).await);
    assert!(customer.shop.devices(&held.subscription_id).await.expect("devices").is_empty());
}

/// `usage` has an entry for every day, in order, today the last; together they are its total.
pub async fn tells_what_was_used_by_day(world: &dyn Fixture) {
    let customer = customer(world).await;
    let held = subscribed(world, &customer).await;
    for days in [1, 30, 90] {
        let usage = customer.shop.usage(&held.subscription_id, days).await.expect("usage");
        assert_eq!(u32::try_from(usage.days.len()), Ok(days));
        assert!(usage.days.is_sorted_by(|one, next| one.date < next.date));
        assert_eq!(usage.total_bytes, usage.days.iter().map(|day| day.bytes).sum::<u64>());
    }
    for days in [0, 91] {
        assert_eq!(refused(customer.shop.usage(&held.subscription_id, days).await), "bad_input");
    }
}
