//! Who one is, shown in a window of its own: so a form that was filled in elsewhere is not lost for it.

use super::Operator;
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{
        Face,
        account::{self, Asking},
        visitor::answer,
    },
};
use askama::Template;
use nexa_core::domain::refusal::Refusal;
use poem::{Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/proof.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
}

/// Asks who one is, or says that one may go on.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::any(request).await?;
    match answer(operator.office.proved_lately().await)? {
        Ok(()) => {
            let (words, face) = (operator.words(), operator.visitor.face());
            operator.page(None, &Page { words, face, error: None, done: None })
        }
        Err(Refusal::ProveAgain) => {
            account::ask_proof(&operator.visitor, request, Asking::before(paths::OFFICE_PROOF)).await
        }
        Err(refusal) => Err(Said::from(refusal).into()),
    }
}
