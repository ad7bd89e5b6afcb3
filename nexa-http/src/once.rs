//! `Idempotency-Key`: a request that costs or moves money is done once, and a repeat gets the first answer byte for byte.
//!
//! Only answers that did something are kept: a refusal changed nothing, so the same key may try again. The work runs in
//! a task of its own, so that a caller who hangs up cannot leave it half told.

use crate::{
    caller::{Caller, desk_of},
    desk::Asked,
    problem::{Fault, Said},
};
use data_encoding::HEXLOWER;
use nexa_core::{domain::refusal::Refusal, frontdesk::Remembered};
use poem::{
    Body, Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderValue, StatusCode, header},
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The header that names a request.
pub const KEY: &str = "Idempotency-Key";
/// The header that marks an answer given before.
pub const REPLAY: &str = "Idempotent-Replay";

/// Wraps an operation so that it is done once per key.
pub fn once<E: Endpoint + 'static>(inner: E) -> Once<E> {
    Once { inner: Arc::new(inner) }
}

/// See [`once`].
pub struct Once<E> {
    inner: Arc<E>,
}

impl<E: Endpoint + 'static> Endpoint for Once<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let Some(key) = request.headers().get(KEY) else {
            return Ok(self.inner.call(request).await?.into_response());
        };
        // Other letters than ASCII make no key, and must not pass for none.
        let key = String::from_utf8_lossy(key.as_bytes()).into_owned();
        if key.is_empty() || key.len() > 100 || key.bytes().any(|b| !b.is_ascii_graphic()) {
            let wrong = Refusal::bad_input("Idempotency-Key", "1 to 100 visible ASCII characters");
            return Err(Said::from(wrong).into());
        }
        let caller = Caller::of(&request).await.map_err(poem::Error::from)?;
        // Strangers share no memory, or one could fill it, or take a key before another.
        let Some(owner) = caller.who.user_id.map(|id| id.to_string()) else {
            return Ok(self.inner.call(request).await?.into_response());
        };
        let body = request.take_body().into_bytes().await?;
        let digest = digest(&request, &body);
        request.set_body(Body::from(body));
        let desk = desk_of(&request)?.doors.frontdesk();
        let shop = caller.shop.id;
        let known = desk.remember(shop, &owner, &key, &digest).await.map_err(Said)?;
        if let Some(known) = known {
            return Ok(replay(known));
        }
        let inner = Arc::clone(&self.inner);
        let work = async move {
            let outcome = inner.call(request).await;
            let (kept, outcome) = kept(outcome).await;
            let told = desk.answered(shop, &owner, &key, kept).await;
            if let Err(error) = told {
                tracing::error!(%error, "an answer could not be kept");
            }
            outcome
        };
        #[expect(clippy::disallowed_methods, reason = "the work must end even when the caller hangs up")]
        let task = tokio::spawn(work);
        task.await.unwrap_or_else(|_| Err(Fault::Internal.into()))
    }
}

fn digest(request: &Request, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in [request.method().as_str(), Asked::of(request).path.as_str()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.update(body);
    HEXLOWER.encode(&hash.finalize())
}

fn replay(known: Remembered) -> Response {
    let status = StatusCode::from_u16(known.status).unwrap_or(StatusCode::OK);
    Response::builder()
        .status(status)
        .content_type(&known.content_type)
        .header(REPLAY, HeaderValue::from_static("true"))
        .body(known.body)
}

/// What to keep of an outcome, and the outcome again.
async fn kept<T: IntoResponse>(outcome: Result<T>) -> (Option<Remembered>, Result<Response>) {
    let mut response = match outcome {
        Ok(answer) => answer.into_response(),
        Err(error) => return (None, Err(error)),
    };
    if !response.status().is_success() {
        return (None, Ok(response));
    }
    let body = match response.take_body().into_string().await {
        Ok(body) => body,
        Err(error) => return (None, Err(error.into())),
    };
    let content_type = response.header(header::CONTENT_TYPE).unwrap_or("application/json").to_owned();
    let remembered = Remembered { status: response.status().as_u16(), content_type, body: body.clone() };
    response.set_body(body);
    (Some(remembered), Ok(response))
}
