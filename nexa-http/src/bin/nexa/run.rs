//! What each command does.

use super::{
    Stop, backup,
    cli::{Cli, Command, DemoOptions, Options, PayCommand, ServeOptions},
    compose::{self, Composed},
    config::Settings,
    database, demo,
    front::Front,
    health, import, keys,
    life::{Wish, bind, log, until},
    migrate, node, say,
    telegram::{self, Calls},
    watch::{self, Watch},
    worker,
};
use nexa_bot::Bots;
use nexa_core::{
    domain::shop::Locale,
    engine::{CheckLine, FirstServer, Nexa},
    ports::limiter::Limiter,
    secret::Secret,
};
use nexa_http::{Config, Updates, api, paths, serve::Bounds};
use nexa_shadowsocks::Node;
use nexa_valkey::Valkey;
use serde_json::json;
use std::{
    future::{Future, pending},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// Does what was asked.
pub async fn run(cli: Cli) -> Result<ExitCode, Stop> {
    // Only fails when a provider is there already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    match cli.command {
        Command::Serve(options) => serve_shop(&options).await,
        Command::Worker(options) => worker::work(&options).await,
        Command::Node(options) => node::serve(&options).await,
        Command::Proxy(options) => node::proxy(&options).await,
        Command::Demo(options) => serve_demo(&options).await,
        Command::Backup(args) => backup::backup(args).await,
        Command::Restore(args) => backup::restore(&args).await,
        Command::Import(options) => import::import(options).await,
        Command::Check(options) => check(&options, None).await,
        Command::Pay(PayCommand::Selftest { gateway, options }) => check(&options, Some(&gateway)).await,
        Command::Health { url } => health::ask(&url).await,
        Command::Migrate(options) => migrate::migrate(&options).await,
        Command::Keys(command) => keys::change(&command).await,
        Command::Openapi => {
            say(api::document::text().trim_end());
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn serve_shop(options: &ServeOptions) -> Result<ExitCode, Stop> {
    let wish = Wish::listen()?;
    let mut settings = Settings::load(options.options.config.as_deref(), &options.given())?;
    log(&settings.log, settings.log_json)?;
    if settings.behind_proxy && settings.trusted_proxies.is_empty() {
        tracing::warn!(
            "behind_proxy without trusted_proxies: all customers seem to come from one address and share its limits"
        );
    }
    let admin = Watch::wished(&settings).await?;
    let listener = bind(&settings.listen.to_string()).await?;
    // The system chooses the port when 0 was asked for.
    settings.listen = listener.local_addr().map_err(Stop::broken)?;
    telegram::checked(&settings)?;
    let front = Front::open(&settings).await?;
    let Composed { nexa, storage, bots, node, valkey, backups } = compose::shop(&settings).await?;
    let served = node.is_some() && (settings.serving.public_host.is_some() || settings.is_local());
    let first = served.then(|| first_server(settings.locale));
    let installed = nexa
        .install(&settings.shop_name, settings.currency, settings.locale, settings.test, first)
        .await
        .map_err(Stop::broken)?;
    for line in nexa.unusable().await.map_err(Stop::broken)? {
        say(&format!("The {} cannot be used: {}", line.subject, line.lines.join("; ")));
    }
    let url = settings.public_url();
    say(&format!(
        "The shop is at {url}, its API at {url}{}, its documentation at {url}{}",
        paths::API,
        paths::DOCS
    ));
    if node.is_some() {
        say(&node::about(&settings.serving));
    }
    if node.is_some() && !served {
        say("Customers elsewhere cannot use this machine as a server until --public-host is given.");
    }
    if let Some(token) = installed.claim {
        say(
            "Nobody runs this shop yet. Whoever opens this link first becomes its operator; it works once, for a day:",
        );
        say(&format!("  {url}{}", paths::operator(&token)));
    }
    let mut config = Config::new(&url);
    config.trusted_proxies.clone_from(&settings.trusted_proxies);
    config.limiter = valkey.clone().map(|valkey| -> Arc<dyn Limiter> { valkey });
    config.service_worker = settings.service_worker;
    config.updates = settings.telegram_webhook.then(|| -> Arc<dyn Updates> { Arc::new(Calls(bots.clone())) });
    let bounds = Bounds {
        head: Duration::from_secs(settings.head_seconds),
        connections: settings.connections,
        ..Bounds::default()
    };
    let beside = Beside {
        node,
        bots: Some(bots),
        front,
        valkey,
        admin,
        backups,
        works: settings.fleet.worker,
        drain: settings.fleet.drain,
    };
    let ended = attend(nexa, beside, Some(listener), config, bounds, wish, async { Ok(()) }).await;
    // Brings the database's log into its file, so that a stopped shop is one file to copy.
    storage.close().await;
    ended
}

async fn serve_demo(options: &DemoOptions) -> Result<ExitCode, Stop> {
    let wish = Wish::listen()?;
    log("warn", false)?;
    let locale = Locale::from_tag(&options.locale).ok_or_else(|| Stop::usage("--locale: fa, en or ru"))?;
    let listener = bind(&options.listen).await?;
    let at = listener.local_addr().map_err(Stop::broken)?;
    if !at.ip().is_loopback() && options.public_url.is_none() {
        return Err(Stop::usage("a demo on a public address needs --public-url"));
    }
    let url = options.public_url.clone().unwrap_or_else(|| format!("http://{at}"));
    let (nexa, node) = compose::demo(url.trim_end_matches('/'))?;
    let config = Config::new(&url);
    let prepare = demo::prepare(nexa.clone(), locale, config.public_url.clone());
    let admin = match options.admin {
        Some(address) => Some(Watch::listen(watch::checked(address, false)?).await?),
        None => None,
    };
    let beside = Beside {
        node: Some(node),
        bots: None,
        backups: None,
        front: Front::plain(),
        valkey: None,
        admin,
        works: true,
        drain: Duration::ZERO,
    };
    attend(nexa, beside, Some(listener), config, Bounds::default(), wish, prepare).await
}

/// What a new shop has to sell: this machine.
fn first_server(locale: Locale) -> FirstServer {
    let name = match locale {
        Locale::Fa => "سرور اصلی",
        Locale::En => "Main server",
        Locale::Ru => "Основной сервер",
    };
    FirstServer {
        name: name.to_owned(),
        kind: "shadowsocks".to_owned(),
        config: Secret::new(json!({})),
        region: None,
    }
}

/// What runs beside server and worker.
pub struct Beside {
    /// The node of this machine.
    pub node: Option<Node>,
    /// The shops' bots.
    pub bots: Option<Bots>,
    /// Whether jobs are worked off here.
    pub works: bool,
    /// How long connections are still taken after the program was told to end.
    pub drain: Duration,
    /// How connections come in.
    pub front: Front,
    /// What is shared with other processes.
    pub valkey: Option<Arc<Valkey>>,
    /// Who watches from outside.
    pub admin: Option<Watch>,
    /// The backups that are made meanwhile.
    pub backups: Option<backup::Schedule>,
}

/// Runs server, worker, node, bots and what is shared until told to stop; `ready` runs once they do. Without a listener
/// there is no server.
pub async fn attend(
    nexa: Nexa,
    beside: Beside,
    listener: Option<TcpListener>,
    config: Config,
    bounds: Bounds,
    mut wish: Wish,
    ready: impl Future<Output = Result<(), Stop>>,
) -> Result<ExitCode, Stop> {
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let worker = beside.works.then(|| nexa.worker());
    if let Some(worker) = &worker {
        worker.prepare().await.map_err(Stop::broken)?;
    }
    let draining = config.draining.clone();
    let watching = beside.admin.map(|admin| admin.begin(&nexa, draining.clone()));
    let work = until(stopped.clone());
    let working = begun(async move {
        if let Some(worker) = worker {
            worker.run(work).await;
        }
    });
    let serve_node = until(stopped.clone());
    let node_serving = begun(async move {
        if let Some(node) = beside.node {
            node.run(serve_node).await;
        }
    });
    let talk = until(stopped.clone());
    let talking = begun(async move {
        if let Some(bots) = beside.bots {
            bots.run(talk).await;
        }
    });
    // Until the end: whoever ends before still uses it.
    let sharing = begun(async move {
        if let Some(valkey) = beside.valkey {
            valkey.run(pending()).await;
        }
    });
    let backing_up = nexa.clone();
    let kept = begun(async move {
        if let Some(backups) = beside.backups {
            backups.run(backing_up).await;
        }
    });
    let routes = nexa_http::routes(nexa, config);
    let mut serving = begun(async move {
        if let Some(listener) = listener {
            beside.front.serve(listener, routes, bounds, stopped).await
        } else {
            until(stopped).await;
            Ok(())
        }
    });
    ready.await?;
    let early = wish.fulfilled(&draining, beside.drain, &mut serving).await;
    tracing::info!("stopping");
    stop.send_replace(true);
    // Whatever it is at leaves nothing that counts as a backup.
    kept.abort();
    let served = match early {
        Some(early) => early,
        None => serving.await,
    };
    let within = bounds.drain;
    ended(working, within, "the worker did not end in time; its jobs will be found again").await;
    let unanswered = "the bots did not end in time; Telegram will say again what they had not answered";
    ended(talking, within, unanswered).await;
    // Its last counters are written down before the program ends.
    let uncounted = "the node did not end in time; the last second of traffic may be uncounted";
    ended(node_serving, within, uncounted).await;
    sharing.abort();
    if let Some(watching) = watching {
        watching.end().await;
    }
    served.map_err(Stop::broken)?.map_err(Stop::broken)?;
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::disallowed_methods, reason = "the composition root owns the tasks of all that runs")]
fn begun<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(work)
}

/// Waits until a task has ended, so long at most; then tells what that means.
async fn ended(task: JoinHandle<()>, within: Duration, otherwise: &str) {
    if tokio::time::timeout(within, task).await.is_err() {
        tracing::warn!("{otherwise}");
    }
}

/// Tries everything, or rehearses a payment at one gateway.
async fn check(options: &Options, gateway: Option<&str>) -> Result<ExitCode, Stop> {
    let settings = Settings::load(options.config.as_deref(), &options.given())?;
    log("warn", settings.log_json)?;
    database::expect(&settings)?;
    let Composed { nexa, valkey, .. } = compose::shop(&settings).await?;
    let mut all_well = true;
    if gateway.is_none() {
        all_well &= database::examine(&settings).await?;
    }
    let lines = match gateway {
        Some(gateway) => nexa.selftest(gateway).await,
        None => nexa.check().await,
    };
    let mut lines = lines.map_err(Stop::broken)?;
    if let Some(valkey) = valkey.filter(|_| gateway.is_none()) {
        lines.insert(0, shared(&valkey).await);
    }
    for line in lines {
        all_well &= line.ok;
        say(&format!("{} {}", if line.ok { "ok  " } else { "FAIL" }, line.subject));
        for note in line.lines {
            say(&format!("       {note}"));
        }
    }
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether what is shared with other processes can be.
async fn shared(valkey: &Valkey) -> CheckLine {
    let (ok, line) = match valkey.check().await {
        Ok(()) => (true, "answers in time: limits and links are shared".to_owned()),
        Err(why) => (false, format!("{why}; the shop works without it, each process alone")),
    };
    CheckLine { subject: "valkey".to_owned(), ok, lines: vec![line] }
}
