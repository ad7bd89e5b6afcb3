//! Places where backups are kept.

mod folder;
mod store;

pub use store::Store;

use super::{ArchiveName, Error};
use std::path::{Path, PathBuf};

/// A place where backups are kept.
#[derive(Clone)]
pub enum Target {
    /// A folder of this machine, or one that is mounted into it.
    Folder(PathBuf),
    /// A part of an S3-compatible store.
    Store(store::Bucket),
}

/// A backup that is kept somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// Its name.
    pub name: ArchiveName,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Target {
    /// Reads a folder, or `s3://bucket/prefix`. Nothing is called yet.
    pub fn open(to: &str, store: &Store) -> Result<Self, Error> {
        match to.strip_prefix("s3://") {
            Some(place) => store.open(place).map(Self::Store),
            None if to.contains("://") => Err(Error::Setting("a folder, or s3://bucket/prefix".to_owned())),
            None => Ok(Self::Folder(PathBuf::from(to))),
        }
    }

    /// All backups that are kept there, of whichever installation, the newest first.
    pub async fn list(&self) -> Result<Vec<Stored>, Error> {
        let mut found = match self {
            Self::Folder(folder) => {
                let folder = folder.clone();
                blocking::unblock(move || folder::list(&folder)).await?
            }
            Self::Store(bucket) => bucket.list().await?,
        };
        found.sort_by_key(|stored| std::cmp::Reverse(stored.name.made_at));
        Ok(found)
    }

    /// Keeps a file there, and reads it back: whatever arrived otherwise than it was (`sha256`, hexadecimal) is taken away
    /// again. Nothing of that name is there before all of it is.
    pub async fn put(&self, name: &ArchiveName, from: &Path, sha256: &str) -> Result<(), Error> {
        match self {
            Self::Folder(folder) => {
                let (folder, name) = (folder.clone(), name.clone());
                let (from, sha256) = (from.to_owned(), sha256.to_owned());
                blocking::unblock(move || folder::put(&folder, &name, &from, &sha256)).await
            }
            Self::Store(bucket) => bucket.put(&name.to_string(), from, sha256).await,
        }
    }

    /// Fetches one from there into a file that is not there yet.
    pub async fn fetch(&self, name: &ArchiveName, to: &Path) -> Result<(), Error> {
        match self {
            Self::Folder(folder) => {
                let (from, to) = (folder.join(name.to_string()), to.to_owned());
                blocking::unblock(move || folder::copy(&from, &to)).await
            }
            Self::Store(bucket) => bucket.fetch(&name.to_string(), to).await,
        }
    }

    /// Forgets one.
    pub async fn remove(&self, name: &ArchiveName) -> Result<(), Error> {
        match self {
            Self::Folder(folder) => {
                let path = folder.join(name.to_string());
                let gone = move || std::fs::remove_file(&path).map_err(|e| Error::failed(&path, &e));
                blocking::unblock(gone).await
            }
            Self::Store(bucket) => bucket.remove(&name.to_string()).await,
        }
    }
}
