//! What was sold on a day, beside the same day a week before.

use crate::{
    domain::{
        permission::Permission,
        sales::Sales,
        shop::Shop,
        time::{after, days},
        user::Principal,
    },
    engine::Core,
    error::Result,
    ports::storage::Read,
};
use jiff::{Timestamp, civil};

/// One day's sales, and those of the same day a week before. Days are those of the shop's zone.
pub(crate) struct Daily {
    pub(crate) shop: Shop,
    pub(crate) day: civil::Date,
    pub(crate) sales: Sales,
    pub(crate) week_before: Sales,
}

/// The sales of this day, or of today.
pub(crate) async fn sales(core: &Core, who: &Principal, day: Option<civil::Date>) -> Result<Daily> {
    who.may(Permission::Reports)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let day = day.unwrap_or_else(|| shop.day_of(core.world.now()));
    let from = shop.beginning_of(day);
    let to = shop.beginning_of(day.saturating_add(jiff::Span::new().days(1)));
    let week = days(7);
    let sales = within(read.as_mut(), &shop, from, to).await?;
    let week_before = within(read.as_mut(), &shop, after(from, -week), after(to, -week)).await?;
    Ok(Daily { shop, day, sales, week_before })
}

/// The sales of a span.
pub(super) async fn within(
    read: &mut dyn Read,
    shop: &Shop,
    from: Timestamp,
    to: Timestamp,
) -> Result<Sales> {
    let sold = read.sold(shop.id, from, to).await?;
    let moved = read.revenue(shop.id, from, to).await?;
    let new_users = read.count_new_users(shop.id, from, to).await?;
    Ok(Sales::of(&sold, &moved, new_users, shop.currency)?)
}
