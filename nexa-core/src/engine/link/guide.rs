//! A short-lived public link by which somebody else's device is set up: it shows how, and nothing of the account.
//!
//! Its token names the subscription and its own end, and carries a keyed hash over both and over the subscription's
//! link. So nothing is stored, and it dies with a reset of that link.

use super::{clear_link, face};
use crate::{
    domain::{
        refusal::Refusal,
        subscription::{Subscription, SubscriptionState},
        time::after,
        user::{Principal, Scope},
    },
    engine::Core,
    error::Result,
    frontdesk::GuideAnswer,
    ids::{Id, ShopId, SubscriptionId},
    secret::{Purpose, digest},
};
use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// How long a guide can be opened.
const LIVES: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Characters of the keyed hash: 128 bits in hex.
const HASH: usize = 32;

/// The guide's address for one's own subscription, and when it ends.
pub(crate) async fn guide_link(
    core: &Core,
    who: &Principal,
    id: SubscriptionId,
) -> Result<(String, Timestamp)> {
    let user = who.with(Scope::Read)?;
    let mut read = core.read().await?;
    let held = read.subscription(who.shop_id, id).await?.filter(|s| s.user_id == user);
    let held = held.ok_or(Refusal::NotFound)?;
    if held.state == SubscriptionState::Revoked {
        return Err(Refusal::SubscriptionClosed.into());
    }
    let end = after(core.world.now(), LIVES);
    let seconds = end.as_second();
    let decided = core.links.decided(core, read.as_mut(), held.shop_id).await?;
    let shop = core.shop(read.as_mut(), held.shop_id).await?;
    let origin = decided.settings.origin(&shop, &core.public_url);
    let token = format!("{}{}", named(held.shop_id, held.id, seconds), hash(core, &held, seconds));
    Ok((format!("{origin}/guide/{token}"), Timestamp::from_second(seconds).unwrap_or(end)))
}

/// What a guide shows. Whatever is wrong with it, the answer is the same `not_found`.
pub(crate) async fn guide(core: &Core, token: &str) -> Result<GuideAnswer> {
    let (shop, id, end, given) = read_token(token).ok_or(Refusal::NotFound)?;
    let mut read = core.read().await?;
    let held = read.subscription(shop, id).await?.ok_or(Refusal::NotFound)?;
    // Hashed once more, so that how long the comparison takes says nothing.
    let genuine = digest(&hash(core, &held, end)) == digest(given);
    let living = core.world.now().as_second() < end && held.state != SubscriptionState::Revoked;
    if !genuine || !living {
        return Err(Refusal::NotFound.into());
    }
    let shop = core.shop(read.as_mut(), held.shop_id).await?;
    let link = clear_link(core, read.as_mut(), &held).await?;
    Ok(GuideAnswer { shop: face(&shop), link })
}

fn named(shop: ShopId, id: SubscriptionId, end: i64) -> String {
    let mut bytes = shop.uuid().into_bytes().to_vec();
    bytes.extend(id.uuid().into_bytes());
    bytes.extend(end.to_be_bytes());
    BASE64URL_NOPAD.encode(&bytes)
}

fn hash(core: &Core, of: &Subscription, end: i64) -> String {
    let text = format!("{}|{}|{end}|{}", of.shop_id, of.id, of.link_lookup.0);
    core.keys.fingerprint(Purpose::Guide, &text).0.chars().take(HASH).collect()
}

fn read_token(token: &str) -> Option<(ShopId, SubscriptionId, i64, &str)> {
    let (named, given) = token.split_at_checked(token.len().checked_sub(HASH)?)?;
    let bytes = BASE64URL_NOPAD.decode(named.as_bytes()).ok()?;
    let (shop, rest) = bytes.split_first_chunk::<16>()?;
    let (id, rest) = rest.split_first_chunk::<16>()?;
    let (end, rest) = rest.split_first_chunk::<8>()?;
    rest.is_empty().then_some(())?;
    let (shop, id) = (Uuid::from_bytes(*shop).into(), Uuid::from_bytes(*id).into());
    Some((shop, id, i64::from_be_bytes(*end), given))
}
