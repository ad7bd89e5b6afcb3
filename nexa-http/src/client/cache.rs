//! What is kept on the device: views that were seen last, and keys of purchases that are not over.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Keeps small things by a drawer and a name, both of 1 to 64 lower-case letters, digits and dashes. A program on a phone
/// may keep them where its system keeps private things.
///
/// # Behaviour
/// - What `write` took is there after a crash, wholly or not at all.
/// - What `remove` and `erase` took away does not come back.
pub trait ViewCache: Send + Sync {
    /// What is kept there; none when there is nothing, or it cannot be read.
    fn read(&self, drawer: &str, name: &str) -> Option<Vec<u8>>;
    /// Keeps something, in place of what was there.
    fn write(&self, drawer: &str, name: &str, content: &[u8]) -> io::Result<()>;
    /// Takes one thing away. Harmless where there is none.
    fn remove(&self, drawer: &str, name: &str) -> io::Result<()>;
    /// Takes a whole drawer away. Harmless where there is none.
    fn erase(&self, drawer: &str) -> io::Result<()>;
}

/// The beginning of drawers with views: of such a drawer only the newest things are kept.
pub(super) const VIEWS: &str = "views-";
/// Most views of one session.
const MOST: usize = 200;

/// A folder as a cache: a folder for each drawer, a file for each name, which only the user of the system who made them may
/// read (0700 and 0600).
#[derive(Clone, Debug)]
pub struct FolderCache {
    home: PathBuf,
}

impl FolderCache {
    /// In this folder, which is made where it is missing.
    pub fn new(home: impl Into<PathBuf>) -> io::Result<Self> {
        let home = home.into();
        private_folder(&home)?;
        Ok(Self { home })
    }

    fn place(&self, drawer: &str, name: &str) -> io::Result<PathBuf> {
        let plain = |text: &str| {
            (1..=64).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if plain(drawer) && plain(name) {
            Ok(self.home.join(drawer).join(name))
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "a drawer or name with other characters"))
        }
    }
}

impl ViewCache for FolderCache {
    fn read(&self, drawer: &str, name: &str) -> Option<Vec<u8>> {
        fs::read(self.place(drawer, name).ok()?).ok()
    }

    fn write(&self, drawer: &str, name: &str, content: &[u8]) -> io::Result<()> {
        let place = self.place(drawer, name)?;
        let folder = self.home.join(drawer);
        private_folder(&folder)?;
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(&folder)?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        file.persist(place).map_err(|failed| failed.error)?;
        // Without this a file that was moved into its place may be gone again after a crash. Windows opens no folders.
        #[cfg(unix)]
        fs::File::open(&folder).and_then(|folder| folder.sync_all())?;
        if drawer.starts_with(VIEWS) { thin_out(&folder) } else { Ok(()) }
    }

    fn remove(&self, drawer: &str, name: &str) -> io::Result<()> {
        harmless(fs::remove_file(self.place(drawer, name)?))
    }

    fn erase(&self, drawer: &str) -> io::Result<()> {
        self.place(drawer, "x")?;
        harmless(fs::remove_dir_all(self.home.join(drawer)))
    }
}

fn harmless(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Takes the oldest away until few enough are left.
fn thin_out(folder: &Path) -> io::Result<()> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // One that is gone meanwhile needs no taking away.
        if let Ok(about) = entry.metadata() {
            all.push((about.modified()?, entry.path()));
        }
    }
    all.sort();
    let surplus = all.len().saturating_sub(MOST);
    all.into_iter().take(surplus).try_for_each(|(_, old)| harmless(fs::remove_file(old)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache() -> (tempfile::TempDir, FolderCache) {
        let home = tempfile::tempdir().unwrap();
        let cache = FolderCache::new(home.path().join("cache")).unwrap();
        (home, cache)
    }

    #[test]
    fn what_is_written_is_read_until_it_is_taken_away() {
        let (_home, cache) = cache();
        assert_eq!(cache.read("views-a", "x"), None);
        cache.write("views-a", "x", b"one").unwrap();
        cache.write("views-a", "x", b"two").unwrap();
        cache.write("views-b", "x", b"b").unwrap();
        assert_eq!(cache.read("views-a", "x").as_deref(), Some(&b"two"[..]));
        cache.remove("views-a", "x").unwrap();
        cache.remove("views-a", "x").unwrap();
        assert_eq!(cache.read("views-a", "x"), None);
        cache.erase("views-b").unwrap();
        cache.erase("views-b").unwrap();
        assert_eq!(cache.read("views-b", "x"), None);
    }

    #[test]
    fn names_lead_nowhere_else() {
        let (_home, cache) = cache();
        for bad in ["", ".", "..", "../x", "a/b", "A", "a.b", "é"] {
            assert!(cache.write(bad, "x", b"").is_err() && cache.write("x", bad, b"").is_err(), "{bad}");
            assert!(cache.erase(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn few_views_are_kept_and_all_keys() {
        let (_home, cache) = cache();
        for number in 0..MOST + 20 {
            cache.write("views-a", &format!("n-{number}"), b"").unwrap();
            cache.write("keys-a", &format!("n-{number}"), b"").unwrap();
        }
        let count = |drawer: &str| fs::read_dir(cache.home.join(drawer)).unwrap().count();
        assert_eq!((count("views-a"), count("keys-a")), (MOST, MOST + 20));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_home, cache) = cache();
        cache.write("views-a", "x", b"mine").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&cache.home.join("views-a/x")), 0o600);
        assert_eq!(mode(&cache.home.join("views-a")), 0o700);
        assert_eq!(mode(&cache.home), 0o700);
    }
}
