//! Figures: what was folded live, cut off and killed as it may have been, against the books, and against a fold from the
//! beginning.

use super::super::{run::Outside, shop::Shop};
use nexa_core::{
    domain::{
        analytics::{Figure, Row},
        ledger::Account,
        money::Currency,
    },
    error::Result,
    ports::storage::{Read, Storage as _},
};
use std::collections::BTreeMap;

/// I23: each event and journal is in the figures once: the books' sums are those of the figures, and folding all again
/// gives the same.
pub async fn figures(outside: &Outside, shop: &Shop) -> Result<Vec<String>> {
    let storage = &outside.env.storage;
    let mut found = Vec::new();
    onward(outside, shop).await?;
    found.extend(books(storage.read().await?.as_mut(), shop).await?);
    let live = all(storage.read().await?.as_mut(), shop).await?;
    outside.engine().backoffice(shop.operator.clone()).fold_again().await?;
    onward(outside, shop).await?;
    let again = all(storage.read().await?.as_mut(), shop).await?;
    for (figure, rows) in &live {
        if again.get(figure) != Some(rows) {
            found.push(format!(
                "I23: {figure:?} was folded live to {rows:?}, again to {:?}",
                again.get(figure)
            ));
        }
    }
    Ok(found)
}

/// Folds until nothing is left.
async fn onward(outside: &Outside, shop: &Shop) -> Result<()> {
    let office = outside.engine().backoffice(shop.operator.clone());
    loop {
        office.refresh_figures().await?;
        let mut read = outside.env.storage.read().await?;
        let marks = read.figure_marks(shop.id).await?;
        let more = !read.events_after(shop.id, marks.event, 1).await?.is_empty()
            || !read.journals_after(shop.id, marks.journal, 1).await?.is_empty();
        if !more {
            return Ok(());
        }
    }
}

async fn all(read: &mut dyn Read, shop: &Shop) -> Result<BTreeMap<Figure, Vec<Row>>> {
    let mut all = BTreeMap::new();
    for figure in Figure::ALL.iter().filter(|figure| figure.is_folded()) {
        let rows = read.figures(shop.id, *figure, i64::MIN, i64::MAX).await?;
        all.insert(*figure, rows.into_iter().filter(|row| row.value != 0).collect());
    }
    Ok(all)
}

async fn books(read: &mut dyn Read, shop: &Shop) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    let mut revenue = 0;
    for (account, balance, _) in read.trial_balance(shop.id).await? {
        if balance.currency != Currency::Usd {
            continue;
        }
        let name = account.to_string();
        let sort = name.split(':').next().unwrap_or_default().to_owned();
        *sums.entry(sort).or_default() += balance.minor;
        if account == Account::Revenue {
            revenue = balance.minor;
        }
    }
    for (sort, sum) in sums {
        let folded = read.figure_sum(shop.id, Figure::Books, &sort, i64::MIN, i64::MAX).await?;
        if folded != sum {
            found.push(format!("I23: the books have {sum} in {sort}, the figures {folded}"));
        }
    }
    let sold = read.figure_sum(shop.id, Figure::Revenue, "", i64::MIN, i64::MAX).await?;
    let back = read.figure_sum(shop.id, Figure::Refunded, "", i64::MIN, i64::MAX).await?;
    if sold - back != revenue {
        found.push(format!("I23: revenue is {revenue}, the figures say {sold} less {back}"));
    }
    for by in ["plan:", "method:"] {
        let rows = read.figures(shop.id, Figure::Revenue, i64::MIN, i64::MAX).await?;
        let cut: i64 = rows.iter().filter(|row| row.slice.starts_with(by)).map(|row| row.value).sum();
        if cut != sold {
            found.push(format!("I23: {sold} was sold, {cut} by {by}"));
        }
    }
    Ok(found)
}
