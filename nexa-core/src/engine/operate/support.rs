//! Looking after those who ask: what they are promised, who answers, answers that are kept.

use super::{actions::note, staff::everybody};
use crate::{
    domain::{
        deed::Deed,
        order::OrderNumber,
        permission::Permission,
        refusal::Refusal,
        shop::Locale,
        staff::{Member, Rank},
        support::{SavedAnswer, SupportFigures, SupportTerms},
        ticket::Ticket,
        time::after,
        user::{Principal, User},
    },
    engine::{Core, account::masked, tickets::held},
    error::Result,
    ids::{SavedAnswerId, TicketId, UserId},
    ports::storage::{OrderFilter, Page, Read},
    secret::digest,
    text,
};
use data_encoding::BASE64URL_NOPAD;
use jiff::SignedDuration;

/// How far back figures look.
const FIGURES: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What those who ask are promised.
pub(crate) async fn support_terms(core: &Core, who: &Principal) -> Result<SupportTerms> {
    who.may(Permission::Support)?;
    Ok(core.read().await?.support_terms(who.shop_id).await?.unwrap_or_default())
}

/// Changes it.
pub(crate) async fn set_support_terms(
    core: &Core,
    who: &Principal,
    change: impl FnOnce(SupportTerms) -> Result<SupportTerms, Refusal> + Send,
) -> Result<SupportTerms> {
    who.may(Permission::Settings)?;
    let mut tx = core.begin().await?;
    let was = tx.support_terms(who.shop_id).await?.unwrap_or_default();
    let terms = change(was.clone())?;
    if terms != was {
        tx.save_support_terms(who.shop_id, &terms).await?;
        note(core, tx.as_mut(), who, Deed::SupportSet { target_minutes: terms.target_minutes }).await?;
        core.commit(tx).await?;
    }
    Ok(terms)
}

/// Makes the address that mails are handed over at. Only a digest of its secret is kept.
pub(crate) async fn new_letter_hook(core: &Core, who: &Principal) -> Result<String> {
    who.may(Permission::Settings)?;
    let secret = BASE64URL_NOPAD.encode(&core.world.bytes::<24>());
    set_support_terms(core, who, |was| {
        if was.address.is_none() {
            return Err(Refusal::bad_input(
                "address",
                "is needed first: the address that customers write to",
            ));
        }
        Ok(SupportTerms { hook: Some(digest(&secret)), ..was })
    })
    .await?;
    Ok(format!("{}/hooks/mail/{}/{secret}", core.public_url, who.shop_id))
}

/// Whom tickets may be given to, each with a name to know them by.
pub(crate) async fn support_staff(core: &Core, who: &Principal) -> Result<Vec<(UserId, String)>> {
    who.may(Permission::Support)?;
    let mut read = core.read().await?;
    let mut staff = Vec::new();
    for user in everybody(read.as_mut(), who.shop_id).await? {
        let member = read.member(who.shop_id, user.id).await?;
        if works_tickets(&user, member.as_ref()) {
            staff.push((user.id, called(core, read.as_mut(), &user, member).await?));
        }
    }
    Ok(staff)
}

/// Whether tickets may be given to somebody.
fn works_tickets(user: &User, member: Option<&Member>) -> bool {
    !user.blocked && Rank::of(user, member).permissions.has(Permission::Support)
}

/// What the colleagues call somebody; an identity where nobody said.
async fn called(core: &Core, read: &mut dyn Read, user: &User, member: Option<Member>) -> Result<String> {
    let mut name = member.map(|member| member.name).filter(|name| !name.is_empty());
    if name.is_none() {
        for identity in read.identities(user.shop_id, user.id).await? {
            name = name.or(masked(core, &identity)?);
        }
    }
    Ok(name.unwrap_or_else(|| user.id.to_string().chars().take(8).collect()))
}

/// Gives a ticket to somebody who may answer it, or to nobody in particular.
pub(crate) async fn assign_ticket(
    core: &Core,
    who: &Principal,
    id: TicketId,
    to: Option<UserId>,
) -> Result<Ticket> {
    who.may(Permission::Support)?;
    let mut tx = core.begin().await?;
    let known = held(tx.as_mut(), who.shop_id, id).await?;
    if let Some(to) = to {
        let user = tx.user(who.shop_id, to).await?.ok_or(Refusal::NotFound)?;
        let member = tx.member(who.shop_id, to).await?;
        if !works_tickets(&user, member.as_ref()) {
            return Err(Refusal::NotFound.into());
        }
    }
    if known.assignee == to {
        return Ok(known);
    }
    let assigned = known.assigned(to);
    tx.save_ticket(&assigned).await?;
    note(core, tx.as_mut(), who, Deed::TicketAssigned { ticket: id, to }).await?;
    core.commit(tx).await?;
    Ok(assigned)
}

