//! Rolls events and journals up into figures, in the order of their ids, and counts once a day what stands.
//!
//! Marks and figures are written in one transaction, so each event is folded once, however often the job is cut off.
//! What is folded depends on events, journals and what never changes of orders and payments, so a fold from the beginning
//! gives the same figures.
//!
//! Ids are in the order of the clocks that made them, which need not be the order of the commits where several processes
//! write: see [`settled`].

use super::{Core, worker::Next};
use crate::{
    domain::{
        analytics::{
            Booked, Calendar, Delta, Figure, Fold, HOURS_KEPT_DAYS, Marks, Past, Row, Standing, Subject,
            date, day_number,
        },
        event::Event,
        job::Job,
        permission::Permission,
        plan::Plan,
        shop::{Locale, Shop},
        time::{after, day_of, days, from_millis},
        user::Principal,
    },
    error::{Failure, Result},
    ids::{EventId, Id, ShopId},
    ports::storage::{Read, Tx},
    text,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use std::collections::BTreeSet;

/// How often.
const EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Events, and journals, that are folded in one transaction.
const SLICE: u32 = 200;
/// Slices in one run of the job, which must end long before its deadline.
const SLICES: u32 = 100;
/// Slices that are folded while somebody waits for it, and that are only looked at.
const SLICES_AT_ONCE: u32 = 5;
const SLICES_OF_A_LOOK: u32 = 20;
/// For how long an id may still come to light that is older than others, where several processes write. Storage runs a
/// transaction again after an accident for a minute at most, and the rest is for clocks that differ.
const SETTLING: SignedDuration = SignedDuration::from_mins(2);
/// How long what stands is good for: counting it looks at every subscription in use.
const COUNTED_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// Days and months as the shop has them.
pub(crate) struct ShopCalendar {
    zone: TimeZone,
    locale: Locale,
}

impl ShopCalendar {
    /// Of a shop.
    pub(crate) fn of(shop: &Shop) -> Self {
        Self { zone: shop.zone(), locale: shop.locale }
    }
}

impl Calendar for ShopCalendar {
    fn day(&self, at: Timestamp) -> i64 {
        day_number(day_of(&self.zone, at))
    }

    fn month(&self, day: i64) -> i64 {
        day_number(text::month_of(self.locale, date(day)))
    }
}

/// Sees to it that a shop's figures are kept; there is one such job for each shop.
pub(super) async fn keep(core: &Core, tx: &mut dyn Tx, shop: ShopId) -> Result<(), Failure> {
    let key = Some(format!("figures:{shop}"));
    core.enqueue(tx, shop, Job::RollUp { shop }, core.world.now(), key).await
}

/// The job behind it.
pub(super) async fn roll_up(core: &Core, shop: ShopId) -> Result<Next> {
    let shop = core.shop(core.read().await?.as_mut(), shop).await?;
    // What does not depend on the fold goes on when that stops at what it cannot read.
    count(core, &shop).await?;
    thin(core, &shop).await?;
    let behind = fold_onward(core, &shop).await?;
    let now = core.world.now();
    Ok(Next::Again(if behind { now } else { after(now, EVERY) }))
}

/// Until when ids are settled: no older one comes any more. The fold begins its transactions alone, so none is under way while
/// it looks; but one whose connection was lost is run again with the ids that it had, and another process's clock may be
/// behind. What is not settled is counted in memory by whoever looks at the day ([`unfolded`]). A single process commits in the
/// order of its ids.
fn settled(core: &Core) -> Timestamp {
    if core.storage.is_shared() { after(core.world.now(), -SETTLING) } else { Timestamp::MAX }
}

/// When an id was made, by the clock of who made it: the first 48 bits of a UUID of version 7.
fn made_at(id: impl Id) -> Timestamp {
    from_millis(i64::try_from(id.uuid().as_u128() >> 80).unwrap_or(i64::MAX))
}

/// Folds what happened since the marks; whether there is still more.
async fn fold_onward(core: &Core, shop: &Shop) -> Result<bool> {
    for _ in 0..SLICES {
        if is_folded(core, shop).await? {
            return Ok(false);
        }
        fold_slice(core, shop).await?;
    }
    Ok(!is_folded(core, shop).await?)
}

async fn is_folded(core: &Core, shop: &Shop) -> Result<bool> {
    let mut read = core.read().await?;
    let mut marks = read.figure_marks(shop.id).await?;
    Ok(News::after(read.as_mut(), shop.id, &mut marks, settled(core), 1).await?.is_empty())
}

/// One slice, in one transaction with the marks behind it.
async fn fold_slice(core: &Core, shop: &Shop) -> Result<()> {
    // Alone: whoever runs beside others may still commit an event that is older than the newest one that is seen.
    let mut tx = core.begin().await?;
    let mut marks = tx.figure_marks(shop.id).await?;
    let mut news = News::after(tx.as_read(), shop.id, &mut marks, settled(core), SLICE).await?;
    news.end_before_unreadable(&mut marks)?;
    let calendar = ShopCalendar::of(shop);
    let mut fold = Fold::new(&calendar, shop.currency);
    load(tx.as_read(), shop.id, &mut fold, &news).await?;
    let before = fold.past.clone();
    news.fold_into(&mut fold);
    for (subject, past) in &fold.past {
        if before.get(subject) != Some(past) {
            tx.save_past(shop.id, *subject, past).await?;
        }
    }
    tx.add_figures(shop.id, &fold.deltas()).await?;
    tx.save_figure_marks(shop.id, marks).await?;
    Ok(core.commit(tx).await?)
}

/// One slice of what happened.
struct News {
    /// None in the place of one that cannot be read.
    events: Vec<(EventId, Option<Event>, Timestamp)>,
    journals: Vec<Booked>,
}

impl News {
    /// The slice behind the marks, of what was made until then; the marks are moved behind it.
    async fn after(
        read: &mut dyn Read,
        shop: ShopId,
        marks: &mut Marks,
        until: Timestamp,
        limit: u32,
    ) -> Result<Self, Failure> {
        let mut events = read.events_after(shop, marks.event, limit).await?;
        let mut journals = read.journals_after(shop, marks.journal, limit).await?;
        events.retain(|(id, _, _)| made_at(*id) <= until);
        journals.retain(|journal| made_at(journal.id) <= until);
        marks.event = events.last().map_or(marks.event, |(id, _, _)| Some(*id));
        marks.journal = journals.last().map_or(marks.journal, |journal| Some(journal.id));
        Ok(Self { events, journals })
    }

    /// The fold passes no event over, or it were in no figure until all are folded again: a newer program may be able to read
    /// what this one cannot. It comes up to that event, and then says which it is.
    fn end_before_unreadable(&mut self, marks: &mut Marks) -> Result<(), Failure> {
        let Some(at) = self.events.iter().position(|(_, event, _)| event.is_none()) else { return Ok(()) };
        let unreadable = self.events.get(at).map(|(id, _, _)| *id);
        self.events.truncate(at);
        match (self.events.last(), unreadable) {
            (Some((last, _, _)), _) => marks.event = Some(*last),
            (None, Some(id)) => return Err(Failure::core(&format!("the event {id} cannot be read"))),
            (None, None) => {}
        }
        Ok(())
    }

    /// How many events cannot be read.
    fn unreadable(&self) -> usize {
        self.events.iter().filter(|(_, event, _)| event.is_none()).count()
    }

    /// The events that can be read.
    fn known(&self) -> impl Iterator<Item = (&Event, Timestamp)> {
        self.events.iter().filter_map(|(_, event, at)| Some((event.as_ref()?, *at)))
    }

    const fn is_empty(&self) -> bool {
        self.events.is_empty() && self.journals.is_empty()
    }

    fn fold_into(&self, fold: &mut Fold<'_>) {
        for (event, at) in self.known() {
            fold.event(event, at);
        }
        for journal in &self.journals {
            fold.journal(journal);
        }
    }
}

/// What the figures lack of this moment: what happened since these marks, as far as that is read in a moment. An event that
/// cannot be read is missing, and all others are seen.
pub(super) async fn unfolded(
    read: &mut dyn Read,
    shop: &Shop,
    mut marks: Marks,
) -> Result<Vec<Delta>, Failure> {
    let calendar = ShopCalendar::of(shop);
    let mut fold = Fold::new(&calendar, shop.currency);
    let mut skipped = 0_usize;
    for _ in 0..SLICES_OF_A_LOOK {
        let news = News::after(read, shop.id, &mut marks, Timestamp::MAX, SLICE).await?;
        if news.is_empty() {
            break;
        }
        load(read, shop.id, &mut fold, &news).await?;
        news.fold_into(&mut fold);
        skipped = skipped.saturating_add(news.unreadable());
    }
    if skipped > 0 {
        tracing::error!(shop = %shop.id, skipped, "events cannot be read and are missing in the sales of a day");
    }
    Ok(fold.deltas())
}

/// Reads what the slice speaks of; what is remembered already is newer than what is stored.
async fn load(read: &mut dyn Read, shop: ShopId, fold: &mut Fold<'_>, news: &News) -> Result<(), Failure> {
    let journals = &news.journals;
    let of_events = news.known().filter_map(|(event, _)| Fold::order_of(event));
    let orders: BTreeSet<_> = of_events.chain(journals.iter().filter_map(Booked::order)).collect();
    let orders: Vec<_> = orders.into_iter().collect();
    fold.orders.extend(read.orders_among(shop, &orders).await?.into_iter().map(|order| (order.id, order)));
    let payments: BTreeSet<_> = journals.iter().filter_map(Booked::payment).collect();
    let payments: Vec<_> = payments.into_iter().collect();
    let payments = read.payments_among(shop, &payments).await?.into_iter();
    fold.payments.extend(payments.map(|payment| (payment.id, (payment.order_id, payment.gateway_id))));
    let between = journals.iter().filter(|journal| journal.is_between_shops());
    let accounts: BTreeSet<_> = between.flat_map(Booked::users).collect();
    for user in accounts.into_iter().filter(|user| !fold.resellers.contains_key(user)).collect::<Vec<_>>() {
        if let Some(reseller) = read.reseller_by_account(shop, user).await? {
            fold.resellers.insert(user, reseller.reseller_shop);
        }
    }
    let mut subjects: BTreeSet<Subject> =
        news.known().flat_map(|(event, _)| fold.subjects_of(event)).collect();
    subjects.extend(journals.iter().flat_map(Fold::subjects_of_journal));
    subjects.retain(|subject| !fold.past.contains_key(subject));
    let subjects: Vec<_> = subjects.into_iter().collect();
    let known = read.pasts(shop, &subjects).await?;
    fold.past.extend(subjects.into_iter().map(|subject| (subject, Past::None)));
    fold.past.extend(known);
    Ok(())
}

/// Counts what stands now, as today's value; at most every ten minutes, and again once the day is over.
async fn count(core: &Core, shop: &Shop) -> Result<()> {
    let now = core.world.now();
    let today = ShopCalendar::of(shop).day(now);
    let minutes = now.as_second().div_euclid(COUNTED_EVERY.as_secs());
    let mut read = core.read().await?;
    // The moment of the last count stands in a slice of its own.
    let last = read.last_figure(shop.id, Figure::Active, "counted", today).await?;
    if last.is_some_and(|row| row.day == today && row.value == minutes) {
        return Ok(());
    }
    let (plans, payers) = read.standing(shop.id).await?;
    // A plan that nobody has any more stood earlier today, maybe.
    let none = |plan: &Plan| Standing { plan: plan.id, subscriptions: 0, paid: 0, monthly: 0 };
    let gone = read.plans(shop.id).await?;
    let gone = gone.iter().filter(|plan| plans.iter().all(|p| p.plan != plan.id)).map(none);
    let plans: Vec<Standing> = plans.iter().copied().chain(gone).collect();
    let mut values = standing(&plans, payers, today);
    values.push(value(Figure::Active, "counted", today, minutes));
    for group in read.groups(shop.id).await? {
        for (server, load) in read.loads(shop.id, group.id).await? {
            values.push(value(Figure::Load, &format!("server:{server}"), today, i64::from(load)));
        }
    }
    drop(read);
    let mut tx = core.begin().await?;
    tx.set_figures(shop.id, &values).await?;
    Ok(core.commit(tx).await?)
}

fn value(figure: Figure, slice: &str, day: i64, value: i64) -> Delta {
    Delta { figure, row: Row { slice: slice.to_owned(), day, value } }
}

/// What stands, as values of a day.
fn standing(plans: &[Standing], payers: i64, day: i64) -> Vec<Delta> {
    let all = |of: fn(&Standing) -> i64| plans.iter().map(of).fold(0, i64::saturating_add);
    let mut values = vec![
        value(Figure::Active, "", day, all(|p| p.subscriptions)),
        value(Figure::Mrr, "", day, all(|p| p.monthly)),
        value(Figure::Payers, "", day, payers),
    ];
    for plan in plans {
        let slice = format!("plan:{}", plan.plan);
        values.push(value(Figure::Active, &slice, day, plan.subscriptions));
        values.push(value(Figure::Mrr, &slice, day, plan.monthly));
    }
    values
}

/// Sums up old hours of traffic by day, once on each day of UTC: it looks at all that is old.
async fn thin(core: &Core, shop: &Shop) -> Result<()> {
    let (day, now) = (86_400, core.world.now());
    let today = now.as_second().div_euclid(day);
    // The day of the last time stands in a slice of its own.
    let last = core.read().await?.last_figure(shop.id, Figure::Load, "thinned", today).await?;
    if last.is_some_and(|row| row.day == today) {
        return Ok(());
    }
    let oldest = after(now, -days(HOURS_KEPT_DAYS)).as_second().div_euclid(day) * day;
    let before = crate::domain::time::from_millis(oldest.saturating_mul(1000));
    let mut tx = core.begin().await?;
    tx.thin_server_traffic(shop.id, before).await?;
    tx.set_figures(shop.id, &[value(Figure::Load, "thinned", today, 1)]).await?;
    Ok(core.commit(tx).await?)
}

/// Brings the figures up to this moment, as far as that is done in a moment.
pub(crate) async fn refresh(core: &Core, who: &Principal) -> Result<()> {
    who.may(Permission::Reports)?;
    let mut tx = core.begin().await?;
    keep(core, tx.as_mut(), who.shop_id).await?;
    core.commit(tx).await?;
    let shop = core.shop(core.read().await?.as_mut(), who.shop_id).await?;
    for _ in 0..SLICES_AT_ONCE {
        if is_folded(core, &shop).await? {
            break;
        }
        fold_slice(core, &shop).await?;
    }
    count(core, &shop).await
}

/// Forgets what was folded; the job folds it again from the beginning.
pub(crate) async fn fold_again(core: &Core, who: &Principal) -> Result<()> {
    who.may(Permission::Reports)?;
    let mut tx = core.begin().await?;
    tx.clear_figures(who.shop_id).await?;
    keep(core, tx.as_mut(), who.shop_id).await?;
    Ok(core.commit(tx).await?)
}
