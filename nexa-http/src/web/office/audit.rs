//! The record of what the staff did: who, when, what and why, and whether it is as it was written.

use super::{Operator, slice};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, visitor::asked},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{AboutView, AuditChainView, AuditEntryView, AuditPage, AuditRequest},
    domain::permission::Permission,
    storefront::model::MoneyView,
    text::Arg,
};
use poem::{Request, Response, Result, handler};
use url::form_urlencoded::Serializer;

#[derive(Template)]
#[template(path = "office/audit.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    list: &'a AuditPage,
    filter: Filter,
    chain: &'a AuditChainView,
}

/// Which entries the address names.
struct Filter {
    operator: String,
    deed: String,
    about: String,
}

impl Filter {
    fn of(request: &Request) -> Self {
        let text = |name| asked(name, request).unwrap_or_default();
        Self { operator: text("operator"), deed: text("deed"), about: text("about") }
    }

    fn is_empty(&self) -> bool {
        self.operator.is_empty() && self.deed.is_empty() && self.about.is_empty()
    }

    fn wish(&self) -> AuditRequest {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        AuditRequest {
            operator_id: given(&self.operator),
            deed: given(&self.deed),
            about: given(&self.about),
        }
    }

    /// The same list with one part of the filter replaced, or from a cursor on.
    fn with(&self, part: &str, value: &str) -> String {
        let mut query = Serializer::new(String::new());
        let now = [("operator", &*self.operator), ("deed", &*self.deed), ("about", &*self.about)];
        for (name, was) in now {
            let value = if name == part { value } else { was };
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if part == "cursor" {
            query.append_pair("cursor", value);
        }
        format!("{}?{}", paths::OFFICE_AUDIT, query.finish())
    }
}

impl Page<'_> {
    fn who(&self, of: &AuditEntryView) -> String {
        of.operator.clone().unwrap_or_else(|| self.words.get("staff-unnamed"))
    }

    /// What kind of thing a deed speaks of; nothing for what the languages have no word for.
    fn kind(&self, of: &AboutView) -> String {
        let key = format!("audit-of-{}", of.what.replace('_', "-"));
        Some(self.words.get(&key)).filter(|said| *said != key).unwrap_or_default()
    }

    /// Whether it is the id of a thing, by which the record can be searched.
    fn is_thing(of: &AboutView) -> bool {
        of.value.len() == 36 && of.value.matches('-').count() == 4
    }

    fn value(&self, of: &AboutView) -> String {
        match of.what.as_str() {
            "permissions" => {
                let names = of.value.split(", ").filter(|name| !name.is_empty());
                let said: Vec<String> = names.map(|name| self.words.part("staff-may", name)).collect();
                if said.is_empty() { self.words.get("staff-nothing") } else { said.join(" · ") }
            }
            "owner" | "required" => self.words.get(if of.value == "true" { "audit-yes" } else { "audit-no" }),
            _ => money(&of.value).map_or_else(|| of.value.clone(), |amount| self.words.money(&amount)),
        }
    }

    fn place(&self, of: &AuditEntryView) -> String {
        self.words.number(i64::try_from(of.number).unwrap_or(i64::MAX))
    }

    fn check(&self) -> String {
        match self.chain.broken_at {
            None => self.words.with("audit-intact", &[("count", number(self.chain.deeds))]),
            Some(at) => self.words.with("audit-broken", &[("number", number(at))]),
        }
    }
}

fn number(of: u64) -> Arg<'static> {
    Arg::Number(i64::try_from(of).unwrap_or(i64::MAX))
}

/// An amount as the record writes it, e.g. `499 USD`.
fn money(text: &str) -> Option<MoneyView> {
    let (minor, currency) = text.split_once(' ')?;
    let known = currency.len() == 3 && currency.bytes().all(|letter| letter.is_ascii_uppercase());
    Some(MoneyView { minor: minor.parse().ok()?, currency: currency.to_owned() }).filter(|_| known)
}

/// Shows it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Staff).await?;
    let filter = Filter::of(request);
    let list = operator.office.audit(filter.wish(), slice(request, 50)).await.map_err(Said)?;
    let chain = operator.office.audit_chain().await.map_err(Said)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: None,
        done: None,
        list: &list,
        filter,
        chain: &chain,
    };
    operator.page(None, &page)
}
