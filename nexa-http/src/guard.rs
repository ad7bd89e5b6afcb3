//! Around every route: body limit, request id, log line, security headers, and an answer even after a panic.
//!
//! The log gets the method, the template of the route, the status and the time: no path, query, body or address.

use crate::{
    counted,
    desk::{Asked, Desk},
    paths,
    problem::{self, Facts, Fault},
};
use data_encoding::BASE32_NOPAD;
use futures::FutureExt;
use http_body_util::{BodyExt, LengthLimitError, Limited, combinators::BoxBody};
use hyper::body::{Bytes, Frame, SizeHint};
use poem::{
    Body, Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderName, HeaderValue, header},
};
use std::{
    future::Future,
    io,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Sleep, sleep};

/// What is read of a body that is too large.
const MOST_DRAINED: usize = 1024 * 1024;
/// How long that may take.
const DRAIN: Duration = Duration::from_secs(2);

/// How long a body may take to arrive; a picture may come over a slow line.
const BODY: Duration = Duration::from_secs(30);
const PICTURE: Duration = Duration::from_mins(5);

/// An endpoint with the guard around it.
pub struct Guarded<E> {
    inner: E,
    desk: Arc<Desk>,
}

impl<E: Endpoint> Guarded<E> {
    /// Guards `inner`.
    pub const fn new(inner: E, desk: Arc<Desk>) -> Self {
        Self { inner, desk }
    }

    async fn answer(&self, mut request: Request, asked: &Asked) -> Response {
        let overrun = Arc::new(AtomicBool::new(false));
        let limit = paths::body_limit(&asked.path);
        let declared = request.header(header::CONTENT_LENGTH).and_then(|v| v.parse::<usize>().ok());
        if declared.is_some_and(|length| length > limit) {
            drain(request.take_body()).await;
            return self.told(&Fault::TooLarge.into(), asked).await;
        }
        let body: BoxBody<_, io::Error> = request.take_body().into();
        let within = if limit > paths::PICTURE_LIMIT { PICTURE } else { BODY };
        let timed = Timed { body: limited(body, limit, Arc::clone(&overrun)), within, end: None };
        request.set_body(Body::from(timed.boxed()));
        request.set_data(Arc::clone(&self.desk));
        request.set_data(asked.clone());
        let outcome = AssertUnwindSafe(self.inner.call(request)).catch_unwind().await;
        match outcome {
            // Whatever a parser made of the torn body, the reason is its length.
            _ if overrun.load(Ordering::Acquire) => self.told(&Fault::TooLarge.into(), asked).await,
            Ok(Ok(answer)) => answer.into_response(),
            Ok(Err(error)) => self.told(&error, asked).await,
            Err(_) => {
                tracing::error!("a request handler panicked");
                self.told(&Fault::Internal.into(), asked).await
            }
        }
    }

    async fn told(&self, error: &poem::Error, asked: &Asked) -> Response {
        problem::log(error);
        let mut response = Facts::of(error).response(self.desk.locale(asked).await);
        counted::keep_route(error, &mut response);
        response
    }
}

/// Reads what a client still sends of a body that is too large. Answering and closing meanwhile would break the
/// connection before the client has read why; beyond a bound, and after a moment, it is broken all the same.
async fn drain(body: Body) {
    let body: BoxBody<_, io::Error> = body.into();
    let mut rest = Limited::new(body, MOST_DRAINED);
    let read = async { while let Some(Ok(_)) = rest.frame().await {} };
    drop(tokio::time::timeout(DRAIN, read).await);
}

fn limited(
    body: BoxBody<Bytes, io::Error>,
    limit: usize,
    overrun: Arc<AtomicBool>,
) -> BoxBody<Bytes, io::Error> {
    let noted = move |error: Box<dyn std::error::Error + Send + Sync>| {
        if error.is::<LengthLimitError>() {
            overrun.store(true, Ordering::Release);
        }
        io::Error::other(error)
    };
    Limited::new(body, limit).map_err(noted).boxed()
}

/// A body that must be there in time, or a dripping one would hold its connection for ever.
struct Timed {
    body: BoxBody<Bytes, io::Error>,
    within: Duration,
    /// Runs from the first wait.
    end: Option<Pin<Box<Sleep>>>,
}

impl hyper::body::Body for Timed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_ready() {
            return polled;
        }
        let within = self.within;
        let end = self.end.get_or_insert_with(|| Box::pin(sleep(within)));
        end.as_mut().poll(context).map(|()| Some(Err(io::ErrorKind::TimedOut.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<E: Endpoint> Endpoint for Guarded<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let asked = Asked::noted(&request);
        let method = request.method().clone();
        let id = BASE32_NOPAD.encode(&self.desk.config.world.bytes::<10>()).to_ascii_lowercase();
        let began = self.desk.config.world.now();
        let mut response = self.answer(request, &asked).await;
        let took: Duration =
            self.desk.config.world.now().duration_since(began).try_into().unwrap_or_default();
        dress(&mut response, self.desk.config.is_secure());
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("x-request-id", value);
        }
        let status = response.status().as_u16();
        let route = counted::route_of(&response);
        counted::answered(&method, &route, status, took);
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(%method, route, status, took_ms, id, "request");
        Ok(response)
    }
}

/// Only what is ours, nothing written into the page, in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
                      base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

/// The security headers of every answer; an endpoint may have set its own.
fn dress(response: &mut Response, secure: bool) {
    const HEADERS: [(HeaderName, &str); 7] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=()",
        ),
    ];
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if secure {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(year);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{StreamExt, stream};
    use http_body_util::StreamBody;

    fn timed(bytes: impl futures::Stream<Item = u8> + Send + Sync + 'static) -> Timed {
        let frames = bytes.map(|byte| Ok(Frame::data(Bytes::copy_from_slice(&[byte]))));
        Timed { body: BodyExt::boxed(StreamBody::new(frames)), within: Duration::from_millis(100), end: None }
    }

    #[tokio::test]
    async fn a_body_that_drips_is_given_up() {
        let drips = stream::unfold((), |()| async {
            sleep(Duration::from_millis(10)).await;
            Some((b'x', ()))
        });
        let error = BodyExt::collect(timed(drips)).await.map(drop).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let silent = BodyExt::collect(timed(stream::pending())).await.map(drop).unwrap_err();
        assert_eq!(silent.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_body_in_time_is_whole() {
        let body = BodyExt::collect(timed(stream::iter(*b"whole"))).await.unwrap();
        assert_eq!(body.to_bytes(), "whole");
    }
}
