//! How a shop's bot behaves beyond being there.

use super::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// An operator's decisions on the shop's bot.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BotSettings {
    /// Whether the bot answers customers; else it only vouches for those who come from Telegram to the pages.
    pub answers: bool,
    /// Where the Bot API is, if not at Telegram: `https://…` without a slash at its end.
    pub api_url: Option<String>,
    /// The proxy on the way there, sealed.
    pub proxy_sealed: Option<String>,
    /// The channel that customers must have joined.
    pub channel: Option<String>,
    /// The terms that customers must have accepted, an https link; without one those that the shop wrote as a page, if any.
    pub terms_url: Option<String>,
}

impl BotSettings {
    /// Refuses what cannot work. Plain http is for a Bot API on this machine only.
    pub fn checked(self) -> Result<Self, Refusal> {
        let local = |url: &str| url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:");
        let web = |url: &str| url.starts_with("https://") && url.len() > "https://".len();
        let shaped =
            |url: &String| url.len() <= 200 && !url.chars().any(|c| c.is_whitespace() || c.is_control());
        if self.api_url.as_ref().is_some_and(|url| !(shaped(url) && (web(url) || local(url)))) {
            return Err(Refusal::bad_input("api_url", "an https:// address of at most 200 bytes"));
        }
        if self.terms_url.as_ref().is_some_and(|url| !(shaped(url) && web(url))) {
            return Err(Refusal::bad_input("terms_url", "an https:// address of at most 200 bytes"));
        }
        let channel = self.channel.as_deref().map(channel).transpose()?;
        let api_url = self.api_url.map(|url| url.trim_end_matches('/').to_owned());
        Ok(Self { api_url, channel, ..self })
    }
}

/// A public channel's name as Telegram writes it: `@` and 5 to 32 letters, digits and underscores.
fn channel(text: &str) -> Result<String, Refusal> {
    let name = text.trim().trim_start_matches("https://t.me/").trim_start_matches('@');
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain && (5..=32).contains(&name.len()) {
        return Ok(format!("@{name}"));
    }
    Err(Refusal::bad_input("channel", "a public channel's name, such as @nexavpn"))
}

/// The scheme and host of a proxy that the bot may use.
pub fn proxy(url: &str) -> Result<(), Refusal> {
    let known =
        ["http://", "https://", "socks5://", "socks5h://"].iter().any(|scheme| url.starts_with(scheme));
    let plain = url.len() <= 200 && !url.chars().any(|c| c.is_whitespace() || c.is_control());
    if known && plain {
        return Ok(());
    }
    Err(Refusal::bad_input("proxy", "an http://, https://, socks5:// or socks5h:// address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_named_in_one_way() {
        for text in ["nexavpn", "@nexavpn", " https://t.me/nexavpn "] {
            let settings = BotSettings { channel: Some(text.to_owned()), ..BotSettings::default() };
            assert_eq!(settings.checked().unwrap().channel.as_deref(), Some("@nexavpn"));
        }
        for text in ["", "@abc", "https://t.me/+AbCdEf", "@a b c d e", "-100123"] {
            let settings = BotSettings { channel: Some(text.to_owned()), ..BotSettings::default() };
            assert!(settings.checked().is_err(), "{text}");
        }
    }

    #[test]
    fn a_bot_api_is_reached_safely_or_on_this_machine() {
        let at =
            |url: &str| BotSettings { api_url: Some(url.to_owned()), ..BotSettings::default() }.checked();
        assert_eq!(at("https://bots.example/").unwrap().api_url.as_deref(), Some("https://bots.example"));
        assert!(at("http://127.0.0.1:8081").is_ok());
        for url in ["http://bots.example", "https://", "ftp://bots.example", "https://bots.example/a b"] {
            assert!(at(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_proxy_has_a_known_scheme() {
        assert!(proxy("socks5h://user:secret@127.0.0.1:1080").is_ok());
        assert!(proxy("127.0.0.1:1080").is_err());
        assert!(proxy("file:///etc/passwd").is_err());
    }
}
