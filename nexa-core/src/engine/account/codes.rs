//! Codes and links sent to a mailbox.

use super::{letter, sessions::fresh_session};
use crate::{
    domain::{
        proof::{CODE_DIGITS, CODE_LIFETIME, MailCode},
        refusal::Refusal,
        shop::Locale,
        user::{self, Principal},
    },
    engine::Core,
    error::Result,
    ids::{ShopId, UserId},
    ports::outcome::Outcome,
    secret::{Fingerprint, Purpose, digest},
};
use data_encoding::BASE64URL_NOPAD;
use jiff::SignedDuration;

/// How long a mail server may take: somebody waits for the answer.
const DEADLINE: SignedDuration = SignedDuration::from_secs(15);

/// Mails a code and a link to sign in with. The answer is the same whether somebody has the address or not.
pub(crate) async fn request_code(
    core: &Core,
    shop: ShopId,
    email: &str,
    locale: Option<Locale>,
) -> Result<SignedDuration> {
    mail_code(core, shop, email, None, locale).await
}

/// Mails a code by which an address is added to the caller's account.
pub(crate) async fn add_email(core: &Core, who: &Principal, email: &str) -> Result<SignedDuration> {
    let mut read = core.read().await?;
    let user_id = fresh_session(core, read.as_mut(), who).await?.user_id;
    let user = read.user(who.shop_id, user_id).await?.ok_or(Refusal::NotSignedIn)?;
    drop(read);
    mail_code(core, who.shop_id, email, Some(user_id), user.locale).await
}

async fn mail_code(
    core: &Core,
    shop: ShopId,
    email: &str,
    user_id: Option<UserId>,
    locale: Option<Locale>,
) -> Result<SignedDuration> {
    let mailer = core.mailer.as_ref().ok_or(Refusal::MailUnavailable)?;
    let to = user::email(email)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), shop).await?;
    let settings = read.link_settings(shop.id).await?.unwrap_or_default();
    drop(read);
    let address = core.keys.fingerprint(Purpose::Identity, &to);
    let now = core.world.now();
    core.throttle.mailing(&core.keys.fingerprint(Purpose::Code, &format!("{}|{to}", shop.id)), now)?;
    let digits = new_digits(core);
    let link =
        user_id.is_none().then(|| format!("nxm_{}", BASE64URL_NOPAD.encode(&core.world.bytes::<32>())));
    let mut sent = MailCode {
        shop_id: shop.id,
        code: code_print(core, shop.id, &address, user_id, &digits),
        address,
        user_id,
        sealed: String::new(),
        link: link.as_deref().map(digest),
        tries: 0,
        created_at: now,
        expires_at: MailCode::end(now),
    };
    sent.sealed = core.keys.seal(&core.world, &code_context(&sent), to.as_bytes());
    let mut tx = core.begin().await?;
    tx.save_code(&sent).await?;
    core.commit(tx).await?;
    // A link of a mail is good in its own shop alone, so it has to lead there.
    let home = settings.home(&shop, &core.public_url);
    let link = link.map(|token| format!("{home}/sign-in/mail/{token}"));
    let mail = letter::code(&shop, locale.unwrap_or(shop.locale), &to, &digits, link.as_deref());
    match core.world.within(DEADLINE, mailer.send(&mail)).await {
        // A mailbox that does not exist is told apart from one that does by nobody.
        Some(Outcome::Done(()) | Outcome::Rejected(_) | Outcome::NotFound) => Ok(CODE_LIFETIME),
        Some(Outcome::Unreachable(why) | Outcome::Ambiguous(why)) => {
            tracing::warn!(%why, "a code could not be mailed");
            Err(Refusal::MailUnavailable.into())
        }
        None => Err(Refusal::MailUnavailable.into()),
    }
}

/// The code for this address and purpose, if it is the one that was typed. A wrong try is counted, and lasts.
pub(super) async fn right_code(
    core: &Core,
    shop: ShopId,
    address: &Fingerprint,
    user_id: Option<UserId>,
    typed: &str,
) -> Result<MailCode> {
    let mut tx = core.begin().await?;
    let held = tx.lock_code(shop, address, user_id).await?.filter(|c| c.is_open(core.world.now()));
    let held = held.ok_or(Refusal::WrongCode)?;
    let typed = user::digits(typed).filter(|d| d.len() == CODE_DIGITS);
    if typed.is_some_and(|typed| code_print(core, shop, address, user_id, &typed) == held.code) {
        return Ok(held.into_inner());
    }
    tx.save_code(&held.into_inner().tried()).await?;
    core.commit(tx).await?;
    Err(Refusal::WrongCode.into())
}

/// What the address of a code is sealed for.
pub(super) fn code_context(code: &MailCode) -> String {
    format!("mail_code|{}|{}", code.shop_id, code.address.0)
}

/// The code is short, so only a hash that needs our key keeps it from being read out of the database.
fn code_print(
    core: &Core,
    shop: ShopId,
    address: &Fingerprint,
    user_id: Option<UserId>,
    digits: &str,
) -> Fingerprint {
    let owner = user_id.map(|id| id.to_string()).unwrap_or_default();
    core.keys.fingerprint(Purpose::Code, &format!("{shop}|{}|{owner}|{digits}", address.0))
}

fn new_digits(core: &Core) -> String {
    (0..CODE_DIGITS).filter_map(|_| char::from_digit(u32::try_from(core.world.below(10)).ok()?, 10)).collect()
}
