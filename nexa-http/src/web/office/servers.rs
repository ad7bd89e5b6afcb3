//! Servers: those that there are, and adding one after looking at it.

use super::{
    Names, Operator,
    entries::{self, Entries},
    typed::small,
};
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
    backoffice::model::{
        AddServerRequest, GroupView, KindView, OperatorServerView, RentView, ServerTrialView, SettingView,
        TryServerRequest,
    },
    domain::permission::Permission,
    domain::refusal::Refusal,
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/servers.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    servers: &'a [OperatorServerView],
    rents: &'a [RentView],
    groups: Names,
    kinds: Vec<KindView>,
}

#[derive(Template)]
#[template(path = "office/server_new.html")]
struct New<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    prove: bool,
    kind: &'a str,
    groups: Vec<GroupView>,
    form: &'a Form,
    entries: Entries,
    found: Option<&'a ServerTrialView>,
}

impl New<'_> {
    /// How many identities are on the server that was looked at.
    fn accounts(&self, found: &ServerTrialView) -> String {
        let count = found.accounts.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        count.map_or_else(|| self.words.get("office-not-said"), |count| self.words.number(count))
    }
}

impl List<'_> {
    fn rent(&self, server: &OperatorServerView) -> Option<&RentView> {
        self.rents.iter().find(|rent| rent.server_id == server.server_id)
    }
}

/// Shows all of them.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Servers).await?;
    let office = &operator.office;
    let (servers, rents) = (office.servers().await.map_err(Said)?, office.rents().await.map_err(Said)?);
    let groups = office.groups().await.map_err(Said)?;
    let page = List {
        words: operator.words(),
        face: operator.visitor.face(),
        error: None,
        done: operator.told(request),
        servers: &servers,
        rents: &rents,
        groups: Names(groups.into_iter().map(|group| (group.group_id, group.name)).collect()),
        kinds: office.server_kinds().await.map_err(Said)?,
    };
    operator.page(None, &page)
}

/// Shows the form of a new one, to those who have shown lately who they are.
#[handler]
pub async fn offer(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Servers).await?;
    if let Some(question) = operator.fresh(request).await? {
        return Ok(question);
    }
    let kind = asked("kind", request).unwrap_or_default();
    let form = Form::filled([("kind", kind)]);
    render(&operator, request, &form, None, None).await
}

/// The settings of a kind that an operator may choose.
pub async fn settings(operator: &Operator, kind: &str) -> Done<Vec<SettingView>> {
    let kinds = operator.office.server_kinds().await?;
    let known = kinds.into_iter().find(|known| known.kind == kind).ok_or(Refusal::NotFound)?;
    Ok(entries::blank(&known.fields))
}

async fn render(
    operator: &Operator,
    request: &Request,
    form: &Form,
    found: Option<&ServerTrialView>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let kind = form.text("kind");
    let settings = settings(operator, kind).await.map_err(Said)?;
    let page = New {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        prove: matches!(refusal, Some(Refusal::ProveAgain)),
        kind,
        groups: operator.office.groups().await.map_err(Said)?,
        form,
        entries: entries::of(operator.words(), &settings, Some(form)),
        found,
    };
    operator.page(refusal, &page)
}

/// What a form led to.
enum Next {
    Found(ServerTrialView),
    Added(String),
}

/// Looks at the server, or adds it.
#[handler]
pub async fn submit(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Servers).await?;
    let form = Form::of(request, body).await?;
    match answer(take(&operator, &form).await)? {
        Ok(Next::Found(found)) => render(&operator, request, &form, Some(&found), None).await,
        Ok(Next::Added(id)) => Ok(operator.visitor.to(&format!("{}?done=saved", paths::office_server(&id)))),
        Err(Refusal::NotFound) => Err(Said::from(Refusal::NotFound).into()),
        Err(refusal) => render(&operator, request, &form, None, Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, form: &Form) -> Done<Next> {
    let office = &operator.office;
    let kind = form.text("kind").to_owned();
    let settings = settings(operator, &kind).await?;
    office.proved_lately().await?;
    let config = office.server_config(&kind, entries::typed(&settings, form)).await?;
    if form.text("step") != "add" {
        return office.try_server(TryServerRequest { kind, config }).await.map(Next::Found);
    }
    let wish = AddServerRequest {
        name: form.text("name").to_owned(),
        kind,
        group_id: form.given("group"),
        config,
        region: form.given("region").map(|region| region.to_uppercase()),
        capacity: small(form, "capacity")?,
    };
    office.add_server(wish).await.map(|server| Next::Added(server.server_id))
}
