//! What a listener of its own tells those who watch the program: metrics, whether it lives, whether it can serve. Nothing of
//! it is on the listener that customers reach.

mod page;
mod process;

use crate::{counted, draining::Draining};
use nexa_core::{
    engine::{Gauges, Nexa},
    frontdesk::Frontdesk,
    metric::{self, Metric},
};
use page::page;
use poem::{Endpoint, EndpointExt, IntoResponse, Response, Route, get, handler, http::StatusCode, web::Data};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// The metrics, in the text format of Prometheus.
pub const METRICS: &str = "/metrics";
/// Whether the process answers: a supervisor that hears nothing starts it again.
pub const LIVE: &str = "/health/live";
/// Whether it can serve: a balancer that hears no sends customers elsewhere.
pub const READY: &str = "/health/ready";

/// How long the database may take to show that it works.
const PATIENCE: Duration = Duration::from_secs(2);

/// Renders what was counted, in the text format of Prometheus.
pub type Counted = Arc<dyn Fn() -> String + Send + Sync>;

/// What the answers come from.
struct Desk {
    gauges: Arc<Gauges>,
    frontdesk: Arc<dyn Frontdesk>,
    draining: Draining,
    counted: Counted,
    known: Vec<Metric>,
}

/// The routes for those who watch. `counted` renders what a recorder of the `metrics` facade has; `more` are metrics of other
/// parts of the program, so that they have a name before they have a value.
pub fn routes(
    nexa: &Nexa,
    gauges: Arc<Gauges>,
    draining: Draining,
    counted: Counted,
    more: &[Metric],
) -> impl Endpoint<Output = Response> + 'static + use<> {
    let known = [metric::METRICS, counted::METRICS, page::METRICS, process::METRICS, more].concat();
    let desk = Arc::new(Desk { gauges, frontdesk: nexa.frontdesk(), draining, counted, known });
    Route::new()
        .at(METRICS, get(metrics))
        .at(LIVE, get(live))
        .at(READY, get(ready))
        .data(desk)
        .map_to_response()
}

#[handler]
async fn metrics(desk: Data<&Arc<Desk>>) -> Response {
    let mut samples = page::about(desk.draining.has_begun());
    samples.extend(process::samples());
    samples.extend(desk.gauges.read().await);
    let text = page(&(desk.counted)(), &samples, &desk.known);
    Response::builder().content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
}

#[handler]
fn live() -> &'static str {
    "ok\n"
}

#[handler]
async fn ready(desk: Data<&Arc<Desk>>) -> Response {
    let refused = |why: &'static str| why.with_status(StatusCode::SERVICE_UNAVAILABLE).into_response();
    if desk.draining.has_begun() {
        return refused("stopping\n");
    }
    match timeout(PATIENCE, desk.frontdesk.healthy()).await {
        Ok(Ok(())) => "ok\n".into_response(),
        Ok(Err(_)) => refused("the database cannot be written to\n"),
        Err(_) => refused("the database does not answer in time\n"),
    }
}

#[cfg(test)]
mod tests;
