//! Tells the workers of other processes that there are jobs, and hears it from them.
//!
//! Whatever goes wrong here costs only time: a worker looks at the queue by itself, too.

use super::{
    engine::postgres::{Connection, Listener, Server},
    spawn,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, mpsc},
    time::sleep,
};

/// However many jobs there are, others are told so often at most.
const PAUSE: Duration = Duration::from_millis(10);
/// When it is tried again after an accident.
const RETRY: Duration = Duration::from_secs(5);

/// Both ends of one process.
pub(super) struct News {
    told: Arc<Notify>,
    heard: Arc<Notify>,
    /// Both tasks end with it.
    _open: mpsc::Sender<()>,
}

impl News {
    /// Begins both; `own` is what this process is called there.
    pub(super) fn open(server: Server, own: String) -> Self {
        let (told, heard) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (open, mut ended) = mpsc::channel(1);
        let (said, listened) = (Arc::clone(&told), Arc::clone(&heard));
        spawn(async move {
            tokio::select! {
                () = tell(&server, &own, &said) => {}
                () = listen(&server, &own, &listened) => {}
                // Nothing is ever sent: an answer means that the storage is gone.
                _ = ended.recv() => {}
            }
        });
        Self { told, heard, _open: open }
    }

    /// To be notified when jobs were committed.
    pub(super) fn teller(&self) -> Arc<Notify> {
        Arc::clone(&self.told)
    }

    /// Returns when others told something since the last time.
    pub(super) async fn heard(&self) {
        self.heard.notified().await;
    }
}

async fn tell(server: &Server, own: &str, told: &Notify) {
    let mut connection: Option<Connection> = None;
    loop {
        told.notified().await;
        let open = match connection.take() {
            Some(open) => Ok(open),
            None => server.connect().await,
        };
        connection = match open {
            Ok(mut open) => open.tell(own).await.is_ok().then_some(open),
            Err(_) => None,
        };
        sleep(if connection.is_some() { PAUSE } else { RETRY }).await;
    }
}

async fn listen(server: &Server, own: &str, heard: &Notify) {
    loop {
        if let Ok(mut listener) = Listener::open(server).await {
            while listener.hear(own).await.is_ok() {
                heard.notify_one();
            }
        }
        sleep(RETRY).await;
    }
}
