//! Tests against the real programs: HiddifyPanel, litecoind, anvil, monerod and Chromium, started here on loopback and
//! stopped again.
//!
//! A test never uses a server that somebody else runs, but for a Marzban that is named to it; and a server that is not
//! found is told on the terminal: see `require`.

pub mod anvil;
pub mod hiddify;
pub mod litecoin;
pub mod monero;
pub mod node;
pub mod npm;
pub mod pebble;
pub mod require;

#[cfg(test)]
mod acme;
#[cfg(test)]
mod anvil_gateways;
#[cfg(test)]
mod chain;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod deploy;
#[cfg(test)]
mod developers;
#[cfg(test)]
mod ffi;
#[cfg(test)]
mod hiddify_suite;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod litecoin_gateway;
#[cfg(test)]
mod marzban;
#[cfg(test)]
mod monero_gateway;
#[cfg(test)]
mod monitoring;
#[cfg(test)]
mod panel;
#[cfg(test)]
mod typescript;
#[cfg(test)]
mod web;
