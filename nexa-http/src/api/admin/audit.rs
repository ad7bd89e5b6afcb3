//! The record of what the staff did.

use super::super::{Answer, Area, page};
use crate::caller::SignedIn;
use nexa_core::backoffice::model::{AuditChainView, AuditPage, AuditRequest};
use poem_openapi::{OpenApi, param::Query, payload::Json};

/// See the module.
pub struct Audit;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminStaff")]
impl Audit {
    /// Read the record
    ///
    /// Everything that was done in the office, the last first: who, when, what and why.
    #[oai(path = "/audit", method = "get", operation_id = "adminAudit")]
    async fn audit(
        &self,
        caller: SignedIn,
        /// Only what this member of the staff did.
        operator_id: Query<Option<String>>,
        /// Only deeds of this name, e.g. `gateway_changed`.
        deed: Query<Option<String>>,
        /// Only what is about the thing with this id.
        about: Query<Option<String>>,
        /// The `next` of the slice before.
        cursor: Query<Option<String>>,
        /// At most so many, 1 to 100; 50 when not given.
        limit: Query<Option<u32>>,
    ) -> Answer<AuditPage> {
        let request = AuditRequest { operator_id: operator_id.0, deed: deed.0, about: about.0 };
        Ok(Json(caller.office().audit(request, page(cursor.0, limit.0)).await?))
    }

    /// Check the record
    ///
    /// Each entry holds a keyed hash over itself and the one before. Names the first that was changed, taken out or put
    /// elsewhere since it was written.
    #[oai(path = "/audit/chain", method = "get", operation_id = "adminAuditChain")]
    async fn chain(&self, caller: SignedIn) -> Answer<AuditChainView> {
        Ok(Json(caller.office().audit_chain().await?))
    }
}
