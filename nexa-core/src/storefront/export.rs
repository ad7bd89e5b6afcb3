//! Everything that the shop keeps about a customer, for the customer: one JSON text.

use super::{
    account, earnings,
    view::{self, moment, money, word},
};
use crate::{
    domain::{
        ledger::Account,
        order::Order,
        server::Server,
        shop::Locale,
        subscription::Subscription,
        usage::{Day, DayUsage},
        user::{Principal, User},
    },
    engine::{Core, cases},
    error::{Failure, Result},
    ids::Id,
    ports::storage::{CommissionFilter, OrderFilter, Page, Read, TicketFilter, WithdrawalFilter},
};
use serde_json::{Value, json};
use uuid::Uuid;

/// The export of one user, whose session was found fresh.
pub(super) async fn export(core: &Core, who: &Principal, user: &User) -> Result<String> {
    let sessions = cases::sessions(core, who).await?;
    let mut read = core.read().await?;
    let read = read.as_mut();
    let shop = core.shop(read, user.shop_id).await?;
    let mut identities = Vec::new();
    for identity in read.identities(user.shop_id, user.id).await? {
        identities.push(json!({
            "kind": word(&identity.kind),
            "value": cases::clear(core, &identity)?,
            "verified": identity.verified,
            "has_password": identity.password.is_some(),
            "created_at": moment(identity.created_at),
        }));
    }
    let passkeys = read.passkeys(user.shop_id, user.id).await?;
    let factor = read.second_factor(user.shop_id, user.id).await?;
    let document = json!({
        "shop": shop.name,
        "made_at": moment(core.world.now()),
        "user": {
            "user_id": user.id.to_string(),
            "locale": user.locale.map(Locale::tag),
            "created_at": moment(user.created_at),
        },
        "identities": identities,
        "second_factor": factor.filter(|f| f.confirmed).map(|f| json!({ "since": moment(f.created_at) })),
        "passkeys": passkeys.iter().map(account::passkey).collect::<Vec<_>>(),
        "sessions": sessions.iter().map(|s| account::session_entry(s, who)).collect::<Vec<_>>(),
        "gifts": gifts(read, user).await?,
        "invitation": invited(core, read, user).await?,
        "commissions": commissions(read, user).await?,
        "withdrawals": withdrawals(core, read, user).await?,
        "wallet": money(read.balance(shop.id, Account::Wallet(user.id), shop.currency).await?),
        "wallet_held": money(read.balance(shop.id, Account::Held(user.id), shop.currency).await?),
        "wallet_history": wallet(read, user).await?,
        "orders": orders(read, user).await?,
        "subscriptions": subscriptions(read, user).await?,
        "message_browsers": browsers(read, user).await?,
        "message_preferences": preferences(core, read, user).await?,
        "tickets": tickets(core, read, user).await?,
        "notices": notices(core, read, user).await?,
    });
    let text = serde_json::to_string_pretty(&document);
    Ok(text.map_err(|_| Failure::core("an export cannot be written down"))?)
}

/// Without codes: a copy that lies about must not be worth anything.
async fn gifts(read: &mut dyn Read, user: &User) -> Result<Vec<Value>> {
    let all = read.gifts(user.shop_id, user.id).await?;
    Ok(all.iter().map(|g| json!({ "order_id": g.order_id.to_string(), "state": g.state.name() })).collect())
}

/// The own code, since when there is one; by what the user came, without saying by whom.
async fn invited(core: &Core, read: &mut dyn Read, user: &User) -> Result<Value> {
    let own = read.invitation(user.shop_id, user.id).await?;
    let shown = own.map(|own| cases::invitation_code(core, &own)).transpose()?;
    let accepted = read.referral(user.shop_id, user.id).await?.map(|known| moment(known.accepted_at));
    let by = read.campaign_of(user.shop_id, user.id).await?;
    let (campaign, click) = by.map_or((None, None), |by| (Some(by.code), by.click));
    Ok(json!({ "code": shown, "accepted_at": accepted, "campaign": campaign, "click": click }))
}

async fn commissions(read: &mut dyn Read, user: &User) -> Result<Vec<Value>> {
    let filter = CommissionFilter { user: Some(user.id), state: None };
    let (mut all, mut next) = (Vec::new(), Some(FIRST));
    while let Some(page) = next {
        let rows = read.commissions(user.shop_id, filter, page).await?;
        next = onward(rows.last().map(|c| c.id.uuid()));
        all.extend(rows.iter().map(|c| json!(earnings::commission(c))));
    }
    Ok(all)
}

async fn withdrawals(core: &Core, read: &mut dyn Read, user: &User) -> Result<Vec<Value>> {
    let filter = WithdrawalFilter { user: Some(user.id), state: None };
    let (mut all, mut next) = (Vec::new(), Some(FIRST));
    while let Some(page) = next {
        let rows = read.withdrawals(user.shop_id, filter, page).await?;
        next = onward(rows.last().map(|w| w.id.uuid()));
        for row in &rows {
            all.push(json!(earnings::withdrawal(row, cases::destination(core, row)?)));
        }
    }
    Ok(all)
}

/// The page after `last`; none after an empty one.
fn onward(last: Option<Uuid>) -> Option<Page> {
    last.map(|id| Page { before: Some(id), limit: Page::MOST })
}

const FIRST: Page = Page { before: None, limit: Page::MOST };

