//! What people do with their accounts: sessions, ways in, the second factor, leaving.

mod bot;
mod colleagues;
mod identities;
mod leaving;
mod mail;
mod messages;
mod passkeys;
mod second_factor;
mod sessions;
pub(super) mod telegram;
mod typed_in;

use crate::world::{Customer, Shop};
use data_encoding::BASE32_NOPAD;
use nexa_core::{
    error::Result,
    storefront::{
        Storefront,
        model::{SessionView, SignInRequest, TelegramProof},
    },
};
use std::sync::Arc;

/// Nobody's address.
const SARA: &str = "sara@example.org";

/// Comes in.
pub(super) async fn enters(shop: &Shop, with: SignInRequest) -> Result<SessionView> {
    shop.guest().sign_in(with).await
}

/// The shop for the holder of a session.
async fn inside(shop: &Shop, session: &SessionView) -> Arc<dyn Storefront> {
    let who = shop.door.principal(shop.id, &session.token).await.expect("a session");
    shop.nexa.storefront(who)
}

fn by_number(number: &str) -> SignInRequest {
    SignInRequest { account_number: Some(number.to_owned()), ..SignInRequest::default() }
}

fn by_code(email: &str, code: &str) -> SignInRequest {
    let (email, code) = (Some(email.to_owned()), Some(code.to_owned()));
    SignInRequest { email, code, ..SignInRequest::default() }
}

fn by_link(token: &str) -> SignInRequest {
    SignInRequest { mail_token: Some(token.to_owned()), ..SignInRequest::default() }
}

fn by_password(email: &str, password: &str) -> SignInRequest {
    let (email, password) = (Some(email.to_owned()), Some(password.to_owned()));
    SignInRequest { email, password, ..SignInRequest::default() }
}

pub(super) fn by_telegram(proof: TelegramProof) -> SignInRequest {
    SignInRequest { telegram: Some(proof), ..SignInRequest::default() }
}

fn and_second(with: SignInRequest, second: &str) -> SignInRequest {
    SignInRequest { second_factor: Some(second.to_owned()), ..with }
}

/// Somebody without an account asks for a code and comes in with it.
async fn comes_by_mail(shop: &Shop, email: &str) -> SessionView {
    shop.guest().request_code(email, None).await.expect("a code");
    let typed = shop.mail.code(email);
    enters(shop, by_code(email, &typed)).await.expect("a session")
}

/// An authenticator app.
struct App(Vec<u8>);

impl App {
    fn new(secret: &str) -> Self {
        Self(BASE32_NOPAD.decode(secret.as_bytes()).expect("base32"))
    }

    /// What it shows now.
    fn shows(&self, shop: &Shop) -> String {
        let seconds = u64::try_from(shop.now().as_second()).expect("after 1970");
        let totp = totp_rs::Builder::new().with_secret(self.0.clone()).build().expect("a seed");
        totp.generate(seconds).to_string()
    }
}

/// Sets a second factor; gives the app and the recovery codes.
async fn sets_second_factor(shop: &Shop, customer: &Arc<dyn Storefront>) -> (App, Vec<String>) {
    let app = App::new(&customer.totp_begin().await.expect("begun").secret);
    let codes = customer.totp_confirm(&app.shows(shop)).await.expect("set").codes;
    // What was shown to set it is used up.
    shop.clock.advance(jiff::SignedDuration::from_secs(60));
    (app, codes)
}

/// The customer's own shop, entered anew, so that the proof is fresh.
async fn anew(shop: &Shop, customer: &Customer) -> Arc<dyn Storefront> {
    let session = enters(shop, by_number(&customer.number)).await.expect("a session");
    inside(shop, &session).await
}
