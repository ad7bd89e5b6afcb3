//! Receipts: the picture beside what should have come, one after the other, the oldest first.

use super::{MOST, Operator, version};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form, order, visitor::asked},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{AcceptRequest, OperatorReceiptView, RejectRequest, RejectionReason},
    domain::{permission::SEE_PAYMENTS, refusal::Refusal},
    error::Result as Done,
    storefront::model::PageRequest,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/receipts.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    /// How many wait.
    count: i64,
    /// Whether more wait than are counted.
    more: bool,
    /// The one that is looked at.
    now: Option<&'a OperatorReceiptView>,
    before: Option<&'a OperatorReceiptView>,
    after: Option<&'a OperatorReceiptView>,
    /// What stands in the field of the amount.
    received: String,
}

impl Page<'_> {
    /// What the order is about.
    fn about(&self, of: &OperatorReceiptView) -> String {
        order::about(self.words, of.purpose, of.plan_name.as_deref())
    }
}

/// Shows the one that the address names while it waits, else the one that waits longest.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, SEE_PAYMENTS).await?;
    let wish = asked("receipt", request).unwrap_or_default();
    render(&operator, request, &wish, "", None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    wish: &str,
    typed: &str,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let all =
        operator.office.receipts(PageRequest { cursor: None, limit: Some(MOST) }).await.map_err(Said)?;
    let named = all.iter().position(|of| of.receipt_id == wish);
    let at = named.unwrap_or(0);
    let words = operator.words();
    let now = all.get(at);
    let kept = Some(typed).filter(|typed| named.is_some() && !typed.is_empty());
    let error = match refusal {
        Some(Refusal::AlreadyDecided) => Some(words.get("office-receipt-taken")),
        refusal => operator.said(refusal),
    };
    let page = Page {
        words,
        face: operator.visitor.face(),
        error,
        done: operator.told(request),
        count: i64::try_from(all.len()).unwrap_or(i64::MAX),
        more: u32::try_from(all.len()).is_ok_and(|count| count >= MOST),
        now,
        before: at.checked_sub(1).and_then(|before| all.get(before)),
        after: all.get(at.saturating_add(1)),
        received: kept
            .map_or_else(|| now.map_or_else(String::new, |of| words.bare(&of.missing)), str::to_owned),
    };
    operator.page(refusal, &page)
}

/// The picture of a receipt.
#[handler]
pub async fn picture(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, SEE_PAYMENTS).await?;
    let receipt = request.raw_path_param("receipt").unwrap_or_default();
    Ok(super::picture(operator.office.receipt_picture(receipt).await.map_err(Said)?))
}

/// Takes a decision, and goes on to the next receipt.
#[handler]
pub async fn decide(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, SEE_PAYMENTS).await?;
    let form = Form::of(request, body).await?;
    let receipt = form.text("receipt");
    // Whoever is asked who they are comes back to the receipt that they looked at.
    let back = match take(&operator, &form).await {
        Err(nexa_core::error::Error::Refused(Refusal::ProveAgain)) => {
            let path =
                format!("{}?receipt={}", paths::OFFICE_RECEIPTS, super::super::visitor::percent(receipt));
            operator.after(request, &form, Err(Refusal::ProveAgain.into()), &path).await?
        }
        done => operator.after(request, &form, done, paths::OFFICE_RECEIPTS).await?,
    };
    match back {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, receipt, form.text("received"), Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, form: &Form) -> Done<&'static str> {
    let (receipt, version) = (form.text("receipt"), version(form)?);
    match form.text("step") {
        "accept" => {
            operator.office.proved_lately().await?;
            let received = operator.typed(form, "received", form.text("currency"))?;
            operator
                .office
                .accept_receipt(receipt, AcceptRequest { received, version })
                .await
                .map(|_| "accepted")
        }
        step => {
            let reason = reason(step).ok_or(Refusal::NotFound)?;
            operator
                .office
                .reject_receipt(receipt, RejectRequest { reason, version })
                .await
                .map(|_| "rejected")
        }
    }
}

fn reason(step: &str) -> Option<RejectionReason> {
    match step {
        "not-received" => Some(RejectionReason::NotReceived),
        "unreadable" => Some(RejectionReason::Unreadable),
        "used-before" => Some(RejectionReason::UsedBefore),
        "forged" => Some(RejectionReason::Forged),
        _ => None,
    }
}
