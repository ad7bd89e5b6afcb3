//! Drills on the real program: killed, started twice, misconfigured, and asked by people who mean harm.
//!
//! The test is the parent and holds the truth (panel, chain, what was answered); the program is its child.

mod backups;
pub mod bot;
mod customer;
mod drain;
mod fleet;
mod hostile;
mod kill;
mod second;
mod truth;
