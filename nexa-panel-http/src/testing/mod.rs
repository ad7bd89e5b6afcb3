//! What fake panels share. For tests only.

mod faults;
mod listening;

pub use faults::Faults;
pub use listening::Listening;
