//! Backups: `nexa backup`, `nexa restore`, and the schedule of a shop that runs.

mod make;
mod read;
mod restore;
mod schedule;
mod workshop;

pub use restore::restore;
pub use schedule::{METRICS, Schedule};

use super::{
    Stop,
    cli::{BackupArgs, BackupCommand},
    config::Settings,
    database, keys,
    life::log,
    say,
};
use nexa_backup::Error;
use nexa_core::secret::{Keys, Purpose};
use std::process::ExitCode;
use workshop::Workshop;

/// A fault in words: what was set wrongly, or what broke.
fn stop(error: Error) -> Stop {
    match error {
        Error::Setting(_) | Error::Refused { .. } => Stop::usage(error.to_string()),
        Error::Failed { .. } => Stop::broken(error),
    }
}

/// Which master key a backup was made under; says nothing of the key.
fn key_id(keys: &Keys) -> String {
    keys.fingerprint(Purpose::Backup, "key").0.chars().take(16).collect()
}

/// The keyed hash by which we know our own backups.
fn sign(keys: &Keys, text: &str) -> String {
    keys.fingerprint(Purpose::Backup, text).0
}

/// `nexa backup` and what is below it.
pub async fn backup(args: BackupArgs) -> Result<ExitCode, Stop> {
    let options = match &args.command {
        None => &args.options,
        Some(BackupCommand::List { options, .. } | BackupCommand::Verify { options, .. }) => options,
    };
    let settings = Settings::load(options.config.as_deref(), &options.given())?;
    log("warn", settings.log_json)?;
    match args.command {
        Some(BackupCommand::List { to, .. }) => list(&settings, to.as_deref()).await,
        Some(BackupCommand::Verify { from, identity, .. }) => {
            read::verify(&settings, &from, identity.as_deref()).await
        }
        None => {
            database::expect(&settings)?;
            let keys = keys::present(&settings)?;
            let target = settings.backup.target(args.to.as_deref()).map_err(stop)?;
            let with_key = args.with_key || settings.backup.with_key;
            let workshop = Workshop::take_now(&settings.data)?;
            let made = make::make(&workshop, &settings, &keys, &target, with_key).await?;
            say(&format!("{}  {} bytes, verified", made.name, made.bytes));
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn list(settings: &Settings, to: Option<&str>) -> Result<ExitCode, Stop> {
    let target = settings.backup.target(to).map_err(stop)?;
    let all = target.list().await.map_err(stop)?;
    if all.is_empty() {
        say("There are no backups there.");
    }
    for stored in all {
        say(&format!("{}  {}  {} bytes", stored.name.made_at, stored.name, stored.bytes));
    }
    Ok(ExitCode::SUCCESS)
}
