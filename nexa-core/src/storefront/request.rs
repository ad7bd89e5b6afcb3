//! From the customer's contract to the engine's wishes. No rule lives here.

use super::{
    model::{CheckoutRequest, Purpose, QuoteRequest},
    view,
};
use crate::{
    domain::{gift, pack::PackKind, refusal::Refusal},
    engine::{
        cases::{Method, Question, Wish},
        id,
    },
    error::Result,
};

/// `wallet` or a gateway's id.
pub(super) fn method(text: &str) -> Result<Method> {
    if text == "wallet" { Ok(Method::Wallet) } else { Ok(Method::Gateway(id(text)?)) }
}

/// What a price is asked for.
pub(super) fn question(request: QuoteRequest) -> Result<Question> {
    let QuoteRequest { plan_id, method: by, use_wallet, subscription_id, coupon } = request;
    Ok(Question {
        method: by.as_deref().map_or(Ok(Method::Wallet), method)?,
        plan: id(&plan_id)?,
        renewal_of: subscription_id.as_deref().map(id).transpose()?,
        coupon,
        use_wallet,
    })
}

/// What an order is for.
pub(super) fn wish(request: &CheckoutRequest) -> Result<Wish> {
    let plan = || request.plan_id.as_deref().ok_or(Refusal::bad_input("plan_id", "is needed"));
    let held =
        || request.subscription_id.as_deref().ok_or(Refusal::bad_input("subscription_id", "is needed"));
    let pack = |what| {
        let pack = request.pack_id.as_deref().ok_or(Refusal::bad_input("pack_id", "is needed"))?;
        Ok(Wish::Pack { pack: id(pack)?, what, subscription: id(held()?)? })
    };
    let note = gift::note(request.note.as_deref().unwrap_or_default())?;
    if request.gift && request.purpose != Purpose::New {
        return Err(Refusal::bad_input("gift", "only with the purpose new").into());
    }
    if note.is_some() && !request.gift {
        return Err(Refusal::bad_input("note", "only with a gift").into());
    }
    match request.purpose {
        Purpose::New if request.gift => Ok(Wish::Gift { plan: id(plan()?)?, note }),
        Purpose::New => Ok(Wish::New { plan: id(plan()?)?, region: request.region.clone() }),
        Purpose::Renewal => Ok(Wish::Renewal { plan: id(plan()?)?, subscription: id(held()?)? }),
        Purpose::Change => Ok(Wish::Change { plan: id(plan()?)?, subscription: id(held()?)? }),
        Purpose::TrafficPack => pack(PackKind::Traffic),
        Purpose::DevicePack => pack(PackKind::Devices),
        Purpose::TopUp => {
            let amount = request.amount.as_ref().ok_or(Refusal::bad_input("amount", "is needed"))?;
            Ok(Wish::TopUp { amount: view::amount(amount)? })
        }
        Purpose::Adopted => Err(Refusal::bad_input("purpose", "see adoptSubscription").into()),
        Purpose::Other => Err(Refusal::bad_input("purpose", "one of those that are documented").into()),
        Purpose::Gift => Err(Refusal::bad_input("purpose", "new, with gift").into()),
        Purpose::Trial => Err(Refusal::bad_input("purpose", "a trial has an operation of its own").into()),
        Purpose::Given => Err(Refusal::bad_input("purpose", "only the shop gives something away").into()),
    }
}
