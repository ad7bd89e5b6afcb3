//! Tells the shop's answers from whatever else may answer on the way.

use super::call::Call;
use flate2::read::GzDecoder;
use nexa_core::{
    domain::{
        extras::Extras,
        money::Money,
        refusal::{Parameters, Refusal},
    },
    storefront::model::MoneyView,
};
use reqwest::{Response, StatusCode, header};
use serde::Deserialize;
use std::io::Read as _;

/// What became of one request.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The shop did it.
    Done(Vec<u8>),
    /// The shop says no.
    Refused(Refusal),
    /// The shop says later, after so many seconds if it says when.
    Later(Option<u32>),
    /// The shop is at the same request, and says when to ask what came of it.
    UnderWay(Option<u32>),
    /// The shop broke.
    Broken(String),
    /// It did not arrive at the shop.
    Astray(&'static str),
    /// It may have arrived.
    Unknown(&'static str),
}

/// Most bytes of a problem.
const PROBLEM_MOST: usize = 64 * 1024;
/// Most seconds that a server's wish to be left alone counts.
const LONGEST_WAIT: u32 = 3600;

/// A problem, as far as this version knows it (RFC 9457).
#[derive(Deserialize)]
struct Problem {
    code: String,
    #[serde(default)]
    detail: String,
    #[serde(flatten)]
    values: Values,
}

/// Each value that is unlike what this version expects counts as missing.
#[derive(Deserialize)]
struct Values {
    #[serde(default)]
    field: serde_json::Value,
    #[serde(default)]
    reason: serde_json::Value,
    #[serde(default)]
    wait_seconds: serde_json::Value,
    #[serde(default)]
    limit: serde_json::Value,
    #[serde(default)]
    count: serde_json::Value,
    #[serde(default)]
    amount: serde_json::Value,
    #[serde(default)]
    currency: serde_json::Value,
    #[serde(default)]
    extras: serde_json::Value,
    #[serde(default)]
    note: serde_json::Value,
}

fn of<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> Option<T> {
    serde_json::from_value(value).ok()
}

impl Values {
    fn parameters(self) -> Parameters {
        let amount = of::<MoneyView>(self.amount);
        let amount = amount.and_then(|it| Some(Money::new(it.minor, it.currency.parse().ok()?)));
        let extras = of::<Vec<String>>(self.extras);
        Parameters {
            field: of(self.field),
            reason: of(self.reason),
            wait_seconds: of(self.wait_seconds),
            limit: of(self.limit),
            count: of(self.count),
            amount,
            currency: of::<String>(self.currency).and_then(|it| it.parse().ok()),
            extras: extras.and_then(|names| Extras::from_names(&names).ok()),
            note: of(self.note),
        }
    }
}

impl Problem {
    fn refusal(self) -> Refusal {
        let Self { code, detail, values } = self;
        Refusal::from_code(&code, values.parameters()).unwrap_or(Refusal::Unlisted { code, text: detail })
    }
}

/// Reads an answer to `call` to its end.
pub(super) async fn read(call: &Call, mut response: Response) -> Outcome {
    let status = response.status();
    if status.is_redirection() {
        return Outcome::Astray("led elsewhere, as captive portals do");
    }
    let after = wait(&response);
    let kind = said(&response, header::CONTENT_TYPE);
    if status.is_success() {
        return match (call.wants, status) {
            (None, StatusCode::NO_CONTENT) => Outcome::Done(Vec::new()),
            (Some(wanted), StatusCode::OK | StatusCode::CREATED) if kind == wanted => {
                match body(&mut response, call.most).await {
                    Ok(bytes) => Outcome::Done(bytes),
                    Err(what) => Outcome::Unknown(what),
                }
            }
            _ => Outcome::Astray("a page where an answer was expected"),
        };
    }
    let problem = match kind.as_str() {
        "application/problem+json" => body(&mut response, PROBLEM_MOST).await.ok(),
        _ => None,
    };
    let problem = problem.and_then(|bytes| serde_json::from_slice::<Problem>(&bytes).ok());
    let problem = problem.filter(|problem| is_code(&problem.code));
    match problem {
        None if status.is_server_error() && status != StatusCode::NETWORK_AUTHENTICATION_REQUIRED => {
            Outcome::Unknown("an error of a server in between")
        }
        None => Outcome::Astray("an answer that is not the shop's"),
        Some(_) if status == StatusCode::SERVICE_UNAVAILABLE => Outcome::Later(after),
        Some(problem) if status.is_server_error() => Outcome::Broken(problem.code),
        Some(problem) => match problem.refusal() {
            Refusal::InFlight => Outcome::UnderWay(after),
            refusal => Outcome::Refused(refusal),
        },
    }
}

/// Whether this is in the form of all codes. What is not is no answer of a shop, and nothing for a log.
fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn said(response: &Response, name: header::HeaderName) -> String {
    let value = response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn wait(response: &Response) -> Option<u32> {
    let seconds: u32 = said(response, header::RETRY_AFTER).parse().ok()?;
    Some(seconds.min(LONGEST_WAIT))
}

/// The content, of which neither what travels nor what it unfolds to may be longer than `most`.
pub(super) async fn body(response: &mut Response, most: usize) -> Result<Vec<u8>, &'static str> {
    let coding = said(response, header::CONTENT_ENCODING);
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| "an answer that was cut off")? {
        if bytes.len() + chunk.len() > most {
            return Err("an answer without an end");
        }
        bytes.extend_from_slice(&chunk);
    }
    match coding.as_str() {
        "" | "identity" => Ok(bytes),
        "gzip" => unfolded(&bytes, most),
        _ => Err("an answer in an unknown coding"),
    }
}

fn unfolded(bytes: &[u8], most: usize) -> Result<Vec<u8>, &'static str> {
    let mut plain = Vec::new();
    let bound = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    GzDecoder::new(bytes).take(bound).read_to_end(&mut plain).map_err(|_| "an answer that was cut off")?;
    if plain.len() > most { Err("an answer without an end") } else { Ok(plain) }
}
