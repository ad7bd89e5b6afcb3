//! What customers bring, give and ask, and what operators do, handed on like the rest.

use super::*;
use nexa_core::{
    domain::analytics::{Booked, Delta, Figure, Marks, Past, Row, ServerTraffic, Standing, Subject},
    ids::JournalId,
    ports::storage::{FigureReads, FigureWrites},
};
use nexa_core::{
    domain::{
        article::{Article, ArticleCount, HelpShelf},
        shop::Locale,
        wording::{OwnText, TextKey},
    },
    ids::ArticleId,
    ports::storage::{WordingReads, WordingWrites},
};
use nexa_core::{
    domain::{
        chain::{AuditFilter, ChainEnd, ChainedDeed, Place},
        staff::{Member, StaffRules},
    },
    ports::storage::{StaffReads, StaffWrites},
};
use nexa_core::{
    domain::{rent::Rent, shelf::Shelf},
    ports::storage::{ShelfReads, ShelfWrites},
};
use uuid::Uuid;

delegate! { WordingReads {
    fn articles(shop: ShopId) -> Vec<Article>;
    fn help_shelf(shop: ShopId) -> Option<HelpShelf>;
    fn article_counts(shop: ShopId) -> Vec<ArticleCount>;
    fn own_texts(shop: ShopId) -> Vec<OwnText>;
    fn own_texts_begun(shop: ShopId) -> Vec<OwnText>;
} {
} }
delegate! { WordingWrites {
    fn save_article(article: &Article) -> ();
    fn delete_article(shop: ShopId, id: ArticleId) -> bool;
    fn save_help_shelf(shop: ShopId, shelf: &HelpShelf) -> ();
    fn insert_article_vote(shop: ShopId, slug: &str, voter: &Fingerprint) -> Inserted;
    fn count_article(shop: ShopId, slug: &str, helped: bool) -> ();
    fn save_own_text(text: &OwnText) -> ();
    fn delete_own_text(shop: ShopId, key: TextKey, locale: Locale) -> bool;
} {
} }

