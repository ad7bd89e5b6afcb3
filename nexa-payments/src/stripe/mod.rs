//! Cards and wallets through Stripe Checkout: a page of Stripe's, asked about until the money is there.
//!
//! Its messages are signed, and still only a reason to look: what counts is what the API says of the session. Money of
//! ways to pay that take days is on its way until its payment intent has succeeded. A charge that was given back as a
//! whole, or whose dispute is lost, is gone; one whose dispute is not decided yet is contested; one that was given back in
//! part stands, since Stripe was told so by the operator.
//!
//! Protocol: <https://docs.stripe.com/api/checkout/sessions>, <https://docs.stripe.com/webhooks#verify-manually>.

mod api;
mod config;
mod event;

use crate::{
    config::{bad, unpayable},
    http::Trouble,
};
use api::{Api, Charge, Contest, Intent, Listed, Session};
use async_trait::async_trait;
use config::Config;
use event::Events;
use jiff::Timestamp;
use nexa_core::{
    domain::{
        gateway::{Confirm, GatewayProfile, Matching, Refunds},
        money::{Currency, Money},
        payment::{Finality, Movement, Observation, PayStep},
        refusal::Refusal,
        setting::Field,
    },
    ids::PaymentId,
    ports::{
        gateway::{
            Callback, Expected, Gateway, GatewayCheck, GatewayKind, GatewaySetting, Invoice, Opened, Reading,
            Signal,
        },
        outcome::Outcome,
    },
    secret::Secret,
};
use serde_json::Value;
use std::sync::Arc;
use url::Url;

/// Under which name its transfers stand. Stripe names each one differently, whichever account it is for.
const FAMILY: &str = "stripe";
/// Stripe's page shows no more.
const LONGEST_NAME: usize = 250;

/// Kind `stripe`.
///
/// Settings: `secret_key` (`sk_…` or `rk_…`; one with `_test_` is for play money), `webhook_secret` (`whsec_…`, of an
/// endpoint that hears `checkout.session.*`); optionally `previous_webhook_secret` (`secret` and `until`: what is signed
/// with the one before passes until that moment), `currency` (`USD`, the default, or `EUR`), `base_url`, `proxy`,
/// `timeout_seconds` (1 to 15, default 10), `window_minutes` (35 to 1380, default 60; Stripe keeps a page for half an
/// hour at least and a day at most), `minimum` and `maximum` (cents, default minimum 50), `product_name` (default the
/// shop's name).
///
/// Disputes and refunds are looked for during two weeks after the end of the window.
#[derive(Clone, Copy, Debug, Default)]
pub struct StripeKind;

struct Stripe {
    profile: GatewayProfile,
    api: Api,
    events: Events,
    public_url: String,
    product_name: Option<String>,
}

impl GatewayKind for StripeKind {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::stripe()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let config = Config::read(config)?;
        let public_url = Url::parse(&setting.public_url).map_err(|_| bad("public_url", "not a URL"))?;
        if !matches!(public_url.scheme(), "http" | "https") {
            return Err(bad("public_url", "not a web address"));
        }
        let profile = GatewayProfile {
            asset: config.currency,
            confirm: Confirm::Inspect,
            matching: Matching::Reference,
            minimum: Some(config.minimum),
            maximum: config.maximum,
            policy: config.policy,
            refunds: Refunds::Whole,
            test: config.test,
        };
        Ok(Arc::new(Stripe {
            profile,
            api: Api::new(&config, setting.range)?,
            events: Events::new(&config),
            public_url: setting.public_url.trim_end_matches('/').to_owned(),
            product_name: config.product_name,
        }))
    }
}

/// How final the money of an intent is; none when there is none.
fn standing(intent: &Intent, charge: Option<&Charge>, contest: Contest) -> Option<Finality> {
    let is_gone = charge.is_some_and(|charge| charge.refunded) || contest == Contest::Lost;
    match intent.status.as_str() {
        "succeeded" if is_gone => Some(Finality::Dropped),
        "succeeded" if contest == Contest::Open => Some(Finality::Contested),
        "succeeded" => Some(Finality::Confirmed),
        "processing" => Some(Finality::Seen),
        _ => None,
    }
}

