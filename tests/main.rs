//! One binary for everything that needs the whole product: house rules, journeys, simulation, drills, real servers.

mod architecture;
mod journeys;
mod live;
mod simulation;
mod world;
