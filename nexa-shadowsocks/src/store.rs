//! What a node remembers over restarts: identities, counters, leased addresses, and who steers it.
//!
//! One redb file. What is written is on the disk when the call returns; calls block, so they are made where that is
//! allowed.

use nexa_core::{
    domain::{extras::Extras, grant::PanelId},
    error::{Failure, Part, Retry},
    world::World,
};
use redb::{
    Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition,
    backends::{FileBackend, InMemoryBackend},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    collections::BTreeMap,
    fs::{OpenOptions, Permissions},
    net::IpAddr,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

const IDENTITIES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("identities");
const COUNTERS: TableDefinition<'_, &str, u64> = TableDefinition::new("counters");
const LEASES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("leases");
const FACTS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("facts");

/// What the node holds for one identity. Moments are milliseconds since 1970.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Held {
    /// The label that it was given.
    pub label: String,
    /// Whether it may connect.
    pub enabled: bool,
    /// Since when it is meant.
    pub starts_at: i64,
    /// Until when it may connect.
    pub ends_at: i64,
    /// Bytes that it may use in all.
    pub limit: u64,
    /// Devices at the same time.
    pub devices: u32,
    /// What it was sold beyond traffic.
    #[serde(default)]
    pub extras: Extras,
    /// Its port; 0 when it was stopped for so long that the port was given to others.
    pub port: u16,
    /// The first of the ports that it may open for services of its own, if it was sold that.
    #[serde(default)]
    pub forward: Option<u16>,
    /// Since when it is stopped, if it is.
    pub stopped_at: Option<i64>,
}

/// An address that is, or was, one subscription's own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Lease {
    /// The label of whoever has it or had it last. Not the identity: a link reset changes that, and keeps the address.
    pub holder: String,
    /// Since when it is free again; it rests for a while.
    pub released_at: Option<i64>,
}

/// Everything, as it is read at the start.
#[derive(Debug, Default)]
pub struct Kept {
    /// The identities with their counters.
    pub identities: BTreeMap<PanelId, (Held, u64)>,
    /// The addresses.
    pub leases: BTreeMap<IpAddr, Lease>,
}

/// One change, written as a whole.
#[derive(Debug, Default)]
pub struct Change {
    /// Identities to be kept like this.
    pub held: Vec<(PanelId, Held)>,
    /// Counters to stand at.
    pub counters: Vec<(PanelId, u64)>,
    /// Identities to be forgotten, with their counters.
    pub forgotten: Vec<PanelId>,
    /// Addresses and what is known of them; `None` forgets one.
    pub leases: Vec<(IpAddr, Option<Lease>)>,
}

/// The file.
pub struct Store {
    database: Database,
}

fn failed(error: impl Into<redb::Error>) -> Failure {
    let what = format!("the node's file: {}", error.into());
    Failure { part: Part::Panel, retry: Retry::Later, what }
}

fn unreadable(what: &str) -> Failure {
    Failure {
        part: Part::Panel,
        retry: Retry::Never,
        what: format!("the node's file: {what} cannot be read"),
    }
}

fn plain<T: Serialize>(value: &T) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(value).map_err(|_| unreadable("what should be written"))
}

fn parsed<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(|_| unreadable(what))
}

