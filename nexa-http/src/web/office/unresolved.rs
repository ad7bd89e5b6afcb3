//! What should have come to an end by itself and has not for over an hour.

use super::Operator;
use crate::{problem::Said, say::Words, web::Face};
use askama::Template;
use nexa_core::{backoffice::model::UnresolvedView, domain::permission::SEE_PAYMENTS};
use poem::{Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/unresolved.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    all: &'a [UnresolvedView],
}

impl Page<'_> {
    /// How far it has come, in words.
    fn state(&self, of: &UnresolvedView) -> String {
        match &*of.what {
            "payment" => self.words.part("office-payment", &of.state),
            "order" => self.words.part("office-order", &of.state),
            _ => self.words.get("office-undecided"),
        }
    }
}

/// Shows it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, SEE_PAYMENTS).await?;
    let all = operator.office.unresolved().await.map_err(Said)?;
    let (words, face) = (operator.words(), operator.visitor.face());
    operator.page(None, &Page { words, face, error: None, done: None, all: &all })
}
