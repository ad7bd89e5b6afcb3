//! Backups in a folder.

use super::Stored;
use crate::{
    ArchiveName, Error,
    archive::{digest, private},
};
use std::{
    fs::{self, File},
    io,
    path::Path,
};

pub(super) fn list(folder: &Path) -> Result<Vec<Stored>, Error> {
    let failed = |error: io::Error| Error::failed(folder, &error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_str().and_then(|name| name.parse::<ArchiveName>().ok());
        let about = entry.metadata().map_err(failed)?;
        if let Some(name) = name.filter(|_| about.is_file()) {
            found.push(Stored { name, bytes: about.len() });
        }
    }
    Ok(found)
}

/// Copies to a name that no list shows, has the disk keep it, reads it back, and only then gives it its own name.
pub(super) fn put(folder: &Path, name: &ArchiveName, from: &Path, sha256: &str) -> Result<(), Error> {
    let last = folder.join(name.to_string());
    if last.exists() {
        return Err(Error::Failed {
            place: last.display().to_string(),
            why: "it is there already".to_owned(),
        });
    }
    forget_pieces(folder, name)?;
    let piece = folder.join(format!(".{name}.part"));
    let outcome = copy(from, &piece).and_then(|()| {
        let (arrived, _) = digest(&piece).map_err(|e| Error::failed(&piece, &e))?;
        if arrived != sha256 {
            return Err(Error::refused(&piece, "what was written there reads back otherwise"));
        }
        fs::rename(&piece, &last).map_err(|e| Error::failed(&last, &e))
    });
    if outcome.is_err() {
        fs::remove_file(&piece).ok();
        return outcome;
    }
    let kept = File::open(folder).and_then(|folder| folder.sync_all());
    kept.map_err(|e| Error::failed(folder, &e))
}

/// Takes away what a process of this installation left behind that died while it wrote.
fn forget_pieces(folder: &Path, of: &ArchiveName) -> Result<(), Error> {
    let failed = |error: io::Error| Error::failed(folder, &error);
    let own = format!(".nexa-{}-", of.tag);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(&own) && name.rsplit('.').next() == Some("part"))
        {
            fs::remove_file(entry.path()).map_err(failed)?;
        }
    }
    Ok(())
}

/// Copies into a new file that only its owner may read, and has the disk keep it.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let mut source = File::open(from).map_err(|e| Error::failed(from, &e))?;
    let mut file = private(to).map_err(|e| Error::failed(to, &e))?;
    let copied = io::copy(&mut source, &mut file).and_then(|_| file.sync_all());
    copied.map_err(|error| {
        fs::remove_file(to).ok();
        Error::failed(to, &error)
    })
}
