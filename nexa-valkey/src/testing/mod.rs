//! Servers to test against: the real program, started here on loopback; a way to it that is slow; and one that only looks
//! like a server.
#![expect(clippy::missing_panics_doc, clippy::expect_used, reason = "a test stops where it finds a fault")]

mod server;
mod way;

pub use server::Server;
pub use way::{Saying, Task, Way, stranger};
