//! Tickets: a customer asks, those who run the shop answer. Both sides write under the lock of the customer, so that the
//! limits hold and a reply and an answer at once are both seen.

use super::Core;
use crate::{
    domain::{
        alert::Alert,
        event::Event,
        job::Job,
        permission::Permission,
        refusal::Refusal,
        ticket::{self, Author, Ticket, TicketMessage, TicketState, WINDOW},
        time::after,
        user::{Principal, Scope},
    },
    error::{Error, Failure, Result},
    ids::{ShopId, SubscriptionId, TicketId, TicketMessageId, UserId},
    ports::storage::{Inserted, Page, Read, TicketFilter, Tx},
    secret::Fingerprint,
};
use jiff::Timestamp;

/// What a customer says, as it comes.
pub(super) struct Words {
    /// The text.
    pub(super) text: String,
    /// The picture that came along.
    pub(super) picture: Option<Vec<u8>>,
    /// What tells the letter from others that it came in, when it came by mail. A letter says something once.
    pub(super) letter: Option<Fingerprint>,
}

/// What somebody says: tidied, and its picture re-encoded.
struct Said {
    text: String,
    jpeg: Option<Vec<u8>>,
    by_mail: bool,
}

/// Opens a ticket with its first message.
pub(crate) async fn open_ticket(
    core: &Core,
    who: &Principal,
    subject: &str,
    text: &str,
    about: Option<SubscriptionId>,
    picture: Option<Vec<u8>>,
) -> Result<Ticket> {
    let words = Words { text: text.to_owned(), picture, letter: None };
    open(core, who, subject, about, words).await?.ok_or_else(unheard)
}

/// The customer says more; a closed ticket is open again.
pub(crate) async fn reply_ticket(
    core: &Core,
    who: &Principal,
    id: TicketId,
    text: &str,
    picture: Option<Vec<u8>>,
) -> Result<Ticket> {
    let words = Words { text: text.to_owned(), picture, letter: None };
    reply(core, who, id, words).await?.ok_or_else(unheard)
}

/// Only a letter that came before is not heard.
fn unheard() -> Error {
    Failure::core("what was no letter counts as one that came before").into()
}

/// Opens a ticket; none for a letter that came before.
pub(super) async fn open(
    core: &Core,
    who: &Principal,
    subject: &str,
    about: Option<SubscriptionId>,
    words: Words,
) -> Result<Option<Ticket>> {
    let (shop, user) = (who.shop_id, who.with(Scope::Buy)?);
    let subject = ticket::subject(subject)?;
    let text = ticket::text(&words.text, words.picture.is_some())?;
    let by_mail = words.letter.is_some();
    // Asked before the picture is decoded, which is dear, and again when it is kept.
    let mut read = core.read().await?;
    may_open(core, read.as_mut(), (shop, user), by_mail).await?;
    let due_at = due(core, read.as_mut(), shop).await?;
    drop(read);
    let said = heard(core, text, words.picture, by_mail).await?;
    let (id, first, now): (TicketId, TicketMessageId, _) =
        (core.world.id(), core.world.id(), core.world.now());
    let mut tx = core.begin().await?;
    if came_before(core, tx.as_mut(), shop, words.letter.as_ref()).await? {
        return Ok(None);
    }
    lock(tx.as_mut(), shop, user).await?;
    may_open(core, tx.as_read(), (shop, user), by_mail).await?;
    if let Some(about) = about {
        tx.subscription(shop, about).await?.filter(|s| s.user_id == user).ok_or(Refusal::NotFound)?;
    }
    let subject_sealed = subject.map(|s| core.keys.seal(&core.world, &subject_context(id), s.as_bytes()));
    let opened = Ticket {
        id,
        shop_id: shop,
        user_id: user,
        subscription_id: about,
        subject_sealed,
        state: TicketState::Open,
        waiting: Some(first),
        opened_at: now,
        answered_at: None,
        changed_at: now,
        due_at,
        solved_at: None,
        assignee: None,
        by_mail,
        version: 1,
    };
    tx.save_ticket(&opened).await?;
    write(core, tx.as_mut(), &opened, (first, Author::Customer), said).await?;
    core.record(tx.as_mut(), shop, Event::TicketOpened { ticket: id, user }).await?;
    watch(core, tx.as_mut(), &opened, first, due_at).await?;
    core.commit(tx).await?;
    Ok(Some(opened))
}

