//! An HTTP server on loopback that answers as a script says, and fails as a test wants.

use nexa_core::conformance::gateway::Outage;
use poem::{Endpoint, Request, Response, Server, http::StatusCode, listener::TcpAcceptor};
use serde_json::{Value, value::RawValue};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::oneshot;
use url::form_urlencoded;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The members of the body, as they are written; a body that is none has none.
    pub(crate) fn members(&self) -> BTreeMap<String, String> {
        let members: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(&self.body).unwrap_or_default();
        members.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

pub(crate) type Answer = (u16, String);

/// What a server says.
pub(crate) trait Script: Send + Sync + 'static {
    fn answer(&self, call: &Call) -> Answer;
}

struct State {
    outage: Outage,
    /// Whether requests are worked on in spite of the outage.
    works: bool,
    said: Option<Answer>,
    last: String,
    calls: Vec<Call>,
}

/// The server. It ends when it is dropped.
pub(crate) struct Scripted {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    _stop: oneshot::Sender<()>,
}

impl Scripted {
    pub(crate) async fn start(script: Arc<dyn Script>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let acceptor = TcpAcceptor::from_tokio(listener).expect("an acceptor");
        let state =
            State { outage: Outage::None, works: false, said: None, last: String::new(), calls: Vec::new() };
        let state = Arc::new(Mutex::new(state));
        let api = Api { script, state: Arc::clone(&state) };
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = async move {
            let ended = Server::new_with_acceptor(acceptor).run_with_graceful_shutdown(
                api,
                async move { drop(stopped.await) },
                Some(Duration::ZERO),
            );
            drop(ended.await);
        };
        drop(tokio::runtime::Handle::current().spawn(serve));
        Self { address, state, _stop: stop }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn fail(&self, outage: Outage) {
        let mut state = lock(&self.state);
        (state.outage, state.works) = (outage, false);
    }

    /// The request is worked on, and its answer never comes.
    pub(crate) fn work_in_silence(&self) {
        let mut state = lock(&self.state);
        (state.outage, state.works) = (Outage::Silent, true);
    }

    /// Answers this to everything, or again what the script says.
    pub(crate) fn say(&self, said: Option<(u16, &str)>) {
        lock(&self.state).said = said.map(|(status, text)| (status, text.to_owned()));
    }

    /// The script's last answer.
    pub(crate) fn last(&self) -> String {
        lock(&self.state).last.clone()
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        lock(&self.state).calls.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Api {
    script: Arc<dyn Script>,
    state: Arc<Mutex<State>>,
}

impl Endpoint for Api {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let body = request.take_body().into_vec().await.unwrap_or_default();
        let query = request.uri().query().unwrap_or_default();
        let headers = request.headers().iter();
        let call = Call {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            headers: headers
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
                .collect(),
            body,
        };
        let (outage, works, said) = {
            let mut state = lock(&self.state);
            state.calls.push(call.clone());
            (state.outage, state.works, state.said.clone())
        };
        match outage {
            Outage::Limited => return Ok(answer(429, "{\"message\":\"Too many requests\"}".to_owned())),
            Outage::Broken => return Ok(answer(502, "<html>Bad gateway</html>".to_owned())),
            Outage::Garbage => return Ok(answer(200, "<html>Hello</html>".to_owned())),
            Outage::Silent if !works => std::future::pending::<()>().await,
            _ => {}
        }
        let (status, mut text) = said.unwrap_or_else(|| self.script.answer(&call));
        lock(&self.state).last.clone_from(&text);
        if outage == Outage::Silent {
            std::future::pending::<()>().await;
        }
        if outage == Outage::Truncated {
            text.truncate(text.len() / 2);
        }
        Ok(answer(status, text))
    }
}

fn answer(status: u16, text: String) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    Response::builder().status(status).content_type("application/json").body(text)
}
