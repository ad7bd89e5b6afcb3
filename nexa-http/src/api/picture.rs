//! Pictures that are handed in: receipts, and what a ticket is about.

use super::tally;
use crate::{limits::Gate, paths, problem::Said};
use nexa_core::domain::refusal::Refusal;
use poem::Request;
use poem_openapi::types::multipart::Upload;

/// Reads an uploaded picture, and counts it as one of those that this address may hand in.
pub async fn read(request: &Request, upload: Upload) -> Result<Vec<u8>, Said> {
    tally::count(request, Gate::Receipt).await?;
    let picture = upload.into_vec().await.map_err(|_| Refusal::BadPicture)?;
    if picture.len() > paths::PICTURE_LIMIT {
        let limit = u32::try_from(paths::PICTURE_LIMIT).unwrap_or(u32::MAX);
        return Err(Refusal::TooLarge { limit }.into());
    }
    Ok(picture)
}
