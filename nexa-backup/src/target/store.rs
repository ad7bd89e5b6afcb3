//! Backups in an S3-compatible store.

use super::Stored;
use crate::{
    Error,
    archive::{Hashing, private},
};
use age::secrecy::{ExposeSecret as _, SecretString};
use futures::TryStreamExt as _;
use object_store::{
    ObjectStore, ObjectStoreExt as _, PutPayload, WriteMultipart,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path as Key,
};
use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::Path,
    sync::Arc,
};

/// Bytes of a part; 10,000 of them may make a file, so that is 160 GB.
const PART: usize = 16 << 20;
/// Parts under way at the same time.
const AT_ONCE: usize = 2;

/// How an S3-compatible store is reached.
#[derive(Clone, Default)]
pub struct Store {
    /// Its address; Amazon's when not given.
    pub endpoint: Option<String>,
    /// Its region; `us-east-1` when not given, which most others ignore.
    pub region: Option<String>,
    /// The key's id.
    pub access_key: Option<String>,
    /// The key.
    pub secret_key: Option<SecretString>,
}

/// A bucket, or a part of one.
#[derive(Clone)]
pub struct Bucket {
    client: Arc<AmazonS3>,
    prefix: String,
    shown: String,
}

impl Store {
    /// The bucket and prefix that `place` names.
    pub(super) fn open(&self, place: &str) -> Result<Bucket, Error> {
        let wrong = |why: &str| Error::Setting(format!("s3://{place}: {why}"));
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        if bucket.is_empty() {
            return Err(wrong("s3://bucket/prefix"));
        }
        let (Some(id), Some(key)) = (&self.access_key, &self.secret_key) else {
            return Err(wrong("give backup_s3_access_key, and the key itself in backup_s3_secret_key_file"));
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(self.region.as_deref().unwrap_or("us-east-1"))
            // Not every store knows how to delete many at once.
            .with_disable_bulk_delete(true)
            .with_access_key_id(id)
            .with_secret_access_key(key.expose_secret());
        if let Some(endpoint) = &self.endpoint {
            let url = url::Url::parse(endpoint)
                .map_err(|_| wrong("backup_s3_endpoint: an address such as https://s3.example.org"))?;
            // What goes there is encrypted and signed; what a network between would learn is when and how much.
            builder = builder.with_endpoint(endpoint).with_allow_http(url.scheme() == "http");
        }
        let client = builder.build().map_err(|error| wrong(&error.to_string()))?;
        let prefix = prefix.trim_matches('/').to_owned();
        Ok(Bucket { client: Arc::new(client), prefix, shown: format!("s3://{place}") })
    }
}

impl Bucket {
    fn failed(&self, error: &object_store::Error) -> Error {
        // Its texts quote what was asked and answered; keys are in headers, which they leave out.
        Error::Failed { place: self.shown.clone(), why: error.to_string().chars().take(300).collect() }
    }

    fn key(&self, name: &str) -> Key {
        if self.prefix.is_empty() { Key::from(name) } else { Key::from(format!("{}/{name}", self.prefix)) }
    }

    pub(super) async fn list(&self) -> Result<Vec<Stored>, Error> {
        let prefix = (!self.prefix.is_empty()).then(|| Key::from(self.prefix.as_str()));
        let all: Vec<_> =
            self.client.list(prefix.as_ref()).try_collect().await.map_err(|e| self.failed(&e))?;
        let stored = |object: &object_store::ObjectMeta| {
            let name = object.location.filename()?.parse().ok()?;
            Some(Stored { name, bytes: object.size })
        };
        Ok(all.iter().filter_map(stored).collect())
    }

    pub(super) async fn put(&self, name: &str, from: &Path, sha256: &str) -> Result<(), Error> {
        self.send(name, from).await?;
        match self.read(name, io::sink()).await.map(|through| through.end().1) {
            Ok(arrived) if arrived == sha256 => Ok(()),
            Ok(_) => {
                self.remove(name).await?;
                Err(Error::Refused {
                    place: self.shown.clone(),
                    why: "what was sent there reads back otherwise".to_owned(),
                })
            }
            Err(error) => {
                // Nobody knows whether it is good, so it must not be taken for the newest one.
                self.remove(name).await.ok();
                Err(error)
            }
        }
    }

    /// A small file is sent at once, a larger one in parts: the store shows it when all are there.
    async fn send(&self, name: &str, from: &Path) -> Result<(), Error> {
        let local = |error: io::Error| Error::failed(from, &error);
        let mut file = File::open(from).map_err(local)?;
        let key = self.key(name);
        let mut piece = next(&mut file).map_err(local)?;
        if piece.len() < PART {
            let sent = self.client.put(&key, PutPayload::from(piece)).await;
            return sent.map(drop).map_err(|e| self.failed(&e));
        }
        let upload = self.client.put_multipart(&key).await.map_err(|e| self.failed(&e))?;
        let mut parts = WriteMultipart::new_with_chunk_size(upload, PART);
        let sent = async {
            while !piece.is_empty() {
                parts.wait_for_capacity(AT_ONCE).await.map_err(|e| self.failed(&e))?;
                parts.write(&piece);
                piece = next(&mut file).map_err(local)?;
            }
            Ok(())
        };
        match sent.await {
            Ok(()) => parts.finish().await.map(drop).map_err(|e| self.failed(&e)),
            Err(error) => {
                // The store forgets parts that nothing came of, or its rules do.
                parts.abort().await.ok();
                Err(error)
            }
        }
    }

    async fn read<W: io::Write>(&self, name: &str, out: W) -> Result<Hashing<W>, Error> {
        let got = self.client.get(&self.key(name)).await.map_err(|e| self.failed(&e))?;
        let mut pieces = got.into_stream();
        let mut through = Hashing::new(out);
        while let Some(piece) = pieces.try_next().await.map_err(|e| self.failed(&e))? {
            through
                .write_all(&piece)
                .map_err(|error| Error::Failed { place: self.shown.clone(), why: error.to_string() })?;
        }
        Ok(through)
    }

    pub(super) async fn fetch(&self, name: &str, to: &Path) -> Result<(), Error> {
        let local = |error: io::Error| Error::failed(to, &error);
        let file = private(to).map_err(local)?;
        let outcome = match self.read(name, file).await {
            Ok(through) => through.end().0.sync_all().map_err(local),
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            fs::remove_file(to).ok();
        }
        outcome
    }

    pub(super) async fn remove(&self, name: &str) -> Result<(), Error> {
        self.client.delete(&self.key(name)).await.map_err(|e| self.failed(&e))
    }
}

/// The next part of a file; empty at its end.
fn next(file: &mut File) -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    file.take(u64::try_from(PART).unwrap_or(u64::MAX)).read_to_end(&mut piece)?;
    Ok(piece)
}
