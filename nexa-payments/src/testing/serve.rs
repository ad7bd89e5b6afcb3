//! What the servers for tests share: a port on loopback, and answers that are none.

use poem::{Endpoint, Response, Server, http::StatusCode, listener::TcpAcceptor};
use serde_json::Value;
use std::{net::SocketAddr, time::Duration};
use tokio::{sync::oneshot, task::JoinHandle};

/// A server that ends when it is dropped.
#[derive(Debug)]
pub(super) struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Running {
    /// Serves on a free port of 127.0.0.1.
    pub(super) async fn start(api: impl Endpoint<Output = Response> + 'static) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let acceptor = TcpAcceptor::from_tokio(listener)?;
        let (stop, stopped) = oneshot::channel::<()>();
        // A zero deadline also cuts requests that hang.
        let serve = async move {
            let ended = Server::new_with_acceptor(acceptor).run_with_graceful_shutdown(
                api,
                async move { drop(stopped.await) },
                Some(Duration::ZERO),
            );
            drop(ended.await);
        };
        let task = tokio::runtime::Handle::current().spawn(serve);
        Ok(Self { address, stop: Some(stop), task: Some(task) })
    }

    /// `http://127.0.0.1:PORT`.
    pub(super) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Closes the port and every connection, and waits until that is done.
    pub(super) async fn stop(mut self) {
        drop(self.stop.take());
        if let Some(task) = self.task.take() {
            drop(task.await);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}

/// A page for people.
pub(super) fn page(status: StatusCode) -> Response {
    Response::builder().status(status).content_type("text/html").body("<html>Hello</html>")
}

/// JSON, or the first half of it.
pub(super) fn cut(answer: &Value, truncated: bool) -> Response {
    let mut text = answer.to_string();
    if truncated {
        text.truncate(text.len() / 2);
    }
    Response::builder().content_type("application/json").body(text)
}
