//! A server on loopback that can be stopped and started again at the same port.

use poem::{
    Request, Response, Server,
    endpoint::make,
    listener::{Acceptor, Listener, TcpListener},
};
use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::oneshot, task::JoinHandle};

type Answering = Arc<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Response> + Send>> + Send + Sync>;

/// The server. Stops when dropped.
pub struct Listening {
    answer: Answering,
    port: u16,
    running: Mutex<Option<Running>>,
}

struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Listening {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start<F>(answer: impl Fn(Request) -> F + Send + Sync + 'static) -> io::Result<Self>
    where
        F: Future<Output = Response> + Send + 'static,
    {
        let answer: Answering = Arc::new(move |request| Box::pin(answer(request)));
        let (port, running) = listen(Arc::clone(&answer), 0).await?;
        Ok(Self { answer, port, running: Mutex::new(Some(running)) })
    }

    /// Its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether nothing listens. Open connections break.
    pub async fn set_down(&self, down: bool) -> io::Result<()> {
        let running = self.lock().take();
        if let Some(running) = running {
            // The server may have ended by itself; then nobody hears this.
            let _heard = running.stop.send(());
            let _ended = running.task.await;
        }
        if !down {
            let (_, running) = listen(Arc::clone(&self.answer), self.port).await?;
            *self.lock() = Some(running);
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(running) = self.lock().take() {
            let _heard = running.stop.send(());
        }
    }
}

async fn listen(answer: Answering, port: u16) -> io::Result<(u16, Running)> {
    let acceptor = TcpListener::bind(("127.0.0.1", port)).into_acceptor().await?;
    let address = acceptor.local_addr().into_iter().find_map(|local| local.as_socket_addr().copied());
    let port = address.ok_or(io::ErrorKind::AddrNotAvailable)?.port();
    let (stop, stopped) = oneshot::channel::<()>();
    let app = make(move |request| answer(request));
    #[expect(clippy::disallowed_methods, reason = "the fake owns its server task and ends it")]
    let task = tokio::spawn(async move {
        let until = async {
            // A dropped sender ends the server just the same.
            let _asked = stopped.await;
        };
        let served =
            Server::new_with_acceptor(acceptor).run_with_graceful_shutdown(app, until, Some(Duration::ZERO));
        if let Err(error) = served.await {
            tracing::warn!(%error, "the fake panel ended");
        }
    });
    Ok((port, Running { stop, task }))
}
