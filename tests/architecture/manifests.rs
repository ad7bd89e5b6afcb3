//! The arrows once more, where cargo reads them.

use super::tree::{Breach, File, below, enforce};

/// One entry of a dependency list.
#[derive(Debug, PartialEq, Eq)]
struct Dependency {
    line: usize,
    name: String,
    section: String,
    optional: bool,
}

/// The crate's folder, from the path of its manifest.
fn crate_of(file: &File) -> &str {
    file.path.trim_end_matches("Cargo.toml").trim_end_matches('/')
}

fn manifests() -> Vec<&'static File> {
    below("", |file| file.path.ends_with("/Cargo.toml") && !stands_alone(file))
}

/// The fuzz targets are a workspace of their own, which another compiler builds: they cannot take what ours declares.
fn stands_alone(file: &File) -> bool {
    file.path == "tests/fuzz/Cargo.toml"
}

/// `[dependencies]`, `[dev-dependencies]`, `[target.….dependencies]`, `[dependencies.name]`.
fn dependencies(file: &File) -> Vec<Dependency> {
    let mut section = String::new();
    let mut out = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let line = line.trim();
        let mut push = |name: &str, section: &str| {
            let optional = line.contains("optional = true");
            let name = name.trim_matches(['"', ' ']).to_owned();
            out.push(Dependency { line: index + 1, name, section: section.to_owned(), optional });
        };
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            header.clone_into(&mut section);
            if let Some((list, name)) = header.rsplit_once("dependencies.") {
                push(name, &format!("{list}dependencies"));
                section.clear();
            }
        } else if section.ends_with("dependencies")
            && !line.starts_with('#')
            && let Some((key, _)) = line.split_once('=')
        {
            push(key.split('.').next().unwrap_or(key), &section);
        }
    }
    out
}

/// Which crates of this project a crate's shipped code may depend on.
fn allowed(folder: &str) -> Option<&'static [&'static str]> {
    match folder {
        "nexa-core" => Some(&[]),
        "nexa-hiddify" | "nexa-marzban" => Some(&["nexa-core", "nexa-panel-http"]),
        "nexa-backup" | "nexa-mail" | "nexa-panel-http" | "nexa-payments" | "nexa-push"
        | "nexa-shadowsocks" | "nexa-valkey" | "nexa-webhook" | "nexa-bot" => Some(&["nexa-core"]),
        "nexa-http" => Some(&[
            "nexa-backup",
            "nexa-core",
            "nexa-hiddify",
            "nexa-mail",
            "nexa-marzban",
            "nexa-payments",
            "nexa-push",
            "nexa-shadowsocks",
            "nexa-valkey",
            "nexa-webhook",
            "nexa-bot",
        ]),
        "nexa-ffi" => Some(&["nexa-core", "nexa-http"]),
        _ => None,
    }
}

