//! The way to Telegram's sign-in page and back.
//!
//! Addresses and parameters as Telegram's own widget script uses them (telegram.org/js/telegram-widget.js, `getAuthUrl`).

use super::{Visitor, visitor::percent};
use crate::paths;

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
        let bot = self.shop.telegram.as_ref()?;
        let own = &self.desk().config.public_url;
        let back = format!("{own}{}?for={}", paths::SIGN_IN_TELEGRAM, wish.name());
        Some(format!(
            "https://oauth.telegram.org/auth?bot_id={}&origin={}&return_to={}",
            bot.bot_id,
            percent(own),
            percent(&back)
        ))
    }
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
