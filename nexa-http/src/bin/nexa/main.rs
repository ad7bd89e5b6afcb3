//! `nexa`: the composition root. Here, and only here, storage, adapters and frontends meet.

mod backup;
mod cli;
mod compose;
mod config;
mod database;
mod demo;
mod front;
mod health;
mod import;
mod keys;
mod life;
mod migrate;
mod node;
mod run;
mod telegram;
mod watch;
mod worker;

use clap::Parser;
use std::{io::Write, process::ExitCode};

/// What the program cannot do, said to whoever started it.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// Started or configured wrongly; nothing was touched. Exit code 2.
    #[error("{0}")]
    Usage(String),
    /// It broke. Exit code 1.
    #[error("{0}")]
    Broken(String),
}

impl Stop {
    fn usage(what: impl Into<String>) -> Self {
        Self::Usage(what.into())
    }

    #[expect(clippy::needless_pass_by_value, reason = "so that map_err can take it as it is")]
    fn broken(what: impl ToString) -> Self {
        Self::Broken(what.to_string())
    }
}

/// Says a line to whoever started the program.
fn say(text: &str) {
    // Nobody reading is no reason to stop a shop.
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return told(&Stop::broken(error)),
    };
    match runtime.block_on(run::run(cli)) {
        Ok(code) => code,
        Err(stop) => told(&stop),
    }
}

fn told(stop: &Stop) -> ExitCode {
    drop(writeln!(std::io::stderr().lock(), "nexa: {stop}"));
    ExitCode::from(match stop {
        Stop::Usage(_) => 2,
        Stop::Broken(_) => 1,
    })
}
