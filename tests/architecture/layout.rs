//! Sizes and names: a file can be read in one go, and its name says what the shop does.

use std::fs;
use std::path::Path;

use super::source::tokens;
use super::tree::{Breach, File, all, below, enforce, is_left_behind, root, rust_below};

const MOST_LINES: usize = 400;

fn too_long(file: &File) -> Option<Breach> {
    let lines = file.text.lines().count();
    (lines > MOST_LINES).then(|| Breach::new(&file.path, MOST_LINES + 1, format!("has {lines} lines")))
}

#[test]
fn files_are_short() {
    let found: Vec<_> = rust_below("").into_iter().filter_map(too_long).collect();
    enforce(
        "a Rust file has at most 400 lines",
        "split it along what the shop does; tests may move to a file of their own beside it",
        &found,
    );
}

const SAY_NOTHING: &[&str] =
    &["utils", "util", "helpers", "helper", "manager", "service", "types", "misc", "common"];

/// A file, folder or module that is named after nothing.
fn empty_names(file: &File) -> Vec<Breach> {
    let mut found = Vec::new();
    for part in file.path.split('/') {
        let stem =
            Path::new(part).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        if SAY_NOTHING.contains(&stem.as_str()) {
            found.push(Breach::new(&file.path, 1, format!("is named `{stem}`")));
        }
    }
    if file.is_rust() {
        for pair in tokens(&super::source::code(&file.text)).windows(2) {
            if pair[0].name == "mod" && SAY_NOTHING.contains(&pair[1].name.as_str()) {
                found.push(Breach::new(&file.path, pair[1].line, format!("has a module `{}`", pair[1].name)));
            }
        }
    }
    found
}

#[test]
fn names_say_something() {
    let found: Vec<_> = below("", |_| true).into_iter().flat_map(empty_names).collect();
    enforce(
        "no file, folder or module is named utils, helpers, manager, service, types, misc or common",
        "name it after what the shop does in it (settle, placement, link)",
        &found,
    );
}

const TOP: &[&str] = &[
    ".ci",
    ".dockerignore",
    ".editorconfig",
    ".gitattributes",
    ".github",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "Dockerfile",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "clippy.toml",
    "deny.toml",
    "examples",
    "justfile",
    "nexa-backup",
    "nexa-bot",
    "nexa-core",
    "nexa-ffi",
    "nexa-hiddify",
    "nexa-http",
    "nexa-mail",
    "nexa-marzban",
    "nexa-panel-http",
    "nexa-payments",
    "nexa-push",
    "nexa-shadowsocks",
    "nexa-valkey",
    "nexa-webhook",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "tests",
];

fn stranger(name: &str) -> Option<Breach> {
    let known = TOP.contains(&name) || is_left_behind(name);
    (!known).then(|| Breach::new(name, 1, "does not belong to the top level"))
}

#[test]
fn the_top_level_is_fixed() {
    let entries = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<_> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    assert!(names.iter().any(|name| name == "Cargo.toml"), "the root was read");
    // A worktree's own configuration is not in the tree that people get.
    let kept = names
        .iter()
        .filter(|name| all().iter().any(|file| file.path.split('/').next() == Some(name.as_str())));
    let found: Vec<_> = kept.filter_map(|name| stranger(name)).collect();
    enforce(
        "the top level holds the crates, examples, tests and the usual root files only",
        "move it into the crate it belongs to; a new adapter crate is added to this list and to arrows.rs",
        &found,
    );
}

#[test]
fn long_files_are_found() {
    let at_the_limit = File::new("a.rs", &"x\n".repeat(MOST_LINES));
    assert_eq!(too_long(&at_the_limit), None);
    let over = File::new("a.rs", &"x\n".repeat(MOST_LINES + 1));
    assert_eq!(too_long(&over), Some(Breach::new("a.rs", 401, "has 401 lines")));
}

#[test]
fn empty_names_are_found() {
    assert_eq!(empty_names(&File::new("nexa-core/src/utils.rs", "")).len(), 1);
    assert_eq!(empty_names(&File::new("tests/helpers/mod.rs", "")).len(), 1);
    assert_eq!(empty_names(&File::new("a.rs", "pub(crate) mod types;")).len(), 1);
    assert_eq!(empty_names(&File::new("a.rs", "mod common { }")).len(), 1);
    assert_eq!(empty_names(&File::new("nexa-core/src/settle.rs", "// mod types;\nlet types = 1;")), []);
}

#[test]
fn strangers_at_the_top_are_found() {
    assert_eq!(stranger("docs").map(|breach| breach.place), Some("docs".to_owned()));
    assert_eq!(stranger("nexa-core"), None);
    assert_eq!(stranger("shop.db-wal"), None);
}
