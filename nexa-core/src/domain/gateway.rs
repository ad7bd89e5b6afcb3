//! Configured ways to be paid, and what the core must know of each.

use super::{
    money::{Currency, Money},
    payment::Policy,
    refusal::Refusal,
};
use crate::ids::{GatewayId, ShopId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One configured way to be paid, e.g. "our Litecoin wallet".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GatewayAccount {
    /// Its id.
    pub id: GatewayId,
    /// Whose.
    pub shop_id: ShopId,
    /// Which adapter, e.g. `litecoin` or `card`.
    pub kind: String,
    /// Name shown to customers, 1 to 40 characters.
    pub name: String,
    /// The adapter's configuration as JSON, sealed.
    pub config_sealed: String,
    /// Part of the address that callbacks come to: 32 random characters.
    pub endpoint: String,
    /// Rises with each change of the configuration.
    pub version: u32,
    /// Whether new payments may be opened. Open ones are watched and callbacks are taken either way.
    pub enabled: bool,
    /// Whether it may call the operator's own network: not where whoever configured it is a reseller, a guest there.
    pub inside: bool,
    /// When it was added.
    pub created_at: Timestamp,
}

impl GatewayAccount {
    /// Refuses one that could not be shown.
    pub fn checked(self) -> Result<Self, Refusal> {
        if self.name.trim().is_empty() || self.name.chars().count() > 40 {
            return Err(Refusal::bad_input("name", "1 to 40 characters"));
        }
        Ok(self)
    }
}

/// What an adapter says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GatewayProfile {
    /// What it is paid in.
    pub asset: Currency,
    /// Where the truth comes from.
    pub confirm: Confirm,
    /// How its money is told from other money.
    pub matching: Matching,
    /// The least amount due.
    pub minimum: Option<Money>,
    /// The greatest amount due.
    pub maximum: Option<Money>,
    /// Windows and tolerance.
    pub policy: Policy,
    /// Whether it can send money back to who paid.
    pub refunds: Refunds,
    /// Whether its money is play money. Sandbox money never pays an order of a real shop.
    pub test: bool,
}

/// The authoritative source of a gateway's facts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirm {
    /// We ask.
    Inspect,
    /// We read its book onward, for all payments at once.
    Scan,
    /// It tells us, signed over the amount.
    SignedCallback,
    /// A person looks at the bank account.
    Human,
}

/// Whether a gateway can send money back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refunds {
    /// It cannot.
    Never,
    /// Each transfer as a whole.
    Whole,
}

/// How far the book of a gateway was read.
///
/// A payment that opens while the book is being read is not looked for in that reading. So each reading begins where the
/// one before the last ended, and every stretch is read twice: the second time with all whom the first could not know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScanMark {
    /// The account's version that it was read with; read with other settings, a cursor means nothing.
    pub version: u32,
    /// Where the next reading begins; at the oldest payment when there is none.
    pub from: Option<String>,
    /// Where the last reading ended.
    pub reached: String,
}

/// What the core must reserve before a payment can be opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Matching {
    /// Nothing: the gateway makes its own reference.
    Reference,
    /// A derivation index that was never used before in this sequence.
    Index {
        /// Names the key that is derived from, the same for every gateway that uses it, so that two shops with one
        /// wallet never share an address. Holds no part of the key.
        sequence: String,
    },
    /// An amount that is unique at its destination among open payments and for `cool_down_hours` after.
    UniqueAmount {
        /// Where money may be sent to.
        destinations: Vec<Destination>,
        /// The distance of two amounts in minor units.
        step: i64,
        /// How many steps below the price may be tried.
        steps: u32,
        /// How long an amount stays reserved after its payment has closed.
        cool_down_hours: u32,
    },
}

/// A place that money is sent to, e.g. a bank card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Destination {
    /// Its stable name, unique in the installation; it stands in the database.
    pub key: String,
    /// Its share in the rotation, 1 to 100.
    pub weight: u32,
    /// What it may take in 24 hours; none means no bound.
    pub daily_cap: Option<Money>,
}
