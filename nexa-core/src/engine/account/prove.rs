//! First proofs: what shows whose account it is, before anything of the proof is used up.
//!
//! A proof that works once is used up in the transaction that does what it was given for. So it is good again when that
//! comes to nothing, e.g. because the second factor is missing.

use super::{
    codes::right_code,
    passkeys::{PasskeyGiven, prove_by_passkey},
    password,
    second_factor::demand,
    sessions::session,
    sign_in::identity_context,
    standing::passkey_missing,
};
use crate::{
    domain::{
        proof::MailCode,
        refusal::Refusal,
        telegram::{self, FRESH_AGE, Proof, Proved},
        user::{self, Identity, IdentityKind, Principal, Token},
    },
    engine::{Core, throttle},
    error::{Failure, Result},
    ids::{ShopId, UserId},
    ports::storage::{Inserted, Read, Tx},
    secret::{Fingerprint, Purpose, Secret, digest},
};
use jiff::{SignedDuration, Timestamp};

/// By what somebody comes in: something that shows whose account it is, to which a second factor may be wanted; or a
/// passkey, which is both.
pub(crate) enum Means {
    /// A first proof.
    First(FirstProof),
    /// A passkey.
    Passkey(PasskeyGiven),
}

/// What a caller shows.
pub(crate) enum FirstProof {
    /// An account number.
    Number(String),
    /// An e-mail address and its password.
    Password { email: String, password: String },
    /// An e-mail address and the code that was sent to it.
    Code { email: String, code: String },
    /// The token of a mailed link.
    MailLink(String),
    /// What Telegram gave.
    Telegram(TelegramGiven),
}

/// What Telegram gave.
pub(crate) enum TelegramGiven {
    /// To a Mini App.
    MiniApp(String),
    /// By the Login Widget.
    Widget(String),
}

/// A proof that was found right.
pub(super) struct Proven {
    pub(super) kind: IdentityKind,
    pub(super) lookup: Fingerprint,
    /// The value in clear, for kinds whose holder gets an account by proving it.
    pub(super) value: Option<Secret<String>>,
    once: Once,
}

/// What is to be used up.
enum Once {
    /// Nothing: it may be shown again.
    No,
    Code(MailCode),
    Widget(Fingerprint, Timestamp),
}

/// Whether the proof is right. `age` bounds a Mini App's data.
pub(super) async fn prove(
    core: &Core,
    shop: ShopId,
    proof: FirstProof,
    age: SignedDuration,
) -> Result<Proven> {
    match proof {
        FirstProof::Number(text) => number(core, shop, &text).await,
        FirstProof::Password { email, password } => by_password(core, shop, &email, &password).await,
        FirstProof::Code { email, code: typed } => {
            let address = user::email(&email).map_err(|_| Refusal::WrongCode)?;
            let lookup = core.keys.fingerprint(Purpose::Identity, &address);
            mailed(core, right_code(core, shop, &lookup, None, &typed).await?)
        }
        FirstProof::MailLink(token) => {
            let found = core.read().await?.code_by_link(shop, &digest(&token)).await?;
            let sent = found.filter(|c| c.link_is_open(core.world.now())).ok_or(Refusal::WrongCode)?;
            mailed(core, sent)
        }
        FirstProof::Telegram(given) => {
            let proved = telegram(core, core.read().await?.as_mut(), shop, &given, age).await?;
            let value = proved.id.to_string();
            Ok(Proven {
                kind: IdentityKind::Telegram,
                lookup: core.keys.fingerprint(Purpose::Identity, &value),
                value: Some(Secret::new(value)),
                once: proved.once.map_or(Once::No, |(print, until)| Once::Widget(print, until)),
            })
        }
    }
}

async fn number(core: &Core, shop: ShopId, text: &str) -> Result<Proven> {
    let number = user::account_number(text)?;
    let (kind, lookup) = (IdentityKind::AccountNumber, core.keys.fingerprint(Purpose::Identity, &number));
    if core.read().await?.identity(shop, kind, &lookup).await?.is_none() {
        throttle::missed(core).await?;
        return Err(Refusal::WrongCredentials.into());
    }
    Ok(Proven { kind, lookup, value: None, once: Once::No })
}

