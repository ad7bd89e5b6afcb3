//! Tickets: a customer asks, those who run the shop answer. Both sides write under the lock of the customer, so that the
//! limits hold and a reply and an answer at once are both seen.

use super::Core;
use crate::{
    domain::{
        event::Event,
        refusal::Refusal,
        ticket::{self, Author, Ticket, TicketMessage, TicketState, WINDOW},
        time::after,
        user::{Principal, Scope},
    },
    error::Result,
    ids::{ShopId, SubscriptionId, TicketId, TicketMessageId, UserId},
    ports::storage::{Page, Read, TicketFilter, Tx},
};

/// What somebody says: tidied, and its picture re-encoded.
struct Said {
    text: String,
    jpeg: Option<Vec<u8>>,
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
    let (shop, user) = (who.shop_id, who.with(Scope::Buy)?);
    let subject = ticket::subject(subject)?;
    let text = ticket::text(text, picture.is_some())?;
    // Asked before the picture is decoded, which is dear, and again when it is kept.
    may_open(core, core.read().await?.as_mut(), shop, user).await?;
    let said = Said { text, jpeg: reencoded(core, picture).await? };
    let (id, first, now): (TicketId, TicketMessageId, _) =
        (core.world.id(), core.world.id(), core.world.now());
    let mut tx = core.begin().await?;
    lock(tx.as_mut(), shop, user).await?;
    may_open(core, tx.as_read(), shop, user).await?;
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
    };
    tx.save_ticket(&opened).await?;
    write(core, tx.as_mut(), &opened, (first, Author::Customer), said).await?;
    core.record(tx.as_mut(), shop, Event::TicketOpened { ticket: id, user }).await?;
    core.commit(tx).await?;
    Ok(opened)
}

/// The customer says more; a closed ticket is open again.
pub(crate) async fn reply_ticket(
    core: &Core,
    who: &Principal,
    id: TicketId,
    text: &str,
    picture: Option<Vec<u8>>,
) -> Result<Ticket> {
    let (shop, user) = (who.shop_id, who.with(Scope::Buy)?);
    let text = ticket::text(text, picture.is_some())?;
    let with_picture = picture.is_some();
    let mut read = core.read().await?;
    let known = own_ticket(read.as_mut(), shop, user, id).await?;
    may_reply(core, read.as_mut(), &known, with_picture).await?;
    drop(read);
    let said = Said { text, jpeg: reencoded(core, picture).await? };
    let mut tx = core.begin().await?;
    lock(tx.as_mut(), shop, user).await?;
    let known = own_ticket(tx.as_read(), shop, user, id).await?;
    may_reply(core, tx.as_read(), &known, with_picture).await?;
    let message: TicketMessageId = core.world.id();
    let asked = known.asked(message, core.world.now());
    tx.save_ticket(&asked).await?;
    write(core, tx.as_mut(), &asked, (message, Author::Customer), said).await?;
    core.record(tx.as_mut(), shop, Event::TicketReplied { ticket: id, user }).await?;
    core.commit(tx).await?;
    Ok(asked)
}

/// The customer needs no more.
pub(crate) async fn close_ticket(core: &Core, who: &Principal, id: TicketId) -> Result<Ticket> {
    let (shop, user) = (who.shop_id, who.with(Scope::Buy)?);
    let mut tx = core.begin().await?;
    lock(tx.as_mut(), shop, user).await?;
    let known = own_ticket(tx.as_read(), shop, user, id).await?;
    close(core, tx, known).await
}

/// The shop answers.
pub(crate) async fn answer_ticket(core: &Core, who: &Principal, id: TicketId, text: &str) -> Result<Ticket> {
    who.with(Scope::Manage)?;
    let (shop, text) = (who.shop_id, ticket::text(text, false)?);
    let mut tx = core.begin().await?;
    let known = held(tx.as_mut(), shop, id).await?;
    let answered = known.answered(core.world.now());
    tx.save_ticket(&answered).await?;
    let message = (core.world.id(), Author::Shop);
    write(core, tx.as_mut(), &answered, message, Said { text, jpeg: None }).await?;
    core.record(tx.as_mut(), shop, Event::TicketAnswered { ticket: id, user: answered.user_id }).await?;
    core.commit(tx).await?;
    Ok(answered)
}

/// The shop has nothing more to say.
pub(crate) async fn shut_ticket(core: &Core, who: &Principal, id: TicketId) -> Result<Ticket> {
    who.with(Scope::Manage)?;
    let mut tx = core.begin().await?;
    let known = held(tx.as_mut(), who.shop_id, id).await?;
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
    who.with(Scope::Manage)?;
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
async fn held(tx: &mut dyn Tx, shop: ShopId, id: TicketId) -> Result<Ticket> {
    let user = tx.ticket(shop, id).await?.ok_or(Refusal::NotFound)?.user_id;
    tx.lock_user(shop, user).await?.ok_or(Refusal::NotFound)?;
    tx.ticket(shop, id).await?.ok_or_else(|| Refusal::NotFound.into())
}

async fn lock(tx: &mut dyn Tx, shop: ShopId, user: UserId) -> Result<()> {
    let known = tx.lock_user(shop, user).await?.filter(|user| !user.blocked);
    known.ok_or(Refusal::NotSignedIn)?;
    Ok(())
}

async fn may_open(core: &Core, read: &mut dyn Read, shop: ShopId, user: UserId) -> Result<()> {
    let mut open = 0;
    for state in [TicketState::Open, TicketState::Answered] {
        let filter = TicketFilter { user: Some(user), state: Some(state) };
        open += read.tickets(shop, filter, Page::default()).await?.len();
    }
    ticket::may_open(open)?;
    may_write(core, read, shop, user).await
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

async fn reencoded(core: &Core, picture: Option<Vec<u8>>) -> Result<Option<Vec<u8>>> {
    let Some(picture) = picture else { return Ok(None) };
    let turn = core.pictures.acquire().await;
    let jpeg = blocking::unblock(move || crate::picture::reencode(&picture)).await?;
    drop(turn);
    Ok(Some(jpeg))
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
