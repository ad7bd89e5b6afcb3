//! Messages to many: written, looked at, sent, and watched.

use super::{Operator, given_key, key, slice};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{
        Face,
        form::Form,
        visitor::{answer, asked},
    },
};
use askama::Template;
use nexa_core::{
    backoffice::model::{
        BroadcastPage, BroadcastPreviewView, BroadcastRequest, BroadcastView, ButtonView, GroupView,
        OperatorPlanView, TextsView,
    },
    domain::permission::Permission,
    domain::{refusal::Refusal, user},
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler};

const SEGMENTS: [&str; 12] = [
    "all",
    "active",
    "expiring",
    "ended",
    "never_connected",
    "never_bought",
    "no_subscription",
    "lapsed",
    "trial_only",
    "plan",
    "group",
    "language",
];

#[derive(Template)]
#[template(path = "office/broadcasts.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    form: &'a Form,
    plans: Vec<OperatorPlanView>,
    groups: Vec<GroupView>,
    page: BroadcastPage,
}

impl List<'_> {
    const SEGMENTS: [&'static str; 12] = SEGMENTS;

    /// The beginning of what one says.
    fn begins(of: &BroadcastView) -> String {
        let texts = [&of.texts.fa, &of.texts.en, &of.texts.ru];
        let text = texts.into_iter().flatten().next().map_or("", String::as_str);
        text.chars().take(60).collect()
    }
}

#[derive(Template)]
#[template(path = "office/broadcast.html")]
struct One<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    of: &'a BroadcastView,
    preview: &'a BroadcastPreviewView,
    key: String,
}

fn id(request: &Request) -> &str {
    request.raw_path_param("broadcast").unwrap_or_default()
}

/// Shows what there was, and the way to a new one.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Broadcasts).await?;
    render_list(&operator, request, &Form::default(), None).await
}

async fn render_list(
    operator: &Operator,
    request: &Request,
    form: &Form,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let office = &operator.office;
    let page = List {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        form,
        plans: office.plans().await.map_err(Said)?,
        groups: office.groups().await.map_err(Said)?,
        page: office.broadcasts(slice(request, 20)).await.map_err(Said)?,
    };
    operator.page(refusal, &page)
}

/// Writes one down; nobody reads it yet.
#[handler]
pub async fn draft(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Broadcasts).await?;
    let form = Form::of(request, body).await?;
    match answer(operator.office.draft_broadcast(wish(&form)).await)? {
        Ok(made) => Ok(operator.visitor.to(&paths::office_broadcast(&made.broadcast_id))),
        Err(refusal) => render_list(&operator, request, &form, Some(&refusal)).await,
    }
}

fn wish(form: &Form) -> BroadcastRequest {
    let button = |label: &str, action: &str| {
        let action = form.given(action)?;
        let url = form.given("url").filter(|_| action == "open");
        let code = form.given("code").filter(|_| action == "coupon");
        Some(ButtonView { label: form.text(label).to_owned(), action, url, code })
    };
    let buttons: Vec<_> =
        [button("label1", "action1"), button("label2", "action2")].into_iter().flatten().collect();
    BroadcastRequest {
        segment: form.text("segment").to_owned(),
        plan_id: form.given("plan"),
        group_id: form.given("group"),
        locale: form.given("locale"),
        days: form.given("days").and_then(|days| user::digits(&days)?.parse().ok()),
        selection: None,
        texts: TextsView { fa: form.given("fa"), en: form.given("en"), ru: form.given("ru") },
        buttons: Some(buttons),
    }
}

/// Shows one, as its readers would see it, and how far it is.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Broadcasts).await?;
    render(&operator, request, None).await
}

async fn render(operator: &Operator, request: &Request, refusal: Option<&Refusal>) -> Result<Response> {
    let of = operator.office.broadcast(id(request)).await.map_err(Said)?;
    let preview = operator.office.preview_broadcast(id(request)).await.map_err(Said)?;
    let told = asked("done", request).is_some();
    let page = One {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: if told { operator.told(request) } else { None },
        of: &of,
        preview: &preview,
        key: key(operator),
    };
    operator.page(refusal, &page)
}

/// Sends it, stops it, or sends it again to those for whom it failed.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Broadcasts).await?;
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    let done = take(&operator, id(request), step, &form).await;
    match operator.after_step(request, &form, done, &paths::office_broadcast(id(request))).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, id: &str, step: &str, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    match step {
        "send" => {
            office.proved_lately().await?;
            office.send_broadcast(id, given_key(form)?).await.map(|_| "begun")
        }
        // Whoever must stop one is not held up.
        "stop" => office.stop_broadcast(id).await.map(|_| "saved"),
        "resend" => {
            office.proved_lately().await?;
            office.resend_failed(id).await.map(|_| "begun")
        }
        _ => Err(Refusal::NotFound.into()),
    }
}
