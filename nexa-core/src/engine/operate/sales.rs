//! What was sold on a day, beside the same day a week before.

use crate::{
    domain::{
        analytics::{Delta, Row, day_number},
        permission::Permission,
        sales::Sales,
        shop::Shop,
        user::Principal,
    },
    engine::{Core, figures::unfolded},
    error::Result,
    ports::storage::Read,
};
use jiff::{ToSpan as _, civil};

/// One day's sales, and those of the same day a week before.
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
    let before = day.saturating_sub(7.days());
    let read = read.as_mut();
    let news = unfolded(read, &shop).await?;
    let of_day = sold(read, &shop, day, day).await?;
    let of_before = sold(read, &shop, before, before).await?;
    let (sales, week_before) = (on(day, &of_day, &news, &shop), on(before, &of_before, &news, &shop));
    Ok(Daily { shop, day, sales, week_before })
}

/// The sales of each day from the first to the last.
pub(super) async fn days_of(
    read: &mut dyn Read,
    shop: &Shop,
    first: civil::Date,
    last: civil::Date,
) -> Result<Vec<(civil::Date, Sales)>> {
    let news = unfolded(read, shop).await?;
    let all = sold(read, shop, first, last).await?;
    let days = first.series(1.day()).take_while(|day| *day <= last);
    Ok(days.map(|day| (day, on(day, &all, &news, shop))).collect())
}

/// What is folded of these days.
async fn sold(read: &mut dyn Read, shop: &Shop, first: civil::Date, last: civil::Date) -> Result<Vec<Delta>> {
    let (from, to) = (day_number(first), day_number(last));
    let mut all = Vec::new();
    for figure in Sales::FIGURES {
        let rows = read.figures(shop.id, figure, from, to).await?;
        all.extend(rows.into_iter().map(|row: Row| Delta { figure, row }));
    }
    Ok(all)
}

fn on(day: civil::Date, folded: &[Delta], news: &[Delta], shop: &Shop) -> Sales {
    let day = day_number(day);
    Sales::of(folded.iter().chain(news).filter(|delta| delta.row.day == day), shop.currency)
}
