//! `GET /guide/{token}`: how to set up a device with somebody's subscription, and nothing else of it.

use super::{client, dead};
use crate::{
    caller::desk_of,
    desk::Asked,
    problem::Said,
    say::{Translation, Words},
    web::Face,
};
use askama::Template;
use nexa_core::{apps, domain::refusal::Refusal, error::Error, qr};
use poem::{Request, Response, Result, error::InternalServerError, handler};

#[derive(Template)]
#[template(path = "guide.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    link: &'a str,
    qr: String,
    groups: Vec<apps::Group>,
    /// Whether the first group is the system at hand.
    known: bool,
    others: Vec<Translation>,
}

/// The page.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let desk = desk_of(request)?;
    let from = desk.client(request);
    desk.limits.may_look_up_link(from).await.map_err(Said::from)?;
    let token = request.raw_path_param("token").unwrap_or_default();
    let guide = match desk.doors.frontdesk().guide(token).await {
        Ok(guide) => guide,
        Err(Error::Refused(Refusal::NotFound)) => {
            desk.limits.missed_link(from).await.map_err(Said::from)?;
            return dead(request).await;
        }
        Err(error) => return Err(Said(error).into()),
    };
    let asked = Asked::of(request);
    let words = Words(asked.locale.unwrap_or(guide.shop.locale));
    let system = client::system(&client::told(request));
    let page = Page {
        words,
        face: Face::of(&guide.shop),
        link: &guide.link,
        qr: qr::svg(&guide.link).unwrap_or_default(),
        groups: apps::by_system(&guide.link, &guide.shop.name, system),
        known: system.is_some(),
        others: words.others(&asked.path),
    };
    let body = page.render().map_err(InternalServerError)?;
    Ok(Response::builder()
        .content_type("text/html; charset=utf-8")
        .header("x-robots-tag", "noindex")
        .body(body))
}
