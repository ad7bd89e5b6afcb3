//! A gift that somebody gave: looked at and claimed. Its code comes by a link of the first page and waits in the browser
//! until whoever has it is signed in; it stands in no address of ours but that link's.

use super::{
    Face, Visitor, cookie,
    form::Form,
    visitor::{answer, asked},
};
use crate::{
    paths,
    problem::Said,
    say::{self, Words},
};
use askama::Template;
use nexa_core::{
    domain::refusal::Refusal,
    storefront::model::{GiftView, SubscriptionView},
};
use poem::{Body, Request, Response, Result, handler};

/// The longest that a code is, with whatever people put between its letters.
const LONGEST: usize = 64;

#[derive(Template)]
#[template(path = "gift.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    /// What the code opens.
    gift: Option<&'a GiftView>,
    /// Subscriptions that it can be added to.
    own: &'a [SubscriptionView],
    code: &'a str,
}

/// Sends a visitor who came by a gift's link to the gift; nothing when it is no such link.
pub fn sent_on(visitor: &mut Visitor, request: &Request) -> Option<Response> {
    let code = asked("g", request).filter(|code| is_plain(code))?;
    visitor.hold(cookie::GIFT, &code);
    Some(visitor.to(paths::GIFT))
}

fn is_plain(code: &str) -> bool {
    (1..=LONGEST).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Shows what the code opens that this browser holds; asks for one where it holds none.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    let code =
        cookie::read(request.headers(), cookie::GIFT).filter(|code| is_plain(code)).unwrap_or_default();
    if !visitor.is_signed_in() {
        if !code.is_empty() {
            // Signing in may take a while.
            visitor.hold(cookie::GIFT, code);
        }
        return Ok(visitor.away());
    }
    render(&visitor, code, None).await
}

async fn render(visitor: &Visitor, code: &str, refusal: Option<Refusal>) -> Result<Response> {
    let (words, store) = (visitor.words, visitor.store());
    let (gift, wrong) = match code {
        "" => (None, None),
        code => match answer(store.gift(code).await)? {
            Ok(gift) if gift.state == "ready" || gift.claimed_order_id.is_some() => (Some(gift), None),
            Ok(_) => (None, Some(Refusal::GiftClaimed)),
            Err(wrong) => (None, Some(wrong)),
        },
    };
    let mut own = store.subscriptions().await.map_err(Said)?;
    own.retain(|own| own.can_renew && gift.as_ref().is_some_and(|gift| gift.plan_name == own.plan_name));
    let refusal = refusal.or(wrong);
    let error = refusal.as_ref().map(|refusal| say::refusal(words.0, refusal));
    let page = Page { words, face: visitor.face(), error, gift: gift.as_ref(), own: &own, code };
    match &refusal {
        Some(refusal) => visitor.refused(refusal, &page),
        None => visitor.page(&page),
    }
}

/// Looks at a code that was typed in, or claims what it opens.
#[handler]
pub async fn submit(request: &Request, body: Body) -> Result<Response> {
    let mut visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let form = Form::of(request, body).await?;
    let code = form.text("code");
    if !form.ticked("claim") {
        return render(&visitor, code, None).await;
    }
    match answer(visitor.store().claim_gift(code, form.given("subscription")).await)? {
        Ok(order) => {
            visitor.forget(cookie::GIFT);
            Ok(visitor.to(&paths::order(&order.order_id)))
        }
        Err(refusal) => render(&visitor, code, Some(refusal)).await,
    }
}
