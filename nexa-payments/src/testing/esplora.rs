//! The HTTP server: Esplora's paths, paging and answers over a [`Chain`], with switches for the ways a public
//! server fails.

use super::{
    chain::{Chain, ChainError, Tx, View},
    render,
    serve::Running,
};
use poem::{Endpoint, Request, Response, http::StatusCode};
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most unconfirmed transactions in one answer.
const MEMPOOL_PAGE: usize = 50;
/// Most confirmed transactions in one answer.
const CHAIN_PAGE: usize = 25;

/// What the server does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 429 to everything.
    TooManyRequests,
    /// 500 to everything.
    ServerError,
    /// The tip's height is this many blocks too low; everything else is right.
    StaleTip(usize),
    /// Every answer is cut in its middle, under a correct `Content-Length`.
    TruncatedJson,
    /// The request is read and never answered.
    Hang,
    /// Every answer is as of the moment the fault was switched on.
    Frozen,
}

/// An Esplora server on loopback. It ends when it is dropped.
#[derive(Debug)]
pub struct EsploraServer {
    running: Running,
    switches: Arc<Mutex<Switches>>,
}

#[derive(Debug, Default)]
struct Switches {
    fault: Option<(Fault, Option<usize>)>,
    frozen: Option<Arc<View>>,
    requests: Vec<String>,
}

impl EsploraServer {
    /// Serves the chain on a free port of 127.0.0.1. Needs a running tokio.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(chain: Arc<dyn Chain>) -> std::io::Result<Self> {
        let switches = Arc::new(Mutex::new(Switches::default()));
        let running = Running::start(Api { chain, switches: Arc::clone(&switches) }).await?;
        Ok(Self { running, switches })
    }

    /// The base of every path, for example `http://127.0.0.1:40000`, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.running.base_url()
    }

    /// Switches a fault on until [`heal`](Self::heal).
    pub fn fail(&self, fault: Fault) {
        self.set(Some((fault, None)));
    }

    /// Switches a fault on for the next requests only.
    pub fn fail_next(&self, requests: usize, fault: Fault) {
        self.set(Some((fault, Some(requests))));
    }

    /// Switches the fault off.
    pub fn heal(&self) {
        self.set(None);
    }

    /// The paths asked for so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        lock(&self.switches).requests.clone()
    }

    /// Closes the port and every connection, and waits until that is done.
    pub async fn stop(self) {
        self.running.stop().await;
    }

    fn set(&self, fault: Option<(Fault, Option<usize>)>) {
        let mut switches = lock(&self.switches);
        switches.fault = fault;
        switches.frozen = None;
    }
}

fn lock(switches: &Mutex<Switches>) -> MutexGuard<'_, Switches> {
    switches.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Api {
    chain: Arc<dyn Chain>,
    switches: Arc<Mutex<Switches>>,
}

impl Endpoint for Api {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let path = request.uri().path().to_owned();
        let fault = self.next_fault(&path);
        match fault {
            Some(Fault::TooManyRequests) => {
                return Ok(text(StatusCode::TOO_MANY_REQUESTS, "Too many requests"));
            }
            Some(Fault::ServerError) => return Ok(text(StatusCode::INTERNAL_SERVER_ERROR, "Internal error")),
            Some(Fault::Hang) => std::future::pending::<()>().await,
            _ => {}
        }
        let view = match self.view(fault).await {
            Ok(view) => view,
            Err(error) => return Ok(text(StatusCode::SERVICE_UNAVAILABLE, &error.0)),
        };
        let late = if let Some(Fault::StaleTip(blocks)) = fault { blocks } else { 0 };
        let answer = answer(&view, &path, late);
        Ok(answer.into_response(fault == Some(Fault::TruncatedJson)))
    }
}

impl Api {
    fn next_fault(&self, path: &str) -> Option<Fault> {
        let mut switches = lock(&self.switches);
        switches.requests.push(path.to_owned());
        let (fault, left) = switches.fault?;
        match left {
            None => return Some(fault),
            Some(0) => {}
            Some(left) => {
                switches.fault = Some((fault, Some(left - 1)));
                return Some(fault);
            }
        }
        switches.fault = None;
        None
    }

