//! Telegram Stars. Telegram takes the Stars and is asked for the bot's transactions; what the bot itself hears of a
//! payment is only a reason to ask.
//!
//! The bot must answer a `pre_checkout_query` within ten seconds, with what the core's `Frontdesk::pre_checkout` says.

mod api;
mod book;
mod config;

use crate::{config::unpayable, http::Trouble};
use api::Api;
use async_trait::async_trait;
use book::{Book, Income};
use config::Config;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use nexa_core::{
    domain::{
        gateway::{Confirm, GatewayProfile, Matching, Refunds},
        money::{Currency, Money},
        payment::{Finality, Movement, Observation, PayStep},
        refusal::Refusal,
        setting::Field,
    },
    ids::{GatewayId, PaymentId},
    ports::{
        gateway::{
            Callback, Expected, Gateway, GatewayCheck, GatewayKind, GatewaySetting, Invoice, Opened, Reading,
            Signal,
        },
        outcome::Outcome,
    },
    secret::Secret,
    text,
};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use url::Url;

/// Under which name its transfers stand. Telegram names each one differently, whichever bot it is for.
const FAMILY: &str = "stars";
/// The header with the bot's signature.
pub const SIGNATURE: &str = "x-nexa-signature";
/// More than a message about a payment needs.
const LONGEST_BODY: usize = 64 << 10;
/// Characters that Telegram takes.
const LONGEST_TITLE: usize = 32;
const LONGEST_DESCRIPTION: usize = 255;
/// Links that are remembered, so that opening a payment again gives the same one.
const LINKS_KEPT: usize = 1_000;

/// Kind `stars`.
///
/// Settings: `token` (the bot's); optionally `api_url` (default `https://api.telegram.org`), `proxy`,
/// `test_environment` (Telegram's own, for test shops), `window_minutes` (5 to 1440, default 60), `timeout_seconds` (1 to
/// 15, default 10).
#[derive(Clone, Copy, Debug, Default)]
pub struct StarsKind;

struct Stars {
    profile: GatewayProfile,
    api: Api,
    mac: Hmac<Sha256>,
    book: tokio::sync::Mutex<Book>,
    links: Mutex<VecDeque<(PaymentId, i64, String)>>,
}

impl GatewayKind for StarsKind {
    fn name(&self) -> &'static str {
        "stars"
    }

    fn fields(&self) -> Vec<Field> {
        crate::fields::stars()
    }

    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal> {
        let config = Config::read(config)?;
        let profile = GatewayProfile {
            asset: Currency::Xtr,
            confirm: Confirm::Inspect,
            matching: Matching::Reference,
            minimum: Some(Money::new(1, Currency::Xtr)),
            maximum: None,
            policy: config.policy,
            refunds: Refunds::Whole,
            test: config.test,
        };
        let api = Api::new(&config, setting.range)?;
        let mac = mac(config.token.expose(), setting.gateway_id)?;
        Ok(Arc::new(Stars {
            profile,
            api,
            mac,
            book: tokio::sync::Mutex::default(),
            links: Mutex::default(),
        }))
    }
}

fn mac(token: &str, gateway: GatewayId) -> Result<Hmac<Sha256>, Refusal> {
    let mut mac = Hmac::<Sha256>::new_from_slice(token.as_bytes())
        .map_err(|_| crate::config::bad("token", "cannot be a key"))?;
    // A message to one gateway must not pass at another of the same bot.
    mac.update(format!("nexa/stars/1\n{gateway}\n").as_bytes());
    Ok(mac)
}

/// What the bot puts into the header [`SIGNATURE`] when it passes a message on as a callback.
pub fn sign(token: &str, gateway: GatewayId, body: &[u8]) -> Result<String, Refusal> {
    let mut mac = mac(token, gateway)?;
    mac.update(body);
    Ok(HEXLOWER.encode(&mac.finalize().into_bytes()))
}

/// Telegram's `Message`, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    successful_payment: Option<Paid>,
    refunded_payment: Option<Paid>,
}

#[derive(Deserialize)]
struct Paid {
    currency: String,
    invoice_payload: String,
}

#[derive(Deserialize)]
struct Bot {
    username: String,
}

impl Stars {
    fn is_authentic(&self, callback: &Callback) -> bool {
        let mut named = callback.headers.iter().filter(|(name, _)| name == SIGNATURE);
        let (Some((_, signature)), None) = (named.next(), named.next()) else { return false };
        let Ok(signature) = HEXLOWER.decode(signature.as_bytes()) else { return false };
        let mut mac = self.mac.clone();
        mac.update(&callback.body);
        // Compares in constant time.
        mac.verify_slice(&signature).is_ok()
    }

    fn known_link(&self, invoice: &Invoice) -> Option<String> {
        let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |(id, stars, _): &&(PaymentId, i64, String)| {
            (*id, *stars) == (invoice.payment_id, invoice.due.minor)
        };
        links.iter().find(same).map(|(_, _, link)| link.clone())
    }

