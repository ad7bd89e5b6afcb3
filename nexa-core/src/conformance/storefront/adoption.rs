//! Services that were made elsewhere, one function per sentence of [`crate::storefront::Adoption`].

use super::{Fixture, customer, refused};

/// `adopt` makes the service whose identity was pasted a subscription of the caller's, with what is left of it, once;
/// again, it answers the same subscription.
pub async fn adopts_once(world: &dyn Fixture) {
    world.adopt_services().await;
    let ann = customer(world).await;
    let service = world.make_service().await;
    let pasted = format!("https://panel.example/x7Kd9/{}/#Ann", service.to_uppercase());
    let tries = (0..4).map(|n| ann.shop.adopt(if n % 2 == 0 { &service } else { &pasted }));
    let mut adopted = Vec::new();
    for tried in futures::future::join_all(tries).await {
        adopted.push(tried.expect("adopted").subscription_id);
    }
    adopted.dedup();
    world.work().await;
    let all = ann.shop.subscriptions().await.expect("subscriptions");
    assert_eq!((adopted.len(), all.len()), (1, 1));
    let one = ann.shop.subscription(adopted.first().expect("one")).await.expect("a subscription");
    assert_eq!((one.state.as_str(), one.remaining_bytes, one.days_left), ("active", 10 << 30, 10));
    assert!(world.leads_somewhere(&one.link).await);
    let again = ann.shop.adopt(&service).await.expect("again");
    assert_eq!(again.subscription_id, one.subscription_id);
}

/// An identity that no server has, or that is another's, answers `service_unknown`; after five of them
/// `too_many_attempts`.
pub async fn slows_guessing_of_services_down(world: &dyn Fixture) {
    world.adopt_services().await;
    let (ann, bob) = (customer(world).await, customer(world).await);
    let (hers, other) = (world.make_service().await, world.make_service().await);
    ann.shop.adopt(&hers).await.expect("adopted");
    assert_eq!(refused(bob.shop.adopt(&hers).await), "service_unknown", "another's");
    for guess in 1..5 {
        let unknown = format!("a59e4807-8100-45d7-83b6-f2248e3475f{guess}");
        assert_eq!(refused(bob.shop.adopt(&unknown).await), "service_unknown");
    }
    assert_eq!(refused(bob.shop.adopt(&other).await), "too_many_attempts");
}

/// What holds no identity answers `no_identity`; where the shop adopts nothing, everything answers `adoption_off`.
pub async fn adopts_nothing_without_a_plan(world: &dyn Fixture) {
    let ann = customer(world).await;
    let service = world.make_service().await;
    let adopts = async || ann.shop.offer().await.expect("an offer").adopts;
    assert!(!adopts().await);
    for pasted in [service.as_str(), "nothing"] {
        assert_eq!(refused(ann.shop.adopt(pasted).await), "adoption_off");
    }
    world.adopt_services().await;
    assert!(adopts().await);
    for pasted in ["", "https://panel.example/", service.get(1..).expect("the rest")] {
        assert_eq!(refused(ann.shop.adopt(pasted).await), "no_identity");
    }
    ann.shop.adopt(&service).await.expect("adopted");
}
