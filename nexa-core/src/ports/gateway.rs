//! The port to payment gateways and chains. Adapters report facts; the core decides.

use super::outcome::Outcome;
use crate::{
    address::outbound::Range,
    domain::{
        gateway::GatewayProfile,
        money::Money,
        payment::{Movement, Observation, PayStep, Slot},
        refusal::Refusal,
        setting::Field,
        shop::Locale,
    },
    ids::{GatewayId, OrderId, PaymentId},
    secret::Secret,
};
use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use std::sync::Arc;

/// One configured gateway.
///
/// # Behaviour
/// - `open` with the same invoice again gives the same reference and step.
/// - `open` gives different references for different slots.
/// - `read` is pure: the same callback at the same time gives the same reading.
/// - `read` answers `Forged` for a missing, empty or wrong signature, and never `Observed` without a valid one.
/// - `inspect` reports every transfer to the references, each under the same movement id every time.
/// - `inspect` reports nothing for a reference that has not been paid.
/// - `inspect` never reports an unreachable source as "no transfers": it answers `Unreachable` or `Ambiguous`.
/// - `scan` with the cursor of the last scan misses no transfer that became visible since; without one, none since the
///   oldest `since`. It may report one again.
/// - `scan` that could not read everything answers `Unreachable` or `Ambiguous`, so that the cursor stays.
/// - `recheck` reports a transfer that is gone as `Dropped`. Its answers are matched by family and movement; their
///   reference may be empty, because a transfer that is gone names no reference any more.
/// - `recheck` says nothing of a transfer that its sources contradict each other about: nothing changes until they agree.
/// - `refund` sends a transfer back once: again, it answers `Done` too, and `recheck` reports the transfer as `Dropped`.
/// - `inspect` and `recheck` report a transfer as `Contested` while whoever paid, their bank or the provider contests it,
///   where the provider tells.
/// - `refund` answers `Rejected` for a transfer that it does not know, and where the profile says `Never`.
/// - `statement` lists confirmed transfers under the names that `inspect` gives them, or is `Rejected`.
/// - Amounts are rounded down to the asset's minor unit.
/// - No text in an outcome contains a secret of the configuration.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// What the core must know of it.
    fn profile(&self) -> &GatewayProfile;
    /// Prepares to be paid.
    async fn open(&self, invoice: &Invoice) -> Outcome<Opened>;
    /// What a callback means. Has no default: a gateway without callbacks answers `Forged`.
    fn read(&self, callback: &Callback, now: Timestamp) -> Reading;
    /// What has been transferred for these payments. Authoritative and repeatable.
    async fn inspect(&self, expected: &[Expected], now: Timestamp) -> Outcome<Vec<Observation>>;
    /// Reads the gateway's book onward from `cursor`, or from the oldest `since` when there is none, and tells which
    /// transfers are for these payments. One call for all of them, where asking for each would be too much.
    async fn scan(&self, _expected: &[Expected], _cursor: Option<&str>, _now: Timestamp) -> Outcome<Scan> {
        Outcome::Rejected("this gateway is not scanned".to_owned())
    }
    /// Whether known transfers still stand (reorganisation, replacement).
    async fn recheck(&self, movements: &[Movement], now: Timestamp) -> Outcome<Vec<Observation>>;
    /// Sends one transfer back to who paid it, as a whole.
    async fn refund(&self, _movement: &Movement) -> Outcome<()> {
        Outcome::Rejected("this gateway sends nothing back".to_owned())
    }
    /// Whether the provider keeps a list that [`Gateway::statement`] can give.
    fn keeps_list(&self) -> bool {
        false
    }
    /// Every confirmed transfer that the provider lists from the first moment on, without the last, whoever asked for it.
    /// `Rejected` where the provider keeps no list.
    async fn statement(&self, _from: Timestamp, _to: Timestamp) -> Outcome<Vec<Observation>> {
        Outcome::Rejected("this gateway keeps no list".to_owned())
    }
    /// Whether the configuration works, for the operator: what to compare with one's own wallet.
    async fn check(&self) -> Outcome<GatewayCheck>;
}

