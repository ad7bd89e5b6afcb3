//! One update being answered: with whom, where, and what is remembered of it.

use crate::{
    action::Action,
    dialogue::Memory,
    input::Place,
    keyboard::Key,
    post::{Lost, Post, Replaced},
    screen::Screen,
};
use jiff::Timestamp;
use nexa_core::{
    backoffice::Backoffice,
    domain::{money::Money, refusal::Refusal, shop::Locale},
    engine::Nexa,
    error::Error,
    frontdesk::{BotView, Frontdesk, Visitor},
    storefront::{Storefront, model::MoneyView},
    text::{self, Arg},
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use teloxide::{Bot, types::ChatId};
use tokio::time::timeout;

/// The longest that the waiting mark on a button stays because its screen is not there yet.
const SOON: Duration = Duration::from_secs(2);

/// A bot that runs.
pub struct Running {
    /// What the shop decided on it.
    pub view: BotView,
    /// What it sends with.
    pub post: Post,
    /// What it listens with: Telegram holds these requests until there is something to tell.
    pub ears: Bot,
    /// Where our pages are, without a slash at the end.
    pub public_url: String,
}

/// An update being answered. Cheap to clone.
#[derive(Clone)]
pub struct Talk(Arc<Inner>);

struct Inner {
    nexa: Nexa,
    bot: Arc<Running>,
    visitor: Visitor,
    telegram_id: i64,
    chat: ChatId,
    place: Place,
    memory: Mutex<Memory>,
    /// The visitor may choose another one while being answered.
    locale: Mutex<Locale>,
    /// Whether the tap was answered; it can be once.
    answered: Mutex<bool>,
}

/// What a scene comes to.
pub type Outcome = Result<(), Error>;

impl Talk {
    /// Begins to answer.
    pub fn new(
        nexa: Nexa,
        bot: Arc<Running>,
        visitor: Visitor,
        telegram_id: i64,
        chat: ChatId,
        place: Place,
    ) -> Self {
        let memory = Mutex::new(Memory::read(visitor.memory.as_deref()));
        let (locale, answered) = (Mutex::new(visitor.locale), Mutex::new(false));
        Self(Arc::new(Inner { nexa, bot, visitor, telegram_id, chat, place, memory, locale, answered }))
    }

    /// Something that nobody asked for, in the recipient's name.
    pub fn unasked(nexa: Nexa, bot: Arc<Running>, visitor: Visitor, telegram_id: i64, chat: ChatId) -> Self {
        Self::new(nexa, bot, visitor, telegram_id, chat, Place::New)
    }

    /// What the customer may see and do.
    pub fn front(&self) -> Arc<dyn Storefront> {
        self.0.nexa.storefront(self.0.visitor.principal.clone())
    }

    /// What the operator may see and do.
    pub fn office(&self) -> Arc<dyn Backoffice> {
        self.0.nexa.backoffice(self.0.visitor.principal.clone())
    }

    /// The door.
    pub fn desk(&self) -> Arc<dyn Frontdesk> {
        self.0.nexa.frontdesk()
    }

    /// The bot.
    pub fn bot(&self) -> &BotView {
        &self.0.bot.view
    }

    /// What the bot sends with.
    pub fn post(&self) -> &Post {
        &self.0.bot.post
    }

    /// Who it is.
    pub fn visitor(&self) -> &Visitor {
        &self.0.visitor
    }

    /// The Telegram account.
    pub fn telegram_id(&self) -> i64 {
        self.0.telegram_id
    }

    /// Where it is.
    pub fn chat(&self) -> ChatId {
        self.0.chat
    }

    /// Whether this comes from a button of a message that cannot be changed into a text, such as a picture.
    pub fn is_beside(&self) -> bool {
        matches!(self.0.place, Place::Button { message: None, .. })
    }

    /// In which language.
    pub fn locale(&self) -> Locale {
        *self.0.locale.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Speaks another language from now on.
    pub fn speak(&self, locale: Locale) {
        *self.0.locale.lock().unwrap_or_else(PoisonError::into_inner) = locale;
    }

    /// A page of ours.
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.0.bot.public_url)
    }

    /// A sentence.
    pub fn say(&self, key: &str) -> String {
        text::get(self.locale(), key)
    }

    /// A sentence about something.
    pub fn tell(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        text::with(self.locale(), key, args)
    }

    /// An amount of money, as people read it.
    pub fn money(&self, amount: &MoneyView) -> String {
        money(amount).map_or_else(String::new, |amount| text::money(self.locale(), amount))
    }

    /// A day, as people read it.
    pub fn date(&self, moment: &str) -> String {
        moment.parse::<Timestamp>().map_or_else(|_| String::new(), |at| text::date(self.locale(), at))
    }

    /// A button with one of our words.
    pub fn key(&self, label: &str, action: Action) -> Key {
        Key::tap(&self.say(label), action)
    }

    /// What is remembered.
    pub fn memory(&self) -> Memory {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Remembers something else.
    pub fn remember<T>(&self, change: impl FnOnce(&mut Memory) -> T) -> T {
        change(&mut self.0.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows a screen: in place of the one whose button was pressed, else as a new message.
    pub async fn show(&self, screen: Screen) -> Outcome {
        // Before the message goes out: what its buttons mean must be there when one is pressed.
        self.keep().await?;
        let post = self.post();
        let sent = match &self.0.place {
            Place::New => post.send(self.chat(), &screen).await.map(drop),
            Place::Button { tap, message } => {
                let shown = async {
                    match message {
                        Some(message) => post.replace(self.chat(), *message, &screen).await,
                        None => post.send(self.chat(), &screen).await.map(|_| Replaced::Changed),
                    }
                };
                let mut shown = std::pin::pin!(shown);
                let soon = timeout(SOON, &mut shown).await.ok();
                if self.first_answer() {
                    // Else a tap that changes nothing looks as if it were lost.
                    let same = matches!(soon, Some(Ok(Replaced::Same)));
                    let word = same.then(|| self.say("bot-unchanged"));
                    post.answer(tap, word.as_deref(), false).await;
                }
                match soon {
                    Some(shown) => shown.map(drop),
                    None => shown.await.map(drop),
                }
            }
        };
        note(sent);
        Ok(())
    }

    /// Sends a message beside what is shown.
    pub async fn send(&self, screen: Screen) -> Outcome {
        self.keep().await?;
        note(self.post().send(self.chat(), &screen).await.map(drop));
        Ok(())
    }

    /// A word that passes, where it came from a button; else a message.
    pub async fn toast(&self, word: &str) -> Outcome {
        self.keep().await?;
        match &self.0.place {
            Place::Button { tap, .. } if self.first_answer() => {
                self.post().answer(tap, Some(word), false).await;
            }
            Place::Button { .. } => {}
            Place::New => note(self.post().send(self.chat(), &Screen::says(word)).await.map(drop)),
        }
        Ok(())
    }

    /// Says "no": over the screen where it came from a button, so that the screen stays; else as a message with a way on.
    pub async fn refuse(&self, refusal: &Refusal) -> Outcome {
        self.keep().await?;
        let word = text::refusal(self.locale(), refusal);
        self.object(&word).await;
        Ok(())
    }

    /// Says that something broke, without what.
    pub async fn apologise(&self) {
        self.object(&self.say("bot-broken")).await;
    }

    async fn object(&self, word: &str) {
        match &self.0.place {
            Place::Button { tap, .. } if self.first_answer() => {
                self.post().answer(tap, Some(word), true).await;
            }
            _ => {
                let screen = Screen::says(word).row([self.key("bot-home", Action::Home)]);
                note(self.post().send(self.chat(), &screen).await.map(drop));
            }
        }
    }

    fn first_answer(&self) -> bool {
        let mut answered = self.0.answered.lock().unwrap_or_else(PoisonError::into_inner);
        !std::mem::replace(&mut *answered, true)
    }

    /// Keeps what is remembered, if it changed.
    async fn keep(&self) -> Outcome {
        let memory = self.memory();
        if memory == Memory::read(self.0.visitor.memory.as_deref()) {
            return Ok(());
        }
        let (shop, user) = (self.bot().shop.id, self.0.visitor.user_id);
        self.desk().keep_memory(shop, user, &memory.write()).await
    }
}

/// An answer that was lost is no failure of what was done; the customer will ask again.
fn note(sent: Result<(), Lost>) {
    if let Err(lost) = sent {
        tracing::warn!(?lost, "an answer was lost");
    }
}

/// An amount as the core counts it; none for a currency that it does not know.
pub fn money(amount: &MoneyView) -> Option<Money> {
    Some(Money::new(amount.minor, amount.currency.parse().ok()?))
}
