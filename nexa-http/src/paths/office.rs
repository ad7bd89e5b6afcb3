//! Addresses of the office.

/// The office of those who run the shop: today, and what waits.
pub const OFFICE: &str = "/office";
/// What has not come to an end by itself.
pub const OFFICE_UNRESOLVED: &str = "/office/unresolved";
/// Receipts that wait for a decision.
pub const OFFICE_RECEIPTS: &str = "/office/receipts";
/// The picture of one.
pub const OFFICE_RECEIPT_PICTURE: &str = "/office/receipts/:receipt/picture";
/// Payments that contradict the records.
pub const OFFICE_REVIEWS: &str = "/office/reviews";
/// Money that came without saying for which payment.
pub const OFFICE_DEPOSITS: &str = "/office/deposits";
/// Orders.
pub const OFFICE_ORDERS: &str = "/office/orders";
/// One order, and what became of it.
pub const OFFICE_ORDER: &str = "/office/orders/:order";
/// Something done with it.
pub const OFFICE_ORDER_STEP: &str = "/office/orders/:order/:step";
/// Customers.
pub const OFFICE_USERS: &str = "/office/users";
/// One of them, with all that there is of them.
pub const OFFICE_USER: &str = "/office/users/:user";
/// Something done to one.
pub const OFFICE_USER_STEP: &str = "/office/users/:user/:step";
/// One subscription.
pub const OFFICE_SUBSCRIPTION: &str = "/office/subscriptions/:subscription";
/// Something done to it.
pub const OFFICE_SUBSCRIPTION_STEP: &str = "/office/subscriptions/:subscription/:step";
/// What customers ask.
pub const OFFICE_TICKETS: &str = "/office/tickets";
/// One conversation.
pub const OFFICE_TICKET: &str = "/office/tickets/:ticket";
/// A picture in it.
pub const OFFICE_TICKET_PICTURE: &str = "/office/tickets/:ticket/pictures/:message";
/// Something done in it.
pub const OFFICE_TICKET_STEP: &str = "/office/tickets/:ticket/:step";
/// What those who ask are promised, and answers that are kept.
pub const OFFICE_SUPPORT: &str = "/office/support";
/// What came in on a day, beside the providers' lists.
pub const OFFICE_TAKINGS: &str = "/office/takings";
/// Resellers.
pub const OFFICE_RESELLERS: &str = "/office/resellers";
/// One of them.
pub const OFFICE_RESELLER: &str = "/office/resellers/:reseller";
/// Something done about one.
pub const OFFICE_RESELLER_STEP: &str = "/office/resellers/:reseller/:step";
/// What resellers pay.
pub const OFFICE_WHOLESALE: &str = "/office/wholesale";
/// An invoice of a reseller, or of the shop itself.
pub const OFFICE_INVOICE: &str = "/office/invoices/:invoice";
/// The same as PDF, where it can be one.
pub const OFFICE_INVOICE_PDF: &str = "/office/invoices/:invoice/invoice.pdf";
/// What the shop has of its own supplier.
pub const OFFICE_SUPPLY: &str = "/office/supply";
/// Messages to many.
pub const OFFICE_BROADCASTS: &str = "/office/broadcasts";
/// One of them.
pub const OFFICE_BROADCAST: &str = "/office/broadcasts/:broadcast";
/// Something done with it.
pub const OFFICE_BROADCAST_STEP: &str = "/office/broadcasts/:broadcast/:step";
/// One change of many subscriptions.
pub const OFFICE_BULKS: &str = "/office/bulks";
/// Programs that are told what happens.
pub const OFFICE_WEBHOOKS: &str = "/office/webhooks";
/// One of them.
pub const OFFICE_WEBHOOK: &str = "/office/webhooks/:webhook";
/// Something done with it.
pub const OFFICE_WEBHOOK_STEP: &str = "/office/webhooks/:webhook/:step";
/// What holds for the whole shop.
pub const OFFICE_SETTINGS: &str = "/office/settings";
/// What its pages would look like in a colour.
pub const OFFICE_LOOK: &str = "/office/settings/look.svg";
/// What holds for its links.
pub const OFFICE_SETTINGS_LINKS: &str = "/office/settings/links";
/// Its bot, and alerts.
pub const OFFICE_SETTINGS_BOT: &str = "/office/settings/bot";
/// Invitations and campaigns.
pub const OFFICE_SETTINGS_GROWTH: &str = "/office/settings/growth";
/// Texts in its own words.
pub const OFFICE_SETTINGS_TEXTS: &str = "/office/settings/texts";
/// The help that customers read.
pub const OFFICE_ARTICLES: &str = "/office/articles";
/// One article of it, to be written.
pub const OFFICE_ARTICLE: &str = "/office/articles/edit";
/// Moving over from another panel or bot.
pub const OFFICE_IMPORT: &str = "/office/import";
/// Those who bring customers.
pub const OFFICE_AFFILIATES: &str = "/office/affiliates";
/// Lists to take along.
pub const OFFICE_EXPORTS: &str = "/office/exports";
/// One of them.
pub const OFFICE_EXPORT: &str = "/office/exports/:list";
/// What the shop came to over time.
pub const OFFICE_ANALYTICS: &str = "/office/analytics";
/// What is to be done before the first sale.
pub const OFFICE_SETUP: &str = "/office/setup";
/// Where one shows who one is, in a window of its own.
pub const OFFICE_PROOF: &str = "/office/proof";
/// Plans and packs.
pub const OFFICE_PLANS: &str = "/office/plans";
/// A new plan.
pub const OFFICE_PLAN_NEW: &str = "/office/plans/new";
/// One plan.
pub const OFFICE_PLAN: &str = "/office/plans/:plan";
/// What is done with it.
pub const OFFICE_PLAN_STEP: &str = "/office/plans/:plan/:step";
/// A new pack.
pub const OFFICE_PACK_NEW: &str = "/office/packs/new";
/// One pack.
pub const OFFICE_PACK: &str = "/office/packs/:pack";
/// What is done with it.
pub const OFFICE_PACK_STEP: &str = "/office/packs/:pack/:step";
/// Server groups.
pub const OFFICE_GROUPS: &str = "/office/groups";
/// One group.
pub const OFFICE_GROUP: &str = "/office/groups/:group";
/// What is done with it.
pub const OFFICE_GROUP_STEP: &str = "/office/groups/:group/:step";
/// Servers.
pub const OFFICE_SERVERS: &str = "/office/servers";
/// A new server.
pub const OFFICE_SERVER_NEW: &str = "/office/servers/new";
/// One server.
pub const OFFICE_SERVER: &str = "/office/servers/:server";
/// What is done with it.
pub const OFFICE_SERVER_STEP: &str = "/office/servers/:server/:step";
/// Ways to be paid.
pub const OFFICE_GATEWAYS: &str = "/office/gateways";
/// A new one.
pub const OFFICE_GATEWAY_NEW: &str = "/office/gateways/new";
/// One of them.
pub const OFFICE_GATEWAY: &str = "/office/gateways/:gateway";
/// What is done with it.
pub const OFFICE_GATEWAY_STEP: &str = "/office/gateways/:gateway/:step";
/// What assets are worth.
pub const OFFICE_RATES: &str = "/office/rates";
/// Coupons.
pub const OFFICE_COUPONS: &str = "/office/coupons";
/// A new coupon.
pub const OFFICE_COUPON_NEW: &str = "/office/coupons/new";
/// One coupon.
pub const OFFICE_COUPON: &str = "/office/coupons/:coupon";
/// What is done with it.
pub const OFFICE_COUPON_STEP: &str = "/office/coupons/:coupon/:step";
/// The staff.
pub const OFFICE_STAFF: &str = "/office/staff";
/// A step about one of the staff.
pub const OFFICE_STAFF_STEP: &str = "/office/staff/:member/:step";
/// The record of what the staff did.
pub const OFFICE_AUDIT: &str = "/office/audit";

