//! Moving over from another panel or bot: a file is handed in, what it comes to is looked at, and then done.

use super::{Operator, key};
use crate::{
    paths,
    problem::Said,
    say::Words,
    uploads,
    web::{Face, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{ImportReportView, ImportRequest, OperatorPlanView, OperatorServerView},
    domain::{import::ImportKind, permission::Permission, refusal::Refusal},
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler};

/// What is carried from the look to the deed.
const FIELDS: [&str; 6] = ["kind", "server", "name", "plan", "currency", "anonymous"];

#[derive(Template)]
#[template(path = "office/import.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    form: &'a Form,
    report: Option<&'a ImportReportView>,
    carried: Vec<(&'static str, &'a str)>,
    key: String,
    plans: Vec<OperatorPlanView>,
    /// Those to choose from; none for whoever may not see servers.
    servers: Vec<OperatorServerView>,
    currency: String,
}

impl Page<'_> {
    /// The kinds by their names.
    fn kinds(&self) -> Vec<&'static str> {
        let reads_panels = !self.servers.is_empty();
        let all = ImportKind::ALL.into_iter().filter(|kind| reads_panels || *kind != ImportKind::Hiddify);
        all.map(ImportKind::name).collect()
    }

    /// What is counted, with its word.
    const fn counts(of: &ImportReportView) -> [(&'static str, u32); 6] {
        [
            ("import-rows", of.rows),
            ("import-users", of.users_made),
            ("import-wallets", of.wallets),
            ("import-adopted", of.adopted),
            ("import-made", of.made),
            ("import-here", of.here),
        ]
    }
}

/// Shows the form, to whoever proved lately who they are.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Settings).await?;
    match operator.fresh(request).await? {
        Some(first) => Ok(first),
        None => render(&operator, &Form::default(), (None, ""), None).await,
    }
}

async fn render(
    operator: &Operator,
    form: &Form,
    (report, key): (Option<&ImportReportView>, &str),
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let office = &operator.office;
    let sees_servers = operator.may(Permission::Servers);
    let servers = if sees_servers { office.servers().await.map_err(Said)? } else { Vec::new() };
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: None,
        form,
        report,
        carried: FIELDS.into_iter().map(|name| (name, form.text(name))).collect(),
        key: key.to_owned(),
        plans: office.plans().await.map_err(Said)?,
        servers,
        currency: office.shop().await.map_err(Said)?.currency,
    };
    operator.page(refusal, &page)
}

/// Looks at a file, or takes over what was looked at.
#[handler]
pub async fn take(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Settings).await?;
    let (form, file) = Form::with_file(request, body).await?;
    let waits = if form.text("step") == "do" { form.text("key").to_owned() } else { key(&operator) };
    match answer(import(&operator, &form, file, &waits).await)? {
        Ok(report) => render(&operator, &form, (Some(&report), &waits), None).await,
        Err(refusal) => {
            let done = Err(refusal.into());
            match operator.after(request, &form, done, paths::OFFICE_IMPORT).await? {
                Ok(response) => Ok(response),
                Err(refusal) => render(&operator, &form, (None, ""), Some(&refusal)).await,
            }
        }
    }
}

async fn import(
    operator: &Operator,
    form: &Form,
    file: Option<Vec<u8>>,
    waits: &str,
) -> Done<ImportReportView> {
    operator.office.proved_lately().await?;
    let (desk, who) = (operator.visitor.desk(), &operator.visitor.who);
    let now = desk.config.world.now();
    let does = form.text("step") == "do";
    let file = match file.filter(|_| !does) {
        Some(bytes) => {
            let written = uploads::written(bytes).await?;
            desk.uploads.keep(waits, who, std::sync::Arc::clone(&written), now);
            Some(written)
        }
        None => desk.uploads.find(waits, who, now),
    };
    let request = ImportRequest {
        kind: form.text("kind").to_owned(),
        file: file.as_ref().map(|file| file.to_path_buf()),
        server_id: form.given("server"),
        name: form.given("name"),
        plan_id: form.given("plan"),
        currency: form.given("currency"),
        anonymous: form.ticked("anonymous"),
        dry_run: !does,
        ..ImportRequest::default()
    };
    operator.office.import(request).await
}
