//! What those who run a shop should hear of at once, in a chat of theirs.

use super::money::Money;
use crate::ids::{
    CommissionId, DepositId, JobId, OrderId, PaymentId, ServerId, ShopId, TicketId, TicketMessageId,
    WebhookId, WithdrawalId,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
    /// What a customer said is not answered, and should be by now.
    TicketOverdue { ticket: TicketId, message: TicketMessageId },
    /// An order needs somebody's attention.
    OrderFlagged { order: OrderId },
    /// A job failed too often and is not tried any more.
    JobGivenUp { job: JobId },
    /// A server has not answered for five minutes.
    ServerDown { server: ServerId },
    /// An order was paid that is as large as those that the shop wants to hear of.
    LargePayment { order: OrderId },
    /// A reseller sold what its credit does not cover.
    CreditOut { reseller: ShopId },
    /// A webhook is not called any more: it failed for days, or said that it is gone.
    WebhookStopped { webhook: WebhookId },
    /// The address of a campaign's postback cannot be opened any more, so its advertiser hears nothing.
    PostbackLost,
    /// Somebody wants commission money out of the shop.
    WithdrawalAsked { withdrawal: WithdrawalId },
    /// A commission is odd, and waits for a decision.
    CommissionHeld { commission: CommissionId },
    /// There is no good new backup.
    BackupFailed,
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
    /// Withdrawals and commissions.
    Affiliates,
}

impl AlertKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Receipts, Self::Tickets, Self::Trouble, Self::Servers, Self::Payments, Self::Affiliates];

    /// A short stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Receipts => "receipts",
            Self::Tickets => "tickets",
            Self::Trouble => "trouble",
            Self::Servers => "servers",
            Self::Payments => "payments",
            Self::Affiliates => "affiliates",
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
    /// Kinds that are not told.
    #[serde(default)]
    pub muted: BTreeSet<AlertKind>,
    /// Paid orders are told from this price on; none tells of none.
    pub large_payment: Option<Money>,
}

impl Alert {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> AlertKind {
        match self {
            Self::ReceiptUploaded { .. } | Self::DepositWaits { .. } => AlertKind::Receipts,
            Self::TicketOpened { .. } | Self::TicketReplied { .. } | Self::TicketOverdue { .. } => {
                AlertKind::Tickets
            }
            Self::OrderFlagged { .. }
            | Self::JobGivenUp { .. }
            | Self::CreditOut { .. }
            | Self::WebhookStopped { .. }
            | Self::BackupFailed => AlertKind::Trouble,
            Self::ServerDown { .. } => AlertKind::Servers,
            Self::LargePayment { .. } => AlertKind::Payments,
            Self::PostbackLost | Self::WithdrawalAsked { .. } | Self::CommissionHeld { .. } => {
                AlertKind::Affiliates
            }
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
            Self::TicketOverdue { .. } => "ticket-overdue",
            Self::OrderFlagged { .. } => "order-flagged",
            Self::JobGivenUp { .. } => "job-given-up",
            Self::ServerDown { .. } => "server-down",
            Self::LargePayment { .. } => "large-payment",
            Self::CreditOut { .. } => "credit-out",
            Self::WebhookStopped { .. } => "webhook-stopped",
            Self::PostbackLost => "postback-lost",
            Self::WithdrawalAsked { .. } => "withdrawal-asked",
            Self::CommissionHeld { .. } => "commission-held",
            Self::BackupFailed => "backup-failed",
        }
    }
}
