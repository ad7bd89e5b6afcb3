//! A backup is read only as it was written.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::Timestamp;
use nexa_backup::{ArchiveName, Content, FORMAT, Lock, Manifest, Store, Target, Unlock, read, write};
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

// A key pair of age's documentation, made with age-keygen for this test.
const IDENTITY: &str = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
const RECIPIENT: &str = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";

fn manifest(format: u32) -> Manifest {
    Manifest {
        format,
        program: "0.1.0".to_owned(),
        made_at: Timestamp::from_second(1_795_845_600).unwrap(),
        engine: "sqlite".to_owned(),
        schema: Vec::new(),
        shops: vec!["s".to_owned()],
        tables: BTreeMap::from([("orders".to_owned(), 3)]),
        ledger: Vec::new(),
        ledger_digest: String::new(),
        database: Content { bytes: 0, sha256: String::new() },
        key_id: "1a2b3c4d5e6f7081".to_owned(),
        with_key: false,
        mac: String::new(),
    }
}

struct Bench {
    folder: tempfile::TempDir,
    database: Vec<u8>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Half of it does not shrink, so that flips hit more than the tables of a compressor.
        let mut state = 7_u32;
        let noise = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        });
        let database: Vec<u8> = noise.take(70_000).chain(std::iter::repeat_n(0, 70_000)).collect();
        fs::write(folder.path().join("nexa.db"), &database).unwrap();
        Self { folder, database }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, of: Manifest, key: Option<&str>, lock: &Lock) -> (PathBuf, nexa_backup::Written) {
        let to = self.at("backup.age");
        fs::remove_file(&to).ok();
        let written =
            write(of, |text| format!("signed {}", text.len()), key, &self.at("nexa.db"), lock, &to).unwrap();
        (to, written)
    }
}

fn identity(folder: &Path) -> Unlock {
    let path = folder.join("identity");
    fs::write(&path, format!("# created: today\n{IDENTITY}\n")).unwrap();
    Unlock::identity_file(&path).unwrap()
}

#[test]
fn what_was_written_comes_back_for_its_recipient_and_for_its_writer_once() {
    let bench = Bench::new();
    let lock = Lock::recipients(RECIPIENT).unwrap();
    let (file, written) = bench.write(manifest(FORMAT), Some("the master key\n"), &lock);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(written.bytes < 100_000, "it is compressed: {}", written.bytes);
    for (at, unlock) in [identity(bench.folder.path()), written.unlock].into_iter().enumerate() {
        let to = bench.at(&format!("back{at}"));
        let contents = read(&file, &unlock, |_| Ok(()), Some(&to)).unwrap();
        assert_eq!(fs::read(&to).unwrap(), bench.database);
        assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(contents.key.as_deref(), Some("the master key\n"));
        assert_eq!(contents.manifest.mac, format!("signed {}", contents.manifest.signed_text().len()));
    }
    let (_, again) = bench.write(manifest(FORMAT), None, &lock);
    let other = read(&file, &again.unlock, |_| Ok(()), None).unwrap();
    assert_eq!(other.key, None);
    let plain = fs::read(&file).unwrap();
    let hidden = b"the master key";
    assert!(!plain.windows(hidden.len()).any(|window| window == hidden));
}

#[test]
fn a_passphrase_opens_and_another_does_not() {
    let bench = Bench::new();
    let Unlock::Passphrase(phrase) = Unlock::passphrase("correct horse battery") else {
        panic!("a passphrase")
    };
    let (file, _) = bench.write(manifest(FORMAT), None, &Lock::Passphrase(phrase));
    read(&file, &Unlock::passphrase("correct horse battery"), |_| Ok(()), None).unwrap();
    let told = read(&file, &Unlock::passphrase("another one entirely"), |_| Ok(()), None).unwrap_err();
    assert!(told.to_string().contains("another passphrase"), "{told}");
    let told = read(&file, &identity(bench.folder.path()), |_| Ok(()), None).unwrap_err();
    assert!(told.to_string().contains("none of the identities"), "{told}");
}

