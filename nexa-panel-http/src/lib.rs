//! What the adapters of panels share that are spoken to over HTTP: which addresses may be called, calls with a bounded time
//! and answer, what an answer can mean, mending a user, and writes that go one at a time. It knows no panel.
//!
//! Nothing of an answer, an address or a key reaches a text: errors of the client carry addresses, so only their kind goes on.
//!
//! | feature | what it adds |
//! |---|---|
//! | `testing` | `testing`: what fake panels share: a server that can be stopped, faults that wait in a queue, and a suite of both |

pub mod address;
pub mod answer;
pub mod call;
mod guard;
pub mod mend;
#[cfg(feature = "testing")]
pub mod testing;
pub mod turns;
pub mod version;
