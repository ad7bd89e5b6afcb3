//! Suites that every adapter must pass: one case for each sentence of a port's "Behaviour" block, and one or more for
//! each of its methods. Run them from the adapter's own tests.
#![expect(clippy::unwrap_used, reason = "a suite says no by panicking, like every test")]

pub mod storage;
