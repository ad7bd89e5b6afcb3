//! What the shop says in its own words, in place of ours or beside them.

use super::super::Operator;
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{OwnTextRequest, TextPlaceView},
    domain::{permission::Permission, refusal::Refusal},
    text::Arg,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/settings/texts.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    groups: Vec<(&'a str, Vec<&'a TextPlaceView>)>,
    typed: Option<&'a Form>,
}

impl Page<'_> {
    /// What stands in the form of a text.
    fn text(&self, of: &TextPlaceView) -> String {
        let this = |form: &&Form| form.text("key") == of.key && form.text("locale") == of.locale;
        let typed = self.typed.filter(this).map(|form| form.text("text").to_owned());
        typed.unwrap_or_else(|| of.own.clone().unwrap_or_default())
    }

    fn is_open(&self, of: &TextPlaceView) -> bool {
        self.typed.is_some_and(|form| form.text("key") == of.key)
    }

    fn marks(&self, of: &TextPlaceView) -> String {
        let marks = of.marks.iter().map(|mark| format!("{{{mark}}}")).collect::<Vec<_>>().join(" ");
        self.words.with("own-texts-marks", &[("marks", Arg::Text(&marks))])
    }
}

/// Shows all of them.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Settings).await?;
    render(&operator, request, None, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    typed: Option<&Form>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let all = operator.office.own_texts().await.map_err(Said)?;
    let mut groups: Vec<(&str, Vec<&TextPlaceView>)> = Vec::new();
    for place in &all {
        match groups.last_mut().filter(|(key, _)| *key == place.key) {
            Some((_, those)) => those.push(place),
            None => groups.push((&place.key, vec![place])),
        }
    }
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        groups,
        typed,
    };
    operator.page(refusal, &page)
}

/// Writes one.
#[handler]
pub async fn save(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Settings).await?;
    let form = Form::of(request, body).await?;
    let wish = OwnTextRequest {
        key: form.text("key").to_owned(),
        locale: form.text("locale").to_owned(),
        text: form.text("text").to_owned(),
    };
    let done = operator.office.set_own_text(wish).await.map(|()| "saved");
    match operator.after(request, &form, done, paths::OFFICE_SETTINGS_TEXTS).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&form), Some(&refusal)).await,
    }
}
