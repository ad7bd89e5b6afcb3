//! Every setting, command and path of ours that the examples name exists.

use super::examples;
use crate::process::binary;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all.sort();
    all
}

/// The texts of the examples, without those that others wrote a schema of.
fn texts() -> Vec<(String, String)> {
    let named = |path: PathBuf| {
        let name = path.strip_prefix(examples()).unwrap().display().to_string();
        (name, fs::read_to_string(&path).unwrap())
    };
    let all: Vec<_> = files(&examples()).into_iter().map(named).collect();
    assert!(all.len() > 15, "the examples are looked at");
    all
}

fn source(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    let all = if root.is_dir() { files(&root) } else { vec![root] };
    let rust = all.into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "rs"));
    rust.map(|file| fs::read_to_string(file).unwrap()).collect::<Vec<_>>().join("\n")
}

/// What stands between quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

/// The names of all settings: those in the lists of the program's configuration, and of the crates that have some.
fn settings() -> BTreeSet<String> {
    let places = [
        "nexa-http/src/bin/nexa",
        "nexa-shadowsocks/src",
        "nexa-mail/src",
        "nexa-backup/src",
        "nexa-payments/src/rates",
    ];
    let texts = places.map(source);
    let lists = texts.iter().flat_map(|text| text.split("const NAMES: ").skip(1));
    let all = lists.flat_map(|list| quoted(list.split("];").next().unwrap_or_default()));
    let all: BTreeSet<String> = all.map(str::to_owned).collect();
    assert!(
        ["trusted_proxies", "tls_certificate", "mail_host", "backup_to", "worker"]
            .map(|one| all.contains(one))
            == [true; 5],
        "{all:?}"
    );
    all
}

/// Words that begin with a prefix and go on with these characters.
fn words<'a>(text: &'a str, prefix: &'a str, fits: fn(char) -> bool) -> impl Iterator<Item = &'a str> {
    text.split(prefix).skip(1).map(move |rest| rest.split(|c| !fits(c)).next().unwrap_or_default())
}

#[test]
fn every_setting_that_is_named_exists() {
    let known = settings();
    // A secret may also be in a file.
    let exists = |name: &str| {
        known.contains(name) || name.strip_suffix("_file").is_some_and(|bare| known.contains(bare))
    };
    let mut wrong = BTreeSet::new();
    let mut count = 0;
    for (file, text) in texts() {
        let variables = words(&text, "NEXA_", |c| c.is_ascii_uppercase() || c == '_').map(str::to_lowercase);
        let is_toml = Path::new(&file).extension().is_some_and(|kind| kind == "toml");
        let lines = text.lines().filter_map(|line| line.split_once(" = ")).filter(|_| is_toml);
        let lines = lines.map(|(name, _)| name.trim_start_matches("# ").to_owned());
        for name in variables.chain(lines.filter(|name| !name.contains(' '))) {
            count += 1;
            if !exists(&name) {
                wrong.insert(format!("{file}: {name}"));
            }
        }
    }
    assert!(count > 40, "{count}");
    assert!(wrong.is_empty(), "no such settings: {wrong:#?}");
}

#[test]
fn every_command_that_is_named_exists() {
    let help = Command::new(binary::nexa()).arg("help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let known: BTreeSet<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(known.contains("serve") && known.contains("health"), "{help}");
    let mut named = BTreeSet::new();
    for (file, text) in texts() {
        let letters = |c: char| c.is_ascii_lowercase() || c == '-';
        let commands = ["ExecStart=/usr/local/bin/nexa ", "`nexa ", "    nexa ", "[CMD, nexa, "];
        let mut all: Vec<&str> =
            commands.into_iter().flat_map(|prefix| words(&text, prefix, letters)).collect();
        // What an image is started with: one word in brackets.
        let starts = words(&text, "args: [", letters).chain(words(&text, "\n    command: [", letters));
        all.extend(starts.filter(|word| !word.contains('-') && !word.is_empty()));
        // A table may have our name in a column.
        all.retain(|word| !word.is_empty());
        named.extend(all.into_iter().map(|word| (word.to_owned(), file.clone())));
    }
    let wrong: Vec<_> = named.iter().filter(|(word, _)| !known.contains(word.as_str())).collect();
    assert!(named.len() > 8 && wrong.is_empty(), "no such commands: {wrong:#?}\n{known:?}");
}

#[test]
fn every_path_of_ours_that_is_named_exists() {
    let routes: Vec<String> = source("nexa-http/src/paths.rs")
        .lines()
        .chain(source("nexa-http/src/paths").lines())
        .filter_map(|line| {
            line.trim().strip_prefix("pub const ")?.split_once(": &str = \"").map(|(_, rest)| rest)
        })
        .map(|rest| rest.trim_end_matches("\";").to_owned())
        .collect();
    assert!(routes.len() > 100);
    let own = source("nexa-http/src");
    let exists = |path: &str| {
        let beginning = path.trim_end_matches(['*', '/']);
        // The addresses of the admin listener are in the source, but are no pages.
        routes.iter().any(|route| route == path || (route.starts_with(beginning) && !beginning.is_empty()))
            || own.contains(&format!("{path}\""))
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || "/_.-*{}".contains(c);
    let mut wrong = BTreeSet::new();
    let mut count = 0;
    for (file, text) in texts() {
        let ways = [" path /", "GET /", "path: /", "health_uri /", "`/", "\tpath /", "@import path /"];
        for way in ways {
            for rest in words(&text, way, fits) {
                let path = format!("/{}", rest.trim_end_matches('.'));
                // Another program's, whose check the database's balancer asks; and a file.
                if path != "/primary" && !path.starts_with("/var/") {
                    count += 1;
                    if !exists(&path) {
                        wrong.insert(format!("{file}: {path}"));
                    }
                }
            }
        }
    }
    assert!(count > 15, "{count}");
    assert!(wrong.is_empty(), "no such paths: {wrong:#?}");
}
