//! Where backups are put together and taken apart: a folder beside the database, one process at a time.

use super::super::{Stop, compose};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// The folder, ours as long as this lives. What a process that died left there is gone.
pub struct Workshop {
    folder: PathBuf,
    _lock: File,
}

impl Workshop {
    /// Takes it; none while somebody else works there.
    pub fn take(data: &Path) -> Result<Option<Self>, Stop> {
        compose::folder(data)?;
        let lock = data.join("backup.lock");
        let shown = |error| Stop::Broken(format!("{}: {error}", lock.display()));
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(false).mode(0o600).open(&lock).map_err(shown)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(shown(error)),
        }
        let folder = data.join("backup-work");
        let broken = |error| Stop::Broken(format!("{}: {error}", folder.display()));
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(broken)?;
        }
        compose::folder(&folder)?;
        Ok(Some(Self { folder, _lock: file }))
    }

    /// The same for whoever does not come again.
    pub fn take_now(data: &Path) -> Result<Self, Stop> {
        Self::take(data)?.ok_or_else(|| Stop::Broken("another backup or restore is under way".to_owned()))
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        // What stays is taken away by whoever comes next.
        fs::remove_dir_all(&self.folder).ok();
    }
}
