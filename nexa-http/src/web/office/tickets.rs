//! What customers ask: those who wait, one conversation, and answering.

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
use nexa_core::{
    backoffice::model::{ColleagueView, OperatorTicketPage, OperatorTicketView, SavedAnswerView},
    domain::{permission::Permission, refusal::Refusal},
    error::Result as Done,
    storefront::model::TicketEntryView,
};
use poem::{Body, Request, Response, Result, handler};

/// The states that a list may be of; without one it is of those that wait.
const STATES: [&str; 3] = ["open", "answered", "closed"];

#[derive(Template)]
#[template(path = "office/tickets.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    page: &'a OperatorTicketPage,
    state: &'a str,
    states: [&'static str; 3],
}

#[derive(Template)]
#[template(path = "office/ticket.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    of: &'a OperatorTicketView,
    text: &'a str,
    answers: &'a [SavedAnswerView],
    staff: &'a [ColleagueView],
}

impl List<'_> {
    fn called(&self, of: &TicketEntryView) -> String {
        called(self.words, of)
    }
}

impl Page<'_> {
    /// An identity as it is shown; of an account number only that there is one.
    fn identity(&self, shown: &str) -> String {
        if shown == "account_number" { self.words.get("account-number") } else { shown.to_owned() }
    }

    fn title(&self) -> String {
        called(self.words, &self.of.ticket.ticket)
    }

    /// Who has taken it on, by name.
    fn assignee(&self) -> Option<&ColleagueView> {
        let of = self.of.ticket.assignee_id.as_ref()?;
        self.staff.iter().find(|one| one.user_id == *of)
    }

    /// What somebody is called; whoever looks is "me".
    fn staff_name(&self, one: &ColleagueView) -> String {
        if one.me { self.words.get("desk-me") } else { one.name.clone() }
    }
}

fn called(words: Words, of: &TicketEntryView) -> String {
    of.subject.clone().unwrap_or_else(|| words.get("page-ticket"))
}

fn id(request: &Request) -> &str {
    request.raw_path_param("ticket").unwrap_or_default()
}

/// Shows those that wait, or those of the state that the address names.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Support).await?;
    let state = asked("state", request).filter(|state| STATES.contains(&state.as_str()));
    let all = operator.office.tickets(state.clone(), slice(request, 50)).await.map_err(Said)?;
    let page = List {
        words: operator.words(),
        face: operator.visitor.face(),
        error: None,
        done: operator.told(request),
        page: &all,
        state: state.as_deref().unwrap_or_default(),
        states: STATES,
    };
    operator.page(None, &page)
}

/// Shows one.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Support).await?;
    // An answer that is kept is filled in here, where it is looked at before it is sent.
    let kept = match asked("answer", request).filter(|kept| !kept.is_empty()) {
        Some(kept) => answer(operator.office.fill_answer(id(request), &kept).await)?.ok(),
        None => None,
    };
    render(&operator, request, kept.as_ref().map_or("", |kept| &kept.text), None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    text: &str,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let of = operator.office.ticket(id(request)).await.map_err(Said)?;
    let answers = operator.office.saved_answers().await.map_err(Said)?;
    let staff = operator.office.support_staff().await.map_err(Said)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        of: &of,
        text,
        answers: &answers,
        staff: &staff,
    };
    operator.page(refusal, &page)
}

/// A picture that came with a message.
#[handler]
pub async fn picture(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Support).await?;
    let message = request.raw_path_param("message").unwrap_or_default();
    Ok(super::picture(operator.office.ticket_picture(id(request), message).await.map_err(Said)?))
}

/// Takes the form of one step: answers, or closes.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Support).await?;
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    let back = paths::office_ticket(id(request));
    match operator.after(request, &form, take(&operator, id(request), step, &form).await, &back).await? {
        Ok(response) => Ok(response),
        Err(refusal @ Refusal::NotFound) => Err(Said::from(refusal).into()),
        Err(refusal) => render(&operator, request, form.text("text"), Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, id: &str, step: &str, form: &Form) -> Done<&'static str> {
    match step {
        "answer" => {
            let seen = super::version(form)?;
            operator.office.answer_seen(id, seen, form.text("text")).await.map(|_| "answered")
        }
        "take" => operator.office.take_ticket(id).await.map(|_| "taken"),
        "assign" => operator.office.assign_ticket(id, form.given("user")).await.map(|_| "taken"),
        "close" => operator.office.close_seen(id, super::version(form)?).await.map(|_| "closed"),
        _ => Err(Refusal::NotFound.into()),
    }
}