/// Says more in a ticket; none for a letter that came before.
pub(super) async fn reply(
    core: &Core,
    who: &Principal,
    id: TicketId,
    words: Words,
) -> Result<Option<Ticket>> {
    let (shop, user) = (who.shop_id, who.with(Scope::Buy)?);
    let with_picture = words.picture.is_some();
    let text = ticket::text(&words.text, with_picture)?;
    let mut read = core.read().await?;
    let known = own_ticket(read.as_mut(), shop, user, id).await?;
    may_reply(core, read.as_mut(), &known, with_picture).await?;
    let due_at = due(core, read.as_mut(), shop).await?;
    drop(read);
    let by_mail = words.letter.is_some();
    let said = heard(core, text, words.picture, by_mail).await?;
    let mut tx = core.begin().await?;
    if came_before(core, tx.as_mut(), shop, words.letter.as_ref()).await? {
        return Ok(None);
    }
    lock(tx.as_mut(), shop, user).await?;
    let known = own_ticket(tx.as_read(), shop, user, id).await?;
    may_reply(core, tx.as_read(), &known, with_picture).await?;
    let message: TicketMessageId = core.world.id();
    let asked = Ticket { by_mail, ..known.asked(message, core.world.now()) };
    tx.save_ticket(&asked).await?;
    write(core, tx.as_mut(), &asked, (message, Author::Customer), said).await?;
    core.record(tx.as_mut(), shop, Event::TicketReplied { ticket: id, user }).await?;
    if asked.waiting == Some(message) {
        watch(core, tx.as_mut(), &asked, message, due_at).await?;
    }
    core.commit(tx).await?;
    Ok(Some(asked))
}

/// When an answer is due to what is asked now.
async fn due(core: &Core, read: &mut dyn Read, shop: ShopId) -> Result<Timestamp> {
    let terms = read.support_terms(shop).await?.unwrap_or_default();
    let zone = core.shop(read, shop).await?.zone();
    Ok(terms.due(core.world.now(), &zone))
}

/// Has those who run the shop told when this message is still not answered then.
async fn watch(
    core: &Core,
    tx: &mut dyn Tx,
    of: &Ticket,
    message: TicketMessageId,
    due: Timestamp,
) -> Result<()> {
    if core.notifiers.is_empty() {
        return Ok(());
    }
    let alert = Alert::TicketOverdue { ticket: of.id, message };
    Ok(core.enqueue(tx, of.shop_id, Job::Alert { alert }, due, None).await?)
}

async fn came_before(
    core: &Core,
    tx: &mut dyn Tx,
    shop: ShopId,
    letter: Option<&Fingerprint>,
) -> Result<bool> {
    let Some(letter) = letter else { return Ok(false) };
    Ok(tx.insert_letter(shop, letter, core.world.now()).await? == Inserted::Taken)
}

/// The customer needs no more.
pub(crate) async fn close_ticket(core: &Core, who: &Principal, id: TicketId) -> Result<Ticket> {
    let (shop, user) = (who.shop_id, who.with(Scope::Buy)?);
    let mut tx = core.begin().await?;
    lock(tx.as_mut(), shop, user).await?;
    let known = own_ticket(tx.as_read(), shop, user, id).await?;
    close(core, tx, known).await
}

