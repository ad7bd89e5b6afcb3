//! One attempt to pay an order through one gateway, and the transfers of money seen for it.
//!
//! The state is a pure function of the movements, the time and the policy ([`Payment::assess`]); it is computed anew
//! each time, so late, repeated and reordered news do no harm.

use super::{
    money::{Currency, Money, Round},
    refusal::Refusal,
    returns::{Return, ReturnState, is_returned},
};
use crate::ids::{GatewayId, OrderId, PaymentId, ShopId, UserId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// One attempt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Whose.
    pub user_id: UserId,
    /// For which order.
    pub order_id: OrderId,
    /// Through which gateway.
    pub gateway_id: GatewayId,
    /// How far it has come.
    pub state: PaymentState,
    /// What is asked for, in the gateway's asset.
    pub due: Money,
    /// What that is worth in the shop's currency: the locked rate is `value / due`.
    pub value: Money,
    /// How the gateway names it: an address, a card and amount, an authority. None until opened.
    pub reference: Option<String>,
    /// Derivation index or lease slot that the core reserved for it.
    pub slot: Option<Slot>,
    /// What the customer is shown, as the gateway returned it.
    pub step: Option<PayStep>,
    /// Short money that a policy forgives, in the due asset.
    pub tolerance: Money,
    /// Confirmed so far, in the due asset; what was sent back since then included.
    pub received: Money,
    /// What the books hold as received, in the due asset: follows `received` down again after a reversal.
    pub booked: Money,
    /// Credited to the wallet so far, in the shop's currency, less what was taken back when its money was lost.
    pub credited: Money,
    /// Whether sandbox money.
    pub test: bool,
    /// Rises with every posting and every decision of the operator, so that a second tap is harmless.
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// The customer should have paid by then.
    pub expires_at: Timestamp,
    /// We look for late money until then.
    pub watch_until: Timestamp,
    /// When the customer asked for it last: of several payments of an order the one that was is shown.
    pub chosen_at: Timestamp,
}

/// What the core reserved for a payment, so that its money can be told from all other money.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// The n-th address of an extended public key.
    Index(u32),
    /// A destination (e.g. a card) whose due amount is unique among open payments.
    Destination(String),
}

/// What the customer has to do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum PayStep {
    /// Send exactly this to this address.
    Transfer {
        /// Where to.
        address: String,
        /// What a wallet app opens, e.g. a BIP 21 URI; also the text of the QR.
        uri: String,
        /// The comment that must go with it, where one address is everybody's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        memo: Option<String>,
    },
    /// Transfer to a bank card, then upload the receipt.
    Card {
        /// Card number, digits only.
        number: String,
        /// Its holder.
        holder: String,
        /// Its bank.
        bank: String,
    },
    /// Pay an invoice inside Telegram.
    Stars {
        /// Opens the invoice, in Telegram itself and from the web.
        link: String,
    },
    /// Go to this page.
    Redirect {
        /// The page.
        url: String,
    },
}

/// How far a payment has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Reserved, not yet opened at the gateway.
    Created,
    /// Waiting for money.
    Open,
    /// Money is on its way, not final.
    Seen,
    /// Final money, but too little.
    Underpaid,
    /// Paid.
    Paid,
    /// Paid, and more than was due.
    Overpaid,
    /// Nothing came in time. We still look until `watch_until`.
    Expired,
    /// The gateway could not open it, or the operator rejected the receipt.
    Failed,
    /// A transfer is contested by whoever paid, their bank or the processor; they decide.
    Disputed,
    /// A transfer is being sent back.
    Refunding,
    /// All that came was sent back.
    Refunded,
    /// Contradicts our records; a person decides.
    NeedsReview,
}

/// One observed transfer of money. `(family, id)` is unique in the installation: no transfer pays twice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Movement {
    /// The network or provider that names it, e.g. `litecoin-regtest`.
    pub family: String,
    /// Its name there, e.g. `txid:vout`.
    pub id: String,
    /// For which payment.
    pub payment_id: PaymentId,
    /// How much arrived, in the asset's minor units, rounded down.
    pub amount: Money,
    /// The amount exactly as the network states it.
    pub raw: String,
    /// How final it is.
    pub finality: Finality,
    /// What a chain needs to see a reorganisation, e.g. the block's hash.
    pub anchor: Option<String>,
    /// First seen by us.
    pub seen_at: Timestamp,
}

/// The family of what an operator said is there, when news of a payment contradicted our records.
pub const REVIEW: &str = "review";

/// How final a movement is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finality {
    /// Gone: replaced, reorganised away, cancelled.
    Dropped,
    /// Visible, may still go.
    Seen,
    /// There, and contested: not ours until that is decided.
    Contested,
    /// Final by the gateway's policy.
    Confirmed,
}

/// The same transfer, seen again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Observation {
    /// Which attempt, by the gateway's reference.
    pub reference: String,
    /// See [`Movement::family`].
    pub family: String,
    /// See [`Movement::id`].
    pub movement: String,
    /// How much; required for `Confirmed`.
    pub amount: Money,
    /// The amount as the network states it.
    pub raw: String,
    /// How final.
    pub finality: Finality,
    /// See [`Movement::anchor`].
    pub anchor: Option<String>,
    /// When the network says it happened.
    pub occurred_at: Timestamp,
}