/// Answers that are kept, by name.
pub(crate) async fn saved_answers(core: &Core, who: &Principal) -> Result<Vec<SavedAnswer>> {
    who.may(Permission::Support)?;
    Ok(core.read().await?.saved_answers(who.shop_id).await?)
}

/// Keeps an answer: another one, or the one with this id.
pub(crate) async fn save_answer(
    core: &Core,
    who: &Principal,
    id: Option<SavedAnswerId>,
    (name, locale, text): (&str, Option<Locale>, &str),
) -> Result<SavedAnswer> {
    who.may(Permission::Support)?;
    let mut tx = core.begin().await?;
    let there = tx.saved_answers(who.shop_id).await?;
    if id.is_some_and(|id| there.iter().all(|kept| kept.id != id)) {
        return Err(Refusal::NotFound.into());
    }
    let others = there.iter().filter(|kept| Some(kept.id) != id).count();
    let answer = SavedAnswer {
        id: id.unwrap_or_else(|| core.world.id()),
        shop_id: who.shop_id,
        name: name.to_owned(),
        locale,
        text: text.to_owned(),
    }
    .checked(others)?;
    tx.save_answer_kept(&answer).await?;
    note(core, tx.as_mut(), who, Deed::AnswerSaved { answer: answer.id }).await?;
    core.commit(tx).await?;
    Ok(answer)
}

/// Throws an answer away.
pub(crate) async fn remove_answer(core: &Core, who: &Principal, id: SavedAnswerId) -> Result<()> {
    who.may(Permission::Support)?;
    let mut tx = core.begin().await?;
    if !tx.delete_answer_kept(who.shop_id, id).await? {
        return Err(Refusal::NotFound.into());
    }
    note(core, tx.as_mut(), who, Deed::AnswerRemoved { answer: id }).await?;
    Ok(core.commit(tx).await?)
}

/// An answer as it would be sent in a ticket: what it leaves open is filled in, or left out where there is nothing.
pub(crate) async fn fill_answer(
    core: &Core,
    who: &Principal,
    ticket: TicketId,
    id: SavedAnswerId,
) -> Result<String> {
    who.may(Permission::Support)?;
    let mut read = core.read().await?;
    let ticket = read.ticket(who.shop_id, ticket).await?.ok_or(Refusal::NotFound)?;
    let kept = read.saved_answers(who.shop_id).await?.into_iter().find(|kept| kept.id == id);
    let kept = kept.ok_or(Refusal::NotFound)?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let user = read.user(who.shop_id, ticket.user_id).await?.ok_or(Refusal::NotFound)?;
    let locale = user.locale.unwrap_or(shop.locale);
    let first = Page { before: None, limit: 1 };
    let filter = OrderFilter { user: Some(user.id), ..OrderFilter::default() };
    let order = read.orders(shop.id, filter, first).await?.first().map(|order| OrderNumber::of(order.id));
    let held = match ticket.subscription_id {
        Some(about) => read.subscription(shop.id, about).await?,
        None => read.subscriptions(shop.id, Some(user.id), first).await?.into_iter().next(),
    };
    let until = held.as_ref().map(|held| text::date(locale, held.ends_at));
    let plan = held.map(|held| held.plan_name);
    let fill = |text: String, mark: &str, with: Option<String>| text.replace(mark, &with.unwrap_or_default());
    let text = fill(kept.text, "{order}", order.map(|number| number.to_string()));
    let text = fill(text, "{plan}", plan);
    let text = fill(text, "{until}", until);
    Ok(fill(text, "{shop}", Some(shop.name)))
}

/// How well the shop answered lately.
pub(crate) async fn support_figures(core: &Core, who: &Principal) -> Result<SupportFigures> {
    who.may(Permission::Support)?;
    let now = core.world.now();
    let since = after(now, -FIGURES);
    Ok(SupportFigures::of(&core.read().await?.tickets_since(who.shop_id, since).await?, now))
}
