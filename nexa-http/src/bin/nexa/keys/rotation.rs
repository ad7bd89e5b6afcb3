//! Another key for what is sealed.
//!
//! The new key is in the file before anything is sealed under it, and the old one stays there until nothing is any more, so
//! that at every moment the file opens the whole database.

use super::{Lines, place, read};
use crate::{
    Stop,
    cli::{KeysCommand, Options},
    compose::world,
    config::Settings,
    database, say,
};
use data_encoding::BASE64;
use nexa_core::sql::{Place, Resealed, reseal};
use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt, fchown},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Does what was asked.
pub async fn change(command: &KeysCommand) -> Result<ExitCode, Stop> {
    match command {
        KeysCommand::Rotate(options) => rotate(options).await,
        KeysCommand::Retire { leave_unreadable, options } => retire(options, *leave_unreadable).await,
    }
}

/// The shop's place, the key's file and what is in it.
fn opened(options: &Options) -> Result<(Place, PathBuf, Lines), Stop> {
    let settings = Settings::load(options.config.as_deref(), &options.given())?;
    database::expect(&settings)?;
    if settings.master_key.is_some() {
        return Err(Stop::usage(
            "the master key is given as a text, where another cannot be kept: put it into a file that only you may read, \
             name that in master_key_file, and begin again",
        ));
    }
    let path = place(&settings);
    let lines = read(&path)?;
    Ok((database::place(&settings)?, path, lines))
}

async fn rotate(options: &Options) -> Result<ExitCode, Stop> {
    let (shop, path, mut lines) = opened(options)?;
    if lines.before.is_none() {
        // With another shop's key nothing would open, and nothing shall be written.
        let seen = look(&shop, &lines).await?;
        if seen.kept == 0 && !seen.unreadable.is_empty() {
            return Err(Stop::usage(format!("{}: this is not the key of {shop}", path.display())));
        }
        let before = lines.sealing.unwrap_or(lines.master);
        lines = Lines { sealing: Some(world().bytes()), before: Some(before), ..lines };
        write(&path, &lines)?;
        say(&format!(
            "A new key was added to {}. Keep a copy of the file apart from your backups.",
            path.display()
        ));
    } else {
        say("A rotation was begun before; it goes on.");
    }
    let done = reseal(&shop, &lines.clone().keys(), &world(), false).await.map_err(Stop::broken)?;
    say(&format!("{} values were sealed under the new key, {} were already.", done.changed, done.kept));
    tell_unreadable(&done);
    say("Start the shop and see that all is well; then `nexa keys retire` forgets the key before.");
    Ok(ExitCode::SUCCESS)
}

async fn retire(options: &Options, leave_unreadable: bool) -> Result<ExitCode, Stop> {
    let (shop, path, lines) = opened(options)?;
    if lines.before.is_none() {
        return Err(Stop::usage("there is no key to forget: `nexa keys rotate` makes a new one first"));
    }
    let seen = look(&shop, &lines).await?;
    if seen.changed > 0 {
        let left = seen.changed;
        return Err(Stop::usage(format!(
            "{left} values are still under the key before: run `nexa keys rotate`, it goes on where it was"
        )));
    }
    tell_unreadable(&seen);
    if !seen.unreadable.is_empty() && !leave_unreadable {
        return Err(Stop::usage(
            "no key opens some values; --leave-unreadable forgets the key before all the same",
        ));
    }
    write(&path, &Lines { before: None, ..lines })?;
    say(&format!(
        "{} values are under the new key. The key before is forgotten: backups from before it need the {} of their time.",
        seen.kept,
        path.display()
    ));
    Ok(ExitCode::SUCCESS)
}

async fn look(shop: &Place, lines: &Lines) -> Result<Resealed, Stop> {
    reseal(shop, &lines.clone().keys(), &world(), true).await.map_err(Stop::broken)
}

fn tell_unreadable(seen: &Resealed) {
    for (what, count) in &seen.unreadable {
        say(&format!("No key opens {count} values of {what}; they are as they were."));
    }
}

/// Puts a new file in the old one's place, so that a crash leaves the one or the other.
fn write(path: &Path, lines: &Lines) -> Result<(), Stop> {
    let broken = |error: std::io::Error| Stop::broken(format!("{}: {error}", path.display()));
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = PathBuf::from(fresh);
    // What a life before left may be readable by others.
    if let Err(error) = fs::remove_file(&fresh)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(broken(error));
    }
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh).map_err(broken)?;
    // The shop may run as another user than whoever changes its key, and reads the new file as it read the old one.
    let old = fs::metadata(path).map_err(broken)?;
    let new = file.metadata().map_err(broken)?;
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        fchown(&file, Some(old.uid()), Some(old.gid())).map_err(broken)?;
    }
    file.set_permissions(old.permissions()).map_err(broken)?;
    for key in [Some(lines.master), lines.sealing, lines.before].into_iter().flatten() {
        writeln!(file, "{}", BASE64.encode(&key)).map_err(broken)?;
    }
    file.sync_all().and_then(|()| fs::rename(&fresh, path)).map_err(broken)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(broken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_new_file_is_read_by_whom_the_old_one_was() {
        let folder = tempfile::tempdir().unwrap();
        let (path, left) = (folder.path().join("master.key"), folder.path().join("master.key.new"));
        for (file, mode) in [(&path, 0o440), (&left, 0o644)] {
            fs::write(file, "before").unwrap();
            fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
        }
        let lines = Lines { master: [1; 32], sealing: Some([2; 32]), before: Some([1; 32]) };
        write(&path, &lines).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o440);
        assert!(read(&path).unwrap() == lines && !left.exists());
    }
}
