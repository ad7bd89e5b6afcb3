//! The API under `/v1`: each operation takes its arguments, calls a driving port and hands the answer on.
//!
//! Nothing is decided here. Errors become problem documents in [`crate::problem`].

mod account;
pub mod admin;
mod adoption;
mod allow;
mod coupons;
mod devices;
pub mod document;
mod examples;
mod gifts;
mod invites;
mod moves;
mod orders;
mod payments;
mod picture;
mod plans;
mod sign_in;
mod subscriptions;
mod tickets;

pub use allow::Told;

use crate::problem::Said;
use nexa_core::storefront::model::PageRequest;
use poem_openapi::{ApiResponse, LicenseObject, OpenApi, OpenApiService, Tags, payload::Json, types::ToJSON};

/// An answer in JSON, or a problem.
pub type Answer<T> = Result<Json<T>, Said>;

/// Areas of the API.
#[derive(Tags)]
pub enum Area {
    /// Making an account and opening a session.
    #[oai(rename = "Sign in")]
    SignIn,
    /// My sessions.
    Sessions,
    /// The ways into my account.
    Identities,
    /// Signing in with what unlocks the own device.
    Passkeys,
    /// Codes of an authenticator app.
    #[oai(rename = "Second factor")]
    SecondFactor,
    /// Taking my data along, and leaving.
    Data,
    /// What is on sale, and how to pay.
    Plans,
    /// Buying.
    Orders,
    /// Payments and receipts.
    Payments,
    /// What was bought, and its link.
    Subscriptions,
    /// Asking the shop something.
    Tickets,
    /// Wallet and notices.
    Account,
    /// Plans for somebody else.
    Gifts,
    /// Customers who bring customers.
    Invites,
    /// For the operator: the shop itself.
    #[oai(rename = "Admin: shop")]
    AdminShop,
    /// For the operator: what holds for customers' links.
    #[oai(rename = "Admin: links")]
    AdminLinks,
    /// For the operator: servers and their groups.
    #[oai(rename = "Admin: servers")]
    AdminServers,
    /// For the operator: plans.
    #[oai(rename = "Admin: plans")]
    AdminPlans,
    /// For the operator: gateways and rates.
    #[oai(rename = "Admin: gateways")]
    AdminGateways,
    /// For the operator: orders and refunds.
    #[oai(rename = "Admin: orders")]
    AdminOrders,
    /// For the operator: receipts to decide on.
    #[oai(rename = "Admin: receipts")]
    AdminReceipts,
    /// For the operator: users and wallets.
    #[oai(rename = "Admin: users")]
    AdminUsers,
    /// For the operator: subscriptions.
    #[oai(rename = "Admin: subscriptions")]
    AdminSubscriptions,
    /// For the operator: invitations, campaigns and coupons.
    #[oai(rename = "Admin: growth")]
    AdminGrowth,
    /// For the operator: tickets to answer, and the chat that alerts go to.
    #[oai(rename = "Admin: tickets")]
    AdminTickets,
    /// For the operator: keys for programs.
    #[oai(rename = "Admin: keys")]
    AdminKeys,
    /// For the operator: messages to many.
    #[oai(rename = "Admin: broadcasts")]
    AdminBroadcasts,
    /// For the operator: the books and stuck jobs.
    #[oai(rename = "Admin: books")]
    AdminBooks,
}

/// Something was made.
#[derive(ApiResponse)]
pub enum Made<T: ToJSON> {
    /// It was made.
    #[oai(status = 201)]
    Made(Json<T>),
}

/// It was done, and there is nothing more to say.
#[derive(ApiResponse)]
pub enum Done {
    /// Done.
    #[oai(status = 204)]
    Done,
}

fn made<T: ToJSON>(value: T) -> Made<T> {
    Made::Made(Json(value))
}

fn page(cursor: Option<String>, limit: Option<u32>) -> PageRequest {
    PageRequest { cursor, limit }
}

const ABOUT: &str = "Sell VPN access from your own program: accounts, plans, orders, payments, subscriptions.

**Signing in.** Send `Authorization: Bearer <token>`: a session from `POST /v1/sessions`, or an API key that the \
operator made with `POST /v1/admin/keys`. A sign-in of an account with a second factor answers 422 with the code \
`second_factor_needed` as long as `second_factor` is missing; nothing of the first proof is used up by that. What changes \
how one comes into an account answers `prove_again` when the session did not prove lately who holds it: see \
`POST /v1/sessions/current/proof`.

**Errors** are `application/problem+json`. Program against `code`; `title` and `detail` are in the language of \
`Accept-Language` and fit to be shown.

**Repeating.** Requests that cost or move money take an `Idempotency-Key`: the same key with the same request is done \
once, and the first answer comes again, with `Idempotent-Replay: true`. Only successes are kept; after a refusal the key \
may try again.

**Lists** come in slices: give the `next` of one answer as the `cursor` of the following request.

**Units.** Money is in whole minor units, traffic in bytes, moments are RFC 3339 in UTC. Unknown fields are refused.";

/// The API and its document.
#[must_use]
pub fn service() -> OpenApiService<impl OpenApi + 'static, ()> {
    let customers = (
        sign_in::SignIn,
        plans::Plans,
        // A tuple holds sixteen at most.
        (orders::Orders, coupons::Coupons),
        payments::Payments,
        subscriptions::Subscriptions,
        devices::Devices,
        tickets::Tickets,
        account::Account,
        account::Sessions,
        account::Identities,
        account::Passkeys,
        account::SecondFactor,
        account::Data,
        invites::Invites,
        gifts::Gifts,
        (moves::Moves, adoption::Adoption),
    );
    let operators = (
        admin::shop::Shop,
        admin::links::Links,
        admin::servers::Servers,
        admin::plans::Plans,
        admin::gateways::Gateways,
        admin::orders::Orders,
        (admin::receipts::Receipts, admin::deposits::Deposits, admin::reviews::Reviews),
        admin::users::Users,
        admin::subscriptions::Subscriptions,
        (admin::growth::Growth, admin::coupons::Coupons),
        admin::tickets::Tickets,
        admin::keys::Keys,
        admin::books::Books,
        (admin::sales::Sales, admin::takings::Takings),
        admin::broadcasts::Broadcasts,
    );
    OpenApiService::new((customers, operators), "NexaVPN", env!("CARGO_PKG_VERSION"))
        .description(ABOUT)
        .license(LicenseObject::new("MIT"))
        .server(crate::paths::API)
}
