//! Passkeys: adding one, and coming in with one.
//!
//! Between the question and the answer nothing is kept here: the state goes to the client, sealed, and comes back with
//! the answer. It is good for five minutes and once, in the shop (and for a new passkey: for the user) that it was made
//! for.

use super::{
    party::{self, Party},
    second_factor::account_name,
    sessions::{fresh_session, session},
    sign_in::{Opened, known_user},
    standing::guards,
};
use crate::{
    domain::{
        passkey::{ANSWER_TIME, Passkey, room},
        refusal::Refusal,
        shop::Shop,
        time::after,
        user::{Principal, Scope, Token},
    },
    engine::Core,
    error::{Failure, Result},
    ids::{Id, PasskeyId, ShopId, UserId},
    ports::storage::{Inserted, Read, Tx},
    secret::{Fingerprint, Purpose, digest},
};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a browser is to be asked, and the state that it gives back with the answer.
pub(crate) struct Challenge {
    pub(crate) options: Value,
    pub(crate) state: String,
}

/// An answer: the state that came with the question, and what the browser gave.
pub(crate) struct PasskeyGiven {
    pub(crate) state: String,
    pub(crate) response: Value,
}

/// The state between question and answer.
#[derive(Serialize, Deserialize)]
struct Ticket {
    /// Random: what is spent when it is used.
    id: String,
    until: Timestamp,
    /// The relying party's.
    state: String,
}

/// Asks the caller's device for a new passkey.
pub(crate) async fn passkey_begin(core: &Core, who: &Principal) -> Result<Challenge> {
    let mut read = core.read().await?;
    let user_id = fresh_session(core, read.as_mut(), who).await?.user_id;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let party = Party::new(&home(core, &shop), &shop.name)?;
    let held = read.passkeys(who.shop_id, user_id).await?;
    room(held.len())?;
    let held = held.iter().map(|passkey| credential(core, passkey)).collect::<Result<Vec<_>>>()?;
    let account = account_name(core, read.as_mut(), who.shop_id, user_id).await?;
    let (options, state) = party.begin(user_id.uuid(), &account, &held)?;
    Ok(Challenge { options, state: hand_out(core, &add_context(who.shop_id, user_id), state)? })
}

/// Adds the passkey that the caller's device made.
pub(crate) async fn passkey_add(
    core: &Core,
    who: &Principal,
    given: PasskeyGiven,
    name: String,
) -> Result<()> {
    let shop_id = who.shop_id;
    let mut read = core.read().await?;
    let user_id = fresh_session(core, read.as_mut(), who).await?.user_id;
    let party = party(core, read.as_mut(), shop_id).await?;
    drop(read);
    let ticket = take_back(core, &add_context(shop_id, user_id), &given.state)?;
    let made = party.made(given.response, &ticket.state)?;
    let id: PasskeyId = core.world.id();
    let passkey = Passkey {
        id,
        shop_id,
        user_id,
        lookup: lookup(core, &made.id),
        sealed: core.keys.seal(&core.world, &passkey_context(id), made.credential.as_bytes()),
        name,
        created_at: core.world.now(),
        last_used: None,
    };
    let mut tx = core.begin().await?;
    let own = fresh_session(core, tx.as_read(), who).await?;
    tx.lock_user(shop_id, user_id).await?.ok_or(Refusal::NotSignedIn)?;
    room(tx.passkeys(shop_id, user_id).await?.len())?;
    spend(tx.as_mut(), shop_id, &ticket).await?;
    guards(core, tx.as_mut(), &own).await?;
    if tx.insert_passkey(&passkey).await? == Inserted::Taken {
        return Err(Refusal::IdentityTaken.into());
    }
    Ok(core.commit(tx).await?)
}

/// The caller's passkeys, oldest first.
pub(crate) async fn passkeys(core: &Core, who: &Principal) -> Result<Vec<Passkey>> {
    let user = who.with(Scope::Read)?;
    Ok(core.read().await?.passkeys(who.shop_id, user).await?)
}

/// Takes one of the caller's passkeys away. There is always another way in: a passkey never counts as the last.
pub(crate) async fn passkey_remove(core: &Core, who: &Principal, id: PasskeyId) -> Result<()> {
    let mut tx = core.begin().await?;
    let user_id = fresh_session(core, tx.as_read(), who).await?.user_id;
    tx.lock_user(who.shop_id, user_id).await?.ok_or(Refusal::NotSignedIn)?;
    if !tx.delete_passkey(who.shop_id, user_id, id).await? {
        return Err(Refusal::NotFound.into());
    }
    Ok(core.commit(tx).await?)
}

/// Takes all passkeys of a user away.
pub(super) async fn forget_passkeys(tx: &mut dyn Tx, shop: ShopId, user: UserId) -> Result<()> {
    for passkey in tx.passkeys(shop, user).await? {
        tx.delete_passkey(shop, user, passkey.id).await?;
    }
    Ok(())
}

/// Asks whoever is there for a passkey of this shop.
pub(crate) async fn passkey_ask(core: &Core, shop: ShopId) -> Result<Challenge> {
    let (options, state) = party(core, core.read().await?.as_mut(), shop).await?.ask()?;
    Ok(Challenge { options, state: hand_out(core, &ask_context(shop), state)? })
}

/// Opens a session for the holder of a passkey. No second factor is asked for: the device is one, and what unlocked it
/// (user verification, which is demanded) is the other.
pub(super) async fn sign_in_by_passkey(
    core: &Core,
    shop: ShopId,
    given: PasskeyGiven,
    client: String,
) -> Result<Opened> {
    let shown = shown(core, shop, given).await?;
    let mut tx = core.begin().await?;
    shown.use_up(core, tx.as_mut()).await?;
    let mut opened = known_user(core, tx.as_mut(), shop, shown.passkey.user_id).await?;
    opened.token.label = client;
    tx.insert_token(&opened.token).await?;
    core.commit(tx).await?;
    Ok(opened)
}

