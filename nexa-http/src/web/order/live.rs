//! Whether an order has moved: told at once to a page that listens, or to one that asks now and then.
//!
//! A page knows the mark of what it shows; when it hears another one, it loads itself again. So there is one way to
//! render a state, and a page without script sees the same by reloading.

use super::id;
use crate::{listeners::Seat, problem::Said, web::Visitor};
use futures::{StreamExt, stream};
use nexa_core::storefront::{Storefront, model::OrderView};
use poem::{Body, Request, Response, Result, handler, http::header};
use std::{io, sync::Arc, time::Duration};
use tokio::time::sleep;

/// How often the order is looked at for a page that listens.
const PACE: Duration = Duration::from_secs(2);
/// Looks until a page is told to connect again: ten minutes, so that a forgotten one does not hold a place for ever.
const LOOKS: u32 = 300;
/// Looks after which something is said, so that no proxy on the way thinks the line dead.
const BREATH: u32 = 7;

/// What a page shows of an order, in one word.
pub fn mark_of(order: &OrderView) -> String {
    let payment = order.payment.as_ref().map_or_else(String::new, |p| {
        let receipt = p.receipt.as_deref().unwrap_or_default();
        format!("{}.{}.{receipt}.{}", p.payment_id, p.state, p.received.minor)
    });
    let digest = <sha2::Sha256 as sha2::Digest>::digest(format!("{}.{payment}", order.state));
    data_encoding::HEXLOWER.encode(digest.get(..8).unwrap_or_default())
}

/// Answers the mark of an order now.
#[handler]
pub async fn tell_mark(request: &Request) -> Result<Response> {
    let visitor = Visitor::of(request).await?;
    let order = visitor.store().order(id(request)).await.map_err(Said)?;
    Ok(Response::builder().content_type("text/plain; charset=utf-8").body(mark_of(&order)))
}

/// One page that listens.
struct Watch {
    store: Arc<dyn Storefront>,
    order: String,
    last: Option<String>,
    looks: u32,
    _seat: Seat,
}

/// Tells the mark now and whenever it changes (HTML, "Server-sent events").
#[handler]
pub async fn listen(request: &Request) -> Result<Response> {
    let visitor = Visitor::of(request).await?;
    let order = visitor.store().order(id(request)).await.map_err(Said)?;
    let Some(seat) = visitor.who.user_id.and_then(|user| visitor.desk().listeners.seat(user)) else {
        // The page asks now and then instead.
        return Ok(poem::http::StatusCode::NO_CONTENT.into());
    };
    let page = Watch { store: visitor.store(), order: order.order_id, last: None, looks: 0, _seat: seat };
    let events = stream::unfold(page, next).map(|text| Ok::<_, io::Error>(text.into_bytes()));
    Ok(Response::builder()
        .content_type("text/event-stream")
        .header(header::CACHE_CONTROL, "no-store")
        .header("x-accel-buffering", "no")
        .body(Body::from_bytes_stream(events)))
}

async fn next(mut page: Watch) -> Option<(String, Watch)> {
    while page.looks < LOOKS {
        if page.last.is_some() {
            sleep(PACE).await;
        }
        page.looks += 1;
        let order = page.store.order(&page.order).await.ok()?;
        let seen = Some(mark_of(&order));
        if seen != page.last {
            page.last = seen;
            let text = format!("data: {}\n\n", page.last.as_deref().unwrap_or_default());
            return Some((text, page));
        }
        if page.looks.is_multiple_of(BREATH) {
            return Some((":\n\n".to_owned(), page));
        }
    }
    None
}
