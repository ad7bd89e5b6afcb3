//! Moves to other countries.

use super::{Remote, call::Call};
use crate::paths::api;
use async_trait::async_trait;
use nexa_core::{
    error::Result,
    storefront::{
        Moves,
        model::{MoveRequest, RegionView, SubscriptionView},
    },
};

#[async_trait]
impl Moves for Remote {
    async fn regions(&self, subscription_id: &str) -> Result<Vec<RegionView>> {
        self.view(Call::new(api::REGIONS, &[subscription_id])).await
    }
    async fn move_subscription(&self, subscription_id: &str, region: &str) -> Result<SubscriptionView> {
        let request = MoveRequest { region: region.to_owned() };
        self.ask(Call::new(api::MOVE, &[subscription_id]).json(&request)?).await
    }
}
