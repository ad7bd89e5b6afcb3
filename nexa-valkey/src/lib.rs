//! What several processes of one installation count and keep together, on a Valkey or Redis server: behind the core's
//! ports `Limiter` and `Stash`.
//!
//! None of it is needed. Each answer has a deadline of 50 ms; when the server is away, slow or talks nonsense, both ports
//! say so at once, and whoever asks goes on alone until [`Valkey::run`] has it back. The server learns no name: what is
//! counted and kept stands there under keyed hashes, and all of it ends by itself.
//!
//! ```
//! use nexa_core::{secret::Keys, world::{OsEntropy, SystemClock, World}};
//! use nexa_valkey::Valkey;
//! use std::sync::Arc;
//!
//! let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
//! let keys = Keys::new(world.bytes());
//! // Processes with the same master key share. It goes into `Builder::limiter`, `Builder::stash` and the routes' `Config`.
//! let valkey = Valkey::new("redis://127.0.0.1:6379", &keys.seed("valkey"))?;
//! assert!(Valkey::new("http://127.0.0.1", &keys.seed("valkey")).is_err());
//! # drop(valkey);
//! # Ok::<(), nexa_core::domain::refusal::Refusal>(())
//! ```

mod limiter;
mod line;
mod names;
mod stash;
#[cfg(feature = "testing")]
pub mod testing;
mod valkey;

pub use valkey::Valkey;
