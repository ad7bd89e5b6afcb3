//! A certificate in files, read again when they have changed: whoever renews it replaces them, and nobody restarts
//! anything.

use super::{Pair, Unusable};
use std::{
    fmt,
    path::{Path, PathBuf},
};

/// Where a certificate and its key are. Paths are followed anew each time, so a link may be turned to another file.
pub struct Files {
    certificate: PathBuf,
    key: PathBuf,
    seen: Option<(Vec<u8>, Vec<u8>)>,
}

impl fmt::Debug for Files {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What was seen holds the key.
        let Self { certificate, key, seen: _ } = self;
        to.debug_struct("Files").field("certificate", certificate).field("key", key).finish_non_exhaustive()
    }
}

impl Files {
    /// Files in PEM.
    #[must_use]
    pub fn new(certificate: &Path, key: &Path) -> Self {
        Self { certificate: certificate.to_owned(), key: key.to_owned(), seen: None }
    }

    /// What they hold, unless that is what they held when they were asked last. An error is told once for each content:
    /// what is half written now is right a moment later.
    pub async fn changed(&mut self) -> Result<Option<Pair>, Unusable> {
        let now = (tokio::fs::read(&self.certificate).await?, tokio::fs::read(&self.key).await?);
        if self.seen.as_ref() == Some(&now) {
            return Ok(None);
        }
        let (certificate, key) = self.seen.insert(now);
        Pair::read(certificate, key).map(Some)
    }
}