delegate! { ShelfReads {
    fn shelf(shop: ShopId, which: Shelf) -> Vec<Uuid>;
    fn rents(shop: ShopId) -> Vec<(ServerId, Rent)>;
    fn group_in_use(shop: ShopId, group: GroupId) -> bool;
    fn was_paid(shop: ShopId) -> bool;
} {
} }
delegate! { ShelfWrites {
    fn arrange(shop: ShopId, which: Shelf, order: &[Uuid]) -> ();
    fn save_rent(shop: ShopId, server: ServerId, rent: &Rent) -> ();
    fn retire_server(shop: ShopId, server: ServerId) -> ();
    fn retire_group(shop: ShopId, group: GroupId) -> ();
} {
} }
delegate! { InviteReads {
    fn referral_terms(shop: ShopId) -> Option<ReferralTerms>;
    fn invitation(shop: ShopId, user: UserId) -> Option<Invitation>;
    fn invitation_by_code(shop: ShopId, lookup: &Fingerprint) -> Option<Invitation>;
    fn referral(shop: ShopId, user: UserId) -> Option<Referral>;
    fn referral_count(shop: ShopId, referrer: UserId) -> ReferralCount;
    fn first_paid(shop: ShopId, user: UserId) -> Option<OrderId>;
    fn campaign(shop: ShopId, code: &str) -> Option<Campaign>;
    fn campaign_of(shop: ShopId, user: UserId) -> Option<CameBy>;
    fn campaigns(shop: ShopId) -> Vec<CampaignCount>;
} {
} }
delegate! { InviteWrites {
    fn save_referral_terms(shop: ShopId, terms: &ReferralTerms) -> ();
    fn insert_invitation(invitation: &Invitation) -> Inserted;
    fn delete_invitation(shop: ShopId, user: UserId) -> bool;
    fn insert_referral(referral: &Referral) -> Inserted;
    fn save_referral(referral: &Referral) -> ();
    fn save_postback(shop: ShopId, code: &str, sealed: Option<String>) -> ();
    fn insert_campaign(campaign: &Campaign) -> Inserted;
    fn note_campaign(shop: ShopId, user: UserId, by: &CameBy) -> Inserted;
    fn forget_click(shop: ShopId, user: UserId) -> ();
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
    fn own_coupons(shop: ShopId, page: Page) -> Vec<Coupon>;
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
    fn audit(shop: ShopId, filter: &AuditFilter, before: Option<u64>, limit: u32) -> Vec<(u64, DeedRecord)>;
    fn chain(shop: ShopId, after: u64, limit: u32) -> Vec<ChainedDeed>;
    fn chain_end(shop: ShopId) -> ChainEnd;
} {
} }
delegate! { ActionWrites {
    fn lock_chain(shop: ShopId) -> ChainEnd;
    fn insert_action(action: &DeedRecord, place: &Place, seal: &Fingerprint) -> Inserted;
} {
} }
delegate! { StaffReads {
    fn staff(shop: ShopId) -> Vec<Member>;
    fn member(shop: ShopId, user: UserId) -> Option<Member>;
    fn staff_rules(shop: ShopId) -> Option<StaffRules>;
} {
} }
delegate! { StaffWrites {
    fn save_member(member: &Member) -> ();
    fn delete_member(shop: ShopId, user: UserId) -> bool;
    fn save_staff_rules(shop: ShopId, rules: StaffRules) -> ();
} {
} }
delegate! { FigureReads {
    fn events_after(shop: ShopId, after: Option<EventId>, limit: u32) -> Vec<(EventId, Option<Event>, Timestamp)>;
    fn journals_after(shop: ShopId, after: Option<JournalId>, limit: u32) -> Vec<Booked>;
    fn figure_marks(shop: ShopId) -> Marks;
    fn orders_among(shop: ShopId, ids: &[OrderId]) -> Vec<Order>;
    fn payments_among(shop: ShopId, ids: &[PaymentId]) -> Vec<Payment>;
    fn pasts(shop: ShopId, of: &[Subject]) -> Vec<(Subject, Past)>;
    fn figures(shop: ShopId, figure: Figure, from: i64, to: i64) -> Vec<Row>;
    fn figure_days(shop: ShopId, figure: Figure, slice: &str, from: i64, to: i64) -> Vec<Row>;
    fn figures_by(shop: ShopId, figure: Figure, by: &str, from: i64, to: i64) -> Vec<Row>;
    fn figure_sum(shop: ShopId, figure: Figure, slice: &str, from: i64, to: i64) -> i64;
    fn last_figure(shop: ShopId, figure: Figure, slice: &str, until: i64) -> Option<Row>;
    fn standing(shop: ShopId) -> (Vec<Standing>, i64);
    fn server_days(shop: ShopId, since: Timestamp, most: u32) -> Vec<(Option<ServerId>, i64, i64)>;
    fn figure_slices(shop: ShopId, figure: Figure, from: i64, to: i64) -> Vec<Row>;
    fn server_traffic(shop: ShopId, since: Timestamp) -> Vec<ServerTraffic>;
    fn server_bytes(shop: ShopId, since: Timestamp) -> Vec<(ServerId, i64)>;
} {} }
delegate! { FigureWrites {
    fn add_figures(shop: ShopId, deltas: &[Delta]) -> ();
    fn set_figures(shop: ShopId, values: &[Delta]) -> ();
    fn save_past(shop: ShopId, of: Subject, past: &Past) -> ();
    fn save_figure_marks(shop: ShopId, marks: Marks) -> ();
    fn clear_figures(shop: ShopId) -> ();
    fn add_server_traffic(shop: ShopId, server: ServerId, at: Timestamp, bytes: i64) -> ();
    fn thin_server_traffic(shop: ShopId, before: Timestamp) -> ();
} {} }

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
delegate! { SupportReads {
    fn support_terms(shop: ShopId) -> Option<SupportTerms>;
    fn saved_answers(shop: ShopId) -> Vec<SavedAnswer>;
    fn tickets_since(shop: ShopId, since: Timestamp) -> Vec<Ticket>;
} {} }
delegate! { SupportWrites {
    fn save_support_terms(shop: ShopId, terms: &SupportTerms) -> ();
    fn save_answer_kept(answer: &SavedAnswer) -> ();
    fn delete_answer_kept(shop: ShopId, id: SavedAnswerId) -> bool;
    fn insert_letter(shop: ShopId, lookup: &Fingerprint, at: Timestamp) -> Inserted;
    fn delete_letters(before: Timestamp) -> u64;
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