fn fact(reference: &str, intent: &Intent, amount: Money, finality: Finality, now: Timestamp) -> Observation {
    Observation {
        reference: reference.to_owned(),
        family: FAMILY.to_owned(),
        movement: intent.id.clone(),
        amount,
        raw: intent.amount.to_string(),
        finality,
        anchor: None,
        occurred_at: now,
    }
}

impl Stripe {
    /// How the disputes of an intent's charge stand.
    async fn contest(&self, intent: &Intent) -> Result<Contest, Trouble> {
        match &intent.latest_charge {
            Some(charge) if charge.disputed => self.api.contest(&charge.id).await,
            _ => Ok(Contest::None),
        }
    }

    async fn look(&self, expected: &Expected, now: Timestamp) -> Result<Option<Observation>, Trouble> {
        let session: Session = self.api.session(&expected.reference).await?;
        if session.id != expected.reference || session.livemode == self.profile.test {
            return Err(self.api.unclear("another session than the one that was asked for"));
        }
        let Some(intent) = session.payment_intent else { return Ok(None) };
        let ours = session.client_reference_id.as_deref().is_some_and(|id| id.parse::<PaymentId>().is_ok());
        let currency = self.profile.asset;
        let same = session.currency.eq_ignore_ascii_case(currency.code()) && intent.is_in(&session.currency);
        let amount = session.amount_total.filter(|amount| *amount == intent.amount);
        let contest = self.contest(&intent).await?;
        let Some(finality) = standing(&intent, intent.latest_charge.as_ref(), contest) else {
            return Ok(None);
        };
        let Some(amount) = amount else { return Err(self.api.unclear("paid, but not how much")) };
        let paid = session.payment_status == "paid";
        let finality = if finality == Finality::Confirmed && !paid { Finality::Seen } else { finality };
        let amount = Money::new(amount, currency);
        if !ours || !same {
            // It names no payment of ours, so that a person looks at it.
            return Ok(Some(fact("", &intent, amount, finality.min(Finality::Seen), now)));
        }
        Ok(Some(fact(&expected.reference, &intent, amount, finality, now)))
    }

    async fn again(&self, known: &Movement, now: Timestamp) -> Result<Option<Observation>, Trouble> {
        let Some(intent) = self.api.intent(&known.id).await? else { return Ok(None) };
        let contest = self.contest(&intent).await?;
        let finality = match intent.status.as_str() {
            // A direct debit that bounced, or a payment that was called off.
            "canceled" | "requires_payment_method" => Some(Finality::Dropped),
            _ => standing(&intent, intent.latest_charge.as_ref(), contest),
        };
        Ok(finality.map(|finality| fact("", &intent, known.amount, finality, now)))
    }

    /// What a day's charges brought, in the shop's currency. A charge is of the moment at which the customer paid, also
    /// where the money took days.
    async fn list(&self, from: Timestamp, to: Timestamp) -> Result<Vec<Observation>, Trouble> {
        let currency = self.profile.asset;
        let mut facts = Vec::new();
        for charge in self.api.charges(from.as_second(), to.as_second()).await? {
            let Listed { id, livemode, status, amount, refunded, disputed, created, .. } = charge;
            let ours = charge.currency.eq_ignore_ascii_case(currency.code());
            if !ours || status != "succeeded" || refunded {
                continue;
            }
            if disputed && self.api.contest(&id).await? != Contest::None {
                continue;
            }
            let at = Timestamp::from_second(created).ok().filter(|_| livemode != self.profile.test);
            facts.push(Observation {
                reference: String::new(),
                family: FAMILY.to_owned(),
                movement: charge.payment_intent.unwrap_or(id),
                amount: Money::new(amount, currency),
                raw: amount.to_string(),
                finality: Finality::Confirmed,
                anchor: None,
                occurred_at: at.ok_or_else(|| self.api.unclear("a charge that makes no sense"))?,
            });
        }
        Ok(facts)
    }

