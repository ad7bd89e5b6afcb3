//! The way that all four go: ask for a page, hear of a browser, look and verify.

use super::{
    codec::{Ask, Attempt, Codec, Look, Page},
    kept::Pages,
    settings::Settings,
    unit::Rial,
};
use crate::{
    config::{bad, unpayable},
    http::{Server, Trouble},
};
use async_trait::async_trait;
use jiff::Timestamp;
use nexa_core::{
    domain::{
        gateway::{Confirm, GatewayProfile, Matching, Refunds},
        money::{Currency, Money},
        payment::{Finality, Movement, Observation, PayStep},
        refusal::Refusal,
    },
    ids::PaymentId,
    ports::{
        gateway::{
            Callback, Expected, Gateway, GatewayCheck, GatewaySetting, Invoice, Opened, Reading, Signal,
        },
        outcome::Outcome,
    },
};
use std::sync::Arc;
use url::Url;

/// One gateway in its dialect.
struct RialGateway<C> {
    codec: C,
    server: Server,
    profile: GatewayProfile,
    /// Under which name its transfers stand. Play money has a name of its own.
    family: String,
    callback_url: String,
    description: Option<String>,
    pages: Pages,
}

/// Puts a gateway together.
pub(super) fn connect<C: Codec>(
    name: &str,
    settings: Settings,
    test: bool,
    setting: &GatewaySetting,
    codec: C,
) -> Result<Arc<dyn Gateway>, Refusal> {
    let callback = Url::parse(&setting.callback_url).map_err(|_| bad("callback_url", "not a URL"))?;
    if !matches!(callback.scheme(), "http" | "https") {
        return Err(bad("callback_url", "not a web address"));
    }
    let profile = GatewayProfile {
        asset: Currency::Irr,
        confirm: Confirm::Inspect,
        matching: Matching::Reference,
        minimum: Some(settings.minimum),
        maximum: settings.maximum,
        policy: settings.policy,
        refunds: Refunds::Never,
        test,
    };
    Ok(Arc::new(RialGateway {
        codec,
        server: Server::of_provider(&settings.route, [&settings.key], setting.range)?,
        profile,
        family: if test { format!("{name}-test") } else { name.to_owned() },
        callback_url: callback.into(),
        description: settings.description,
        pages: Pages::default(),
    }))
}

/// Our name for an attempt.
fn order(payment: PaymentId) -> String {
    payment.to_string().replace('-', "")
}

impl<C: Codec> RialGateway<C> {
    async fn look(&self, reference: &str, due: Money) -> Result<Look, Trouble> {
        let due = Rial::of(due).ok_or_else(|| self.server.refused("the amount is not in rial"))?;
        let order = self.pages.payment_of(reference).map(order);
        self.codec.look(&self.server, &Attempt { reference, due, order }).await
    }

    /// What a look means; `known` once the attempt was verified before.
    fn fact(
        &self,
        look: Look,
        reference: &str,
        due: Money,
        known: bool,
        now: Timestamp,
    ) -> Option<Observation> {
        let (reported, amount, finality) = match look {
            Look::Paid => (reference, due, Finality::Confirmed),
            #[cfg(any(feature = "nextpay", feature = "zarinpal", feature = "zibal"))]
            Look::Gone => (reference, due, Finality::Dropped),
            Look::Unpaid if known => (reference, due, Finality::Dropped),
            // It names no payment of ours, so that a person looks at it.
            Look::Other(amount) => ("", amount.map_or(due, Rial::money), Finality::Seen),
            #[cfg(any(feature = "nextpay", feature = "zarinpal", feature = "zibal"))]
            Look::Nothing => return None,
            Look::Unpaid => return None,
        };
        Some(Observation {
            reference: reported.to_owned(),
            family: self.family.clone(),
            // A page is paid once at most, and verified under its name however often.
            movement: reference.to_owned(),
            amount,
            raw: amount.minor.to_string(),
            finality,
            anchor: None,
            occurred_at: now,
        })
    }

    async fn page(&self, invoice: &Invoice) -> Result<Page, Trouble> {
        let amount = Rial::of(invoice.due).ok_or_else(|| self.server.refused("the amount is not in rial"))?;
        let shop = invoice.shop_name.trim();
        let description = self.description.clone().unwrap_or_else(|| shop.chars().take(100).collect());
        self.ask(amount, order(invoice.payment_id), description).await
    }

    async fn ask(&self, amount: Rial, order: String, description: String) -> Result<Page, Trouble> {
        let description = if description.is_empty() { order.clone() } else { description };
        let ask = Ask { amount, order, description, callback_url: &self.callback_url };
        self.codec.request(&self.server, &ask).await
    }

    async fn try_out(&self) -> Result<Vec<String>, Trouble> {
        // The least amount in whole toman: a page that nobody is sent to.
        let least = self.profile.minimum.map_or(0, |minimum| minimum.minor.saturating_add(9) / 10);
        let least =
            Rial::new(least.saturating_mul(10)).ok_or_else(|| self.server.unclear("no amount to try"))?;
        self.ask(least, "check".to_owned(), "check".to_owned()).await?;
        let mut lines = vec!["it gives a page to pay on".to_owned()];
        if let Some(waiting) = self.codec.waiting(&self.server).await? {
            lines.push(format!("{waiting} payments are paid and wait to be verified"));
        }
        Ok(lines)
    }
}

#[async_trait]
impl<C: Codec> Gateway for RialGateway<C> {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        if let Some(why) = unpayable(invoice, &self.profile) {
            return Outcome::Rejected(why.to_owned());
        }
        match self.pages.get(invoice, self.page(invoice)).await {
            Ok(Page { reference, url }) => {
                Outcome::Done(Opened { reference, step: PayStep::Redirect { url } })
            }
            Err(trouble) => trouble.outcome(),
        }
    }

    fn read(&self, callback: &Callback, _now: Timestamp) -> Reading {
        match self.codec.returned(callback) {
            Some(reference) => Reading { signal: Signal::Hint(vec![reference]), reply: "ok".to_owned() },
            None => Reading { signal: Signal::Forged, reply: String::new() },
        }
    }

    async fn inspect(&self, expected: &[Expected], now: Timestamp) -> Outcome<Vec<Observation>> {
        let mut facts = Vec::new();
        for Expected { reference, due, .. } in expected {
            match self.look(reference, *due).await {
                Ok(look) => facts.extend(self.fact(look, reference, *due, false, now)),
                Err(trouble) => return trouble.outcome(),
            }
        }
        Outcome::Done(facts)
    }

    async fn recheck(&self, movements: &[Movement], now: Timestamp) -> Outcome<Vec<Observation>> {
        let mut facts = Vec::new();
        for known in movements.iter().filter(|known| known.family == self.family) {
            match self.look(&known.id, known.amount).await {
                // What contradicts the books changes nothing that stands in them.
                Ok(Look::Other(_)) => {}
                Ok(look) => facts.extend(self.fact(look, &known.id, known.amount, true, now)),
                Err(trouble) => return trouble.outcome(),
            }
        }
        Outcome::Done(facts)
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        match self.try_out().await {
            Ok(lines) => Outcome::Done(GatewayCheck { lines }),
            Err(trouble) => trouble.outcome(),
        }
    }
}

/// The page's address: `{base}/{path}/{reference}`.
pub(super) fn page_at(base: &str, path: &str, reference: &str) -> Page {
    Page { reference: reference.to_owned(), url: format!("{base}/{path}/{reference}") }
}
