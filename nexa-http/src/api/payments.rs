//! Receipts for card payments.

use super::{Area, Made, made};
use crate::{
    caller::{SignedIn, desk_of},
    limits::Gate,
    paths,
    problem::Said,
};
use nexa_core::{domain::refusal::Refusal, storefront::model::ReceiptView};
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
        let desk = desk_of(request)?;
        desk.limits.take(Gate::Receipt, desk.client(request))?;
        let picture = form.picture.into_vec().await.map_err(|_| Refusal::BadPicture)?;
        if picture.len() > paths::PICTURE_LIMIT {
            let limit = u32::try_from(paths::PICTURE_LIMIT).unwrap_or(u32::MAX);
            return Err(Refusal::TooLarge { limit }.into());
        }
        let note = form.note.unwrap_or_default();
        Ok(made(caller.store().upload_receipt(&payment_id.0, picture, note).await?))
    }
}
