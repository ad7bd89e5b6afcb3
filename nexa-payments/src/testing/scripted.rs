//! An HTTP server on loopback that answers by a script with a memory, and fails as public servers do.

use super::serve::Running;
use poem::{Endpoint, Request, Response, http::StatusCode};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use url::form_urlencoded;

/// What the server does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 429 to everything.
    TooManyRequests,
    /// 502 to everything.
    ServerError,
    /// A page instead of JSON, with status 200.
    Garbage,
    /// Every answer is cut in its middle.
    Truncated,
    /// An empty answer, with status 200.
    Empty,
    /// The request is read and never answered.
    Hang,
    /// What was asked is done, and its answer never comes.
    DoneThenHang,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `GET` or `POST`.
    pub method: String,
    /// Without query.
    pub path: String,
    /// Without `?`.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The raw body.
    pub body: Vec<u8>,
}

impl Asked {
    /// A header's value; empty without one.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The body as a form.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }
}

/// An answer: status and body.
pub type Said = (u16, String);

/// What a server answers.
pub trait Script: Send + 'static {
    /// The answer to a request.
    fn answer(&mut self, asked: &Asked) -> Said;
}

struct Held<S> {
    script: S,
    fault: Option<Fault>,
    /// Requests that go well before the fault.
    spare: usize,
    requests: Vec<Asked>,
}

/// A server with a script. It ends when it is dropped.
pub struct ScriptedServer<S> {
    running: Running,
    held: Arc<Mutex<Held<S>>>,
}

impl<S: Script> ScriptedServer<S> {
    /// Serves on a free port of 127.0.0.1. Needs a running tokio.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(script: S) -> std::io::Result<Self> {
        let held = Arc::new(Mutex::new(Held { script, fault: None, spare: 0, requests: Vec::new() }));
        let running = Running::start(Api(Arc::clone(&held))).await?;
        Ok(Self { running, held })
    }

    /// What to configure as `base_url`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.running.base_url()
    }

    /// Does something with the script.
    pub fn with<T>(&self, act: impl FnOnce(&mut S) -> T) -> T {
        act(&mut lock(&self.held).script)
    }

    /// Switches a fault on, or off.
    pub fn fail(&self, fault: Option<Fault>) {
        self.fail_after(0, fault);
    }

    /// The same, after so many requests that go well.
    pub fn fail_after(&self, spare: usize, fault: Option<Fault>) {
        let mut held = lock(&self.held);
        (held.spare, held.fault) = (spare, fault);
    }

    /// All requests so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Asked> {
        lock(&self.held).requests.clone()
    }
}

impl<S> std::fmt::Debug for ScriptedServer<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScriptedServer").field("running", &self.running).finish_non_exhaustive()
    }
}

fn lock<S>(held: &Mutex<Held<S>>) -> MutexGuard<'_, Held<S>> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Api<S>(Arc<Mutex<Held<S>>>);

impl<S: Script> Endpoint for Api<S> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let headers = request.headers().iter();
        let headers = headers
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
        let mut asked = Asked {
            method: request.method().as_str().to_owned(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            headers: headers.collect(),
            body: Vec::new(),
        };
        asked.body = request.take_body().into_vec().await.unwrap_or_default();
        let fault = {
            let mut held = lock(&self.0);
            let spared = held.spare > 0;
            held.spare = held.spare.saturating_sub(1);
            held.fault.filter(|_| !spared)
        };
        match fault {
            Some(Fault::TooManyRequests) => {
                return Ok(page(StatusCode::TOO_MANY_REQUESTS, "<html>Slow</html>"));
            }
            Some(Fault::ServerError) => return Ok(page(StatusCode::BAD_GATEWAY, "<html>Bad</html>")),
            Some(Fault::Garbage) => return Ok(page(StatusCode::OK, "<html>Hello</html>")),
            Some(Fault::Empty) => return Ok(page(StatusCode::OK, "")),
            Some(Fault::Hang) => std::future::pending::<()>().await,
            Some(Fault::Truncated | Fault::DoneThenHang) | None => {}
        }
        let (status, body) = {
            let mut held = lock(&self.0);
            held.requests.push(asked.clone());
            held.script.answer(&asked)
        };
        let mut body = body.into_bytes();
        match fault {
            Some(Fault::DoneThenHang) => std::future::pending::<()>().await,
            Some(Fault::Truncated) => body.truncate(body.len() / 2),
            _ => {}
        }
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        Ok(Response::builder().status(status).content_type("application/json").body(body))
    }
}

fn page(status: StatusCode, body: &'static str) -> Response {
    Response::builder().status(status).content_type("text/html").body(body)
}
