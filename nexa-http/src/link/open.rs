//! `GET /s/{token}/open/{app}`: opens a client app with the link, for places that only take web addresses.
//!
//! Telegram refuses buttons with an app's own scheme, and desktop Mini Apps ignore them. So this page, on our host, goes
//! to the app's address by itself (a `Refresh` header: no script, and top-level, as iOS wants it; tried in
//! Chromium under our policy) and has a button for
//! browsers that want a tap first. Only addresses of the table of apps are ever written.

use super::{client, dead, found, headers};
use crate::{
    caller::desk_of,
    desk::{self, Asked},
    say::Words,
    web::Face,
};
use askama::Template;
use nexa_core::apps::App;
use nexa_core::frontdesk::{LinkAsk, LinkForm};
use poem::{Request, Response, Result, error::InternalServerError, handler};

#[derive(Template)]
#[template(path = "open.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    address: &'a str,
    title: String,
    text: String,
    button: String,
    missing: String,
    store: Option<Store>,
}

struct Store {
    name: String,
    address: &'static str,
}

/// The page.
#[handler]
pub async fn open(request: &Request) -> Result<Response> {
    let desk = desk_of(request)?;
    let headers = client::told(request);
    let system = client::system(&headers);
    let ask =
        LinkAsk { headers, host: desk::host(request), only_headers: true, ..LinkAsk::of(LinkForm::Page) };
    let app = request.raw_path_param("app").and_then(App::named);
    let (Some(found), Some(app)) = (found(&desk, request, ask).await?, app) else {
        return dead(request).await;
    };
    let status = &found.status;
    let words = Words(Asked::of(request).locale.unwrap_or(status.locale));
    let say = |key: &str| words.app(key, app.name);
    let address = app.address(headers::link(status), &status.shop.name);
    let store = system.and_then(|system| app.store(system)).or(app.stores.first().map(|(_, store)| *store));
    let page = Page {
        words,
        face: Face::of(&status.shop),
        address: &address,
        title: say("open-title"),
        text: say("open"),
        button: say("open-button"),
        missing: say("open-missing"),
        store: store.map(|address| Store { name: say("open-store"), address }),
    };
    let body = page.render().map_err(InternalServerError)?;
    Ok(Response::builder()
        .content_type("text/html; charset=utf-8")
        .header("refresh", format!("0;url={address}"))
        .header("x-robots-tag", "noindex")
        .body(body))
}
