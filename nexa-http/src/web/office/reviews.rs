//! Payments that contradict the records: an operator looks at each, and decides once.

use super::{Names, Operator, slice, version};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{AcceptPaymentRequest, DismissRequest, ReviewPage, ReviewView},
    domain::{permission::SEE_PAYMENTS, refusal::Refusal},
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/reviews.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    all: &'a ReviewPage,
    methods: Names,
    typed: Typed<'a>,
}

impl Page<'_> {
    /// Whether others decide on it, so that it can only be given up here.
    fn is_contested(of: &ReviewView) -> bool {
        of.state == "disputed"
    }

    /// Whether its money is gone, so that there is nothing to decide but that this was seen.
    fn is_gone(of: &ReviewView) -> bool {
        matches!(of.state.as_str(), "open" | "seen" | "underpaid" | "expired" | "failed")
    }
}

/// What was filled in, and for which payment.
#[derive(Clone, Copy, Default)]
struct Typed<'a> {
    payment: &'a str,
    received: &'a str,
    reason: &'a str,
}

impl<'a> Typed<'a> {
    fn of(form: &'a Form) -> Self {
        let (payment, received) = (form.text("payment"), form.text("received"));
        Self { payment, received, reason: form.text("reason") }
    }

    /// What stands in the fields of a payment's form.
    fn kept(&self, of: &ReviewView) -> Self {
        if self.payment == of.payment_id { *self } else { Self::default() }
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
    let all = operator.office.reviews(slice(request, 20)).await.map_err(Said)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        all: &all,
        methods: operator.methods().await?,
        typed,
    };
    operator.page(refusal, &page)
}

/// Takes a decision.
#[handler]
pub async fn decide(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, SEE_PAYMENTS).await?;
    let form = Form::of(request, body).await?;
    let done = take(&operator, &form).await;
    match operator.after(request, &form, done, paths::OFFICE_REVIEWS).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Typed::of(&form), Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, form: &Form) -> Done<&'static str> {
    operator.office.proved_lately().await?;
    let (payment, reason, version) = (form.text("payment"), form.text("reason").to_owned(), version(form)?);
    match form.text("step") {
        "accept" => {
            let received = operator.typed(form, "received", form.text("currency"))?;
            let request = AcceptPaymentRequest { received, version, reason };
            operator.office.accept_payment(payment, request).await.map(|_| "decided")
        }
        "dismiss" => operator
            .office
            .dismiss_payment(payment, DismissRequest { version, reason })
            .await
            .map(|_| "decided"),
        _ => Err(Refusal::NotFound.into()),
    }
}
