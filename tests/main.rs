//! Everything that is true of the whole and not of one crate: how the tree is built, what customers live through, and
//! adapters against the real thing.

mod architecture;
mod journeys;
mod live;
mod world;
