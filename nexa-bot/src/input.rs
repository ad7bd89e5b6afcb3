//! What somebody did, read from an update.

use crate::action::Action;
use teloxide::types::{
    CallbackQueryId, Chat, ChatId, FileId, MaybeInaccessibleMessage, Message, MessageId, PreCheckoutQuery,
    Update, UpdateKind, User,
};

/// Letters of a group's title that are shown.
const LONGEST_TITLE: usize = 64;

/// What somebody did.
#[derive(Clone, Debug)]
pub enum Input {
    /// Opened the bot, perhaps by a link with a payload.
    Start(Option<String>),
    /// Wrote a command, without its slash, in lower case.
    Command(String),
    /// Pressed a button.
    Tap(Action),
    /// Pressed a button that no longer means anything.
    Stale,
    /// Wrote something.
    Typed(String),
    /// Sent a picture.
    Pictured(Picture),
    /// Is about to pay with Stars; to be answered within ten seconds.
    PreCheckout(Box<PreCheckoutQuery>),
    /// Paid with Stars.
    Paid(Box<Message>),
    /// Changed a message that was answered already.
    Edited,
    /// Sent something that the bot has no use for.
    Other,
}

impl Input {
    /// What kind of thing it is, in a word, for metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Start(_) => "start",
            Self::Command(_) => "command",
            Self::Tap(_) => "tap",
            Self::Stale => "stale",
            Self::Typed(_) => "typed",
            Self::Pictured(_) => "picture",
            Self::PreCheckout(_) => "pre_checkout",
            Self::Paid(_) => "paid",
            Self::Edited => "edited",
            Self::Other => "other",
        }
    }
}

/// A picture that lies at Telegram.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What it is fetched by.
    pub file: FileId,
    /// Its size in bytes, as far as Telegram says.
    pub bytes: u32,
    /// What was written under it.
    pub caption: String,
}

/// Something that somebody did, by whom and where.
#[derive(Clone, Debug)]
pub struct Done {
    /// By whom, as Telegram names the account.
    pub by: User,
    /// In which chat; none for what happens in no chat.
    pub chat: Option<ChatId>,
    /// Whether that chat is private.
    pub private: bool,
    /// What that chat is called, and the thread of it that this happened in; of a group only.
    pub group: Option<Group>,
    /// What.
    pub input: Input,
    /// Where the answer goes.
    pub place: Place,
}

/// A group, as far as it matters.
#[derive(Clone, Debug)]
pub struct Group {
    /// What it is called.
    pub title: String,
    /// The thread, where the group has threads.
    pub thread: Option<i64>,
}

/// Where an answer goes.
#[derive(Clone, Debug)]
pub enum Place {
    /// Into a new message.
    New,
    /// Into the message whose button was pressed.
    Button {
        /// To be answered once.
        tap: CallbackQueryId,
        /// The message; none when it is too old to be changed.
        message: Option<MessageId>,
    },
}

impl Done {
    /// What an update says; none for what the bot did not ask to be told.
    pub fn read(update: Update) -> Option<Self> {
        match update.kind {
            UpdateKind::Message(message) => Self::of_message(message, false),
            UpdateKind::EditedMessage(message) => Self::of_message(message, true),
            UpdateKind::CallbackQuery(query) => {
                let action = query.data.as_deref().and_then(Action::decode);
                let message = query.message.as_ref();
                let chat = message.map(MaybeInaccessibleMessage::chat);
                Some(Self {
                    private: chat.is_none_or(Chat::is_private),
                    group: None,
                    chat: chat.map(|chat| chat.id),
                    input: action.map_or(Input::Stale, Input::Tap),
                    place: Place::Button {
                        tap: query.id,
                        message: message
                            .and_then(|m| m.regular_message())
                            .filter(|m| is_text(m))
                            .map(|m| m.id),
                    },
                    by: query.from,
                })
            }
            UpdateKind::PreCheckoutQuery(query) => Some(Self {
                by: query.from.clone(),
                chat: None,
                private: true,
                group: None,
                input: Input::PreCheckout(Box::new(query)),
                place: Place::New,
            }),
            _ => None,
        }
    }

    fn of_message(message: Message, edited: bool) -> Option<Self> {
        let by = message.from.clone()?;
        let (chat, private) = (message.chat.id, message.chat.is_private());
        let group = message.chat.title().map(|title| Group {
            title: title.chars().take(LONGEST_TITLE).collect(),
            thread: message.thread_id.filter(|_| message.is_topic_message).map(|thread| thread.0.0.into()),
        });
        let input = if edited { Input::Edited } else { Input::of(message) };
        Some(Self { by, chat: Some(chat), private, group, input, place: Place::New })
    }
}

impl Input {
    fn of(message: Message) -> Self {
        if message.successful_payment().is_some() {
            return Self::Paid(Box::new(message));
        }
        if let Some(sizes) = message.photo() {
            // The last one is the greatest (core.telegram.org/bots/api#photosize).
            return sizes.last().map_or(Self::Other, |size| {
                Self::Pictured(Picture {
                    file: size.file.id.clone(),
                    bytes: size.file.size,
                    caption: message.caption().unwrap_or_default().to_owned(),
                })
            });
        }
        if let Some(document) = message.document() {
            let picture = document.mime_type.as_ref().is_some_and(|mime| mime.type_() == "image");
            if !picture {
                return Self::Other;
            }
            return Self::Pictured(Picture {
                file: document.file.id.clone(),
                bytes: document.file.size,
                caption: message.caption().unwrap_or_default().to_owned(),
            });
        }
        match message.text() {
            Some(text) => Self::written(text),
            None => Self::Other,
        }
    }

    fn written(text: &str) -> Self {
        let Some(command) = text.strip_prefix('/') else { return Self::Typed(text.to_owned()) };
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        // In groups a command names its bot: `/start@shop_bot`.
        let name = name.split('@').next().unwrap_or(name).to_lowercase();
        if name == "start" {
            return Self::Start(payload(rest));
        }
        Self::Command(name)
    }
}

/// A deep link's payload: at most 64 of `A-Za-z0-9_-` (core.telegram.org/bots/features#deep-linking).
fn payload(text: &str) -> Option<String> {
    let text = text.trim();
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    (plain && (1..=64).contains(&text.len())).then(|| text.to_owned())
}

/// Only texts can be changed into other texts.
fn is_text(message: &Message) -> bool {
    message.text().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_as_people_write_them() {
        assert!(matches!(Input::written("/start"), Input::Start(None)));
        assert!(matches!(Input::written("/start g_ABC-1"), Input::Start(Some(p)) if p == "g_ABC-1"));
        assert!(matches!(Input::written("/start@shop_bot x"), Input::Start(Some(p)) if p == "x"));
        assert!(matches!(Input::written("/Help"), Input::Command(name) if name == "help"));
        assert!(matches!(Input::written("hello /start"), Input::Typed(_)));
    }

    #[test]
    fn a_payload_is_what_telegram_allows() {
        assert_eq!(payload(&"a".repeat(65)), None);
        assert_eq!(payload("a b"), None);
        assert_eq!(payload("<script>"), None);
    }
}
