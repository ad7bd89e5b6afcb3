//! The customer's one link: formats, and the merging of what several panels give.
//!
//! What panels give is untrusted: a broken or hostile document costs its own server's entries and nothing else. Nothing
//! here logs, because every document holds the customer's credentials.

mod clash;
mod names;
pub mod rules;
pub mod settings;
mod singbox;
mod sip008;
mod uris;
pub mod wireguard;
mod xray;

#[cfg(test)]
mod tests;

pub use sip008::sip008;

pub use uris::escape;

use names::Names;
use serde::{Deserialize, Serialize};

/// A document that a panel can give for one identity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Share links, one a line.
    Uris,
    /// A sing-box configuration, JSON.
    SingBox,
    /// A Clash Meta (mihomo) configuration, YAML.
    Clash,
    /// Xray configurations, a JSON list of whole documents.
    Xray,
    /// JSON: what the grant's extras came to on this server, an [`ExtrasGiven`](super::extras::ExtrasGiven). It is
    /// no configuration, so it is never merged.
    Extras,
}

impl Format {
    /// The word for it in the database and in logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Uris => "uris",
            Self::SingBox => "sing_box",
            Self::Clash => "clash",
            Self::Xray => "xray",
            Self::Extras => "extras",
        }
    }
}

/// The most entries of a merged document.
pub const MAX_ENTRIES: usize = 2_000;
/// The most bytes of one panel's document, and about the most of the merged one.
pub const MAX_BYTES: usize = 4 << 20;

/// What one server's panel gave.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// The server's name as customers see it.
    pub server: &'a str,
    /// The document.
    pub body: &'a str,
}

/// One line of our own, e.g. usage and days left, that apps show as an entry nobody can connect to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StatusLine<'a> {
    /// The line.
    pub text: &'a str,
}

/// Several panels' documents as one.
#[derive(Clone, PartialEq, Eq)]
pub struct Merged {
    /// The document.
    pub text: String,
    /// How many entries it has that somebody can connect to. With none, [`ended`] says more than an empty document.
    pub entries: usize,
    /// Servers whose document was malformed, too large or without an entry; for the log.
    pub dropped: Vec<String>,
}

/// Merges the documents of several panels, in the order given. Entries that differ in nothing but their name appear
/// once; the panels' own information lines are taken out; names are unique, and begin with the server's name when there
/// are several servers. All that is not an entry (DNS, routes) comes from the first document that can be read.
#[must_use]
pub fn merge(format: Format, parts: &[Part<'_>], status: Option<&StatusLine<'_>>) -> Merged {
    let mut names = Names::new(parts.len() > 1);
    let status = status.map(|line| names.status(line.text));
    match format {
        Format::Uris => uris::merge(parts, status.as_deref(), names),
        Format::SingBox => singbox::merge(parts, status.as_deref(), names),
        Format::Clash => clash::merge(parts, status.as_deref(), names),
        Format::Xray => xray::merge(parts, status.as_deref(), names),
        Format::Extras => Merged { text: String::new(), entries: 0, dropped: Vec::new() },
    }
}

/// A document whose only entry is dead and says `text`: what apps show for an ended subscription instead of an error.
#[must_use]
pub fn ended(format: Format, text: &str) -> String {
    merge(format, &[], Some(&StatusLine { text })).text
}

/// Whether an entry at this address is not a server but a message: ours, or a panel's.
///
/// HiddifyPanel 14.0.5 writes its line with the SNI `fake_ip_for_sub_link`, and "Package Ended" with the credential `1`
/// at 1.1.1.1.
fn is_message(host: &str, port: &str, credential: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    let dead = matches!(host, "" | "0.0.0.0") || matches!(port, "0" | "1");
    dead || (credential == "1" && host == "1.1.1.1")
}

/// The mark of HiddifyPanel's information line.
const FAKE: &str = "fake_ip_for_sub_link";

/// Counts what goes into a merged document, and says when it is full.
struct Room {
    entries: usize,
    bytes: usize,
}

impl Room {
    const fn new() -> Self {
        Self { entries: MAX_ENTRIES, bytes: MAX_BYTES }
    }

    /// Takes the place of one more entry, if there is any left.
    fn take(&mut self, bytes: usize) -> bool {
        match (self.entries.checked_sub(1), self.bytes.checked_sub(bytes)) {
            (Some(entries), Some(left)) => {
                (self.entries, self.bytes) = (entries, left);
                true
            }
            _ => false,
        }
    }
}
