//! Where alerts go.

use super::{
    LocalBackoffice,
    model::{AlertSettingsView, AlertTopicView},
};
use crate::{
    domain::{
        alert::{AlertKind, AlertSettings},
        permission::Permission,
        refusal::Refusal,
        shop::Shop,
    },
    engine::cases,
    error::Result,
    storefront::view::{amount, money, word},
};
use async_trait::async_trait;
use std::collections::BTreeMap;

/// A chat of those who run the shop, in which its bot posts what to look at.
///
/// # Behaviour
/// - `set_alerts` answers `telegram_unavailable` while the shop has no bot that answers, and replaces what was set before.
/// - A kind that is muted is not told.
/// - Another bot, or none, ends the alerts; the same bot set again keeps them.
#[async_trait]
pub trait Alerts: Send + Sync {
    /// Where alerts go; none where they are off.
    async fn alerts(&self) -> Result<Option<AlertSettingsView>>;
    /// Sends alerts there.
    async fn set_alerts(&self, request: AlertSettingsView) -> Result<AlertSettingsView>;
    /// Sends none any more.
    async fn clear_alerts(&self) -> Result<()>;
}

#[async_trait]
impl Alerts for LocalBackoffice {
    async fn alerts(&self) -> Result<Option<AlertSettingsView>> {
        let mut read = self.read(Permission::Settings).await?;
        Ok(view(&self.core.shop(read.as_mut(), self.who.shop_id).await?))
    }

    async fn set_alerts(&self, request: AlertSettingsView) -> Result<AlertSettingsView> {
        self.who.may(Permission::Settings)?;
        let settings = settings(&request)?;
        let shop = cases::set_alerts(&self.core, &self.who, Some(settings)).await?;
        Ok(view(&shop).unwrap_or(request))
    }

    async fn clear_alerts(&self) -> Result<()> {
        cases::set_alerts(&self.core, &self.who, None).await.map(drop)
    }
}

fn settings(request: &AlertSettingsView) -> std::result::Result<AlertSettings, Refusal> {
    let mut topics = BTreeMap::new();
    for topic in &request.topics {
        let kind: AlertKind = super::request::unit("topics", &topic.kind)?;
        if topics.insert(kind, topic.thread_id).is_some() {
            return Err(Refusal::bad_input("topics", "each kind once"));
        }
    }
    let kind = |name: &String| super::request::unit::<AlertKind>("muted", name);
    let muted = request.muted.iter().map(kind).collect::<std::result::Result<_, _>>()?;
    let large_payment = request.large_payment.as_ref().map(amount).transpose()?;
    Ok(AlertSettings { chat_id: request.chat_id, topics, muted, large_payment })
}

fn view(shop: &Shop) -> Option<AlertSettingsView> {
    let settings = shop.telegram.as_ref()?.alerts.as_ref()?;
    let topic =
        |(kind, thread_id): (&AlertKind, &i64)| AlertTopicView { kind: word(kind), thread_id: *thread_id };
    Some(AlertSettingsView {
        chat_id: settings.chat_id,
        topics: settings.topics.iter().map(topic).collect(),
        muted: settings.muted.iter().map(word).collect(),
        large_payment: settings.large_payment.map(money),
    })
}
