//! The master key: made once, kept beside the database and never in it.
//!
//! A database without its key cannot be read, so a missing key is never replaced by a new one.
//!
//! The file has one line, the master key, until it is rotated. Then a second is the key that values are sealed under, and,
//! while not all are, a third is the one before.

mod rotation;

pub use rotation::change;

use super::{Stop, config::Settings};
use data_encoding::BASE64;
use nexa_core::{secret::Keys, world::World};
use std::{
    fs,
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// A key that was given instead of a file.
const GIVEN: &str = "the master key (NEXA_MASTER_KEY, or the credential in its place)";

/// The key from the environment, from the file that is named, or from the data folder, where it is made at the first
/// start: when nothing is `kept` yet that needs an older one.
pub fn load(settings: &Settings, kept: Option<&str>, world: &World) -> Result<Keys, Stop> {
    if let Some(text) = &settings.master_key {
        return parse(text.expose(), GIVEN).map(Lines::keys);
    }
    let path = &place(settings);
    if path.exists() {
        return read(path).map(Lines::keys);
    }
    if let Some(database) = kept {
        return Err(Stop::usage(format!(
            "{} is missing, and {database} cannot be read without it. Put the key back from your backup, or name it with \
             NEXA_MASTER_KEY or NEXA_MASTER_KEY_FILE",
            path.display()
        )));
    }
    if settings.master_key_file.is_some() {
        return Err(Stop::usage(format!("{}: there is no such file", path.display())));
    }
    make(path, world)
}

/// The file that the key is in, unless it is given otherwise.
fn place(settings: &Settings) -> PathBuf {
    settings.master_key_file.clone().unwrap_or_else(|| settings.data.join("master.key"))
}

/// What is in such a file.
#[derive(Clone, PartialEq, Eq)]
struct Lines {
    master: [u8; 32],
    sealing: Option<[u8; 32]>,
    before: Option<[u8; 32]>,
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lines(***)")
    }
}

impl Lines {
    fn keys(self) -> Keys {
        match self.sealing {
            Some(sealing) => Keys::resealing(self.master, sealing, self.before),
            None => Keys::new(self.master),
        }
    }
}

/// Reads a key as it is written down.
pub fn written(text: &str, place: &str) -> Result<Keys, Stop> {
    parse(text, place).map(Lines::keys)
}

/// The key, where it is already.
pub fn found(settings: &Settings) -> Result<Option<Keys>, Stop> {
    if let Some(text) = &settings.master_key {
        return parse(text.expose(), GIVEN).map(|lines| Some(lines.keys()));
    }
    let path = place(settings);
    if path.exists() { read(&path).map(|lines| Some(lines.keys())) } else { Ok(None) }
}

/// The key, which must be there.
pub fn present(settings: &Settings) -> Result<Keys, Stop> {
    let shown = place(settings).display().to_string();
    found(settings)?.ok_or_else(|| Stop::usage(format!("{shown} is missing")))
}

/// The key as it is written down.
pub fn text(settings: &Settings) -> Result<String, Stop> {
    if let Some(text) = &settings.master_key {
        return Ok(text.expose().clone());
    }
    let path = place(settings);
    fs::read_to_string(&path).map_err(|error| Stop::usage(format!("{}: {error}", path.display())))
}

/// Puts a key back that came out of a backup, unless one is there.
pub fn put_back(settings: &Settings, text: &str) -> Result<(), Stop> {
    let path = place(settings);
    if settings.master_key.is_some() || path.exists() {
        return Ok(());
    }
    let broken = |error: std::io::Error| Stop::Broken(format!("{}: {error}", path.display()));
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(broken)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(broken)
}

fn read(path: &Path) -> Result<Lines, Stop> {
    let shown = path.display().to_string();
    let broken = |error: std::io::Error| Stop::usage(format!("{shown}: {error}"));
    let mode = fs::metadata(path).map_err(broken)?.permissions().mode();
    // Its group may read it: systemd's credentials and the secrets of Kubernetes reach a user other than root that way
    // (an access list shows as the group's rights).
    if mode & 0o037 != 0 {
        return Err(Stop::usage(format!(
            "{shown}: others on this machine may read it; run chmod 600 {shown}"
        )));
    }
    parse(&fs::read_to_string(path).map_err(broken)?, &shown)
}

