//! Orders: those of a state, what became of one, and taking it back.

use super::{Names, Operator, slice, sure};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form, order, visitor::asked},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{OperatorOrderFilter, OperatorOrderPage, OrderStoryView},
    domain::{
        permission::{Permission, SEE_PAYMENTS},
        refusal::Refusal,
    },
    error::Result as Done,
    storefront::model::OrderView,
};
use poem::{Body, Request, Response, Result, handler};

/// The states that a list may be of.
const STATES: [&str; 8] =
    ["awaiting_payment", "paid", "fulfilled", "placed", "expired", "cancelled", "refunding", "refunded"];

#[derive(Template)]
#[template(path = "office/orders.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    page: &'a OperatorOrderPage,
    filter: Filter,
    states: [&'static str; 8],
}

#[derive(Template)]
#[template(path = "office/order.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    story: &'a OrderStoryView,
    methods: Names,
}

/// Which orders the address names.
#[derive(Default)]
struct Filter {
    user: String,
    state: String,
    attention: bool,
}

impl Filter {
    fn of(request: &Request) -> Self {
        let state = asked("state", request).filter(|state| STATES.contains(&state.as_str()));
        Self {
            user: asked("user", request).unwrap_or_default(),
            state: state.unwrap_or_default(),
            attention: asked("attention", request).is_some_and(|wish| !wish.is_empty()),
        }
    }

    fn wish(&self) -> OperatorOrderFilter {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        OperatorOrderFilter {
            user_id: given(&self.user),
            state: given(&self.state),
            attention: self.attention,
        }
    }

    /// The same list from a cursor on.
    fn next(&self, cursor: &str) -> String {
        let attention = if self.attention { "1" } else { "" };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in
            [("user", &*self.user), ("state", &*self.state), ("attention", attention), ("cursor", cursor)]
        {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        format!("{}?{}", paths::OFFICE_ORDERS, query.finish())
    }
}

impl List<'_> {
    fn title(&self, of: &OrderView) -> String {
        order::title(self.words, of)
    }
}

impl Page<'_> {
    fn title(&self) -> String {
        order::title(self.words, &self.story.order.order)
    }
}

fn id(request: &Request) -> &str {
    request.raw_path_param("order").unwrap_or_default()
}

/// Shows a list, newest first.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::SeeCustomers).await?;
    let filter = Filter::of(request);
    let all = operator.office.orders(filter.wish(), slice(request, 50)).await.map_err(Said)?;
    let page = List {
        words: operator.words(),
        face: operator.visitor.face(),
        error: None,
        done: None,
        page: &all,
        filter,
        states: STATES,
    };
    operator.page(None, &page)
}

/// Shows one.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, SEE_PAYMENTS).await?;
    render(&operator, request, None).await
}

async fn render(operator: &Operator, request: &Request, refusal: Option<&Refusal>) -> Result<Response> {
    let story = operator.office.order_story(id(request)).await.map_err(Said)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        story: &story,
        methods: operator.methods().await?,
    };
    operator.page(refusal, &page)
}

/// Takes the form of one step.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, SEE_PAYMENTS).await?;
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    let done = take(&operator, id(request), step, &form).await;
    match operator.after_step(request, &form, done, &paths::office_order(id(request))).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, id: &str, step: &str, form: &Form) -> Done<&'static str> {
    if step == "resolve" {
        return operator.office.resolve_order(id, form.text("reason")).await.map(|_| "saved");
    }
    if !matches!(step, "refund" | "refund-to-payer") {
        return Err(Refusal::NotFound.into());
    }
    operator.office.proved_lately().await?;
    sure(form)?;
    let taken = match step {
        "refund-to-payer" => operator.office.refund_order_to_payer(id).await,
        _ => operator.office.refund_order(id).await,
    };
    taken.map(|_| "refunding")
}
