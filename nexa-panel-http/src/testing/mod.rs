//! What fake panels share. For tests only.

mod faults;
mod listening;
pub mod misbehaving;

pub use faults::Faults;
pub use listening::Listening;
pub use misbehaving::Misbehaving;
