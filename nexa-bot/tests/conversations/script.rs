//! A conversation as it is written down: what the person did, then what the phone showed.

use crate::world::Shop;
use nexa_bot::testing::Phone;
use nexa_core::{domain::shop::Locale, text};
use std::{fmt::Write as _, fs, path::Path};

/// Somebody who talks to the bot.
pub struct Chat {
    pub phone: Phone,
    locale: Locale,
    script: String,
}

impl Chat {
    /// Somebody whose Telegram speaks the shop's language.
    pub fn new(shop: &Shop) -> Self {
        Self::speaking(shop, Some(shop.locale.tag()))
    }

    /// Somebody whose Telegram speaks this language.
    pub fn speaking(shop: &Shop, language: Option<&str>) -> Self {
        let phone = shop.telegram.person(shop.word("سارا", "Sara"), language);
        Self { phone, locale: shop.locale, script: String::new() }
    }

    /// `/start`, perhaps by a link.
    pub async fn starts(&mut self, shop: &Shop, payload: Option<&str>) {
        self.phone.start(payload);
        self.passes(shop, &format!("/start {}", payload.unwrap_or_default())).await;
    }

    /// Writes this.
    pub async fn says(&mut self, shop: &Shop, text: &str) {
        self.phone.says(text);
        let shown: String = text.chars().take(60).collect();
        self.passes(shop, &shown).await;
    }

    /// Presses the button with one of our words.
    pub async fn taps(&mut self, shop: &Shop, key: &str) {
        let label = text::get(self.locale, key);
        self.picks(shop, &label).await;
    }

    /// Presses the button that says this.
    pub async fn picks(&mut self, shop: &Shop, label: &str) {
        self.phone.taps(label);
        self.passes(shop, &format!("[{label}]")).await;
    }

    /// Sends a picture of a receipt.
    pub async fn sends_receipt(&mut self, shop: &Shop, picture: &str, caption: &str) {
        self.phone.sends_photo(&nexa_core::qr::png(picture).expect("a picture"), caption);
        self.passes(shop, &format!("[picture] {caption}")).await;
    }

    /// Something happened; the bot answers it.
    pub async fn passes(&mut self, shop: &Shop, what: &str) {
        shop.telegram.rests().await;
        let news = self.phone.news();
        write!(self.script, "> {}\n\n{}\n", what.trim(), news).expect("a text");
    }

    /// Something happened outside of the chat.
    pub fn notes(&mut self, what: &str) {
        write!(self.script, "({what})\n\n").expect("a text");
    }

    /// Something happened outside of the chat, and the bot may have told of it by itself.
    pub fn hears(&mut self, what: &str) -> bool {
        self.notes(what);
        let news = self.phone.news();
        if !news.is_empty() {
            writeln!(self.script, "{news}").expect("a text");
        }
        !news.is_empty()
    }

    /// Compares the conversation with the one that is kept; `NEXA_UPDATE_SNAPSHOTS=1` keeps it anew.
    pub async fn is_as_kept(&self, shop: &Shop, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(self.locale.tag());
        let file = folder.join(format!("{name}.txt"));
        if std::env::var("NEXA_UPDATE_SNAPSHOTS").is_ok_and(|on| on == "1") {
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(&file, &self.script).expect("a file");
        } else {
            let kept = fs::read_to_string(&file).unwrap_or_default();
            let differs = kept.lines().zip(self.script.lines()).position(|(kept, now)| kept != now);
            let line = differs.unwrap_or_else(|| kept.lines().count().min(self.script.lines().count()));
            assert!(kept == self.script, "{} differs in line {}:\n{}", file.display(), line + 1, self.script);
        }
        shop.is_in_order().await;
    }
}

/// Tells a story in Persian, in English and in Russian.
macro_rules! in_every_language {
    ($($story:ident),+ $(,)?) => {
        mod fa {
            $(#[tokio::test]
            async fn $story() {
                super::$story(nexa_core::domain::shop::Locale::Fa).await;
            })+
        }
        mod en {
            $(#[tokio::test]
            async fn $story() {
                super::$story(nexa_core::domain::shop::Locale::En).await;
            })+
        }
        mod ru {
            $(#[tokio::test]
            async fn $story() {
                super::$story(nexa_core::domain::shop::Locale::Ru).await;
            })+
        }
    };
}
pub(crate) use in_every_language;
