//! Lists to take along, slice by slice, so that no list is ever in memory as a whole.

use super::sales::days_of;
use crate::{
    domain::{
        coupon::Coupon,
        csv::{self, Cell},
        export::{Export, MOST_DAYS},
        ledger::Account,
        order::{Order, OrderKind, OrderNumber},
        permission::Permission,
        refusal::Refusal,
        sales::Sales,
        shop::{Locale, Shop},
        user::Principal,
        withdrawal::Withdrawal,
    },
    engine::{Core, cases::masked_customer},
    error::Result,
    ids::Id,
    ports::storage::{OrderFilter, Page, Read, WithdrawalFilter},
    text,
};
use jiff::{Timestamp, ToSpan, civil::Date};
use serde::Serialize;

/// Days of sales in one slice.
const DAYS: i32 = 31;
/// Days of sales when nobody says which.
const USUAL_DAYS: i32 = 90;

/// Which part of which list is wanted.
pub(crate) struct Wanted {
    pub(crate) list: Export,
    /// The language of the column names; the stable names without one.
    pub(crate) locale: Option<Locale>,
    /// Of sales: the first and the last day.
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
    /// Where the slice before ended; none for the first one.
    pub(crate) after: Option<String>,
}

/// A slice as it is written, and where it ended unless it is the last one.
pub(crate) struct Slice {
    pub(crate) text: String,
    pub(crate) next: Option<String>,
}

type Rows = (Vec<Vec<Cell>>, Option<String>);

/// One slice of a list.
pub(crate) async fn export(core: &Core, who: &Principal, wanted: Wanted) -> Result<Slice> {
    who.may(Permission::Reports)?;
    let mut read = core.read().await?;
    let shop = core.shop(read.as_mut(), who.shop_id).await?;
    let (rows, next) = match wanted.list {
        Export::Sales => sales(core, read.as_mut(), &shop, &wanted).await?,
        list => {
            let before = wanted.after.as_deref().map(str::parse).transpose();
            let before = before.map_err(|_| Refusal::bad_input("cursor", "not a cursor of this list"))?;
            let page = Page { before, limit: Page::MOST };
            rows(core, read.as_mut(), &shop, list, page).await?
        }
    };
    let mut text = String::new();
    if wanted.after.is_none() {
        text.push(csv::BYTE_ORDER_MARK);
        text.push_str(&csv::line(&head(&wanted)));
    }
    for row in &rows {
        text.push_str(&csv::line(row));
    }
    Ok(Slice { text, next })
}

fn head(wanted: &Wanted) -> Vec<Cell> {
    let named = |column: &&'static str| match wanted.locale {
        Some(locale) => Cell::text(text::get(locale, &format!("export-{}", column.replace('_', "-")))),
        None => Cell::text(*column),
    };
    wanted.list.columns().iter().map(named).collect()
}

async fn rows(core: &Core, read: &mut dyn Read, shop: &Shop, list: Export, page: Page) -> Result<Rows> {
    match list {
        Export::Users => users(core, read, shop, page).await,
        Export::Orders => orders(read, shop, page).await,
        Export::Payments => payments(read, shop, page).await,
        Export::Ledger => ledger(read, shop, page).await,
        Export::Subscriptions => subscriptions(read, shop, page).await,
        Export::Withdrawals => withdrawals(read, shop, page).await,
        Export::Coupons => coupons(read, shop, page).await,
        Export::Sales => Err(Refusal::NotFound.into()),
    }
}

/// The last of a full slice; behind one that is not full there is nothing.
fn end<T, I: Id>(all: &[T], page: Page, id: impl Fn(&T) -> I) -> Option<String> {
    let full = u32::try_from(all.len()).is_ok_and(|count| count >= page.limit);
    all.last().filter(|_| full).map(|last| id(last).uuid().to_string())
}

