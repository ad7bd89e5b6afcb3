//! The domain is synchronous and total; the layers around it name no runtime.

use super::source::{code, inside, paths, tokens};
use super::tree::{Breach, File, enforce, rust_below};

const IMPURE: &[&str] = &[
    "std::time::SystemTime",
    "std::time::Instant",
    "std::fs",
    "std::net",
    "std::env",
    "std::io",
    "std::process",
    "std::thread",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "Timestamp::now",
    "Zoned::now",
    "tracing",
    "log",
    "rand",
    "getrandom",
];

fn impurities(file: &File) -> Vec<Breach> {
    let bare = code(&file.text);
    let words = tokens(&bare).into_iter().filter(|token| matches!(token.name.as_str(), "async" | "await"));
    let named =
        paths(&bare).into_iter().filter(|path| IMPURE.iter().any(|banned| inside(&path.name, banned)));
    words
        .chain(named)
        .map(|found| Breach::new(&file.path, found.line, format!("says `{}`", found.name)))
        .collect()
}

#[test]
fn domain_is_pure() {
    let found: Vec<_> = rust_below("nexa-core/src/domain/").into_iter().flat_map(impurities).collect();
    enforce(
        "domain/ is synchronous and total: no await, clock, IO, randomness or logging",
        "take the instant, the bytes or the answer as an argument; waiting belongs into engine/",
        &found,
    );
}

fn runtimes(file: &File) -> Vec<Breach> {
    let banned = ["tokio", "async_std", "smol", "moka", "governor"];
    let named =
        paths(&file.shipped()).into_iter().filter(|path| banned.iter().any(|name| inside(&path.name, name)));
    named.map(|path| Breach::new(&file.path, path.line, format!("names `{}`", path.name))).collect()
}

#[test]
fn core_logic_names_no_runtime() {
    let folders = ["domain", "ports", "engine"];
    let files = folders.iter().flat_map(|folder| rust_below(&format!("nexa-core/src/{folder}/")));
    let found: Vec<_> = files.flat_map(runtimes).collect();
    enforce(
        "domain/, ports/ and engine/ name no runtime, cache or limiter crate",
        "use futures, async-lock or event-listener, or take a port; sql/ and binaries may name the runtime",
        &found,
    );
}

#[test]
fn impurity_is_found() {
    for text in [
        "async fn f() {}",
        "fn f() { g.await }",
        "use std::time::{Duration, Instant};",
        "fn f() { std::fs::read(p) }",
        "use std::{net::IpAddr, fmt};",
        "#[tracing::instrument]\nfn f() {}",
        "use rand::Rng;",
        "use jiff::Timestamp;\nfn f() { Timestamp::now() }",
        "fn f() { getrandom::fill(b) }",
    ] {
        assert_eq!(impurities(&File::new("x.rs", text)).len(), 1, "{text}");
    }
    let good = "//! No `async`, no std::fs.\nuse std::{fmt, time::Duration};\nlet awaiting = operand::x;";
    assert_eq!(impurities(&File::new("x.rs", good)), []);
}

#[test]
fn a_runtime_is_found() {
    for text in ["use tokio::sync::Mutex;", "fn f() { moka::sync::Cache::new(1) }", "use governor::Quota;"] {
        assert_eq!(runtimes(&File::new("nexa-core/src/engine/x.rs", text)).len(), 1, "{text}");
    }
    let good = "use futures::future;\n#[cfg(test)]\nmod tests {\n#[tokio::test]\nasync fn f() {} }";
    assert_eq!(runtimes(&File::new("nexa-core/src/engine/x.rs", good)), []);
}
