//! The shops' bots beside the server: Telegram's calls handed over, and what they need to come through.

use super::{Stop, config::Settings};
use async_trait::async_trait;
use nexa_bot::{Bots, Taken};
use nexa_http::Updates;
use poem::http::StatusCode;

/// Hands Telegram's calls to the bots.
pub struct Calls(pub Bots);

#[async_trait]
impl Updates for Calls {
    async fn take(&self, bot: &str, secret: &str, body: &[u8]) -> StatusCode {
        match self.0.take(bot, secret, body).await {
            Taken::Done => StatusCode::OK,
            Taken::Unknown => StatusCode::UNAUTHORIZED,
            Taken::Unreadable => StatusCode::BAD_REQUEST,
            Taken::Later => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// Refuses a shop that wants to be called where Telegram calls nobody: it wants a public https address.
pub fn checked(settings: &Settings) -> Result<(), Stop> {
    if settings.telegram_webhook && !settings.public_url().starts_with("https://") {
        return Err(Stop::usage("telegram_webhook needs a public_url with https://"));
    }
    Ok(())
}
