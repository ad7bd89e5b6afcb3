//! Every call of a transaction, handed on to the storage behind it; the few that a planted bug changes stand in full.

use super::{env::Mode, mutant::Mutant, storage::SimTx};
use async_trait::async_trait;
use jiff::Timestamp;
use nexa_core::{
    domain::{
        broadcast::{Broadcast, RecipientState, Segment},
        coupon::{Coupon, CouponUse},
        deed::DeedRecord,
        deposit::Deposit,
        device::Device,
        dialogue::Dialogue,
        event::Event,
        gateway::{GatewayAccount, ScanMark},
        gauge::Pile,
        gift::Gift,
        grant::{GrantRecord, PanelId},
        job::{Job, Lease, QueuedJob},
        ledger::{Account, Journal},
        likeness::Likeness,
        link::{Format, settings::LinkSettings},
        money::{Currency, Money},
        notice::NoticeRecord,
        order::{Order, OrderNumber},
        pack::Pack,
        passkey::Passkey,
        payment::{Movement, Payment},
        plan::Plan,
        proof::{MailCode, SecondFactor},
        push::PushTarget,
        rate::Rate,
        reach::Reach,
        receipt::Receipt,
        referral::{CameBy, Campaign, CampaignCount, Invitation, Referral, ReferralCount, ReferralTerms},
        returns::{Return, ReturnState},
        server::{Group, Server},
        shop::Shop,
        subscription::Subscription,
        support::{SavedAnswer, SupportTerms},
        takings::Taken,
        ticket::{Ticket, TicketMessage},
        usage::{Day, DayUsage},
        user::{Identity, IdentityKind, Token, User},
    },
    error::Failure,
    ids::{
        BroadcastId, CallbackId, CouponId, DepositId, DeviceId, EventId, GatewayId, GroupId, JobId, NoticeId,
        OrderId, PackId, PasskeyId, PaymentId, PlanId, ReceiptId, SavedAnswerId, ServerId, ShopId,
        SubscriptionId, TicketId, TicketMessageId, TokenId, UserId,
    },
    ports::storage::{
        ActionReads, ActionWrites, AmountLease, Answer, BroadcastReads, BroadcastWrites, CallbackRecord,
        CatalogueReads, CatalogueWrites, CouponReads, CouponWrites, DepositReads, DepositWrites,
        DialogueReads, DialogueWrites, Document, GaugeReads, GiftReads, GiftWrites, InboxReads, InboxWrites,
        Inserted, InviteReads, InviteWrites, LedgerReads, LedgerWrites, LinkReads, LinkWrites, Locked,
        OrderFilter, OrderReads, OrderWrites, Page, PasskeyReads, PasskeyWrites, PeopleReads, PeopleWrites,
        Posted, PostedEntry, ProofReads, ProofWrites, QueueReads, QueueWrites, Read, ReturnReads,
        ReturnWrites, SubscriptionReads, SubscriptionWrites, SupportReads, SupportWrites, TakingReads,
        TicketFilter, TicketReads, TicketWrites, Tx,
    },
    secret::Fingerprint,
};
use uuid::Uuid;

macro_rules! delegate {
    ($trait:ident { $(fn $name:ident($($arg:ident: $ty:ty),*) -> $ret:ty;)* } { $($hand:tt)* }) => {
        #[async_trait]
        impl $trait for SimTx {
            $(async fn $name(&mut self, $($arg: $ty),*) -> Result<$ret, Failure> {
                self.step().await;
                self.inner.$name($($arg),*).await
            })*
            $($hand)*
        }
    };
}

mod brought;
mod lists;
mod resale;
mod talk;

impl SimTx {
    /// The same journal under another cause.
    fn renamed(&self, journal: &Journal) -> Journal {
        let id = self.env.world.id();
        let cause = format!("{}:{id}", journal.cause);
        let mut again = journal.clone();
        (again.id, again.cause) = (id, cause);
        again
    }
}

impl Read for SimTx {}

