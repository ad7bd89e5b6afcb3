//! An order: how it is paid, then what became of it.

use crate::{
    action::{Action, Method},
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    domain::refusal::Refusal,
    error::Error,
    ids::OrderId,
    qr,
    storefront::model::{OrderView, PageRequest, PaymentView, Purpose},
    text::Arg,
};

/// Orders that are listed.
const MOST_ORDERS: u32 = 8;

/// The last ones.
pub async fn list(talk: Talk) -> Outcome {
    let page = PageRequest { cursor: None, limit: Some(MOST_ORDERS) };
    let orders = talk.front().orders(page).await?;
    let mut screen = Screen::titled(&talk.say("orders"));
    if orders.items.is_empty() {
        screen = screen.line(&talk.say("bot-no-orders"));
    }
    for each in &orders.items {
        if let Ok(id) = each.order_id.parse() {
            let state = talk.say(&format!("order-{}", each.state.replace('_', "-")));
            let label = format!("{} · {} · {state}", each.number, talk.money(&each.price));
            screen = screen.tap(&label, Action::Order(id));
        }
    }
    talk.show(screen.row([talk.key("bot-home", Action::Home)])).await
}

/// One of them.
pub async fn one(talk: Talk, order: OrderId) -> Outcome {
    let view = talk.front().order(&order.to_string()).await?;
    // The same picture once more would only fill the chat.
    let waits = view.payment.as_ref().is_some_and(|p| p.address.is_some() && p.state == "open");
    if waits && view.state == "awaiting_payment" && talk.is_beside() {
        return talk.toast(&talk.say("bot-not-seen-yet")).await;
    }
    let screen = screen(&talk, &view)?;
    talk.show(screen).await
}

/// Other ways to pay it.
pub async fn methods(talk: Talk, order: OrderId) -> Outcome {
    let front = talk.front();
    let view = front.order(&order.to_string()).await?;
    let mut shown = heading(&talk, &view);
    if view.missing.minor == 0 && view.purpose != Purpose::TopUp {
        shown = shown.row([talk.key("bot-pay-from-wallet", Action::Pay(order, Method::Wallet))]);
    }
    for method in front.methods().await?.iter().filter(|method| method.method != "wallet") {
        if let Ok(gateway) = method.method.parse() {
            shown = shown.tap(&method.name, Action::Pay(order, Method::Gateway(gateway)));
        }
    }
    talk.show(shown.row([talk.key("bot-back", Action::Order(order))])).await
}

/// Gives it up.
pub async fn cancel(talk: Talk, order: OrderId) -> Outcome {
    let view = talk.front().cancel_order(&order.to_string()).await?;
    talk.remember(|memory| (memory.awaits, memory.cart) = (None, None));
    let screen = screen(&talk, &view)?;
    talk.show(screen).await
}

/// The order's card.
pub fn screen(talk: &Talk, of: &OrderView) -> Result<Screen, Error> {
    let id: OrderId = of.order_id.parse().map_err(|_| Refusal::NotFound)?;
    if of.state == "awaiting_payment" {
        return Ok(match &of.payment {
            Some(payment) => payable(talk, of, payment, id)?,
            None => unpaid(talk, of, id),
        });
    }
    let mut screen = heading(talk, of);
    let subscription = of.subscription_id.as_ref().and_then(|id| id.parse().ok());
    match (of.state.as_str(), subscription) {
        ("paid", _) if of.purpose == Purpose::New => screen = screen.line(&talk.say("bot-being-set-up")),
        ("fulfilled", Some(subscription)) => {
            screen = screen
                .row([talk.key("bot-connect", Action::Connect(subscription))])
                .row([talk.key("bot-service", Action::Subscription(subscription))]);
        }
        // A gift's link is what was bought.
        ("fulfilled", None) if of.purpose == Purpose::Gift => {
            screen = screen.row([talk.key("bot-gifts", Action::Gifts)]);
        }
        _ => {}
    }
    if of.attention {
        screen = screen.line(&talk.say("bot-attention"));
    }
    Ok(screen.row([talk.key("bot-orders", Action::Orders), talk.key("bot-home", Action::Home)]))
}

fn heading(talk: &Talk, of: &OrderView) -> Screen {
    let number = talk.tell("bot-order", &[("number", Arg::Text(&of.number))]);
    let mut screen =
        Screen::titled(&number).line(&talk.say(&format!("order-{}", of.state.replace('_', "-"))));
    for line in &of.lines {
        let name = match line.kind.as_str() {
            "top_up" => talk.say("top-up"),
            "credit" => talk.say("bot-credit-line"),
            "coupon" => talk.tell("coupon-line", &[("code", Arg::Text(&line.name))]),
            _ => line.name.clone(),
        };
        screen = screen.line(&format!("{name}: {}", talk.money(&line.amount)));
    }
    if of.held.minor > 0 {
        let held = talk.money(&of.held);
        screen = screen.line(&talk.tell("order-held", &[("amount", Arg::Text(&held))]));
    }
    screen
}

