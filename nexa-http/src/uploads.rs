//! Files that were handed in, for as long as they are looked at: in the system's temporary folder, readable by this user
//! only, and gone at the end.

use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    domain::{time::after, user::Principal},
    error::{Failure, Result},
};
use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};
use tempfile::{NamedTempFile, TempPath};

/// How long one waits for whoever handed it in to decide.
const WAITS: SignedDuration = SignedDuration::from_mins(30);
/// How many wait at once, one of each person; the oldest makes room.
const MOST: usize = 4;

/// Files that wait.
#[derive(Default)]
pub struct Uploads(Mutex<Vec<Upload>>);

struct Upload {
    key: String,
    who: Principal,
    until: Timestamp,
    file: Arc<TempPath>,
}

impl Upload {
    fn is_of(&self, who: &Principal) -> bool {
        (self.who.shop_id, self.who.user_id) == (who.shop_id, who.user_id)
    }
}

/// Writes what was handed in into a file of its own.
pub async fn written(bytes: Vec<u8>) -> Result<Arc<TempPath>> {
    let write = move || {
        let mut file = NamedTempFile::new()?;
        file.write_all(&bytes)?;
        Ok(file.into_temp_path())
    };
    let done = tokio::task::spawn_blocking(write).await.map_err(std::io::Error::other);
    let done: std::io::Result<TempPath> = done.and_then(|written| written);
    done.map(Arc::new).map_err(|_| Failure::core("what was handed in cannot be written down").into())
}

impl Uploads {
    /// Keeps a file for whoever handed it in, in place of what they handed in before.
    pub fn keep(&self, key: &str, who: &Principal, file: Arc<TempPath>, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| now < one.until && !one.is_of(who));
        if all.len() >= MOST {
            all.remove(0);
        }
        all.push(Upload { key: key.to_owned(), who: who.clone(), until: after(now, WAITS), file });
    }

    /// The file with this key, if it is still there and was handed in by the same person.
    pub fn find(&self, key: &str, who: &Principal, now: Timestamp) -> Option<Arc<TempPath>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| now < one.until);
        let same = |one: &&Upload| one.key == key && one.who.user_id.is_some() && one.is_of(who);
        all.iter().find(same).map(|one| Arc::clone(&one.file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nexa_core::ids::ShopId;

    fn somebody(shop: ShopId, number: u128) -> Principal {
        let user_id = Some(uuid_of(number));
        Principal { user_id, ..Principal::guest(shop) }
    }

    fn uuid_of(number: u128) -> nexa_core::ids::UserId {
        format!("00000000-0000-7000-8000-{number:012}").parse().unwrap()
    }

    #[tokio::test]
    async fn a_file_waits_for_its_owner_and_is_gone_then() {
        let uploads = Uploads::default();
        let shop: ShopId = "00000000-0000-7000-8000-000000000000".parse().unwrap();
        let (sara, ali) = (somebody(shop, 1), somebody(shop, 2));
        let file = written(b"hello".to_vec()).await.unwrap();
        let path = file.to_path_buf();
        assert_eq!(std::fs::read(&path).unwrap(), b"hello");
        let now = Timestamp::UNIX_EPOCH;
        uploads.keep("key", &sara, file, now);
        assert!(uploads.find("key", &sara, now).is_some());
        assert!(uploads.find("key", &ali, now).is_none() && uploads.find("other", &sara, now).is_none());
        assert!(uploads.find("key", &Principal::guest(shop), now).is_none());
        assert!(uploads.find("key", &sara, after(now, WAITS)).is_none());
        assert!(!path.exists(), "nothing of it is left");
        for key in ["first", "second"] {
            uploads.keep(key, &sara, written(Vec::new()).await.unwrap(), now);
        }
        assert!(uploads.find("first", &sara, now).is_none() && uploads.find("second", &sara, now).is_some());
        for number in 10_u128..19 {
            let file = written(Vec::new()).await.unwrap();
            uploads.keep(&number.to_string(), &somebody(shop, number), file, now);
        }
        let kept = |number: u128| uploads.find(&number.to_string(), &somebody(shop, number), now).is_some();
        assert!(!kept(14) && kept(15) && kept(18));
    }
}
