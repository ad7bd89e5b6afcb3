//! What customers bring, give and ask, and what operators do, handed on like the rest.

use super::*;

delegate! { InviteReads {
    fn referral_terms(shop: ShopId) -> Option<ReferralTerms>;
    fn invitation(shop: ShopId, user: UserId) -> Option<Invitation>;
    fn invitation_by_code(shop: ShopId, lookup: &Fingerprint) -> Option<Invitation>;
    fn referral(shop: ShopId, user: UserId) -> Option<Referral>;
    fn referral_count(shop: ShopId, referrer: UserId) -> ReferralCount;
    fn first_paid(shop: ShopId, user: UserId) -> Option<OrderId>;
    fn campaign(shop: ShopId, code: &str) -> Option<Campaign>;
    fn campaign_of(shop: ShopId, user: UserId) -> Option<String>;
    fn campaigns(shop: ShopId) -> Vec<CampaignCount>;
} {
} }
delegate! { InviteWrites {
    fn save_referral_terms(shop: ShopId, terms: &ReferralTerms) -> ();
    fn insert_invitation(invitation: &Invitation) -> Inserted;
    fn delete_invitation(shop: ShopId, user: UserId) -> bool;
    fn insert_referral(referral: &Referral) -> Inserted;
    fn save_referral(referral: &Referral) -> ();
    fn insert_campaign(campaign: &Campaign) -> Inserted;
    fn note_campaign(shop: ShopId, user: UserId, code: &str) -> Inserted;
} {
} }
delegate! { DepositReads {
    fn deposit(shop: ShopId, id: DepositId) -> Option<Deposit>;
    fn waiting_deposits(shop: ShopId, page: Page) -> Vec<Deposit>;
    fn unpaid_payments(shop: ShopId, gateway: GatewayId, page: Page) -> Vec<Payment>;
    fn has_deposit(shop: ShopId, payment: PaymentId) -> bool;
    fn reserved_for(destination: &str, amount: Money, now: Timestamp) -> Option<PaymentId>;
} {
} }
delegate! { DepositWrites {
    fn insert_deposit(deposit: &Deposit) -> Inserted;
    fn save_deposit(deposit: &Deposit) -> ();
} {
} }
delegate! { GiftReads {
    fn gift_by_code(shop: ShopId, lookup: &Fingerprint) -> Option<Gift>;
    fn gifts(shop: ShopId, user: UserId) -> Vec<Gift>;
    fn gift_claimed_by(shop: ShopId, order: OrderId) -> Option<Gift>;
} {
} }
delegate! { GiftWrites {
    fn insert_gift(gift: &Gift) -> Inserted;
    fn lock_gift(shop: ShopId, order: OrderId) -> Option<Locked<Gift>>;
    fn save_gift(gift: Locked<Gift>) -> ();
} {
} }
delegate! { CouponReads {
    fn coupon(shop: ShopId, id: CouponId) -> Option<Coupon>;
    fn coupon_by_code(shop: ShopId, code: &str) -> Option<Coupon>;
    fn coupons(shop: ShopId, page: Page) -> Vec<Coupon>;
    fn coupon_use(shop: ShopId, order: OrderId) -> Option<CouponUse>;
    fn coupon_uses(shop: ShopId, coupon: CouponId, page: Page) -> Vec<CouponUse>;
    fn count_coupon_uses(shop: ShopId, coupon: CouponId, user: UserId) -> (u32, u32);
} {
} }
delegate! { CouponWrites {
    fn insert_coupon(coupon: &Coupon) -> Inserted;
    fn lock_coupon(shop: ShopId, id: CouponId) -> Option<Locked<Coupon>>;
    fn save_coupon(coupon: Locked<Coupon>) -> ();
    fn save_coupon_use(of: &CouponUse) -> ();
} {
} }
delegate! { ActionReads {
    fn actions(shop: ShopId, page: Page) -> Vec<DeedRecord>;
    fn action_by_key(shop: ShopId, operator: UserId, key: &str) -> Option<DeedRecord>;
} {
} }
delegate! { ActionWrites {
    fn insert_action(action: &DeedRecord) -> Inserted;
} {
} }
delegate! { SalesReads {
    fn sold(shop: ShopId, from: Timestamp, to: Timestamp) -> Vec<Sold>;
    fn revenue(shop: ShopId, from: Timestamp, to: Timestamp) -> Vec<Moved>;
    fn count_new_users(shop: ShopId, from: Timestamp, to: Timestamp) -> u32;
} {
} }

