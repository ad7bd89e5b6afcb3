//! Which live tests run, and what happens when their server cannot be found.
//!
//! - `NEXA_REQUIRE=hiddify,litecoind` makes a missing server a failure; CI names them all.
//! - `NEXA_LIVE=hiddify` (or `all`) asks for the slow ones without requiring them: a panel takes a minute to start
//!   and minutes to install, so a plain `cargo test` leaves it alone.
//! - Everything else runs whenever its server is found.

use std::io::Write as _;

/// Why a server cannot be used.
#[derive(Debug)]
pub struct Missing {
    /// The server's name as in `NEXA_REQUIRE`.
    pub what: &'static str,
    /// What to do about it.
    pub why: String,
    /// It is here but does not work: never skipped.
    pub broken: bool,
}

impl Missing {
    /// A server that is not here.
    pub fn new(what: &'static str, why: impl Into<String>) -> Self {
        Self { what, why: why.into(), broken: false }
    }

    /// A server that is here and failed.
    pub fn broken(what: &'static str, why: impl Into<String>) -> Self {
        Self { what, why: why.into(), broken: true }
    }
}

/// The server, or none after telling loudly that the test is skipped.
///
/// Panics when the server is required, or here but broken.
#[track_caller]
pub fn found<T>(test: &str, server: Result<T, Missing>) -> Option<T> {
    match server {
        Ok(server) => Some(server),
        Err(missing) => {
            let Missing { what, why, broken } = missing;
            assert!(!broken, "{test}: {what} does not work: {why}");
            assert!(
                !named("NEXA_REQUIRE", what),
                "{test}: {what} is required (NEXA_REQUIRE) but not found: {why}"
            );
            tell(&format!("SKIPPED: {test}: {what} not found: {why}\n"));
            None
        }
    }
}

/// Whether somebody asked for the slow tests of this server.
pub fn asked(what: &str) -> bool {
    named("NEXA_REQUIRE", what) || named("NEXA_LIVE", what)
}

/// Writes past the test harness, which keeps what the print macros of a passing test write.
pub fn tell(line: &str) {
    let mut stderr = std::io::stderr().lock();
    drop(stderr.write_all(line.as_bytes()));
}

fn named(variable: &str, what: &str) -> bool {
    let list = std::env::var_os(variable).unwrap_or_default();
    lists(&list.to_string_lossy(), what)
}

fn lists(list: &str, what: &str) -> bool {
    list.split(',').map(str::trim).any(|name| name == what || name == "all")
}

#[test]
fn a_list_names_whole_words() {
    assert!(lists("hiddify, litecoind", "litecoind"));
    assert!(lists("all", "hiddify"));
    assert!(!lists("", "hiddify"));
    assert!(!lists("hiddify2", "hiddify"));
}

#[test]
#[should_panic(expected = "t: litecoind does not work: it burns")]
fn a_broken_server_is_a_failure() {
    let _none = found::<()>("t", Err(Missing::broken("litecoind", "it burns")));
}
