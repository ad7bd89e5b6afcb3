//! The files of the project, and how a broken rule is told.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::source;

/// One text file of the project.
pub struct File {
    /// From the root, with `/`.
    pub path: String,
    pub text: String,
}

impl File {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    pub fn is(&self, kind: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|ending| ending == kind)
    }

    pub fn is_rust(&self) -> bool {
        self.is("rs")
    }

    /// The code that ships: nothing of comments, literals and tests. Empty for a file that only tests include.
    pub fn shipped(&self) -> String {
        if self.path.split('/').any(|part| part == "tests" || part == "tests.rs") {
            return String::new();
        }
        source::shipped(&source::code(&self.text))
    }
}

/// A rule broken at a place.
#[derive(Debug, PartialEq, Eq)]
pub struct Breach {
    pub place: String,
    pub line: usize,
    pub what: String,
}

impl Breach {
    pub fn new(place: &str, line: usize, what: impl Into<String>) -> Self {
        Self { place: place.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.place, self.line, self.what)
    }
}

/// Fails with every breach, the rule and how to mend it.
#[track_caller]
pub fn enforce(rule: &str, mend: &str, breaches: &[Breach]) {
    let list: Vec<_> = breaches.iter().map(ToString::to_string).collect();
    assert!(breaches.is_empty(), "\nrule: {rule}\nmend: {mend}\n{}\n", list.join("\n"));
}

/// The workspace's root.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().map_or_else(|| tests.to_path_buf(), Path::to_path_buf)
}

/// Every text file of the project, read once.
pub fn all() -> &'static [File] {
    static FILES: OnceLock<Vec<File>> = OnceLock::new();
    FILES.get_or_init(|| {
        let mut files = Vec::new();
        let read = collect(&root(), "", &mut files);
        assert!(read.is_ok(), "the project's tree can be read: {read:?}");
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    })
}

/// What programs leave behind in the tree; `.gitignore` names them too.
pub fn is_left_behind(name: &str) -> bool {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
    matches!(name, ".git" | "target" | "nexa-data" | "__pycache__")
        || matches!(ending, Some("db" | "db-wal" | "db-shm"))
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<File>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_left_behind(&name) {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            files.push(File { path, text });
        }
    }
    Ok(())
}

/// The files below a folder. A folder that exists and holds none of the wanted files would make its rule say
/// nothing, so it fails here.
#[track_caller]
pub fn below(folder: &str, wanted: impl Fn(&File) -> bool) -> Vec<&'static File> {
    let files: Vec<_> = all().iter().filter(|file| file.path.starts_with(folder) && wanted(file)).collect();
    let holds_something = fs::read_dir(root().join(folder)).is_ok_and(|mut entries| entries.next().is_some());
    assert!(
        !files.is_empty() || !holds_something,
        "{folder} exists, but no file in it was examined: the rule would check nothing"
    );
    files
}

/// The Rust files below a folder.
#[track_caller]
pub fn rust_below(folder: &str) -> Vec<&'static File> {
    below(folder, File::is_rust)
}

#[test]
fn the_tree_is_read() {
    let this = all().iter().find(|file| file.path == "tests/architecture/tree.rs");
    assert!(this.is_some_and(|file| file.is_rust() && file.text.contains("fn the_tree_is_read")));
    assert!(all().iter().any(|file| file.path == "Cargo.toml"));
    assert!(!all().iter().any(|file| file.path.starts_with("target/")));
}

#[test]
#[should_panic(expected = "a.rs:7: too long")]
fn a_breach_is_told_with_its_place() {
    enforce("short files", "split it", &[Breach::new("a.rs", 7, "too long")]);
}

#[test]
#[should_panic(expected = "no file in it was examined")]
fn a_rule_that_examines_nothing_fails() {
    let _none = below("tests/architecture/", |_| false);
}

/// The composition root exists only when everything it composes does: from then on no watched folder may be missing,
/// or a renamed folder would silently switch its rules off.
#[test]
fn the_watched_folders_exist_once_the_program_is_composed() {
    if !root().join("nexa-http/src/bin/nexa/compose.rs").exists() {
        return;
    }
    let watched = ["domain", "ports", "engine", "sql", "storefront", "backoffice"];
    let missing: Vec<_> =
        watched.iter().filter(|name| !root().join("nexa-core/src").join(name).is_dir()).collect();
    assert!(
        missing.is_empty(),
        "missing in nexa-core/src: {missing:?}; mend the rules if a folder was renamed"
    );
    assert!(root().join("nexa-core/locales/client/en").is_dir(), "nexa-core/locales/client/en is missing");
}
