//! The customers' conversations, one file each.

pub mod adopt;
pub mod buy;
pub mod connect;
pub mod coupon;
pub mod devices;
pub mod gate;
pub mod gifts;
pub mod help;
pub mod home;
pub mod invite;
pub mod lost;
pub mod moves;
pub mod order;
pub mod pay;
pub mod preferences;
pub mod receipt;
pub mod rename;
pub mod settings;
pub mod stars;
pub mod start;
pub mod subscription;
pub mod tickets;
pub mod topics;
pub mod trial;
pub mod wallet;
