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
mod earnings;
mod examples;
mod gifts;
mod help;
mod invites;
mod moves;
mod orders;
mod payments;
mod picture;
mod plans;
mod sign_in;
mod strict;
mod subscriptions;
mod tally;
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
    /// What the shop explains, and says in its own words.
    Help,
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
    /// For the operator: resellers and their prices, and what this shop has of its own supplier.
    #[oai(rename = "Admin: resellers")]
    AdminResellers,
    /// For the operator: tickets to answer, and the chat that alerts go to.
    #[oai(rename = "Admin: tickets")]
    AdminTickets,
    /// For the operator: help articles, and texts of the shop's own.
    #[oai(rename = "Admin: help")]
    AdminHelp,
    /// For the operator: keys for programs.
    #[oai(rename = "Admin: keys")]
    AdminKeys,
    /// For the operator: the staff, and the record of what it did.
    #[oai(rename = "Admin: staff")]
    AdminStaff,
    /// For the operator: programs that are told what happens.
    #[oai(rename = "Admin: webhooks")]
    AdminWebhooks,
    /// For the operator: messages to many.
    #[oai(rename = "Admin: broadcasts")]
    AdminBroadcasts,
    /// For the operator: what the shop came to over time.
    #[oai(rename = "Admin: analytics")]
    AdminAnalytics,
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
        (invites::Invites, earnings::Earnings),
        gifts::Gifts,
        (moves::Moves, adoption::Adoption, help::Help),
    );
    let operators = (
        admin::shop::Shop,
        admin::links::Links,
        (admin::servers::Servers, admin::setting_up::SettingUp),
        admin::plans::Plans,
        admin::gateways::Gateways,
        admin::orders::Orders,
        (admin::receipts::Receipts, admin::deposits::Deposits, admin::reviews::Reviews),
        admin::users::Users,
        (admin::subscriptions::Subscriptions, admin::bulks::Bulks, admin::care::Care),
        (
            admin::growth::Growth,
            admin::affiliates::Affiliates,
            admin::coupons::Coupons,
            admin::resellers::Resellers,
        ),
        (admin::tickets::Tickets, admin::support::Support, admin::wording::Wording),
        (admin::keys::Keys, admin::staff::Staff, admin::audit::Audit),
        admin::books::Books,
        (
            admin::sales::Sales,
            admin::takings::Takings,
            admin::exports::Exports,
            admin::imports::Imports,
            admin::analytics::Analytics,
            admin::analytics::Tables,
        ),
        (admin::broadcasts::Broadcasts, admin::webhooks::Webhooks),
    );
    OpenApiService::new((customers, operators), "NexaVPN", document::promise::VERSION)
        .description(document::promise::ABOUT)
        .license(LicenseObject::new("MIT"))
        .server(crate::paths::API)
}
