//! The customer's link, which whoever has it may ask for: no session goes along.

use super::{Remote, answer};
use nexa_core::{
    domain::refusal::Refusal,
    error::{Error, Failure, Part, Result, Retry},
    frontdesk::{LatencyReport, LinkForm},
};
use reqwest::{RequestBuilder, Response, StatusCode, header};

/// Most bytes of a document: what the core merges at most, and a third more in base64.
const MOST: usize = 6 << 20;
/// When to try again, in seconds.
const LATER: u32 = 5;

impl Remote {
    /// What a link gives in this form, as text: the first of its addresses that answers. `not_found` for a link that is dead.
    pub async fn link(&self, addresses: &[String], form: LinkForm) -> Result<String> {
        // Each has its share of the time, so that one that hangs leaves some to the others.
        let share = self.wire.deadline / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX);
        for address in addresses {
            let asked = self.wire.http.get(format!("{address}/{}", form.name()));
            let asked = asked.header(header::ACCEPT_ENCODING, "gzip").timeout(share);
            let Some(mut response) = sent(asked).await else { continue };
            // The page of a portal, or of whoever has the address now, is no form and says nothing about the link.
            if response.headers().get(header::CONTENT_TYPE).is_some_and(is_page) {
                continue;
            }
            match response.status() {
                StatusCode::OK => {}
                StatusCode::NOT_FOUND | StatusCode::GONE => return Err(Refusal::NotFound.into()),
                _ => continue,
            }
            if let Ok(bytes) = answer::body(&mut response, MOST).await {
                return String::from_utf8(bytes).map_err(|_| unlike("a link's document is no text"));
            }
        }
        Err(Error::Offline { wait_seconds: LATER })
    }

    /// Tells the shop how long this device took to reach the servers behind a link.
    pub async fn report_latency(&self, address: &str, reports: &[LatencyReport]) -> Result<()> {
        let body =
            serde_json::to_vec(reports).map_err(|error| Failure::core(&format!("a report: {error}")))?;
        let asked = self.wire.http.post(format!("{address}/latency")).body(body);
        let asked = asked.header(header::CONTENT_TYPE, "application/json").timeout(self.wire.deadline);
        match sent(asked).await.map(|response| response.status()) {
            Some(StatusCode::NO_CONTENT) => Ok(()),
            Some(status) => Err(unlike(&format!("a report was answered with {status}"))),
            None => Err(Error::Offline { wait_seconds: LATER }),
        }
    }
}

async fn sent(asked: RequestBuilder) -> Option<Response> {
    asked.send().await.ok()
}

fn is_page(kind: &header::HeaderValue) -> bool {
    kind.to_str().is_ok_and(|kind| kind.starts_with("text/html"))
}

fn unlike(what: &str) -> Error {
    Failure { part: Part::Shop, retry: Retry::Never, what: what.to_owned() }.into()
}