fn make(path: &Path, world: &World) -> Result<Keys, Stop> {
    let broken = |error: std::io::Error| Stop::usage(format!("{}: {error}", path.display()));
    let bytes: [u8; 32] = world.bytes();
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(broken)?;
    writeln!(file, "{}", BASE64.encode(&bytes)).and_then(|()| file.sync_all()).map_err(broken)?;
    super::say(&format!(
        "A master key was made: {}. Keep a copy of it apart from your backups.",
        path.display()
    ));
    Ok(Keys::new(bytes))
}

fn parse(text: &str, place: &str) -> Result<Lines, Stop> {
    let wrong =
        || Stop::usage(format!("{place}: expected 32 bytes in base64, e.g. from `openssl rand -base64 32`"));
    let key = |word: &str| {
        let bytes = BASE64.decode(word.as_bytes()).map_err(|_| wrong())?;
        <[u8; 32]>::try_from(bytes).map_err(|_| wrong())
    };
    let mut words = text.split_whitespace();
    let master = key(words.next().ok_or_else(wrong)?)?;
    let sealing = words.next().map(key).transpose()?;
    let before = words.next().map(key).transpose()?;
    if words.next().is_some() {
        return Err(wrong());
    }
    Ok(Lines { master, sealing, before })
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexa_core::{
        secret::Purpose,
        world::{OsEntropy, SystemClock},
    };
    use std::sync::Arc;

    fn world() -> World {
        World::new(Arc::new(SystemClock), Arc::new(OsEntropy))
    }

    #[test]
    fn the_key_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { data: folder.path().to_owned(), ..Settings::default() };
        let first = load(&settings, None, &world()).unwrap();
        let mode = fs::metadata(folder.path().join("master.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = load(&settings, Some("nexa.db"), &world()).unwrap();
        assert_eq!(first.fingerprint(Purpose::Link, "a"), again.fingerprint(Purpose::Link, "a"));
    }

    #[test]
    fn a_database_without_its_key_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings { data: folder.path().to_owned(), ..Settings::default() };
        let told = load(&settings, Some("nexa.db"), &world()).unwrap_err().to_string();
        assert!(told.contains("cannot be read without it"), "{told}");
        assert!(!folder.path().join("master.key").exists());
    }

    #[test]
    fn open_and_broken_keys_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        fs::write(&path, BASE64.encode(&[1; 32])).unwrap();
        for (mode, fits) in [(0o644, false), (0o660, false), (0o604, false), (0o440, true), (0o400, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let told = read(&path).err().map(|stop| stop.to_string()).unwrap_or_default();
            assert_eq!(told.contains("chmod 600"), !fits, "{mode:o} {told}");
        }
        assert!(parse("abc", "x").is_err());
        assert!(parse(&BASE64.encode(&[1; 31]), "x").is_err());
    }

    #[test]
    fn a_file_has_a_line_for_each_key_that_is_in_use() {
        let line = |byte| BASE64.encode(&[byte; 32]);
        let keys = |lines: &[u8]| {
            let text: Vec<String> = lines.iter().map(|byte| line(*byte)).collect();
            parse(&(text.join("\n") + "\n"), "x").map(Lines::keys)
        };
        let (first, both, second) = (keys(&[1]).unwrap(), keys(&[1, 2, 1]).unwrap(), keys(&[1, 2]).unwrap());
        let old = first.seal(&world(), "note|1", b"hidden");
        assert!(both.open("note|1", &old).is_ok() && second.open("note|1", &old).is_err());
        assert!(first.is_newest("note|1", &old) && !both.is_newest("note|1", &old));
        let new = both.seal(&world(), "note|1", b"hidden");
        assert!(second.is_newest("note|1", &new) && first.open("note|1", &new).is_err());
        let hash = |keys: &Keys| keys.fingerprint(Purpose::Identity, "a");
        assert_eq!(hash(&first), hash(&second), "what is looked up is found as before");
        assert!(keys(&[1, 2, 1, 2]).is_err() && keys(&[]).is_err());
    }
}
