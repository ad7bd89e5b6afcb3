//! What was sold on a day, beside the same day a week before.

use crate::{
    domain::{
        sales::Sales,
        shop::Shop,
        time::{after, days},
        user::{Principal, Scope},
    },
    engine::Core,
    error::Result,
    ports::storage::Read,
    text,
};
use jiff::{Timestamp, civil};

/// One day's sales, and those of the same day a week before. Days are the shop's: Tehran's where it speaks Persian, else
/// those of UTC.
pub(crate) struct Daily {
    pub(crate) shop: Shop,
    pub(crate) day: civil::Date,
    pub(crate) sales: Sales,
    pub(crate) week_before: Sales,
}

/// The sales of this day, or of today.
pub(crate) async fn sales(core: &Core, who: &Principal, day: Option<civil::Date>) -> Result<Daily> {
    who.with(Scope::Manage)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let day = day.unwrap_or_else(|| text::day_of(shop.locale, core.world.now()));
    let from = text::beginning_of(shop.locale, day);
    let to = text::beginning_of(shop.locale, day.saturating_add(jiff::Span::new().days(1)));
    let week = days(7);
    let sales = within(read.as_mut(), &shop, from, to).await?;
    let week_before = within(read.as_mut(), &shop, after(from, -week), after(to, -week)).await?;
    Ok(Daily { shop, day, sales, week_before })
}

async fn within(read: &mut dyn Read, shop: &Shop, from: Timestamp, to: Timestamp) -> Result<Sales> {
    let sold = read.sold(shop.id, from, to).await?;
    let moved = read.revenue(shop.id, from, to).await?;
    let new_users = read.count_new_users(shop.id, from, to).await?;
    Ok(Sales::of(&sold, &moved, new_users, shop.currency)?)
}
