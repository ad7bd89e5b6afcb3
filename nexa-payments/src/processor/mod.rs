//! What processors of crypto payments share: each makes an invoice, shows the customer a page, says by a signed message
//! that something happened, and is then asked what did. A message is only ever a reason to ask.
//!
//! A processor tells how much came for an invoice in all, not each transfer. So a movement here is such a sum: its name is
//! the processor's name of the invoice with the sum in it. When more comes, the old sum is reported as gone and the new
//! one in its place, and what is counted is always exactly what the processor says now.
//!
//! Amounts are in the currency that the invoice is priced in. What came in coins counts as its share of the coins that
//! were asked for, rounded down.
//!
//! What contradicts our records (another price, currency or order) is reported under a reference that no payment has, so
//! that a person looks at it. It is never money.

mod answer;
mod config;
mod number;
mod signed;

use crate::{
    config::unpayable,
    http::{Trouble, is_local},
};
#[cfg(any(feature = "btcpay", feature = "cryptopay"))]
pub(crate) use answer::Fact;
#[cfg(not(any(feature = "btcpay", feature = "cryptopay")))]
use answer::Fact;
#[cfg(feature = "btcpay")]
pub(crate) use answer::is_name;
pub(crate) use answer::{Asked, Created, Heard, Listed, Look, Reference};
use async_trait::async_trait;
#[cfg(any(
    feature = "btcpay",
    feature = "heleket",
    feature = "nowpayments",
    feature = "oxapay",
    feature = "plisio"
))]
pub(crate) use config::key;
#[cfg(any(feature = "btcpay", feature = "heleket", feature = "nowpayments", feature = "plisio"))]
pub(crate) use config::name;
pub(crate) use config::{Common, Vendor};
use jiff::Timestamp;
use nexa_core::{
    domain::{
        gateway::GatewayProfile,
        money::{Currency, Money},
        payment::{Finality, Movement, Observation, PayStep},
    },
    ids::PaymentId,
    ports::{
        gateway::{Callback, Expected, Gateway, GatewayCheck, Invoice, Opened, Reading, Signal},
        outcome::Outcome,
    },
};
#[cfg(any(feature = "btcpay", feature = "heleket", feature = "oxapay"))]
pub(crate) use number::Decimal;
#[cfg(any(feature = "nowpayments", feature = "oxapay"))]
pub(crate) use number::Number;
#[cfg(any(feature = "heleket", feature = "nowpayments", feature = "oxapay", feature = "plisio"))]
pub(crate) use number::share;
pub(crate) use number::{Amount, Id};
#[cfg(feature = "nowpayments")]
pub(crate) use signed::Members;
#[cfg(any(feature = "heleket", feature = "plisio"))]
pub(crate) use signed::cut;
#[cfg(any(feature = "btcpay", feature = "cryptopay", feature = "nowpayments", feature = "oxapay"))]
pub(crate) use signed::header;
#[cfg(any(
    feature = "btcpay",
    feature = "cryptopay",
    feature = "nowpayments",
    feature = "oxapay",
    feature = "plisio"
))]
pub(crate) use signed::is_mac;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
};
use url::Url;

/// More than a message about a payment needs.
const LONGEST_BODY: usize = 256 << 10;
/// Invoices that are remembered, so that opening a payment again gives the same one.
const KEPT: usize = 1_000;

/// One processor's own protocol.
#[async_trait]
pub(crate) trait Processor: Send + Sync {
    /// Under which name its movements stand.
    fn family(&self) -> &'static str;
    /// Makes an invoice. Our name of the order is the payment's id.
    async fn create(&self, invoice: &Invoice) -> Result<Created, Trouble>;
    /// Whether a message is the processor's, and what it is about.
    fn hear(&self, callback: &Callback, now: Timestamp) -> Heard;
    /// What came for an invoice; `due` is what we ask for, where that is known.
    async fn look(&self, at: &Reference, due: Option<Money>) -> Result<Look, Trouble>;
    /// Whether it has a list that can be relied upon.
    fn keeps_list(&self) -> bool {
        false
    }
    /// All money that came from the first moment on, without the last. Refused where it is not known of a processor that
    /// it can list that, as a whole and by when money came.
    async fn list(&self, _from: Timestamp, _to: Timestamp) -> Result<Vec<Listed>, Trouble> {
        Err(Trouble::Refused("this processor keeps no list that can be relied upon".to_owned()))
    }
    /// Whether it takes the key, with lines for the operator.
    async fn greet(&self) -> Result<Vec<String>, Trouble>;
}

