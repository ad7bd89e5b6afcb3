//! Webhooks.

use super::{
    LocalBackoffice,
    model::{
        HookAttemptView, HookDeliveryPage, HookDeliveryView, ReplayRequest, ReplayView, UpdateWebhookRequest,
        WebhookRequest, WebhookView, WebhooksView,
    },
};
use crate::{
    domain::{
        permission::Permission::Staff,
        refusal::Refusal,
        webhook::{DeliveryState, HookDelivery, HookKind, Spot, Webhook},
    },
    engine::cases,
    error::Result,
    storefront::{
        model::PageRequest,
        view::{moment, next, word},
    },
};
use async_trait::async_trait;
use std::collections::BTreeSet;

/// Programs of the shop's own that are told what happens in it.
///
/// # Behaviour
/// - A webhook is told what it wants to hear of its own shop, and nothing of another.
/// - `add_webhook` and `renew_webhook_secret` show the secret this once.
/// - A message is sent again by the schedule until it is taken; 410 or days of failing switch its webhook off.
/// - `replay_delivery` of a message that is on its way changes nothing.
/// - An address that is no https address of the public Internet is refused with `bad_config`.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// The shop's webhooks, and what they may be told.
    async fn webhooks(&self) -> Result<WebhooksView>;
    /// Adds one, at most ten; its secret is shown this once.
    async fn add_webhook(&self, request: WebhookRequest) -> Result<WebhookView>;
    /// Changes one, switches it on or off.
    async fn update_webhook(&self, webhook_id: &str, request: UpdateWebhookRequest) -> Result<WebhookView>;
    /// Takes one away, with its deliveries.
    async fn remove_webhook(&self, webhook_id: &str) -> Result<()>;
    /// Gives one a new secret, shown this once; the one of before signs too for 24 hours.
    async fn renew_webhook_secret(&self, webhook_id: &str) -> Result<WebhookView>;
    /// Sends one a `webhook.test`.
    async fn try_webhook(&self, webhook_id: &str) -> Result<HookDeliveryView>;
    /// What was and is to be sent to one; only what is in this state, if one is given.
    async fn webhook_deliveries(
        &self,
        webhook_id: &str,
        state: Option<String>,
        page: PageRequest,
    ) -> Result<HookDeliveryPage>;
    /// One delivery.
    async fn webhook_delivery(&self, delivery_id: &str) -> Result<HookDeliveryView>;
    /// Sends a message again.
    async fn replay_delivery(&self, delivery_id: &str) -> Result<HookDeliveryView>;
    /// Sends again what one did not take, at most 500 messages, the oldest first.
    async fn replay_untaken(&self, webhook_id: &str, request: ReplayRequest) -> Result<ReplayView>;
}

#[async_trait]
impl Webhooks for LocalBackoffice {
    async fn webhooks(&self) -> Result<WebhooksView> {
        let all = cases::webhooks(&self.core, &self.who).await?;
        let now = self.core.world.now();
        Ok(WebhooksView {
            webhooks: all.iter().map(|(one, spot)| shown(one, spot, now)).collect(),
            kinds: HookKind::choices().map(|kind| kind.name().to_owned()).collect(),
        })
    }

    async fn add_webhook(&self, request: WebhookRequest) -> Result<WebhookView> {
        self.who.may(Staff)?;
        let WebhookRequest { url, kinds, description } = request;
        let (kinds, description) = (read_kinds(&kinds)?, description.unwrap_or_default());
        let (one, spot) = cases::add_webhook(&self.core, &self.who, &url, kinds, description).await?;
        Ok(self.with_secret(&one, &spot))
    }

    async fn update_webhook(&self, webhook_id: &str, request: UpdateWebhookRequest) -> Result<WebhookView> {
        let id = self.id(Staff, webhook_id)?;
        let UpdateWebhookRequest { url, kinds, description, on } = request;
        let kinds = kinds.as_deref().map(read_kinds).transpose()?;
        let change = cases::WebhookChange { url, kinds, description, on };
        let (one, spot) = cases::change_webhook(&self.core, &self.who, id, change).await?;
        Ok(shown(&one, &spot, self.core.world.now()))
    }

    async fn remove_webhook(&self, webhook_id: &str) -> Result<()> {
        cases::remove_webhook(&self.core, &self.who, self.id(Staff, webhook_id)?).await
    }