/// Unknown address and wrong password look and take the same.
async fn by_password(core: &Core, shop: ShopId, email: &str, given: &str) -> Result<Proven> {
    let address = user::email(email).map_err(|_| Refusal::WrongCredentials)?;
    let (kind, lookup) = (IdentityKind::Email, core.keys.fingerprint(Purpose::Identity, &address));
    core.throttle.attempt(&lookup, core.world.now())?;
    let found = core.read().await?.identity(shop, kind, &lookup).await?;
    let stored = found.and_then(|i| i.password);
    let known = stored.is_some();
    if !password::verify(core, given, stored).await? || !known {
        return Err(Refusal::WrongCredentials.into());
    }
    core.throttle.succeeded(&lookup);
    Ok(Proven { kind, lookup, value: None, once: Once::No })
}

pub(super) fn mailed(core: &Core, sent: MailCode) -> Result<Proven> {
    let address = core.keys.open(&super::codes::code_context(&sent), &sent.sealed)?;
    let address = String::from_utf8(address).map_err(|_| Failure::core("a sealed address is not text"))?;
    Ok(Proven {
        kind: IdentityKind::Email,
        lookup: sent.address.clone(),
        value: Some(Secret::new(address)),
        once: Once::Code(sent),
    })
}

/// Whom Telegram vouches for, with the shop's bot.
async fn telegram(
    core: &Core,
    read: &mut dyn Read,
    shop: ShopId,
    given: &TelegramGiven,
    age: SignedDuration,
) -> Result<Proved> {
    let bot = core.shop(read, shop).await?.telegram.ok_or(Refusal::TelegramUnavailable)?;
    let token = core.keys.open(&bot_context(shop), &bot.token_sealed)?;
    let token = String::from_utf8(token).map_err(|_| Failure::core("a sealed token is not text"))?;
    let (proof, age) = match given {
        TelegramGiven::MiniApp(raw) => (Proof::MiniApp(raw), age),
        TelegramGiven::Widget(raw) => (Proof::Widget(raw), FRESH_AGE),
    };
    Ok(telegram::verify(proof, &Secret::new(token), core.world.now(), age)?)
}

/// What the bot's token is sealed for.
pub(crate) fn bot_context(shop: ShopId) -> String {
    format!("telegram|{shop}")
}

impl Proven {
    /// Uses the proof up; refused when that was done meanwhile.
    pub(super) async fn use_up(&self, tx: &mut dyn Tx, shop: ShopId) -> Result<()> {
        match &self.once {
            Once::No => Ok(()),
            Once::Code(code) if tx.delete_code(code).await? => Ok(()),
            Once::Code(_) => Err(Refusal::WrongCode.into()),
            Once::Widget(print, until) => match tx.spend_proof(shop, print, *until).await? {
                Inserted::New => Ok(()),
                Inserted::Taken => Err(Refusal::BadTelegramProof.into()),
            },
        }
    }

    /// The identity that it proves, for this user.
    pub(super) fn identity(&self, core: &Core, shop: ShopId, user_id: UserId) -> Identity {
        let seal = |value: &Secret<String>| {
            core.keys.seal(&core.world, &identity_context(user_id), value.expose().as_bytes())
        };
        Identity {
            shop_id: shop,
            user_id,
            kind: self.kind,
            lookup: self.lookup.clone(),
            sealed: self.value.as_ref().map(seal),
            password: None,
            verified: true,
            created_at: core.world.now(),
        }
    }
}

/// Proves once more who holds the session that asks, so that the account may be changed for a while.
pub(crate) async fn prove_again(
    core: &Core,
    who: &Principal,
    means: Means,
    second: Option<&str>,
) -> Result<()> {
    let proof = match means {
        Means::First(proof) => proof,
        Means::Passkey(given) => return prove_by_passkey(core, who, given).await,
    };
    session(core.read().await?.as_mut(), who).await?;
    let proven = prove(core, who.shop_id, proof, FRESH_AGE).await?;
    let mut tx = core.begin().await?;
    let token = session(tx.as_read(), who).await?;
    let found = tx.identity(who.shop_id, proven.kind, &proven.lookup).await?;
    found.filter(|i| i.user_id == token.user_id).ok_or(Refusal::WrongCredentials)?;
    demand(core, tx.as_mut(), who.shop_id, token.user_id, second).await?;
    passkey_missing(tx.as_read(), who.shop_id, token.user_id).await?;
    proven.use_up(tx.as_mut(), who.shop_id).await?;
    tx.save_token(&Token { proved_at: core.world.now(), ..token }).await?;
    Ok(core.commit(tx).await?)
}
