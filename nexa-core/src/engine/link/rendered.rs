//! Documents of links that the processes of an installation keep for each other, for a few seconds.
//!
//! Only what comes from the servers is kept: the list of them and the document. Whether a link lives, and all that it says of
//! the subscription, is read for every answer; what is kept stands under a name made of that, so that a change of the
//! subscription is another name. A document holds the customer's credentials, so it is sealed.

use super::days_left;
use crate::{
    domain::{
        link::rules::Form,
        shop::Locale,
        subscription::{Subscription, SubscriptionState},
    },
    engine::Core,
    frontdesk::{DeviceGate, LinkAsk, StatusEntry},
    ids::ServerId,
    secret::Purpose,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a change of the servers themselves (their names, their order, what they hold) may stay unseen.
const KEPT: Duration = Duration::from_secs(10);

/// What came from the servers.
#[derive(Serialize, Deserialize)]
pub(super) struct Rendered {
    /// The customer's language.
    pub(super) locale: Locale,
    servers: Vec<Entry>,
    /// The document.
    pub(super) body: String,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    id: ServerId,
    name: String,
    region: Option<String>,
    up: bool,
}

/// The name that an answer's document is kept under.
pub(super) struct Name(String);

impl Name {
    /// Of this answer. None where nothing is kept: for pages, which show more, for headers alone, and for a subscription
    /// that gets a sentence in the servers' place.
    pub(super) fn of(
        core: &Core,
        of: &Subscription,
        form: Form,
        device: DeviceGate,
        ask: &LinkAsk,
    ) -> Option<Self> {
        let served = of.state == SubscriptionState::Active
            && matches!(device, DeviceGate::NotCounted | DeviceGate::Admitted);
        if !core.shared.keeps() || !served || form == Form::Page || ask.only_headers {
            return None;
        }
        // Whoever reads the stash shall not learn which subscription it is, nor try whether it is one that they know.
        let print = core.keys.fingerprint(
            Purpose::Link,
            &format!(
                "rendered|{}|{}|{}|{}|{}|{}|{}|{}",
                of.id,
                of.panel_id.expose(),
                of.generation,
                of.used.as_bytes(),
                of.limit.as_bytes(),
                of.ends_at.as_millisecond(),
                days_left(core, of),
                form.name(),
            ),
        );
        Some(Self(format!("rendered|{}", print.0)))
    }

    /// What is kept, if it is.
    pub(super) async fn find(&self, core: &Core) -> Option<Rendered> {
        let sealed = String::from_utf8(core.shared.find(&self.0).await?).ok()?;
        // What does not open is somebody else's, or damaged: as good as nothing.
        let clear = core.keys.open(&self.0, &sealed).ok()?;
        serde_json::from_slice(&clear).ok()
    }

    /// Keeps it. A list without servers is not worth it: they are about to come.
    pub(super) async fn keep(&self, core: &Core, rendered: &Rendered) {
        if rendered.servers.is_empty() || rendered.body.is_empty() {
            return;
        }
        let Ok(clear) = serde_json::to_vec(rendered) else { return };
        let sealed = core.keys.seal(&core.world, &self.0, &clear);
        core.shared.keep(&self.0, sealed.as_bytes(), KEPT).await;
    }
}

impl Rendered {
    pub(super) fn new(locale: Locale, servers: &[StatusEntry], body: String) -> Self {
        let entry =
            |s: &StatusEntry| Entry { id: s.id, name: s.name.clone(), region: s.region.clone(), up: s.up };
        Self { locale, servers: servers.iter().map(entry).collect(), body }
    }

    /// The servers as the status shows them.
    pub(super) fn servers(&mut self) -> Vec<StatusEntry> {
        let shown =
            |s: Entry| StatusEntry { id: s.id, name: s.name, region: s.region, up: s.up, given: None };
        std::mem::take(&mut self.servers).into_iter().map(shown).collect()
    }
}
