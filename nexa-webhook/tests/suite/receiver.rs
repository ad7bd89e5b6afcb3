//! A receiver of our own, and names that lead where a test says.

use async_trait::async_trait;
use nexa_webhook::Lookup;
use poem::{
    Endpoint, Request, Response, Result, Server,
    http::{HeaderMap, StatusCode},
    listener::TcpAcceptor,
};
use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

/// A request that came.
#[derive(Clone)]
pub struct Came {
    pub method: String,
    pub target: String,
    pub headers: HeaderMap,
    pub body: String,
}

/// It answers everything in the same way, and keeps what came.
#[derive(Clone)]
pub struct Receiver {
    pub at: SocketAddr,
    came: Arc<Mutex<Vec<Came>>>,
    answer: Arc<Mutex<(u16, String)>>,
    sleeps: Arc<Mutex<Duration>>,
    retry_after: Arc<Mutex<Option<String>>>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            at: listener.local_addr().unwrap(),
            came: Arc::default(),
            answer: Arc::new(Mutex::new((204, String::new()))),
            sleeps: Arc::default(),
            retry_after: Arc::default(),
        };
        let acceptor = TcpAcceptor::from_tokio(listener).unwrap();
        let app = receiver.clone();
        tokio::runtime::Handle::current()
            .spawn(async move { Server::new_with_acceptor(acceptor).run(app).await });
        receiver
    }

    /// The address, by this name.
    pub fn url(&self, host: &str) -> String {
        format!("http://{host}:{}/in?token=hidden", self.at.port())
    }

    pub fn answers(&self, status: u16, body: &str) {
        *self.answer.lock().unwrap() = (status, body.to_owned());
    }

    pub fn sleeps(&self, time: Duration) {
        *self.sleeps.lock().unwrap() = time;
    }

    /// What its `Retry-After` says from now on.
    pub fn asks_for(&self, retry_after: &str) {
        *self.retry_after.lock().unwrap() = Some(retry_after.to_owned());
    }

    /// What came since the last look.
    pub fn came(&self) -> Vec<Came> {
        std::mem::take(&mut self.came.lock().unwrap())
    }
}

impl Endpoint for Receiver {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let came = Came {
            method: request.method().to_string(),
            target: request.uri().to_string(),
            headers: request.headers().clone(),
            body: request.take_body().into_string().await?,
        };
        self.came.lock().unwrap().push(came);
        let sleeps = *self.sleeps.lock().unwrap();
        tokio::time::sleep(sleeps).await;
        let (status, body) = self.answer.lock().unwrap().clone();
        let status = StatusCode::from_u16(status).unwrap();
        let mut response =
            Response::builder().status(status).header("location", format!("http://{}/elsewhere", self.at));
        if let Some(asked) = self.retry_after.lock().unwrap().clone() {
            response = response.header("retry-after", asked);
        }
        Ok(response.body(body))
    }
}

/// Answers each question with the next of what it was given; the last one stays.
#[derive(Clone, Default)]
pub struct Names {
    answers: Arc<Mutex<VecDeque<Vec<SocketAddr>>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Names {
    pub fn leading_to<const N: usize>(answers: [&[&str]; N]) -> Self {
        let read = |text: &&str| SocketAddr::new(text.parse().unwrap(), 0);
        let answers = answers.iter().map(|all| all.iter().map(read).collect()).collect();
        Self { answers: Arc::new(Mutex::new(answers)), asked: Arc::default() }
    }

    /// The names that were asked for.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Lookup for Names {
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        self.asked.lock().unwrap().push(name.to_owned());
        let mut answers = self.answers.lock().unwrap();
        let first = answers.front().cloned().unwrap_or_default();
        if answers.len() > 1 {
            answers.pop_front();
        }
        Ok(first)
    }
}
