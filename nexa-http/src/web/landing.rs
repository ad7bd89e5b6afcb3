//! The first page: what the shop offers, for whom it is, and how one begins.

use super::{Face, Visitor};
use crate::{problem::Said, say::Words};
use askama::Template;
use nexa_core::{
    storefront::model::{LocationView, OfferView, PlanView},
    text::Arg,
};
use poem::{Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "landing.html")]
struct Landing<'a> {
    words: Words,
    face: Face<'a>,
    title: String,
    lead: String,
    status: Option<Status>,
    trial: Option<String>,
    plans: Vec<Shown<'a>>,
    places: Vec<Place>,
}

/// A plan and how it compares.
struct Shown<'a> {
    view: &'a PlanView,
    best: bool,
    per_month: Option<String>,
}

struct Place {
    name: String,
    up: bool,
}

struct Status {
    class: &'static str,
    text: String,
}

/// Answers `GET /`.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    if let Some(to_the_gift) = super::gift::sent_on(&mut visitor, request) {
        return Ok(to_the_gift);
    }
    let offer = visitor.store().offer().await.map_err(Said)?;
    let words = visitor.words;
    let own = visitor.shop.look.tagline.clone();
    let page = Landing {
        words,
        face: visitor.face(),
        title: own.unwrap_or_else(|| words.get("page-title")),
        lead: words.get("page-lead"),
        status: status(words, &offer.locations),
        trial: offer.trial.as_ref().filter(|_| !visitor.is_signed_in()).map(|trial| words.trial(trial)),
        plans: compared(words, &offer),
        places: offer.locations.iter().map(|l| Place { name: words.country(&l.region), up: l.up }).collect(),
    };
    visitor.page(&page)
}

/// "5 of 6 locations online", once there is something to tell.
fn status(words: Words, places: &[LocationView]) -> Option<Status> {
    let count = |n: usize| Arg::Number(i64::try_from(n).unwrap_or(i64::MAX));
    let up = places.iter().filter(|place| place.up).count();
    if places.is_empty() {
        return None;
    }
    let text = words.with("page-status", &[("up", count(up)), ("all", count(places.len()))]);
    Some(Status { class: if up == places.len() { "up" } else { "warm" }, text })
}

/// The plans with what a month of each costs. The best is the one with the lowest price a day, among those that differ
/// from the cheapest; no mark where there is nothing to choose.
fn compared(words: Words, offer: &OfferView) -> Vec<Shown<'_>> {
    let a_day =
        |plan: &PlanView| (plan.price.minor.saturating_mul(1000) / i64::from(plan.days.max(1)), plan.days);
    let fewest = offer.plans.iter().filter(|p| p.extras.is_empty()).min_by_key(|p| a_day(p));
    let best = fewest.filter(|_| offer.plans.len() > 2).map(|p| &p.plan_id);
    let months = |plan: &PlanView| i64::from((plan.days.saturating_add(15)) / 30);
    let shown = |view| {
        let per_month = Some(months(view)).filter(|m| *m > 1).map(|count| {
            let mut month = view.price.clone();
            month.minor = month.minor / count + i64::from(month.minor % count != 0);
            words.with("page-per-month", &[("price", Arg::Text(&words.money(&month)))])
        });
        Shown { view, best: best == Some(&view.plan_id), per_month }
    };
    offer.plans.iter().map(shown).collect()
}
