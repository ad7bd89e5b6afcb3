//! The `nexa` program.
fn main() {}
