//! Mails: how users are reached by them, and what comes of those that people write to a shop.
//!
//! Who a mail is from is said by nobody but the mail. So an answer counts by the tag that only its ticket's customer was
//! given, and a mail without one by an address that its user proved; both are kept with a mark that they came by mail.

mod route;
mod stranger;
mod tags;
mod unsubscribe;

pub(super) use route::mail_route;
pub(crate) use unsubscribe::{unsubscribe, unsubscribe_offer};

use super::{Core, reach, tickets};
use crate::{
    domain::{
        letter::{Bounce, Letter, own_words, tag},
        refusal::Refusal,
        support::SupportTerms,
        user::{IdentityKind, Principal, Role, User},
    },
    error::{Error, Result},
    ids::{ShopId, TicketId, UserId},
    ports::storage::Read,
    secret::{Fingerprint, Purpose, digest},
};
use tags::Claim;

/// Letters of a message that is kept of a mail, at most; the rest is cut off.
const TEXT: usize = 3_900;
/// Letters of a subject that is kept.
const SUBJECT: usize = 100;

/// What came of a mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Taken {
    /// It opened a ticket.
    Opened,
    /// It went on in a ticket.
    Replied,
    /// It reported that a mail of ours did not arrive.
    Counted,
    /// Its writer is unknown, and was told how to write.
    Answered,
    /// Nothing: a program wrote it, it came before, or it is nobody's.
    Ignored,
}

/// Takes a mail for a shop, as it came. `secret` is that of the shop's hook.
pub(crate) async fn take_letter(core: &Core, shop: ShopId, secret: &str, raw: Vec<u8>) -> Result<Taken> {
    let terms = core.read().await?.support_terms(shop).await?.ok_or(Refusal::NotFound)?;
    let ours = terms.hook.as_ref().is_some_and(|hook| *hook == digest(secret));
    let address = terms.address.as_deref().filter(|_| ours).ok_or(Refusal::NotFound)?;
    let print = digest_of(&raw);
    let letter = blocking::unblock(move || crate::letter::read(&raw)).await;
    let letter = letter.ok_or(Refusal::bad_input("message", "a mail as RFC 5322 describes it"))?;
    let lookup = lookup(core, letter.id.as_deref().unwrap_or(&print));
    let claim = letter.to.iter().find_map(|to| tag(address, to)).and_then(tags::read);
    if let Some(Claim::Report(user, proof)) = claim {
        let Some(how) = letter.report else { return Ok(Taken::Ignored) };
        return count(core, shop, (user, &proof), how, &lookup).await;
    }
    let own = letter.from.as_deref().is_some_and(|from| from == address || tag(address, from).is_some());
    if letter.automatic || own {
        return Ok(Taken::Ignored);
    }
    match claim {
        Some(Claim::Reply(ticket, proof)) => reply(core, shop, (ticket, &proof), letter, lookup).await,
        // What refuses a customer says that they are one, and whoever hands a mail over tells whoever wrote it.
        _ => match ask(core, &terms, shop, letter, lookup).await {
            Err(Error::Refused(_)) => Ok(Taken::Ignored),
            taken => taken,
        },
    }
}

/// A mail of ours did not arrive.
async fn count(
    core: &Core,
    shop: ShopId,
    (user, proof): (UserId, &[u8; 10]),
    how: Bounce,
    lookup: &Fingerprint,
) -> Result<Taken> {
    let identities = core.read().await?.identities(shop, user).await?;
    let address = identities.into_iter().find(|i| i.kind == IdentityKind::Email && i.verified);
    // A report about an address that is not theirs any more says nothing of the one that is.
    let Some(address) = address.filter(|i| tags::is_report(core, shop, user, &i.lookup, proof)) else {
        return Ok(Taken::Ignored);
    };
    let known = reach::note_bounce(core, shop, address.user_id, how, Some(lookup)).await?;
    Ok(if known { Taken::Counted } else { Taken::Ignored })
}

/// Goes on in the ticket that the tag names.
async fn reply(
    core: &Core,
    shop: ShopId,
    (ticket, proof): (TicketId, &[u8; 10]),
    letter: Letter,
    lookup: Fingerprint,
) -> Result<Taken> {
    let mut read = core.read().await?;
    let Some(known) = read.ticket(shop, ticket).await? else { return Ok(Taken::Ignored) };
    let ours = tags::is_reply(core, shop, ticket, known.user_id, proof);
    let user = read.user(shop, known.user_id).await?.filter(|user| ours && !user.blocked);
    drop(read);
    let Some(user) = user else { return Ok(Taken::Ignored) };
    let Some(said) = said(letter, lookup) else { return Ok(Taken::Ignored) };
    let replied = tickets::reply(core, &as_user(&user), ticket, said).await?;
    Ok(if replied.is_some() { Taken::Replied } else { Taken::Ignored })
}

/// Opens a ticket for whoever proved the address that the mail is from.
async fn ask(
    core: &Core,
    terms: &SupportTerms,
    shop: ShopId,
    letter: Letter,
    lookup: Fingerprint,
) -> Result<Taken> {
    let Some(from) = letter.from.clone() else { return Ok(Taken::Ignored) };
    let mut read = core.read().await?;
    let Some(user) = holder(core, read.as_mut(), shop, &from).await? else {
        drop(read);
        return stranger::answer(core, terms, shop, &letter, &from).await;
    };
    drop(read);
    let subject: String = letter.subject.chars().filter(|c| !c.is_control()).take(SUBJECT).collect();
    let said = said(letter, lookup).filter(|_| !user.blocked);
    let Some(said) = said else { return Ok(Taken::Ignored) };
    let opened = tickets::open(core, &as_user(&user), &subject, None, said).await?;
    Ok(if opened.is_some() { Taken::Opened } else { Taken::Ignored })
}

/// Who proved this address.
async fn holder(core: &Core, read: &mut dyn Read, shop: ShopId, from: &str) -> Result<Option<User>> {
    let Ok(address) = crate::domain::user::email(from) else { return Ok(None) };
    let lookup = core.keys.fingerprint(Purpose::Identity, &address);
    let identity = read.identity(shop, IdentityKind::Email, &lookup).await?.filter(|i| i.verified);
    match identity {
        Some(identity) => Ok(read.user(shop, identity.user_id).await?),
        None => Ok(None),
    }
}

/// What is kept of a mail; none when it says and shows nothing.
fn said(letter: Letter, lookup: Fingerprint) -> Option<tickets::Words> {
    let own = own_words(&letter.text);
    let names = letter.others.iter().map(|name| format!("📎 {name}"));
    let lines: Vec<String> = std::iter::once(own).chain(names).filter(|line| !line.is_empty()).collect();
    let text: String = lines.join("\n").chars().take(TEXT).collect();
    let mut pictures = letter.pictures.into_iter();
    let picture = pictures.next();
    let more = pictures.len();
    let text = if more > 0 { format!("{text}\n📎 +{more}") } else { text };
    let something = picture.is_some() || !text.trim().is_empty();
    something.then_some(tickets::Words { text, picture, letter: Some(lookup) })
}

/// A mail speaks for a customer, whatever else its writer may do in the shop.
fn as_user(user: &User) -> Principal {
    let scopes = Role::Customer.scopes();
    Principal { user_id: Some(user.id), scopes, ..Principal::guest(user.shop_id) }
}

fn lookup(core: &Core, id: &str) -> Fingerprint {
    core.keys.fingerprint(Purpose::Mail, &format!("letter|{id}"))
}

fn digest_of(raw: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    data_encoding::HEXLOWER.encode(&Sha256::digest(raw))
}