/// The name that the database has for a word.
fn word(of: impl Serialize) -> Cell {
    Cell::maybe(serde_json::to_value(of).ok().and_then(|value| value.as_str().map(str::to_owned)))
}

fn moment(at: Timestamp) -> Cell {
    Cell::text(at.to_string())
}

fn flag(on: bool) -> Cell {
    Cell::number(i64::from(on))
}

async fn users(core: &Core, read: &mut dyn Read, shop: &Shop, page: Page) -> Result<Rows> {
    let all = read.users(shop.id, page).await?;
    let mut rows = Vec::new();
    for user in &all {
        let customer = masked_customer(core, read, shop.id, user.id).await?;
        let wallet = read.balance(shop.id, Account::Wallet(user.id), shop.currency).await?;
        let held = read.balance(shop.id, Account::Held(user.id), shop.currency).await?;
        rows.push(vec![
            Cell::text(user.id.to_string()),
            Cell::maybe(customer),
            word(user.role),
            flag(user.blocked),
            Cell::maybe(user.locale.map(Locale::tag)),
            Cell::money(wallet),
            Cell::money(held),
            Cell::text(shop.currency.code()),
            moment(user.created_at),
        ]);
    }
    Ok((rows, end(&all, page, |user| user.id)))
}

async fn orders(read: &mut dyn Read, shop: &Shop, page: Page) -> Result<Rows> {
    let all = read.orders(shop.id, OrderFilter::default(), page).await?;
    let row = |order: &Order| {
        vec![
            Cell::text(order.id.to_string()),
            Cell::text(OrderNumber::of(order.id).to_string()),
            Cell::text(order.user_id.to_string()),
            word(order.kind.what()),
            Cell::maybe(plan_of(order)),
            Cell::money(order.price),
            order.coupon.as_ref().map_or(Cell::Empty, |coupon| Cell::money(coupon.saving)),
            Cell::text(order.price.currency.code()),
            word(order.state),
            order.attention.map_or(Cell::Empty, word),
            moment(order.created_at),
            order.paid_at.map_or(Cell::Empty, moment),
            order.fulfilled_at.map_or(Cell::Empty, moment),
        ]
    };
    Ok((all.iter().map(row).collect(), end(&all, page, |order| order.id)))
}

fn plan_of(order: &Order) -> Option<&str> {
    match &order.kind {
        OrderKind::Gift(sale) => Some(&sale.plan_name),
        _ => order.sale().map(|sale| &*sale.plan_name),
    }
}

async fn withdrawals(read: &mut dyn Read, shop: &Shop, page: Page) -> Result<Rows> {
    let all = read.withdrawals(shop.id, WithdrawalFilter::default(), page).await?;
    let row = |of: &Withdrawal| {
        vec![
            Cell::text(of.id.to_string()),
            Cell::text(of.user_id.to_string()),
            Cell::money(of.amount),
            Cell::text(of.amount.currency.code()),
            word(of.way),
            word(of.state),
            Cell::maybe(of.note.clone()),
            moment(of.asked_at),
            of.decided_at.map_or(Cell::Empty, moment),
        ]
    };
    Ok((all.iter().map(row).collect(), end(&all, page, |of| of.id)))
}

async fn coupons(read: &mut dyn Read, shop: &Shop, page: Page) -> Result<Rows> {
    let all = read.own_coupons(shop.id, page).await?;
    let row = |of: &Coupon| {
        vec![
            Cell::text(of.id.to_string()),
            Cell::text(of.code.clone()),
            Cell::maybe(of.user.map(|user| user.to_string())),
            Cell::text(of.benefit.name()),
            of.limits.until.map_or(Cell::Empty, moment),
            Cell::number(i64::from(of.taken)),
            moment(of.created_at),
        ]
    };
    Ok((all.iter().map(row).collect(), end(&all, page, |of| of.id)))
}

