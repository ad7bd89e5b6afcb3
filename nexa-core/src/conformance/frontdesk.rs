//! What every door must do, one function per sentence of [`crate::frontdesk::Frontdesk`].
//!
//! The installation around it is given by a [`Fixture`]. It must never look behind the port.
#![expect(clippy::missing_panics_doc, clippy::expect_used, reason = "a suite fails by panicking")]

use super::refused;
use crate::{
    frontdesk::{Claimant, DeviceGate, Frontdesk, LinkAsk, LinkForm, Remembered},
    ids::{GatewayId, ShopId},
    ports::gateway::Callback,
};
use async_trait::async_trait;
use jiff::SignedDuration;
use std::sync::Arc;

/// An installation with two shops, and the power over what happens around it.
#[async_trait]
pub trait Fixture: Send + Sync {
    /// The door.
    fn door(&self) -> Arc<dyn Frontdesk>;
    /// The shop without host names.
    fn shop(&self) -> ShopId;
    /// A second shop, and a host name of it.
    async fn other_shop(&self) -> (ShopId, String);
    /// The token of a new customer's session in the first shop.
    async fn session(&self) -> String;
    /// Ends a session.
    async fn sign_out(&self, token: &str);
    /// A link to become the operator that nobody has used.
    async fn claim_link(&self) -> (Arc<dyn Frontdesk>, String);
    /// An unpaid order, and what its gateway would send when it is paid.
    async fn unpaid(&self) -> Unpaid;
    /// The token of the link of a subscription in use for another day or more.
    async fn link(&self) -> String;
    /// What the panels hold for that subscription; no answer may contain more of a panel than share links do.
    fn panel_address(&self) -> Option<String>;
    /// Whether the panels answer.
    async fn set_panels(&self, work: bool);
    /// Makes time pass, and has everything done that is due.
    async fn pass(&self, time: SignedDuration);
}

/// An order that waits for a message of its gateway.
pub struct Unpaid {
    /// Which gateway.
    pub gateway: GatewayId,
    /// The secret part of its callback address.
    pub endpoint: String,
    /// An authentic message that all was paid.
    pub genuine: Callback,
    /// One that somebody else made.
    pub forged: Callback,
    /// Tells how much was credited so far, in minor units.
    pub credited: Box<dyn Fn() -> futures::future::BoxFuture<'static, i64> + Send + Sync>,
}

const EVERY_FORM: [LinkForm; 8] = LinkForm::ALL;

async fn uris(world: &dyn Fixture, token: &str) -> String {
    world.door().link(token, LinkAsk::of(LinkForm::Plain)).await.expect("an answer").body
}

fn entries(document: &str) -> usize {
    document.lines().filter(|line| !line.trim().is_empty()).count()
}

/// `shop_of` gives the shop whose host names contain the host, else the shop without host names, else the only shop.
pub async fn finds_the_shop_by_its_host(world: &dyn Fixture) {
    let (other, host) = world.other_shop().await;
    let door = world.door();
    assert_eq!(door.shop_of(&host).await.expect("a shop").id, other);
    assert_eq!(door.shop_of(&host.to_uppercase()).await.expect("a shop").id, other);
    for unknown in ["nobody.example.net", "", "127.0.0.1"] {
        assert_eq!(door.shop_of(unknown).await.expect("a shop").id, world.shop());
    }
}

/// `principal` answers `not_signed_in` for an unknown, ended or revoked token, and for one of another shop.
pub async fn knows_who_holds_a_token(world: &dyn Fixture) {
    let (door, shop) = (world.door(), world.shop());
    let (other, _) = world.other_shop().await;
    let token = world.session().await;
    assert!(door.principal(shop, &token).await.expect("somebody").user_id.is_some());
    assert_eq!(refused(door.principal(other, &token).await), "not_signed_in");
    for unknown in ["", "nxs_", "\u{0}", &token.to_uppercase(), &token[..token.len() - 1]] {
        assert_eq!(refused(door.principal(shop, unknown).await), "not_signed_in");
    }
    world.sign_out(&token).await;
    assert_eq!(refused(door.principal(shop, &token).await), "not_signed_in", "revoked");
    let old = world.session().await;
    world.pass(SignedDuration::from_hours(24 * 366)).await;
    assert_eq!(refused(door.principal(shop, &old).await), "not_signed_in", "ended");
}

