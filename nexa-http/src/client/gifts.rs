//! Gifts.

use super::{Remote, call::Call};
use crate::paths::api;
use async_trait::async_trait;
use nexa_core::{
    error::Result,
    storefront::{
        Gifts,
        model::{ClaimGiftRequest, GiftRequest, GiftView, OrderView},
    },
};

#[async_trait]
impl Gifts for Remote {
    async fn gifts(&self) -> Result<Vec<GiftView>> {
        self.view(Call::new(api::GIFTS, &[])).await
    }
    async fn gift(&self, code: &str) -> Result<GiftView> {
        self.ask(Call::new(api::GIFT, &[]).json(&GiftRequest { code: code.to_owned() })?).await
    }
    async fn claim_gift(&self, code: &str, subscription_id: Option<String>) -> Result<OrderView> {
        let request = ClaimGiftRequest { code: code.to_owned(), subscription_id };
        self.ask(Call::new(api::CLAIM_GIFT, &[]).json(&request)?).await
    }
    async fn take_gift_back(&self, order_id: &str) -> Result<OrderView> {
        self.ask(Call::new(api::TAKE_GIFT_BACK, &[order_id])).await
    }
}