#[async_trait]
impl Tx for SimTx {
    async fn commit(self: Box<Self>) -> Result<(), Failure> {
        (*self).end().await
    }

    fn as_read(&mut self) -> &mut dyn Read {
        self
    }
}

delegate! { PeopleReads {
    fn shops() -> Vec<Shop>;
    fn shop(id: ShopId) -> Option<Shop>;
    fn user(shop: ShopId, id: UserId) -> Option<User>;
    fn users(shop: ShopId, page: Page) -> Vec<User>;
    fn operators(shop: ShopId) -> Vec<User>;
    fn identity(shop: ShopId, kind: IdentityKind, lookup: &Fingerprint) -> Option<Identity>;
    fn identities(shop: ShopId, user: UserId) -> Vec<Identity>;
    fn token(digest: &Fingerprint) -> Option<Token>;
    fn tokens(shop: ShopId, user: UserId) -> Vec<Token>;
} {
} }
delegate! { PeopleWrites {
    fn save_shop(shop: &Shop) -> ();
    fn save_user(user: &User) -> ();
    fn lock_user(shop: ShopId, id: UserId) -> Option<Locked<User>>;
    fn insert_identity(identity: &Identity) -> Inserted;
    fn save_identity(identity: &Identity) -> ();
    fn delete_identity(shop: ShopId, kind: IdentityKind, lookup: &Fingerprint) -> bool;
    fn insert_token(token: &Token) -> ();
    fn save_token(token: &Token) -> ();
    fn delete_token(shop: ShopId, id: TokenId) -> bool;
    fn delete_expired_tokens(before: Timestamp) -> u64;
} {
    async fn claim_trial(
        &mut self,
        shop: ShopId,
        kind: IdentityKind,
        lookup: &Fingerprint,
        at: Timestamp,
    ) -> Result<Inserted, Failure> {
        self.step().await;
        let claimed = self.inner.claim_trial(shop, kind, lookup, at).await?;
        Ok(if self.env.is_mutant(Mutant::TrialUnclaimed) { Inserted::New } else { claimed })
    }
} }
delegate! { ProofReads {
    fn code_by_link(shop: ShopId, link: &Fingerprint) -> Option<MailCode>;
    fn second_factor(shop: ShopId, user: UserId) -> Option<SecondFactor>;
} {
} }
delegate! { ProofWrites {
    fn save_code(sent: &MailCode) -> ();
    fn lock_code(shop: ShopId, address: &Fingerprint, user: Option<UserId>) -> Option<Locked<MailCode>>;
    fn delete_code(sent: &MailCode) -> bool;
    fn save_second_factor(factor: &SecondFactor) -> ();
    fn delete_second_factor(shop: ShopId, user: UserId) -> bool;
    fn spend_proof(shop: ShopId, proof: &Fingerprint, until: Timestamp) -> Inserted;
    fn delete_old_proofs(before: Timestamp) -> u64;
} {
} }
delegate! { PasskeyReads {
    fn passkey(shop: ShopId, lookup: &Fingerprint) -> Option<Passkey>;
    fn passkeys(shop: ShopId, user: UserId) -> Vec<Passkey>;
} {
} }
delegate! { PasskeyWrites {
    fn insert_passkey(passkey: &Passkey) -> Inserted;
    fn save_passkey(passkey: &Passkey) -> ();
    fn delete_passkey(shop: ShopId, user: UserId, id: PasskeyId) -> bool;
} {
} }
delegate! { DialogueReads {
    fn dialogue(shop: ShopId, user: UserId) -> Option<Dialogue>;
} {
} }
delegate! { DialogueWrites {
    fn save_dialogue(dialogue: &Dialogue) -> ();
    fn lock_dialogues(shop: ShopId) -> ();
    fn delete_dialogue(shop: ShopId, user: UserId) -> ();
} {
} }
delegate! { CatalogueReads {
    fn plans(shop: ShopId) -> Vec<Plan>;
    fn plan(shop: ShopId, id: PlanId) -> Option<Plan>;
    fn packs(shop: ShopId) -> Vec<Pack>;
    fn pack(shop: ShopId, id: PackId) -> Option<Pack>;
    fn groups(shop: ShopId) -> Vec<Group>;
    fn group(shop: ShopId, id: GroupId) -> Option<Group>;
    fn servers(shop: ShopId) -> Vec<Server>;
    fn all_servers() -> Vec<Server>;
    fn server(shop: ShopId, id: ServerId) -> Option<Server>;
    fn loads(shop: ShopId, group: GroupId) -> Vec<(ServerId, u32)>;
    fn gateways(shop: ShopId) -> Vec<GatewayAccount>;
    fn gateway(shop: ShopId, id: GatewayId) -> Option<GatewayAccount>;
    fn gateway_anywhere(id: GatewayId) -> Option<GatewayAccount>;
    fn scan_mark(shop: ShopId, gateway: GatewayId) -> Option<ScanMark>;
    fn rate(shop: ShopId, asset: Currency) -> Option<Rate>;
    fn rates(shop: ShopId) -> Vec<Rate>;
} {
} }
delegate! { GaugeReads {
    fn due_jobs(now: Timestamp, most: u32) -> Vec<Pile>;
    fn given_up_jobs(most: u32) -> Vec<Pile>;
    fn piled_payments(most: u32) -> Vec<Pile>;
    fn piled_orders(most: u32) -> Vec<Pile>;
    fn flagged_orders(most: u32) -> Vec<Pile>;
    fn newest_rates() -> Vec<(Currency, Timestamp)>;
    fn ledger_sums() -> Vec<(Currency, i64)>;
} {
} }
delegate! { CatalogueWrites {
    fn save_plan(plan: &Plan) -> ();
    fn save_pack(pack: &Pack) -> ();
    fn save_group(group: &Group) -> ();
    fn hold_group(shop: ShopId, group: GroupId) -> ();
    fn save_server(server: &Server) -> ();
    fn save_gateway(gateway: &GatewayAccount) -> ();
    fn save_scan_mark(shop: ShopId, gateway: GatewayId, mark: Option<&ScanMark>) -> ();
    fn save_rate(shop: ShopId, rate: &Rate) -> ();
    fn next_index(sequence: &str) -> u32;
} {
} }
delegate! { OrderReads {
    fn order(shop: ShopId, id: OrderId) -> Option<Order>;
    fn order_by_key(shop: ShopId, user: UserId, key: &str) -> Option<Order>;
    fn orders(shop: ShopId, filter: OrderFilter, page: Page) -> Vec<Order>;
    fn orders_of(shop: ShopId, subscription: SubscriptionId) -> Vec<Order>;
    fn kept_orders(shop: ShopId, user: UserId) -> Vec<Order>;
    fn numbered_order(shop: ShopId, number: OrderNumber) -> Option<Order>;
    fn payment(shop: ShopId, id: PaymentId) -> Option<Payment>;
    fn payments(shop: ShopId, order: OrderId) -> Vec<Payment>;
    fn payment_by_reference(gateway: GatewayId, reference: &str) -> Option<Payment>;
    fn watched_payments(shop: ShopId, gateway: GatewayId, now: Timestamp, page: Page) -> Vec<Payment>;
    fn movements(payment: PaymentId) -> Vec<Movement>;
    fn movement(family: &str, id: &str) -> Option<Movement>;
    fn waiting_receipts(shop: ShopId, page: Page) -> Vec<Receipt>;
    fn receipts(shop: ShopId, payment: PaymentId) -> Vec<Receipt>;
    fn receipt(shop: ShopId, id: ReceiptId) -> Option<Receipt>;
    fn count_receipts(shop: ShopId, user: UserId, since: Timestamp) -> u32;
    fn receipt_seen(shop: ShopId, digest: &str, not: PaymentId) -> bool;
    fn likenesses(shop: ShopId, not: PaymentId, limit: u32) -> Vec<Likeness>;
    fn decided_receipts(shop: ShopId, user: UserId) -> (u32, u32);
    fn leased_sum(destination: &str, since: Timestamp) -> i64;
} {
} }
delegate! { OrderWrites {
    fn lock_order(shop: ShopId, id: OrderId) -> Option<Locked<Order>>;
    fn save_order(order: Locked<Order>) -> ();
    fn insert_payment(payment: &Payment) -> ();
    fn lock_payment(shop: ShopId, id: PaymentId) -> Option<Locked<Payment>>;
    fn save_payment(payment: Locked<Payment>) -> ();
    fn lease_amount(lease: &AmountLease, now: Timestamp) -> Inserted;
    fn keep_amount(payment: PaymentId, until: Timestamp) -> ();
    fn insert_receipt(receipt: &Receipt) -> ();
    fn save_receipt(receipt: &Receipt) -> ();
    fn blank_receipts(shop: ShopId, user: UserId) -> u64;
} {
    async fn insert_order(&mut self, order: &Order) -> Result<Inserted, Failure> {
        self.step().await;
        if self.env.is_mutant(Mutant::KeyIgnored) {
            return self.inner.insert_order(&Order { key: None, ..order.clone() }).await;
        }
        self.inner.insert_order(order).await
    }
    async fn save_movement(&mut self, movement: &Movement) -> Result<Inserted, Failure> {
        self.step().await;
        if self.env.is_mutant(Mutant::MovementRenamed) {
            let id = format!("{}:{}", movement.id, self.env.dice.below(1 << 40));
            return self.inner.save_movement(&Movement { id, ..movement.clone() }).await;
        }
        self.inner.save_movement(movement).await
    }
} }
delegate! { ReturnReads {
    fn is_contested(shop: ShopId, user: UserId) -> bool;
} {
    async fn returns(&mut self, shop: ShopId, payment: PaymentId) -> Result<Vec<Return>, Failure> {
        self.step().await;
        let mut all = self.inner.returns(shop, payment).await?;
        if self.env.is_mutant(Mutant::ReturnsUnread) {
            all.retain(|one| one.state == ReturnState::Asked);
        }
        Ok(all)
    }
} }
delegate! { ReturnWrites {
} {
    async fn save_return(&mut self, row: &Return) -> Result<Inserted, Failure> {
        self.step().await;
        let lost = self.env.is_mutant(Mutant::ReturnForgotten);
        if lost { Ok(Inserted::New) } else { self.inner.save_return(row).await }
    }
} }
delegate! { LinkReads {
    fn link_settings(shop: ShopId) -> Option<LinkSettings>;
    fn devices(shop: ShopId, subscription: SubscriptionId) -> Vec<Device>;
    fn device_removals(shop: ShopId, subscription: SubscriptionId, since: Timestamp) -> (u32, Option<Timestamp>);
} {
} }
delegate! { LinkWrites {
    fn save_link_settings(shop: ShopId, settings: &LinkSettings) -> ();
    fn save_device(device: &Device) -> ();
    fn delete_device(shop: ShopId, subscription: SubscriptionId, id: DeviceId) -> bool;
    fn note_device_removal(shop: ShopId, subscription: SubscriptionId, at: Timestamp, since: Timestamp) -> ();
    fn delete_device_removals(shop: ShopId, subscription: SubscriptionId) -> ();
} {
} }
delegate! { SubscriptionReads {
    fn subscription(shop: ShopId, id: SubscriptionId) -> Option<Subscription>;
    fn subscriptions(shop: ShopId, user: Option<UserId>, page: Page) -> Vec<Subscription>;
    fn subscription_by_link(lookup: &Fingerprint) -> Option<Subscription>;
    fn subscription_by_identity(panel_id: PanelId) -> Option<Subscription>;
    fn grants(subscription: SubscriptionId) -> Vec<GrantRecord>;
    fn grants_on(server: ServerId, after: Option<PanelId>, limit: u32) -> Vec<(GrantRecord, Subscription)>;
    fn removed_on(server: ServerId) -> Vec<PanelId>;
    fn grant_owner(server: ServerId, panel_id: PanelId) -> Option<SubscriptionId>;
    fn document(server: ServerId, panel_id: PanelId, format: Format) -> Option<Document>;
    fn usage_days(shop: ShopId, subscription: SubscriptionId, from: Day) -> Vec<DayUsage>;
} {
} }
delegate! { SubscriptionWrites {
    fn insert_subscription(subscription: &Subscription) -> ();
    fn lock_subscription(shop: ShopId, id: SubscriptionId) -> Option<Locked<Subscription>>;
    fn save_subscription(subscription: Locked<Subscription>) -> ();
    fn save_grant(grant: &GrantRecord) -> ();
    fn save_document(document: &Document) -> ();
    fn delete_documents(panel_id: PanelId) -> ();
    fn add_usage(shop: ShopId, subscription: SubscriptionId, usage: DayUsage) -> ();
    fn delete_usage_before(day: Day) -> u64;
    fn delete_usage(shop: ShopId, subscription: SubscriptionId) -> u64;
} {
} }
delegate! { LedgerReads {
    fn balance(shop: ShopId, account: Account, currency: Currency) -> Money;
    fn entries(shop: ShopId, account: Account, page: Page) -> Vec<PostedEntry>;
    fn is_posted(shop: ShopId, cause: &str) -> bool;
    fn trial_balance(shop: ShopId) -> Vec<(Account, Money, Money)>;
} {
} }
delegate! { LedgerWrites {
} {
    async fn post(&mut self, journal: &Journal) -> Result<Posted, Failure> {
        self.step().await;
        self.posted = true;
        if journal.cause.starts_with("release:") {
            if self.env.is_mutant(Mutant::ReleaseForgotten) {
                return Ok(Posted::New);
            }
            if self.env.is_mutant(Mutant::ReleasedTwice) {
                let first = self.inner.post(&self.renamed(journal)).await?;
                if first != Posted::New {
                    return Ok(first);
                }
            }
        }
        let posted = self.inner.post(journal).await?;
        if posted == Posted::Already && self.env.is_mutant(Mutant::CauseIgnored) {
            return self.inner.post(&self.renamed(journal)).await;
        }
        Ok(posted)
    }
} }
delegate! { QueueReads {
    fn next_due() -> Option<Timestamp>;
    fn poison_jobs(shop: ShopId) -> Vec<QueuedJob>;
    fn count_jobs() -> u64;
} {
} }
delegate! { QueueWrites {
    fn claim_jobs(now: Timestamp, until: Timestamp, limit: u32) -> Vec<Lease>;
    fn finish_job(lease: &Lease) -> ();
    fn put_back(lease: &Lease, job: &QueuedJob) -> ();
    fn lead(task: &str, leader: Uuid, now: Timestamp, until: Timestamp) -> bool;
    fn free_lanes() -> Vec<QueuedJob>;
    fn retry_job(shop: ShopId, id: JobId, at: Timestamp) -> bool;
} {
    async fn holds_lease(&mut self, lease: &Lease) -> Result<bool, Failure> {
        self.step().await;
        Ok(self.inner.holds_lease(lease).await? || self.env.is_mutant(Mutant::LeaseAlwaysHeld))
    }
    async fn add_job(&mut self, job: &QueuedJob) -> Result<(), Failure> {
        let env = &self.env;
        let lost = match job.job {
            Job::Reconcile { .. } => matches!(env.mode, Mode::Calm | Mode::Late),
            Job::Recheck { .. } => env.mode == Mode::Calm || env.is_mutant(Mutant::DoubtForgotten),
            Job::CheckPayment { .. } | Job::ScanGateway { .. } => env.is_mutant(Mutant::NoPoll),
            Job::EndSubscription { .. } => env.is_mutant(Mutant::EndForgotten),
            Job::Provision { .. } | Job::Refund { .. } | Job::SendBack { .. } => {
                env.is_mutant(Mutant::ConsequenceLost) && env.dice.hit(100)
            }
            _ => false,
        };
        self.step().await;
        if lost { Ok(()) } else { self.inner.add_job(job).await }
    }
} }
