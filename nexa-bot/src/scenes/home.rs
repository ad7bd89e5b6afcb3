//! The home card: how things stand, and only the buttons that are of use now.

use crate::{
    action::Action,
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    error::Error,
    storefront::model::{OfferView, OrderView, PageRequest, SubscriptionView},
    text::Arg,
};

/// Subscriptions that the card names.
const MOST_LINES: usize = 3;

/// The card.
pub async fn home(talk: Talk) -> Outcome {
    talk.remember(|memory| memory.awaits = None);
    let screen = card(&talk).await?;
    talk.show(screen).await
}

async fn card(talk: &Talk) -> Result<Screen, Error> {
    let front = talk.front();
    let (me, subscriptions) = (front.me().await?, front.subscriptions().await?);
    let live: Vec<_> = subscriptions.into_iter().filter(|s| s.state != "revoked").collect();
    let waiting = waiting(talk).await?;
    let offer = if live.is_empty() { Some(front.offer().await?) } else { None };
    let mut screen = Screen::titled(&talk.bot().shop.name);
    if talk.bot().shop.test {
        screen = screen.line(&talk.say("status-test"));
    }
    screen = screen.gap();
    if live.is_empty() {
        screen = match front.own_text("welcome", Some(talk.locale().tag())).await? {
            Some(own) => own.lines.iter().fold(screen, |screen, line| screen.line(line)),
            None => screen.line(&talk.say("bot-home-empty")),
        };
    }
    for one in live.iter().take(MOST_LINES) {
        screen = screen.line(&super::subscription::line(talk, one));
    }
    if live.len() > MOST_LINES {
        let more = i64::try_from(live.len() - MOST_LINES).unwrap_or(i64::MAX);
        screen = screen.line(&talk.tell("bot-home-more", &[("count", Arg::Number(more))]));
    }
    if me.wallet.minor != 0 {
        let balance = talk.money(&me.wallet);
        screen = screen.gap().line(&talk.tell("bot-home-wallet", &[("amount", Arg::Text(&balance))]));
    }
    Ok(buttons(talk, screen, &live, waiting, offer))
}

/// The order that waits for its payment, if there is one.
async fn waiting(talk: &Talk) -> Result<Option<OrderView>, Error> {
    let page = PageRequest { cursor: None, limit: Some(5) };
    let orders = talk.front().orders(page).await?;
    Ok(orders.items.into_iter().find(|order| order.state == "awaiting_payment"))
}

fn buttons(
    talk: &Talk,
    screen: Screen,
    live: &[SubscriptionView],
    waiting: Option<OrderView>,
    offer: Option<OfferView>,
) -> Screen {
    let mut screen = screen;
    if let Some(order) = waiting.and_then(|order| order.order_id.parse().ok()) {
        screen = screen.row([talk.key("bot-finish-order", Action::Order(order))]);
    }
    if let Some(offer) = offer {
        screen = screen.row(offer.trial.map(|_| talk.key("bot-trial", Action::Trial)));
        screen = screen.row(offer.adopts.then(|| talk.key("bot-adopt", Action::Adopt)));
    }
    match live {
        [] => {}
        [only] => {
            if let Ok(id) = only.subscription_id.parse() {
                let connect = (only.state == "active").then(|| talk.key("bot-connect", Action::Connect(id)));
                screen = screen
                    .row(connect.into_iter().chain([talk.key("bot-service", Action::Subscription(id))]));
                if only.can_renew {
                    screen = screen.row([talk.key("bot-renew", Action::Renew(id))]);
                }
            }
        }
        _ => screen = screen.row([talk.key("bot-services", Action::Subscriptions)]),
    }
    let page = Key::app(&talk.say("bot-page"), &talk.page("/subscriptions"));
    let invite = [talk.key("bot-invite", Action::Invite), talk.key("bot-gifts", Action::Gifts)];
    let office = talk.visitor().operator.then(|| talk.key("bot-office", Action::Office));
    screen
        .row([talk.key("bot-buy", Action::Plans), talk.key("bot-wallet", Action::Wallet)])
        .row([talk.key("bot-help", Action::Help), talk.key("bot-settings", Action::Settings)])
        .row(invite)
        .row(page)
        .row(office)
}
