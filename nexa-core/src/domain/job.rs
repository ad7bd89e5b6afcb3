//! Work to do. A job is only the reason to look: it reads the state anew, so running it twice is harmless.

use super::{alert::Alert, order::RefundTo};
use crate::ids::{
    BroadcastId, BulkId, CallbackId, GatewayId, HookDeliveryId, InvoiceId, JobId, NoticeId, OrderId,
    PaymentId, ServerId, ShopId, SubscriptionId, UserId, WebhookId,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What to do.
#[expect(missing_docs, reason = "each field is the id of what its variant speaks of")]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Expire the order if it is still unpaid.
    ExpireOrder { order: OrderId },
    /// Ask the gateway about a payment.
    CheckPayment { payment: PaymentId },
    /// The same once, because there is said to be news; the watch goes on as before.
    AskOnce { payment: PaymentId },
    /// Read the book of a gateway onward, for all its payments.
    ScanGateway { gateway: GatewayId },
    /// Settle what a gateway's callback says.
    ReadCallback { callback: CallbackId },
    /// Bring the panels to what the subscription wants; fulfil the order that caused it.
    Provision { subscription: SubscriptionId, order: Option<OrderId> },
    /// Undo the service of an order, then give the money back.
    Refund {
        order: OrderId,
        subscription: SubscriptionId,
        #[serde(default)]
        to: RefundTo,
    },
    /// Have the gateway send back what was taken out of the wallet for it.
    SendBack { payment: PaymentId },
    /// End the subscription if its time is over.
    EndSubscription { subscription: SubscriptionId },
    /// Do what comes up for a subscription: reminders, its renewal from the wallet.
    Upkeep { subscription: SubscriptionId },
    /// Pay the orders that wait for money in this wallet.
    SpendWallet { user: UserId },
    /// Look once more whether the panels still hold what they were seen to hold.
    Recheck { subscription: SubscriptionId },
    /// Note what a paid order of somebody who was invited brings.
    RewardReferrer { order: OrderId },
    /// Put what an order brought into wallets, if its hold is over.
    MatureCommission { order: OrderId },
    /// Read a server's counters.
    SyncUsage { server: ServerId },
    /// Compare a server with what it should hold, and mend it.
    Reconcile { server: ServerId },
    /// Ask markets for the exchange rates that a shop needs.
    RefreshRates { shop: ShopId },
    /// Send a message.
    Deliver { notice: NoticeId },
    /// Tell those who run the shop.
    Alert { alert: Alert },
    /// Write down the recipients of a broadcast, and write to them.
    Broadcast { broadcast: BroadcastId },
    /// Buy from the shop's supplier what its paid orders wait for.
    BuySupplies { shop: ShopId },
    /// Write down what a shop's resellers owe for the months that are over.
    IssueInvoices { shop: ShopId },
    /// Look after an invoice that may be unpaid.
    Dun { invoice: InvoiceId },
    /// Change a slice of many subscriptions.
    Bulk { bulk: BulkId },
    /// Ask providers for what happened since the backup that the shop was put back from.
    FollowRestore { shop: ShopId, made_at: Timestamp },
    /// Fold what happened into a shop's figures.
    RollUp { shop: ShopId },
    /// Tell a program of the shop's what happened.
    CallWebhook { webhook: WebhookId, delivery: HookDeliveryId },
    /// Call an address that somebody gave, once it answers.
    CallBack { shop: ShopId, delivery: HookDeliveryId },
}

impl Job {
    /// What must not be worked on by two at once: one leased writer per subscription, payment, server.
    #[must_use]
    pub fn lane(&self) -> String {
        match self {
            Self::ExpireOrder { order }
            | Self::RewardReferrer { order }
            | Self::MatureCommission { order } => format!("order:{order}"),
            Self::CheckPayment { payment } | Self::AskOnce { payment } | Self::SendBack { payment } => {
                format!("payment:{payment}")
            }
            Self::ScanGateway { gateway } => format!("gateway:{gateway}"),
            Self::ReadCallback { callback } => format!("callback:{callback}"),
            Self::Provision { subscription, .. }
            | Self::Refund { subscription, .. }
            | Self::EndSubscription { subscription }
            | Self::Upkeep { subscription }
            | Self::Recheck { subscription } => format!("subscription:{subscription}"),
            Self::SpendWallet { user } => format!("wallet:{user}"),
            Self::SyncUsage { server } => format!("usage:{server}"),
            Self::Reconcile { server } => format!("server:{server}"),
            Self::RefreshRates { shop } => format!("rates:{shop}"),
            Self::Deliver { notice } => format!("notice:{notice}"),
            Self::Alert { alert } => format!("alert:{}", alert.kind().name()),
            Self::Broadcast { broadcast } => format!("broadcast:{broadcast}"),
            Self::BuySupplies { shop } => format!("supplies:{shop}"),
            Self::IssueInvoices { shop } => format!("invoices:{shop}"),
            Self::Dun { invoice } => format!("invoice:{invoice}"),
            Self::Bulk { bulk } => format!("bulk:{bulk}"),
            Self::FollowRestore { shop, .. } => format!("restore:{shop}"),
            Self::RollUp { shop } => format!("figures:{shop}"),
            // One at a time: a receiver that is slow keeps nobody waiting but itself.
            Self::CallWebhook { webhook, .. } => format!("webhook:{webhook}"),
            Self::CallBack { shop, .. } => format!("postbacks:{shop}"),
        }
    }

