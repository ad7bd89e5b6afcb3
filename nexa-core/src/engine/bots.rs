//! What the bot of a shop asks before it answers: whose message it is, and where the dialogue stands.
//!
//! Telegram vouches for who wrote a message, so a Telegram account is let in without a session. It can do what a
//! customer does, and nothing to the ways into its account: those want a fresh proof on the pages.

use super::{
    Core,
    account::{
        bot_context, demand, new_user,
        standing::{Standing, Way, standing},
        telegram_identity,
    },
    cases::face,
    hooks::may_call_inside,
    invites::Arrival,
};
use crate::{
    address::outbound::Range,
    domain::{
        bot::BotSettings,
        dialogue::Dialogue,
        refusal::Refusal,
        shop::Shop,
        user::{IdentityKind, Principal, Role, User},
        wording::TextKey,
    },
    error::{Failure, Result},
    frontdesk::{BotView, TelegramVisitor, Visitor},
    ids::{ShopId, UserId},
    ports::storage::{Inserted, Read, Tx},
    secret::{Fingerprint, Purpose, Secret},
};

/// More than a bot has to remember of one user.
const MOST_BYTES: usize = 16 * 1024;

/// The bots of all shops that have one, with their tokens: for whoever runs them. One that cannot be opened (sealed with
/// another master key) is left out, so that it takes no other shop's along.
pub(crate) async fn bots(core: &Core) -> Result<Vec<BotView>> {
    let mut read = core.read().await?;
    let mut views = Vec::new();
    for shop in read.shops().await?.into_iter().filter(|shop| shop.telegram.is_some()) {
        let range = Range::allowing_private(may_call_inside(read.as_mut(), shop.id).await?);
        match bot(core, &shop, range) {
            Ok(mut view) => {
                if view.settings.terms_url.is_none() {
                    view.settings.terms_url = own_terms(core, read.as_mut(), &shop).await?;
                }
                views.push(view);
            }
            Err(error) => {
                tracing::error!(shop = %shop.id, %error, "the token of the shop's bot cannot be opened");
            }
        }
    }
    Ok(views)
}

/// The page of the terms that a shop wrote itself. None at a bare address, whose links Telegram does not take.
async fn own_terms(core: &Core, read: &mut dyn Read, shop: &Shop) -> Result<Option<String>> {
    let written = read.own_texts_begun(shop.id).await?.iter().any(|text| text.key == TextKey::Terms);
    if !written {
        return Ok(None);
    }
    let home = read.link_settings(shop.id).await?.unwrap_or_default().home(shop, &core.public_url);
    let page = format!("{home}/{}", TextKey::Terms.name());
    Ok(Some(page).filter(|page| page.starts_with("https://")))
}

fn bot(core: &Core, shop: &Shop, range: Range) -> Result<BotView> {
    let bot = shop.telegram.as_ref().ok_or(Refusal::TelegramUnavailable)?;
    let token = opened(core, &bot_context(shop.id), &bot.token_sealed)?;
    let proxy =
        bot.settings.proxy_sealed.as_deref().map(|sealed| opened(core, &proxy_context(shop.id), sealed));
    Ok(BotView {
        shop: face(shop),
        id: bot.id,
        username: bot.username.clone(),
        token: Secret::new(token),
        proxy: proxy.transpose()?.map(Secret::new),
        range,
        settings: BotSettings { proxy_sealed: None, ..bot.settings.clone() },
    })
}

/// What a bot's proxy is sealed for: its address may hold a password.
pub(crate) fn proxy_context(shop: ShopId) -> String {
    format!("telegram proxy|{shop}")
}

/// Opens what was sealed as text.
pub(super) fn opened(core: &Core, context: &str, sealed: &str) -> Result<String> {
    let bytes = core.keys.open(context, sealed)?;
    Ok(String::from_utf8(bytes).map_err(|_| Failure::core("a sealed text is not text"))?)
}

/// Whose message it is. An account that is not known yet gets a user.
pub(crate) async fn greet(core: &Core, shop: ShopId, who: TelegramVisitor) -> Result<Visitor> {
    let value = who.id.to_string();
    let lookup = core.keys.fingerprint(Purpose::Identity, &value);
    let mut read = core.read().await?;
    let kept = core.shop(read.as_mut(), shop).await?;
    if let Some(visitor) = known_as(core, read.as_mut(), &kept, &lookup).await? {
        return Ok(visitor);
    }
    drop(read);
    let by = Arrival { invitation: who.invitation, campaign: who.campaign };
    let mut tx = core.begin().await?;
    let opened = new_user(core, tx.as_mut(), shop, who.locale, &by).await?;
    let user_id = opened.token.user_id;
    let identity = telegram_identity(core, shop, user_id, &lookup, &value);
    if tx.insert_identity(&identity).await? == Inserted::Taken {
        drop(tx);
        // Two first messages at once: the other one made the user. It may not be committed yet, so it is read in a
        // transaction, whose commit comes no earlier.
        let mut tx = core.begin().await?;
        let visitor = known_as(core, tx.as_read(), &kept, &lookup).await?;
        tx.commit().await?;
        return visitor.ok_or_else(|| Failure::core("an identity is taken and not there").into());
    }
    core.commit(tx).await?;
    Ok(Visitor {
        principal: signed_in(shop, user_id, Role::Customer),
        user_id,
        locale: who.locale.unwrap_or(kept.locale),
        has_chosen: who.locale.is_some(),
        operator: false,
        is_new: true,
        locked: false,
        memory: None,
    })
}

