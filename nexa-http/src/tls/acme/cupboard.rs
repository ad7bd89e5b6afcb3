//! The folder of what an authority gave: readable by this user only, each file replaced as a whole.

use crate::tls::{Pair, Unusable};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::{
    fs, io,
    io::Write,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;

/// The folder of one authority: what another one gave, e.g. one for tests, is not taken for this one's.
pub struct Cupboard(PathBuf);

impl Cupboard {
    /// The folder of the authority with this directory, below `folder`.
    pub fn open(folder: &Path, directory: &str) -> io::Result<Self> {
        let digest = Sha256::digest(directory.as_bytes());
        let own = folder.join(HEXLOWER.encode(digest.get(..8).unwrap_or_default()));
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&own)?;
        Ok(Self(own))
    }

    /// The certificate of a name.
    pub fn certificate(&self, name: &str) -> Result<Option<Pair>, Unusable> {
        let kept = read(&self.0.join(format!("{name}.pem")))?;
        kept.map(|text| Pair::read(text.as_bytes(), text.as_bytes())).transpose()
    }

    /// Keeps key and certificate of a name.
    pub fn keep(&self, name: &str, pem: &str) -> io::Result<()> {
        self.write(&format!("{name}.pem"), pem)
    }

    /// The account, as JSON.
    pub fn account(&self) -> io::Result<Option<String>> {
        read(&self.0.join("account.json"))
    }

    /// Keeps the account.
    pub fn keep_account(&self, json: &str) -> io::Result<()> {
        self.write("account.json", json)
    }

    fn write(&self, name: &str, text: &str) -> io::Result<()> {
        // Such a file is readable by nobody else from its first byte on.
        let mut file = NamedTempFile::new_in(&self.0)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(self.0.join(name)).map_err(|error| error.error)?;
        Ok(())
    }
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_kept_is_nobody_elses_and_one_authoritys() {
        let folder = tempfile::tempdir().unwrap();
        let one = Cupboard::open(folder.path(), "https://a.example/directory").unwrap();
        assert_eq!(one.account().unwrap(), None);
        assert!(one.certificate("a.example").unwrap().is_none());
        one.keep_account("{}").unwrap();
        one.keep_account("{\"a\":1}").unwrap();
        one.keep("a.example", "nonsense").unwrap();
        assert_eq!(one.account().unwrap().as_deref(), Some("{\"a\":1}"));
        assert!(one.certificate("a.example").is_err(), "what is broken is not as good as nothing");
        for entry in fs::read_dir(&one.0).unwrap() {
            assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::metadata(&one.0).unwrap().permissions().mode() & 0o777, 0o700);
        let other = Cupboard::open(folder.path(), "https://b.example/directory").unwrap();
        assert_eq!(other.account().unwrap(), None);
    }
}
