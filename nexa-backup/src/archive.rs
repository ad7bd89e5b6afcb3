//! A backup as a file: written, and read back.

use super::{Error, FORMAT, Lock, Manifest, Unlock};
use data_encoding::HEXLOWER;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sha2::{Digest as _, Sha256};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Read, Write},
    path::Path,
};

const MANIFEST: &str = "manifest.json";
const KEY: &str = "master.key";
const DATABASE: &str = "nexa.db";

/// Bytes of a manifest at most.
const MOST_MANIFEST: u64 = 1 << 20;
/// Bytes of a key file at most.
const MOST_KEY: u64 = 1 << 10;
/// Bytes that go through our hands at once.
const PIECE: usize = 1 << 17;

/// A backup that was written.
pub struct Written {
    /// SHA-256 of the file as it stands, hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// What reads this one.
    pub unlock: Unlock,
}

/// What a backup holds besides the database.
#[derive(Debug)]
pub struct Contents {
    /// What it says of itself.
    pub manifest: Manifest,
    /// The text of the master key's file, when it is in it.
    pub key: Option<String>,
}

/// Counts and hashes what passes.
pub(super) struct Hashing<T> {
    inner: T,
    hash: Sha256,
    bytes: u64,
}

impl<T> Hashing<T> {
    pub(super) fn new(inner: T) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    fn note(&mut self, piece: &[u8]) {
        self.hash.update(piece);
        self.bytes = self.bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
    }

    pub(super) fn end(self) -> (T, String, u64) {
        (self.inner, HEXLOWER.encode(&self.hash.finalize()), self.bytes)
    }
}

impl<T: Write> Write for Hashing<T> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let taken = self.inner.write(piece)?;
        self.note(piece.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A new file that only its owner may read. One that is there already is an error.
pub(super) fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// SHA-256 and size of a file.
pub(super) fn digest(path: &Path) -> io::Result<(String, u64)> {
    let mut through = Hashing::new(io::sink());
    io::copy(&mut BufReader::with_capacity(PIECE, File::open(path)?), &mut through)?;
    let (_, sha256, bytes) = through.end();
    Ok((sha256, bytes))
}

/// Writes a backup of `database` to `to`, which must not be there yet, and has the disk keep it. `manifest.database` is
/// filled in here; `sign` is given the finished manifest and gives its keyed hash.
pub fn write(
    mut manifest: Manifest,
    sign: impl FnOnce(&str) -> String,
    key: Option<&str>,
    database: &Path,
    lock: &Lock,
    to: &Path,
) -> Result<Written, Error> {
    let (sha256, bytes) = digest(database).map_err(|e| Error::failed(database, &e))?;
    manifest.database = super::Content { bytes, sha256 };
    manifest.with_key = key.is_some();
    manifest.mac = sign(&manifest.signed_text());
    let (sealed, unlock) = lock.seal()?;
    let failed = |error: io::Error| Error::failed(to, &error);
    let file = private(to).map_err(failed)?;
    let written = pack(&manifest, key, database, sealed, file);
    match written {
        Ok((sha256, bytes)) => Ok(Written { sha256, bytes, unlock }),
        Err(error) => {
            // What is there of it is worth nothing.
            fs::remove_file(to).ok();
            Err(failed(error))
        }
    }
}

fn pack(
    manifest: &Manifest,
    key: Option<&str>,
    database: &Path,
    sealed: age::Encryptor,
    file: File,
) -> io::Result<(String, u64)> {
    let hashing = Hashing::new(BufWriter::with_capacity(PIECE, file));
    let zipped = GzEncoder::new(sealed.wrap_output(hashing)?, Compression::fast());
    let mut tar = tar::Builder::new(BufWriter::with_capacity(PIECE, zipped));
    let text = serde_json::to_vec_pretty(manifest)?;
    append(&mut tar, manifest, MANIFEST, u64::try_from(text.len()).unwrap_or(u64::MAX), text.as_slice())?;
    if let Some(key) = key {
        append(&mut tar, manifest, KEY, u64::try_from(key.len()).unwrap_or(u64::MAX), key.as_bytes())?;
    }
    let plain = BufReader::with_capacity(PIECE, File::open(database)?);
    append(&mut tar, manifest, DATABASE, manifest.database.bytes, plain)?;
    let zipped = tar.into_inner()?.into_inner()?;
    let hashing = zipped.finish()?.finish()?;
    let (buffered, sha256, bytes) = hashing.end();
    buffered.into_inner()?.sync_all()?;
    Ok((sha256, bytes))
}

fn append<W: Write>(
    tar: &mut tar::Builder<W>,
    manifest: &Manifest,
    name: &str,
    size: u64,
    data: impl Read,
) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(manifest.made_at.as_second()).unwrap_or_default());
    tar.append_data(&mut header, name, data)
}

