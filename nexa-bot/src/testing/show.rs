//! A chat as people see it on their phone, as text.

use super::{
    keys::{Button, Does},
    state::{Media, Message},
};

impl Message {
    /// What is seen of it.
    #[must_use]
    pub(super) fn drawn(&self) -> String {
        let mut out = String::new();
        if let Some(media) = &self.media {
            out.push_str(match media {
                Media::Picture(_) => "[picture]\n",
                Media::Document(..) => "[document]\n",
                Media::Sticker => "[sticker]\n",
                Media::Voice => "[voice]\n",
                Media::Invoice(_) => "[invoice]\n",
                Media::Paid(_) => "[paid]\n",
            });
        }
        for line in self.text.marked.trim().lines() {
            out.push_str(&masked(line));
            out.push('\n');
        }
        for row in &self.rows {
            let row: Vec<String> = row.iter().map(key).collect();
            out.extend(["  ", &row.join(" "), "\n"]);
        }
        out
    }
}

fn key(button: &Button) -> String {
    let kind = match &button.does {
        Does::Call(_) => "",
        Does::Open(_) => " ↗",
        Does::App(_) => " ▣",
        Does::Copy(_) => " ⧉",
        Does::Pay => " ★",
    };
    format!("[{}{kind}]", masked(&button.label))
}

/// The text with what is another one each time left out: ids, links' tokens, addresses.
#[must_use]
pub(super) fn masked(text: &str) -> String {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut out = String::new();
    let mut word = String::new();
    for letter in text.chars().chain([' ']) {
        if part(letter) {
            word.push(letter);
            continue;
        }
        let secret = word.len() >= 16 && word.bytes().any(|b| b.is_ascii_digit());
        let secret = secret && word.bytes().any(|b| b.is_ascii_lowercase());
        out.push_str(if secret { "…" } else { &word });
        word.clear();
        out.push(letter);
    }
    out.pop();
    out
}
