//! The front of the shop: how connections come in, and that its certificates stay good.

use super::{
    Stop,
    compose::world,
    config::Settings,
    life::{bind, until},
};
use nexa_http::{
    address::Network,
    entry::{Entry, Plain, Proxied},
    redirect::ToHttps,
    serve::{Bounds, serve, serve_through},
    tls::{
        Certificates, Files, Tls,
        acme::{self, Acme},
    },
};
use poem::{Endpoint, Response};
use std::{io, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    time::sleep,
};

/// How often files and ends of certificates are looked at.
const LOOK: Duration = Duration::from_mins(1);
/// The folder of what an authority gave, in the data folder.
const FOLDER: &str = "acme";

/// How connections come in.
pub struct Front {
    tls: Option<Tls>,
    balancers: Option<Vec<Network>>,
    plain: Option<(TcpListener, ToHttps)>,
    keeper: Option<Keeper>,
}

impl Front {
    /// Plain HTTP, as for a demo.
    pub const fn plain() -> Self {
        Self { tls: None, balancers: None, plain: None, keeper: None }
    }

    /// What the settings ask for. Certificates in files must be good now.
    pub async fn open(settings: &Settings) -> Result<Self, Stop> {
        let reach = &settings.reach;
        let balancers = reach.proxy_protocol.then(|| settings.trusted_proxies.clone());
        let keeper = Keeper::open(settings).await?;
        let tls = reach.is_tls().then(|| Tls::new(Arc::clone(&keeper.certificates)));
        let plain = match reach.http_listen {
            Some(address) => Some((bind(&address.to_string()).await?, ToHttps::new(&settings.public_url()))),
            None => None,
        };
        Ok(Self { tls: tls.transpose().map_err(Stop::broken)?, balancers, plain, keeper: Some(keeper) })
    }

    /// Serves until `stopped` says so.
    pub async fn serve(
        self,
        listener: TcpListener,
        routes: impl Endpoint<Output = Response> + 'static,
        bounds: Bounds,
        stopped: watch::Receiver<bool>,
    ) -> io::Result<()> {
        let Self { tls, balancers, plain, keeper } = self;
        let shop = async {
            let stop = until(stopped.clone());
            match tls {
                Some(tls) => through(tls, balancers, listener, routes, bounds, stop).await,
                None => through(Plain, balancers, listener, routes, bounds, stop).await,
            }
        };
        let lead = async {
            match plain {
                Some((listener, to)) => serve(listener, to, bounds, until(stopped.clone())).await,
                None => Ok(()),
            }
        };
        let keep = async {
            if let Some(keeper) = keeper {
                keeper.run(until(stopped.clone())).await;
            }
            Ok(())
        };
        tokio::try_join!(shop, lead, keep).map(drop)
    }
}

async fn through(
    entry: impl Entry,
    balancers: Option<Vec<Network>>,
    listener: TcpListener,
    routes: impl Endpoint<Output = Response> + 'static,
    bounds: Bounds,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    match balancers {
        Some(trusted) => serve_through(Proxied::new(entry, trusted), listener, routes, bounds, stop).await,
        None => serve_through(entry, listener, routes, bounds, stop).await,
    }
}

/// Keeps certificates good.
struct Keeper {
    certificates: Arc<Certificates>,
    files: Option<Files>,
    acme: Option<Acme>,
    /// Whoever renews files may say so instead of waiting for the next look. Heard without certificates, too: a supervisor's
    /// word to reload ends no shop.
    hangup: Signal,
}

impl Keeper {
    async fn open(settings: &Settings) -> Result<Self, Stop> {
        let reach = &settings.reach;
        let certificates = Arc::new(Certificates::default());
        let mut files = match (&reach.certificate, &reach.key) {
            (Some(certificate), Some(key)) => Some(Files::new(certificate, key)),
            _ => None,
        };
        if let (Some(files), Some(path)) = (&mut files, &reach.certificate) {
            let read = files.changed().await;
            let read = read.map_err(|why| Stop::usage(format!("tls_certificate: {}: {why}", path.display())));
            read?.into_iter().for_each(|pair| certificates.set(pair));
        }
        let asked = acme::Settings {
            domains: reach.acme_domains.clone(),
            email: reach.acme_email.clone(),
            directory: reach.acme_directory.clone(),
            roots: reach.acme_roots.clone(),
        };
        let folder = settings.data.join(FOLDER);
        let acme = if asked.domains.is_empty() {
            None
        } else {
            let opened = Acme::open(asked, &folder, Arc::clone(&certificates), world());
            Some(opened.map_err(|why| Stop::usage(format!("acme: {}: {why}", folder.display())))?)
        };
        let hangup = signal(SignalKind::hangup()).map_err(Stop::broken)?;
        Ok(Self { certificates, files, acme, hangup })
    }

    async fn run(mut self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            let look = async {
                self.look().await;
                tokio::select! {
                    () = sleep(LOOK) => {}
                    _ = self.hangup.recv() => tracing::info!("certificates are looked at again"),
                }
            };
            tokio::select! {
                () = look => {}
                () = &mut stop => return,
            }
        }
    }

    async fn look(&mut self) {
        if let Some(files) = &mut self.files {
            match files.changed().await {
                Ok(Some(pair)) => {
                    tracing::info!(until = %pair.until, "the certificate in files has changed");
                    self.certificates.set(pair);
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "the certificate before goes on: tls_certificate"),
            }
        }
        if let Some(acme) = &mut self.acme {
            acme.round().await;
        }
    }
}
