//! The HTTP front as strangers meet it: over real sockets, with the engine on its memory storage behind it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop where it finds a fault"
)]

mod accounts;
mod adoption;
mod api;
mod bodies;
mod browser;
mod caches;
mod coupons;
mod document;
mod gifts;
mod headers;
mod help;
mod invites;
mod letters;
mod link;
mod link_ways;
mod matrix;
mod moves;
mod office;
mod pages;
mod passkeys;
mod program;
mod purchases;
mod pwa;
mod receipts;
mod remote;
mod shop;
mod tickets;
mod tls;
mod visits;
mod wire;
