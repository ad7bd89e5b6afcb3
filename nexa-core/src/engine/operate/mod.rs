//! What the operator does, one file per thing that is run.

pub(super) mod actions;
mod broadcasts;
mod catalogue;
mod coupons;
mod gateways;
mod growth;
mod hand_outs;
mod keys;
mod packs;
mod reviews;
mod sales;
mod servers;
mod shop;
mod subscriptions;
mod users;

pub(crate) use broadcasts::*;
pub(crate) use catalogue::*;
pub(crate) use coupons::*;
pub(crate) use gateways::*;
pub(crate) use growth::*;
pub(crate) use hand_outs::*;
pub(crate) use keys::*;
pub(crate) use packs::*;
pub(crate) use reviews::*;
pub(crate) use sales::*;
pub(crate) use servers::*;
pub(crate) use shop::*;
pub(crate) use subscriptions::*;
pub(crate) use users::*;

pub(crate) use super::refund::begin_refund;
