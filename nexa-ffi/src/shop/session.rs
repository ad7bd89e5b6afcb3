//! Coming in and going out.

use super::{Answer, Shop};
use crate::error::ShopError;
use nexa_core::{
    secret::Secret,
    storefront::model::{CodeView, MeView, SessionView, SignInRequest, SignUpRequest},
};
use std::sync::PoisonError;

/// Under which name the session is kept in a [`SecretStore`](crate::SecretStore).
pub(super) const NAME: &str = "session";

/// Somebody has come in. The token of the session is not in it: it is in the app's store of secrets, or
/// [`Shop::token`] gives it.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct SignedIn {
    /// Whose session it is.
    pub user_id: String,
    /// When it ends unless it is used before.
    pub expires_at: String,
}

/// A new account.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct SignedUp {
    /// The number to sign in with, for an anonymous account. Shown this once: whoever has it owns the account.
    pub account_number: Option<String>,
    /// Its first session.
    pub session: SignedIn,
}

impl Shop {
    /// Keeps a session that was just opened, and ends the one that was held before. When the app's store fails, nobody has
    /// the new token: so that one is ended.
    async fn keep(&self, opened: SessionView) -> Answer<SignedIn> {
        let token = Secret::new(opened.token);
        let kept =
            self.secrets.as_ref().map_or(Ok(()), |store| store.save(NAME.to_owned(), token.expose().clone()));
        if let Err(error) = kept {
            if let Ok(desk) = self.counter.enter(Some(&token)).await {
                // Nobody could use it: when this fails too, it ends by itself.
                drop(desk.sign_out().await);
            }
            return Err(error.into());
        }
        let before = self.session.write().unwrap_or_else(PoisonError::into_inner).replace(token);
        if let Some(before) = before
            && let Ok(desk) = self.counter.enter(Some(&before)).await
        {
            // Nobody holds it any more: when the shop cannot be told, it ends by itself.
            drop(desk.sign_out().await);
        }
        Ok(SignedIn { user_id: opened.user_id, expires_at: opened.expires_at })
    }

    /// Forgets the session here, whatever the shop knows of it.
    fn forget(&self) -> Answer<()> {
        *self.session.write().unwrap_or_else(PoisonError::into_inner) = None;
        match &self.secrets {
            Some(store) => Ok(store.erase(NAME.to_owned())?),
            None => Ok(()),
        }
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl Shop {
    /// Makes an account and comes in with it: with e-mail and password, or an anonymous one.
    pub async fn sign_up(&self, request: SignUpRequest) -> Answer<SignedUp> {
        let made = self.told(self.door().await?.sign_up(request).await)?;
        let session = self.keep(made.session).await?;
        Ok(SignedUp { account_number: made.account_number, session })
    }

    /// Mails a code to sign in with.
    pub async fn request_code(&self, email: String, locale: Option<String>) -> Answer<CodeView> {
        self.told(self.door().await?.request_code(&email, locale).await)
    }

    /// Comes in with any proof that the request can hold.
    pub async fn sign_in(&self, request: SignInRequest) -> Answer<SignedIn> {
        let opened = self.told(self.door().await?.sign_in(request).await)?;
        self.keep(opened).await
    }

    /// Ends the session. It is forgotten here in any case; an error says that the shop could not be told.
    pub async fn sign_out(&self) -> Answer<()> {
        let ended = match self.desk().await {
            Ok(desk) => self.told(desk.sign_out().await),
            Err(error) => Err(error),
        };
        self.forget()?;
        match ended {
            Err(ShopError::SignedOut) => Ok(()),
            other => other,
        }
    }

    /// Whether a session is held. Only the shop knows whether it is still good.
    #[must_use]
    pub fn is_signed_in(&self) -> bool {
        self.held().is_some()
    }

    /// The token of the session, for an app that keeps it without a `SecretStore`. A secret.
    #[must_use]
    pub fn token(&self) -> Option<String> {
        self.held().map(|token| token.expose().clone())
    }

    /// Who am I.
    pub async fn me(&self) -> Answer<MeView> {
        self.told(self.desk().await?.me().await)
    }

    /// Chooses the language of what I am told, here and in messages.
    pub async fn set_locale(&self, tag: String) -> Answer<MeView> {
        let me = self.told(self.desk().await?.set_locale(&tag).await)?;
        self.speak(tag)?;
        Ok(me)
    }

    /// The language of refusals of this object, also for guests: `fa`, `en` or `ru`.
    #[expect(clippy::needless_pass_by_value, reason = "UniFFI hands values over")]
    pub fn speak(&self, tag: String) -> Answer<()> {
        let locale = crate::settings::language(Some(&tag))?;
        *self.locale.write().unwrap_or_else(PoisonError::into_inner) = locale;
        Ok(())
    }

    /// When the shop gave what the last call showed, if that came from the cache because no address answers; none when it
    /// is the shop's of now. With several calls at once it is about the one that began last.
    #[must_use]
    pub fn stale_since(&self) -> Option<String> {
        self.counter.stale_since()
    }

    /// Deletes my account. With money in it only when `forfeit` says that it may be lost.
    pub async fn delete_account(&self, forfeit: bool) -> Answer<()> {
        self.told(self.desk().await?.delete_account(forfeit).await)?;
        self.forget()
    }
}
