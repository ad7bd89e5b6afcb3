//! Sends messages, and knows what Telegram's answers mean. Nothing of an error is written down but its kind: the
//! client's errors name addresses, and those hold the bot's token.

use crate::{keyboard::markup, pace::Pace, screen::Screen};
use futures::{FutureExt, future::BoxFuture};
use std::time::Duration;
use teloxide::{
    ApiError, Bot, RequestError,
    payloads::{AnswerCallbackQuerySetters, EditMessageTextSetters, SendMessageSetters, SendPhotoSetters},
    prelude::Requester,
    types::{CallbackQueryId, ChatId, InputFile, LinkPreviewOptions, MessageId, ParseMode, ThreadId},
};
use tokio::time::sleep;

/// How often a message is tried.
const TRIES: u32 = 3;
/// The longest that an answer to a customer waits because Telegram said so. What is asked to wait longer is given up: the
/// customer will have tapped again by then.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest that something which nobody asked for waits here for its turn; longer waits are the job queue's.
const TURN: Duration = Duration::from_secs(2);
/// The most letters of what a tap is answered with (core.telegram.org/bots/api#answercallbackquery).
pub const MOST_TOAST: usize = 200;

/// Why a message did not arrive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lost {
    /// The user does not want to hear from the bot, or is gone.
    Blocked,
    /// Telegram wants to hear nothing for so long.
    Later(Duration),
    /// Telegram could not be reached.
    Unreachable,
    /// Telegram does not take it, whenever it is sent.
    Refused,
}

/// What became of a message that was to take an older one's place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replaced {
    /// The customer sees something new.
    Changed,
    /// The older one showed the same already.
    Same,
}

/// What one bot sends with.
pub struct Post {
    bot: Bot,
    pace: Pace,
}

impl Post {
    /// A post of this bot.
    pub fn new(bot: Bot) -> Self {
        Self { bot, pace: Pace::default() }
    }

    /// The bot.
    pub fn bot(&self) -> &Bot {
        &self.bot
    }

    /// Sends something that nobody asked for, when it is its turn: into a chat, or a thread of it.
    pub async fn announce(
        &self,
        chat: ChatId,
        thread: Option<ThreadId>,
        screen: &Screen,
    ) -> Result<(), Lost> {
        while let Err(wait) = self.pace.take() {
            if wait > TURN {
                return Err(Lost::Later(wait));
            }
            sleep(wait).await;
        }
        match self.send_once(chat, thread, screen).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let lost = meaning(&error);
                if let Lost::Later(wait) = lost {
                    self.pace.silence(wait);
                }
                Err(lost)
            }
        }
    }

    /// Answers a customer with a new message.
    pub async fn send<'a>(&'a self, chat: ChatId, screen: &'a Screen) -> Result<MessageId, Lost> {
        self.patiently(move || self.send_once(chat, None, screen).boxed()).await
    }

    async fn send_once(
        &self,
        chat: ChatId,
        thread: Option<ThreadId>,
        screen: &Screen,
    ) -> Result<MessageId, RequestError> {
        let keys = markup(screen.keys());
        if let Some(picture) = screen.pictured() {
            let file = InputFile::memory(picture.to_vec()).file_name("picture.png");
            let request = self.bot.send_photo(chat, file).caption(screen.html()).parse_mode(ParseMode::Html);
            return Ok(request.reply_markup(keys).await?.id);
        }
        let request = self.bot.send_message(chat, screen.html()).parse_mode(ParseMode::Html);
        let request = match thread {
            Some(thread) => request.message_thread_id(thread),
            None => request,
        };
        Ok(request.link_preview_options(NO_PREVIEW).reply_markup(keys).await?.id)
    }

    /// Puts a message in place of an older one; a new message where that is not possible.
    pub async fn replace<'a>(
        &'a self,
        chat: ChatId,
        old: MessageId,
        screen: &'a Screen,
    ) -> Result<Replaced, Lost> {
        if screen.pictured().is_none()
            && let Some(replaced) = self.patiently(move || self.edit(chat, old, screen).boxed()).await?
        {
            return Ok(replaced);
        }
        self.send(chat, screen).await.map(|_| Replaced::Changed)
    }

    /// Makes the older message show this; none where it cannot be changed.
    async fn edit(
        &self,
        chat: ChatId,
        old: MessageId,
        screen: &Screen,
    ) -> Result<Option<Replaced>, RequestError> {
        let request = self.bot.edit_message_text(chat, old, screen.html()).parse_mode(ParseMode::Html);
        let request = request.link_preview_options(NO_PREVIEW).reply_markup(markup(screen.keys()));
        match request.await {
            Ok(_) => Ok(Some(Replaced::Changed)),
            Err(RequestError::Api(ApiError::MessageNotModified)) => Ok(Some(Replaced::Same)),
            Err(RequestError::Api(error)) if !is_gone(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Ends the waiting mark on a button, with a word or without.
    pub async fn answer(&self, tap: &CallbackQueryId, word: Option<&str>, alert: bool) {
        let request = self.bot.answer_callback_query(tap.clone()).show_alert(alert);
        let request = match word {
            Some(word) => request.text(cut(word)),
            None => request,
        };
        if let Err(error) = request.await {
            // Too late for this tap: what it did stands, and its screen is shown all the same.
            tracing::debug!(lost = ?meaning(&error), "a tap could not be answered");
        }
    }

    async fn patiently<'a, T>(
        &'a self,
        request: impl Fn() -> BoxFuture<'a, Result<T, RequestError>> + Send + Sync,
    ) -> Result<T, Lost> {
        let mut tries = 1;
        loop {
            let lost = match request().await {
                Ok(done) => return Ok(done),
                Err(error) => meaning(&error),
            };
            let wait = match lost {
                Lost::Later(wait) if wait <= PATIENCE => wait,
                Lost::Unreachable => Duration::from_millis(300) * tries,
                _ => return Err(lost),
            };
            if let Lost::Later(wait) = lost {
                self.pace.silence(wait);
            }
            if tries == TRIES {
                return Err(lost);
            }
            tries += 1;
            sleep(wait).await;
        }
    }
}

/// As much of a word as Telegram takes; it counts UTF-16.
fn cut(word: &str) -> String {
    let mut left = MOST_TOAST;
    let fits = |letter: &char| {
        let rest = left.checked_sub(letter.len_utf16());
        left = rest.unwrap_or(0);
        rest.is_some()
    };
    word.chars().take_while(fits).collect()
}

/// Links of ours are secrets: Telegram must not fetch them for a preview.
const NO_PREVIEW: LinkPreviewOptions = LinkPreviewOptions {
    is_disabled: true,
    url: None,
    prefer_small_media: false,
    prefer_large_media: false,
    show_above_text: false,
};

/// What an error means for who wants to send something.
fn meaning(error: &RequestError) -> Lost {
    match error {
        RequestError::RetryAfter(wait) => Lost::Later(wait.duration()),
        RequestError::Api(error) if is_gone(error) => Lost::Blocked,
        RequestError::Api(_) | RequestError::MigrateToChatId(_) => Lost::Refused,
        RequestError::Network(_) | RequestError::InvalidJson { .. } | RequestError::Io(_) => {
            Lost::Unreachable
        }
    }
}

/// Whether there is nobody to write to any more.
fn is_gone(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::BotBlocked
            | ApiError::UserDeactivated
            | ApiError::ChatNotFound
            | ApiError::CantInitiateConversation
    )
}