/// Whose account it is; nobody's is left so.
pub(crate) async fn known(core: &Core, shop: ShopId, id: i64) -> Result<Option<Visitor>> {
    let lookup = core.keys.fingerprint(Purpose::Identity, &id.to_string());
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), shop).await?;
    known_as(core, read.as_mut(), &shop, &lookup).await
}

async fn known_as(
    core: &Core,
    read: &mut dyn Read,
    shop: &Shop,
    lookup: &Fingerprint,
) -> Result<Option<Visitor>> {
    let Some(identity) = read.identity(shop.id, IdentityKind::Telegram, lookup).await? else {
        return Ok(None);
    };
    let user_id = identity.user_id;
    let user = read.user(shop.id, user_id).await?.ok_or(Refusal::NotSignedIn)?;
    if user.blocked {
        return Err(Refusal::Blocked.into());
    }
    let dialogue = read.dialogue(shop.id, user_id).await?;
    let unlocked = dialogue.as_ref().is_some_and(|d| d.unlocked);
    let locked = !unlocked && read.second_factor(shop.id, user_id).await?.is_some_and(|f| f.confirmed);
    let memory = dialogue.map(|d| opened(core, &dialogue_context(user_id), &d.sealed)).transpose()?;
    let standing = standing(core, read, &user, Way::Messenger).await?;
    Ok(Some(visitor(shop, &user, locked, standing, memory)))
}

fn visitor(shop: &Shop, user: &User, locked: bool, of: Standing, memory: Option<String>) -> Visitor {
    let Standing { permissions, wants_second_factor } = of;
    let known = Principal { permissions, wants_second_factor, ..signed_in(shop.id, user.id, user.role) };
    let principal = if locked { Principal::guest(shop.id) } else { known };
    Visitor {
        principal,
        user_id: user.id,
        locale: user.locale.unwrap_or(shop.locale),
        has_chosen: user.locale.is_some(),
        operator: !locked && user.role.is_staff() && !wants_second_factor,
        is_new: false,
        locked,
        memory,
    }
}

fn signed_in(shop_id: ShopId, user: UserId, role: Role) -> Principal {
    Principal { user_id: Some(user), scopes: role.scopes(), ..Principal::guest(shop_id) }
}

/// Keeps what the bot remembers of a user.
pub(crate) async fn keep_memory(core: &Core, shop: ShopId, user_id: UserId, memory: &str) -> Result<()> {
    if memory.len() > MOST_BYTES {
        return Err(Failure::core("a bot wants to remember too much of one user").into());
    }
    let mut tx = core.begin().await?;
    // Against whoever takes back that the second factor was shown.
    tx.lock_user(shop, user_id).await?;
    let unlocked = tx.dialogue(shop, user_id).await?.is_some_and(|d| d.unlocked);
    tx.save_dialogue(&dialogue(core, shop, user_id, memory, unlocked)).await?;
    Ok(core.commit(tx).await?)
}

/// Lets an account with a second factor in, from now on, for a code of its app or a recovery code.
pub(crate) async fn unlock(core: &Core, shop: ShopId, user_id: UserId, shown: &str) -> Result<()> {
    let mut tx = core.begin().await?;
    demand(core, tx.as_mut(), shop, user_id, Some(shown)).await?;
    let kept = tx.dialogue(shop, user_id).await?;
    let unlocked = match kept {
        Some(kept) => Dialogue { unlocked: true, updated_at: core.world.now(), ..kept },
        None => dialogue(core, shop, user_id, "", true),
    };
    tx.save_dialogue(&unlocked).await?;
    Ok(core.commit(tx).await?)
}

/// Takes back that the second factor was shown to the bot. Part of the transaction that changes who may come in.
pub(super) async fn lock(core: &Core, tx: &mut dyn Tx, shop: ShopId, user_id: UserId) -> Result<()> {
    tx.lock_user(shop, user_id).await?;
    if let Some(kept) = tx.dialogue(shop, user_id).await?.filter(|kept| kept.unlocked) {
        let locked = Dialogue { unlocked: false, updated_at: core.world.now(), ..kept };
        tx.save_dialogue(&locked).await?;
    }
    Ok(())
}

fn dialogue(core: &Core, shop_id: ShopId, user_id: UserId, memory: &str, unlocked: bool) -> Dialogue {
    let sealed = core.keys.seal(&core.world, &dialogue_context(user_id), memory.as_bytes());
    Dialogue { shop_id, user_id, sealed, unlocked, updated_at: core.world.now() }
}

fn dialogue_context(user: UserId) -> String {
    format!("dialogue|{user}")
}
