//! The page that asks once more before what cannot be undone.

use super::Operator;
use crate::{
    say::Words,
    web::{Face, form::Form},
};
use askama::Template;
use nexa_core::text::Arg;
use poem::{Response, Result};

#[derive(Template)]
#[template(path = "office/confirm.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    title: String,
    text: String,
    action: &'a str,
    back: &'a str,
    /// What was filled in, which is sent again.
    carried: Vec<(&'a str, &'a str)>,
}

/// Asks; whoever agrees sends the form to where it came from once more, as it was filled in, and with `sure` in it.
pub fn ask(operator: &Operator, what: &str, name: &str, form: &Form, back: &str) -> Result<Response> {
    let words = operator.words();
    let carried = form.fields().iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let page = Page {
        words,
        face: operator.visitor.face(),
        error: None,
        done: None,
        title: words.with(&format!("office-confirm-{what}"), &[("name", Arg::Text(name))]),
        text: words.get(&format!("office-confirm-{what}-text")),
        action: &operator.visitor.path,
        back,
        carried: carried.filter(|(name, _)| *name != "sure").collect(),
    };
    operator.page(None, &page)
}
