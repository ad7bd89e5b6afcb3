//! .

mod architecture;
mod journeys;
mod live;
mod world;