/// The shop answers; refused when something was said or done since `version`, if that is given.
pub(crate) async fn answer_ticket(
    core: &Core,
    who: &Principal,
    id: TicketId,
    text: &str,
    version: Option<u32>,
) -> Result<Ticket> {
    who.may(Permission::Support)?;
    let (shop, text) = (who.shop_id, ticket::text(text, false)?);
    let mut tx = core.begin().await?;
    let known = held(tx.as_mut(), shop, id).await?;
    version.map_or(Ok(()), |version| known.seen(version))?;
    let answered = known.answered(core.world.now());
    tx.save_ticket(&answered).await?;
    let message = (core.world.id(), Author::Shop);
    write(core, tx.as_mut(), &answered, message, Said { text, jpeg: None, by_mail: false }).await?;
    core.record(tx.as_mut(), shop, Event::TicketAnswered { ticket: id, user: answered.user_id }).await?;
    core.commit(tx).await?;
    Ok(answered)
}

/// The shop has nothing more to say; refused when something was said or done since `version`, if that is given.
pub(crate) async fn shut_ticket(
    core: &Core,
    who: &Principal,
    id: TicketId,
    version: Option<u32>,
) -> Result<Ticket> {
    who.may(Permission::Support)?;
    let mut tx = core.begin().await?;
    let known = held(tx.as_mut(), who.shop_id, id).await?;
    if known.state != TicketState::Closed {
        version.map_or(Ok(()), |version| known.seen(version))?;
    }
    close(core, tx, known).await
}

async fn close(core: &Core, mut tx: Box<dyn Tx>, known: Ticket) -> Result<Ticket> {
    if known.state == TicketState::Closed {
        return Ok(known);
    }
    let closed = known.closed(core.world.now());
    tx.save_ticket(&closed).await?;
    core.record(tx.as_mut(), closed.shop_id, Event::TicketClosed { ticket: closed.id }).await?;
    core.commit(tx).await?;
    Ok(closed)
}

/// The picture that came with a message, for those who run the shop.
pub(crate) async fn ticket_picture(
    core: &Core,
    who: &Principal,
    id: TicketId,
    message: TicketMessageId,
) -> Result<Vec<u8>> {
    who.may(Permission::Support)?;
    let sealed = core.read().await?.ticket_picture(who.shop_id, id, message).await?;
    Ok(core.keys.open(&picture_context(message), &sealed.ok_or(Refusal::NotFound)?)?)
}

/// What a ticket is called.
pub(crate) fn ticket_subject(core: &Core, of: &Ticket) -> Result<Option<String>> {
    let Some(sealed) = &of.subject_sealed else { return Ok(None) };
    let plain = core.keys.open(&subject_context(of.id), sealed)?;
    Ok(Some(String::from_utf8_lossy(&plain).into_owned()))
}

/// What was said.
pub(crate) fn ticket_text(core: &Core, of: &TicketMessage) -> Result<String> {
    let plain = core.keys.open(&text_context(of.id), &of.text_sealed)?;
    Ok(String::from_utf8_lossy(&plain).into_owned())
}

/// The customer's own ticket.
pub(crate) async fn own_ticket(
    read: &mut dyn Read,
    shop: ShopId,
    user: UserId,
    id: TicketId,
) -> Result<Ticket> {
    let known = read.ticket(shop, id).await?.filter(|t| t.user_id == user);
    known.ok_or_else(|| Refusal::NotFound.into())
}

/// A ticket whose customer is locked.
pub(super) async fn held(tx: &mut dyn Tx, shop: ShopId, id: TicketId) -> Result<Ticket> {
    let user = tx.ticket(shop, id).await?.ok_or(Refusal::NotFound)?.user_id;
    tx.lock_user(shop, user).await?.ok_or(Refusal::NotFound)?;
    tx.ticket(shop, id).await?.ok_or_else(|| Refusal::NotFound.into())
}

