//! Receipts to decide on.

use super::super::{Answer, Area, page};
use crate::{caller::SignedIn, once::once, problem::Said};
use nexa_core::{
    backoffice::model::{AcceptRequest, OperatorReceiptView, RejectRequest},
    storefront::model::OrderView,
};
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Header, Path, Query},
    payload::{Binary, Json},
};

/// See the module.
pub struct Receipts;

/// A picture that is saved, never shown by the browser itself: it came from a stranger.
#[derive(ApiResponse)]
pub enum Picture {
    /// The picture.
    #[oai(status = 200, content_type = "image/jpeg")]
    Jpeg(
        Binary<Vec<u8>>,
        /// To be saved as a file.
        #[oai(header = "Content-Disposition")]
        String,
        /// It may do nothing.
        #[oai(header = "Content-Security-Policy")]
        String,
    ),
}

impl Picture {
    /// A picture to be saved under this name.
    #[must_use]
    pub fn saved_as(name: &str, bytes: Vec<u8>) -> Self {
        let name = format!("attachment; filename=\"{name}\"");
        Self::Jpeg(Binary(bytes), name, "default-src 'none'; sandbox".to_owned())
    }
}

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminReceipts")]
impl Receipts {
    /// List receipts that await a decision
    ///
    /// Oldest first.
    #[oai(path = "/receipts", method = "get", operation_id = "adminListReceipts")]
    async fn receipts(
        &self,
        caller: SignedIn,
        /// The id of the last receipt of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<Vec<OperatorReceiptView>> {
        Ok(Json(caller.office().receipts(page(cursor.0, limit.0)).await?))
    }

    /// Download the picture of a receipt
    ///
    /// The picture as the customer handed it in, but without what cameras write into it.
    #[oai(path = "/receipts/:receipt_id/picture", method = "get", operation_id = "adminReceiptPicture")]
    async fn picture(&self, caller: SignedIn, receipt_id: Path<String>) -> Result<Picture, Said> {
        let bytes = caller.office().receipt_picture(&receipt_id.0).await?;
        Ok(Picture::saved_as("receipt.jpg", bytes))
    }

    /// Accept a receipt
    ///
    /// The money is there: settles the payment with the amount that really arrived. Decided once; a second decision is
    /// refused with `already_decided`.
    #[oai(
        path = "/receipts/:receipt_id/accept",
        method = "post",
        operation_id = "adminAcceptReceipt",
        transform = "once"
    )]
    async fn accept(
        &self,
        caller: SignedIn,
        receipt_id: Path<String>,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
        body: Json<AcceptRequest>,
    ) -> Answer<OrderView> {
        Ok(Json(caller.office().accept_receipt(&receipt_id.0, body.0).await?))
    }

    /// Reject a receipt
    ///
    /// The customer is told the reason and may hand in another. `version` is that of the receipt that was looked at.
    #[oai(path = "/receipts/:receipt_id/reject", method = "post", operation_id = "adminRejectReceipt")]
    async fn reject(
        &self,
        caller: SignedIn,
        receipt_id: Path<String>,
        body: Json<RejectRequest>,
    ) -> Answer<OperatorReceiptView> {
        Ok(Json(caller.office().reject_receipt(&receipt_id.0, body.0).await?))
    }
}
