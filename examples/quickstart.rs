//! Buys a plan in memory.
fn main() {}
