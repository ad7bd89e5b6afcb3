//! What those who ask are promised, who answers, answers that are kept, and how well that goes.

use super::super::{Answer, Area, Done};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::backoffice::model::{
    AssignTicketRequest, ColleagueView, FilledAnswerView, LetterHookView, OperatorTicketView,
    SavedAnswerRequest, SavedAnswerView, SupportFiguresView, SupportTermsRequest, SupportTermsView,
};
use poem_openapi::{OpenApi, param::Path, payload::Json};

/// See the module.
pub struct Support;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminTickets")]
impl Support {
    /// See what those who ask are promised
    ///
    /// The time until an answer, when somebody is there, and the address that customers write to.
    #[oai(path = "/support", method = "get", operation_id = "adminGetSupport")]
    async fn terms(&self, caller: SignedIn) -> Answer<SupportTermsView> {
        Ok(Json(caller.office().support_terms().await?))
    }

    /// Change what those who ask are promised
    ///
    /// What is left out stays. It holds for tickets opened from now on. What makes no sense is refused as `bad_input`.
    #[oai(path = "/support", method = "patch", operation_id = "adminSetSupport")]
    async fn set_terms(&self, caller: SignedIn, body: Json<SupportTermsRequest>) -> Answer<SupportTermsView> {
        Ok(Json(caller.office().set_support_terms(body.0).await?))
    }

    /// Make the address that mails are handed over at
    ///
    /// It is shown this once, and the one before takes nothing any more. A mail server posts each mail to it as it came:
    /// `curl --fail --data-binary @- ADDRESS`. Without an address that customers write to it is refused as `bad_input`.
    #[oai(path = "/support/hook", method = "post", operation_id = "adminMakeLetterHook")]
    async fn hook(&self, caller: SignedIn) -> Answer<LetterHookView> {
        Ok(Json(caller.office().new_letter_hook().await?))
    }

    /// See how well the shop answered
    ///
    /// Of tickets that were opened in the last 30 days, against what was promised when each was opened.
    #[oai(path = "/support/figures", method = "get", operation_id = "adminSupportFigures")]
    async fn figures(&self, caller: SignedIn) -> Answer<SupportFiguresView> {
        Ok(Json(caller.office().support_figures().await?))
    }

    /// List who may be given tickets
    ///
    /// Those of the staff to whom a ticket can be assigned.
    #[oai(path = "/support/staff", method = "get", operation_id = "adminSupportStaff")]
    async fn staff(&self, caller: SignedIn) -> Answer<Vec<ColleagueView>> {
        Ok(Json(caller.office().support_staff().await?))
    }

    /// Give a ticket to somebody
    ///
    /// Or to nobody in particular. Who does not run this shop is `not_found`.
    #[oai(path = "/tickets/:ticket_id/assignee", method = "put", operation_id = "adminAssignTicket")]
    async fn assign(
        &self,
        caller: SignedIn,
        ticket_id: Path<String>,
        body: Json<AssignTicketRequest>,
    ) -> Answer<OperatorTicketView> {
        Ok(Json(caller.office().assign_ticket(&ticket_id.0, body.0.user_id).await?))
    }

    /// List answers that are kept
    ///
    /// By name.
    #[oai(path = "/support/answers", method = "get", operation_id = "adminListSavedAnswers")]
    async fn answers(&self, caller: SignedIn) -> Answer<Vec<SavedAnswerView>> {
        Ok(Json(caller.office().saved_answers().await?))
    }

    /// Keep an answer
    ///
    /// With an `answer_id` that one is changed. A shop keeps at most 200.
    #[oai(path = "/support/answers", method = "put", operation_id = "adminSaveAnswer")]
    async fn save_answer(&self, caller: SignedIn, body: Json<SavedAnswerRequest>) -> Answer<SavedAnswerView> {
        Ok(Json(caller.office().save_answer(body.0).await?))
    }

    /// Throw an answer away
    ///
    /// Answers that were given with it stay.
    #[oai(path = "/support/answers/:answer_id", method = "delete", operation_id = "adminRemoveAnswer")]
    async fn remove_answer(&self, caller: SignedIn, answer_id: Path<String>) -> Result<Done, Said> {
        caller.office().remove_answer(&answer_id.0).await?;
        Ok(Done::Done)
    }

    /// Fill an answer in
    ///
    /// As it would be sent in this ticket; nothing is sent.
    #[oai(path = "/tickets/:ticket_id/answers/:answer_id", method = "get", operation_id = "adminFillAnswer")]
    async fn fill_answer(
        &self,
        caller: SignedIn,
        ticket_id: Path<String>,
        answer_id: Path<String>,
    ) -> Answer<FilledAnswerView> {
        Ok(Json(caller.office().fill_answer(&ticket_id.0, &answer_id.0).await?))
    }
}