impl Store {
    /// Opens the file, or makes it. Refused while another process has it open.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        // It holds keys: nobody else on this machine may read it, whatever its folder allows.
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
        let file = file.and_then(|file| file.set_permissions(Permissions::from_mode(0o600)).map(|()| file));
        let file = file.map_err(|error| unreadable(&error.to_string()))?;
        let backend = FileBackend::new(file).map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen => {
                unreadable("it, because another process uses it: stop that first;")
            }
            other => failed(other),
        })?;
        Self::with(Database::builder().create_with_backend(backend).map_err(failed)?)
    }

    /// A store that forgets everything at its end.
    pub fn in_memory() -> Result<Self, Failure> {
        Self::with(Database::builder().create_with_backend(InMemoryBackend::new()).map_err(failed)?)
    }

    fn with(database: Database) -> Result<Self, Failure> {
        let store = Self { database };
        let write = store.database.begin_write().map_err(failed)?;
        write.open_table(IDENTITIES).map_err(failed)?;
        write.open_table(COUNTERS).map_err(failed)?;
        write.open_table(LEASES).map_err(failed)?;
        write.open_table(FACTS).map_err(failed)?;
        write.commit().map_err(failed)?;
        Ok(store)
    }

    /// Reads everything.
    pub fn load(&self) -> Result<Kept, Failure> {
        let read = self.database.begin_read().map_err(failed)?;
        let counters = read.open_table(COUNTERS).map_err(failed)?;
        let mut kept = Kept::default();
        for row in read.open_table(IDENTITIES).map_err(failed)?.iter().map_err(failed)? {
            let (key, value) = row.map_err(failed)?;
            let id: PanelId = key.value().parse().map_err(|_| unreadable("an identity"))?;
            let counter = counters.get(key.value()).map_err(failed)?.map_or(0, |counter| counter.value());
            kept.identities.insert(id, (parsed(value.value(), "an identity")?, counter));
        }
        for row in read.open_table(LEASES).map_err(failed)?.iter().map_err(failed)? {
            let (key, value) = row.map_err(failed)?;
            let address = key.value().parse().map_err(|_| unreadable("an address"))?;
            kept.leases.insert(address, parsed(value.value(), "an address")?);
        }
        Ok(kept)
    }

    /// Writes one change.
    pub fn write(&self, change: &Change) -> Result<(), Failure> {
        let write = self.database.begin_write().map_err(failed)?;
        {
            let mut identities = write.open_table(IDENTITIES).map_err(failed)?;
            let mut counters = write.open_table(COUNTERS).map_err(failed)?;
            let mut leases = write.open_table(LEASES).map_err(failed)?;
            for (id, held) in &change.held {
                identities.insert(id.expose().as_str(), plain(held)?.as_slice()).map_err(failed)?;
            }
            for (id, counter) in &change.counters {
                counters.insert(id.expose().as_str(), counter).map_err(failed)?;
            }
            for id in &change.forgotten {
                identities.remove(id.expose().as_str()).map_err(failed)?;
                counters.remove(id.expose().as_str()).map_err(failed)?;
            }
            for (address, lease) in &change.leases {
                let key = address.to_string();
                match lease {
                    Some(lease) => leases.insert(key.as_str(), plain(lease)?.as_slice()).map_err(failed)?,
                    None => leases.remove(key.as_str()).map_err(failed)?,
                };
            }
        }
        write.commit().map_err(failed)
    }

    /// A fact about the node itself.
    pub fn fact(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let read = self.database.begin_read().map_err(failed)?;
        let facts = read.open_table(FACTS).map_err(failed)?;
        Ok(facts.get(name).map_err(failed)?.map(|value| value.value().to_vec()))
    }

    /// A secret that is made at random when it is asked for first.
    pub fn secret(&self, name: &str, world: &World) -> Result<[u8; 32], Failure> {
        let fresh: [u8; 32] = world.bytes();
        let write = self.database.begin_write().map_err(failed)?;
        let secret = {
            let mut facts = write.open_table(FACTS).map_err(failed)?;
            let kept = facts.get(name).map_err(failed)?.and_then(|kept| kept.value().try_into().ok());
            if kept.is_none() {
                facts.insert(name, fresh.as_slice()).map_err(failed)?;
            }
            kept.unwrap_or(fresh)
        };
        write.commit().map_err(failed)?;
        Ok(secret)
    }

    /// Keeps a fact; `None` forgets it.
    pub fn keep_fact(&self, name: &str, value: Option<&[u8]>) -> Result<(), Failure> {
        let write = self.database.begin_write().map_err(failed)?;
        {
            let mut facts = write.open_table(FACTS).map_err(failed)?;
            match value {
                Some(value) => facts.insert(name, value).map_err(failed)?,
                None => facts.remove(name).map_err(failed)?,
            };
        }
        write.commit().map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexa_core::world::{OsEntropy, SystemClock};
    use std::sync::Arc;

    #[test]
    fn what_was_written_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.redb");
        let id: PanelId = "0badc0de-0000-4000-8000-000000000001".parse().unwrap();
        let other: PanelId = "0badc0de-0000-4000-8000-000000000002".parse().unwrap();
        let address: IpAddr = "192.0.2.7".parse().unwrap();
        let held = Held {
            label: "a".to_owned(),
            enabled: true,
            starts_at: 1,
            ends_at: 2,
            limit: 3,
            devices: 4,
            extras: Extras::NONE,
            port: 5,
            forward: Some(6),
            stopped_at: None,
        };
        let lease = Lease { holder: id.expose(), released_at: None };
        {
            let store = Store::open(&path).unwrap();
            assert!(Store::open(&path).is_err(), "two processes must not share a file");
            store
                .write(&Change {
                    held: vec![(id, held.clone()), (other, held.clone())],
                    counters: vec![(id, 77)],
                    forgotten: vec![other],
                    leases: vec![(address, Some(lease.clone()))],
                })
                .unwrap();
            store.keep_fact("a", Some(b"b")).unwrap();
        }
        let store = Store::open(&path).unwrap();
        let kept = store.load().unwrap();
        assert_eq!(kept.identities.into_iter().collect::<Vec<_>>(), [(id, (held, 77))]);
        assert_eq!(kept.leases.into_iter().collect::<Vec<_>>(), [(address, lease)]);
        assert_eq!(store.fact("a").unwrap().as_deref(), Some(&b"b"[..]));
        store.keep_fact("a", None).unwrap();
        assert_eq!(store.fact("a").unwrap(), None);
        let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
        let secret = store.secret("s", &world).unwrap();
        assert_eq!(store.secret("s", &world).unwrap(), secret);
    }

    #[test]
    fn nobody_else_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.redb");
        drop(Store::open(&path).unwrap());
        let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        drop(Store::open(&path).unwrap());
        assert_eq!(mode(), 0o600, "one that was left open is closed");
    }
}