    fn keep_link(&self, invoice: &Invoice, link: &str) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.truncate(LINKS_KEPT - 1);
        links.push_front((invoice.payment_id, invoice.due.minor, link.to_owned()));
    }

    async fn give_back(&self, movement: &Movement) -> Result<(), Trouble> {
        let mut book = self.book.lock().await;
        book.refresh(&self.api).await?;
        let refused = |why: &str| Trouble::Refused(why.to_owned());
        if book.is_refunded(&movement.id) {
            return Ok(());
        }
        let (_, income) = book.find(&movement.id).ok_or_else(|| refused("Telegram knows no such payment"))?;
        let payer = income.payer.ok_or_else(|| refused("Telegram does not say who paid"))?;
        let fields = json!({ "user_id": payer, "telegram_payment_charge_id": movement.id });
        match self.api.call::<bool>("refundStarPayment", &fields).await {
            Ok(_) => Ok(()),
            Err(Trouble::Refused(why)) if why.contains("CHARGE_ALREADY_REFUNDED") => Ok(()),
            Err(Trouble::Unclear(why)) => {
                book.refresh(&self.api).await?;
                if book.is_refunded(&movement.id) { Ok(()) } else { Err(Trouble::Unclear(why)) }
            }
            Err(other) => Err(other),
        }
    }
}

fn fact(book: &Book, reference: &str, income: &Income) -> Observation {
    Observation {
        reference: reference.to_owned(),
        family: FAMILY.to_owned(),
        movement: income.id.clone(),
        amount: Money::new(income.stars, Currency::Xtr),
        raw: income.stars.to_string(),
        finality: if book.is_refunded(&income.id) { Finality::Dropped } else { Finality::Confirmed },
        anchor: None,
        occurred_at: income.at,
    }
}

/// What Telegram is told to ask for.
fn asked(invoice: &Invoice) -> Value {
    let cut = |text: &str, most: usize| text.trim().chars().take(most).collect::<String>();
    let description = cut(&text::get(invoice.locale, "stars-description"), LONGEST_DESCRIPTION);
    let title = cut(&invoice.shop_name, LONGEST_TITLE);
    let title = if title.is_empty() { cut(&description, LONGEST_TITLE) } else { title };
    json!({
        "title": title,
        "description": description,
        // 36 bytes; Telegram takes 128.
        "payload": invoice.payment_id.to_string(),
        "provider_token": "",
        "currency": Currency::Xtr.code(),
        "prices": [{ "label": title, "amount": invoice.due.minor }],
    })
}

/// Whether it is a page of Telegram's: the link is shown to customers.
fn is_link(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host())
}

#[async_trait]
impl Gateway for Stars {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        if let Some(why) = unpayable(invoice, &self.profile) {
            return Outcome::Rejected(why.to_owned());
        }
        // Every link for one payload is good, and Telegram makes a new one each time.
        let link = match self.known_link(invoice) {
            Some(link) => link,
            None => match self.api.call::<String>("createInvoiceLink", &asked(invoice)).await {
                Ok(link) if is_link(&link) => link,
                Ok(_) => return self.api.unclear("an invoice without a link").outcome(),
                Err(trouble) => return trouble.outcome(),
            },
        };
        self.keep_link(invoice, &link);
        Outcome::Done(Opened { reference: invoice.payment_id.to_string(), step: PayStep::Stars { link } })
    }

    fn read(&self, callback: &Callback, _now: Timestamp) -> Reading {
        let forged = callback.method != "POST" || callback.body.len() > LONGEST_BODY;
        if forged || !self.is_authentic(callback) {
            return Reading { signal: Signal::Forged, reply: String::new() };
        }
        let message: Option<Message> = serde_json::from_slice(&callback.body).ok();
        let paid = message.and_then(|m| m.successful_payment.or(m.refunded_payment));
        let payload = paid.filter(|p| p.currency == Currency::Xtr.code()).map(|p| p.invoice_payload);
        // Payloads of other programs behind the same bot are none of ours.
        let ours = payload.filter(|payload| payload.parse::<PaymentId>().is_ok());
        let signal = ours.map_or(Signal::Nothing, |payload| Signal::Hint(vec![payload]));
        Reading { signal, reply: "ok".to_owned() }
    }

    async fn inspect(&self, expected: &[Expected], _now: Timestamp) -> Outcome<Vec<Observation>> {
        let mut book = self.book.lock().await;
        if let Err(trouble) = book.refresh(&self.api).await {
            return trouble.outcome();
        }
        let facts = expected.iter().flat_map(|Expected { reference, .. }| {
            book.of(reference).iter().map(|income| fact(&book, reference, income)).collect::<Vec<_>>()
        });
        Outcome::Done(facts.collect())
    }

    async fn recheck(&self, movements: &[Movement], _now: Timestamp) -> Outcome<Vec<Observation>> {
        let mut book = self.book.lock().await;
        if let Err(trouble) = book.refresh(&self.api).await {
            return trouble.outcome();
        }
        // Of one that Telegram does not list nothing is known: what was given back is listed too.
        let ours = movements.iter().filter(|m| m.family == FAMILY).filter_map(|m| book.find(&m.id));
        Outcome::Done(ours.map(|(reference, income)| fact(&book, reference, income)).collect())
    }

    async fn refund(&self, movement: &Movement) -> Outcome<()> {
        match self.give_back(movement).await {
            Ok(()) => Outcome::Done(()),
            Err(trouble) => trouble.outcome(),
        }
    }

    fn keeps_list(&self) -> bool {
        true
    }

    async fn statement(&self, from: Timestamp, to: Timestamp) -> Outcome<Vec<Observation>> {
        let mut book = self.book.lock().await;
        if let Err(trouble) = book.refresh(&self.api).await {
            return trouble.outcome();
        }
        let all = book.between(from, to);
        Outcome::Done(all.into_iter().map(|(reference, income)| fact(&book, reference, income)).collect())
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        match self.api.call::<Bot>("getMe", &json!({})).await {
            Ok(bot) => Outcome::Done(GatewayCheck { lines: vec![format!("the bot is @{}", bot.username)] }),
            Err(trouble) => trouble.outcome(),
        }
    }
}
