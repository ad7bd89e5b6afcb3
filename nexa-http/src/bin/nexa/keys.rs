//! The master key: made once, kept beside the database and never in it.
//!
//! A database without its key cannot be read, so a missing key is never replaced by a new one.

use super::{Stop, config::Settings};
use data_encoding::BASE64;
use nexa_core::{secret::Keys, world::World};
use std::{
    fs,
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// The key from the environment, from the file that is named, or from the data folder, where it is made at the first
/// start: when nothing is `kept` yet that needs an older one.
pub fn load(settings: &Settings, kept: Option<&str>, world: &World) -> Result<Keys, Stop> {
    if let Some(text) = &settings.master_key {
        return parse(text.expose(), "NEXA_MASTER_KEY");
    }
    let own = settings.data.join("master.key");
    let path = settings.master_key_file.as_deref().unwrap_or(&own);
    if path.exists() {
        return read(path);
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

fn path(settings: &Settings) -> std::path::PathBuf {
    settings.master_key_file.clone().unwrap_or_else(|| settings.data.join("master.key"))
}

/// The key, where it is already.
pub fn found(settings: &Settings) -> Result<Option<Keys>, Stop> {
    if let Some(text) = &settings.master_key {
        return parse(text.expose(), "NEXA_MASTER_KEY").map(Some);
    }
    let path = path(settings);
    if path.exists() { read(&path).map(Some) } else { Ok(None) }
}

/// The key, which must be there.
pub fn present(settings: &Settings) -> Result<Keys, Stop> {
    let shown = path(settings).display().to_string();
    found(settings)?.ok_or_else(|| Stop::usage(format!("{shown} is missing")))
}

/// The key as it is written down.
pub fn text(settings: &Settings) -> Result<String, Stop> {
    if let Some(text) = &settings.master_key {
        return Ok(text.expose().clone());
    }
    let path = path(settings);
    fs::read_to_string(&path).map_err(|error| Stop::usage(format!("{}: {error}", path.display())))
}

/// Puts a key back that came out of a backup, unless one is there.
pub fn put_back(settings: &Settings, text: &str) -> Result<(), Stop> {
    let path = path(settings);
    if settings.master_key.is_some() || path.exists() {
        return Ok(());
    }
    let broken = |error: std::io::Error| Stop::Broken(format!("{}: {error}", path.display()));
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(broken)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(broken)
}

fn read(path: &Path) -> Result<Keys, Stop> {
    let shown = path.display().to_string();
    let broken = |error: std::io::Error| Stop::usage(format!("{shown}: {error}"));
    let mode = fs::metadata(path).map_err(broken)?.permissions().mode();
    if mode & 0o077 != 0 {
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

/// Reads a key as it is written down.
pub fn parse(text: &str, place: &str) -> Result<Keys, Stop> {
    let wrong =
        || Stop::usage(format!("{place}: expected 32 bytes in base64, e.g. from `openssl rand -base64 32`"));
    let bytes = BASE64.decode(text.trim().as_bytes()).map_err(|_| wrong())?;
    bytes.try_into().map(Keys::new).map_err(|_| wrong())
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
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("chmod 600"));
        assert!(parse("abc", "x").is_err());
        assert!(parse(&BASE64.encode(&[1; 31]), "x").is_err());
    }
}
