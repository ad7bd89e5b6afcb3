//! .

mod architecture;
mod drill;
mod journeys;
mod live;
mod process;
mod world;
