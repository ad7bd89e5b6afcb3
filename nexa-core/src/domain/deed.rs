//! What an operator did, kept for the others who run the shop and for whoever asks later.

use super::{
    import::ImportKind,
    measure::Traffic,
    money::{Currency, Money},
    permission::Permissions,
    refusal::Refusal,
    shelf::Shelf,
    wording::TextKey,
};
use crate::ids::{
    ActionId, ArticleId, BroadcastId, BulkId, CommissionId, CouponId, DepositId, GatewayId, GroupId, JobId,
    OrderId, PackId, PaymentId, PlanId, ReceiptId, SavedAnswerId, ServerId, ShopId, SubscriptionId, TicketId,
    TokenId, UserId, WebhookId, WholesaleListId, WithdrawalId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Letters that a reason may have.
const REASON_LENGTH: usize = 300;

/// What an operator did, with who, when and why. It is written in the transaction that it is about, and never changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeedRecord {
    /// Its id.
    pub id: ActionId,
    /// In which shop.
    pub shop_id: ShopId,
    /// Who did it.
    pub operator: UserId,
    /// What.
    pub deed: Deed,
    /// Why, in the operator's words; empty where no reason is asked for.
    pub reason: String,
    /// The Idempotency-Key it was done with; unique per operator.
    pub key: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What was done.
#[expect(missing_docs, reason = "each field is what its variant speaks of")]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum Deed {
    /// A plan was given away.
    Given { user: UserId, plan: PlanId, order: OrderId, subscription: SubscriptionId },
    /// A subscription was extended.
    Extended { subscription: SubscriptionId, days: u32, traffic: Traffic },
    /// A subscription was stopped.
    Suspended { subscription: SubscriptionId },
    /// A subscription was let go on.
    Resumed { subscription: SubscriptionId },
    /// A subscription was taken back for ever.
    Revoked { subscription: SubscriptionId },
    /// A user was blocked.
    Blocked { user: UserId },
    /// A user was let in again.
    Unblocked { user: UserId },
    /// A wallet was corrected.
    WalletCorrected { user: UserId, by: Money },
    /// A receipt was accepted.
    ReceiptAccepted { receipt: ReceiptId, received: Money },
    /// A receipt was rejected.
    ReceiptRejected { receipt: ReceiptId },
    /// A deposit was given to a payment.
    DepositAssigned { deposit: DepositId, payment: PaymentId },
    /// A deposit was set aside: it is for no payment.
    DepositDismissed { deposit: DepositId },
    /// A payment that contradicted our records was decided on: this much is there beside what was counted.
    PaymentAccepted { payment: PaymentId, received: Money },
    /// The doubt about a payment was dismissed: nothing more is there than was counted.
    PaymentDismissed { payment: PaymentId },
    /// An order began to be taken back.
    Refunded { order: OrderId },
    /// An order began to be taken back, with its money to go where it came from.
    RefundedToPayer { order: OrderId },
    /// A transfer began to be sent back.
    SentBack { payment: PaymentId, amount: Money },
    /// The shop was closed for maintenance.
    MaintenanceBegun,
    /// It was opened again.
    MaintenanceEnded,
    /// It was chosen what services get that customers bring along; none: they are not taken.
    AdoptionSet { plan: Option<PlanId> },
    /// The grace of the shop was set to this, or switched off.
    GraceSet { hours: u32, mib: u32 },
    /// A customer's subscription got a new link.
    LinkRenewed { subscription: SubscriptionId },
    /// What kept an order from being delivered was seen.
    OrderResolved { order: OrderId },
    /// So many gifts of a plan were made for nothing.
    GiftsMade { plan: PlanId, count: u32 },
    /// A broadcast was sent.
    BroadcastSent { broadcast: BroadcastId },
    /// A broadcast was stopped.
    BroadcastStopped { broadcast: BroadcastId },
    /// A shop was made for a reseller.
    ResellerAdded { reseller: ShopId },
    /// What was agreed with a reseller was changed.
    ResellerChanged { reseller: ShopId },
    /// A reseller was stopped from selling.
    ResellerSuspended { reseller: ShopId },
    /// A reseller was let sell again.
    ResellerResumed { reseller: ShopId },
    /// A new link was made for whoever runs a reseller's shop.
    ResellerLinkRenewed { reseller: ShopId },
    /// Wholesale prices were set.
    WholesaleListSaved { list: WholesaleListId },
    /// A plan was made of one of the supplier's.
    PlanTaken { plan: PlanId },
    /// A pack was made of one of the supplier's.
    PackTaken { pack: PackId },
    /// Many subscriptions began to be changed, this many.
    BulkBegun { bulk: BulkId, count: u32 },
    /// That was stopped.
    BulkStopped { bulk: BulkId },
    /// A ticket was taken on, given to somebody, or put back.
    TicketAssigned { ticket: TicketId, to: Option<UserId> },
    /// It was changed what those who ask are promised, or by what mails they reach the shop.
    SupportSet { target_minutes: u32 },
    /// An answer was kept for the next who asks.
    AnswerSaved { answer: SavedAnswerId },
    /// Such an answer was thrown away.
    AnswerRemoved { answer: SavedAnswerId },
    /// An article was added or changed.
    ArticleSaved { article: ArticleId },
    /// An article was thrown away.
    ArticleRemoved { article: ArticleId },
    /// It was chosen which articles are shown, and in which order.
    HelpArranged,
    /// A text of the shop was written, or given up for ours.
    TextSet { text: TextKey, own: bool },
    /// What a server costs was noted; none: it is not known.
    RentSet { server: ServerId, cost: Option<Money> },
    /// A server was taken away.
    ServerRemoved { server: ServerId },
    /// A server group was changed.
    GroupChanged { group: GroupId },
    /// A server group was taken away.
    GroupRemoved { group: GroupId },
    /// It was chosen in which order something is shown.
    Arranged { shelf: Shelf },
    /// A gateway was added.
    GatewayAdded { gateway: GatewayId },
    /// A gateway was changed.
    GatewayChanged { gateway: GatewayId },
    /// A server was added.
    ServerAdded { server: ServerId },
    /// A server was changed.
    ServerChanged { server: ServerId },
    /// A group of servers was added.
    GroupAdded { group: GroupId },
    /// A plan was added.
    PlanAdded { plan: PlanId },
    /// A plan was changed.
    PlanChanged { plan: PlanId },
    /// A pack was added or changed.
    PackSaved { pack: PackId },
    /// A coupon was added.
    CouponAdded { coupon: CouponId },
    /// A coupon was changed.
    CouponChanged { coupon: CouponId },
    /// A rate was set by hand.
    RateSet { asset: Currency, price: Money },
    /// What the shop gives for invitations was changed.
    InvitationTermsSet,
    /// A commission that was held goes on.
    CommissionApproved { commission: CommissionId },
    /// A commission was refused.
    CommissionRefused { commission: CommissionId },
    /// A withdrawal was paid.
    WithdrawalPaid { withdrawal: WithdrawalId, amount: Money },
    /// A withdrawal was refused.
    WithdrawalRefused { withdrawal: WithdrawalId, amount: Money },
    /// A campaign was added.
    CampaignAdded,
    /// The address that a campaign tells was changed.
    CampaignChanged,
    /// What holds for links was changed.
    LinksSet,
    /// The bot of the shop, or how it behaves, was changed.
    BotSet,
    /// The bot of the shop was taken away.
    BotRemoved,
    /// It was changed where alerts go.
    AlertsSet,
    /// The shop itself was changed.
    ShopChanged,
    /// A job that was given up was made ready again.
    JobRetried { job: JobId },
    /// A key for programs was made.
    KeyAdded { key: TokenId },
    /// A key for programs was taken away.
    KeyRemoved { key: TokenId },
    /// A webhook was added.
    WebhookAdded { webhook: WebhookId },
    /// A webhook was changed, switched on or off.
    WebhookChanged { webhook: WebhookId },
    /// A webhook was taken away.
    WebhookRemoved { webhook: WebhookId },
    /// A webhook got a new secret.
    WebhookSecretRenewed { webhook: WebhookId },
    /// So many messages began to be sent to a webhook again.
    WebhookReplayed { webhook: WebhookId, count: u32 },
    /// Somebody was invited into the office, with these permissions.
    StaffInvited { user: UserId, owner: bool, permissions: Permissions },
    /// Somebody who was invited came.
    StaffJoined { user: UserId },
    /// Somebody may do this in the office from now on.
    StaffChanged { user: UserId, owner: bool, permissions: Permissions },
    /// The office was taken away from somebody.
    StaffRemoved { user: UserId },
    /// It was begun to take over what another panel or bot had, this many rows of it.
    ImportBegun { from: ImportKind, rows: u32 },
    /// That was done, with so many users and services that were not here before, and so much in their wallets.
    Imported { from: ImportKind, users: u32, services: u32, credited: Money },
    /// It was decided whether the staff must have a second factor.
    SecondFactorRule { required: bool },
}