/// One without a payment: its gateway failed, or it waits for money in the wallet.
fn unpaid(talk: &Talk, of: &OrderView, id: OrderId) -> Screen {
    let mut screen = heading(talk, of);
    if of.from_wallet {
        let missing = talk.money(&of.missing);
        screen = screen.line(&talk.tell("bot-kept", &[("amount", Arg::Text(&missing))]));
        screen = screen.row([talk.key("top-up", Action::TopUp)]);
    }
    ways(talk, screen, id)
}

fn payable(talk: &Talk, of: &OrderView, payment: &PaymentView, id: OrderId) -> Result<Screen, Error> {
    let state = format!("payment-{}", payment.state.replace('_', "-"));
    if !matches!(payment.state.as_str(), "created" | "open" | "underpaid") {
        return Ok(ways(talk, heading(talk, of).line(&talk.say(&state)), id));
    }
    let partly = (payment.state == "underpaid").then(|| talk.say(&state));
    let due = talk.money(&payment.missing);
    let exactly = talk.tell("pay-exactly", &[("amount", Arg::Text(&due))]);
    let until = payment.expires_at.parse().map(|at| nexa_core::text::datetime(talk.locale(), at));
    let until = talk.tell("pay-before", &[("until", Arg::Text(&until.unwrap_or_default()))]);
    if let Some(address) = &payment.address {
        let picture = payment.uri.as_deref().map(qr::png).transpose()?;
        let amount = decimal(payment);
        let screen = picture.map_or_else(Screen::default, |picture| Screen::default().picture(picture));
        let screen = screen
            .maybe(partly.as_deref())
            .strong(&exactly)
            .code(&amount)
            .line(&talk.say("bot-to-address"))
            .code(address);
        let copies = Key::copy(&talk.say("bot-copy-amount"), &amount);
        let copies = copies.into_iter().chain(Key::copy(&talk.say("bot-copy-address"), address));
        let (screen, copy_memo) = match &payment.memo {
            Some(memo) => {
                let screen = screen.line(&talk.say("bot-with-memo")).code(memo);
                (screen.strong(&talk.say("bot-memo-warning")), Key::copy(&talk.say("bot-copy-memo"), memo))
            }
            None => (screen, None),
        };
        let screen = screen.line(&until).line(&talk.say("bot-chain-hint"));
        return Ok(ways(talk, screen.row(copies).row(copy_memo), id));
    }
    if let Some(card) = &payment.card {
        let receipt = payment.payment_id.parse().ok().map(|payment| Action::SendReceipt(id, payment));
        let receipt = receipt.map(|action| talk.key("send-receipt", action));
        let screen = heading(talk, of).gap().maybe(partly.as_deref());
        if payment.receipt.as_deref() == Some("waiting") {
            return Ok(ways(talk, screen.strong(&talk.say("bot-receipt-waits")).row(receipt), id));
        }
        let rejected = payment.receipt.as_deref() == Some("rejected");
        let rejected = rejected.then(|| talk.say("bot-receipt-not-taken"));
        let screen = screen
            .maybe(rejected.as_deref())
            .strong(&exactly)
            .line(&talk.say("bot-to-card"))
            .code(&card.number)
            .line(&format!("{} · {}", card.holder, card.bank))
            .line(&until);
        let copies = Key::copy(&talk.say("bot-copy-card"), &card.number);
        let copies = copies.into_iter().chain(Key::copy(&talk.say("bot-copy-amount"), &decimal(payment)));
        return Ok(ways(talk, screen.row(copies).row(receipt), id));
    }
    let screen = heading(talk, of).gap().maybe(partly.as_deref()).strong(&exactly).line(&until);
    let page = payment.redirect_url.as_deref().and_then(|page| Key::open(&talk.say("pay"), page));
    let stars = payment.telegram_url.as_deref().and_then(|link| Key::open(&talk.say("bot-pay-stars"), link));
    Ok(ways(talk, screen.row(page).row(stars), id))
}

/// What is still to be paid, as it is typed into an app.
fn decimal(payment: &PaymentView) -> String {
    if payment.missing == payment.due {
        return payment.due_text.clone();
    }
    crate::talk::money(&payment.missing).map_or_else(String::new, nexa_core::domain::money::Money::decimal)
}

fn ways(talk: &Talk, screen: Screen, id: OrderId) -> Screen {
    screen
        .row([talk.key("bot-check", Action::Order(id)), talk.key("bot-other-way", Action::Methods(id))])
        .row([talk.key("bot-cancel-order", Action::CancelOrder(id)), talk.key("bot-home", Action::Home)])
}
