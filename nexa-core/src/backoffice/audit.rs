//! The record of what the staff did.

use super::{
    LocalBackoffice,
    model::{AboutView, AuditChainView, AuditEntryView, AuditPage, AuditRequest},
};
use crate::{
    domain::{
        chain::{AuditFilter, cursor},
        deed::DeedRecord,
        permission::Permission,
        staff::Member,
    },
    engine::cases,
    error::Result,
    ids::Id as _,
    ids::UserId,
    ports::storage::Page,
    storefront::{model::PageRequest, view::moment},
};
use async_trait::async_trait;
use serde_json::Value;

/// What was done in the office, by whom and why. It can be read, and nobody can change it unseen.
///
/// # Behaviour
/// - `audit` gives what was done, the last first; with a filter only what one person did, only one kind of deed, or only
///   what is about one thing.
/// - Everything that changes the shop, what it sells or how it is paid, its servers, its staff and its keys is in it, and
///   every decision about customers and money.
/// - `audit_chain` names the first entry that was changed, taken out or put elsewhere since it was written.
#[async_trait]
pub trait Audit: Send + Sync {
    /// What was done.
    async fn audit(&self, request: AuditRequest, page: PageRequest) -> Result<AuditPage>;
    /// Whether the record is as it was written.
    async fn audit_chain(&self) -> Result<AuditChainView>;
}

#[async_trait]
impl Audit for LocalBackoffice {
    async fn audit(&self, request: AuditRequest, page: PageRequest) -> Result<AuditPage> {
        self.who.may(Permission::Staff)?;
        let AuditRequest { operator_id, deed, about } = request;
        // An id of any kind of thing: they are all of one form.
        let id = |text: &String| self.id::<UserId>(Permission::Staff, text);
        let filter = AuditFilter {
            by: operator_id.as_ref().map(id).transpose()?,
            deed,
            about: about.as_ref().map(id).transpose()?.map(UserId::uuid),
        };
        let before = cursor(page.cursor.as_deref())?;
        let limit = page.limit.unwrap_or(50).clamp(1, Page::MOST);
        let (rows, staff) = cases::audit(&self.core, &self.who, &filter, before, limit).await?;
        let full = u32::try_from(rows.len()).is_ok_and(|count| count >= limit);
        let next = rows.last().filter(|_| full).map(|(number, _)| number.to_string());
        let items = rows.iter().map(|(number, of)| entry(*number, of, &staff)).collect::<Result<_>>()?;
        Ok(AuditPage { items, next })
    }

    async fn audit_chain(&self) -> Result<AuditChainView> {
        let check = cases::audit_chain(&self.core, &self.who).await?;
        Ok(AuditChainView {
            deeds: check.deeds,
            intact: check.broken_at.is_none(),
            broken_at: check.broken_at,
            broken_action_id: check.broken,
        })
    }
}

fn entry(number: u64, of: &DeedRecord, staff: &[Member]) -> Result<AuditEntryView> {
    let doer = staff.iter().find(|member| member.user_id == of.operator);
    Ok(AuditEntryView {
        number,
        action_id: of.id.to_string(),
        operator_id: of.operator.to_string(),
        operator: doer.map(|member| member.name.clone()).filter(|name| !name.is_empty()),
        deed: of.deed.name().to_owned(),
        about: about(of)?,
        reason: of.reason.clone(),
        at: moment(of.at),
    })
}

/// What a deed speaks of, field by field, as it is stored.
fn about(of: &DeedRecord) -> Result<Vec<AboutView>> {
    let failed = |_| crate::error::Failure::core("a deed cannot be read");
    let Value::Object(fields) = serde_json::to_value(of.deed).map_err(failed)? else { return Ok(Vec::new()) };
    let named = |(what, value): (String, Value)| {
        let value = match value {
            _ if what == "deed" => return None,
            Value::Null => return None,
            Value::String(text) => text,
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            // An amount of money.
            Value::Object(money) => {
                let part = |name| money.get(name).map(plain).unwrap_or_default();
                format!("{} {}", part("minor"), part("currency"))
            }
            other => other.to_string(),
        };
        Some(AboutView { what, value })
    };
    Ok(fields.into_iter().filter_map(named).collect())
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
