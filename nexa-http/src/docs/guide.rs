//! The guide and the errors: pages without a script.

use crate::{
    api::document::{catalogue, promise, rows},
    caller::desk_of,
    paths,
};
use askama::Template;
use nexa_core::domain::webhook::HookKind;
use poem::{Request, Response, Result, error::InternalServerError, handler};

/// What the frame of a page shows.
macro_rules! framed {
    ($name:ident, $path:tt, { $($field:ident: $kind:ty),* $(,)? }) => {
        #[derive(Template)]
        #[template(path = $path)]
        struct $name {
            version: &'static str,
            style: &'static str,
            docs: &'static str,
            reference: &'static str,
            errors: &'static str,
            document: &'static str,
            $($field: $kind,)*
        }

        impl $name {
            fn made($($field: $kind),*) -> Self {
                Self {
                    version: promise::VERSION,
                    style: paths::DOCS_STYLE,
                    docs: paths::DOCS,
                    reference: paths::DOCS_REFERENCE,
                    errors: paths::DOCS_ERRORS,
                    document: paths::DOCUMENT,
                    $($field,)*
                }
            }
        }
    };
}

framed!(Guide, "docs/guide.html", {
    api: String,
    kinds: Vec<Kind>,
    python: &'static str,
    javascript: &'static str,
    php: &'static str,
    walk: &'static str,
    changes: Vec<Change>,
});
framed!(Errors, "docs/errors.html", { chapters: Vec<Chapter> });

/// What a webhook is told.
struct Kind {
    name: &'static str,
    about: &'static str,
    fields: String,
}

/// What came with a version.
struct Change {
    version: &'static str,
    day: &'static str,
    changes: Vec<String>,
}

/// Codes that belong together.
struct Chapter {
    name: &'static str,
    anchor: String,
    rows: Vec<Entry>,
}

struct Entry {
    code: &'static str,
    status: u16,
    meaning: String,
    places: String,
}

/// Words between backticks as code; the texts are ours and hold no markup beside.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| if at % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() })
        .collect()
}

fn told(of: &impl Template) -> Result<Response> {
    let body = of.render().map_err(InternalServerError)?;
    Ok(Response::builder().content_type("text/html; charset=utf-8").body(body))
}

/// The guide.
#[handler]
pub async fn page(request: &Request) -> Result<Response> {
    let api = format!("{}{}", desk_of(request)?.own_address(request).await, paths::API);
    let kinds = HookKind::choices().map(|kind| {
        let fields: Vec<_> =
            kind.fields().iter().map(|field| field.replace('?', " (may be null or missing)")).collect();
        Kind { name: kind.name(), about: kind.about(), fields: fields.join(", ") }
    });
    let changes = promise::CHANGES.iter().map(|(version, day, changes)| Change {
        version,
        day,
        changes: changes.iter().map(|one| marked(one)).collect(),
    });
    told(&Guide::made(
        api,
        kinds.collect(),
        include_str!("../../templates/docs/verify.py"),
        include_str!("../../templates/docs/verify.mjs"),
        include_str!("../../templates/docs/verify.php"),
        include_str!("../../templates/docs/sandbox.sh"),
        changes.collect(),
    ))
}

/// The error catalogue.
#[handler]
pub fn errors() -> Result<Response> {
    let statuses = catalogue::statuses();
    let chapters = catalogue::CHAPTERS.iter().map(|(name, rows)| Chapter {
        name,
        anchor: name.to_lowercase().replace(' ', "-"),
        rows: rows
            .iter()
            .map(|row| Entry {
                code: row.code,
                status: statuses.get(row.code).copied().unwrap_or_default(),
                meaning: marked(row.meaning) + &held(row.code),
                places: places(row.places),
            })
            .collect(),
    });
    told(&Errors::made(chapters.collect()))
}

/// What a problem with this code holds beside.
fn held(code: &str) -> String {
    let members = catalogue::members(code).iter().map(|name| format!("<code>{name}</code>"));
    let members = members.collect::<Vec<_>>().join(", ");
    if members.is_empty() { members } else { format!(" Members: {members}.") }
}

fn places(places: &[&str]) -> String {
    let named = places.iter().map(|place| match *place {
        rows::ANY => "any operation",
        rows::BODY => "any operation with a body",
        rows::SIGNED_IN => "any operation that wants a token",
        rows::OFFICE => "any operation under /admin",
        rows::REPEATED => "any operation with an Idempotency-Key",
        rows::ELSEWHERE => "pages and callbacks, no operation",
        id => id,
    });
    named.collect::<Vec<_>>().join(", ")
}

/// Their style.
#[handler]
pub fn style() -> Response {
    Response::builder()
        .content_type("text/css; charset=utf-8")
        .header("cache-control", "public, max-age=300")
        .body(include_str!("../../assets/docs.css"))
}
