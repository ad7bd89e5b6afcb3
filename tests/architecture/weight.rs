//! What an embedder's program is made to build: asked of cargo, which resolves features as it will for them.

use super::tree::root;
use std::{collections::BTreeSet, process::Command};

/// The crates that a selection of features brings, not counting what only tests need.
fn brought(name: &str, features: &str) -> BTreeSet<String> {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let selection = ["--package", name, "--no-default-features", "--features", features];
    let shape = ["--edges", "normal", "--prefix", "none", "--format", "{lib}", "--locked", "--offline"];
    let mut tree = Command::new(cargo);
    let said = tree.arg("tree").args(selection).args(shape).current_dir(root()).output().expect("cargo");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let names = String::from_utf8(said.stdout).expect("names");
    names.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

/// Those of `heavy` that are brought.
fn heavy(name: &str, features: &str, heavy: &[&str]) -> Vec<String> {
    let all = brought(name, features);
    assert!(all.len() > 20, "{name} brings only {all:?}");
    heavy.iter().filter(|one| all.contains(**one)).map(|one| (*one).to_owned()).collect()
}

#[test]
fn the_bare_core_brings_no_database_and_no_runtime() {
    let unwanted = ["rusqlite", "sqlx", "tokio", "hyper", "reqwest", "poem", "webauthn_rs"];
    assert_eq!(heavy("nexa-core", "", &unwanted), Vec::<String>::new());
    assert_eq!(heavy("nexa-core", "testing", &unwanted), Vec::<String>::new());
    assert_eq!(heavy("nexa-core", "sqlite", &unwanted), ["rusqlite", "tokio"], "it can tell");
}

#[test]
fn one_gateway_brings_no_other_and_no_database() {
    let unwanted = ["bitcoin", "digest_auth", "reqwest", "rusqlite", "sha3"];
    assert_eq!(heavy("nexa-payments", "card", &unwanted), Vec::<String>::new());
    assert_eq!(heavy("nexa-payments", "zarinpal", &unwanted), ["reqwest"]);
}

#[test]
fn the_remote_customer_brings_no_server_and_no_database() {
    let unwanted = ["clap", "poem", "reqwest", "rusqlite", "teloxide"];
    assert_eq!(heavy("nexa-http", "client", &unwanted), ["reqwest"]);
}

#[test]
fn the_routes_bring_no_adapter_and_no_database() {
    let unwanted = ["clap", "lettre", "reqwest", "rusqlite", "russh", "shadowsocks", "teloxide"];
    assert_eq!(heavy("nexa-http", "server", &unwanted), Vec::<String>::new());
}
