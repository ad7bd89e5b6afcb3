//! One binary for everything that needs the whole product: house rules, journeys, simulation, drills, real servers.

mod architecture;
#[cfg(test)]
mod drill;
mod journeys;
mod live;
#[cfg(test)]
mod process;
#[cfg(test)]
mod simulation;
mod world;
