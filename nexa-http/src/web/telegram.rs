//! The way to Telegram's sign-in page and back.
//!
//! Addresses and parameters as Telegram's own widget script uses them (telegram.org/js/telegram-widget.js, `getAuthUrl`).
//! What comes back is bound to the browser that went, by a state in a cookie and in the address: else whoever can make
//! somebody open an address could add a Telegram account of their own to that person's account.

use super::{
    Visitor, cookie,
    form::Form,
    visitor::{asked, percent},
};
use crate::{
    desk::{self, Asked},
    paths,
    problem::Said,
};
use data_encoding::BASE32_NOPAD;
use nexa_core::domain::refusal::Refusal;
use poem::{Request, Response, Result, handler};
use subtle::ConstantTimeEq;

/// What somebody goes to Telegram for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    /// To sign in.
    SignIn,
    /// To add Telegram to the account.
    Add,
    /// To prove once more who it is.
    Prove,
}

impl Wish {
    const ALL: [(&'static str, Self); 3] =
        [("sign-in", Self::SignIn), ("add", Self::Add), ("prove", Self::Prove)];

    /// The wish of this name; signing in for any other.
    #[must_use]
    pub fn named(name: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|(known, _)| Some(*known) == name).map_or(Self::SignIn, |(_, wish)| wish)
    }

    fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, wish)| *wish == self).map_or("", |(name, _)| name)
    }

    /// Where the signed fields are posted.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::SignIn => paths::SIGN_IN_TELEGRAM,
            Self::Add => "/account/telegram",
            Self::Prove => paths::PROVE,
        }
    }
}

impl Visitor {
    /// The way to Telegram and back, if the shop has a bot.
    #[must_use]
    pub fn telegram(&self, wish: Wish) -> Option<String> {
        self.shop.telegram.as_ref().map(|_| format!("{}?for={}", paths::TELEGRAM, wish.name()))
    }
}

/// Sends the visitor to Telegram, with a state that only this browser knows.
#[handler]
pub async fn go(request: &Request) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    let bot = visitor.shop.telegram.as_ref().ok_or(Said::from(Refusal::NotFound))?.bot_id;
    let wish = Wish::named(asked("for", request).as_deref());
    let state = BASE32_NOPAD.encode(&visitor.desk().config.world.bytes::<20>());
    let own = own_address(&visitor, request);
    let back = format!("{own}{}?for={}&state={state}", paths::SIGN_IN_TELEGRAM, wish.name());
    visitor.hold(cookie::TELEGRAM, &state);
    Ok(visitor.to(&format!(
        "https://oauth.telegram.org/auth?bot_id={bot}&origin={}&return_to={}",
        percent(&own),
        percent(&back)
    )))
}

/// The address that the visitor knows us by: a shop may have hosts of its own, and the session is kept at one of them.
fn own_address(visitor: &Visitor, request: &Request) -> String {
    let config = &visitor.desk().config;
    let scheme = if config.is_secure() { "https" } else { "http" };
    let host = desk::authority(request)
        .filter(|host| host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b)));
    host.filter(|_| !Asked::of(request).host.is_empty())
        .map_or_else(|| config.public_url.clone(), |host| format!("{scheme}://{host}"))
}

/// Refuses what Telegram signed for another browser. A Mini App's data has no state: the script posts it only where
/// Telegram's own browser shows the page, and it may only sign in.
pub fn checked(request: &Request, form: &Form, wish: Wish) -> std::result::Result<(), Refusal> {
    if form.given("init_data").is_some() && wish != Wish::SignIn {
        return Err(Refusal::BadTelegramProof);
    }
    if form.given("widget").is_none() {
        return Ok(());
    }
    let held = cookie::read(request.headers(), cookie::TELEGRAM).unwrap_or_default();
    let same: bool = held.as_bytes().ct_eq(form.text("state").as_bytes()).into();
    if same && held.len() == 32 { Ok(()) } else { Err(Refusal::BadTelegramProof) }
}

#[cfg(test)]
mod tests {
    use super::Wish;

    #[test]
    fn only_known_wishes_are_granted() {
        assert_eq!(Wish::named(Some("add")).action(), "/account/telegram");
        for odd in [None, Some(""), Some("//evil.example")] {
            assert_eq!(Wish::named(odd), Wish::SignIn);
        }
        for (name, wish) in Wish::ALL {
            assert_eq!((Wish::named(Some(name)), wish.name()), (wish, name));
        }
    }
}
