//! What the operator does, one file per thing that is run.

mod catalogue;
mod gateways;
mod growth;
mod keys;
mod packs;
mod servers;
mod shop;
mod subscriptions;
mod users;

pub(crate) use catalogue::*;
pub(crate) use gateways::*;
pub(crate) use growth::*;
pub(crate) use keys::*;
pub(crate) use packs::*;
pub(crate) use servers::*;
pub(crate) use shop::*;
pub(crate) use subscriptions::*;
pub(crate) use users::*;

pub(crate) use super::refund::begin_refund;