/// `claim` works once per link.
/// `claim_is_open` says for whom a link is, and nothing once it is used up, too old, or at another shop.
pub async fn is_claimed_once(world: &dyn Fixture) {
    let (door, link) = world.claim_link().await;
    let shop = door.shop_of("localhost").await.expect("the only shop").id;
    let open = door.claim_is_open(shop, &link).await.expect("an answer");
    assert_eq!(open, Some(Claimant::Owner));
    let elsewhere = ShopId::from(uuid::Uuid::nil());
    assert_eq!(door.claim_is_open(elsewhere, &link).await.expect("an answer"), None);
    let made = door.claim(&link).await.expect("claimed");
    assert_eq!(made.account_number.len(), 25);
    assert_eq!(door.claim_is_open(shop, &link).await.expect("an answer"), None);
    assert_eq!(refused(door.claim(&link).await), "not_found");
    assert_eq!(refused(door.claim("nonsense").await), "not_found");
}

/// `receive` has committed the callback, or the look that it asks for, when it answers, and stores nothing of a forged
/// one.
/// `receive` of the same callback again changes nothing and answers the same.
/// `receive` names the order that the callback is about, if there is one.
pub async fn takes_a_callback_once(world: &dyn Fixture) {
    let door = world.door();
    let Unpaid { gateway, endpoint, genuine, forged, credited } = world.unpaid().await;
    let a_minute = SignedDuration::from_mins(1);
    assert_eq!(refused(door.receive(gateway, &endpoint, forged).await), "bad_signature");
    assert_eq!(refused(door.receive(gateway, "elsewhere", genuine.clone()).await), "not_found");
    world.pass(a_minute).await;
    assert_eq!(credited().await, 0, "nothing came of it");
    let first = door.receive(gateway, &endpoint, genuine.clone()).await.expect("taken");
    assert!(first.order.is_some(), "a customer who comes along is led on");
    world.pass(a_minute).await;
    let paid = credited().await;
    assert!(paid > 0, "it was kept, and settled by the worker");
    for _ in 0..3 {
        let again = door.receive(gateway, &endpoint, genuine.clone()).await.expect("taken");
        assert_eq!(again, first);
    }
    world.pass(a_minute).await;
    assert_eq!(credited().await, paid, "once");
}

/// `link` answers `not_found` for unknown and for dead links alike, and never gives a panel's own address.
pub async fn answers_living_links_only(world: &dyn Fixture) {
    let door = world.door();
    let token = world.link().await;
    for form in EVERY_FORM {
        let answer = door.link(&token, LinkAsk::of(form)).await.expect("an answer");
        assert_eq!((answer.status.state, answer.body.is_empty()), ("active", form == LinkForm::Page));
        if let Some(address) = world.panel_address() {
            assert!(!answer.body.contains(&address), "the panel's own address came out");
        }
        for dead in ["", "x", "../", &token[1..], &format!("{token}a")] {
            assert_eq!(refused(door.link(dead, LinkAsk::of(form)).await), "not_found");
        }
    }
    assert!(entries(&uris(world, &token).await) > 1);
    assert_eq!(uris(world, &token.to_uppercase()).await, uris(world, &token).await, "typed in capitals");
}

/// `link` answers from what was kept when a panel is down.
pub async fn answers_while_the_panels_are_down(world: &dyn Fixture) {
    let token = world.link().await;
    let before = uris(world, &token).await;
    world.set_panels(false).await;
    world.pass(SignedDuration::from_mins(30)).await;
    assert_eq!(uris(world, &token).await, before);
}

