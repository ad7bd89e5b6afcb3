//! Resellers, as their supplier and as one of them.

use super::super::{Answer, Area, Made, made};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::backoffice::model::{
    AddResellerRequest, InvoiceView, NewResellerView, ResellerTermsRequest, ResellerView, SupplyView,
    TakeRequest, WholesaleListRequest, WholesaleListView,
};
use poem_openapi::{OpenApi, param::Path, payload::Json};

/// See the module.
pub struct Resellers;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminResellers")]
impl Resellers {
    /// List resellers
    ///
    /// Oldest first, with the credit, the sales and the wholesale turnover of each.
    #[oai(path = "/resellers", method = "get", operation_id = "adminListResellers")]
    async fn all(&self, caller: SignedIn) -> Answer<Vec<ResellerView>> {
        Ok(Json(caller.office().resellers().await?))
    }

    /// Make a shop for a reseller
    ///
    /// The link by which its operator comes in, and the account number of its account here, are shown this once.
    /// `name_taken` when a host leads to another shop, `still_in_use` when the user is a reseller's account already,
    /// `supplier_decides` when this shop is a reseller's reseller.
    #[oai(path = "/resellers", method = "post", operation_id = "adminAddReseller")]
    async fn add(
        &self,
        caller: SignedIn,
        body: Json<AddResellerRequest>,
    ) -> Result<Made<NewResellerView>, Said> {
        Ok(made(caller.office().add_reseller(body.0).await?))
    }

    /// Look at a reseller
    ///
    /// With its credit, its sales and its wholesale turnover.
    #[oai(path = "/resellers/:reseller_id", method = "get", operation_id = "adminGetReseller")]
    async fn one(&self, caller: SignedIn, reseller_id: Path<String>) -> Answer<ResellerView> {
        Ok(Json(caller.office().reseller(&reseller_id.0).await?))
    }

    /// Make a new link for whoever runs a reseller's shop
    ///
    /// The one before is dead, and the new one is shown this once. `already_decided` when somebody came in by one.
    #[oai(path = "/resellers/:reseller_id/claim", method = "post", operation_id = "adminRenewResellerLink")]
    async fn renew_link(&self, caller: SignedIn, reseller_id: Path<String>) -> Answer<NewResellerView> {
        Ok(Json(caller.office().renew_reseller_link(&reseller_id.0).await?))
    }

    /// Change what is agreed with a reseller
    ///
    /// For sales from now on; everything that is left out is taken away.
    #[oai(path = "/resellers/:reseller_id/terms", method = "put", operation_id = "adminSetResellerTerms")]
    async fn change(
        &self,
        caller: SignedIn,
        reseller_id: Path<String>,
        body: Json<ResellerTermsRequest>,
    ) -> Answer<ResellerView> {
        Ok(Json(caller.office().update_reseller(&reseller_id.0, body.0).await?))
    }

    /// Suspend a reseller
    ///
    /// It sells and renews nothing; what was sold goes on.
    #[oai(path = "/resellers/:reseller_id/suspend", method = "post", operation_id = "adminSuspendReseller")]
    async fn suspend(&self, caller: SignedIn, reseller_id: Path<String>) -> Answer<ResellerView> {
        Ok(Json(caller.office().suspend_reseller(&reseller_id.0).await?))
    }

    /// Let a reseller sell again
    ///
    /// What waited for it is bought now, oldest first.
    #[oai(path = "/resellers/:reseller_id/resume", method = "post", operation_id = "adminResumeReseller")]
    async fn resume(&self, caller: SignedIn, reseller_id: Path<String>) -> Answer<ResellerView> {
        Ok(Json(caller.office().resume_reseller(&reseller_id.0).await?))
    }

    /// List wholesale prices
    ///
    /// Each list with its prices, and in how many days after a sale taking it back gives them back.
    #[oai(path = "/wholesale", method = "get", operation_id = "adminListWholesale")]
    async fn lists(&self, caller: SignedIn) -> Answer<Vec<WholesaleListView>> {
        Ok(Json(caller.office().wholesale_lists().await?))
    }

    /// Add a list of wholesale prices
    ///
    /// `amount_out_of_range` for a price below zero, and for one of 0 that is not said to be `free`.
    #[oai(path = "/wholesale", method = "post", operation_id = "adminAddWholesale")]
    async fn add_list(
        &self,
        caller: SignedIn,
        body: Json<WholesaleListRequest>,
    ) -> Result<Made<WholesaleListView>, Said> {
        Ok(made(caller.office().add_wholesale_list(body.0).await?))
    }

    /// Change a list of wholesale prices
    ///
    /// For sales from now on; the whole list is replaced.
    #[oai(path = "/wholesale/:list_id", method = "put", operation_id = "adminSetWholesale")]
    async fn change_list(
        &self,
        caller: SignedIn,
        list_id: Path<String>,
        body: Json<WholesaleListRequest>,
    ) -> Answer<WholesaleListView> {
        Ok(Json(caller.office().update_wholesale_list(&list_id.0, body.0).await?))
    }

    /// List a reseller's invoices
    ///
    /// Oldest first: what a postpaid reseller was asked for at the end of each month. Money that comes into its wallet
    /// pays the oldest first.
    #[oai(path = "/resellers/:reseller_id/invoices", method = "get", operation_id = "adminListInvoices")]
    async fn invoices(&self, caller: SignedIn, reseller_id: Path<String>) -> Answer<Vec<InvoiceView>> {
        Ok(Json(caller.office().invoices(&reseller_id.0).await?))
    }

    /// Look at an invoice
    ///
    /// One of a reseller, or one that this shop has of its supplier.
    #[oai(path = "/invoices/:invoice_id", method = "get", operation_id = "adminGetInvoice")]
    async fn invoice(&self, caller: SignedIn, invoice_id: Path<String>) -> Answer<InvoiceView> {
        Ok(Json(caller.office().invoice(&invoice_id.0).await?))
    }

    /// List the invoices of the supplier
    ///
    /// Oldest first. `not_found` for a shop without a supplier.
    #[oai(path = "/supply/invoices", method = "get", operation_id = "adminListOwnInvoices")]
    async fn own_invoices(&self, caller: SignedIn) -> Answer<Vec<InvoiceView>> {
        Ok(Json(caller.office().own_invoices().await?))
    }

    /// See what the supplier sells this shop
    ///
    /// With its wholesale prices and this shop's credit. `not_found` for a shop without a supplier.
    #[oai(path = "/supply", method = "get", operation_id = "adminGetSupply")]
    async fn supply(&self, caller: SignedIn) -> Answer<SupplyView> {
        Ok(Json(caller.office().supply().await?))
    }

    /// Sell a plan or pack of the supplier
    ///
    /// Makes a plan or pack of this shop that gives what the supplier's gives. `below_floor` for a price below what was
    /// agreed; `no_fresh_rate` when the price is in another currency and there is no rate to compare by.
    #[oai(path = "/supply/wares", method = "post", operation_id = "adminTakeWare")]
    async fn take(&self, caller: SignedIn, body: Json<TakeRequest>) -> Result<Made<SupplyView>, Said> {
        Ok(made(caller.office().take(body.0).await?))
    }
}
