//! The office: the pages of those who run the shop.
//!
//! Whoever does not run it finds nothing here, as at any address that is not there. Deeds that move money ask for a
//! fresh proof, as the pages of the account do; what the port refuses stands above the form.

pub mod deposits;
pub mod orders;
pub mod overview;
pub mod receipts;
pub mod reviews;
pub mod subscriptions;
pub mod takings;
pub mod tickets;
pub mod unresolved;
pub mod users;

use super::{
    Visitor, account,
    form::Form,
    visitor::{answer, asked},
};
use crate::{
    paths,
    problem::Said,
    say::{self, Words},
};
use data_encoding::BASE32_NOPAD;
use nexa_core::{
    backoffice::Backoffice,
    domain::{
        money::Currency,
        refusal::Refusal,
        user::{self, Scope},
    },
    error::Result as Done,
    storefront::model::{MoneyView, PageRequest},
    text,
};
use poem::{Request, Response, Result, error::NotFoundError, handler, http::header};
use std::sync::Arc;

/// The longest list that the port gives at once.
const MOST: u32 = 100;

/// Whoever runs the shop, and looks at a page of the office.
pub struct Operator {
    visitor: Visitor,
    office: Arc<dyn Backoffice>,
}

impl Operator {
    /// The operator of a request; for anybody else there is nothing at its address.
    async fn of(request: &Request) -> Result<Self> {
        let visitor = Visitor::of(request).await?;
        if visitor.who.with(Scope::Manage).is_err() {
            return Err(NotFoundError.into());
        }
        Ok(Self { office: visitor.office(), visitor })
    }

    fn words(&self) -> Words {
        self.visitor.words
    }

    /// What a refusal says, above the form that it is about.
    fn said(&self, refusal: Option<&Refusal>) -> Option<String> {
        refusal.map(|refusal| say::refusal(self.visitor.locale(), refusal))
    }

    /// What was done, by the word in the address of the page that one comes to then.
    fn told(&self, request: &Request) -> Option<String> {
        let known = |what: &String| {
            matches!(
                &**what,
                "decided"
                    | "assigned"
                    | "dismissed"
                    | "accepted"
                    | "rejected"
                    | "answered"
                    | "closed"
                    | "refunding"
                    | "saved"
                    | "given"
            )
        };
        asked("done", request).filter(known).map(|what| self.words().part("office-done", &what))
    }

    /// A page, or the same page with what was refused on it.
    fn page(&self, refusal: Option<&Refusal>, page: &impl askama::Template) -> Result<Response> {
        match refusal {
            Some(refusal) => self.visitor.refused(refusal, page),
            None => self.visitor.page(page),
        }
    }

    /// What comes after a form, unless it was refused: the page at `path`, which says what was done, or first the
    /// question who one is.
    async fn after(
        &self,
        request: &Request,
        done: Done<&'static str>,
        path: &str,
    ) -> Result<std::result::Result<Response, Refusal>> {
        match answer(done)? {
            Ok(what) => Ok(Ok(self.visitor.to(&format!("{path}?done={what}")))),
            Err(Refusal::ProveAgain) => {
                account::ask_proof(&self.visitor, request, None, "", path).await.map(Ok)
            }
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// The same after a step at the thing whose page it is: without the thing there is no page to refuse on.
    async fn after_step(
        &self,
        request: &Request,
        done: Done<&'static str>,
        path: &str,
    ) -> Result<std::result::Result<Response, Refusal>> {
        match self.after(request, done, path).await? {
            Err(refusal @ Refusal::NotFound) => Err(Said::from(refusal).into()),
            other => Ok(other),
        }
    }

    /// What was typed as an amount in a currency.
    fn typed(&self, form: &Form, field: &'static str, currency: &str) -> Done<MoneyView> {
        let known: Currency = currency.parse()?;
        let amount = text::typed_money(self.visitor.locale(), form.text(field), known)
            .ok_or_else(|| Refusal::bad_input(field, "an amount of money"))?;
        Ok(MoneyView { minor: amount.minor, currency: currency.to_owned() })
    }

    /// The names of the gateways by their ids.
    async fn methods(&self) -> Result<Names> {
        let all = self.office.gateways().await.map_err(Said)?;
        Ok(Names(all.into_iter().map(|gateway| (gateway.gateway_id, gateway.name)).collect()))
    }
}

/// What things are called, by their ids.
struct Names(Vec<(String, String)>);

impl Names {
    /// The name; the id of what is gone.
    fn of<'a>(&'a self, id: &'a str) -> &'a str {
        self.0.iter().find(|(known, _)| known == id).map_or(id, |(_, name)| name)
    }
}

/// A picture that was handed in, for an operator's eyes: ours to send, since the core made it anew as JPEG, and allowed
/// to do nothing wherever it is opened.
fn picture(bytes: Vec<u8>) -> Response {
    Response::builder()
        .content_type("image/jpeg")
        .header(header::CONTENT_DISPOSITION, "inline; filename=\"picture.jpg\"")
        .header(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
        )
        .body(bytes)
}

/// Whoever opens or reloads the address of a form comes to the page that the form stands on.
#[handler]
pub async fn step_back(request: &Request) -> Result<Response> {
    let operator = Operator::of(request).await?;
    let path = &operator.visitor.path;
    Ok(operator.visitor.to(path.rsplit_once('/').map_or(paths::OFFICE, |(parent, _)| parent)))
}

/// A key by which a form that is sent twice is done once.
fn key(operator: &Operator) -> String {
    BASE32_NOPAD.encode(&operator.visitor.desk().config.world.bytes::<15>())
}

/// The key that a form carries.
fn given_key(form: &Form) -> Done<String> {
    Ok(form.given("key").ok_or_else(|| Refusal::bad_input("key", "missing"))?)
}

/// A whole number as people type it; none where the field was left empty.
fn whole(form: &Form, field: &'static str) -> Done<Option<u64>> {
    let Some(text) = form.given(field) else { return Ok(None) };
    let read = user::digits(&text).and_then(|digits| digits.parse().ok());
    Ok(Some(read.ok_or_else(|| Refusal::bad_input(field, "a whole number"))?))
}

/// The version that a form was made for.
fn version(form: &Form) -> Done<u32> {
    Ok(form.text("version").parse().map_err(|_| Refusal::bad_input("version", "a number"))?)
}

/// The longest slice from where the address says.
fn slice(request: &Request, limit: u32) -> PageRequest {
    PageRequest { cursor: super::visitor::cursor(request), limit: Some(limit) }
}
