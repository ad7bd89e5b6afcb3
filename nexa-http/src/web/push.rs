//! Which browsers show messages: told by the page's script, because only a script can subscribe.

use super::Visitor;
use crate::problem::{Fault, Said};
use nexa_core::{domain::refusal::Refusal, storefront::model::PushRequest};
use poem::{Body, Request, Response, Result, handler, http::StatusCode};
use serde::Deserialize;

/// What the script of a page asks.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Change {
    /// Not to this browser any more.
    Off { off: String },
    /// To this browser too.
    On(PushRequest),
}

/// The key that this browser subscribes with.
#[handler]
pub async fn key(request: &Request) -> Result<Response> {
    let visitor = signed_in(request).await?;
    let key = visitor.store().push_key().await.map_err(Said)?;
    let body = poem::Body::from_json(&key).map_err(|_| Fault::Internal)?;
    Ok(Response::builder().content_type("application/json").body(body))
}

/// Begins or ends messages to this browser.
#[handler]
pub async fn change(request: &Request, body: Body) -> Result<Response> {
    let visitor = signed_in(request).await?;
    // A form of another site cannot be of this type without being asked for first.
    if !request.content_type().is_some_and(|kind| kind.starts_with("application/json")) {
        return Err(Fault::BadForm.into());
    }
    let bytes = body.into_vec().await.map_err(|_| Fault::BadForm)?;
    match serde_json::from_slice(&bytes).map_err(|_| Fault::BadForm)? {
        Change::On(browser) => visitor.store().push_on(browser).await.map_err(Said)?,
        Change::Off { off } => visitor.store().push_off(&off).await.map_err(Said)?,
    }
    Ok(Response::builder().status(StatusCode::NO_CONTENT).finish())
}

async fn signed_in(request: &Request) -> Result<Visitor> {
    let visitor = Visitor::of(request).await?;
    if visitor.is_signed_in() { Ok(visitor) } else { Err(Said::from(Refusal::NotSignedIn).into()) }
}

#[cfg(test)]
mod tests {
    use crate::say::Words;
    use askama::Template;
    use nexa_core::domain::shop::Locale;

    /// The piece as a page includes it: it needs `words` and nothing else.
    #[derive(Template)]
    #[template(path = "pieces/push.html")]
    struct Piece {
        words: Words,
    }

    #[test]
    fn what_needs_a_script_is_hidden_until_it_is_there() {
        for locale in Locale::ALL {
            let text = Piece { words: Words(locale) }.render().unwrap();
            assert!(text.contains("data-push=\"/account/push\" hidden"), "{text}");
            assert_eq!(text.matches("<button").count(), 3);
            for button in text.split("<button").skip(1) {
                assert!(button.split('>').next().unwrap().ends_with(" hidden"), "{button}");
            }
        }
    }
}