/// Reads a backup to its end. `accept` is asked before anything of the database is read; `to` is where the database is put,
/// which must not be there yet: without it, it is only looked whether all is well. On any fault nothing is left at `to`.
pub fn read(
    from: &Path,
    unlock: &Unlock,
    accept: impl FnOnce(&Contents) -> Result<(), String>,
    to: Option<&Path>,
) -> Result<Contents, Error> {
    let file = File::open(from).map_err(|e| Error::failed(from, &e))?;
    let refused = |why: String| Error::refused(from, &why);
    let plain = unlock.open(BufReader::with_capacity(PIECE, file)).map_err(refused)?;
    let outcome = match to {
        None => unpack(plain, accept, io::sink()).map(|(contents, _)| contents),
        Some(to) => {
            let out = private(to).map_err(|e| Error::failed(to, &e))?;
            let kept =
                unpack(plain, accept, BufWriter::with_capacity(PIECE, out)).and_then(|(contents, out)| {
                    let file = out.into_inner().map_err(|error| damaged(error.error()))?;
                    file.sync_all().map_err(|error| damaged(&error)).map(|()| contents)
                });
            if kept.is_err() {
                fs::remove_file(to).ok();
            }
            kept
        }
    };
    outcome.map_err(refused)
}

fn damaged(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => format!("it is damaged or cut short ({error})"),
    }
}

fn unpack<W: Write>(
    plain: impl Read,
    accept: impl FnOnce(&Contents) -> Result<(), String>,
    out: W,
) -> Result<(Contents, W), String> {
    let broken = |error: io::Error| damaged(&error);
    let mut tar = tar::Archive::new(BufReader::with_capacity(PIECE, GzDecoder::new(plain)));
    let mut entries = tar.entries().map_err(broken)?;
    let mut next =
        || -> Result<_, String> { entries.next().ok_or("something is missing in it")?.map_err(broken) };
    let text = small(next()?, MANIFEST, MOST_MANIFEST)?;
    let manifest = parse(&text)?;
    let key = if manifest.with_key { Some(small(next()?, KEY, MOST_KEY)?) } else { None };
    let contents = Contents { manifest, key };
    accept(&contents)?;
    let mut database = next()?;
    if database.path().map_err(broken)?.as_os_str() != DATABASE {
        return Err("the database is missing in it".to_owned());
    }
    let mut through = Hashing::new(out);
    io::copy(&mut database, &mut through).and_then(|_| through.flush()).map_err(broken)?;
    let (out, sha256, bytes) = through.end();
    let expected = &contents.manifest.database;
    if (&sha256, bytes) != (&expected.sha256, expected.bytes) {
        return Err("its content is not what it says of itself".to_owned());
    }
    if entries.next().is_some() {
        return Err("there is something in it that does not belong there".to_owned());
    }
    // The end carries the proof that nothing was cut off.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(broken)?;
    Ok((contents, out))
}

fn small(entry: tar::Entry<'_, impl Read>, name: &str, most: u64) -> Result<String, String> {
    let path = entry.path().map_err(|e| damaged(&e))?.into_owned();
    if path.as_os_str() != name || entry.size() > most {
        return Err(format!("this is no backup of ours: {name} is missing in it"));
    }
    let mut text = String::new();
    entry.take(most).read_to_string(&mut text).map_err(|e| damaged(&e))?;
    Ok(text)
}

fn parse(text: &str) -> Result<Manifest, String> {
    #[derive(serde::Deserialize)]
    struct Form {
        format: u32,
    }
    let unreadable = |_| "this is no backup of ours: its manifest cannot be read".to_owned();
    // What a newer program writes may have other fields; its form says so first.
    let form: Form = serde_json::from_str(text).map_err(unreadable)?;
    if form.format > FORMAT {
        let newer = form.format;
        return Err(format!(
            "a newer program made it (form {newer}, this one reads up to {FORMAT}): use that one"
        ));
    }
    serde_json::from_str(text).map_err(unreadable)
}
