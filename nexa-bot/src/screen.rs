//! One message as a customer sees it: lines, a picture, buttons. Made by scenes, sent by [`crate::post`].

use crate::{action::Action, keyboard::Key};
use std::fmt::Write;

/// The most letters of a message, and of a text under a picture (core.telegram.org/bots/api#sendmessage, #sendphoto).
pub const MOST_LETTERS: usize = 4096;
/// The same under a picture.
pub const MOST_UNDER_PICTURE: usize = 1024;

/// A message.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Screen {
    html: String,
    letters: usize,
    keys: Vec<Vec<Key>>,
    picture: Option<Vec<u8>>,
}

impl Screen {
    /// A message that begins with this line, in bold.
    pub fn titled(title: &str) -> Self {
        Self::default().marked("b", title)
    }

    /// A message of one line.
    pub fn says(line: &str) -> Self {
        Self::default().line(line)
    }

    /// One more line.
    #[must_use]
    pub fn line(self, text: &str) -> Self {
        self.marked("", text)
    }

    /// One more line, if there is one.
    #[must_use]
    pub fn maybe(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.line(text),
            None => self,
        }
    }

    /// One more line in bold.
    #[must_use]
    pub fn strong(self, text: &str) -> Self {
        self.marked("b", text)
    }

    /// One more line that a tap copies.
    #[must_use]
    pub fn code(self, text: &str) -> Self {
        self.marked("code", text)
    }

    /// An empty line.
    #[must_use]
    pub fn gap(mut self) -> Self {
        if !self.html.is_empty() {
            self.html.push('\n');
            self.letters += 1;
        }
        self
    }

    /// A row of buttons.
    #[must_use]
    pub fn row(mut self, keys: impl IntoIterator<Item = Key>) -> Self {
        let keys: Vec<Key> = keys.into_iter().collect();
        if !keys.is_empty() {
            self.keys.push(keys);
        }
        self
    }

    /// A row with one button.
    #[must_use]
    pub fn tap(self, label: &str, action: Action) -> Self {
        self.row([Key::tap(label, action)])
    }

    /// A picture, PNG or JPEG.
    #[must_use]
    pub fn picture(mut self, bytes: Vec<u8>) -> Self {
        self.picture = Some(bytes);
        self
    }

    /// What Telegram is given as HTML.
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The rows of buttons.
    pub fn keys(&self) -> &[Vec<Key>] {
        &self.keys
    }

    /// Its picture.
    pub fn pictured(&self) -> Option<&[u8]> {
        self.picture.as_deref()
    }

    /// A line that does not fit any more is left out: a message that is cut is better than none.
    fn marked(mut self, tag: &str, text: &str) -> Self {
        let most = if self.picture.is_some() { MOST_UNDER_PICTURE } else { MOST_LETTERS };
        // Telegram counts UTF-16.
        let letters = text.encode_utf16().count() + 1;
        if self.letters + letters > most {
            return self;
        }
        self.letters += letters;
        if !self.html.is_empty() {
            self.html.push('\n');
        }
        let text = escaped(text);
        // Writing to a string cannot fail.
        let _written = match tag {
            "" => write!(self.html, "{text}"),
            _ => write!(self.html, "<{tag}>{text}</{tag}>"),
        };
        self
    }
}

/// The text with what HTML takes for itself escaped (core.telegram.org/bots/api#html-style).
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_text_and_never_markup() {
        let screen = Screen::titled("<b>&").line("a</b><a href='x'>");
        assert_eq!(screen.html(), "<b>&lt;b&gt;&amp;</b>\na&lt;/b&gt;&lt;a href='x'&gt;");
    }

    #[test]
    fn a_message_is_never_longer_than_telegram_takes() {
        let screen = (0..200).fold(Screen::default(), |screen, _| screen.line(&"😀".repeat(20)));
        assert!(screen.html().encode_utf16().count() <= MOST_LETTERS);
        let under = Screen::default().picture(vec![1]).line(&"x".repeat(1000)).line(&"y".repeat(100));
        assert_eq!(under.html().len(), 1000);
    }
}
