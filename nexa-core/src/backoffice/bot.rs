//! The operator's decisions on the shop's bot.

use super::{
    LocalBackoffice,
    model::{BotRequest, ShopView},
    view,
};
use crate::{domain::bot::BotSettings, engine::cases, error::Result};
use async_trait::async_trait;

/// How the shop's bot behaves.
///
/// # Behaviour
/// - `update_bot` changes what is given and leaves the rest; an empty text takes a setting away.
/// - `update_bot` refuses another `api_url` or `proxy` from whoever is not an owner; after one, accounts with a second factor
///   are asked for it again.
/// - `update_bot` of a shop without a bot answers `telegram_unavailable`.
#[async_trait]
pub trait BotOffice: Send + Sync {
    /// Changes how the shop's bot behaves.
    async fn update_bot(&self, request: BotRequest) -> Result<ShopView>;
}

#[async_trait]
impl BotOffice for LocalBackoffice {
    async fn update_bot(&self, request: BotRequest) -> Result<ShopView> {
        let change = |was: BotSettings| {
            let proxy_sealed = match given(request.proxy, was.proxy_sealed.clone()) {
                Some(url) if Some(&url) != was.proxy_sealed.as_ref() => {
                    Some(cases::seal_proxy(&self.core, &self.who, &url)?)
                }
                kept => kept,
            };
            Ok(BotSettings {
                answers: request.answers.unwrap_or(was.answers),
                api_url: given(request.api_url, was.api_url),
                proxy_sealed,
                channel: given(request.channel, was.channel),
                terms_url: given(request.terms_url, was.terms_url),
            })
        };
        Ok(view::shop(&cases::set_bot(&self.core, &self.who, change).await?))
    }
}

/// What was given in place of what was; an empty text is nothing.
fn given(text: Option<String>, was: Option<String>) -> Option<String> {
    match text.map(|text| text.trim().to_owned()) {
        Some(text) if text.is_empty() => None,
        Some(text) => Some(text),
        None => was,
    }
}
