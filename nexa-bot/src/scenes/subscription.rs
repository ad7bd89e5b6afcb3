//! The own subscriptions: how they stand, and what can be done with one.

use crate::{
    action::Action,
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    domain::measure::Traffic,
    ids::SubscriptionId,
    storefront::model::SubscriptionView,
    text::{self, Arg},
};
use sha2::{Digest, Sha256};

/// Squares of the bar that shows what is used.
const BAR: u64 = 10;
/// Days of use that are shown.
const DAYS_SHOWN: u32 = 7;

/// All of them.
pub async fn list(talk: Talk) -> Outcome {
    let all = talk.front().subscriptions().await?;
    let live: Vec<_> = all.into_iter().filter(|s| s.state != "revoked").collect();
    if let [only] = live.as_slice()
        && let Ok(id) = only.subscription_id.parse()
    {
        return one(talk, id).await;
    }
    let mut screen = Screen::titled(&talk.say("bot-services"));
    if live.is_empty() {
        screen = screen.line(&talk.say("bot-home-empty")).row([talk.key("bot-buy", Action::Plans)]);
    }
    for each in &live {
        if let Ok(id) = each.subscription_id.parse() {
            screen = screen.tap(&line(&talk, each), Action::Subscription(id));
        }
    }
    talk.show(screen.row([talk.key("bot-home", Action::Home)])).await
}

/// One of them.
pub async fn one(talk: Talk, subscription: SubscriptionId) -> Outcome {
    talk.remember(|memory| memory.awaits = None);
    let view = talk.front().subscription(&subscription.to_string()).await?;
    let regions = talk.front().regions(&subscription.to_string()).await?;
    let moves = regions.iter().any(|region| !region.here);
    let screen = told(&talk, &view);
    talk.show(keys(&talk, screen, subscription, &view, moves)).await
}

/// A subscription in a line: its light, name and what is left.
pub fn line(talk: &Talk, of: &SubscriptionView) -> String {
    let name = of.name.as_deref().unwrap_or(&of.plan_name);
    let left = if of.state == "active" {
        let days = text::days(talk.locale(), of.days_left);
        format!("{} · {days}", text::traffic(talk.locale(), Traffic::bytes(of.remaining_bytes)))
    } else {
        talk.say(&format!("subscription-{}", of.state))
    };
    format!("{} {name} · {left}", light(of))
}

/// Green runs, yellow runs out, red has stopped, white is not ready.
fn light(of: &SubscriptionView) -> &'static str {
    let low = of.remaining_bytes.saturating_mul(5) < of.limit_bytes || of.days_left <= 3;
    match of.state.as_str() {
        "active" if low => "🟡",
        "active" => "🟢",
        "pending" => "⚪️",
        _ => "🔴",
    }
}

fn told(talk: &Talk, of: &SubscriptionView) -> Screen {
    let name = of.name.as_deref().unwrap_or(&of.plan_name);
    let used = Arg::Traffic(Traffic::bytes(of.used_bytes));
    let limit = Arg::Traffic(Traffic::bytes(of.limit_bytes));
    let until = talk.date(&of.ends_at);
    let mut screen = Screen::titled(&format!("{} {name}", light(of)))
        .line(&talk.say(&format!("subscription-{}", of.state)))
        .gap()
        .line(&format!("{} {}", bar(of), talk.tell("used-of", &[("used", used), ("limit", limit)])));
    if of.in_grace {
        screen = screen.strong(&talk.say("link-grace"));
    }
    if of.state == "active" {
        let days = text::days(talk.locale(), of.days_left);
        let args = [("until", Arg::Text(&until)), ("days", Arg::Text(&days))];
        screen = screen.line(&talk.tell("bot-until", &args));
    }
    let devices = Arg::Number(i64::from(of.devices));
    screen = screen.line(&talk.tell("devices", &[("devices", devices)]));
    let servers: Vec<String> = of.servers.iter().map(|s| flagged(s.region.as_deref(), &s.name)).collect();
    if !servers.is_empty() {
        screen = screen.line(&servers.join(" · "));
    }
    if of.auto_renew { screen.line(&talk.say("bot-auto-renew-on")) } else { screen }
}

/// A place with its flag, if it is known.
pub fn flagged(region: Option<&str>, name: &str) -> String {
    match region.and_then(flag) {
        Some(flag) => format!("{flag} {name}"),
        None => name.to_owned(),
    }
}

/// The flag of a country: its two letters as regional indicators (Unicode, "Emoji flag sequences").
fn flag(region: &str) -> Option<String> {
    let indicator = |c: char| char::from_u32(0x1f1e6 + u32::from(c).checked_sub(u32::from('A'))?);
    let known = region.len() == 2 && region.bytes().all(|b| b.is_ascii_uppercase());
    known.then(|| region.chars().filter_map(indicator).collect())
}

