//! `POST /s/{token}/latency`: how long the customer's device took to reach its servers, so that its best come first.

use crate::{caller::desk_of, problem::Said};
use nexa_core::{domain::refusal::Refusal, error::Error, frontdesk::LatencyReport};
use poem::{Body, Request, Response, Result, handler, http::StatusCode};

/// Most bytes of a report.
const MOST: usize = 8 * 1024;

/// Takes a report: `[{"server": "…", "ms": 120}]`, `ms` null for what cannot be reached.
#[handler]
pub async fn report(request: &Request, body: Body) -> Result<Response> {
    let desk = desk_of(request)?;
    let client = desk.client(request);
    desk.limits.may_look_up_link(client).await.map_err(Said::from)?;
    let token = request.raw_path_param("token").unwrap_or_default();
    let bytes = body.into_bytes_limit(MOST).await?;
    let reports: Vec<LatencyReport> = serde_json::from_slice(&bytes)
        .map_err(|_| Said::from(Refusal::bad_input("reports", "a list of server and ms")))?;
    match desk.doors.frontdesk().report_latency(token, reports).await {
        Ok(()) => Ok(Response::builder().status(StatusCode::NO_CONTENT).finish()),
        Err(Error::Refused(Refusal::NotFound)) => {
            desk.limits.missed_link(client).await.map_err(Said::from)?;
            Err(Said::from(Refusal::NotFound).into())
        }
        Err(error) => Err(Said(error).into()),
    }
}
