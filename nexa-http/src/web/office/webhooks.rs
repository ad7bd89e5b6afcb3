//! Webhooks: added, changed, tried out, and what was sent to them.

use super::{Operator, slice};
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
use jiff::civil::Date;
use nexa_core::{
    backoffice::model::{
        HookAttemptView, HookDeliveryPage, HookDeliveryView, ReplayRequest, UpdateWebhookRequest,
        WebhookRequest, WebhookView, WebhooksView,
    },
    domain::{permission::Permission, refusal::Refusal, time},
    error::{Error, Result as Done},
};
use poem::{Body, Request, Response, Result, handler};

const STATES: [&str; 4] = ["pending", "delivered", "failed", "abandoned"];

#[derive(Template)]
#[template(path = "office/webhooks.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    form: &'a Form,
    all: WebhooksView,
    made: Option<&'a WebhookView>,
}

impl List<'_> {
    fn ticked(&self, kind: &str) -> bool {
        self.form.ticked(&field(kind))
    }
}

#[derive(Template)]
#[template(path = "office/webhook.html")]
struct One<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    of: &'a WebhookView,
    kinds: &'a [String],
    made: Option<&'a WebhookView>,
    list: HookDeliveryPage,
    state: String,
}

impl One<'_> {
    const STATES: [&'static str; 4] = STATES;

    fn wants(&self, kind: &str) -> bool {
        self.of.kinds.iter().any(|one| one == kind)
    }

    /// What came of a try, in a few words that the receiver or the adapter said.
    fn told(of: &HookAttemptView) -> String {
        let status = of.status.map(|status| status.to_string());
        let said: String = of.told.chars().take(120).collect();
        let said = Some(said).filter(|said| !said.trim().is_empty());
        status.into_iter().chain(said).collect::<Vec<_>>().join(" · ")
    }

    fn tries(of: &HookDeliveryView) -> i64 {
        i64::try_from(of.attempts.len()).unwrap_or(i64::MAX)
    }

    fn millis(of: &HookAttemptView) -> i64 {
        i64::try_from(of.millis).unwrap_or(i64::MAX)
    }
}

/// The name of the box of a kind; names of fields hold no dots.
pub fn field(kind: &str) -> String {
    format!("kind-{}", kind.replace('.', "-"))
}

fn id(request: &Request) -> &str {
    request.raw_path_param("webhook").unwrap_or_default()
}

/// Shows them, and the way to a new one.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Staff).await?;
    render_list(&operator, request, &Form::default(), None, None).await
}

async fn render_list(
    operator: &Operator,
    request: &Request,
    form: &Form,
    made: Option<&WebhookView>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let page = List {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        form,
        all: operator.office.webhooks().await.map_err(Said)?,
        made,
    };
    operator.page(refusal, &page)
}

/// Adds one; its secret is the answer, this once.
#[handler]
pub async fn add(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Staff).await?;
    let form = Form::of(request, body).await?;
    let refused = match answer(added(&operator, &form).await)? {
        Ok(made) => return render_list(&operator, request, &Form::default(), Some(&made), None).await,
        Err(refusal) => refusal,
    };
    match operator.after(request, &form, Err(refused.into()), paths::OFFICE_WEBHOOKS).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render_list(&operator, request, &form, None, Some(&refusal)).await,
    }
}

async fn added(operator: &Operator, form: &Form) -> Done<WebhookView> {
    operator.office.proved_lately().await?;
    let kinds = chosen(operator, form).await?;
    let wish =
        WebhookRequest { url: form.text("url").to_owned(), kinds, description: form.given("description") };
    operator.office.add_webhook(wish).await
}

/// The kinds whose boxes were ticked.
async fn chosen(operator: &Operator, form: &Form) -> Done<Vec<String>> {
    let all = operator.office.webhooks().await?.kinds;
    Ok(all.into_iter().filter(|kind| form.ticked(&field(kind))).collect())
}

/// Shows one, with what was sent to it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Staff).await?;
    render(&operator, request, None, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    made: Option<&WebhookView>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let all = operator.office.webhooks().await.map_err(Said)?;
    let found = all.webhooks.iter().find(|one| one.webhook_id == id(request));
    let of = found.ok_or(Said::from(Refusal::NotFound))?;
    let state = asked("state", request).filter(|state| STATES.contains(&&**state));
    let sent = operator.office.webhook_deliveries(id(request), state.clone(), slice(request, 20)).await;
    let page = One {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        of,
        kinds: &all.kinds,
        made,
        list: sent.map_err(Said)?,
        state: state.unwrap_or_default(),
    };
    operator.page(refusal, &page)
}

/// Does something with one.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Staff).await?;
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    let path =
        if step == "remove" { paths::OFFICE_WEBHOOKS.to_owned() } else { paths::office_webhook(id(request)) };
    let done = if step == "renew" {
        match answer(renewed(&operator, id(request)).await)? {
            Ok(made) => return render(&operator, request, Some(&made), None).await,
            Err(refusal) => Err(refusal.into()),
        }
    } else {
        take(&operator, id(request), step, &form).await
    };
    match operator.after_step(request, &form, done, &path).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, None, Some(&refusal)).await,
    }
}

async fn renewed(operator: &Operator, id: &str) -> Done<WebhookView> {
    operator.office.proved_lately().await?;
    operator.office.renew_webhook_secret(id).await
}

async fn take(operator: &Operator, id: &str, step: &str, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    let switch = |on| UpdateWebhookRequest { on: Some(on), ..UpdateWebhookRequest::default() };
    match step {
        "save" => {
            office.proved_lately().await?;
            let change = UpdateWebhookRequest {
                url: form.given("url"),
                kinds: Some(chosen(operator, form).await?),
                description: Some(form.text("description").to_owned()),
                on: None,
            };
            office.update_webhook(id, change).await.map(|_| "saved")
        }
        "on" => office.update_webhook(id, switch(true)).await.map(|_| "saved"),
        "off" => office.update_webhook(id, switch(false)).await.map(|_| "saved"),
        "try" => office.try_webhook(id).await.map(|_| "begun"),
        "replay" => office.replay_delivery(form.text("delivery")).await.map(|_| "begun"),
        "replay-all" => {
            let day: Date = form.text("since").parse().map_err(|_| Refusal::bad_input("since", "a day"))?;
            let since = time::beginning_of(&operator.visitor.shop.zone, day).to_string();
            office.replay_untaken(id, ReplayRequest { since }).await.map(|_| "begun")
        }
        "remove" => {
            office.proved_lately().await?;
            office.remove_webhook(id).await.map(|()| "taken-away")
        }
        _ => Err(Error::Refused(Refusal::NotFound)),
    }
}
