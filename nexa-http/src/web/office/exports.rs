//! Lists to take along.

use super::Operator;
use crate::{
    paths,
    problem::Said,
    say::Words,
    takeaway,
    web::{
        Face,
        account::{self, Asking},
        visitor::{answer, asked},
    },
};
use askama::Template;
use nexa_core::{
    backoffice::model::ExportRequest,
    domain::permission::Permission,
    domain::{export::Export, refusal::Refusal},
};
use poem::{Request, Response, Result, error::NotFoundError, handler, http::header};

#[derive(Template)]
#[template(path = "office/exports.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    lists: &'a [&'static str],
}

/// Shows what there is.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Reports).await?;
    render(&operator, None)
}

fn render(operator: &Operator, refusal: Option<&Refusal>) -> Result<Response> {
    let lists: Vec<_> =
        Export::ALL.into_iter().filter(|one| *one != Export::Sales).map(Export::name).collect();
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: None,
        lists: &lists,
    };
    operator.page(refusal, &page)
}

/// Gives one, to whoever proved lately who they are: it holds all of a shop's customers.
#[handler]
pub async fn download(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Reports).await?;
    let name = request.raw_path_param("list").unwrap_or_default();
    let list = name.strip_suffix(".csv").ok_or(NotFoundError)?;
    match answer(operator.office.proved_lately().await)? {
        Ok(()) => {}
        Err(Refusal::ProveAgain) => {
            return account::ask_proof(&operator.visitor, request, Asking::before(paths::OFFICE_EXPORTS))
                .await;
        }
        Err(refusal) => return Err(Said::from(refusal).into()),
    }
    let wish = ExportRequest {
        locale: Some(operator.visitor.tag()),
        from: asked("from", request),
        to: asked("to", request),
        cursor: None,
    };
    match answer(takeaway::file(operator.visitor.office(), list, wish).await)? {
        Ok(body) => Ok(Response::builder()
            .content_type(takeaway::CSV)
            .header(header::CONTENT_DISPOSITION, takeaway::kept_as(list))
            .body(body)),
        Err(refusal @ Refusal::BadInput { .. }) => render(&operator, Some(&refusal)),
        Err(refusal) => Err(Said::from(refusal).into()),
    }
}
