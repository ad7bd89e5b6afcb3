//! Who can read a backup.

use super::Error;
use age::{
    Decryptor, Encryptor, Identity, Recipient,
    secrecy::{ExposeSecret as _, SecretString},
    x25519,
};
use std::{fs, io::Read, path::Path};

/// How backups are locked.
#[derive(Clone)]
pub enum Lock {
    /// For those who hold one of the identities that these public keys belong to. They need not be on this machine.
    Recipients(Vec<x25519::Recipient>),
    /// By a passphrase, which this machine has to know.
    Passphrase(SecretString),
}

/// What opens a backup.
#[derive(Clone)]
pub enum Unlock {
    /// Identities, any of which may fit.
    Identities(Vec<x25519::Identity>),
    /// The passphrase.
    Passphrase(SecretString),
}

impl Lock {
    /// Reads public keys as `age-keygen` prints them (`age1…`), with commas between them.
    pub fn recipients(text: &str) -> Result<Self, Error> {
        let keys = text.split([',', ' ', '\n']).map(str::trim).filter(|key| !key.is_empty());
        let keys: Result<Vec<_>, _> = keys.map(str::parse).collect();
        match keys {
            Ok(keys) if !keys.is_empty() => Ok(Self::Recipients(keys)),
            _ => Err(Error::Setting("public keys as `age-keygen` prints them (age1…)".to_owned())),
        }
    }

    /// What encrypts one backup, and what reads that one again, to see whether it is good. For recipients that is a key
    /// of its own, made now and forgotten with the value: whoever takes the machine over later cannot read old backups.
    pub(super) fn seal(&self) -> Result<(Encryptor, Unlock), Error> {
        match self {
            Self::Passphrase(phrase) => {
                Ok((Encryptor::with_user_passphrase(phrase.clone()), Unlock::Passphrase(phrase.clone())))
            }
            Self::Recipients(keys) => {
                let once = x25519::Identity::generate();
                let own = once.to_public();
                let all = keys.iter().chain([&own]).map(|key| -> &dyn Recipient { key });
                let sealed = Encryptor::with_recipients(all).map_err(|e| Error::Setting(e.to_string()))?;
                Ok((sealed, Unlock::Identities(vec![once])))
            }
        }
    }
}

impl Unlock {
    /// Reads identities as `age-keygen` writes them: a file with lines `AGE-SECRET-KEY-…`.
    pub fn identity_file(path: &Path) -> Result<Self, Error> {
        let wrong = |why: &str| Error::Setting(format!("{}: {why}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| wrong(&error.to_string()))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys: Result<Vec<x25519::Identity>, _> = lines.map(str::parse).collect();
        match keys {
            Ok(keys) if !keys.is_empty() => Ok(Self::Identities(keys)),
            _ => Err(wrong("not an identity as `age-keygen` writes one (AGE-SECRET-KEY-…)")),
        }
    }

    /// A passphrase.
    #[must_use]
    pub fn passphrase(text: &str) -> Self {
        Self::Passphrase(SecretString::from(text.to_owned()))
    }

    /// The plain text, read as one goes. Says in words why there is none.
    pub(super) fn open<R: Read>(&self, sealed: R) -> Result<age::stream::StreamReader<R>, String> {
        let decryptor =
            Decryptor::new(sealed).map_err(|_| "this is no backup, or it is damaged".to_owned())?;
        let opened = match self {
            Self::Identities(all) => decryptor.decrypt(all.iter().map(|one| -> &dyn Identity { one })),
            Self::Passphrase(phrase) => {
                let phrase =
                    age::scrypt::Identity::new(SecretString::from(phrase.expose_secret().to_owned()));
                decryptor.decrypt(std::iter::once::<&dyn Identity>(&phrase))
            }
        };
        opened.map_err(|error| match error {
            age::DecryptError::NoMatchingKeys if matches!(self, Self::Passphrase(_)) => {
                "it is not locked by a passphrase: give the identity that it was made for".to_owned()
            }
            age::DecryptError::NoMatchingKeys => "none of the identities opens it".to_owned(),
            age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed => {
                "it does not open: another passphrase, or it is damaged".to_owned()
            }
            _ => "it is damaged".to_owned(),
        })
    }
}