    async fn renew_webhook_secret(&self, webhook_id: &str) -> Result<WebhookView> {
        let id = self.id(Staff, webhook_id)?;
        let (one, spot) = cases::renew_webhook_secret(&self.core, &self.who, id).await?;
        Ok(self.with_secret(&one, &spot))
    }

    async fn try_webhook(&self, webhook_id: &str) -> Result<HookDeliveryView> {
        let id = self.id(Staff, webhook_id)?;
        Ok(delivery(&cases::try_webhook(&self.core, &self.who, id).await?))
    }

    async fn webhook_deliveries(
        &self,
        webhook_id: &str,
        state: Option<String>,
        request: PageRequest,
    ) -> Result<HookDeliveryPage> {
        let (id, page) = (self.id(Staff, webhook_id)?, self.page(Staff, &request)?);
        let known = |text: String| DeliveryState::ALL.into_iter().find(|state| state.name() == text);
        let state = state.map(|text| known(text).ok_or_else(|| Refusal::bad_input("state", "unknown")));
        let rows = cases::webhook_deliveries(&self.core, &self.who, id, state.transpose()?, page).await?;
        Ok(HookDeliveryPage {
            items: rows.iter().map(delivery).collect(),
            next: next(&rows, page, |row| row.id.to_string()),
        })
    }

    async fn webhook_delivery(&self, delivery_id: &str) -> Result<HookDeliveryView> {
        let id = self.id(Staff, delivery_id)?;
        Ok(delivery(&cases::webhook_delivery(&self.core, &self.who, id).await?))
    }

    async fn replay_delivery(&self, delivery_id: &str) -> Result<HookDeliveryView> {
        let id = self.id(Staff, delivery_id)?;
        Ok(delivery(&cases::replay_delivery(&self.core, &self.who, id).await?))
    }

    async fn replay_untaken(&self, webhook_id: &str, request: ReplayRequest) -> Result<ReplayView> {
        let id = self.id(Staff, webhook_id)?;
        let since = request.since.parse().map_err(|_| Refusal::bad_input("since", "a moment"))?;
        let count = cases::replay_untaken(&self.core, &self.who, id, since).await?;
        Ok(ReplayView { count })
    }
}

impl LocalBackoffice {
    fn with_secret(&self, of: &Webhook, spot: &Spot) -> WebhookView {
        let secret = Some(format!("whsec_{}", spot.secret.expose()));
        WebhookView { secret, ..shown(of, spot, self.core.world.now()) }
    }
}

fn read_kinds(names: &[String]) -> Result<BTreeSet<HookKind>, Refusal> {
    names.iter().map(|name| HookKind::from_name(name)).collect()
}

fn shown(of: &Webhook, spot: &Spot, now: jiff::Timestamp) -> WebhookView {
    // A token of the receiver's own may stand behind the question mark.
    let url = spot.url.expose();
    let url = url.split_once('?').map_or_else(|| url.clone(), |(place, _)| format!("{place}?…"));
    WebhookView {
        webhook_id: of.id.to_string(),
        url,
        kinds: of.kinds.iter().map(|kind| kind.name().to_owned()).collect(),
        description: of.description.clone(),
        state: word(&of.state),
        failing_since: of.failing_since.map(moment),
        secret: None,
        both_until: spot.before.as_ref().filter(|(_, until)| now < *until).map(|(_, until)| moment(*until)),
        created_at: moment(of.created_at),
    }
}

fn delivery(of: &HookDelivery) -> HookDeliveryView {
    let attempts = of.attempts.iter().map(|attempt| HookAttemptView {
        at: moment(attempt.at),
        millis: attempt.millis,
        status: attempt.status,
        told: attempt.told.clone(),
    });
    HookDeliveryView {
        delivery_id: of.id.to_string(),
        webhook_id: of.webhook_id.map(|id| id.to_string()).unwrap_or_default(),
        message_id: of.message_id(),
        kind: of.kind.name().to_owned(),
        body: of.body.clone(),
        state: of.state.name().to_owned(),
        tries: of.tries,
        attempts: attempts.collect(),
        next_at: of.next_at.map(moment),
        created_at: moment(of.created_at),
    }
}
