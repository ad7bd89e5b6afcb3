//! What was sold, and what operators did.

use super::super::{Answer, Area, page};
use crate::caller::SignedIn;
use nexa_core::backoffice::model::{OperatorActionPage, SalesView};
use poem_openapi::{OpenApi, param::Query, payload::Json};

/// See the module.
pub struct Sales;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminBooks")]
impl Sales {
    /// See what was sold on a day
    ///
    /// Beside the same day a week before. Days are those of the shop's zone.
    #[oai(path = "/sales", method = "get", operation_id = "adminSales")]
    async fn sales(
        &self,
        caller: SignedIn,
        /// The day, e.g. `2026-11-27`; today when not given.
        day: Query<Option<String>>,
    ) -> Answer<SalesView> {
        Ok(Json(caller.office().sales(day.0).await?))
    }

    /// List what operators did
    ///
    /// Newest first: what was given, extended, stopped, blocked, corrected, decided or taken back, by whom and why.
    #[oai(path = "/actions", method = "get", operation_id = "adminListActions")]
    async fn actions(
        &self,
        caller: SignedIn,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<OperatorActionPage> {
        Ok(Json(caller.office().actions(page(cursor.0, limit.0)).await?))
    }
}
