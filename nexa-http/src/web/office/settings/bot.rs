//! The shop's bot, and the chat in which it tells those who run the shop what to look at.

use super::{
    super::{Operator, sure},
    Typed,
};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{AlertSettingsView, AlertTopicView, BotRequest, ShopView, TelegramRequest},
    domain::permission::Permission,
    domain::{alert::AlertKind, refusal::Refusal},
    error::Result as Done,
    storefront::model::MoneyView,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/settings/bot.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    shop: &'a ShopView,
    /// Whether they may change by what Telegram is reached.
    owner: bool,
    alerts: Option<&'a AlertSettingsView>,
    kinds: Vec<Kind>,
    typed: Typed<'a>,
    chat: String,
    large: String,
    zero: MoneyView,
}

/// One kind of alerts.
struct Kind {
    name: &'static str,
    on: bool,
    thread: String,
}

/// Shows it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Settings).await?;
    render(&operator, request, None, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    form: Option<&Form>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let shop = operator.office.shop().await.map_err(Said)?;
    let alerts = operator.office.alerts().await.map_err(Said)?;
    let me = operator.visitor.store().me().await.map_err(Said)?;
    let kind = |kind: AlertKind| {
        let name = kind.name();
        let muted = alerts.as_ref().is_some_and(|set| set.muted.iter().any(|one| one == name));
        let thread = alerts.iter().flat_map(|set| &set.topics).find(|topic| topic.kind == name);
        Kind {
            name,
            on: !muted,
            thread: thread.map_or_else(String::new, |topic| topic.thread_id.to_string()),
        }
    };
    let large = alerts.as_ref().and_then(|set| set.large_payment.as_ref());
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        shop: &shop,
        owner: me.role == "operator",
        alerts: alerts.as_ref(),
        kinds: AlertKind::ALL.into_iter().map(kind).collect(),
        typed: Typed(form),
        chat: alerts.as_ref().map(|set| set.chat_id.to_string()).unwrap_or_default(),
        large: large.map(|sum| operator.words().bare(sum)).unwrap_or_default(),
        zero: MoneyView { minor: 0, currency: shop.currency.clone() },
    };
    operator.page(refusal, &page)
}

/// Takes one part of it.
#[handler]
pub async fn save(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Settings).await?;
    let form = Form::of(request, body).await?;
    let done = take(&operator, &form).await;
    match operator.after(request, &form, done, paths::OFFICE_SETTINGS_BOT).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&form), Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    office.proved_lately().await?;
    let text = |field: &str| Some(form.text(field).to_owned());
    match form.text("part") {
        "token" => {
            let (token, username) = (form.text("token").to_owned(), form.text("username").to_owned());
            office.set_telegram(TelegramRequest { token, username }).await.map(|_| "saved")
        }
        "no-token" => {
            sure(form)?;
            office.clear_telegram().await.map(|_| "saved")
        }
        "bot" => {
            let request = BotRequest {
                answers: Some(form.ticked("answers")),
                channel: text("channel"),
                terms_url: text("terms_url"),
                // Only owners are shown it.
                api_url: form.sent("api_url").map(str::to_owned),
                // It is never shown, so an empty field leaves it.
                proxy: form.given("proxy").or_else(|| form.ticked("no_proxy").then(String::new)),
            };
            office.update_bot(request).await.map(|_| "saved")
        }
        "alerts" => office.set_alerts(alerts(operator, form)?).await.map(|_| "saved"),
        "no-alerts" => office.clear_alerts().await.map(|()| "saved"),
        _ => Err(Refusal::NotFound.into()),
    }
}

fn alerts(operator: &Operator, form: &Form) -> Done<AlertSettingsView> {
    let (mut topics, mut muted) = (Vec::new(), Vec::new());
    for kind in AlertKind::ALL.map(AlertKind::name) {
        if !form.ticked(&format!("on_{kind}")) {
            muted.push(kind.to_owned());
        }
        if form.ticked(&format!("thread_{kind}")) {
            let thread_id = number(form, &format!("thread_{kind}"), "topics")?;
            topics.push(AlertTopicView { kind: kind.to_owned(), thread_id });
        }
    }
    let large_payment = match form.given("large") {
        Some(_) => Some(operator.typed(form, "large", operator.visitor.shop.currency.code())?),
        None => None,
    };
    Ok(AlertSettingsView { chat_id: number(form, "chat", "chat_id")?, topics, muted, large_payment })
}

/// A number as Telegram writes it, which may be negative.
fn number(form: &Form, field: &str, named: &'static str) -> Done<i64> {
    let text = form.text(field);
    let (sign, digits) = text.strip_prefix(['-', '−']).map_or(("", text), |rest| ("-", rest));
    let digits = nexa_core::domain::user::digits(digits).unwrap_or_default();
    Ok(format!("{sign}{digits}").parse().map_err(|_| Refusal::bad_input(named, "a number"))?)
}