/// `link` of an ended subscription answers with one named entry that says so, in every form.
pub async fn says_that_it_has_ended(world: &dyn Fixture) {
    let token = world.link().await;
    world.pass(SignedDuration::from_hours(24 * 400)).await;
    let document = uris(world, &token).await;
    assert_eq!(entries(&document), 1, "{document}");
    assert!(document.contains('#'), "it has a name: {document}");
    for form in EVERY_FORM.into_iter().filter(|form| *form != LinkForm::Page) {
        let answer = world.door().link(&token, LinkAsk::of(form)).await.expect("an answer");
        assert!(!answer.body.is_empty(), "{form:?}");
    }
}

/// `link` asks no panel when only the headers are wanted.
pub async fn gives_headers_without_a_document(world: &dyn Fixture) {
    let token = world.link().await;
    for form in EVERY_FORM {
        let whole = world.door().link(&token, LinkAsk::of(form)).await.expect("an answer");
        let ask = LinkAsk { only_headers: true, ..LinkAsk::of(form) };
        let head = world.door().link(&token, ask).await.expect("an answer");
        assert_eq!((head.form, head.body.as_str(), head.status.state), (form, "", whole.status.state));
    }
}

/// `link` serves no more devices than the subscription has places for, and tells the next one so in its own form.
pub async fn serves_as_many_devices_as_were_sold(world: &dyn Fixture) {
    let token = world.link().await;
    let come = async |number: u32| {
        let headers = vec![("x-hwid".to_owned(), format!("device-{number:04}"))];
        let ask = LinkAsk { headers, ..LinkAsk::of(LinkForm::Plain) };
        world.door().link(&token, ask).await.expect("an answer")
    };
    let mut served = 0;
    while come(served).await.device == DeviceGate::Admitted {
        served += 1;
        assert!(served <= 100, "there is no end");
    }
    assert!(served > 0);
    let full = come(served).await;
    assert_eq!((full.device, entries(&full.body)), (DeviceGate::Full, 1));
    assert_eq!(come(0).await.device, DeviceGate::Admitted, "who is in stays in");
}

/// `remember` gives the first answer to every repeat of the same request, `key_reused` to another request with the
/// same key, and `in_flight` while the first is being worked on.
pub async fn remembers_the_first_answer(world: &dyn Fixture) {
    let (door, shop) = (world.door(), world.shop());
    let ask = |owner: &'static str, request: &'static str| door.remember(shop, owner, "key", request);
    let answer = |body: &str| Remembered {
        status: 201,
        content_type: "application/json".to_owned(),
        body: body.to_owned(),
    };
    assert_eq!(ask("one", "buy").await.expect("go on"), None);
    assert_eq!(refused(ask("one", "buy").await), "in_flight");
    assert_eq!(refused(ask("one", "sell").await), "key_reused");
    assert_eq!(ask("two", "sell").await.expect("somebody else's key"), None);
    door.answered(shop, "one", "key", Some(answer("first"))).await.expect("kept");
    for _ in 0..2 {
        assert_eq!(ask("one", "buy").await.expect("known"), Some(answer("first")));
    }
    assert_eq!(refused(ask("one", "sell").await), "key_reused");
    door.answered(shop, "two", "key", None).await.expect("forgotten");
    assert_eq!(ask("two", "sell").await.expect("failed, so it may be tried again"), None);
    assert_eq!(refused(door.remember(shop, "one", "", "buy").await), "bad_input");
}

/// Every case of the suite as a test of its own: `frontdesk_suite!(#[tokio::test] my_shop().await)`. The expression
/// makes a fresh [`Fixture`].
#[macro_export]
macro_rules! frontdesk_suite {
    (#[$test:meta] $fixture:expr) => {
        $crate::frontdesk_suite!(@cases #[$test] $fixture;
            finds_the_shop_by_its_host, knows_who_holds_a_token, is_claimed_once, takes_a_callback_once,
            answers_living_links_only, answers_while_the_panels_are_down, says_that_it_has_ended,
            gives_headers_without_a_document, serves_as_many_devices_as_were_sold,
            remembers_the_first_answer);
    };
    (@cases #[$test:meta] $fixture:expr; $($case:ident),+) => {$(
        #[$test]
        async fn $case() {
            $crate::conformance::frontdesk::$case(&$fixture).await;
        }
    )+};
}
