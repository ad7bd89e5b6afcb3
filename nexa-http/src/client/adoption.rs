//! Services that were made elsewhere.

use super::{Remote, call::Call};
use crate::paths::api;
use async_trait::async_trait;
use nexa_core::{
    error::Result,
    storefront::{
        Adoption,
        model::{AdoptRequest, SubscriptionView},
    },
};

#[async_trait]
impl Adoption for Remote {
    async fn adopt(&self, pasted: &str) -> Result<SubscriptionView> {
        self.ask(Call::new(api::ADOPT, &[]).json(&AdoptRequest { service: pasted.to_owned() })?).await
    }
}
