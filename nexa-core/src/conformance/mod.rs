//! The suites that every adapter must pass: one case for each sentence of a port's "Behaviour" block, and one or more
//! for each of its methods. Run them from the adapter's own tests.

pub mod gateway;
pub mod panel;
pub mod storage;