    async fn view(&self, fault: Option<Fault>) -> Result<Arc<View>, ChainError> {
        if fault != Some(Fault::Frozen) {
            return self.chain.view().await;
        }
        if let Some(view) = lock(&self.switches).frozen.clone() {
            return Ok(view);
        }
        let view = self.chain.view().await?;
        lock(&self.switches).frozen = Some(Arc::clone(&view));
        Ok(view)
    }
}

enum Answer {
    Json(Value),
    Text(String),
    Refused(StatusCode, &'static str),
}

impl Answer {
    fn into_response(self, cut: bool) -> Response {
        let (kind, mut body) = match self {
            Self::Json(value) => ("application/json", value.to_string()),
            Self::Text(words) => ("text/plain", words),
            Self::Refused(status, words) => return text(status, words),
        };
        if cut && kind == "application/json" {
            body.truncate(body.len() / 2);
        }
        Response::builder().content_type(kind).body(body)
    }
}

fn text(status: StatusCode, words: &str) -> Response {
    Response::builder().status(status).content_type("text/plain").body(words.to_owned())
}

fn answer(view: &View, path: &str, late: usize) -> Answer {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["blocks", "tip", "height"] => Answer::Text(view.tip().saturating_sub(late).to_string()),
        ["blocks", "tip", "hash"] => block_hash(view, view.tip().saturating_sub(late)),
        ["block-height", height] => match height.parse() {
            Ok(height) => block_hash(view, height),
            Err(_) => Answer::Refused(StatusCode::BAD_REQUEST, "Invalid height"),
        },
        ["block", hash, "status"] if is_hash(hash) => Answer::Json(render::block_status(view, hash)),
        ["tx", txid, "status"] if is_hash(txid) => Answer::Json(render::tx_status(view, txid)),
        ["tx", txid] if is_hash(txid) => match view.txs.get(*txid) {
            Some(tx) => Answer::Json(render::tx(view, tx)),
            None => Answer::Refused(StatusCode::NOT_FOUND, "Transaction not found"),
        },
        ["tx" | "block", ..] => Answer::Refused(StatusCode::BAD_REQUEST, "Invalid hex string"),
        ["address", address] => Answer::Json(render::address(view, address)),
        ["address", address, "txs"] => {
            let mut txs = view.unconfirmed(address);
            txs.truncate(MEMPOOL_PAGE);
            txs.extend(page(&view.confirmed(address), None));
            list(view, &txs)
        }
        ["address", address, "txs", "mempool"] => {
            let mut txs = view.unconfirmed(address);
            txs.truncate(MEMPOOL_PAGE);
            list(view, &txs)
        }
        ["address", address, "txs", "chain"] => list(view, &page(&view.confirmed(address), None)),
        ["address", address, "txs", "chain", last] => list(view, &page(&view.confirmed(address), Some(last))),
        _ => Answer::Refused(StatusCode::NOT_FOUND, "endpoint does not exist"),
    }
}

/// The confirmed transactions after the one seen last; none when that one is not known.
fn page<'a>(txs: &[&'a Tx], last: Option<&str>) -> Vec<&'a Tx> {
    let start = match last {
        None => 0,
        Some(last) => txs.iter().position(|tx| tx.txid == last).map_or(txs.len(), |at| at + 1),
    };
    txs.iter().skip(start).take(CHAIN_PAGE).copied().collect()
}

fn list(view: &View, txs: &[&Tx]) -> Answer {
    Answer::Json(Value::Array(txs.iter().map(|tx| render::tx(view, tx)).collect()))
}

fn block_hash(view: &View, height: usize) -> Answer {
    match view.blocks.get(height) {
        Some(block) => Answer::Text(block.hash.clone()),
        None => Answer::Refused(StatusCode::NOT_FOUND, "Block not found"),
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
#[path = "esplora_tests.rs"]
mod tests;
