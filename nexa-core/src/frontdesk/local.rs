//! The door over the engine in this process.

use super::{
    ClaimView, Claimant, Frontdesk, GuideAnswer, LatencyReport, LinkAnswer, LinkAsk, PreCheckout, Remembered,
    ReplyView, ShopFace,
};
use crate::{
    domain::{refusal::Refusal, user::Principal},
    engine::{Core, cases},
    error::Result,
    ids::{GatewayId, ShopId, UserId},
    ports::gateway::Callback,
};
use async_trait::async_trait;
use std::sync::Arc;

/// The door.
pub(crate) struct LocalFrontdesk {
    pub(super) core: Arc<Core>,
}

impl LocalFrontdesk {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}

#[async_trait]
impl Frontdesk for LocalFrontdesk {
    async fn shop_of(&self, host: &str) -> Result<ShopFace> {
        let host = host.to_lowercase();
        let shops = self.core.read().await?.shops().await?;
        let named = shops.iter().find(|s| s.hosts.contains(&host));
        let open = || shops.iter().find(|s| s.hosts.is_empty());
        // An only shop answers all hosts: a wrong list of names must not lock its operator out.
        let only = || shops.first().filter(|_| shops.len() == 1);
        let shop = named.or_else(open).or_else(only).ok_or(Refusal::NotFound)?;
        let (feet, papers) = cases::on_every_page(&self.core, shop.id, &shop.name).await?;
        Ok(ShopFace { feet, papers, ..cases::face(shop) })
    }

    async fn principal(&self, shop: ShopId, token: &str) -> Result<Principal> {
        cases::principal(&self.core, shop, token).await
    }

    async fn claim_is_open(&self, shop: ShopId, token: &str) -> Result<Option<Claimant>> {
        cases::claim_is_open(&self.core, shop, token).await
    }

    async fn claim(&self, token: &str) -> Result<ClaimView> {
        let (account_number, api_key) = cases::claim(&self.core, token).await?;
        Ok(ClaimView { account_number, api_key })
    }

    async fn receive(&self, gateway: GatewayId, endpoint: &str, callback: Callback) -> Result<ReplyView> {
        cases::receive(&self.core, gateway, endpoint, callback).await
    }

    async fn pre_checkout(&self, shop: ShopId, asked: PreCheckout) -> Result<()> {
        cases::pre_checkout(&self.core, shop, &asked).await
    }

    async fn link(&self, token: &str, ask: LinkAsk) -> Result<LinkAnswer> {
        cases::link(&self.core, token, &ask).await
    }

    async fn report_latency(&self, token: &str, reports: Vec<LatencyReport>) -> Result<()> {
        cases::report_latency(&self.core, token, &reports).await
    }

    async fn guide(&self, token: &str) -> Result<GuideAnswer> {
        cases::guide(&self.core, token).await
    }

    async fn reached_again(&self, shop: ShopId, user: UserId) -> Result<()> {
        cases::reached_again(&self.core, shop, user).await
    }

    async fn remember(
        &self,
        shop: ShopId,
        owner: &str,
        key: &str,
        request: &str,
    ) -> Result<Option<Remembered>> {
        cases::remember(&self.core, shop, owner, key, request).await
    }

    async fn answered(&self, shop: ShopId, owner: &str, key: &str, answer: Option<Remembered>) -> Result<()> {
        cases::answered(&self.core, shop, owner, key, answer).await
    }

    async fn healthy(&self) -> Result<()> {
        Ok(self.core.check_storage().await?)
    }
}
