//! The suites that every adapter must pass: one test per sentence of a port's "Behaviour" block.

pub mod gateway;
pub mod panel;
