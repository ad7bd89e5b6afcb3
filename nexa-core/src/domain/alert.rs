//! What those who run a shop should hear of at once, in a chat of theirs.

use super::money::Money;
use crate::ids::{DepositId, JobId, OrderId, PaymentId, ServerId, TicketId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something to look at.
#[expect(missing_docs, reason = "each field is the id of what its variant speaks of")]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "alert", rename_all = "snake_case")]
pub enum Alert {
    /// A receipt waits for a decision.
    ReceiptUploaded { payment: PaymentId },
    /// Money came, and nobody knows for which payment.
    DepositWaits { deposit: DepositId },
    /// A customer asks something.
    TicketOpened { ticket: TicketId },
    /// A customer says more.
    TicketReplied { ticket: TicketId },
    /// An order needs somebody's attention.
    OrderFlagged { order: OrderId },
    /// A job failed too often and is not tried any more.
    JobGivenUp { job: JobId },
    /// A server has not answered for five minutes.
    ServerDown { server: ServerId },
    /// An order was paid that is as large as those that the shop wants to hear of.
    LargePayment { order: OrderId },
}

/// Kinds of alerts, each of which may have a thread of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// Receipts.
    Receipts,
    /// Tickets.
    Tickets,
    /// Orders and jobs that are stuck.
    Trouble,
    /// Servers.
    Servers,
    /// Payments.
    Payments,
}

impl AlertKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Receipts, Self::Tickets, Self::Trouble, Self::Servers, Self::Payments];

    /// A short stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Receipts => "receipts",
            Self::Tickets => "tickets",
            Self::Trouble => "trouble",
            Self::Servers => "servers",
            Self::Payments => "payments",
        }
    }
}

/// Where alerts go.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlertSettings {
    /// The chat, as the messenger numbers it.
    pub chat_id: i64,
    /// Threads of that chat; a kind without one goes to the chat itself.
    pub topics: BTreeMap<AlertKind, i64>,
    /// Paid orders are told from this price on; none tells of none.
    pub large_payment: Option<Money>,
}

impl Alert {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> AlertKind {
        match self {
            Self::ReceiptUploaded { .. } | Self::DepositWaits { .. } => AlertKind::Receipts,
            Self::TicketOpened { .. } | Self::TicketReplied { .. } => AlertKind::Tickets,
            Self::OrderFlagged { .. } | Self::JobGivenUp { .. } => AlertKind::Trouble,
            Self::ServerDown { .. } => AlertKind::Servers,
            Self::LargePayment { .. } => AlertKind::Payments,
        }
    }

    /// The key of its sentence: `alert-{key}`.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::ReceiptUploaded { .. } => "receipt-uploaded",
            Self::DepositWaits { .. } => "deposit-waits",
            Self::TicketOpened { .. } => "ticket-opened",
            Self::TicketReplied { .. } => "ticket-replied",
            Self::OrderFlagged { .. } => "order-flagged",
            Self::JobGivenUp { .. } => "job-given-up",
            Self::ServerDown { .. } => "server-down",
            Self::LargePayment { .. } => "large-payment",
        }
    }
}
