//! The simulation as a program of its own: see `Cargo.toml` beside this.

#[cfg(test)]
#[path = "mod.rs"]
mod simulation;
