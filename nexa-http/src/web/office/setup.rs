//! What is to be done before the first sale.

use super::Operator;
use crate::{paths, problem::Said, say::Words, web::Face};
use askama::Template;
use nexa_core::{
    backoffice::model::SetupView, domain::permission::Permission, domain::refusal::Refusal,
    error::Result as Done,
};
use poem::{Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/setup.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    left: &'a Left,
}

/// What is left to do.
pub struct Left(SetupView);

/// A step, and where it is done.
pub struct Todo<'a> {
    pub step: &'a str,
    pub done: bool,
    pub path: &'static str,
    /// The permission without which there is nothing at that path, by its name; none where anybody of the staff gets.
    pub needed: &'static str,
}

impl Left {
    /// What is left; nothing where all was done, and for those who may not do it.
    pub async fn of(operator: &Operator) -> Done<Option<Self>> {
        match operator.office.setup().await {
            Ok(setup) if setup.complete => Ok(None),
            Ok(setup) => Ok(Some(Self(setup))),
            Err(nexa_core::error::Error::Refused(Refusal::NotAllowed)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Every step.
    pub fn steps(&self) -> impl Iterator<Item = Todo<'_>> {
        self.0.steps.iter().map(|of| {
            let (path, needed) = place(&of.step);
            Todo { step: &of.step, done: of.done, path, needed }
        })
    }

    /// How many are done.
    pub fn done(&self) -> i64 {
        i64::try_from(self.0.steps.iter().filter(|of| of.done).count()).unwrap_or(0)
    }

    /// How many there are.
    pub fn all(&self) -> i64 {
        i64::try_from(self.0.steps.len()).unwrap_or(0)
    }
}

fn place(step: &str) -> (&'static str, &'static str) {
    match step {
        "group" => (paths::OFFICE_GROUPS, "catalogue"),
        "server" => (paths::OFFICE_SERVERS, "servers"),
        "plan" => (paths::OFFICE_PLANS, "catalogue"),
        "gateway" => (paths::OFFICE_GATEWAYS, "gateways"),
        "payment" => (paths::BUY, ""),
        "second_factor" => (paths::ACCOUNT, ""),
        "bot" => (paths::OFFICE_SETTINGS_BOT, "settings"),
        _ => (paths::OFFICE_SETTINGS, "settings"),
    }
}

/// Shows it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Settings).await?;
    let left = Left(operator.office.setup().await.map_err(Said)?);
    let (words, face) = (operator.words(), operator.visitor.face());
    operator.page(None, &Page { words, face, error: None, done: operator.told(request), left: &left })
}
