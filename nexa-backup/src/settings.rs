//! Where backups go, how often, and who can read them.

use super::{Error, Keep, Lock, Target, Unlock, keep::seconds, target::Store};
use age::secrecy::{ExposeSecret as _, SecretString};
use jiff::SignedDuration;
use std::{fmt, fs, path::Path};

/// The names of all settings, as they are set one by one; in a file they stand in the block `[backup]` without `backup_`.
pub const NAMES: [&str; 12] = [
    "backup_to",
    "backup_every",
    "backup_keep",
    "backup_recipients",
    "backup_passphrase",
    "backup_passphrase_file",
    "backup_with_key",
    "backup_s3_endpoint",
    "backup_s3_region",
    "backup_s3_access_key",
    "backup_s3_secret_key",
    "backup_s3_secret_key_file",
];

/// The shortest pause between two backups, in seconds.
const SHORTEST: i64 = 60;

/// All settings.
#[derive(Clone, Default)]
pub struct Settings {
    /// A folder, or `s3://bucket/prefix`.
    pub to: Option<String>,
    /// How often, while the shop runs; none: only when asked.
    pub every: Option<SignedDuration>,
    /// Which ones are kept.
    pub keep: Keep,
    /// Who can read them.
    pub lock: Option<Lock>,
    /// Whether the master key is in them, too.
    pub with_key: bool,
    /// How the store of `s3://` is reached.
    pub store: Store,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("to", &self.to).field("every", &self.every).finish_non_exhaustive()
    }
}

fn wrong(why: &str) -> Error {
    Error::Setting(why.to_owned())
}

fn secret_file(path: &str) -> Result<SecretString, Error> {
    let text = fs::read_to_string(path).map_err(|_| wrong("the file cannot be read"))?;
    Ok(SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned()))
}

impl Settings {
    /// Sets what `name` names; false when that is no setting of backups.
    pub fn set(&mut self, name: &str, value: &str) -> Result<bool, Error> {
        match name {
            "backup_to" => self.to = Some(value.to_owned()).filter(|to| !to.is_empty()),
            "backup_every" => {
                let pause = seconds(value).filter(|pause| *pause >= SHORTEST);
                self.every = Some(SignedDuration::from_secs(
                    pause.ok_or_else(|| wrong("a time such as 30m, 6h or 1d"))?,
                ));
            }
            "backup_keep" => self.keep = Keep::parse(value)?,
            "backup_recipients" => self.lock(Lock::recipients(value)?)?,
            "backup_passphrase" => self.lock(Lock::Passphrase(SecretString::from(value.to_owned())))?,
            "backup_passphrase_file" => self.lock(Lock::Passphrase(secret_file(value)?))?,
            "backup_with_key" => self.with_key = value.parse().map_err(|_| wrong("true or false"))?,
            "backup_s3_endpoint" => self.store.endpoint = Some(value.trim_end_matches('/').to_owned()),
            "backup_s3_region" => self.store.region = Some(value.to_owned()),
            "backup_s3_access_key" => self.store.access_key = Some(value.to_owned()),
            "backup_s3_secret_key" => self.store.secret_key = Some(SecretString::from(value.to_owned())),
            "backup_s3_secret_key_file" => self.store.secret_key = Some(secret_file(value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn lock(&mut self, lock: Lock) -> Result<(), Error> {
        if let Lock::Passphrase(phrase) = &lock
            && phrase.expose_secret().len() < 12
        {
            return Err(wrong("a passphrase of at least twelve letters"));
        }
        // The later setting of the same kind wins; of the two kinds only one can be.
        let other = self.lock.as_ref().is_some_and(|now| {
            matches!(
                (now, &lock),
                (Lock::Passphrase(_), Lock::Recipients(_)) | (Lock::Recipients(_), Lock::Passphrase(_))
            )
        });
        if other {
            return Err(wrong("either recipients or a passphrase, not both"));
        }
        self.lock = Some(lock);
        Ok(())
    }

    /// Refuses what cannot work together.
    pub fn checked(&self) -> Result<(), Error> {
        if self.every.is_some() && (self.to.is_none() || self.lock.is_none()) {
            return Err(wrong(
                "backup_every needs backup_to, and backup_recipients or backup_passphrase_file",
            ));
        }
        self.to.as_deref().map_or(Ok(()), |to| Target::open(to, &self.store).map(drop))
    }

    /// The place that `given` names, or else the settings.
    pub fn target(&self, given: Option<&str>) -> Result<Target, Error> {
        let to = given.or(self.to.as_deref());
        let to = to.ok_or_else(|| {
            wrong("say where: --to FOLDER, --to s3://bucket/prefix, or the setting backup_to")
        })?;
        Target::open(to, &self.store)
    }

    /// What opens a backup: the identities of a file, or else the passphrase of the settings.
    pub fn unlock(&self, identity: Option<&Path>) -> Result<Unlock, Error> {
        match (identity, &self.lock) {
            (Some(path), _) => Unlock::identity_file(path),
            (None, Some(Lock::Passphrase(phrase))) => Ok(Unlock::Passphrase(phrase.clone())),
            (None, _) => Err(wrong(
                "say what opens it: --identity FILE (as age-keygen wrote it), or the setting backup_passphrase_file",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    #[test]
    fn settings_are_read_and_wrong_ones_say_why() {
        let mut settings = Settings::default();
        for (name, value) in [
            ("backup_to", "/srv/backups"),
            ("backup_every", "6h"),
            ("backup_keep", "24h:all,90d:weekly"),
            ("backup_recipients", KEY),
            ("backup_with_key", "true"),
            ("backup_s3_secret_key", "hidden"),
        ] {
            assert!(settings.set(name, value).unwrap(), "{name}");
        }
        settings.checked().unwrap();
        assert!(!format!("{settings:?}").contains("hidden"));
        assert_eq!(settings.every, Some(SignedDuration::from_hours(6)));
        assert!(!settings.set("mail_host", "x").unwrap());
        for (name, value) in [
            ("backup_every", "6"),
            ("backup_every", "-6h"),
            ("backup_recipients", "age1nonsense"),
            ("backup_recipients", ""),
            ("backup_passphrase", "long enough a phrase"),
            ("backup_with_key", "yes"),
            ("backup_passphrase_file", "/nowhere"),
        ] {
            assert!(settings.set(name, value).is_err(), "{name} = {value}");
        }
        let mut alone = Settings::default();
        alone.set("backup_every", "6h").unwrap();
        assert!(alone.checked().unwrap_err().to_string().contains("backup_to"));
        assert!(alone.set("backup_passphrase", "short").is_err());
    }
}
