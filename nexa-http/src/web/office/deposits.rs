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
    backoffice::model::{AssignRequest, DepositView, OperatorOrderFilter},
    domain::refusal::Refusal,
    error::Result as Done,
    storefront::model::{OrderView, PageRequest, PaymentView},
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/deposits.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    all: &'a [DepositView],
    methods: Names,
    /// Orders that wait for money, the newest first.
    open: &'a [OrderView],
}

impl Page<'_> {
    /// The payments that a deposit may be for, each with its order.
    fn candidates(&self, of: &DepositView) -> Vec<(&OrderView, &PaymentView)> {
        let paid = |order| -> Option<(&OrderView, &PaymentView)> {
            let order: &OrderView = order;
            Some((order, order.payment.as_ref()?))
        };
        let fits = |payment: &PaymentView| {
            payment.method == of.gateway_id && payment.due.currency == of.amount.currency
        };
        self.open.iter().filter_map(paid).filter(|(_, payment)| fits(payment)).collect()
    }

    /// Whether it is the payment that the deposit seems to be for.
    fn seems(of: &DepositView, payment: &PaymentView) -> bool {
        of.payment_id.as_deref() == Some(payment.payment_id.as_str())
    }
}

/// Shows them.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request).await?;
    render(&operator, request, None).await
}

async fn render(operator: &Operator, request: &Request, refusal: Option<&Refusal>) -> Result<Response> {
    let all = operator.office.deposits(slice(request, 50)).await.map_err(Said)?;
    let open = if all.is_empty() { Vec::new() } else { open(operator).await.map_err(Said)? };
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        all: &all,
        methods: operator.methods().await?,
        open: &open,
    };
    operator.page(refusal, &page)
}

async fn open(operator: &Operator) -> Done<Vec<OrderView>> {
    let mut open = Vec::new();
    for state in ["awaiting_payment", "expired"] {
        let filter = OperatorOrderFilter { state: Some(state.to_owned()), ..OperatorOrderFilter::default() };
        let page = PageRequest { cursor: None, limit: Some(MOST) };
        open.extend(operator.office.orders(filter, page).await?.items.into_iter().map(|of| of.order));
    }
    Ok(open)
}

/// Takes a decision.
#[handler]
pub async fn decide(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request).await?;
    let form = Form::of(request, body).await?;
    let done = take(&operator, &form).await;
    match operator.after(request, done, paths::OFFICE_DEPOSITS).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, form: &Form) -> Done<&'static str> {
    operator.office.proved_lately().await?;
    let deposit = form.text("deposit");
    match form.text("step") {
        "assign" => {
            let payment_id = form.given("payment").ok_or_else(|| Refusal::bad_input("payment", "missing"))?;
            operator.office.assign_deposit(deposit, AssignRequest { payment_id }).await.map(|_| "assigned")
        }
        "dismiss" => operator.office.dismiss_deposit(deposit).await.map(|_| "dismissed"),
        _ => Err(Refusal::NotFound.into()),
    }
}
