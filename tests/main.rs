//! One binary for everything that needs the whole product: house rules, journeys, simulation, drills, real servers.

mod architecture;
mod drill;
mod journeys;
mod live;
mod process;
mod simulation;
mod world;
