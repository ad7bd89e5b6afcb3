//! Buttons under a message.

use crate::action::Action;
use teloxide::types::{
    CopyTextButton, InlineKeyboardButton, InlineKeyboardButtonKind, InlineKeyboardMarkup, WebAppInfo,
};
use url::Url;

/// The most letters of a text that a button copies (core.telegram.org/bots/api#copytextbutton).
const MOST_COPIED: usize = 256;

/// A button.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    label: String,
    does: Does,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Does {
    Tap(Action),
    Open(Url),
    App(Url),
    Copy(String),
}

impl Key {
    /// One that the bot answers.
    pub fn tap(label: &str, action: Action) -> Self {
        Self { label: label.to_owned(), does: Does::Tap(action) }
    }

    /// One that opens a web page; Telegram takes no other addresses. None for an address that is none.
    pub fn open(label: &str, address: &str) -> Option<Self> {
        let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "https" | "http" | "tg"))?;
        Some(Self { label: label.to_owned(), does: Does::Open(url) })
    }

    /// One that opens a page of ours inside Telegram, signed in. Telegram takes only https there.
    pub fn app(label: &str, address: &str) -> Option<Self> {
        let url = Url::parse(address).ok().filter(|url| url.scheme() == "https")?;
        Some(Self { label: label.to_owned(), does: Does::App(url) })
    }

    /// One that copies a text. None when the text is too long for that.
    pub fn copy(label: &str, text: &str) -> Option<Self> {
        let fits = (1..=MOST_COPIED).contains(&text.encode_utf16().count());
        fits.then(|| Self { label: label.to_owned(), does: Does::Copy(text.to_owned()) })
    }

    fn button(&self) -> InlineKeyboardButton {
        let kind = match &self.does {
            Does::Tap(action) => InlineKeyboardButtonKind::CallbackData(action.encode()),
            Does::Open(url) => InlineKeyboardButtonKind::Url(url.clone()),
            Does::App(url) => InlineKeyboardButtonKind::WebApp(WebAppInfo { url: url.clone() }),
            Does::Copy(text) => InlineKeyboardButtonKind::CopyText(CopyTextButton { text: text.clone() }),
        };
        InlineKeyboardButton::new(self.label.clone(), kind)
    }
}

/// As Telegram takes it.
pub fn markup(keys: &[Vec<Key>]) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new(keys.iter().map(|row| row.iter().map(Key::button).collect::<Vec<_>>()))
}