async fn lock(tx: &mut dyn Tx, shop: ShopId, user: UserId) -> Result<()> {
    let known = tx.lock_user(shop, user).await?.filter(|user| !user.blocked);
    known.ok_or(Refusal::NotSignedIn)?;
    Ok(())
}

async fn may_open(
    core: &Core,
    read: &mut dyn Read,
    (shop, user): (ShopId, UserId),
    by_mail: bool,
) -> Result<()> {
    let mut open = Vec::new();
    for state in [TicketState::Open, TicketState::Answered] {
        let filter = TicketFilter { user: Some(user), state: Some(state) };
        open.extend(read.tickets(shop, filter, Page::default()).await?);
    }
    ticket::may_open(open.len())?;
    if by_mail {
        ticket::may_mail(mailed(read, &open).await?)?;
    }
    may_write(core, read, shop, user).await
}

/// How many of these a mail opened whose writer said nothing since that proves who they are.
async fn mailed(read: &mut dyn Read, of: &[Ticket]) -> Result<usize> {
    let mut count = 0_usize;
    for known in of.iter().filter(|known| known.by_mail) {
        let said = read.ticket_messages(known.shop_id, known.id).await?;
        if said.first().is_some_and(|first| first.by_mail) {
            count = count.saturating_add(1);
        }
    }
    Ok(count)
}

async fn may_reply(core: &Core, read: &mut dyn Read, to: &Ticket, picture: bool) -> Result<()> {
    if picture {
        let since = after(core.world.now(), -WINDOW);
        ticket::may_show(read.count_ticket_pictures(to.shop_id, to.id, since).await?)?;
    }
    may_write(core, read, to.shop_id, to.user_id).await
}

async fn may_write(core: &Core, read: &mut dyn Read, shop: ShopId, user: UserId) -> Result<()> {
    let since = after(core.world.now(), -WINDOW);
    Ok(ticket::may_write(read.count_ticket_messages(shop, user, since).await?)?)
}

/// What is kept of what was said. A letter whose only picture is none says at least that there was one.
async fn heard(core: &Core, text: String, picture: Option<Vec<u8>>, by_mail: bool) -> Result<Said> {
    let jpeg = reencoded(core, picture, by_mail).await?;
    let nothing = text.is_empty() && jpeg.is_none();
    let text = if nothing { "📎".to_owned() } else { text };
    Ok(Said { text, jpeg, by_mail })
}

/// The picture as it is kept. One in a letter that is none is left out: its writer sees no refusal.
async fn reencoded(core: &Core, picture: Option<Vec<u8>>, in_letter: bool) -> Result<Option<Vec<u8>>> {
    let Some(picture) = picture else { return Ok(None) };
    let turn = core.pictures.acquire().await;
    let jpeg = blocking::unblock(move || crate::picture::reencode(&picture)).await;
    drop(turn);
    match jpeg {
        Ok(jpeg) => Ok(Some(jpeg)),
        Err(_) if in_letter => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}

async fn write(
    core: &Core,
    tx: &mut dyn Tx,
    to: &Ticket,
    (id, author): (TicketMessageId, Author),
    said: Said,
) -> Result<()> {
    let message = TicketMessage {
        id,
        shop_id: to.shop_id,
        ticket_id: to.id,
        author,
        text_sealed: core.keys.seal(&core.world, &text_context(id), said.text.as_bytes()),
        picture: said.jpeg.is_some(),
        by_mail: said.by_mail,
        created_at: core.world.now(),
    };
    let picture = said.jpeg.map(|jpeg| core.keys.seal(&core.world, &picture_context(id), &jpeg));
    Ok(tx.insert_ticket_message(&message, picture).await?)
}

fn subject_context(id: TicketId) -> String {
    format!("ticket|{id}")
}

fn text_context(id: TicketMessageId) -> String {
    format!("ticket-message|{id}")
}

fn picture_context(id: TicketMessageId) -> String {
    format!("ticket-picture|{id}")
}
