//! Places an order, or opens another payment for one. Nothing here counts money: the core does.

use super::{buy, order};
use crate::{
    action::Method,
    talk::{Outcome, Talk},
};
use nexa_core::{domain::refusal::Refusal, error::Error, ids::OrderId, storefront::model::Purpose, text};

/// Buys what the cart holds. A second tap, and a tap on a screen of before, come to the order that is there already.
pub async fn checkout(talk: Talk, (number, method): (u32, Method)) -> Outcome {
    place(talk, number, method, false).await
}

/// Orders what the cart holds, to be paid as soon as the wallet holds enough.
pub async fn keep(talk: Talk, number: u32) -> Outcome {
    place(talk, number, Method::Wallet, true).await
}

async fn place(talk: Talk, number: u32, method: Method, keep: bool) -> Outcome {
    let Some(cart) = talk.memory().cart(number) else {
        talk.toast(&talk.say("bot-stale")).await?;
        return super::home::home(talk).await;
    };
    if let Some(placed) = cart.order {
        return again(talk, placed, method, keep).await;
    }
    let mut request = cart.wish.request(&method.name());
    request.use_wallet = with_wallet(request.purpose, method);
    request.keep = keep;
    // What was shown is what is charged.
    request.expected = cart.price;
    request.coupon.clone_from(&cart.coupon);
    let placed = match talk.front().checkout(request, Some(format!("bot-cart-{number}"))).await {
        // Placed in another way before what was remembered of it was lost.
        Err(Error::Refused(Refusal::KeyReused)) => return order::list(talk).await,
        Err(Error::Refused(changed @ Refusal::PriceChanged { .. })) => {
            talk.toast(&text::refusal(talk.locale(), &changed)).await?;
            return buy::confirm(talk, cart.wish).await;
        }
        placed => placed?,
    };
    let id = placed.order_id.parse().ok();
    talk.remember(|memory| {
        if cart.coupon.is_some() {
            memory.coupon = None;
        }
        if let Some(cart) = memory.cart.as_mut().filter(|cart| cart.number == number) {
            cart.order = id;
        }
    });
    let screen = order::screen(&talk, &placed)?;
    talk.show(screen).await
}

/// Pays an order that is there in this way.
pub async fn pay(talk: Talk, (order, method): (OrderId, Method)) -> Outcome {
    let front = talk.front();
    let purpose = front.order(&order.to_string()).await?.purpose;
    let view = front.pay(&order.to_string(), &method.name(), with_wallet(purpose, method)).await?;
    let screen = order::screen(&talk, &view)?;
    talk.show(screen).await
}

/// Whether the wallet pays its part beside a gateway. It cannot fill itself.
fn with_wallet(purpose: Purpose, method: Method) -> bool {
    matches!(method, Method::Gateway(_)) && purpose != Purpose::TopUp
}

/// The order is placed: in the same way it is shown again, in another way it is paid so.
async fn again(talk: Talk, placed: OrderId, method: Method, keep: bool) -> Outcome {
    let view = talk.front().order(&placed.to_string()).await?;
    let same = view.payment.as_ref().is_some_and(|payment| payment.method == method.name());
    if same || keep || view.state != "awaiting_payment" {
        let screen = order::screen(&talk, &view)?;
        return talk.show(screen).await;
    }
    pay(talk, (placed, method)).await
}
