//! The listener for those who watch the program: metrics and health, away from customers.

use super::{
    Stop, backup,
    config::Settings,
    life::{bind, until},
    say,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use nexa_core::{
    Nexa,
    metric::{self, Metric, MetricKind},
};
use nexa_http::{
    Draining, admin,
    serve::{Bounds, serve},
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::interval};

/// Upper bounds of the classes that times are counted in, in seconds: from a read in memory to a panel's deadline.
const CLASSES: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 60.0];
/// How often what was timed is sorted into its classes, so that it does not pile up while nobody asks, and the books are
/// summed up.
const SORTED_EVERY: Duration = Duration::from_secs(5);
/// Whoever watches needs few connections.
const CONNECTIONS: usize = 64;

/// The address to listen on, if it may be listened on: what is told there concerns nobody else.
pub fn checked(address: SocketAddr, public: bool) -> Result<SocketAddr, Stop> {
    if address.ip().is_loopback() || public {
        return Ok(address);
    }
    Err(Stop::usage(format!(
        "admin: {address} would tell how the shop does to whoever reaches it; listen on 127.0.0.1, or make sure that only \
         your own programs reach it and say --admin-public"
    )))
}

/// Whoever watches, before anything is there to be watched.
pub struct Watch {
    listener: TcpListener,
    recorder: PrometheusHandle,
}

/// Whoever watches, until the end.
pub struct Watching {
    over: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Watch {
    /// Listens where the settings say, if they do.
    pub async fn wished(settings: &Settings) -> Result<Option<Self>, Stop> {
        match settings.admin {
            Some(address) => Self::listen(address).await.map(Some),
            None => Ok(None),
        }
    }

    /// Listens, and has everything counted from now on.
    pub async fn listen(address: SocketAddr) -> Result<Self, Stop> {
        let listener = bind(&address.to_string()).await?;
        let at = listener.local_addr().map_err(Stop::broken)?;
        let builder = PrometheusBuilder::new().set_buckets(&CLASSES).map_err(Stop::broken)?;
        let recorder = builder.install_recorder().map_err(Stop::broken)?;
        describe(&[metric::METRICS, nexa_http::METRICS, nexa_bot::METRICS, backup::METRICS].concat());
        say(&format!("Metrics are at http://{at}{}, health at http://{at}{}", admin::METRICS, admin::READY));
        Ok(Self { listener, recorder })
    }

    /// Tells of this engine until the end.
    pub fn begin(self, nexa: &Nexa, draining: Draining) -> Watching {
        let (over, stopped) = watch::channel(false);
        let rendered = self.recorder.clone();
        let gauges = Arc::new(nexa.gauges());
        let routes = admin::routes(
            nexa,
            Arc::clone(&gauges),
            draining,
            Arc::new(move || rendered.render()),
            &[nexa_bot::METRICS, backup::METRICS].concat(),
        );
        let bounds = Bounds { connections: CONNECTIONS, drain: Duration::from_secs(1), ..Bounds::default() };
        let (listener, recorder, ended) = (self.listener, self.recorder, until(stopped.clone()));
        #[expect(
            clippy::disallowed_methods,
            reason = "the composition root owns the task of the admin listener"
        )]
        let serving = tokio::spawn(async move {
            if let Err(error) = serve(listener, routes, bounds, ended).await {
                tracing::error!(%error, "metrics and health cannot be told any more");
            }
        });
        let ended = until(stopped);
        #[expect(clippy::disallowed_methods, reason = "the composition root owns the recorder's task")]
        let sorting = tokio::spawn(async move {
            let mut beat = interval(SORTED_EVERY);
            let sorted = async {
                loop {
                    beat.tick().await;
                    recorder.run_upkeep();
                    gauges.sum_books().await;
                }
            };
            tokio::select! {
                () = sorted => {}
                () = ended => {}
            }
        });
        Watching { over, tasks: vec![serving, sorting] }
    }
}

impl Watching {
    /// Ends last: whoever watches sees the others end.
    pub async fn end(self) {
        self.over.send_replace(true);
        for task in self.tasks {
            drop(task.await);
        }
    }
}

fn describe(all: &[Metric]) {
    for Metric { name, kind, help } in all {
        match kind {
            MetricKind::Counter => metrics::describe_counter!(*name, *help),
            MetricKind::Gauge => metrics::describe_gauge!(*name, *help),
            MetricKind::Histogram => metrics::describe_histogram!(*name, *help),
        }
    }
}
