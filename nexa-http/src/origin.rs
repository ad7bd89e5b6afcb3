//! Against forged forms: an unsafe request that a browser sends must come from our own pages. The session's cookie is
//! `SameSite=Lax` besides, so another site's form would come without it.
//!
//! Not for the API, whose callers show a token that no browser sends by itself, and not for gateways' callbacks.

use crate::{desk, problem::Fault, web::cookie};
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{Method, header},
};

/// An endpoint that refuses forms of other sites.
pub struct SameSite<E>(pub E);

impl<E: Endpoint> Endpoint for SameSite<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        if !safe && !is_own(&request) {
            return Err(Fault::CrossSite.into());
        }
        Ok(self.0.call(request).await?.into_response())
    }
}

fn is_own(request: &Request) -> bool {
    match request.header("sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        // Browsers without Fetch Metadata send Origin with every POST; who has a session and sends neither is refused.
        None => match request.header(header::ORIGIN) {
            Some(origin) => {
                let bare = origin.split_once("://").map_or("", |(_, host)| host);
                let host = bare.rsplit_once(':').map_or(bare, |(host, _)| host);
                host.trim_matches(['[', ']']).eq_ignore_ascii_case(&desk::host(request))
            }
            None => !cookie::carries_session(request.headers()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(headers: &[(&str, &str)]) -> bool {
        let mut builder = Request::builder().method(Method::POST).header("host", "shop.example:8080");
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        is_own(&builder.finish())
    }

    #[test]
    fn forms_of_other_sites_are_refused() {
        assert!(post(&[("sec-fetch-site", "same-origin")]));
        assert!(post(&[("origin", "http://shop.example:8080")]));
        assert!(post(&[]), "not a browser");
        assert!(!post(&[("cookie", "a=1; __Host-session=x")]), "a session and no word of where from");
        assert!(post(&[("cookie", "__Host-session=x"), ("origin", "http://shop.example:8080")]));
        assert!(!post(&[("sec-fetch-site", "cross-site")]));
        assert!(!post(&[("sec-fetch-site", "same-site")]));
        assert!(!post(&[("origin", "https://evil.example")]));
        assert!(!post(&[("origin", "null")]));
    }
}
