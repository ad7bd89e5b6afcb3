//! A world to test in: in-memory adapters that keep state, tell the truth and misbehave when told to.

pub mod panel;
pub mod panel_kind;
