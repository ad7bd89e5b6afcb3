//! What is counted of requests and connections. A request is known by the template of its route, never by its path.

use nexa_core::metric::{Metric, MetricKind};
use poem::{Error, PathPattern, Response, http::Method};
use std::time::Duration;

const REQUESTS: Metric = Metric {
    name: "nexa_http_requests_total",
    kind: MetricKind::Counter,
    help: "Requests that were answered, by method, template of the route and class of the status.",
};
const REQUEST_TIME: Metric = Metric {
    name: "nexa_http_request_seconds",
    kind: MetricKind::Histogram,
    help: "How long it took until a request's answer began, by template of the route.",
};
const CONNECTIONS: Metric = Metric {
    name: "nexa_http_connections",
    kind: MetricKind::Gauge,
    help: "Connections that are open, with those of whoever reads these metrics.",
};

/// Every metric of the front.
pub const METRICS: &[Metric] = &[REQUESTS, REQUEST_TIME, CONNECTIONS];

/// What no route answers.
const NO_ROUTE: &str = "none";

/// Keeps what is known of the route when an error becomes an answer.
pub fn keep_route(error: &Error, response: &mut Response) {
    if let Some(pattern) = error.data::<PathPattern>() {
        response.set_data(pattern.clone());
    }
}

/// The template of the route that answered.
#[must_use]
pub fn route_of(response: &Response) -> String {
    let pattern = response.data::<PathPattern>().map(|pattern| &*pattern.0);
    // The root of a nest is no route: nothing behind it was found.
    let pattern = pattern.filter(|pattern| !pattern.is_empty());
    pattern.unwrap_or(NO_ROUTE).to_owned()
}

/// Anybody may invent methods.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

const fn class(status: u16) -> &'static str {
    match status {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

/// Counts a request that was answered.
pub fn answered(method: &Method, route: &str, status: u16, took: Duration) {
    let route = route.to_owned();
    let (method, status) = (known(method), class(status));
    metrics::counter!(REQUESTS.name, "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!(REQUEST_TIME.name, "route" => route).record(took);
}

/// A connection, open until it is dropped.
pub struct Connection(());

impl Connection {
    /// One more.
    pub fn opened() -> Self {
        metrics::gauge!(CONNECTIONS.name).increment(1_u8);
        Self(())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        metrics::gauge!(CONNECTIONS.name).decrement(1_u8);
    }
}
