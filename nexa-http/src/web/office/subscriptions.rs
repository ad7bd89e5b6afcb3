//! One subscription: what it is, on which servers, and what an operator may do with it.

use super::{Names, Operator, given_key, key, sure, whole};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{ExtendRequest, OperatorSubscriptionView},
    domain::{permission::Permission, refusal::Refusal},
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler};

/// Bytes of a GiB.
const GIB: u64 = 1 << 30;

#[derive(Template)]
#[template(path = "office/subscription.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    of: &'a OperatorSubscriptionView,
    servers: Names,
    key: String,
}

fn id(request: &Request) -> &str {
    request.raw_path_param("subscription").unwrap_or_default()
}

/// Shows it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::SeeCustomers).await?;
    render(&operator, request, None).await
}

async fn render(operator: &Operator, request: &Request, refusal: Option<&Refusal>) -> Result<Response> {
    let of = operator.office.subscription(id(request)).await.map_err(Said)?;
    let known = operator.may(Permission::Servers);
    let servers = if known { operator.office.servers().await.map_err(Said)? } else { Vec::new() };
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        of: &of,
        servers: Names(servers.into_iter().map(|server| (server.server_id, server.name)).collect()),
        key: key(operator),
    };
    operator.page(refusal, &page)
}

/// Takes the form of one step.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::SeeCustomers).await?;
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    let done = take(&operator, id(request), step, &form).await;
    match operator.after_step(request, &form, done, &paths::office_subscription(id(request))).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, id: &str, step: &str, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    office.proved_lately().await?;
    match step {
        "extend" => office.extend_subscription(id, more(form)?, given_key(form)?).await.map(|_| "given"),
        "suspend" => office.suspend(id).await.map(|_| "saved"),
        "link" => {
            sure(form)?;
            office.renew_link(id).await.map(|_| "renewed")
        }
        "resume" => office.resume(id).await.map(|_| "saved"),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// What is added, as it was typed.
pub(super) fn more(form: &Form) -> Done<ExtendRequest> {
    let too_much = || Refusal::bad_input("days", "1 to 365");
    let days = whole(form, "days")?.map(u32::try_from).transpose().map_err(|_| too_much())?;
    let gib = whole(form, "gib")?;
    let bytes =
        gib.map(|gib| gib.checked_mul(GIB).ok_or_else(|| Refusal::bad_input("traffic_bytes", "too much")));
    Ok(ExtendRequest { days, traffic_bytes: bytes.transpose()?, reason: form.text("reason").to_owned() })
}