async fn wallet(read: &mut dyn Read, user: &User) -> Result<Vec<Value>> {
    let (mut all, mut next) = (Vec::new(), Some(FIRST));
    while let Some(page) = next {
        let rows = read.entries(user.shop_id, Account::Wallet(user.id), page).await?;
        next = onward(rows.last().map(|e| e.journal.uuid()));
        all.extend(rows.iter().map(|e| json!(view::wallet_entry(e))));
    }
    Ok(all)
}

async fn orders(read: &mut dyn Read, user: &User) -> Result<Vec<Value>> {
    let filter = OrderFilter { user: Some(user.id), ..OrderFilter::default() };
    let (mut all, mut next) = (Vec::new(), Some(FIRST));
    while let Some(page) = next {
        let rows = read.orders(user.shop_id, filter, page).await?;
        next = onward(rows.last().map(|o| o.id.uuid()));
        for row in &rows {
            all.push(order(read, row).await?);
        }
    }
    Ok(all)
}

/// An order with all its payments; its view shows the newest only.
async fn order(read: &mut dyn Read, of: &Order) -> Result<Value> {
    let mut payments = Vec::new();
    for payment in read.payments(of.shop_id, of.id).await? {
        let receipts = read.receipts(of.shop_id, payment.id).await?;
        let receipts: Vec<Value> =
            receipts.iter().map(|r| json!({ "receipt": view::receipt(r), "note": r.note })).collect();
        payments.push(json!({ "payment": view::payment(read, &payment).await?, "receipts": receipts }));
    }
    let mut shown = json!(view::order(read, of).await?);
    shown["payments"] = Value::Array(payments);
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("payment");
    }
    Ok(shown)
}

async fn subscriptions(read: &mut dyn Read, user: &User) -> Result<Vec<Value>> {
    let home = cases::home(read, user.shop_id).await?;
    let servers = read.servers(home).await?;
    let (mut all, mut next) = (Vec::new(), Some(FIRST));
    while let Some(page) = next {
        let rows = read.subscriptions(user.shop_id, Some(user.id), page).await?;
        next = onward(rows.last().map(|s| s.id.uuid()));
        for row in &rows {
            let mut shown = subscription(row);
            let devices = read.devices(row.shop_id, row.id).await?;
            shown["seen_devices"] = devices.iter().map(|d| json!(view::device(d))).collect();
            let days = read.usage_days(row.shop_id, row.id, Day::from_number(0)).await?;
            shown["usage_by_day"] = days.iter().map(|day| used(day, &servers)).collect();
            all.push(shown);
        }
    }
    Ok(all)
}

/// Without links and keys: a copy that lies about must not connect.
fn subscription(of: &Subscription) -> Value {
    json!({
        "subscription_id": of.id.to_string(),
        "name": of.name,
        "plan_name": of.plan_name,
        "state": of.state.name(),
        "starts_at": moment(of.starts_at),
        "ends_at": moment(of.ends_at),
        "limit_bytes": of.limit.as_bytes(),
        "used_bytes": of.used.as_bytes(),
        "devices": of.devices,
        "extras": view::words(of.extras),
        "auto_renew": of.auto_renew,
        "period": {
            "number": of.period.number,
            "starts_at": moment(of.period.starts_at),
            "used_before_bytes": of.period.used_before.as_bytes(),
            "paid_price": money(of.period.paid),
            "pack_bytes": of.period.pack_traffic.as_bytes(),
            "pack_devices": of.period.pack_devices,
            "told": of.period.told,
        },
        "created_at": moment(of.created_at),
    })
}

fn used(on: &DayUsage, servers: &[Server]) -> Value {
    let server = servers.iter().find(|s| s.id == on.server).map(|s| s.name.as_str());
    json!({ "date": on.day.date().to_string(), "server": server, "bytes": on.traffic.as_bytes() })
}

async fn preferences(core: &Core, read: &mut dyn Read, user: &User) -> Result<Value> {
    let Some(reach) = read.reach(user.shop_id, user.id).await? else { return Ok(Value::Null) };
    let mut shown = json!(super::preferences::view(core, &reach).await?);
    shown["messenger_blocked_since"] = json!(reach.blocked_since.map(moment));
    Ok(shown)
}

/// Only since when: whoever has more of a browser can send it messages.
async fn browsers(read: &mut dyn Read, user: &User) -> Result<Vec<Value>> {
    let all = read.push_targets(user.shop_id, user.id).await?;
    Ok(all.iter().map(|browser| json!({ "since": moment(browser.created_at) })).collect())
}

async fn tickets(core: &Core, read: &mut dyn Read, user: &User) -> Result<Vec<Value>> {
    let filter = TicketFilter { user: Some(user.id), state: None };
    let (mut all, mut next) = (Vec::new(), Some(FIRST));
    while let Some(page) = next {
        let rows = read.tickets(user.shop_id, filter, page).await?;
        next = onward(rows.last().map(|t| t.id.uuid()));
        for row in &rows {
            all.push(json!(super::support::ticket(core, read, row).await?));
        }
    }
    Ok(all)
}

async fn notices(core: &Core, read: &mut dyn Read, user: &User) -> Result<Vec<Value>> {
    let locale = view::language(core, read, user.shop_id, user.locale).await?;
    let (mut all, mut next) = (Vec::new(), Some(FIRST));
    while let Some(page) = next {
        let rows = read.notices(user.shop_id, user.id, page).await?;
        next = onward(rows.last().map(|n| n.id.uuid()));
        all.extend(rows.iter().map(|n| json!(view::notice(n, locale))));
    }
    Ok(all)
}
