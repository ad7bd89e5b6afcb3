//! What those who ask are promised, answers that are kept, and how well the last month went.

use super::Operator;
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{
        SavedAnswerRequest, SavedAnswerView, SupportFiguresView, SupportTermsRequest, SupportTermsView,
    },
    domain::permission::Permission,
    domain::refusal::Refusal,
    error::Result as Done,
    text::Arg,
};
use poem::{Body, Request, Response, Result, handler};

/// Days of the week, Monday is 1.
const DAYS: [u32; 7] = [1, 2, 3, 4, 5, 6, 7];

#[derive(Template)]
#[template(path = "office/support.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    terms: &'a SupportTermsView,
    answers: &'a [SavedAnswerView],
    figures: &'a SupportFiguresView,
    /// Where mails are handed over, shown this once.
    hook: Option<&'a str>,
    days: [u32; 7],
    typed: &'a Form,
}

impl Page<'_> {
    fn percent(&self, of: u32) -> String {
        self.words.with("desk-percent", &[("percent", Arg::Number(i64::from(of)))])
    }

    fn day(&self, day: u32) -> String {
        self.words.part("desk-day", &day.to_string())
    }

    fn minutes(&self, seconds: i64) -> String {
        minutes(self.words, seconds)
    }
}

/// The days of a week in the order of the language's readers.
fn week(words: Words) -> [u32; 7] {
    if words.lang() == "fa" { [6, 7, 1, 2, 3, 4, 5] } else { DAYS }
}

/// Seconds as whole minutes, rounded up.
pub(super) fn minutes(words: Words, seconds: i64) -> String {
    words.with("desk-minutes", &[("minutes", Arg::Number(seconds.max(0).saturating_add(59) / 60))])
}

/// Shows all of it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Support).await?;
    render(&operator, request, &Form::default(), None, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    typed: &Form,
    hook: Option<&str>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let terms = operator.office.support_terms().await.map_err(Said)?;
    let answers = operator.office.saved_answers().await.map_err(Said)?;
    let figures = operator.office.support_figures().await.map_err(Said)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        terms: &terms,
        answers: &answers,
        figures: &figures,
        hook,
        days: week(operator.words()),
        typed,
    };
    operator.page(refusal, &page)
}

/// Takes one of the forms; `what` says which.
#[handler]
pub async fn change(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Support).await?;
    let form = Form::of(request, body).await?;
    if form.text("what") == "hook" {
        // Its address is a secret, so it stands in no address of ours.
        return match answer(operator.office.new_letter_hook().await)? {
            Ok(made) => render(&operator, request, &form, Some(&made.url), None).await,
            Err(refusal) => render(&operator, request, &form, None, Some(&refusal)).await,
        };
    }
    let done = take(&operator, &form).await;
    match operator.after(request, &form, done, paths::OFFICE_SUPPORT).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, &form, None, Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    match form.text("what") {
        "terms" => office.set_support_terms(terms(form)?).await.map(drop)?,
        "keep" => {
            let request = SavedAnswerRequest {
                answer_id: form.given("answer"),
                name: form.text("name").to_owned(),
                locale: form.given("locale"),
                text: form.text("text").to_owned(),
            };
            office.save_answer(request).await.map(drop)?;
        }
        "remove" => office.remove_answer(form.text("answer")).await?,
        _ => return Err(Refusal::NotFound.into()),
    }
    Ok("saved")
}

fn terms(form: &Form) -> Done<SupportTermsRequest> {
    let minutes = super::whole(form, "target_minutes")?.and_then(|minutes| u32::try_from(minutes).ok());
    let day = |day: &u32| form.ticked(&format!("day{day}"));
    Ok(SupportTermsRequest {
        address: Some(form.text("address").to_owned()),
        target_minutes: Some(minutes.unwrap_or_default()),
        days: Some(DAYS.into_iter().filter(day).collect()),
        from: form.given("from"),
        until: form.given("until"),
    })
}
