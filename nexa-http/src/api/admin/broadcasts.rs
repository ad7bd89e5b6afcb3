//! One message to many.

use super::super::{Answer, Area, Made, made, page};
use crate::{caller::SignedIn, once::once, problem::Said};
use nexa_core::backoffice::model::{BroadcastPage, BroadcastPreviewView, BroadcastRequest, BroadcastView};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};

/// See the module.
pub struct Broadcasts;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminBroadcasts")]
impl Broadcasts {
    /// Write a broadcast
    ///
    /// To be looked at with its preview, and then sent. It needs a text in the shop's language.
    #[oai(path = "/broadcasts", method = "post", operation_id = "adminDraftBroadcast", transform = "once")]
    async fn draft(
        &self,
        caller: SignedIn,
        /// Names this request, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
        body: Json<BroadcastRequest>,
    ) -> Result<Made<BroadcastView>, Said> {
        Ok(made(caller.office().draft_broadcast(body.0).await?))
    }

    /// List broadcasts
    ///
    /// Newest first.
    #[oai(path = "/broadcasts", method = "get", operation_id = "adminListBroadcasts")]
    async fn broadcasts(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<BroadcastPage> {
        Ok(Json(caller.office().broadcasts(page(cursor.0, limit.0)).await?))
    }

    /// See one broadcast
    ///
    /// With how far it is.
    #[oai(path = "/broadcasts/:broadcast_id", method = "get", operation_id = "adminGetBroadcast")]
    async fn broadcast(&self, caller: SignedIn, broadcast_id: Path<String>) -> Answer<BroadcastView> {
        Ok(Json(caller.office().broadcast(&broadcast_id.0).await?))
    }

    /// Preview a broadcast
    ///
    /// How many it would go to now, and what readers of each language would see.
    #[oai(path = "/broadcasts/:broadcast_id/preview", method = "get", operation_id = "adminPreviewBroadcast")]
    async fn preview(&self, caller: SignedIn, broadcast_id: Path<String>) -> Answer<BroadcastPreviewView> {
        Ok(Json(caller.office().preview_broadcast(&broadcast_id.0).await?))
    }

    /// Send a broadcast
    ///
    /// Once: a second time is refused with `already_decided`. Whoever cannot be reached is left out.
    #[oai(
        path = "/broadcasts/:broadcast_id/send",
        method = "post",
        operation_id = "adminSendBroadcast",
        transform = "once"
    )]
    async fn send(
        &self,
        caller: SignedIn,
        broadcast_id: Path<String>,
        /// Names this request; required, because everybody would read it twice.
        #[oai(name = "Idempotency-Key")]
        key: Header<String>,
    ) -> Answer<BroadcastView> {
        Ok(Json(caller.office().send_broadcast(&broadcast_id.0, key.0).await?))
    }

    /// Stop a broadcast
    ///
    /// At most the message that is under way is still sent.
    #[oai(path = "/broadcasts/:broadcast_id/stop", method = "post", operation_id = "adminStopBroadcast")]
    async fn stop(&self, caller: SignedIn, broadcast_id: Path<String>) -> Answer<BroadcastView> {
        Ok(Json(caller.office().stop_broadcast(&broadcast_id.0).await?))
    }

    /// Send a broadcast again to those for whom it failed
    ///
    /// Once it is done. Nobody who has it gets it again.
    #[oai(path = "/broadcasts/:broadcast_id/resend", method = "post", operation_id = "adminResendBroadcast")]
    async fn resend(&self, caller: SignedIn, broadcast_id: Path<String>) -> Answer<BroadcastView> {
        Ok(Json(caller.office().resend_failed(&broadcast_id.0).await?))
    }
}
