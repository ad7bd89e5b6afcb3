//! Idempotency keys that outlive a crash: made and stored before a request is sent, forgotten with the last word on it.

use super::ViewCache;
use jiff::{SignedDuration, Timestamp};
use nexa_core::{error::Failure, world::World};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// How long a wish that had no answer is taken up again. Whoever wants the same a day later wants it once more.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(24);

pub(super) struct KeyStore {
    shelf: Option<Arc<dyn ViewCache>>,
    /// Where keys are without a cache. Its lock also sees to it that one wish gets one key, with a cache too.
    memory: Mutex<HashMap<(String, String), String>>,
    world: World,
}

impl KeyStore {
    pub fn new(shelf: Option<Arc<dyn ViewCache>>, world: World) -> Self {
        Self { shelf, memory: Mutex::default(), world }
    }

    /// A key that nobody has: 160 random bits.
    pub fn fresh(&self) -> String {
        let random: [u8; 20] = self.world.bytes();
        data_encoding::BASE32_NOPAD.encode(&random)
    }

    /// The key of a wish that has had no answer yet, else a new one, which is stored.
    pub fn begin(&self, account: &str, wish: &str) -> Result<String, Failure> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (drawer(account), wish.to_owned());
        let now = self.world.now();
        let kept = self.kept(&memory, &place);
        if let Some(key) = kept.as_deref().and_then(|kept| still_good(kept, now)) {
            return Ok(key);
        }
        let key = self.fresh();
        let kept = format!("{} {key}", now.as_millisecond());
        if let Some(cache) = &self.shelf {
            let told = |error| Failure::core(&format!("the key of a purchase could not be stored: {error}"));
            cache.write(&place.0, wish, kept.as_bytes()).map_err(told)?;
        } else {
            memory.retain(|_, kept| still_good(kept, now).is_some());
            memory.insert(place, kept);
        }
        Ok(key)
    }

    fn kept(&self, memory: &HashMap<(String, String), String>, place: &(String, String)) -> Option<String> {
        match &self.shelf {
            Some(cache) => String::from_utf8(cache.read(&place.0, &place.1)?).ok(),
            None => memory.get(place).cloned(),
        }
    }

    /// The last word on a wish with this key has been said. Another key for the same wish stays.
    pub fn end(&self, account: &str, wish: &str, key: &str) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (drawer(account), wish.to_owned());
        if !self.kept(&memory, &place).is_some_and(|kept| kept.ends_with(key)) {
            return;
        }
        if let Some(cache) = &self.shelf {
            // A key that stays makes the next wish of the same an old one, within a day; that is told in the log.
            if let Err(error) = cache.remove(&place.0, wish) {
                tracing::warn!(%error, "the key of a purchase could not be taken away");
            }
        } else {
            memory.remove(&place);
        }
    }
}

fn drawer(account: &str) -> String {
    format!("keys-{account}")
}

fn still_good(kept: &str, now: Timestamp) -> Option<String> {
    let (at, key) = kept.split_once(' ')?;
    let at = Timestamp::from_millisecond(at.parse().ok()?).ok()?;
    (now.duration_since(at).abs() < GOOD_FOR).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexa_core::world::{Clock, OsEntropy};

    struct At(Mutex<Timestamp>);

    #[async_trait::async_trait]
    impl Clock for At {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap()
        }
        async fn sleep_until(&self, _: Timestamp) {}
    }

    fn stores() -> (tempfile::TempDir, Arc<At>, [KeyStore; 2]) {
        let clock = Arc::new(At(Mutex::new(Timestamp::UNIX_EPOCH)));
        let world = World::new(Arc::<At>::clone(&clock), Arc::new(OsEntropy));
        let home = tempfile::tempdir().unwrap();
        let folder: Arc<dyn ViewCache> = Arc::new(super::super::FolderCache::new(home.path()).unwrap());
        (home, clock, [KeyStore::new(None, world.clone()), KeyStore::new(Some(folder), world)])
    }

    #[test]
    fn a_wish_has_one_key_until_its_end() {
        let (_home, _, stores) = stores();
        for store in stores {
            let first = store.begin("ann", "a").unwrap();
            assert_eq!(store.begin("ann", "a").unwrap(), first);
            assert_ne!(store.begin("ann", "b").unwrap(), first);
            assert_ne!(store.begin("bob", "a").unwrap(), first);
            store.end("ann", "a", &first);
            let second = store.begin("ann", "a").unwrap();
            assert_ne!(second, first);
            store.end("ann", "a", &first);
            assert_eq!(store.begin("ann", "a").unwrap(), second, "a late word ends its own wish only");
        }
    }

    #[test]
    fn a_day_later_the_same_is_wanted_once_more() {
        let (_home, clock, stores) = stores();
        for store in stores {
            *clock.0.lock().unwrap() = Timestamp::UNIX_EPOCH;
            let first = store.begin("ann", "a").unwrap();
            *clock.0.lock().unwrap() += SignedDuration::from_hours(23);
            assert_eq!(store.begin("ann", "a").unwrap(), first);
            *clock.0.lock().unwrap() += SignedDuration::from_hours(1);
            assert_ne!(store.begin("ann", "a").unwrap(), first);
        }
    }

    #[test]
    fn keys_outlive_the_program() {
        let (home, _, _) = stores();
        let world = || super::super::RemoteSettings::new(["https://a.example"]).world;
        let open = || -> Option<Arc<dyn ViewCache>> {
            Some(Arc::new(super::super::FolderCache::new(home.path()).unwrap()))
        };
        let first = KeyStore::new(open(), world()).begin("ann", "a").unwrap();
        assert_eq!(KeyStore::new(open(), world()).begin("ann", "a").unwrap(), first);
    }
}