    async fn ask(&self, invoice: &Invoice) -> Result<Opened, Trouble> {
        let name = self.product_name.as_deref().unwrap_or(invoice.shop_name.trim());
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let payment = invoice.payment_id.to_string();
        let back = format!("{}/back/{}", self.public_url, invoice.order_id);
        let currency = invoice.due.currency.code().to_ascii_lowercase();
        let (amount, until) = (invoice.due.minor.to_string(), invoice.expires_at.as_second().to_string());
        let fields = [
            ("mode", "payment"),
            ("client_reference_id", &payment),
            ("metadata[payment]", &payment),
            ("payment_intent_data[metadata][payment]", &payment),
            ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", &currency),
            ("line_items[0][price_data][unit_amount]", &amount),
            ("line_items[0][price_data][product_data][name]", if name.is_empty() { "-" } else { &name }),
            ("success_url", &back),
            ("cancel_url", &back),
            ("expires_at", &until),
        ];
        let opened = self.api.open(&fields, &payment).await?;
        let url = opened.url.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        let url = url.ok_or_else(|| self.api.unclear("a session without a page"))?;
        Ok(Opened { reference: opened.id, step: PayStep::Redirect { url } })
    }
}

#[async_trait]
impl Gateway for Stripe {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        if let Some(why) = unpayable(invoice, &self.profile) {
            return Outcome::Rejected(why.to_owned());
        }
        match self.ask(invoice).await {
            Ok(opened) => Outcome::Done(opened),
            Err(trouble) => trouble.outcome(),
        }
    }

    fn read(&self, callback: &Callback, now: Timestamp) -> Reading {
        match self.events.read(callback, now) {
            None => Reading { signal: Signal::Forged, reply: String::new() },
            Some(about) => {
                let signal = if about.is_empty() { Signal::Nothing } else { Signal::Hint(about) };
                Reading { signal, reply: "ok".to_owned() }
            }
        }
    }

    async fn inspect(&self, expected: &[Expected], now: Timestamp) -> Outcome<Vec<Observation>> {
        let mut facts = Vec::new();
        for expected in expected {
            match self.look(expected, now).await {
                Ok(fact) => facts.extend(fact),
                Err(trouble) => return trouble.outcome(),
            }
        }
        Outcome::Done(facts)
    }

    async fn recheck(&self, movements: &[Movement], now: Timestamp) -> Outcome<Vec<Observation>> {
        let mut facts = Vec::new();
        for known in movements.iter().filter(|known| known.family == FAMILY) {
            match self.again(known, now).await {
                Ok(fact) => facts.extend(fact),
                Err(trouble) => return trouble.outcome(),
            }
        }
        Outcome::Done(facts)
    }

    async fn refund(&self, movement: &Movement) -> Outcome<()> {
        if movement.family != FAMILY {
            return Outcome::Rejected("not a payment of this gateway".to_owned());
        }
        match self.api.refund(&movement.id).await {
            Ok(()) => Outcome::Done(()),
            Err(trouble) => trouble.outcome(),
        }
    }

    fn keeps_list(&self) -> bool {
        true
    }

    async fn statement(&self, from: Timestamp, to: Timestamp) -> Outcome<Vec<Observation>> {
        self.list(from, to).await.map_or_else(Trouble::outcome, Outcome::Done)
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        match self.api.sessions().await {
            Ok(()) => {
                let mode = if self.profile.test { "play money" } else { "money" };
                let lines =
                    vec![format!("Stripe takes the key; it is for {mode}"), api::listens(self.profile.asset)];
                Outcome::Done(GatewayCheck { lines })
            }
            Err(trouble) => trouble.outcome(),
        }
    }
}

/// The currencies that a shop can ask for: those with two decimals that Stripe and the core both know.
fn takes(currency: Currency) -> bool {
    matches!(currency, Currency::Usd | Currency::Eur)
}
