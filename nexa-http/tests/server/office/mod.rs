//! The pages of those who run the shop, as a browser without script sees them.

mod affiliates;
mod analytics;
mod catalogue;
pub mod customers;
mod doors;
mod exports;
mod imports;
mod many;
mod money;
pub mod resale;
pub mod scene;
mod settings;
mod ways;
mod webhooks;