fn turned_arrows(file: &File) -> Vec<Breach> {
    let folder = crate_of(file);
    let Some(allowed) = allowed(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in dependencies(file) {
        let mut breach = |what: &str| {
            found.push(Breach::new(&file.path, entry.line, format!("{what} `{}`", entry.name)));
        };
        let ours = entry.name.starts_with("nexa-");
        let for_tests = entry.section.ends_with("dev-dependencies");
        // A crate may name itself for its tests, to switch its own feature `testing` on.
        if ours && !allowed.contains(&entry.name.as_str()) && !(for_tests && entry.name == folder) {
            breach("depends on");
        }
        if folder == "nexa-http" && ours && entry.name != "nexa-core" && !entry.optional && !for_tests {
            breach("always pulls in");
        }
        if forbidden_outside(folder, &entry) {
            breach("depends on");
        }
    }
    found
}

/// Frameworks stay where they belong, whoever names them.
fn forbidden_outside(folder: &str, entry: &Dependency) -> bool {
    match entry.name.as_str() {
        "rusqlite" | "sqlx" => folder != "nexa-core",
        "redis" => folder != "nexa-valkey",
        "uniffi" => folder != "nexa-ffi",
        "teloxide" => folder != "nexa-bot",
        "reqwest" | "poem" | "hyper" | "axum" | "tower-http" | "moka" | "governor" => folder == "nexa-core",
        "poem-openapi" => folder == "nexa-core" && !entry.optional,
        _ => false,
    }
}

#[test]
fn dependency_lists_keep_the_arrows() {
    let found: Vec<_> = manifests().into_iter().flat_map(turned_arrows).collect();
    enforce(
        "the dependency lists follow the arrows: adapters and the bot know nexa-core only, nexa-http takes adapters \
         as optional parts of its binary, frameworks stay in their crate",
        "remove the dependency and go through a port of nexa-core",
        &found,
    );
}

fn without_lints(file: &File) -> Option<Breach> {
    let mut lines =
        file.text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.find(|line| *line == "[lints]");
    (lines.next() != Some("workspace = true"))
        .then(|| Breach::new(&file.path, 1, "does not take the workspace's lints"))
}

#[test]
fn every_crate_takes_the_lints() {
    let found: Vec<_> = manifests().into_iter().filter_map(without_lints).collect();
    enforce("every crate is linted alike", "add [lints] with workspace = true to its Cargo.toml", &found);
}

fn own_versions(file: &File) -> Vec<Breach> {
    let versioned = |entry: &Dependency| {
        let line = file.text.lines().nth(entry.line - 1).unwrap_or_default();
        let itself = entry.name == crate_of(file);
        !line.contains("workspace = true") && !itself
    };
    let own = dependencies(file).into_iter().filter(versioned);
    own.map(|entry| Breach::new(&file.path, entry.line, format!("declares `{}` itself", entry.name)))
        .collect()
}

#[test]
fn outside_crates_are_declared_once() {
    let found: Vec<_> = manifests().into_iter().flat_map(own_versions).collect();
    enforce(
        "every outside crate is declared once, in the workspace, so that each selection of packages builds alike",
        "declare it under [workspace.dependencies] and write name.workspace = true",
        &found,
    );
}

#[test]
fn every_crate_was_examined() {
    assert!(manifests().len() >= 6, "only {} manifests found", manifests().len());
    let core = manifests().into_iter().find(|file| crate_of(file) == "nexa-core");
    assert!(core.is_some_and(|file| {
        dependencies(file).iter().any(|entry| entry.name == "rusqlite" && entry.optional)
    }));
}

#[test]
fn turned_arrows_are_found() {
    let count = |path: &str, text: &str| turned_arrows(&File::new(path, text)).len();
    assert_eq!(count("nexa-core/Cargo.toml", "[dependencies]\nnexa-http.workspace = true"), 1);
    assert_eq!(count("nexa-core/Cargo.toml", "[dev-dependencies]\nnexa-hiddify = { path = \"x\" }"), 1);
    assert_eq!(count("nexa-core/Cargo.toml", "[dependencies.reqwest]\nworkspace = true"), 1);
    assert_eq!(count("nexa-core/Cargo.toml", "[target.'cfg(unix)'.dependencies]\npoem.workspace = true"), 1);
    assert_eq!(count("nexa-core/Cargo.toml", "[dependencies]\npoem-openapi.workspace = true"), 1);
    assert_eq!(count("nexa-hiddify/Cargo.toml", "[dependencies]\nnexa-payments.workspace = true"), 1);
    assert_eq!(count("nexa-payments/Cargo.toml", "[dependencies]\nsqlx.workspace = true"), 1);
    assert_eq!(count("nexa-http/Cargo.toml", "[dependencies]\nnexa-hiddify.workspace = true"), 1);
    let good =
        "[dependencies]\nnexa-core.workspace = true\n[dev-dependencies]\nnexa-hiddify = { path = \".\" }";
    assert_eq!(count("nexa-hiddify/Cargo.toml", good), 0);
    let optional = "[dependencies]\nnexa-hiddify = { workspace = true, optional = true }";
    assert_eq!(count("nexa-http/Cargo.toml", optional), 0);
}

#[test]
fn missing_lints_and_own_versions_are_found() {
    assert!(without_lints(&File::new("a/Cargo.toml", "[package]\nname = \"a\"")).is_some());
    assert!(without_lints(&File::new("a/Cargo.toml", "[lints]\nworkspace = false")).is_some());
    assert!(without_lints(&File::new("a/Cargo.toml", "[lints]\nworkspace = true")).is_none());
    let own =
        "[dependencies]\nserde = \"1\"\nurl.workspace = true\nuuid = { workspace = true, features = [] }";
    assert_eq!(
        own_versions(&File::new("a/Cargo.toml", own)),
        [Breach::new("a/Cargo.toml", 2, "declares `serde` itself")]
    );
}
