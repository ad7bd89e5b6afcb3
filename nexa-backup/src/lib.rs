//! Backups of a shop: one file each, which is compressed, encrypted for those who may read it, and checked before it
//! counts.
//!
//! A backup is a tar archive, gzipped, in the `age` format (<https://age-encryption.org/v1>), so it opens without us:
//! `age -d -i IDENTITY FILE | tar xz` gives `manifest.json` and `nexa.db`. This crate knows files, encryption and the
//! places where backups are kept; what is in a database, and whether it is sound, its caller knows.

mod archive;
mod crypt;
mod keep;
mod manifest;
mod name;
mod settings;
mod target;

pub use archive::{Contents, Written, read, write};
pub use crypt::{Lock, Unlock};
pub use keep::Keep;
pub use manifest::{Content, FORMAT, LedgerLine, Manifest, Step};
pub use name::ArchiveName;
pub use settings::{NAMES, Settings};
pub use target::{Store, Stored, Target};

use std::{io, path::Path};

/// Why there is no backup, or why one is not used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting or an argument is wrong; it says what to do.
    #[error("{0}")]
    Setting(String),
    /// The file is no good backup for us. Nothing of it is used.
    #[error("{place}: {why}")]
    Refused {
        /// Which file.
        place: String,
        /// Why.
        why: String,
    },
    /// The place where backups are kept, or the disk, did not do it.
    #[error("{place}: {why}")]
    Failed {
        /// Where.
        place: String,
        /// What it said.
        why: String,
    },
}

impl Error {
    fn refused(place: &Path, why: &str) -> Self {
        Self::Refused { place: place.display().to_string(), why: why.to_string() }
    }

    fn failed(place: &Path, error: &io::Error) -> Self {
        Self::Failed { place: place.display().to_string(), why: error.to_string() }
    }
}
