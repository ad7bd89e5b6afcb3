//! Moves, one function per sentence of [`crate::storefront::Moves`].

use super::{Fixture, customer, refused, subscribed};

/// A country in which no server of the plan stands answers `region_unknown`, and nothing changes.
pub async fn moves_to_no_unknown_country(world: &dyn Fixture) {
    let ann = customer(world).await;
    let held = subscribed(world, &ann).await;
    let before = ann.shop.regions(&held.subscription_id).await.expect("regions");
    for region in ["AQ", "aq", "", "nowhere"] {
        assert_eq!(
            refused(ann.shop.move_subscription(&held.subscription_id, region).await),
            "region_unknown"
        );
    }
    world.work().await;
    let now = ann.shop.subscription(&held.subscription_id).await.expect("a subscription");
    assert_eq!((now.link, now.servers), (held.link, held.servers));
    assert_eq!(ann.shop.regions(&held.subscription_id).await.expect("regions"), before);
}
