//! The wallet: what is in it, what it was for, and how money comes in.

use crate::{
    action::Action,
    dialogue::{Awaits, Wish},
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    domain::{
        money::{Currency, Money},
        refusal::Refusal,
    },
    storefront::model::{MoneyView, PageRequest},
    text::{self, Arg},
};

/// Lines of the history that are shown.
const MOST_LINES: u32 = 5;

/// What is in it.
pub async fn wallet(talk: Talk) -> Outcome {
    talk.remember(|memory| memory.awaits = None);
    let page = PageRequest { cursor: None, limit: Some(MOST_LINES) };
    let wallet = talk.front().wallet(page).await?;
    let mut screen = Screen::titled(&talk.say("wallet")).strong(&talk.money(&wallet.balance));
    if wallet.held.minor > 0 {
        let held = talk.money(&wallet.held);
        screen = screen.line(&talk.tell("wallet-held", &[("amount", Arg::Text(&held))]));
    }
    if !wallet.items.is_empty() {
        screen = screen.gap();
    }
    for item in &wallet.items {
        let reason = talk.say(&format!("page-entry-{}", item.reason));
        screen = screen.line(&format!("{} · {reason} · {}", talk.date(&item.at), talk.money(&item.amount)));
    }
    let screen = screen
        .row([talk.key("top-up", Action::TopUp), talk.key("bot-orders", Action::Orders)])
        .row([talk.key("bot-home", Action::Home)]);
    talk.show(screen).await
}

/// How much? A tap for round amounts, or typed.
pub async fn top_up(talk: Talk) -> Outcome {
    talk.remember(|memory| memory.awaits = Some(Awaits::TopUp));
    let currency = talk.bot().shop.currency;
    let mut screen = Screen::titled(&talk.say("top-up")).line(&talk.say("bot-top-up-ask"));
    for pair in round(currency).chunks(2) {
        screen = screen.row(pair.iter().map(|minor| {
            let label = text::money(talk.locale(), Money::new(*minor, currency));
            crate::keyboard::Key::tap(&label, Action::TopUpBy(*minor))
        }));
    }
    talk.show(screen.row([talk.key("bot-never", Action::Wallet)])).await
}

/// A round amount.
pub async fn top_up_by(talk: Talk, minor: i64) -> Outcome {
    put(talk, minor).await
}

/// An amount that was typed, in the digits of any of our languages.
pub async fn top_up_typed(talk: Talk, typed: String) -> Outcome {
    let currency = talk.bot().shop.currency;
    let amount = text::typed_money(talk.locale(), &typed, currency).filter(|amount| amount.is_positive());
    if let Some(amount) = amount {
        return put(talk, amount.minor).await;
    }
    let example = Money::new(round(currency)[0], currency);
    let word = talk.tell("bot-top-up-unread", &[("example", Arg::Money(example))]);
    talk.show(Screen::says(&word).row([talk.key("bot-never", Action::Wallet)])).await
}

async fn put(talk: Talk, minor: i64) -> Outcome {
    if minor <= 0 {
        return Err(Refusal::bad_input("amount", "more than nothing").into());
    }
    let amount = MoneyView { minor, currency: talk.bot().shop.currency.code().to_owned() };
    super::buy::confirm(talk, Wish::TopUp { amount }).await
}

/// Round amounts, in minor units.
fn round(currency: Currency) -> [i64; 4] {
    match currency {
        Currency::Irr => [1_000_000, 2_000_000, 5_000_000, 10_000_000],
        Currency::Rub => [30_000, 50_000, 100_000, 300_000],
        other => [5, 10, 20, 50].map(|whole: i64| whole.saturating_mul(other.scale())),
    }
}
