//! How a user is reached by mail about a notice.

use super::tags;
use crate::{
    domain::{
        letter::tagged,
        notice::{Notice, NoticeRecord},
        reach::Reach,
        shop::Shop,
        ticket::Author,
        user::{IdentityKind, User},
    },
    engine::{Core, account::clear, push::page, tickets::ticket_text},
    error::Result,
    ids::{ShopId, TicketId},
    ports::{notifier::MailRoute, storage::Read},
    secret::Secret,
};

/// The route, if there is one: an address that was proved, that mails arrive at, and that is wanted for this matter.
pub(in crate::engine) async fn mail_route(
    core: &Core,
    read: &mut dyn Read,
    (shop, user): (&Shop, &User),
    reach: &Reach,
    record: &NoticeRecord,
) -> Result<Option<MailRoute>> {
    let notice = &record.notice;
    if !reach.mails(notice.matter()) {
        return Ok(None);
    }
    let identities = read.identities(shop.id, user.id).await?;
    let proved = identities.into_iter().find(|i| i.kind == IdentityKind::Email && i.verified);
    let Some(identity) = proved else { return Ok(None) };
    let Some(address) = clear(core, &identity)? else { return Ok(None) };
    let settings = read.link_settings(shop.id).await?.unwrap_or_default();
    let home = settings.home(shop, &core.public_url);
    let path = notice.actions().first().map_or_else(|| "/notices".to_owned(), page);
    let matter = notice.matter();
    let unsubscribe = matter
        .is_optional()
        .then(|| format!("{home}/u/{}", tags::unsubscribe(core, shop.id, user.id, matter)));
    // What comes to the address is read only where a hook hands it over.
    let terms = read.support_terms(shop.id).await?.filter(|terms| terms.hook.is_some());
    let ours = terms.and_then(|terms| terms.address);
    let tagged = |tag: String| ours.as_deref().and_then(|address| tagged(address, &tag));
    let (mut reply_to, mut quoted) = (None, None);
    if let Notice::TicketAnswered { ticket } = notice {
        reply_to = tagged(tags::reply(core, shop.id, *ticket, user.id));
        quoted = answer(core, read, shop.id, *ticket).await?;
    }
    Ok(Some(MailRoute {
        page: format!("{home}{path}"),
        unsubscribe,
        reply_to,
        bounces_to: tagged(tags::report(core, shop.id, user.id, &identity.lookup)),
        quoted,
        address: Secret::new(address),
    }))
}

/// What the shop said since the customer wrote last.
async fn answer(
    core: &Core,
    read: &mut dyn Read,
    shop: ShopId,
    ticket: TicketId,
) -> Result<Option<Secret<String>>> {
    let said = read.ticket_messages(shop, ticket).await?;
    let mut texts = Vec::new();
    for message in said.iter().rev().take_while(|message| message.author == Author::Shop) {
        texts.push(ticket_text(core, message)?);
    }
    texts.reverse();
    Ok((!texts.is_empty()).then(|| Secret::new(texts.join("\n\n"))))
}
