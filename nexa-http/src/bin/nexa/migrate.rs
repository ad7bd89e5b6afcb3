//! A shop's move from one database to another.

use super::{Stop, cli::MigrateOptions, compose, config::Settings, database, say};
use nexa_core::{
    secret::Secret,
    sql::{CopyError, CopyStep, OpenError, Place, copy},
};
use std::{path::Path, process::ExitCode};

/// Copies the shop and says what to set afterwards.
pub async fn migrate(options: &MigrateOptions) -> Result<ExitCode, Stop> {
    let given = &options.options;
    let settings = Settings::load(given.config.as_deref(), &given.given())?;
    let named = |text: &str, option: &str| {
        Place::parse(text).ok_or_else(|| {
            Stop::usage(format!(
                "{option}: sqlite:PATH, or an address such as postgres://nexa@localhost/nexa"
            ))
        })
    };
    // What is typed wins, as everywhere.
    let chosen = |typed: &Option<String>, set: &Option<Secret<String>>| {
        typed.clone().or_else(|| set.as_ref().map(|place| place.expose().clone()))
    };
    let (typed_from, typed_to) =
        (chosen(&options.from, &settings.moving.from), chosen(&options.to, &settings.moving.to));
    let from = match &typed_from {
        Some(text) => named(text, "--from")?,
        None => database::own_file(&settings),
    };
    let to = match (&typed_to, &settings.database) {
        (Some(text), _) => named(text, "--to")?,
        (None, Some(_)) => database::place(&settings)?,
        (None, None) => {
            return Err(Stop::usage("--to: where the shop goes, unless the setting `database` says so"));
        }
    };
    let folder =
        typed_to.as_deref().and_then(|to| to.strip_prefix("sqlite:")).and_then(|to| Path::new(to).parent());
    if let Some(folder) = folder.filter(|path| !path.as_os_str().is_empty() && !from.is_missing()) {
        compose::folder(folder)?;
    }
    say(&format!("The shop of {from} is copied to {to}. It must not run meanwhile."));
    let mut tell = |step: CopyStep<'_>| match step {
        CopyStep::Copied { table, rows } if rows > 0 => say(&format!("copied    {table}: {rows} rows")),
        CopyStep::Compared { table, rows, digest } if rows > 0 => {
            say(&format!("the same  {table}: {rows} rows, SHA-256 {digest}"));
        }
        CopyStep::Copied { .. } | CopyStep::Compared { .. } => {}
    };
    let done = copy(&from, &to, &mut tell).await.map_err(stop)?;
    for books in &done.unbalanced {
        say(&format!(
            "The books of {books} do not sum to zero; they did not before either. `nexa check` says more."
        ));
    }
    say(&format!(
        "{} rows of {} tables are the same in both, {} of them written now; {} lines of the books have the same sums. All of it: \
         SHA-256 {}",
        done.rows, done.tables, done.written, done.entries, done.digest
    ));
    say(&next(&from, &to));
    Ok(ExitCode::SUCCESS)
}

/// Who is to blame for what: what can be mended by calling it otherwise is a wrong call.
fn stop(error: CopyError) -> Stop {
    match error {
        CopyError::Nothing(_)
        | CopyError::Taken(_)
        | CopyError::Another(_)
        | CopyError::Older(_)
        | CopyError::Open(OpenError::InUse(_) | OpenError::Foreign(_) | OpenError::Newer { .. }) => {
            Stop::usage(error.to_string())
        }
        _ => Stop::broken(error),
    }
}

fn next(from: &Place, to: &Place) -> String {
    if to.is_file() {
        return format!(
            "Now put {to} into the data folder as nexa.db, leave `database` out of nexa.toml, and start the shop with the \
             same master key. Drop the database {from} once all is well, so that nobody sells from it."
        );
    }
    format!(
        "Now set `database` in nexa.toml to the address of {to} (with a password: NEXA_DATABASE, or database_file), and start \
         the shop with the same master key. Put {from} aside once all is well, so that nobody sells from it."
    )
}