async fn payments(read: &mut dyn Read, shop: &Shop, page: Page) -> Result<Rows> {
    let gateways = read.gateways(shop.id).await?;
    let all = read.all_payments(shop.id, page).await?;
    let mut rows = Vec::new();
    for payment in &all {
        let gateway = gateways.iter().find(|one| one.id == payment.gateway_id);
        let method = gateway.map_or_else(|| payment.gateway_id.to_string(), |one| one.name.clone());
        rows.push(vec![
            Cell::text(payment.id.to_string()),
            Cell::text(payment.order_id.to_string()),
            Cell::text(payment.user_id.to_string()),
            Cell::text(method),
            word(payment.state),
            Cell::money(payment.due),
            Cell::money(payment.received),
            Cell::text(payment.due.currency.code()),
            Cell::money(payment.credited),
            Cell::text(payment.credited.currency.code()),
            flag(payment.test),
            moment(payment.created_at),
        ]);
    }
    Ok((rows, end(&all, page, |payment| payment.id)))
}

async fn ledger(read: &mut dyn Read, shop: &Shop, page: Page) -> Result<Rows> {
    let all = read.journals(shop.id, page).await?;
    let mut rows = Vec::new();
    for journal in &all {
        for entry in &journal.entries {
            rows.push(vec![
                Cell::text(journal.id.to_string()),
                moment(journal.at),
                Cell::text(&journal.cause),
                Cell::text(entry.account.to_string()),
                Cell::money(entry.amount),
                Cell::text(entry.amount.currency.code()),
            ]);
        }
    }
    Ok((rows, end(&all, page, |journal| journal.id)))
}

async fn subscriptions(read: &mut dyn Read, shop: &Shop, page: Page) -> Result<Rows> {
    let all = read.subscriptions(shop.id, None, page).await?;
    let mut rows = Vec::new();
    for held in &all {
        rows.push(vec![
            Cell::text(held.id.to_string()),
            Cell::text(held.user_id.to_string()),
            Cell::text(&held.plan_name),
            Cell::text(held.state.name()),
            moment(held.starts_at),
            moment(held.ends_at),
            Cell::number(held.limit.as_bytes()),
            Cell::number(held.used.as_bytes()),
            Cell::number(held.devices),
            flag(held.auto_renew),
            moment(held.created_at),
        ]);
    }
    Ok((rows, end(&all, page, |held| held.id)))
}

async fn sales(core: &Core, read: &mut dyn Read, shop: &Shop, wanted: &Wanted) -> Result<Rows> {
    let odd = |field| Refusal::bad_input(field, "a day, at most ten years from the first one to the last");
    let to = wanted.to.unwrap_or_else(|| shop.day_of(core.world.now()));
    let first = wanted.from.unwrap_or_else(|| to.saturating_sub(USUAL_DAYS.days()));
    if first > to || first.saturating_add(MOST_DAYS.days()) < to {
        return Err(odd("from").into());
    }
    let begins = match &wanted.after {
        None => first,
        Some(cursor) => cursor.parse().map_err(|_| odd("cursor"))?,
    };
    let ends = begins.saturating_add((DAYS - 1).days()).min(to);
    let days = days_of(read, shop, begins, ends).await?;
    let rows = days.iter().map(|(day, sold)| sales_row(*day, sold)).collect();
    Ok((rows, (ends < to).then(|| ends.saturating_add(1.day()).to_string())))
}

fn sales_row(day: Date, sold: &Sales) -> Vec<Cell> {
    vec![
        Cell::text(day.to_string()),
        Cell::number(sold.orders),
        Cell::money(sold.revenue),
        Cell::number(sold.refunds.count),
        Cell::money(sold.refunds.sum),
        Cell::number(sold.top_ups.count),
        Cell::money(sold.top_ups.sum),
        Cell::text(sold.revenue.currency.code()),
        Cell::number(sold.new_users),
        Cell::number(sold.trials),
        Cell::number(sold.renewals),
        Cell::number(sold.given),
    ]
}
