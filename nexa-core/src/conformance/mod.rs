//! Suites that every adapter of a port must pass, one function per sentence of the port's behaviour.

pub mod gateway;
