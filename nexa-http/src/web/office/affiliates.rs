//! Those who bring customers: who earned most, what is odd, and what they want out of the shop.

use super::Operator;
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{AffiliateView, DecideRequest, OperatorCommissionPage, OperatorWithdrawalPage},
    domain::{permission::SEE_AFFILIATES, refusal::Refusal},
    error::Result as Done,
    storefront::model::PageRequest,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/affiliates.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    affiliates: &'a [AffiliateView],
    held: &'a OperatorCommissionPage,
    asked: &'a OperatorWithdrawalPage,
    decided: &'a OperatorWithdrawalPage,
    form: &'a Form,
}

impl Page<'_> {
    /// What was typed about this one.
    fn note(&self, id: &str) -> &str {
        if self.form.text("id") == id { self.form.text("note") } else { "" }
    }
}

/// Shows them.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, SEE_AFFILIATES).await?;
    render(&operator, request, &Form::default(), None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    form: &Form,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let office = &operator.office;
    let some = |limit| PageRequest { cursor: None, limit: Some(limit) };
    let state = |name: &str| Some(name.to_owned());
    let affiliates = office.affiliates().await.map_err(Said)?;
    let held = office.all_commissions(state("held"), some(50)).await.map_err(Said)?;
    let asked = office.all_withdrawals(state("asked"), some(50)).await.map_err(Said)?;
    let mut decided = office.all_withdrawals(state("paid"), some(30)).await.map_err(Said)?;
    decided.items.extend(office.all_withdrawals(state("refused"), some(30)).await.map_err(Said)?.items);
    decided.items.sort_by(|a, b| b.withdrawal.withdrawal_id.cmp(&a.withdrawal.withdrawal_id));
    decided.items.truncate(30);
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        affiliates: &affiliates,
        held: &held,
        asked: &asked,
        decided: &decided,
        form,
    };
    operator.page(refusal, &page)
}

/// Takes a decision.
#[handler]
pub async fn decide(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, SEE_AFFILIATES).await?;
    let form = Form::of(request, body).await?;
    let done = take(&operator, &form).await;
    match operator.after(request, &form, done, paths::OFFICE_AFFILIATES).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, &form, Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    office.proved_lately().await?;
    let (id, request) = (form.text("id"), DecideRequest { note: form.text("note").to_owned() });
    match form.text("step") {
        "approve" => office.approve_commission(id).await.map(drop)?,
        "refuse" => office.refuse_commission(id, request).await.map(drop)?,
        "paid" => office.pay_withdrawal(id, request).await.map(drop)?,
        "not-paid" => office.refuse_withdrawal(id, request).await.map(drop)?,
        _ => return Err(Refusal::NotFound.into()),
    }
    Ok("decided")
}