/// The gateway of a processor.
pub(crate) struct Hosted<P> {
    profile: GatewayProfile,
    processor: P,
    opened: Mutex<VecDeque<(PaymentId, Money, Opened)>>,
}

impl<P: Processor> Hosted<P> {
    pub(crate) fn new(profile: GatewayProfile, processor: P) -> Self {
        Self { profile, processor, opened: Mutex::default() }
    }

    fn known(&self, invoice: &Invoice) -> Option<Opened> {
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let same =
            |(id, due, _): &&(PaymentId, Money, Opened)| (*id, *due) == (invoice.payment_id, invoice.due);
        opened.iter().find(same).map(|(_, _, opened)| opened.clone())
    }

    fn keep(&self, invoice: &Invoice, made: &Opened) {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.truncate(KEPT - 1);
        opened.push_front((invoice.payment_id, invoice.due, made.clone()));
    }

    fn observed(&self, of: &Reference, fact: &Fact, now: Timestamp) -> Observation {
        Observation {
            reference: of.to_string(),
            family: self.processor.family().to_owned(),
            movement: fact.name.clone(),
            amount: Money::new(fact.minor, self.profile.asset),
            raw: fact.raw.clone(),
            finality: fact.finality,
            anchor: Some(of.to_string()),
            occurred_at: now,
        }
    }

    /// Belongs to no payment, so that the core has a person look.
    fn contradiction(&self, of: &Reference, why: &'static str, now: Timestamp) -> Observation {
        tracing::warn!(family = self.processor.family(), payment = %of.ours, why, "a processor contradicts us");
        Observation {
            reference: format!("{of}:{why}"),
            family: self.processor.family().to_owned(),
            movement: format!("{}:{why}", of.theirs),
            amount: Money::zero(self.profile.asset),
            raw: why.to_owned(),
            finality: Finality::Seen,
            anchor: None,
            occurred_at: now,
        }
    }

    /// Belongs to the payment, but in a currency that it is not in: the core takes that for a contradiction.
    fn strange(&self, of: &Reference, why: &'static str, now: Timestamp) -> Observation {
        Observation {
            reference: of.to_string(),
            family: self.processor.family().to_owned(),
            movement: format!("{}:{why}", of.theirs),
            amount: Money::zero(Currency::Xtr),
            raw: why.to_owned(),
            finality: Finality::Seen,
            anchor: None,
            occurred_at: now,
        }
    }

    /// What became of movements of one invoice.
    async fn look_again(
        &self,
        of: &Reference,
        known: &[&Movement],
        now: Timestamp,
    ) -> Result<Vec<Observation>, Trouble> {
        let Look::Came(facts) = self.processor.look(of, None).await? else { return Ok(Vec::new()) };
        let now_of = |movement: &&Movement| match facts.iter().find(|fact| fact.name == movement.id) {
            Some(fact) => self.observed(of, fact, now),
            None => Observation {
                reference: of.to_string(),
                family: movement.family.clone(),
                movement: movement.id.clone(),
                amount: movement.amount,
                raw: movement.raw.clone(),
                finality: Finality::Dropped,
                anchor: movement.anchor.clone(),
                occurred_at: now,
            },
        };
        Ok(known.iter().map(now_of).collect())
    }
}

/// Whether it can be shown to customers.
fn is_page(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| match url.host() {
        Some(host) => url.scheme() == "https" || (url.scheme() == "http" && is_local(&host)),
        None => false,
    })
}

#[async_trait]
impl<P: Processor> Gateway for Hosted<P> {
    fn profile(&self) -> &GatewayProfile {
        &self.profile
    }

