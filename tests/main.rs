//! .

mod architecture;
mod live;
mod simulation;