/// An order's page in the office.
#[must_use]
pub fn office_order(id: &str) -> String {
    OFFICE_ORDER.replace(":order", id)
}

/// A user's page in the office.
#[must_use]
pub fn office_user(id: &str) -> String {
    OFFICE_USER.replace(":user", id)
}

/// A subscription's page in the office.
#[must_use]
pub fn office_subscription(id: &str) -> String {
    OFFICE_SUBSCRIPTION.replace(":subscription", id)
}

/// A message's page in the office.
#[must_use]
pub fn office_broadcast(id: &str) -> String {
    OFFICE_BROADCAST.replace(":broadcast", id)
}

/// A conversation's page in the office.
#[must_use]
pub fn office_ticket(id: &str) -> String {
    OFFICE_TICKET.replace(":ticket", id)
}

/// A reseller's page in the office.
#[must_use]
pub fn office_reseller(id: &str) -> String {
    OFFICE_RESELLER.replace(":reseller", id)
}

/// Whether a path is in the office.
#[must_use]
pub fn is_office(path: &str) -> bool {
    path.strip_prefix(OFFICE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether an address of the office takes forms, by its parts behind the first.
pub(super) fn office_takes_forms(parts: &[&str]) -> bool {
    matches!(
        *parts,
        ["users"
            | "receipts"
            | "reviews"
            | "deposits"
            | "resellers"
            | "wholesale"
            | "supply"
            | "settings"
            | "broadcasts"
            | "bulks"
            | "support"
            | "articles"
            | "groups"
            | "rates"
            | "affiliates"
            | "staff"
            | "webhooks"
            | "import",]
            | ["settings", "links" | "bot" | "growth" | "texts"]
            | ["articles", "edit"]
            | ["plans" | "packs" | "servers" | "gateways" | "coupons", "new"]
            | [
                "tickets"
                    | "orders"
                    | "users"
                    | "subscriptions"
                    | "resellers"
                    | "broadcasts"
                    | "staff"
                    | "plans"
                    | "packs"
                    | "groups"
                    | "servers"
                    | "gateways"
                    | "coupons"
                    | "webhooks",
                _,
                _,
            ]
    )
}

/// A plan's page in the office.
#[must_use]
pub fn office_plan(id: &str) -> String {
    OFFICE_PLAN.replace(":plan", id)
}

/// A group's page in the office.
#[must_use]
pub fn office_group(id: &str) -> String {
    OFFICE_GROUP.replace(":group", id)
}

/// A server's page in the office.
#[must_use]
pub fn office_server(id: &str) -> String {
    OFFICE_SERVER.replace(":server", id)
}

/// A gateway's page in the office.
#[must_use]
pub fn office_gateway(id: &str) -> String {
    OFFICE_GATEWAY.replace(":gateway", id)
}

/// A coupon's page in the office.
#[must_use]
pub fn office_coupon(id: &str) -> String {
    OFFICE_COUPON.replace(":coupon", id)
}

/// A webhook's page in the office.
#[must_use]
pub fn office_webhook(id: &str) -> String {
    OFFICE_WEBHOOK.replace(":webhook", id)
}
