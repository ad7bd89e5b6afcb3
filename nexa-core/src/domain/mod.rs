//! The rules of the trade, pure: no waiting, no clock, no randomness, no input or output, no logging.

pub mod event;
pub mod extras;
pub mod gateway;
pub mod grant;
pub mod job;
pub mod ledger;
pub mod link;
pub mod measure;
pub mod money;
pub mod notice;
pub mod order;
pub mod payment;
pub mod placement;
pub mod plan;
pub mod pricing;
pub mod rate;
pub mod receipt;
pub mod reconcile;
pub mod refusal;
pub mod schedule;
pub mod server;
pub mod shop;
pub mod subscription;
pub mod time;
pub mod usage;
pub mod user;
