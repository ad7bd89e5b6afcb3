//! The page behind the link that the first start prints, and behind invitations: with one button the visitor becomes the
//! operator, or a member of staff.
//!
//! Looking at it changes nothing, so that a preview or a scanner cannot use the link up; only the button does.

use super::{Face, html, message};
use crate::{caller::desk_of, desk::Asked, limits::Gate, paths, problem::Said, say::Words};
use askama::Template;
use nexa_core::{
    domain::refusal::Refusal,
    error::Error,
    frontdesk::{ClaimView, Claimant, ShopFace},
};
use poem::{Request, Response, Result, handler, http::StatusCode};

#[derive(Template)]
#[template(path = "offer.html")]
struct Offer<'a> {
    words: Words,
    face: Face<'a>,
    action: String,
    /// Whether the visitor was invited by those who run the shop.
    member: bool,
}

#[derive(Template)]
#[template(path = "claimed.html")]
struct Claimed<'a> {
    words: Words,
    face: Face<'a>,
    keys: ClaimView,
    number: String,
    api: String,
    docs: &'static str,
}

fn token(request: &Request) -> &str {
    request.raw_path_param("token").unwrap_or_default()
}

/// Shows the button.
#[handler]
pub async fn offer(request: &Request) -> Result<Response> {
    let desk = desk_of(request)?;
    desk.limits.take(Gate::Account, desk.client(request)).await.map_err(Said::from)?;
    let shop = desk.shop(request).await.map_err(Said)?;
    let words = Words(Asked::of(request).locale.unwrap_or(shop.locale));
    let open = desk.doors.frontdesk().claim_is_open(shop.id, token(request)).await.map_err(Said)?;
    let Some(claimant) = open else { return gone(&shop, words) };
    let (action, member) = (paths::operator(token(request)), claimant == Claimant::Member);
    html(StatusCode::OK, &Offer { words, face: Face::of(&shop), action, member })
}

/// The link is used up, too old, or one of another shop.
fn gone(shop: &ShopFace, words: Words) -> Result<Response> {
    message(StatusCode::NOT_FOUND, Some(shop), words, "web-claim-gone-title", "web-claim-gone")
}

/// Takes what the link gives, and shows the keys this once.
#[handler]
pub async fn claim(request: &Request) -> Result<Response> {
    let desk = desk_of(request)?;
    desk.limits.take(Gate::Account, desk.client(request)).await.map_err(Said::from)?;
    let shop = desk.shop(request).await.map_err(Said)?;
    let words = Words(Asked::of(request).locale.unwrap_or(shop.locale));
    let door = desk.doors.frontdesk();
    if door.claim_is_open(shop.id, token(request)).await.map_err(Said)?.is_none() {
        return gone(&shop, words);
    }
    let keys = match door.claim(token(request)).await {
        Ok(keys) => keys,
        Err(Error::Refused(Refusal::NotFound | Refusal::AlreadyDecided)) => return gone(&shop, words),
        Err(error) => return Err(Said(error).into()),
    };
    let number = grouped(&keys.account_number);
    let api = format!("{}{}", desk.own_address(request).await, paths::API);
    html(StatusCode::OK, &Claimed { words, face: Face::of(&shop), keys, number, api, docs: paths::DOCS })
}

/// In groups of five, as people copy it.
pub fn grouped(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    digits.chunks(5).map(|five| five.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_shown_in_fives() {
        assert_eq!(super::grouped("1234567890123456789012345"), "12345 67890 12345 67890 12345");
    }
}
