//! The first page of the office: what was sold today, what waits, and whether the servers answer.

use super::{MOST, Operator, analytics::Measure, setup::Left};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, visitor::answer},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{OperatorServerView, SalesView},
    domain::permission::{Permission, SEE_PAYMENTS},
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
    /// Users, active subscriptions, revenue and the wait for an answer, over the last thirty days; nothing for those who
    /// may not see reports.
    measures: Vec<Measure>,
    /// For whoever sees reports.
    sales: Option<&'a SalesView>,
    waiting: Vec<Waiting>,
    /// What is left of setting the shop up.
    left: Option<&'a Left>,
    /// For whoever sees servers.
    servers: Option<&'a [OperatorServerView]>,
    /// Whether whoever looks should set a second factor up.
    unguarded: bool,
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
    let operator = Operator::any(request).await?;
    let office = &operator.office;
    let sales =
        if operator.may(Permission::Reports) { Some(office.sales(None).await.map_err(Said)?) } else { None };
    let waiting = waiting(&operator).await.map_err(Said)?;
    let servers =
        if operator.may(Permission::Servers) { Some(office.servers().await.map_err(Said)?) } else { None };
    let unguarded = !operator.visitor.store().me().await.map_err(Said)?.second_factor
        && operator.visitor.store().passkeys().await.map_err(Said)?.is_empty();
    let left = Left::of(&operator).await.map_err(Said)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: None,
        done: None,
        measures: measures(&operator).await?,
        sales: sales.as_ref(),
        waiting,
        left: left.as_ref(),
        servers: servers.as_deref(),
        unguarded,
    };
    operator.page(None, &page)
}

async fn measures(operator: &Operator) -> Result<Vec<Measure>> {
    let names = ["users", "active", "net_revenue", "first_response_median"];
    let summary = answer(operator.office.summary(30).await)?;
    Ok(summary.map(|all| Measure::chosen(operator.words(), &all, &names)).unwrap_or_default())
}

async fn waiting(operator: &Operator) -> Done<Vec<Waiting>> {
    let office = &operator.office;
    let most = || PageRequest { cursor: None, limit: Some(MOST) };
    let of = |what, path, count| Waiting { what, path, count };
    let mut all = Vec::new();
    if operator.may(Permission::Support) {
        all.push(of("tickets", paths::OFFICE_TICKETS, office.tickets(None, most()).await?.items.len()));
    }
    if operator.may(SEE_PAYMENTS) {
        all.extend([
            of("receipts", paths::OFFICE_RECEIPTS, office.receipts(most()).await?.len()),
            of("reviews", paths::OFFICE_REVIEWS, office.reviews(most()).await?.items.len()),
            of("deposits", paths::OFFICE_DEPOSITS, office.deposits(most()).await?.len()),
            of("unresolved", paths::OFFICE_UNRESOLVED, office.unresolved().await?.len()),
        ]);
    }
    Ok(all)
}