    async fn open(&self, invoice: &Invoice) -> Outcome<Opened> {
        if let Some(why) = unpayable(invoice, &self.profile) {
            return Outcome::Rejected(why.to_owned());
        }
        if let Some(opened) = self.known(invoice) {
            return Outcome::Done(opened);
        }
        let made = match self.processor.create(invoice).await {
            Ok(made) => made,
            Err(trouble) => return trouble.outcome(),
        };
        let reference = Reference::of(&made.id, &invoice.payment_id.to_string());
        let (Some(reference), true) = (reference, is_page(&made.page)) else {
            return Outcome::Ambiguous("the processor made an invoice without a name or a page".to_owned());
        };
        let opened = Opened { reference: reference.to_string(), step: PayStep::Redirect { url: made.page } };
        self.keep(invoice, &opened);
        Outcome::Done(opened)
    }

    fn read(&self, callback: &Callback, now: Timestamp) -> Reading {
        let heard = if callback.method == "POST" && callback.body.len() <= LONGEST_BODY {
            self.processor.hear(callback, now)
        } else {
            Heard::Forged
        };
        let signal = match heard {
            Heard::Forged => return Reading { signal: Signal::Forged, reply: String::new() },
            Heard::News(None) => Signal::Nothing,
            Heard::News(Some(reference)) => Signal::Hint(vec![reference.to_string()]),
            Heard::Strange(of, why) => Signal::Observed(vec![self.strange(&of, why, now)]),
        };
        // The word that OxaPay wants to hear; to the others every answer with status 200 is the same.
        Reading { signal, reply: "ok".to_owned() }
    }

    async fn inspect(&self, expected: &[Expected], now: Timestamp) -> Outcome<Vec<Observation>> {
        let mut seen = Vec::new();
        for Expected { reference, due, .. } in expected {
            let Some(of) = Reference::parse(reference) else { continue };
            match self.processor.look(&of, Some(*due)).await {
                Ok(Look::Came(facts)) => seen.extend(facts.iter().map(|fact| self.observed(&of, fact, now))),
                Ok(Look::Open) => {}
                Ok(Look::Wrong(why)) => seen.push(self.contradiction(&of, why, now)),
                Err(trouble) => return trouble.outcome(),
            }
        }
        Outcome::Done(seen)
    }

    async fn recheck(&self, movements: &[Movement], now: Timestamp) -> Outcome<Vec<Observation>> {
        let mut invoices: BTreeMap<&str, Vec<&Movement>> = BTreeMap::new();
        for movement in movements.iter().filter(|m| m.family == self.processor.family()) {
            if let Some(anchor) = movement.anchor.as_deref() {
                invoices.entry(anchor).or_default().push(movement);
            }
        }
        let mut seen = Vec::new();
        for (anchor, known) in invoices {
            let Some(of) = Reference::parse(anchor) else { continue };
            match self.look_again(&of, &known, now).await {
                Ok(facts) => seen.extend(facts),
                Err(trouble) => return trouble.outcome(),
            }
        }
        Outcome::Done(seen)
    }

    fn keeps_list(&self) -> bool {
        self.processor.keeps_list()
    }

    async fn statement(&self, from: Timestamp, to: Timestamp) -> Outcome<Vec<Observation>> {
        let fact = |Listed { reference, fact, at }| Observation {
            reference,
            family: self.processor.family().to_owned(),
            movement: fact.name,
            amount: Money::new(fact.minor, self.profile.asset),
            raw: fact.raw,
            finality: fact.finality,
            anchor: None,
            occurred_at: at,
        };
        match self.processor.list(from, to).await {
            Ok(list) => Outcome::Done(list.into_iter().map(fact).collect()),
            Err(trouble) => trouble.outcome(),
        }
    }

    async fn check(&self) -> Outcome<GatewayCheck> {
        match self.processor.greet().await {
            Ok(lines) => Outcome::Done(GatewayCheck { lines }),
            Err(trouble) => trouble.outcome(),
        }
    }
}
