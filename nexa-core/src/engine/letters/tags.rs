//! What mails of ours carry back to us, so that an answer finds its ticket and a report its user. A tag fits into a local
//! part (RFC 5321: 64 octets), survives servers that change its case, and is worth nothing where our key is not known.

use crate::{
    domain::notice::Matter,
    engine::Core,
    ids::{Id, ShopId, TicketId, UserId},
    secret::{Fingerprint, Purpose},
};
use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD, HEXLOWER};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

/// Bytes of a proof in a local part: 80 bits, and whoever guesses has to send a mail for each try.
const SHORT: usize = 10;
/// Bytes of a proof in an address of a page.
const LONG: usize = 16;

/// What a tag claims to be of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Claim {
    /// An answer in this ticket.
    Reply(TicketId, [u8; SHORT]),
    /// A report about a mail to this user.
    Report(UserId, [u8; SHORT]),
}

/// The tag of mails that may be answered in a ticket.
pub(super) fn reply(core: &Core, shop: ShopId, ticket: TicketId, user: UserId) -> String {
    written('r', ticket.uuid(), reply_proof(core, shop, ticket, user))
}

/// The tag that reports come back to.
pub(super) fn report(core: &Core, shop: ShopId, user: UserId, address: &Fingerprint) -> String {
    written('b', user.uuid(), report_proof(core, shop, user, address))
}

/// What a tag claims; none for what no tag looks like.
pub(super) fn read(tag: &str) -> Option<Claim> {
    let (kind, rest) = tag.split_at_checked(1)?;
    let bytes = BASE32_NOPAD.decode(rest.to_ascii_uppercase().as_bytes()).ok()?;
    let (id, proof) = bytes.split_at_checked(16)?;
    let (id, proof) = (Uuid::from_slice(id).ok()?, proof.try_into().ok()?);
    match kind {
        "r" | "R" => Some(Claim::Reply(id.into(), proof)),
        "b" | "B" => Some(Claim::Report(id.into(), proof)),
        _ => None,
    }
}

/// Whether the claim to a ticket is ours.
pub(super) fn is_reply(
    core: &Core,
    shop: ShopId,
    ticket: TicketId,
    user: UserId,
    given: &[u8; SHORT],
) -> bool {
    reply_proof(core, shop, ticket, user).ct_eq(given).into()
}

/// Whether the claim to a mail to this address is ours.
pub(super) fn is_report(
    core: &Core,
    shop: ShopId,
    user: UserId,
    address: &Fingerprint,
    given: &[u8; SHORT],
) -> bool {
    report_proof(core, shop, user, address).ct_eq(given).into()
}

/// What a link carries by which one matter is not mailed any more.
pub(super) fn unsubscribe(core: &Core, shop: ShopId, user: UserId, matter: Matter) -> String {
    let mut bytes = user.uuid().as_bytes().to_vec();
    bytes.push(number(matter));
    bytes.extend(unsubscribe_proof(core, shop, user, matter));
    BASE64URL_NOPAD.encode(&bytes)
}

/// Whose link it is and about what, if it is one of ours.
pub(super) fn unsubscribed(core: &Core, shop: ShopId, token: &str) -> Option<(UserId, Matter)> {
    let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    let (user, rest) = bytes.split_at_checked(16)?;
    let (which, given) = rest.split_first()?;
    let user: UserId = Uuid::from_slice(user).ok()?.into();
    let matter = Matter::ALL.into_iter().find(|matter| number(*matter) == *which)?;
    let ours: bool = unsubscribe_proof(core, shop, user, matter).as_slice().ct_eq(given).into();
    ours.then_some((user, matter))
}

/// Links outlive releases, so a matter's number never changes.
const fn number(matter: Matter) -> u8 {
    match matter {
        Matter::Payment => 0,
        Matter::Subscription => 1,
        Matter::Reminder => 2,
        Matter::News => 3,
        Matter::Support => 4,
    }
}

fn written(kind: char, id: Uuid, proof: [u8; SHORT]) -> String {
    let bytes = [id.as_bytes().as_slice(), proof.as_slice()].concat();
    format!("{kind}{}", BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
}

fn reply_proof(core: &Core, shop: ShopId, ticket: TicketId, user: UserId) -> [u8; SHORT] {
    proof(core, &format!("reply|{shop}|{ticket}|{user}"))
}

fn report_proof(core: &Core, shop: ShopId, user: UserId, address: &Fingerprint) -> [u8; SHORT] {
    proof(core, &format!("report|{shop}|{user}|{}", address.0))
}

fn unsubscribe_proof(core: &Core, shop: ShopId, user: UserId, matter: Matter) -> [u8; LONG] {
    proof(core, &format!("unsubscribe|{shop}|{user}|{}", matter.key()))
}

/// The first bytes of the keyed hash of what is claimed.
fn proof<const N: usize>(core: &Core, of: &str) -> [u8; N] {
    let print = core.keys.fingerprint(Purpose::Mail, of);
    let bytes = HEXLOWER.decode(print.0.as_bytes()).unwrap_or_default();
    bytes.first_chunk().copied().unwrap_or([0; N])
}
