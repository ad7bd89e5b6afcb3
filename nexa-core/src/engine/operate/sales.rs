//! What was sold on a day, beside the same day a week before.

use crate::{
    domain::{
        analytics::{Delta, day_number},
        permission::Permission,
        sales::Sales,
        shop::Shop,
        user::Principal,
    },
    engine::{Core, figures::unfolded},
    error::{Failure, Result},
    ports::storage::Read,
};
use jiff::{ToSpan as _, civil};

/// How often figures are read that are folded meanwhile, which happens once a minute.
const TRIES: u32 = 10;

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
    let all = sold(read.as_mut(), &shop, &[(day, day), (before, before)]).await?;
    let (sales, week_before) = (on(day, &all, &shop), on(before, &all, &shop));
    Ok(Daily { shop, day, sales, week_before })
}

/// The sales of each day from the first to the last.
pub(super) async fn days_of(
    read: &mut dyn Read,
    shop: &Shop,
    first: civil::Date,
    last: civil::Date,
) -> Result<Vec<(civil::Date, Sales)>> {
    let all = sold(read, shop, &[(first, last)]).await?;
    let days = first.series(1.day()).take_while(|day| *day <= last);
    Ok(days.map(|day| (day, on(day, &all, shop))).collect())
}

/// What is folded of these spans of days, and everything that is not folded yet.
async fn sold(
    read: &mut dyn Read,
    shop: &Shop,
    spans: &[(civil::Date, civil::Date)],
) -> Result<Vec<Delta>, Failure> {
    let mut marks = read.figure_marks(shop.id).await?;
    for _ in 0..TRIES {
        let mut all = unfolded(read, shop, marks).await?;
        for (first, last) in spans {
            for figure in Sales::FIGURES {
                let rows = read.figures(shop.id, figure, day_number(*first), day_number(*last)).await?;
                all.extend(rows.into_iter().map(|row| Delta { figure, row }));
            }
        }
        // A view shows to each statement what is committed by then: what was folded meanwhile would count twice.
        let now = read.figure_marks(shop.id).await?;
        if now == marks {
            return Ok(all);
        }
        marks = now;
    }
    Err(Failure::storage("the figures change faster than they are read"))
}

fn on(day: civil::Date, all: &[Delta], shop: &Shop) -> Sales {
    let day = day_number(day);
    Sales::of(all.iter().filter(|delta| delta.row.day == day), shop.currency)
}