#[test]
fn every_flip_every_cut_and_every_addition_is_refused_and_leaves_nothing() {
    let bench = Bench::new();
    let (file, _) = bench.write(manifest(FORMAT), None, &Lock::recipients(RECIPIENT).unwrap());
    let unlock = identity(bench.folder.path());
    let whole = fs::read(&file).unwrap();
    let to = bench.at("back");
    let refused = |bytes: &[u8], what: &str| {
        fs::write(&file, bytes).unwrap();
        assert!(read(&file, &unlock, |_| Ok(()), Some(&to)).is_err(), "{what}");
        assert!(!to.exists(), "{what}: something is left");
    };
    // All of the header, then some of every part.
    for at in (0..500).chain((500..whole.len()).step_by(611)).chain(whole.len() - 20..whole.len()) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        // The writer's own key is in the header, too: what it cannot read any more, nobody has to.
        refused(&bytes, &format!("byte {at} flipped"));
    }
    for at in (0..whole.len()).step_by(997).chain([whole.len() - 1]) {
        refused(&whole[..at], &format!("cut at {at}"));
    }
    refused(&[&whole[..], b"x"].concat(), "one byte more");
    refused(&[&whole[..], &whole[..]].concat(), "twice");
    fs::write(&file, &whole).unwrap();
    read(&file, &unlock, |_| Ok(()), Some(&to)).unwrap();
}

#[test]
fn a_newer_form_is_told_and_what_its_reader_refuses_is_not_unpacked() {
    let bench = Bench::new();
    let lock = Lock::recipients(RECIPIENT).unwrap();
    let (file, written) = bench.write(manifest(FORMAT + 1), None, &lock);
    let told = read(&file, &written.unlock, |_| Ok(()), None).unwrap_err().to_string();
    assert!(told.contains("newer program"), "{told}");
    let (file, written) = bench.write(manifest(FORMAT), None, &lock);
    let to = bench.at("back");
    let told =
        read(&file, &written.unlock, |_| Err("not ours".to_owned()), Some(&to)).unwrap_err().to_string();
    assert!(told.ends_with("not ours"), "{told}");
    assert!(!to.exists());
    fs::write(&to, "here already").unwrap();
    assert!(read(&file, &written.unlock, |_| Ok(()), Some(&to)).is_err());
    assert_eq!(fs::read_to_string(&to).unwrap(), "here already");
}

#[tokio::test]
async fn a_folder_shows_only_what_is_whole() {
    let bench = Bench::new();
    let (file, written) = bench.write(manifest(FORMAT), None, &Lock::recipients(RECIPIENT).unwrap());
    let place = tempfile::tempdir().unwrap();
    let target = Target::open(place.path().to_str().unwrap(), &Store::default()).unwrap();
    let at = |second| ArchiveName::new("1a2b3c4d5e", Timestamp::from_second(second).unwrap());
    // What a process that died left there is gone with the next backup; what others left stays.
    let (left, others) = (format!(".{}.part", at(1)), ".nexa-00000000-19700101T000001Z.tar.gz.age.part");
    for name in [left.as_str(), others, "notes.txt"] {
        fs::write(place.path().join(name), "half").unwrap();
    }
    target.put(&at(100), &file, &written.sha256).await.unwrap();
    target.put(&at(200), &file, &written.sha256).await.unwrap();
    assert!(!place.path().join(left).exists() && place.path().join(others).exists());
    let listed = target.list().await.unwrap();
    assert_eq!(listed.iter().map(|s| s.name.clone()).collect::<Vec<_>>(), [at(200), at(100)]);
    assert!(listed.iter().all(|s| s.bytes == written.bytes));
    assert!(target.put(&at(100), &file, &written.sha256).await.is_err(), "it is there already");
    // What arrives otherwise than it was is taken away again.
    assert!(target.put(&at(300), &file, &"0".repeat(64)).await.is_err());
    assert_eq!(target.list().await.unwrap().len(), 2);
    target.remove(&at(100)).await.unwrap();
    assert_eq!(target.list().await.unwrap().len(), 1);
    let back = bench.at("fetched");
    target.fetch(&at(200), &back).await.unwrap();
    assert_eq!(fs::read(back).unwrap(), fs::read(&file).unwrap());
    let gone = Target::open("/nowhere/at/all", &Store::default()).unwrap();
    assert!(gone.list().await.is_err() && gone.put(&at(1), &file, &written.sha256).await.is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_there_is_never_written_over() {
    let bench = Bench::new();
    let lock = Lock::recipients(RECIPIENT).unwrap();
    let there = Path::new("/dev/full");
    let written = write(manifest(FORMAT), |_| String::new(), None, &bench.at("nexa.db"), &lock, there);
    assert!(written.is_err(), "it was written over");
}