delegate! { TakingReads {
    fn taken(shop: ShopId, from: Timestamp, to: Timestamp) -> Vec<Taken>;
    fn unresolved_payments(shop: ShopId, before: Timestamp, limit: u32) -> Vec<Payment>;
    fn unresolved_orders(shop: ShopId, before: Timestamp, limit: u32) -> Vec<Order>;
    fn unresolved_receipts(shop: ShopId, before: Timestamp, limit: u32) -> Vec<Receipt>;
} {
} }
delegate! { TicketReads {
    fn ticket(shop: ShopId, id: TicketId) -> Option<Ticket>;
    fn tickets(shop: ShopId, filter: TicketFilter, page: Page) -> Vec<Ticket>;
    fn waiting_tickets(shop: ShopId, page: Page) -> Vec<Ticket>;
    fn ticket_messages(shop: ShopId, ticket: TicketId) -> Vec<TicketMessage>;
    fn count_ticket_messages(shop: ShopId, user: UserId, since: Timestamp) -> u32;
    fn count_ticket_pictures(shop: ShopId, ticket: TicketId, since: Timestamp) -> u32;
    fn ticket_picture(shop: ShopId, ticket: TicketId, message: TicketMessageId) -> Option<String>;
} {} }

delegate! { TicketWrites {
    fn save_ticket(ticket: &Ticket) -> ();
    fn insert_ticket_message(message: &TicketMessage, picture_sealed: Option<String>) -> ();
    fn delete_tickets(shop: ShopId, user: UserId) -> u64;
} {} }
delegate! { BroadcastReads {
    fn broadcast(shop: ShopId, id: BroadcastId) -> Option<Broadcast>;
    fn broadcasts(shop: ShopId, page: Page) -> Vec<Broadcast>;
    fn count_segment(shop: ShopId, of: Segment, now: Timestamp) -> u32;
    fn count_recipients(shop: ShopId, id: BroadcastId) -> Vec<(RecipientState, u32)>;
    fn pending_recipients(shop: ShopId, id: BroadcastId, limit: u32) -> Vec<UserId>;
} {
} }
delegate! { BroadcastWrites {
    fn save_broadcast(broadcast: &Broadcast) -> ();
    fn lock_broadcast(shop: ShopId, id: BroadcastId) -> Option<Locked<Broadcast>>;
    fn gather_recipients(broadcast: &Broadcast, now: Timestamp, limit: u32) -> Option<UserId>;
    fn save_recipient(shop: ShopId, id: BroadcastId, user: UserId, state: RecipientState) -> ();
    fn retry_recipients(shop: ShopId, id: BroadcastId) -> u64;
} {
} }
delegate! { InboxReads {
    fn callback(id: CallbackId) -> Option<CallbackRecord>;
    fn answer(shop: ShopId, owner: &str, key: &str) -> Option<Answer>;
    fn notices(shop: ShopId, user: UserId, page: Page) -> Vec<NoticeRecord>;
    fn notice(shop: ShopId, id: NoticeId) -> Option<NoticeRecord>;
    fn reach(shop: ShopId, user: UserId) -> Option<Reach>;
    fn push_targets(shop: ShopId, user: UserId) -> Vec<PushTarget>;
    fn events(shop: ShopId, page: Page) -> Vec<(EventId, Event, Timestamp)>;
} {
} }
delegate! { InboxWrites {
    fn insert_answer(answer: &Answer) -> Inserted;
    fn save_answer(answer: &Answer) -> ();
    fn delete_unanswered() -> ();
    fn delete_answers(before: Timestamp) -> u64;
    fn insert_event(id: EventId, shop: ShopId, event: &Event, at: Timestamp) -> ();
    fn save_notice(notice: &NoticeRecord) -> ();
    fn delete_notices(shop: ShopId, user: UserId) -> u64;
    fn save_reach(reach: &Reach) -> ();
    fn delete_reach(shop: ShopId, user: UserId) -> ();
    fn save_push_target(target: &PushTarget) -> ();
    fn delete_push_target(shop: ShopId, user: Option<UserId>, lookup: &Fingerprint) -> ();
} {
    async fn insert_callback(&mut self, callback: &CallbackRecord) -> Result<Inserted, Failure> {
        self.step().await;
        self.inner.insert_callback(callback).await
    }
} }
