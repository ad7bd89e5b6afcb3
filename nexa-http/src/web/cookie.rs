//! The cookies of the pages: the session, and what a visitor chose to see.

use crate::desk::Config;
use poem::{
    Request,
    http::{HeaderMap, HeaderValue, header},
};

/// How a page is lit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// As the cookie and the page's attribute write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The language that a visitor chose.
pub const LANGUAGE: &str = "lang";
/// The light that a visitor chose; written by the page's script.
pub const THEME: &str = "theme";

/// The state of a way to Telegram.
pub const TELEGRAM: &str = "telegram";

/// Set while an account was made by a purchase and its owner has not seen its number yet.
pub const UNSAVED: &str = "unsaved";

/// By whose invitation a visitor came.
pub const INVITATION: &str = "invitation";
/// By which campaign.
pub const CAMPAIGN: &str = "campaign";

/// Help articles that this browser said something of.
pub const JUDGED: &str = "judged";

/// The code of a gift that the visitor came for.
pub const GIFT: &str = "gift";

/// A year, the longest that browsers keep a choice of any use.
const YEAR: u32 = 31_536_000;

/// The session's cookie. Over TLS its name binds it to this host and path (RFC 6265bis, 4.1.3.2), so that no other
/// host of the domain can plant one.
#[must_use]
pub fn session_name(config: &Config) -> &'static str {
    if config.is_secure() { "__Host-session" } else { "session" }
}

/// The value of a cookie.
#[must_use]
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Whether a request carries a session, under either name.
#[must_use]
pub fn carries_session(headers: &HeaderMap) -> bool {
    ["__Host-session", "session"].into_iter().any(|name| read(headers, name).is_some())
}

/// The session that a request carries.
#[must_use]
pub fn session<'a>(request: &'a Request, config: &Config) -> Option<&'a str> {
    read(request.headers(), session_name(config)).filter(|token| !token.is_empty())
}

/// The light that a request asks for.
#[must_use]
pub fn theme(request: &Request) -> Option<Theme> {
    match read(request.headers(), THEME)? {
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    }
}

/// Opens the session in this browser; it ends with the token.
#[must_use]
pub fn open(config: &Config, token: &str, seconds: i64) -> Option<HeaderValue> {
    HeaderValue::from_str(&line(config, session_name(config), token, seconds.max(0), true)).ok()
}

/// Takes the session out of this browser.
#[must_use]
pub fn close(config: &Config) -> Option<HeaderValue> {
    HeaderValue::from_str(&line(config, session_name(config), "", 0, true)).ok()
}

/// Remembers a choice.
#[must_use]
pub fn remember(config: &Config, name: &str, value: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&line(config, name, value, i64::from(YEAR), false)).ok()
}

/// Holds a secret of this browser for ten minutes.
#[must_use]
pub fn hold(config: &Config, name: &str, value: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&line(config, name, value, 600, true)).ok()
}

/// Forgets a choice.
#[must_use]
pub fn forget(config: &Config, name: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&line(config, name, "", 0, false)).ok()
}

fn line(config: &Config, name: &str, value: &str, seconds: i64, hidden: bool) -> String {
    let hidden = if hidden { "; HttpOnly" } else { "" };
    let secure = if config.is_secure() { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax{hidden}{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; session=nxs_x; session2=y"));
        headers.append(header::COOKIE, HeaderValue::from_static("lang=fa"));
        assert_eq!(read(&headers, "session"), Some("nxs_x"));
        assert_eq!(read(&headers, "lang"), Some("fa"));
        assert_eq!(read(&headers, "ession"), None);
    }

    #[test]
    fn a_session_is_bound_to_the_host_and_hidden_from_scripts() {
        let config = Config::new("https://shop.example");
        let line = open(&config, "t", 60).unwrap();
        assert_eq!(line, "__Host-session=t; Path=/; Max-Age=60; SameSite=Lax; HttpOnly; Secure");
        assert!(open(&config, "a\r\nset-cookie: b=c", 60).is_none());
        let loopback = Config::new("http://127.0.0.1:8080");
        assert_eq!(close(&loopback).unwrap(), "session=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly");
    }
}
