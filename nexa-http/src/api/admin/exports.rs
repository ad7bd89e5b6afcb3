//! Lists to take along, and the books line by line.

use super::super::{Answer, Area, page};
use crate::{caller::SignedIn, problem::Said, takeaway};
use nexa_core::backoffice::model::{ExportRequest, JournalPage};
use poem::Body;
use poem_openapi::{
    ApiResponse, OpenApi,
    param::Query,
    payload::{Binary, Json},
};

/// See the module.
pub struct Exports;

/// A list as a file.
#[derive(ApiResponse)]
pub enum ListFile {
    /// The list, with the stable names of its columns in the first line.
    #[oai(status = 200, content_type = "text/csv")]
    Csv(
        Binary<Body>,
        /// To be saved as a file.
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

async fn file(caller: &SignedIn, list: &str, request: ExportRequest) -> Result<ListFile, Said> {
    let body = takeaway::file(caller.office(), list, request).await?;
    Ok(ListFile::Csv(Binary(body), takeaway::kept_as(list)))
}

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminBooks")]
impl Exports {
    /// Download all users
    ///
    /// CSV, newest first, in UTF-8 with a byte order mark. E-mail addresses and Telegram ids are mostly hidden. In no list
    /// does anything that somebody typed begin a formula: an apostrophe stands before it. Needs the permission `reports`,
    /// as every list does; without it the answer is `not_allowed`.
    #[oai(path = "/exports/users.csv", method = "get", operation_id = "adminExportUsers")]
    async fn users(&self, caller: SignedIn) -> Result<ListFile, Said> {
        file(&caller, "users", ExportRequest::default()).await
    }

    /// Download all orders
    ///
    /// CSV, newest first; see the list of users.
    #[oai(path = "/exports/orders.csv", method = "get", operation_id = "adminExportOrders")]
    async fn orders(&self, caller: SignedIn) -> Result<ListFile, Said> {
        file(&caller, "orders", ExportRequest::default()).await
    }

    /// Download all withdrawals
    ///
    /// CSV, newest first: commission money that was wanted out of the shop, without where to; see the list of users.
    #[oai(path = "/exports/withdrawals.csv", method = "get", operation_id = "adminExportWithdrawals")]
    async fn withdrawals(&self, caller: SignedIn) -> Result<ListFile, Said> {
        file(&caller, "withdrawals", ExportRequest::default()).await
    }

    /// Download customers' own coupons
    ///
    /// CSV, newest first: codes that were given to one customer each; see the list of users.
    #[oai(path = "/exports/coupons.csv", method = "get", operation_id = "adminExportCoupons")]
    async fn coupons(&self, caller: SignedIn) -> Result<ListFile, Said> {
        file(&caller, "coupons", ExportRequest::default()).await
    }

    /// Download all payments
    ///
    /// CSV, newest first: every try to pay an order, paid or not; see the list of users.
    #[oai(path = "/exports/payments.csv", method = "get", operation_id = "adminExportPayments")]
    async fn payments(&self, caller: SignedIn) -> Result<ListFile, Said> {
        file(&caller, "payments", ExportRequest::default()).await
    }

    /// Download the books
    ///
    /// CSV, newest first, a line for each entry; the amounts sum to zero per journal and currency. See the list of users.
    #[oai(path = "/exports/ledger.csv", method = "get", operation_id = "adminExportLedger")]
    async fn ledger_file(&self, caller: SignedIn) -> Result<ListFile, Said> {
        file(&caller, "ledger", ExportRequest::default()).await
    }

    /// Download all subscriptions
    ///
    /// CSV, newest first; see the list of users.
    #[oai(path = "/exports/subscriptions.csv", method = "get", operation_id = "adminExportSubscriptions")]
    async fn subscriptions(&self, caller: SignedIn) -> Result<ListFile, Said> {
        file(&caller, "subscriptions", ExportRequest::default()).await
    }

    /// Download what was sold, day by day
    ///
    /// CSV, the first day first; at most ten years. `bad_input` for what is no day. See the list of users.
    #[oai(path = "/exports/sales.csv", method = "get", operation_id = "adminExportSales")]
    async fn sales(
        &self,
        caller: SignedIn,
        /// The first day, e.g. `2026-11-27`; ninety days before the last one when not given.
        from: Query<Option<String>>,
        /// The last day; today when not given.
        to: Query<Option<String>>,
    ) -> Result<ListFile, Said> {
        file(&caller, "sales", ExportRequest { from: from.0, to: to.0, ..ExportRequest::default() }).await
    }

    /// List the books, journal by journal
    ///
    /// Newest first, each with all of its lines, which sum to zero per currency. Needs the permission `reports`.
    #[oai(path = "/ledger", method = "get", operation_id = "adminLedger")]
    async fn ledger(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many journals, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<JournalPage> {
        Ok(Json(caller.office().ledger(page(cursor.0, limit.0)).await?))
    }
}