/// What is to be paid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invoice {
    /// Which attempt.
    pub payment_id: PaymentId,
    /// For which order.
    pub order_id: OrderId,
    /// How much.
    pub due: Money,
    /// What the core reserved.
    pub slot: Option<Slot>,
    /// Until when.
    pub expires_at: Timestamp,
    /// The shop's name, for labels.
    pub shop_name: String,
    /// The customer's language.
    pub locale: Locale,
}

/// An opened payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    /// How the gateway names it, unique at this gateway.
    pub reference: String,
    /// What the customer has to do.
    pub step: PayStep,
}

/// A payment that money is looked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expected {
    /// See [`Opened::reference`].
    pub reference: String,
    /// What we ask for: some gateways confirm an amount that they are told, and must be told ours.
    pub due: Money,
    /// When we began to wait. Money from before is not for it.
    pub since: Timestamp,
}

/// What a scan found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scan {
    /// Transfers for the payments that were asked for.
    pub seen: Vec<Observation>,
    /// Where the next scan goes on. Means something to the adapter only.
    pub cursor: String,
}

/// A message from a gateway, exactly as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Callback {
    /// `GET` or `POST`.
    pub method: String,
    /// The raw query string, without `?`.
    pub query: String,
    /// Header names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// The raw body.
    pub body: Vec<u8>,
}

/// What a callback means, and what to answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// Its meaning.
    pub signal: Signal,
    /// The body that the gateway wants to hear.
    pub reply: String,
}

/// The meaning of a callback.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Signal {
    /// Facts, signed by the gateway over the amount.
    Observed(Vec<Observation>),
    /// Money came to a place of ours, signed by whoever watches that place. It does not say for which payment.
    Arrived(Vec<Arrival>),
    /// A reason to look at these references.
    Hint(Vec<String>),
    /// Authentic, but nothing to do.
    Nothing,
    /// Not from the gateway.
    Forged,
}

/// Money that came to a place where everybody's money comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arrival {
    /// Which place, as [`crate::domain::gateway::Destination::key`] names it.
    pub destination: String,
    /// The same, for the operator to read.
    pub place: String,
    /// How much.
    pub amount: Money,
    /// Who names it.
    pub family: String,
    /// Its name there, the same each time that it is told.
    pub movement: String,
    /// Whether it may pay an order without a person's word.
    pub sure: bool,
}

/// What a check of the configuration showed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GatewayCheck {
    /// Lines for the operator to compare, e.g. the first three addresses.
    pub lines: Vec<String>,
}

/// What an adapter needs to know of the shop that it works for.
#[derive(Clone, Debug)]
pub struct GatewaySetting {
    /// The gateway's id.
    pub gateway_id: GatewayId,
    /// The address that its callbacks come to, absolute.
    pub callback_url: String,
    /// The address of our own pages, absolute, without a slash at the end.
    pub public_url: String,
    /// Whether the shop is a test shop.
    pub test: bool,
    /// How far its calls may go, whatever names lead to: those of a reseller into the public Internet only. Addresses in the
    /// configuration are judged before.
    pub range: Range,
}

/// Makes gateways of one kind from their configuration.
///
/// # Behaviour
/// - `connect` refuses a configuration that cannot work, a private key and a placeholder, without any call outside.
/// - `connect` refuses unknown settings.
pub trait GatewayKind: Send + Sync {
    /// The kind's name, as the operator writes it.
    fn name(&self) -> &'static str;
    /// Its settings, in the order in which one fills them in; empty where they are not described.
    fn fields(&self) -> Vec<Field> {
        Vec::new()
    }
    /// A gateway of this configuration.
    fn connect(&self, config: &Secret<Value>, setting: &GatewaySetting) -> Result<Arc<dyn Gateway>, Refusal>;
}
