//! The pages of those who run the shop, as a browser without script sees them.

mod customers;
mod doors;
mod money;
mod scene;
