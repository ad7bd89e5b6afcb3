//! The part of the customer's port that is about where a subscription is served.

use super::{
    LocalStorefront,
    model::{RegionView, SubscriptionView},
};
use crate::{
    domain::{moves::Region, user::Scope},
    engine::{cases, id},
    error::Result,
};
use async_trait::async_trait;

/// Other servers for a subscription. What depends on where the shop's servers stand is told by the journeys.
///
/// # Behaviour
/// - A country in which no server of the plan stands answers `region_unknown`, and nothing changes.
#[async_trait]
pub trait Moves: Send + Sync {
    /// The countries of its plan's servers that can take a subscription now, the present ones marked. None for a
    /// subscription that cannot move: one that is not in use, or that has an address of its own.
    async fn regions(&self, subscription_id: &str) -> Result<Vec<RegionView>>;
    /// Moves a subscription to servers in this country, at most three times a day. Its link stays, and leads to the old
    /// servers until a new one is ready; then the old ones let nobody in any more, and apps have to refresh the link.
    async fn move_subscription(&self, subscription_id: &str, region: &str) -> Result<SubscriptionView>;
}

#[async_trait]
impl Moves for LocalStorefront {
    async fn regions(&self, subscription_id: &str) -> Result<Vec<RegionView>> {
        self.who.with(Scope::Read)?;
        let regions = cases::regions(&self.core, &self.who, id(subscription_id)?).await?;
        Ok(regions.into_iter().map(region).collect())
    }

    async fn move_subscription(&self, subscription_id: &str, region: &str) -> Result<SubscriptionView> {
        self.who.with(Scope::Buy)?;
        cases::move_subscription(&self.core, &self.who, id(subscription_id)?, region).await?;
        self.subscription_view(subscription_id).await
    }
}

fn region(of: Region) -> RegionView {
    RegionView { region: of.code, here: of.here }
}
