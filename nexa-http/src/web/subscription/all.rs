//! All own subscriptions, and a form for a service that was made elsewhere.

use super::percent;
use crate::{
    limits::Gate,
    paths,
    problem::Said,
    say::{self, Words},
    web::{Face, Visitor, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{domain::refusal::Refusal, storefront::model::SubscriptionView};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "subscriptions.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    all: &'a [SubscriptionView],
    trial: Option<String>,
    adopts: bool,
}

impl List<'_> {
    fn left_percent(of: &SubscriptionView) -> u64 {
        percent(of.remaining_bytes, of.limit_bytes)
    }
}

/// Shows the own subscriptions.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    match Visitor::customer(request).await? {
        Ok(visitor) => render(&visitor, None).await,
        Err(away) => Ok(away),
    }
}

/// Takes a service along whose link was pasted. What was pasted is a secret: it stands in no address and on no page.
#[handler]
pub async fn adopt(request: &Request, body: Body) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let form = Form::of(request, body).await?;
    let adopted = async {
        visitor.take(Gate::Account).await?;
        visitor.store().adopt(form.text("service")).await
    };
    match answer(adopted.await)? {
        Ok(one) => Ok(visitor.to(&format!("{}?done=adopted", paths::subscription(&one.subscription_id)))),
        Err(refusal) => render(&visitor, Some(&refusal)).await,
    }
}

async fn render(visitor: &Visitor, refusal: Option<&Refusal>) -> Result<Response> {
    let (words, store) = (visitor.words, visitor.store());
    let all = store.subscriptions().await.map_err(Said)?;
    let offer = store.offer().await.map_err(Said)?;
    let page = List {
        words,
        face: visitor.face(),
        error: refusal.map(|refusal| say::refusal(words.0, refusal)),
        trial: offer.trial.filter(|_| all.is_empty()).map(|trial| words.trial(&trial)),
        adopts: offer.adopts,
        all: &all,
    };
    match refusal {
        Some(refusal) => visitor.refused(refusal, &page),
        None => visitor.page(&page),
    }
}