/// How much a gateway forgives and for how long it looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Policy {
    /// Forgiven shortfall in basis points of the amount due.
    pub tolerance_bp: u32,
    /// How long the customer has.
    pub window: SignedDuration,
    /// How long late money is looked for.
    pub watch: SignedDuration,
}

impl Policy {
    /// The forgiven shortfall for `due`, rounded down.
    pub fn tolerance(&self, due: Money) -> Result<Money, Refusal> {
        due.scaled(i64::from(self.tolerance_bp), 10_000, due.currency, Round::Down)
    }
}

impl Payment {
    /// Whether the customer can still be expected to pay.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(
            self.state,
            PaymentState::Created | PaymentState::Open | PaymentState::Seen | PaymentState::Underpaid
        )
    }

    /// Whether enough arrived.
    #[must_use]
    pub const fn is_paid(&self) -> bool {
        matches!(self.state, PaymentState::Paid | PaymentState::Overpaid)
    }

    /// Whether enough arrived, whatever became of it since by our own doing.
    #[must_use]
    pub const fn is_covered(&self) -> bool {
        self.received.minor >= self.due.minor.saturating_sub(self.tolerance.minor)
    }

    /// What is still to arrive; nothing once enough did.
    pub fn missing(&self) -> Result<Money, Refusal> {
        let missing = self.due.minus(self.received)?;
        let open = missing.is_positive() && !self.is_paid();
        Ok(if open { missing } else { Money::zero(self.due.currency) })
    }

    /// Opened at the gateway.
    pub fn opened(self, reference: String, step: PayStep) -> Result<Self, Refusal> {
        match self.state {
            PaymentState::Created => {
                Ok(Self { state: PaymentState::Open, reference: Some(reference), step: Some(step), ..self })
            }
            _ => Err(Refusal::OrderNotOpen),
        }
    }

    /// What `received` of the due asset is worth in the shop's currency, rounded down. Within the tolerance it is the
    /// whole value. In the shop's own currency every further unit counts as itself; in another asset the locked rate
    /// `value / due` goes on.
    pub fn worth(&self, received: Money) -> Result<Money, Refusal> {
        let short = self.due.minus(received)?;
        let forgiven = short.minor > 0 && short.minor <= self.tolerance.minor;
        if forgiven || short.is_zero() {
            return Ok(self.value);
        }
        if self.due.currency != self.value.currency {
            return self.value.scaled(received.minor, self.due.minor, self.value.currency, Round::Down);
        }
        if short.is_positive() {
            // A due amount may be a little above the value, so that it is unique; too little never earns more than that.
            return Ok(Money::new(received.minor.min(self.value.minor), received.currency));
        }
        self.value.minus(short)
    }

    /// The payment as its movements say it is. What is sent back counts as having come, whatever its network says of it
    /// since: so it is booked once, in whatever order the news of it comes.
    pub fn assess(self, movements: &[Movement], returns: &[Return], now: Timestamp) -> Result<Self, Refusal> {
        let returned = |m: &Movement| is_returned(m, returns);
        let finality = |m: &Movement| if returned(m) { Finality::Confirmed } else { m.finality };
        let sum = |least: Finality| {
            let counted = movements.iter().filter(|m| finality(m) >= least);
            counted.map(|m| m.amount).try_fold(Money::zero(self.due.currency), Money::plus)
        };
        let received = sum(Finality::Confirmed)?;
        let seen = sum(Finality::Seen)?;
        let enough = self.due.minus(self.tolerance)?;
        let is_under_way = returns.iter().any(|one| one.state == ReturnState::Asked);
        let mut final_ones = movements.iter().filter(|m| finality(m) == Finality::Confirmed).peekable();
        let state = if movements.iter().any(|m| finality(m) == Finality::Contested) {
            PaymentState::Disputed
        } else if is_under_way {
            PaymentState::Refunding
        } else if final_ones.peek().is_some() && final_ones.all(returned) {
            PaymentState::Refunded
        } else if received.minor > self.due.minor {
            PaymentState::Overpaid
        } else if received.minor >= enough.minor {
            PaymentState::Paid
        } else if self.state == PaymentState::NeedsReview {
            self.state
        } else if seen.minor > received.minor {
            PaymentState::Seen
        } else if received.is_positive() {
            PaymentState::Underpaid
        } else if matches!(self.state, PaymentState::Created | PaymentState::Failed) {
            self.state
        } else if now >= self.expires_at {
            PaymentState::Expired
        } else {
            PaymentState::Open
        };
        Ok(Self { state, received, ..self })
    }

    /// The asset that this payment is made in.
    #[must_use]
    pub const fn asset(&self) -> Currency {
        self.due.currency
    }
}

#[cfg(test)]
pub(crate) use tests::example;

#[cfg(test)]
mod tests;
