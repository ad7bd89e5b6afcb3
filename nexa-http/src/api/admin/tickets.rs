//! Tickets to answer, and the chat that alerts go to.

use super::{
    super::{Answer, Area, Done, page},
    receipts::Picture,
};
use crate::{caller::SignedIn, once::once, problem::Said};
use nexa_core::backoffice::model::{
    AlertSettingsView, AnswerTicketRequest, OperatorTicketPage, OperatorTicketView,
};
use poem_openapi::{
    Object, OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};

/// See the module.
pub struct Tickets;

/// Where alerts go.
#[derive(Object)]
struct AlertsView {
    /// The chat; null where alerts are off.
    alerts: Option<AlertSettingsView>,
}

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminTickets")]
impl Tickets {
    /// List tickets
    ///
    /// Those that wait for an answer, whoever waits longest first; with a state all in it, newest first.
    #[oai(path = "/tickets", method = "get", operation_id = "adminListTickets")]
    async fn tickets(
        &self,
        caller: SignedIn,
        /// `open`, `answered` or `closed`.
        state: Query<Option<String>>,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<OperatorTicketPage> {
        Ok(Json(caller.office().tickets(state.0, page(cursor.0, limit.0)).await?))
    }

    /// See a ticket
    ///
    /// With what was said, and who asks: identities of which the most is hidden, and subscriptions.
    #[oai(path = "/tickets/:ticket_id", method = "get", operation_id = "adminGetTicket")]
    async fn ticket(&self, caller: SignedIn, ticket_id: Path<String>) -> Answer<OperatorTicketView> {
        Ok(Json(caller.office().ticket(&ticket_id.0).await?))
    }

    /// Answer a ticket
    ///
    /// The customer is told. A closed ticket is opened again by it. With the `version` that was read, the answer is refused as
    /// `said_meanwhile` when something was said or done in the ticket since.
    #[oai(
        path = "/tickets/:ticket_id/answers",
        method = "post",
        operation_id = "adminAnswerTicket",
        transform = "once"
    )]
    async fn answer(
        &self,
        caller: SignedIn,
        ticket_id: Path<String>,
        /// Names this answer, so that a repeat is harmless.
        #[oai(name = "Idempotency-Key")]
        _key: Header<Option<String>>,
        body: Json<AnswerTicketRequest>,
    ) -> Answer<OperatorTicketView> {
        let office = caller.office();
        Ok(Json(match body.0.version {
            Some(version) => office.answer_seen(&ticket_id.0, version, &body.0.text).await?,
            None => office.answer_ticket(&ticket_id.0, &body.0.text).await?,
        }))
    }

    /// Close a ticket for its customer
    ///
    /// The customer opens it again by writing.
    #[oai(path = "/tickets/:ticket_id/close", method = "post", operation_id = "adminCloseTicket")]
    async fn close(&self, caller: SignedIn, ticket_id: Path<String>) -> Answer<OperatorTicketView> {
        Ok(Json(caller.office().close_ticket(&ticket_id.0).await?))
    }

    /// Download the picture of a message
    ///
    /// The picture as the customer sent it, but without what cameras write into it.
    #[oai(
        path = "/tickets/:ticket_id/messages/:message_id/picture",
        method = "get",
        operation_id = "adminTicketPicture"
    )]
    async fn picture(
        &self,
        caller: SignedIn,
        ticket_id: Path<String>,
        message_id: Path<String>,
    ) -> Result<Picture, Said> {
        let bytes = caller.office().ticket_picture(&ticket_id.0, &message_id.0).await?;
        Ok(Picture::saved_as("ticket.jpg", bytes))
    }

    /// See where alerts go
    ///
    /// Null where none are told.
    #[oai(path = "/alerts", method = "get", operation_id = "adminGetAlerts")]
    async fn alerts(&self, caller: SignedIn) -> Answer<AlertsView> {
        Ok(Json(AlertsView { alerts: caller.office().alerts().await? }))
    }

    /// Send alerts to a chat
    ///
    /// Receipts and tickets that wait, orders and jobs that are stuck, silent servers, large payments. The shop's bot posts
    /// them, so there must be one (`telegram_unavailable`).
    #[oai(path = "/alerts", method = "put", operation_id = "adminSetAlerts")]
    async fn set_alerts(&self, caller: SignedIn, body: Json<AlertSettingsView>) -> Answer<AlertSettingsView> {
        Ok(Json(caller.office().set_alerts(body.0).await?))
    }

    /// Send alerts to nobody
    ///
    /// From then on alerts are told nowhere.
    #[oai(path = "/alerts", method = "delete", operation_id = "adminClearAlerts")]
    async fn clear_alerts(&self, caller: SignedIn) -> Result<Done, Said> {
        caller.office().clear_alerts().await?;
        Ok(Done::Done)
    }
}
