//! From the customer's contract to the engine's wishes. No rule lives here.

use super::{
    model::{CheckoutRequest, Purpose},
    view,
};
use crate::{
    domain::refusal::Refusal,
    engine::{
        cases::{Method, Wish},
        id,
    },
    error::Result,
};

/// `wallet` or a gateway's id.
pub(super) fn method(text: &str) -> Result<Method> {
    if text == "wallet" { Ok(Method::Wallet) } else { Ok(Method::Gateway(id(text)?)) }
}

/// What an order is for.
pub(super) fn wish(request: &CheckoutRequest) -> Result<Wish> {
    let plan = || request.plan_id.as_deref().ok_or(Refusal::bad_input("plan_id", "is needed"));
    match request.purpose {
        Purpose::New => Ok(Wish::New { plan: id(plan()?)?, region: request.region.clone() }),
        Purpose::Renewal => {
            let held = request.subscription_id.as_deref();
            let held = held.ok_or(Refusal::bad_input("subscription_id", "is needed"))?;
            Ok(Wish::Renewal { plan: id(plan()?)?, subscription: id(held)? })
        }
        Purpose::TopUp => {
            let amount = request.amount.as_ref().ok_or(Refusal::bad_input("amount", "is needed"))?;
            Ok(Wish::TopUp { amount: view::amount(amount)? })
        }
        Purpose::Trial => Err(Refusal::bad_input("purpose", "a trial has an operation of its own").into()),
    }
}
