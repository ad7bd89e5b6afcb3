//! `nexa import`: brings over what another panel or bot had, into the shop in the data folder.

use super::{
    Stop,
    cli::ImportOptions,
    compose::{self, Composed},
    config::Settings,
    database,
    life::log,
    say,
};
use nexa_core::{
    backoffice::model::{ImportReportView, ImportRequest},
    domain::refusal::Refusal,
    error::Error,
};
use std::{collections::BTreeMap, path::Path, process::ExitCode};

/// Bytes of a table of plans at most.
const MOST_TABLE: u64 = 1 << 20;

/// Does it, or only says what it would come to.
pub async fn import(options: ImportOptions) -> Result<ExitCode, Stop> {
    let settings = Settings::load(options.options.config.as_deref(), &options.options.given())?;
    log("warn", settings.log_json)?;
    database::expect(&settings)?;
    let plans = options.plans.as_deref().map(table).transpose()?.unwrap_or_default();
    let request = ImportRequest {
        kind: options.kind,
        file: options.file,
        server_id: options.server,
        name: options.name,
        plan_id: options.plan,
        plans,
        currency: options.currency,
        anonymous: options.anonymous,
        dry_run: options.dry_run,
    };
    let Composed { nexa, storage, .. } = compose::shop(&settings).await?;
    let done = nexa.import(options.shop.as_deref(), request).await;
    storage.close().await;
    let report = done.map_err(|error| match error {
        Error::Refused(Refusal::BadInput { field, reason }) => Stop::usage(format!("{field}: {reason}")),
        Error::Refused(Refusal::NotFound) => Stop::usage("there is no such plan or server"),
        Error::Refused(refusal) => Stop::Broken(format!("nothing was changed: {}", refusal.code())),
        other => Stop::broken(other),
    })?;
    if options.json {
        say(&serde_json::to_string_pretty(&report).map_err(Stop::broken)?);
    } else {
        tell(&report);
    }
    Ok(ExitCode::SUCCESS)
}

/// A table of plans: what the source calls one, a comma, and the id of ours.
fn table(path: &Path) -> Result<BTreeMap<String, String>, Stop> {
    let refused = |why: &str| Stop::usage(format!("{}: {why}", path.display()));
    let about = std::fs::metadata(path).map_err(|error| refused(&error.to_string()))?;
    if !about.is_file() || about.len() > MOST_TABLE {
        return Err(refused("not a table of plans"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| refused(&error.to_string()))?;
    let text = text.trim_start_matches('\u{feff}').to_owned();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let pair = |line: &str| {
        let (name, plan) =
            line.rsplit_once(',').ok_or_else(|| refused("every line is: their plan,the id of ours"))?;
        Ok((name.trim().trim_matches('"').to_owned(), plan.trim().to_owned()))
    };
    lines.map(pair).collect()
}

fn tell(report: &ImportReportView) {
    say(if report.dry_run { "Nothing was changed. It would come to:" } else { "Done:" });
    let credited = format!("{} {} (minor units)", report.credited.minor, report.credited.currency);
    for (count, what) in [
        (report.rows.to_string(), "rows"),
        (report.users_made.to_string(), "new users"),
        (report.wallets.to_string(), "wallets filled"),
        (credited, "in them"),
        (report.adopted.to_string(), "services taken over from the panel"),
        (report.made.to_string(), "services made anew"),
        (report.here.to_string(), "rows of which all is here already"),
    ] {
        say(&format!("  {count} {what}"));
    }
    for left in &report.left_out {
        say(&format!("  {} left out: {}", left.count, left.reason));
    }
    for line in &report.lines {
        say(&format!("    {}: {}", line.place, line.reason));
    }
    if !report.accounts.is_empty() {
        say("Accounts of services that nobody is named for; give each number to its customer:");
        for account in &report.accounts {
            say(&format!("  {} {}", account.place, account.account_number));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_plans_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plans.csv");
        std::fs::write(&path, "\u{feff}Gold, 3 months,plan-1\r\n\n\"طلایی\" , plan-2\n").unwrap();
        let read = table(&path).unwrap();
        assert_eq!(read.get("Gold, 3 months").map(String::as_str), Some("plan-1"));
        assert_eq!(read.get("طلایی").map(String::as_str), Some("plan-2"));
        std::fs::write(&path, "no comma").unwrap();
        assert!(table(&path).is_err() && table(folder.path()).is_err());
    }
}
