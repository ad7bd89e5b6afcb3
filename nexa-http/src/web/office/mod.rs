//! The office: the pages of those who run the shop.
//!
//! Whoever does not run it finds nothing here, as at any address that is not there. Deeds that move money ask for a
//! fresh proof, as the pages of the account do; what the port refuses stands above the form.

pub mod affiliates;
pub mod analytics;
pub mod articles;
pub mod audit;
pub mod broadcasts;
pub mod bulks;
mod chart;
mod confirm;
pub mod coupons;
pub mod deposits;
mod entries;
pub mod exports;
pub mod gateway;
pub mod gateways;
pub mod groups;
pub mod import;
pub mod orders;
pub mod overview;
pub mod packs;
pub mod plans;
pub mod proof;
pub mod rates;
pub mod receipts;
pub mod resellers;
pub mod reviews;
pub mod sections;
pub mod server;
pub mod servers;
pub mod settings;
pub mod setup;
pub mod staff;
pub mod subscriptions;
pub mod supply;
pub mod support;
pub mod takings;
pub mod tickets;
mod typed;
pub mod unresolved;
pub mod users;
pub mod webhooks;
pub mod wholesale;

use super::{
    Visitor,
    account::{self, Asking, Kept},
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
    domain::{money::Currency, permission::Needed, refusal::Refusal, user},
    error::Result as Done,
    storefront::model::{MoneyView, PageRequest},
    text,
};
use poem::{Request, Response, Result, error::NotFoundError, handler, http::header};
use std::sync::Arc;

/// The longest list that the port gives at once.
const MOST: u32 = 100;
/// The box that is ticked before what cannot be taken back.
const SURE: &str = "sure";

/// Whoever runs the shop, and looks at a page of the office.
pub struct Operator {
    visitor: Visitor,
    office: Arc<dyn Backoffice>,
}

impl Operator {
    /// Somebody of the staff who may look at this page; for anybody else there is nothing at its address. Who has to set a
    /// second factor up first is shown where.
    async fn of(request: &Request, needed: impl Needed) -> Result<Self> {
        let operator = Self::any(request).await?;
        if operator.visitor.who.may(needed).is_err() {
            return Err(NotFoundError.into());
        }
        Ok(operator)
    }

    /// Anybody of the staff.
    async fn any(request: &Request) -> Result<Self> {
        let visitor = Visitor::of(request).await?;
        match visitor.who.staff() {
            Ok(_) => Ok(Self { office: visitor.office(), visitor }),
            Err(Refusal::SecondFactorRequired) => {
                let there = format!("{}?done=factor-required#factor", paths::ACCOUNT);
                Err(poem::Error::from_response(visitor.to(&there)))
            }
            Err(_) => Err(NotFoundError.into()),
        }
    }

    /// Whether they may do this, too.
    fn may(&self, needed: impl Needed) -> bool {
        self.visitor.who.may(needed).is_ok()
    }

    fn words(&self) -> Words {
        self.visitor.words
    }

    /// What a refusal says, above the form that it is about.
    fn said(&self, refusal: Option<&Refusal>) -> Option<String> {
        refusal.map(|refusal| match refusal {
            Refusal::BadInput { field, .. } if *field == SURE => self.words().get("office-unsure"),
            refusal => say::refusal(self.visitor.locale(), refusal),
        })
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
                    | "taken"
                    | "closed"
                    | "refunding"
                    | "saved"
                    | "given"
                    | "begun"
                    | "renewed"
                    | "added"
                    | "taken-away"
                    | "removed"
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
    /// question who one is, which keeps what was typed.
    async fn after(
        &self,
        request: &Request,
        form: &Form,
        done: Done<&'static str>,
        path: &str,
    ) -> Result<std::result::Result<Response, Refusal>> {
        match answer(done)? {
            Ok(what) => Ok(Ok(self.visitor.to(&format!("{path}?done={what}")))),
            Err(Refusal::ProveAgain) => {
                let kept = Some(Kept::of(&self.visitor.path, form));
                account::ask_proof(&self.visitor, request, Asking { kept, ..Asking::before(path) })
                    .await
                    .map(Ok)
            }
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// The same after a step at the thing whose page it is: without the thing there is no page to refuse on.
    async fn after_step(
        &self,
        request: &Request,
        form: &Form,
        done: Done<&'static str>,
        path: &str,
    ) -> Result<std::result::Result<Response, Refusal>> {
        match self.after(request, form, done, path).await? {
            Err(refusal @ Refusal::NotFound) => Err(Said::from(refusal).into()),
            other => Ok(other),
        }
    }

    /// First the question who one is, where the session did not show it lately: asked before a form is filled in,
    /// nothing is lost for it that was typed.
    async fn fresh(&self, request: &Request) -> Result<Option<Response>> {
        match answer(self.office.proved_lately().await)? {
            Ok(()) => Ok(None),
            Err(Refusal::ProveAgain) => {
                let query = crate::desk::Asked::of(request).query;
                let here = format!("{}?{query}", self.visitor.path);
                account::ask_proof(&self.visitor, request, Asking::before(here.trim_end_matches('?')))
                    .await
                    .map(Some)
            }
            Err(refusal) => Err(Said::from(refusal).into()),
        }
    }

    /// What was typed as an amount in a currency.
    fn typed(&self, form: &Form, field: &'static str, currency: &str) -> Done<MoneyView> {
        self.amount(form.text(field), field, currency)
    }

    /// A text as an amount in a currency.
    fn amount(&self, typed: &str, field: &'static str, currency: &str) -> Done<MoneyView> {
        let known: Currency = currency.parse()?;
        let amount = text::typed_money(self.visitor.locale(), typed, known)
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
    let operator = Operator::any(request).await?;
    let path = &operator.visitor.path;
    Ok(operator.visitor.to(path.rsplit_once('/').map_or(paths::OFFICE, |(parent, _)| parent)))
}

/// Refuses what cannot be taken back from whoever has not ticked that they are sure: a browser asks for the tick, what sends
/// a form by itself does not.
fn sure(form: &Form) -> Done<()> {
    if form.ticked(SURE) { Ok(()) } else { Err(Refusal::bad_input(SURE, "to be ticked").into()) }
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
