//! What came in on a day by gateway, beside what each provider lists.

use super::Operator;
use crate::{
    problem::Said,
    say::Words,
    web::{
        Face,
        visitor::{answer, asked},
    },
};
use askama::Template;
use jiff::{ToSpan, civil::Date};
use nexa_core::{
    backoffice::model::{ComparisonView, TakingsView},
    domain::{permission::Permission, refusal::Refusal, time},
};
use poem::{Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/takings.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    takings: &'a TakingsView,
    before: Option<String>,
    after: Option<String>,
}

impl Page<'_> {
    /// What only one of the two knows, or both differently, each kind with its names.
    fn odd(of: &ComparisonView) -> Vec<(&'static str, &[String])> {
        let all: [(&'static str, &[String]); 3] =
            [("only-ours", &of.only_ours), ("only-theirs", &of.only_theirs), ("differ", &of.differ)];
        all.into_iter().filter(|(_, names)| !names.is_empty()).collect()
    }
}

/// Shows a day, today where the address names none that there is.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Reports).await?;
    let wish = asked("day", request).filter(|day| !day.is_empty());
    let (takings, refusal): (TakingsView, Option<Refusal>) =
        match answer(operator.office.takings(wish).await)? {
            Ok(takings) => (takings, None),
            Err(refusal) => (operator.office.takings(None).await.map_err(Said)?, Some(refusal)),
        };
    let day = takings.day.parse::<Date>().ok();
    let today = time::day_of(&operator.visitor.shop.zone, operator.visitor.desk().config.world.now());
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal.as_ref()),
        done: None,
        takings: &takings,
        before: day.and_then(|day| day.checked_sub(1.day()).ok()).map(|day| day.to_string()),
        after: day.filter(|day| *day < today).and_then(|day| day.tomorrow().ok()).map(|day| day.to_string()),
    };
    operator.page(refusal.as_ref(), &page)
}
