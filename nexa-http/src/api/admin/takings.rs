//! What came in, and what has not come to an end by itself.

use super::super::{Answer, Area};
use crate::caller::SignedIn;
use nexa_core::backoffice::model::{TakingsView, UnresolvedView};
use poem_openapi::{OpenApi, param::Query, payload::Json};

/// See the module.
pub struct Takings;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminBooks")]
impl Takings {
    /// List what has been unresolved for over an hour
    ///
    /// Payments that were never opened, are short, on their way or in doubt; orders that are paid and not fulfilled, are
    /// being taken back, or need attention; receipts and deposits that nobody has decided on. At most 100 of each, the
    /// oldest first.
    #[oai(path = "/unresolved", method = "get", operation_id = "adminListUnresolved")]
    async fn unresolved(&self, caller: SignedIn) -> Answer<Vec<UnresolvedView>> {
        Ok(Json(caller.office().unresolved().await?))
    }

    /// Compare what came in on a day with the providers' lists
    ///
    /// By gateway: the confirmed transfers that the shop holds, and what the provider lists, with what only one of the
    /// two knows. Some providers keep no list that can be read.
    #[oai(path = "/takings", method = "get", operation_id = "adminTakings")]
    async fn takings(
        &self,
        caller: SignedIn,
        /// The day, e.g. `2026-11-27`; today when not given.
        day: Query<Option<String>>,
    ) -> Answer<TakingsView> {
        Ok(Json(caller.office().takings(day.0).await?))
    }
}
