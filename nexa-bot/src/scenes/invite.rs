//! Inviting others: the own link, and what it brought.

use crate::{
    action::Action,
    keyboard::Key,
    screen::Screen,
    talk::{Outcome, Talk},
};
use nexa_core::{
    storefront::model::ReferralTermsView,
    text::{self, Arg},
};

/// The own invitation.
pub async fn invite(talk: Talk) -> Outcome {
    let own = talk.front().invitation().await?;
    let link = own.bot_link.as_deref().unwrap_or(&own.web_link);
    let mut screen = Screen::titled(&talk.say("bot-invite"));
    if own.terms.on {
        screen = screen.line(&reward(&talk, &own.terms));
    }
    let earned = talk.money(&own.earned);
    let counts =
        [("invited", Arg::Number(i64::from(own.invited))), ("paying", Arg::Number(i64::from(own.paying)))];
    let text = talk.tell("bot-invite-text", &[("shop", Arg::Text(&talk.bot().shop.name))]);
    let mut screen = screen
        .gap()
        .line(&talk.say("bot-invite-link"))
        .code(link)
        .gap()
        .line(&talk.tell("bot-invite-count", &counts))
        .line(&talk.tell("bot-invite-earned", &[("amount", Arg::Text(&earned))]));
    if own.days_earned > 0 || own.days_pending > 0 {
        let [earned, pending] =
            [own.days_earned, own.days_pending].map(|days| text::days(talk.locale(), days));
        let days = [("earned", Arg::Text(&earned)), ("pending", Arg::Text(&pending))];
        screen = screen.line(&talk.tell("bot-invite-days", &days));
    }
    if own.pending.minor > 0 {
        let pending = talk.money(&own.pending);
        screen = screen.line(&talk.tell("bot-invite-pending", &[("amount", Arg::Text(&pending))]));
    }
    let withdraw = own
        .terms
        .withdrawal
        .as_ref()
        .map(|_| Key::app(&talk.say("bot-invite-withdraw"), &talk.page("/invite")));
    if withdraw.is_some() {
        let free = talk.money(&own.withdrawable);
        screen = screen.line(&talk.tell("bot-invite-withdrawable", &[("amount", Arg::Text(&free))]));
    }
    let screen = screen
        .row(share(&talk, link, &text))
        .row(Key::copy(&talk.say("copy"), link))
        .row(withdraw.flatten())
        .row([talk.key("bot-home", Action::Home)]);
    talk.show(screen).await
}

/// What the shop gives: a share in whole or broken percent, and what the invited get.
fn reward(talk: &Talk, terms: &ReferralTermsView) -> String {
    let reward = match terms.reward_days {
        Some(days) => {
            let days = text::days(talk.locale(), days);
            talk.tell("bot-invite-reward-days", &[("days", Arg::Text(&days))])
        }
        None => share_of(talk, terms),
    };
    match &terms.welcome {
        Some(welcome) => {
            let welcome = talk.money(welcome);
            format!("{reward} {}", talk.tell("bot-invite-welcome", &[("amount", Arg::Text(&welcome))]))
        }
        None => reward,
    }
}

fn share_of(talk: &Talk, terms: &ReferralTermsView) -> String {
    let percent = match (terms.reward_bp / 100, terms.reward_bp % 100) {
        (whole, 0) => whole.to_string(),
        (whole, rest) => format!("{whole}.{rest:02}").trim_end_matches('0').to_owned(),
    };
    let percent = text::digits(talk.locale(), &percent);
    let each = terms.orders.as_deref().is_some_and(|orders| orders != "first");
    let key = if each { "bot-invite-reward-each" } else { "bot-invite-reward" };
    talk.tell(key, &[("percent", Arg::Text(&percent))])
}

/// Telegram's own way to send a link to somebody (core.telegram.org/widgets/share).
pub fn share(talk: &Talk, link: &str, message: &str) -> Option<Key> {
    let mut url = url::Url::parse("https://t.me/share/url").ok()?;
    url.query_pairs_mut().append_pair("url", link).append_pair("text", &nexa_core::text::plain(message));
    Key::open(&talk.say("bot-invite-share"), url.as_str())
}
