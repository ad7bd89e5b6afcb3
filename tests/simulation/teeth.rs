//! Planted bugs, each of which must be found.
