//! The first page of the office: what was sold today, what waits, and whether the servers answer.

use super::{MOST, Operator};
use crate::{paths, problem::Said, say::Words, web::Face};
use askama::Template;
use nexa_core::{
    backoffice::model::{OperatorServerView, SalesView},
    error::Result as Done,
    storefront::model::PageRequest,
};
use poem::{Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/overview.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    sales: &'a SalesView,
    waiting: Vec<Waiting>,
    servers: &'a [OperatorServerView],
}

/// Something that waits for a person.
struct Waiting {
    what: &'static str,
    path: &'static str,
    count: usize,
}

impl Waiting {
    /// How many; of a full list only that there are as many.
    fn shown(&self, words: Words) -> String {
        let most = usize::try_from(MOST).unwrap_or(usize::MAX);
        let count = words.number(i64::try_from(self.count.min(most)).unwrap_or(i64::MAX));
        if self.count < most { count } else { format!("{count}+") }
    }
}

/// Shows it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request).await?;
    let office = &operator.office;
    let sales = office.sales(None).await.map_err(Said)?;
    let waiting = waiting(&operator).await.map_err(Said)?;
    let servers = office.servers().await.map_err(Said)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: None,
        done: None,
        sales: &sales,
        waiting,
        servers: &servers,
    };
    operator.page(None, &page)
}

async fn waiting(operator: &Operator) -> Done<Vec<Waiting>> {
    let office = &operator.office;
    let most = || PageRequest { cursor: None, limit: Some(MOST) };
    let of = |what, path, count| Waiting { what, path, count };
    Ok(vec![
        of("tickets", paths::OFFICE_TICKETS, office.tickets(None, most()).await?.items.len()),
        of("receipts", paths::OFFICE_RECEIPTS, office.receipts(most()).await?.len()),
        of("reviews", paths::OFFICE_REVIEWS, office.reviews(most()).await?.items.len()),
        of("deposits", paths::OFFICE_DEPOSITS, office.deposits(most()).await?.len()),
        of("unresolved", paths::OFFICE_UNRESOLVED, office.unresolved().await?.len()),
    ])
}