    /// The subscription that it may be writing to panels for.
    #[must_use]
    pub const fn writes_for(&self) -> Option<SubscriptionId> {
        match self {
            Self::Provision { subscription, .. } | Self::Refund { subscription, .. } => Some(*subscription),
            _ => None,
        }
    }

    /// Whether it watches something that goes on without us. Such a job is never given up for failing often: it would
    /// miss all that is used or paid after the outage, or leave money on its way for ever. The others can be done again by
    /// the operator.
    #[must_use]
    pub const fn is_watch(&self) -> bool {
        matches!(
            self,
            Self::SyncUsage { .. }
                | Self::Reconcile { .. }
                | Self::CheckPayment { .. }
                | Self::AskOnce { .. }
                | Self::ScanGateway { .. }
                | Self::SendBack { .. }
                | Self::Recheck { .. }
                | Self::RefreshRates { .. }
                | Self::IssueInvoices { .. }
                | Self::RollUp { .. }
        )
    }

    /// A short stable name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ExpireOrder { .. } => "expire_order",
            Self::CheckPayment { .. } => "check_payment",
            Self::AskOnce { .. } => "ask_once",
            Self::ScanGateway { .. } => "scan_gateway",
            Self::ReadCallback { .. } => "read_callback",
            Self::Provision { .. } => "provision",
            Self::Refund { .. } => "refund",
            Self::SendBack { .. } => "send_back",
            Self::EndSubscription { .. } => "end_subscription",
            Self::Upkeep { .. } => "upkeep",
            Self::SpendWallet { .. } => "spend_wallet",
            Self::Recheck { .. } => "recheck",
            Self::RewardReferrer { .. } => "reward_referrer",
            Self::MatureCommission { .. } => "mature_commission",
            Self::SyncUsage { .. } => "sync_usage",
            Self::Reconcile { .. } => "reconcile",
            Self::RefreshRates { .. } => "refresh_rates",
            Self::Deliver { .. } => "deliver",
            Self::Alert { .. } => "alert",
            Self::Broadcast { .. } => "broadcast",
            Self::BuySupplies { .. } => "buy_supplies",
            Self::IssueInvoices { .. } => "issue_invoices",
            Self::Dun { .. } => "dun",
            Self::Bulk { .. } => "bulk",
            Self::FollowRestore { .. } => "follow_restore",
            Self::RollUp { .. } => "roll_up",
            Self::CallWebhook { .. } => "call_webhook",
            Self::CallBack { .. } => "call_back",
        }
    }
}

/// A job in the queue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueuedJob {
    /// Its id.
    pub id: JobId,
    /// For which shop.
    pub shop_id: ShopId,
    /// What.
    pub job: Job,
    /// When.
    pub run_at: Timestamp,
    /// Failed tries so far.
    pub attempts: u32,
    /// What it is.
    pub state: JobState,
    /// Why it failed last, for the operator.
    pub last_error: Option<String>,
    /// Unique among unfinished jobs when set: a periodic job exists once.
    pub key: Option<String>,
}

/// What a queued job is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its moment or is being worked on.
    Ready,
    /// Failed too often; the operator sees it and may try again.
    Poison,
}

/// A job taken by a worker until `until`; `fence` proves at commit that nobody took it over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lease {
    /// The job.
    pub job: QueuedJob,
    /// Rises each time the lane is taken.
    pub fence: u64,
    /// Others may take it from then on.
    pub until: Timestamp,
}

/// After this many failures a job is poison: with the pauses below that is after more than a day, since 108 of them
/// last at least 15 minutes.
pub const MAX_ATTEMPTS: u32 = 120;

/// The pause before the next try: doubles from one second to 30 minutes, then `jitter` (0 to 1023) takes up to half of
/// it away, so that many jobs failed by one outage do not come back at once.
#[must_use]
pub fn backoff(attempts: u32, jitter: u64) -> SignedDuration {
    let full: i64 = 1000 << attempts.min(11);
    let full = full.min(30 * 60 * 1000);
    let cut = full / 2 * i64::try_from(jitter.min(1023)).unwrap_or(0) / 1024;
    SignedDuration::from_millis(full - cut)
}
