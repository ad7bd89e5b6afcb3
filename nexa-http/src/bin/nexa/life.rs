//! How a program begins and ends: its log, its address, and the wish that it stop.

use super::Stop;
use nexa_http::Draining;
use std::time::Duration;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    task::{JoinError, JoinHandle},
    time::sleep,
};
use tracing_subscriber::EnvFilter;

/// The wish that the program end. Listened for from the very start, so that a supervisor which changes its mind at once
/// is heard too.
pub struct Wish {
    terminate: Signal,
    interrupt: Signal,
}

impl Wish {
    /// Listens from now on.
    pub fn listen() -> Result<Self, Stop> {
        let on = |kind| signal(kind).map_err(Stop::broken);
        Ok(Self { terminate: on(SignalKind::terminate())?, interrupt: on(SignalKind::interrupt())? })
    }

    /// Returns when it is heard.
    pub async fn heard(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Returns when it is heard and proxies had so much time to notice, or at the second wish; at once, with how that
    /// came, when the server ends by itself.
    pub async fn fulfilled<T>(
        &mut self,
        draining: &Draining,
        notice: Duration,
        serving: &mut JoinHandle<T>,
    ) -> Option<Result<T, JoinError>> {
        let early = tokio::select! {
            () = self.heard() => None,
            ended = &mut *serving => Some(ended),
        };
        draining.begin();
        if early.is_some() || notice.is_zero() {
            return early;
        }
        tracing::info!(seconds = notice.as_secs(), "draining");
        tokio::select! {
            () = sleep(notice) => None,
            () = self.heard() => None,
            ended = serving => Some(ended),
        }
    }
}

/// Returns when `stopped` says so.
pub async fn until(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is the end as well.
    drop(stopped.wait_for(|over| *over).await);
}

/// Listens on an address.
pub async fn bind(address: &str) -> Result<TcpListener, Stop> {
    TcpListener::bind(address).await.map_err(|e| Stop::usage(format!("cannot listen on {address}: {e}")))
}

/// Begins the log.
pub fn log(filter: &str, json: bool) -> Result<(), Stop> {
    // The one writes customers' addresses and destinations, the other whatever it could not read of a passkey's answer.
    let filter = format!("{filter},shadowsocks=off,webauthn_rs_core=off");
    let filter = EnvFilter::try_new(filter).map_err(|e| Stop::usage(format!("log: {e}")))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let done = if json { builder.json().try_init() } else { builder.with_ansi(false).try_init() };
    done.map_err(Stop::broken)
}