impl Deed {
    /// A short stable name, for interfaces and the database.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Given { .. } => "given",
            Self::Extended { .. } => "extended",
            Self::Suspended { .. } => "suspended",
            Self::Resumed { .. } => "resumed",
            Self::Revoked { .. } => "revoked",
            Self::Blocked { .. } => "blocked",
            Self::Unblocked { .. } => "unblocked",
            Self::WalletCorrected { .. } => "wallet_corrected",
            Self::ReceiptAccepted { .. } => "receipt_accepted",
            Self::ReceiptRejected { .. } => "receipt_rejected",
            Self::DepositAssigned { .. } => "deposit_assigned",
            Self::DepositDismissed { .. } => "deposit_dismissed",
            Self::PaymentAccepted { .. } => "payment_accepted",
            Self::PaymentDismissed { .. } => "payment_dismissed",
            Self::Refunded { .. } => "refunded",
            Self::RefundedToPayer { .. } => "refunded_to_payer",
            Self::SentBack { .. } => "sent_back",
            Self::MaintenanceBegun => "maintenance_begun",
            Self::MaintenanceEnded => "maintenance_ended",
            Self::AdoptionSet { .. } => "adoption_set",
            Self::GraceSet { .. } => "grace_set",
            Self::LinkRenewed { .. } => "link_renewed",
            Self::OrderResolved { .. } => "order_resolved",
            Self::GiftsMade { .. } => "gifts_made",
            Self::BroadcastSent { .. } => "broadcast_sent",
            Self::BroadcastStopped { .. } => "broadcast_stopped",
            Self::ResellerAdded { .. } => "reseller_added",
            Self::ResellerChanged { .. } => "reseller_changed",
            Self::ResellerSuspended { .. } => "reseller_suspended",
            Self::ResellerResumed { .. } => "reseller_resumed",
            Self::ResellerLinkRenewed { .. } => "reseller_link_renewed",
            Self::WholesaleListSaved { .. } => "wholesale_list_saved",
            Self::PlanTaken { .. } => "plan_taken",
            Self::PackTaken { .. } => "pack_taken",
            Self::BulkBegun { .. } => "bulk_begun",
            Self::BulkStopped { .. } => "bulk_stopped",
            Self::TicketAssigned { .. } => "ticket_assigned",
            Self::SupportSet { .. } => "support_set",
            Self::AnswerSaved { .. } => "answer_saved",
            Self::AnswerRemoved { .. } => "answer_removed",
            Self::RentSet { .. } => "rent_set",
            Self::ServerRemoved { .. } => "server_removed",
            Self::GroupChanged { .. } => "group_changed",
            Self::GroupRemoved { .. } => "group_removed",
            Self::Arranged { .. } => "arranged",
            _ => self.name_of_change(),
        }
    }

    /// The same of what changed the shop itself.
    const fn name_of_change(&self) -> &'static str {
        match self {
            Self::ArticleSaved { .. } => "article_saved",
            Self::ArticleRemoved { .. } => "article_removed",
            Self::HelpArranged => "help_arranged",
            Self::TextSet { .. } => "text_set",
            Self::GatewayAdded { .. } => "gateway_added",
            Self::GatewayChanged { .. } => "gateway_changed",
            Self::ServerAdded { .. } => "server_added",
            Self::ServerChanged { .. } => "server_changed",
            Self::GroupAdded { .. } => "group_added",
            Self::PlanAdded { .. } => "plan_added",
            Self::PlanChanged { .. } => "plan_changed",
            Self::PackSaved { .. } => "pack_saved",
            Self::CouponAdded { .. } => "coupon_added",
            Self::CouponChanged { .. } => "coupon_changed",
            Self::RateSet { .. } => "rate_set",
            Self::InvitationTermsSet => "invitation_terms_set",
            Self::CommissionApproved { .. } => "commission_approved",
            Self::CommissionRefused { .. } => "commission_refused",
            Self::WithdrawalPaid { .. } => "withdrawal_paid",
            Self::WithdrawalRefused { .. } => "withdrawal_refused",
            Self::CampaignAdded => "campaign_added",
            Self::CampaignChanged => "campaign_changed",
            Self::LinksSet => "links_set",
            Self::BotSet => "bot_set",
            Self::BotRemoved => "bot_removed",
            Self::AlertsSet => "alerts_set",
            Self::ShopChanged => "shop_changed",
            Self::JobRetried { .. } => "job_retried",
            Self::KeyAdded { .. } => "key_added",
            Self::KeyRemoved { .. } => "key_removed",
            Self::WebhookAdded { .. } => "webhook_added",
            Self::WebhookChanged { .. } => "webhook_changed",
            Self::WebhookRemoved { .. } => "webhook_removed",
            Self::WebhookSecretRenewed { .. } => "webhook_secret_renewed",
            Self::WebhookReplayed { .. } => "webhook_replayed",
            Self::StaffInvited { .. } => "staff_invited",
            Self::StaffJoined { .. } => "staff_joined",
            Self::StaffChanged { .. } => "staff_changed",
            Self::StaffRemoved { .. } => "staff_removed",
            Self::SecondFactorRule { .. } => "second_factor_rule",
            Self::ImportBegun { .. } => "import_begun",
            Self::Imported { .. } => "imported",
            _ => "",
        }
    }
}

/// A reason as it is kept.
pub fn reason(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if (1..=REASON_LENGTH).contains(&text.chars().count()) {
        Ok(text.to_owned())
    } else {
        Err(Refusal::bad_input("reason", "1 to 300 characters"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_something_and_not_a_book() {
        assert_eq!(reason("  was down for a day "), Ok("was down for a day".to_owned()));
        assert_eq!(reason(&"د".repeat(300)).map(|r| r.chars().count()), Ok(300));
        for wrong in ["", "  ", &"x".repeat(301)] {
            assert!(reason(wrong).is_err(), "{wrong}");
        }
    }
}
