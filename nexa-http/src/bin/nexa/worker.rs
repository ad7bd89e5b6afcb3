//! `nexa worker`: the worker and the bots of shops whose server runs elsewhere, on the same database.

use super::{
    Stop,
    cli::Options,
    compose::{self, Composed},
    config::Settings,
    front::Front,
    life::{Wish, log},
    run::{Beside, attend},
    say, telegram,
    watch::Watch,
};
use nexa_http::{Config, serve::Bounds};
use std::{process::ExitCode, time::Duration};
use tokio::signal::unix::{SignalKind, signal};

/// Works until told to stop.
pub async fn work(options: &Options) -> Result<ExitCode, Stop> {
    let wish = Wish::listen()?;
    // Nothing is read again here, but a supervisor's word to reload ends no worker either.
    let _reload = signal(SignalKind::hangup()).map_err(Stop::broken)?;
    let mut settings = Settings::load(options.config.as_deref(), &options.given())?;
    log(&settings.log, settings.log_json)?;
    if settings.database.is_none() {
        return Err(Stop::usage(
            "a worker shares its database with `nexa serve`: give the address of a PostgreSQL server as `database`",
        ));
    }
    if settings.given_url.is_none() {
        return Err(Stop::usage(
            "a worker tells customers where the shop is: give the `public_url` that `nexa serve` has",
        ));
    }
    // Customers are served by nodes with an address of their own, and by panels.
    settings.node = false;
    settings.fleet.worker = true;
    settings.fleet.follows = true;
    telegram::checked(&settings)?;
    let admin = Watch::wished(&settings).await?;
    let Composed { nexa, storage, bots, valkey, backups, .. } = compose::shop(&settings).await?;
    say("Working for the shops on this database.");
    let beside = Beside {
        node: None,
        bots: Some(bots),
        works: true,
        drain: Duration::ZERO,
        front: Front::plain(),
        valkey,
        admin,
        backups,
    };
    let config = Config::new(&settings.public_url());
    let ended = attend(nexa, beside, None, config, Bounds::default(), wish, async { Ok(()) }).await;
    storage.close().await;
    ended
}
