//! Secrets: settings that stand in files of their own.
//!
//! Each can be given as itself in the environment (`NEXA_X`), as the name of a file that holds it (`X_file`,
//! `NEXA_X_FILE`), or as the credential `nexa.X` of the service manager
//! (<https://systemd.io/CREDENTIALS/>), never in `nexa.toml`. A new secret needs a line in each list here and nothing else.

use super::{Settings, Stop};
use std::path::Path;

/// Every secret setting.
pub(super) const SECRETS: [&str; 11] = [
    "database",
    "replica",
    "valkey",
    "migrate_from",
    "migrate_to",
    "master_key",
    "node_exit",
    "mail_password",
    "rates_coingecko_key",
    "backup_passphrase",
    "backup_s3_secret_key",
];

/// Those that are addresses: secrets only with a password in them.
pub(super) const ADDRESSES: [&str; 5] = ["database", "replica", "valkey", "migrate_from", "migrate_to"];

/// The settings that name their files, in the same order.
pub(super) const FILES: [&str; SECRETS.len()] = [
    "database_file",
    "replica_file",
    "valkey_file",
    "migrate_from_file",
    "migrate_to_file",
    "master_key_file",
    "node_exit_file",
    "mail_password_file",
    "rates_coingecko_key_file",
    "backup_passphrase_file",
    "backup_s3_secret_key_file",
];

/// Which secret a setting names the file of.
pub(super) fn of_file(name: &str) -> Option<&'static str> {
    FILES.iter().position(|file| *file == name).and_then(|at| SECRETS.get(at)).copied()
}

/// Refuses an environment that gives the same secret in two ways: which of them wins would be luck.
pub(super) fn given_once(given: impl Fn(&str) -> bool) -> Result<(), Stop> {
    for (secret, file) in SECRETS.iter().zip(FILES) {
        let [secret, file] = [secret, file].map(|name| format!("NEXA_{}", name.to_uppercase()));
        if given(&secret) && given(&file) {
            return Err(Stop::usage(format!("{secret} and {file} are both given: leave one of them out")));
        }
    }
    Ok(())
}

/// Refuses a secret in `nexa.toml`.
pub(super) fn refused_in_file(name: &str, value: &str, place: &str) -> Result<(), Stop> {
    let Some(secret) = SECRETS.into_iter().find(|secret| *secret == name) else { return Ok(()) };
    let given = secret.to_uppercase();
    if !ADDRESSES.contains(&secret) {
        return Err(Stop::usage(format!(
            "{place}: a secret does not belong into this file; use NEXA_{given} or {secret}_file"
        )));
    }
    if holds_password(value) {
        return Err(Stop::usage(format!(
            "{place}: a password does not belong into this file; give the whole address in NEXA_{given} or NEXA_{given}_FILE"
        )));
    }
    Ok(())
}

/// Whether an address tells a password, in its usual place or as a parameter, where PostgreSQL takes one, too.
fn holds_password(address: &str) -> bool {
    url::Url::parse(address)
        .is_ok_and(|url| url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password"))
}

impl Settings {
    /// Reads a secret's file. The master key's is only remembered: it is made when it is missing, and none but its owner may
    /// read it.
    pub(super) fn secret_file(&mut self, secret: &str, file: &str, place: &str) -> Result<(), Stop> {
        if secret == "master_key" {
            (self.master_key, self.master_key_file) = (None, Some(file.into()));
            return Ok(());
        }
        let text =
            read(Path::new(file)).map_err(|why| Stop::usage(format!("{place}: {secret}_file: {why}")))?;
        self.set(secret, &text, place)
    }

    /// Reads what the service manager put into the folder of credentials.
    pub(super) fn credentials(&mut self, folder: &Path) -> Result<(), Stop> {
        for secret in SECRETS {
            let path = folder.join(format!("nexa.{secret}"));
            if !path.exists() {
                continue;
            }
            let place = path.display().to_string();
            let text = read(&path).map_err(|why| Stop::usage(format!("{place}: {why}")))?;
            self.set(secret, &text, &place)?;
        }
        Ok(())
    }
}

/// The text of a file without the end of its line, which editors put there.
fn read(path: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() { Err("the file is empty".to_owned()) } else { Ok(text.to_owned()) }
}
