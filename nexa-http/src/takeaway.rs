//! A list as a file, written while it is read: however long it is, only a slice of it is in memory.

use futures::{Stream, stream};
use nexa_core::{
    backoffice::{Backoffice, model::ExportRequest},
    error::Result,
};
use poem::Body;
use std::{io, sync::Arc};

/// The type of such a file.
pub const CSV: &str = "text/csv; charset=utf-8";

/// What a browser is to do with it: keep it under this name.
#[must_use]
pub fn kept_as(list: &str) -> String {
    format!("attachment; filename=\"{list}.csv\"")
}

/// The file of a list. What is refused is refused now; when reading fails later, the file ends torn, so that nobody takes
/// a part for the whole.
pub async fn file(office: Arc<dyn Backoffice>, list: &str, request: ExportRequest) -> Result<Body> {
    let first = office.export(list, request.clone()).await?;
    let rest = rest(office, list.to_owned(), request, first.next);
    let text = stream::once(async { Ok::<_, io::Error>(first.text.into_bytes()) });
    Ok(Body::from_bytes_stream(futures::StreamExt::chain(text, rest)))
}

fn rest(
    office: Arc<dyn Backoffice>,
    list: String,
    request: ExportRequest,
    next: Option<String>,
) -> impl Stream<Item = io::Result<Vec<u8>>> + Send {
    stream::try_unfold(next, move |next| {
        let (office, list, request) = (Arc::clone(&office), list.clone(), request.clone());
        async move {
            let Some(cursor) = next else { return Ok(None) };
            let wish = ExportRequest { cursor: Some(cursor), ..request };
            let slice = office.export(&list, wish).await.map_err(io::Error::other)?;
            Ok(Some((slice.text.into_bytes(), slice.next)))
        }
    })
}
