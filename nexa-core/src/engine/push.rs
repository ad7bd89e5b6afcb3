//! Browsers that show messages: added, taken away, and sent to.

use super::Core;
use crate::{
    domain::{
        notice::{Action, NoticeRecord},
        push::{After, Browser, FRESH, PushTarget, surplus},
        refusal::Refusal,
        shop::{Locale, Shop},
        user::{Principal, Scope},
    },
    error::{Failure, Result},
    ids::PushTargetId,
    ports::{
        outcome::Outcome,
        pusher::{PushMessage, Pusher},
    },
    secret::{Fingerprint, Purpose},
    text,
};
use jiff::SignedDuration;

/// How long one push service may take: the worker has other things to do.
const DEADLINE: SignedDuration = SignedDuration::from_secs(15);

/// The key that browsers subscribe with; none where no messages are sent.
pub(crate) fn push_key(core: &Core) -> Option<String> {
    core.pusher.as_ref().map(|pusher| pusher.public_key())
}

/// Sends messages to this browser from now on, as to one of the caller's.
pub(crate) async fn push_on(core: &Core, who: &Principal, browser: &Browser) -> Result<()> {
    let (user_id, token_id) = (who.with(Scope::Read)?, who.token_id.ok_or(Refusal::NotSignedIn)?);
    if !core.pusher.as_ref().is_some_and(|pusher| pusher.accepts(browser)) {
        return Err(Refusal::bad_input("endpoint", "a subscription of a known push service").into());
    }
    let id = core.world.id();
    let plain = serde_json::to_vec(browser).map_err(|error| Failure::core(&error.to_string()))?;
    let target = PushTarget {
        id,
        shop_id: who.shop_id,
        user_id,
        token_id,
        lookup: lookup(core, &browser.endpoint),
        sealed: core.keys.seal(&core.world, &context(id), &plain),
        created_at: core.world.now(),
        failures: 0,
    };
    let mut tx = core.begin().await?;
    // Two browsers at once must not make eleven.
    tx.lock_user(who.shop_id, user_id).await?.ok_or(Refusal::NotSignedIn)?;
    tx.delete_push_target(who.shop_id, None, &target.lookup).await?;
    for old in surplus(&tx.push_targets(who.shop_id, user_id).await?) {
        tx.delete_push_target(who.shop_id, Some(user_id), &old.lookup).await?;
    }
    tx.save_push_target(&target).await?;
    Ok(core.commit(tx).await?)
}

/// Sends nothing more to this browser, if it is one of the caller's.
pub(crate) async fn push_off(core: &Core, who: &Principal, endpoint: &str) -> Result<()> {
    let user_id = who.with(Scope::Read)?;
    let mut tx = core.begin().await?;
    tx.delete_push_target(who.shop_id, Some(user_id), &lookup(core, endpoint)).await?;
    Ok(core.commit(tx).await?)
}

/// What came of sending a notice to all browsers of its user.
pub(super) enum Pushed {
    /// At least one shows it.
    Shown,
    /// There is none, or none that ever will.
    Nowhere,
    /// None for now.
    Later(String),
}

/// Sends a notice to all browsers of its user, and forgets those that take no more.
pub(super) async fn push_all(
    core: &Core,
    shop: &Shop,
    notice: &NoticeRecord,
    locale: Locale,
) -> Result<Pushed> {
    let stale = core.world.now().duration_since(notice.created_at) > FRESH;
    let Some(pusher) = core.pusher.as_ref().filter(|_| !stale) else { return Ok(Pushed::Nowhere) };
    let mut read = core.read().await?;
    let targets = read.push_targets(shop.id, notice.user_id).await?;
    let mut sessions = read.tokens(shop.id, notice.user_id).await?;
    drop(read);
    sessions.retain(|token| token.expires_at > core.world.now());
    let message = message(shop, notice, locale);
    let mut came = Pushed::Nowhere;
    for target in targets {
        if !sessions.iter().any(|token| token.id == target.token_id) {
            keep(core, &target, After::Gone).await?;
            continue;
        }
        let outcome = push(core, pusher.as_ref(), &target, &message).await?;
        let after = match &outcome {
            Outcome::Done(()) => target.after(true),
            Outcome::NotFound => After::Gone,
            Outcome::Rejected(_) | Outcome::Unreachable(_) | Outcome::Ambiguous(_) => target.after(false),
        };
        keep(core, &target, after).await?;
        came = match (outcome, came) {
            (Outcome::Done(()), _) | (_, Pushed::Shown) => Pushed::Shown,
            (Outcome::Unreachable(why) | Outcome::Ambiguous(why), _) => Pushed::Later(why),
            (_, before) => before,
        };
    }
    Ok(came)
}

async fn push(
    core: &Core,
    pusher: &dyn Pusher,
    target: &PushTarget,
    message: &PushMessage,
) -> Result<Outcome<()>> {
    let plain = core.keys.open(&context(target.id), &target.sealed)?;
    let browser: Browser =
        serde_json::from_slice(&plain).map_err(|_| Failure::core("a browser that makes no sense is kept"))?;
    let sent = core.world.within(DEADLINE, pusher.push(&browser, message)).await;
    Ok(sent.unwrap_or_else(|| Outcome::Ambiguous("no answer in time".to_owned())))
}

async fn keep(core: &Core, target: &PushTarget, after: After) -> Result<()> {
    let mut tx = match after {
        After::Same => return Ok(()),
        After::Counted(_) | After::Gone => core.begin().await?,
    };
    let held = tx.push_targets(target.shop_id, target.user_id).await?;
    // Meanwhile it may have been taken away, or be somebody else's.
    if held.iter().any(|now| now.id == target.id) {
        if let After::Counted(changed) = after {
            tx.save_push_target(&changed).await?;
        } else {
            tx.delete_push_target(target.shop_id, Some(target.user_id), &target.lookup).await?;
        }
    }
    Ok(core.commit(tx).await?)
}

fn message(shop: &Shop, notice: &NoticeRecord, locale: Locale) -> PushMessage {
    let told = text::message(locale, &notice.notice);
    PushMessage {
        title: shop.name.clone(),
        body: told.text,
        url: told.actions.first().map_or_else(|| "/notices".to_owned(), |(action, _)| page(action)),
        tag: notice.id.to_string(),
    }
}

/// The page where one can do it. A renewal and a pack are bought from the page of their subscription.
pub(super) fn page(action: &Action) -> String {
    match action {
        Action::OpenSubscription { subscription }
        | Action::Renew { subscription }
        | Action::BuyTraffic { subscription } => format!("/subscriptions/{subscription}"),
        Action::OpenOrder { order } => format!("/orders/{order}"),
        Action::TopUp | Action::OpenWallet => "/wallet".to_owned(),
        Action::OpenPlans => "/".to_owned(),
        Action::OpenTicket { ticket } => format!("/tickets/{ticket}"),
    }
}

fn lookup(core: &Core, endpoint: &str) -> Fingerprint {
    core.keys.fingerprint(Purpose::Push, endpoint)
}

fn context(id: PushTargetId) -> String {
    format!("push|{id}")
}
