//! Server groups: those that there are, and one of them.

use super::{Operator, confirm, typed::small};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{GroupRequest, GroupView},
    domain::permission::Permission,
    domain::refusal::Refusal,
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/groups.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    groups: Vec<Row>,
    form: &'a Form,
}

#[derive(Template)]
#[template(path = "office/group.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    of: &'a GroupView,
    form: &'a Form,
}

/// A group with what is in it.
struct Row {
    group: GroupView,
    /// Told to whoever sees servers.
    servers: Option<i64>,
    plans: i64,
}

fn id(request: &Request) -> &str {
    request.raw_path_param("group").unwrap_or_default()
}

/// Shows all of them.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    render_list(&operator, request, &Form::default(), None).await
}

async fn render_list(
    operator: &Operator,
    request: &Request,
    form: &Form,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let page = List {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        groups: rows(operator).await.map_err(Said)?,
        form,
    };
    operator.page(refusal, &page)
}

async fn rows(operator: &Operator) -> Done<Vec<Row>> {
    let servers =
        if operator.may(Permission::Servers) { Some(operator.office.servers().await?) } else { None };
    let plans = operator.office.plans().await?;
    let count = |found: usize| i64::try_from(found).unwrap_or(i64::MAX);
    let row = |group: GroupView| Row {
        servers: servers
            .as_ref()
            .map(|all| count(all.iter().filter(|server| server.group_id == group.group_id).count())),
        plans: count(plans.iter().filter(|plan| plan.group_id == group.group_id).count()),
        group,
    };
    Ok(operator.office.groups().await?.into_iter().map(row).collect())
}

fn wish(form: &Form) -> Done<GroupRequest> {
    Ok(GroupRequest { name: form.text("name").to_owned(), spread: small(form, "spread")?.unwrap_or(0) })
}

/// Adds one.
#[handler]
pub async fn add(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let form = Form::of(request, body).await?;
    let added = async { operator.office.add_group(wish(&form)?).await };
    match answer(added.await)? {
        Ok(_) => Ok(operator.visitor.to(&format!("{}?done=saved", paths::OFFICE_GROUPS))),
        Err(refusal) => render_list(&operator, request, &form, Some(&refusal)).await,
    }
}

/// Shows one.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    render(&operator, request, None, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    typed: Option<&Form>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let of = one(operator, id(request)).await.map_err(Said)?;
    let shown = Form::filled([("name", of.name.clone()), ("spread", of.spread.to_string())]);
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        of: &of,
        form: typed.unwrap_or(&shown),
    };
    operator.page(refusal, &page)
}

async fn one(operator: &Operator, id: &str) -> Done<GroupView> {
    let all = operator.office.groups().await?;
    Ok(all.into_iter().find(|group| group.group_id == id).ok_or(Refusal::NotFound)?)
}

/// Changes it, or takes it away.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let form = Form::of(request, body).await?;
    let (step, page) = (request.raw_path_param("step").unwrap_or_default(), paths::office_group(id(request)));
    if step == "remove" && !form.ticked("sure") {
        let of = one(&operator, id(request)).await.map_err(Said)?;
        return confirm::ask(&operator, "group-remove", &of.name, &form, &page);
    }
    let done = take(&operator, id(request), step, &form).await;
    let back = if step == "remove" { paths::OFFICE_GROUPS } else { &page };
    match operator.after_step(request, &form, done, back).await? {
        Ok(response) => Ok(response),
        Err(refusal) => {
            render(&operator, request, Some(&form).filter(|_| step == "save"), Some(&refusal)).await
        }
    }
}

async fn take(operator: &Operator, id: &str, step: &str, form: &Form) -> Done<&'static str> {
    match step {
        "save" => operator.office.update_group(id, wish(form)?).await.map(|_| "saved"),
        "remove" => operator.office.remove_group(id).await.map(|()| "taken-away"),
        _ => Err(Refusal::NotFound.into()),
    }
}
