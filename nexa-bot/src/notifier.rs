//! What the shop tells of its own accord: notices as messages with buttons. A subscription that is ready comes with its
//! link and code, so that nobody has to ask for them.

use crate::{
    action::{Action, Code},
    keyboard::Key,
    post::Lost,
    roster::Roster,
    scenes::connect,
    screen::Screen,
    talk::Talk,
};
use async_trait::async_trait;
use jiff::SignedDuration;
use nexa_core::{
    domain::{
        alert::{Alert, AlertSettings},
        broadcast::ButtonAction,
        notice::{self, Notice, NoticeRecord},
        shop::{Locale, Shop},
    },
    frontdesk::TelegramVisitor,
    ports::notifier::{Announcement, Delivery, Notifier, Recipient},
    text,
};
use teloxide::types::{ChatId, MessageId, ThreadId};

/// When a bot is asked again that does not run yet.
const NOT_YET: SignedDuration = SignedDuration::from_secs(10);

/// Tells customers in Telegram.
pub struct Telegram(pub(crate) Roster);

#[async_trait]
impl Notifier for Telegram {
    fn channel(&self) -> &'static str {
        "telegram"
    }

    async fn deliver(
        &self,
        shop: &Shop,
        to: Recipient<'_>,
        notice: &NoticeRecord,
        locale: Locale,
    ) -> Delivery {
        let Some(account) = to.telegram else { return Delivery::NoAddress };
        let Some((nexa, running)) = self.0.of(shop.id) else { return silent(shop) };
        let said = said(locale, &notice.notice);
        let chat = ChatId(account);
        let screen = match notice.notice {
            Notice::Ready { subscription } => {
                let visitor = TelegramVisitor { id: account, ..TelegramVisitor::default() };
                match nexa.frontdesk().greet(shop.id, visitor).await {
                    Ok(visitor) => {
                        let talk = Talk::unasked(nexa, running.clone(), visitor, account, chat);
                        // Without its link (the account wants its second factor first) it is ready all the same.
                        connect::ready(&talk, subscription).await.unwrap_or(said)
                    }
                    Err(_) => said,
                }
            }
            _ => said,
        };
        outcome(running.post.announce(chat, None, &screen).await)
    }

    async fn announce(&self, shop: &Shop, to: i64, announcement: &Announcement) -> Delivery {
        let Some((_, running)) = self.0.of(shop.id) else { return silent(shop) };
        let screen = announced(announcement);
        outcome(running.post.announce(ChatId(to), None, &screen).await)
    }

    async fn alert(&self, shop: &Shop, to: &AlertSettings, alert: &Alert, text: &str) -> Delivery {
        let Some((_, running)) = self.0.of(shop.id) else { return silent(shop) };
        let topic = to.topics.get(&alert.kind()).and_then(|id| i32::try_from(*id).ok());
        let thread = topic.map(|id| ThreadId(MessageId(id)));
        // In a group nothing can be pressed, so the way leads into the private chat.
        let office = format!("https://t.me/{}?start=office", running.view.username);
        let label = text::get(shop.locale, "bot-office");
        let screen = text.lines().fold(Screen::default(), Screen::line).row(Key::open(&label, &office));
        let chat = ChatId(to.chat_id);
        let mut sent = running.post.announce(chat, thread, &screen).await;
        if thread.is_some() && sent == Err(Lost::Refused) {
            // The thread may be gone; the chat is there.
            sent = running.post.announce(chat, None, &screen).await;
        }
        match sent {
            // Operators look for what they miss in the list of stuck jobs.
            Err(Lost::Refused | Lost::Blocked) => Delivery::Failed("the chat takes no messages".to_owned()),
            sent => outcome(sent),
        }
    }
}

/// What becomes of a message while the shop's bot does not run: it waits for a bot that is to answer, and only for that.
fn silent(shop: &Shop) -> Delivery {
    if shop.telegram.as_ref().is_some_and(|bot| bot.settings.answers) {
        return Delivery::Later(NOT_YET, "the shop's bot does not run yet".to_owned());
    }
    Delivery::NoAddress
}

/// A broadcast's message. Where there is nothing to press, it says how to hear no more of them all the same.
fn announced(of: &Announcement) -> Screen {
    let screen = of.text.lines().fold(Screen::default(), |screen, line| match line.trim() {
        "" => screen.gap(),
        line => screen.line(line),
    });
    let screen = of.buttons.iter().fold(screen, |screen, button| match &button.action {
        ButtonAction::Buy => screen.tap(&button.label, Action::Plans),
        ButtonAction::Renew => screen.tap(&button.label, Action::Subscriptions),
        ButtonAction::Open(url) => screen.row(Key::open(&button.label, url)),
        ButtonAction::Coupon(code) => match Code::of(code) {
            Some(code) => screen.tap(&button.label, Action::BuyWith(code)),
            None => screen.tap(&button.label, Action::Plans),
        },
    });
    screen.row([Key::tap(&text::get(of.locale, "bot-messages"), Action::Preferences)])
}

/// A notice as a message.
fn said(locale: Locale, notice: &Notice) -> Screen {
    let message = text::message(locale, notice);
    let screen = Screen::titled(&message.title).line(&message.text);
    message.actions.iter().fold(screen, |screen, (wish, label)| screen.tap(label, button(*wish)))
}

/// The button of what a reader may do.
fn button(wish: notice::Action) -> Action {
    use notice::Action as Wish;
    match wish {
        Wish::OpenSubscription { subscription } => Action::Subscription(subscription),
        Wish::Renew { subscription } => Action::Renew(subscription),
        Wish::BuyTraffic { subscription } => Action::Packs(subscription),
        Wish::TopUp => Action::TopUp,
        Wish::OpenOrder { order } => Action::Order(order),
        Wish::OpenWallet => Action::Wallet,
        Wish::OpenPlans => Action::Plans,
        Wish::OpenTicket { ticket } => Action::Ticket(ticket),
    }
}

fn outcome(sent: Result<(), Lost>) -> Delivery {
    match sent {
        Ok(()) => Delivery::Sent,
        Err(Lost::Blocked) => Delivery::Blocked,
        Err(Lost::Later(wait)) => {
            let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::from_mins(1));
            Delivery::Later(wait, "Telegram asks for a pause".to_owned())
        }
        Err(Lost::Unreachable) => Delivery::Failed("Telegram cannot be reached".to_owned()),
        Err(Lost::Refused) => {
            // Trying again would change nothing; the inbox shows it.
            tracing::error!("Telegram does not take a notice");
            Delivery::NoAddress
        }
    }
}