/// Proves once more, by a passkey, who holds the session that asks.
pub(super) async fn prove_by_passkey(core: &Core, who: &Principal, given: PasskeyGiven) -> Result<()> {
    session(core.read().await?.as_mut(), who).await?;
    let shown = shown(core, who.shop_id, given).await?;
    let mut tx = core.begin().await?;
    let token = session(tx.as_read(), who).await?;
    if token.user_id != shown.passkey.user_id {
        return Err(Refusal::WrongCredentials.into());
    }
    shown.use_up(core, tx.as_mut()).await?;
    tx.save_token(&Token { proved_at: core.world.now(), ..token }).await?;
    Ok(core.commit(tx).await?)
}

/// A passkey whose answer was found right.
struct Shown {
    /// As it was when it was looked at.
    passkey: Passkey,
    /// The credential, if the answer changed it.
    changed: Option<String>,
    ticket: Ticket,
}

/// Whether the answer is right. A passkey that was removed says no more than one that never was.
async fn shown(core: &Core, shop: ShopId, given: PasskeyGiven) -> Result<Shown> {
    let mut read = core.read().await?;
    let party = party(core, read.as_mut(), shop).await?;
    let ticket = take_back(core, &ask_context(shop), &given.state)?;
    let (user, id) = party::named(&given.response)?;
    let passkey = read.passkey(shop, &lookup(core, &id)).await?.ok_or(Refusal::BadPasskey)?;
    drop(read);
    if passkey.user_id.uuid() != user {
        return Err(Refusal::BadPasskey.into());
    }
    let changed = party.shown(given.response, &ticket.state, &credential(core, &passkey)?)?;
    Ok(Shown { passkey, changed, ticket })
}

impl Shown {
    /// Uses the answer up and notes the use; refused when that was done, or the passkey changed, meanwhile.
    async fn use_up(&self, core: &Core, tx: &mut dyn Tx) -> Result<()> {
        let seen = &self.passkey;
        tx.lock_user(seen.shop_id, seen.user_id).await?.ok_or(Refusal::BadPasskey)?;
        let now = tx.passkey(seen.shop_id, &seen.lookup).await?;
        let mut used = now.filter(|p| p.sealed == seen.sealed).ok_or(Refusal::BadPasskey)?;
        spend(tx, seen.shop_id, &self.ticket).await?;
        if let Some(credential) = &self.changed {
            used.sealed = core.keys.seal(&core.world, &passkey_context(used.id), credential.as_bytes());
        }
        used.last_used = Some(core.world.now());
        Ok(tx.save_passkey(&used).await?)
    }
}

async fn party(core: &Core, read: &mut dyn Read, shop: ShopId) -> Result<Party> {
    let shop = core.shop(read, shop).await?;
    Ok(Party::new(&home(core, &shop), &shop.name)?)
}

/// Seals a state for the client.
fn hand_out(core: &Core, context: &str, state: String) -> Result<String> {
    let id = HEXLOWER.encode(&core.world.bytes::<16>());
    let ticket = Ticket { id, until: after(core.world.now(), ANSWER_TIME), state };
    let plain = serde_json::to_vec(&ticket).map_err(|_| Failure::core("a state cannot be written down"))?;
    Ok(core.keys.seal(&core.world, context, &plain))
}

/// The state that was sealed for this, if it is still good.
fn take_back(core: &Core, context: &str, state: &str) -> Result<Ticket, Refusal> {
    let plain = core.keys.open(context, state).map_err(|_| Refusal::BadPasskey)?;
    let ticket: Ticket = serde_json::from_slice(&plain).map_err(|_| Refusal::BadPasskey)?;
    if core.world.now() < ticket.until { Ok(ticket) } else { Err(Refusal::BadPasskey) }
}

/// Refuses a state that was used before.
async fn spend(tx: &mut dyn Tx, shop: ShopId, ticket: &Ticket) -> Result<()> {
    match tx.spend_proof(shop, &digest(&format!("passkey|{}", ticket.id)), ticket.until).await? {
        Inserted::New => Ok(()),
        Inserted::Taken => Err(Refusal::BadPasskey.into()),
    }
}

fn lookup(core: &Core, id: &[u8]) -> Fingerprint {
    core.keys.fingerprint(Purpose::Passkey, &HEXLOWER.encode(id))
}

/// A passkey's credential.
fn credential(core: &Core, of: &Passkey) -> Result<String> {
    let plain = core.keys.open(&passkey_context(of.id), &of.sealed)?;
    Ok(String::from_utf8(plain).map_err(|_| Failure::core("a kept passkey is not text"))?)
}

fn passkey_context(id: PasskeyId) -> String {
    format!("passkey|{id}")
}

fn add_context(shop: ShopId, user: UserId) -> String {
    format!("passkey_add|{shop}|{user}")
}

fn ask_context(shop: ShopId) -> String {
    format!("passkey_ask|{shop}")
}

/// The address that the shop's passkeys are for. It must stay, whatever hosts links move to.
fn home(core: &Core, shop: &Shop) -> String {
    let (scheme, rest) = core.public_url.split_once("://").unwrap_or(("https", &core.public_url));
    let known = rest.split([':', '/']).next().unwrap_or_default();
    match shop.hosts.first() {
        Some(own) if shop.hosts.iter().all(|host| host != known) => format!("{scheme}://{own}"),
        _ => core.public_url.clone(),
    }
}
