//! Receipts for card payments.

use super::{Area, Made, made, picture};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::storefront::model::ReceiptView;
use poem::Request;
use poem_openapi::{Multipart, OpenApi, param::Path, types::multipart::Upload};

pub struct Payments;

/// The picture of a bank receipt.
#[derive(Multipart)]
struct ReceiptForm {
    /// JPEG, PNG or WebP, at most 5 MiB.
    picture: Upload,
    /// What the customer wants to say, e.g. the tracking number.
    note: Option<String>,
}

#[OpenApi(tag = "Area::Payments")]
impl Payments {
    /// Hand in a receipt
    ///
    /// For a payment by card transfer. Only the picture's pixels are kept: place and camera are dropped.
    #[oai(path = "/payments/:payment_id/receipts", method = "post", operation_id = "uploadReceipt")]
    async fn upload(
        &self,
        caller: SignedIn,
        payment_id: Path<String>,
        request: &Request,
        form: ReceiptForm,
    ) -> Result<Made<ReceiptView>, Said> {
        let picture = picture::read(request, form.picture).await?;
        let note = form.note.unwrap_or_default();
        Ok(made(caller.store().upload_receipt(&payment_id.0, picture, note).await?))
    }
}
