//! One change of many subscriptions.

use super::super::{Answer, Area, Made, made, page};
use crate::{caller::SignedIn, once::once, problem::Said};
use nexa_core::backoffice::model::{BulkPage, BulkPreviewView, BulkRequest, BulkView};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};

/// See the module.
pub struct Bulks;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminSubscriptions")]
impl Bulks {
    /// Preview a change of many subscriptions
    ///
    /// How many it would be now, and the first ten. Nothing is changed. Needs the permission `serve_customers`, as all of
    /// these do; without it the answer is `not_allowed`.
    #[oai(path = "/bulks/preview", method = "post", operation_id = "adminPreviewBulk")]
    async fn preview(&self, caller: SignedIn, body: Json<BulkRequest>) -> Answer<BulkPreviewView> {
        Ok(Json(caller.office().preview_bulk(body.0).await?))
    }

    /// Change many subscriptions
    ///
    /// Give the `count` of the preview: when more than two in a hundred have come to it, the answer is `selection_grew` and
    /// nothing is changed. It goes on by itself from then on; what cannot be changed is left as it is and counted.
    #[oai(path = "/bulks", method = "post", operation_id = "adminBeginBulk", transform = "once")]
    async fn begin(
        &self,
        caller: SignedIn,
        /// Names this request; required, because everything would be given twice.
        #[oai(name = "Idempotency-Key")]
        key: Header<String>,
        body: Json<BulkRequest>,
    ) -> Result<Made<BulkView>, Said> {
        Ok(made(caller.office().begin_bulk(body.0, key.0).await?))
    }

    /// List changes of many subscriptions
    ///
    /// Newest first.
    #[oai(path = "/bulks", method = "get", operation_id = "adminListBulks")]
    async fn bulks(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<BulkPage> {
        Ok(Json(caller.office().bulks(page(cursor.0, limit.0)).await?))
    }

    /// See one change of many subscriptions
    ///
    /// With how far it is.
    #[oai(path = "/bulks/:bulk_id", method = "get", operation_id = "adminGetBulk")]
    async fn bulk(&self, caller: SignedIn, bulk_id: Path<String>) -> Answer<BulkView> {
        Ok(Json(caller.office().bulk(&bulk_id.0).await?))
    }

    /// Stop a change of many subscriptions
    ///
    /// Nothing more is changed; what was changed stays so. `already_decided` when it is over.
    #[oai(path = "/bulks/:bulk_id/stop", method = "post", operation_id = "adminStopBulk")]
    async fn stop(&self, caller: SignedIn, bulk_id: Path<String>) -> Answer<BulkView> {
        Ok(Json(caller.office().stop_bulk(&bulk_id.0).await?))
    }
}