/// What is used of the traffic, in ten squares.
fn bar(of: &SubscriptionView) -> String {
    let full = of.used_bytes.saturating_mul(BAR).checked_div(of.limit_bytes).unwrap_or(BAR).min(BAR);
    // What was used at all shows.
    let full = full.max(u64::from(of.used_bytes > 0));
    (0..BAR).map(|square| if square < full { '▰' } else { '▱' }).collect()
}

fn keys(talk: &Talk, screen: Screen, id: SubscriptionId, of: &SubscriptionView, moves: bool) -> Screen {
    let active = of.state == "active";
    let mut screen = screen;
    if active {
        screen = screen
            .row([talk.key("bot-connect", Action::Connect(id)), talk.key("bot-link", Action::Link(id))]);
    }
    if of.can_renew {
        screen = screen.row([talk.key("bot-renew", Action::Renew(id))]);
    }
    if active {
        let auto = if of.auto_renew { "bot-auto-renew-stop" } else { "bot-auto-renew-start" };
        screen = screen
            .row([talk.key("bot-packs", Action::Packs(id)), talk.key("bot-change", Action::Changes(id))])
            .row([talk.key(auto, Action::AutoRenew(id, !of.auto_renew))])
            .row([talk.key("bot-devices", Action::Devices(id)), talk.key("bot-usage", Action::Usage(id))])
            .row([
                talk.key("bot-rename", Action::Rename(id)),
                talk.key("bot-reset-link", Action::ResetLink(id)),
            ]);
    }
    if moves {
        screen = screen.row([talk.key("bot-move", Action::Moves(id))]);
    }
    let page = Key::app(&talk.say("bot-page"), &talk.page(&format!("/subscriptions/{id}")));
    screen.row(page).row([talk.key("bot-home", Action::Home)])
}

/// What was used on each of the last days.
pub async fn usage(talk: Talk, subscription: SubscriptionId) -> Outcome {
    let usage = talk.front().usage(&subscription.to_string(), DAYS_SHOWN).await?;
    let most = usage.days.iter().map(|day| day.bytes).max().unwrap_or(0).max(1);
    let mut screen = Screen::titled(&talk.say("bot-usage"));
    if usage.total_bytes == 0 {
        screen = screen.line(&talk.say("bot-usage-none"));
        return talk.show(screen.row([talk.key("bot-back", Action::Subscription(subscription))])).await;
    }
    for day in usage.days.iter().skip_while(|day| day.bytes == 0) {
        let full = day.bytes.saturating_mul(BAR) / most;
        let bar: String = (0..BAR).map(|square| if square < full { '▰' } else { '▱' }).collect();
        let date = talk.date(&format!("{}T12:00:00Z", day.date));
        let used = text::traffic(talk.locale(), Traffic::bytes(day.bytes));
        screen = screen.line(&format!("{bar} {date}: {used}"));
    }
    let total = Arg::Traffic(Traffic::bytes(usage.total_bytes));
    let screen = screen.gap().line(&talk.tell("bot-usage-total", &[("total", total)]));
    talk.show(screen.row([talk.key("bot-back", Action::Subscription(subscription))])).await
}

/// Switches the renewal from the wallet.
pub async fn auto_renew(talk: Talk, (subscription, on): (SubscriptionId, bool)) -> Outcome {
    talk.front().set_auto_renew(&subscription.to_string(), on).await?;
    if on {
        let screen = Screen::says(&talk.say("bot-auto-renew-on"))
            .line(&talk.say("purchase-auto-renew-rule"))
            .row([talk.key("bot-back", Action::Subscription(subscription))]);
        return talk.show(screen).await;
    }
    one(talk, subscription).await
}

/// What a new link means, before it is made.
pub async fn reset_link(talk: Talk, subscription: SubscriptionId) -> Outcome {
    let link = talk.front().subscription(&subscription.to_string()).await?.link;
    let screen = Screen::titled(&talk.say("reset-link"))
        .line(&talk.say("bot-reset-link-warning"))
        .row([talk.key("bot-reset-link-sure", Action::ResetLinkNow(subscription, mark(&link)))])
        .row([talk.key("bot-never", Action::Subscription(subscription))]);
    talk.show(screen).await
}

/// Makes it. A second tap shows the one that the first has made, else it would end that one at once.
pub async fn reset_link_now(talk: Talk, (subscription, old): (SubscriptionId, u32)) -> Outcome {
    let (front, id) = (talk.front(), subscription.to_string());
    if mark(&front.subscription(&id).await?.link) == old {
        front.reset_link(&id).await?;
    }
    super::connect::link(talk, subscription).await
}

/// Tells two links from each other, and is short enough for a button.
fn mark(link: &str) -> u32 {
    let digest: [u8; 32] = Sha256::digest(link.as_bytes()).into();
    digest.iter().take(4).fold(0, |mark, byte| mark << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_have_their_flags() {
        assert_eq!(flagged(Some("DE"), "Berlin"), "🇩🇪 Berlin");
        assert_eq!(flagged(Some("de"), "Berlin"), "Berlin");
        assert_eq!(flagged(None, "Berlin"), "Berlin");
    }
}
