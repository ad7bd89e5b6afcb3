//! The part of the customer's port that is about services that were there before their users came to the shop.

use super::{LocalStorefront, model::SubscriptionView};
use crate::{domain::user::Scope, engine::cases, error::Result};
use async_trait::async_trait;

/// Services that were made on a panel by hand or by another seller.
///
/// # Behaviour
/// - `adopt` makes the service whose identity was pasted a subscription of the caller's, with what is left of it, once;
///   again, it answers the same subscription.
/// - An identity that no server has, or that is another's, answers `service_unknown`; after five of them
///   `too_many_attempts`.
/// - What holds no identity answers `no_identity`; where the shop adopts nothing, everything answers `adoption_off`.
#[async_trait]
pub trait Adoption: Send + Sync {
    /// Takes a service over, by its link or identity, whichever of them was pasted. It is known by the identity alone;
    /// nothing is asked of an address that was pasted. The old link works until the customer takes a new one.
    async fn adopt(&self, pasted: &str) -> Result<SubscriptionView>;
}

#[async_trait]
impl Adoption for LocalStorefront {
    async fn adopt(&self, pasted: &str) -> Result<SubscriptionView> {
        self.who.with(Scope::Buy)?;
        let adopted = cases::adopt(&self.core, &self.who, pasted).await?;
        self.subscription_view(&adopted.to_string()).await
    }
}
