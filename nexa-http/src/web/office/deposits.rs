//! Money that a bank told of without saying for which payment: an operator says for which, or for none.

use super::{MOST, Names, Operator, slice};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{AssignRequest, DepositView, UnpaidPaymentView},
    domain::{permission::SEE_PAYMENTS, refusal::Refusal},
    error::Result as Done,
    storefront::model::PageRequest,
};
use poem::{Body, Request, Response, Result, handler};
use std::collections::BTreeMap;

/// So many deposits on a page.
const SOME: u32 = 50;

#[derive(Template)]
#[template(path = "office/deposits.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    all: &'a [DepositView],
    /// Where the next page begins.
    next: Option<&'a str>,
    methods: Names,
    /// What is unpaid at each gateway, the newest first.
    unpaid: BTreeMap<&'a str, Vec<UnpaidPaymentView>>,
    typed: Typed<'a>,
}

/// What was filled in, and for which deposit.
#[derive(Clone, Copy, Default)]
struct Typed<'a> {
    deposit: &'a str,
    number: &'a str,
}

impl Page<'_> {
    /// The payments that a deposit may be for, beside the one that it seems to be for.
    fn candidates(&self, of: &DepositView) -> Vec<&UnpaidPaymentView> {
        let there = self.unpaid.get(of.gateway_id.as_str()).into_iter().flatten();
        let fits = |payment: &&UnpaidPaymentView| {
            payment.due.currency == of.amount.currency
                && of.payment_id.as_deref() != Some(payment.payment_id.as_str())
        };
        there.filter(fits).collect()
    }

    /// The number that stands in the field of a deposit's form.
    fn number(&self, of: &DepositView) -> &str {
        if self.typed.deposit == of.deposit_id { self.typed.number } else { "" }
    }
}

/// Shows them.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, SEE_PAYMENTS).await?;
    render(&operator, request, Typed::default(), None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    typed: Typed<'_>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let all = operator.office.deposits(slice(request, SOME)).await.map_err(Said)?;
    let is_full = u32::try_from(all.len()).is_ok_and(|count| count >= SOME);
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        all: &all,
        next: all.last().filter(|_| is_full).map(|last| last.deposit_id.as_str()),
        methods: operator.methods().await?,
        unpaid: unpaid(operator, &all).await.map_err(Said)?,
        typed,
    };
    operator.page(refusal, &page)
}

async fn unpaid<'a>(
    operator: &Operator,
    all: &'a [DepositView],
) -> Done<BTreeMap<&'a str, Vec<UnpaidPaymentView>>> {
    let mut unpaid = BTreeMap::new();
    for of in all {
        let gateway = of.gateway_id.as_str();
        if !unpaid.contains_key(gateway) {
            let newest = PageRequest { cursor: None, limit: Some(MOST) };
            unpaid.insert(gateway, operator.office.unpaid_payments(gateway, newest).await?);
        }
    }
    Ok(unpaid)
}

/// Takes a decision.
#[handler]
pub async fn decide(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, SEE_PAYMENTS).await?;
    let form = Form::of(request, body).await?;
    let done = take(&operator, &form).await;
    match operator.after(request, &form, done, paths::OFFICE_DEPOSITS).await? {
        Ok(response) => Ok(response),
        Err(refusal) => {
            let typed = Typed { deposit: form.text("deposit"), number: form.text("number") };
            render(&operator, request, typed, Some(&refusal)).await
        }
    }
}

async fn take(operator: &Operator, form: &Form) -> Done<&'static str> {
    operator.office.proved_lately().await?;
    let deposit = form.text("deposit");
    match form.text("step") {
        // A number that was typed is what somebody looked up; the list beside it may stand as it came.
        "assign" if form.given("number").is_some() => {
            let number = form.text("number");
            operator.office.assign_deposit_to_order(deposit, number).await.map(|_| "assigned")
        }
        "assign" => {
            let payment_id = form.given("payment").ok_or_else(|| Refusal::bad_input("payment", "missing"))?;
            operator.office.assign_deposit(deposit, AssignRequest { payment_id }).await.map(|_| "assigned")
        }
        "dismiss" => operator.office.dismiss_deposit(deposit).await.map(|_| "dismissed"),
        _ => Err(Refusal::NotFound.into()),
    }
}
