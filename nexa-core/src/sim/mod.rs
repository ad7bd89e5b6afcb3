//! A simulated outside: every port as a fake that keeps state and fails on command.

pub mod gateway;
