//! Where the shop stands: over HTTP, or in this process.

use async_trait::async_trait;
use nexa_core::{
    error::Result,
    frontdesk::{LatencyReport, LinkForm},
    secret::Secret,
    storefront::Storefront,
};
use std::sync::Arc;

/// What a shop object needs beside the customer's port.
#[async_trait]
pub(crate) trait Counter: Send + Sync {
    /// The shop as the holder of this token sees it, or a guest.
    async fn enter(&self, token: Option<&Secret<String>>) -> Result<Arc<dyn Storefront>>;
    /// What a subscription's link gives in this form, at the first of its addresses that answers. Knowing one is enough.
    async fn document(&self, links: &[String], form: LinkForm) -> Result<String>;
    /// Tells the shop how long this device took to reach the servers behind a link.
    async fn report(&self, link: &str, reports: Vec<LatencyReport>) -> Result<()>;
    /// How long it takes to connect there, in milliseconds; none when nobody answers in time.
    async fn reach(&self, host: &str, port: u16) -> Option<u32>;
    /// When the shop gave what was answered last, if it was not the shop that answered.
    fn stale_since(&self) -> Option<String>;
}
