//! From the engine's rows to the customer's contract. No rule lives here.

use super::model::{
    CardView, ForwardView, MoneyView, NoticeView, OrderView, PageRequest, PaymentView, PlanView, Purpose,
    ReceiptView, ServerView, SubscriptionView, WalletEntryView,
};
use crate::{
    domain::{
        extras::{Extras, ExtrasGiven, ForwardAccess},
        grant::GrantState,
        money::{Currency, Money},
        notice::NoticeRecord,
        order::{Order, OrderKind},
        payment::{PayStep, Payment},
        plan::Plan,
        receipt::{Decision, Receipt},
        refusal::Refusal,
        shop::Locale,
        subscription::Subscription,
    },
    engine::{
        Core,
        cases::{clear_link, days_left},
    },
    error::Result,
    ids::{ServerId, ShopId},
    ports::storage::{Page, PostedEntry, Read},
    text,
};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// The word that serde gives a unit variant, e.g. `awaiting_payment`.
pub(crate) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(serde_json::Value::Object(fields)) => {
            fields.into_iter().next().map(|(key, _)| key).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// The words of extras.
pub(crate) fn words(of: Extras) -> Vec<String> {
    of.names().into_iter().map(str::to_owned).collect()
}

/// A moment as RFC 3339 in UTC.
pub(crate) fn moment(at: Timestamp) -> String {
    at.to_string()
}

/// Money for the contract.
pub(crate) fn money(amount: Money) -> MoneyView {
    MoneyView { minor: amount.minor, currency: amount.currency.code().to_owned() }
}

/// Money from the contract.
pub(crate) fn amount(view: &MoneyView) -> Result<Money, Refusal> {
    Ok(Money::new(view.minor, view.currency.parse::<Currency>()?))
}

/// A page from the contract.
pub(crate) fn page(request: &PageRequest) -> Result<Page, Refusal> {
    let before = request.cursor.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| Refusal::bad_input("cursor", "not a cursor of this list"))?;
    let limit = request.limit.unwrap_or(50);
    if (1..=100).contains(&limit) {
        Ok(Page { before, limit })
    } else {
        Err(Refusal::bad_input("limit", "1 to 100"))
    }
}

/// The cursor of the next slice: the last id of a full one.
pub(crate) fn next<T>(rows: &[T], page: Page, id: impl Fn(&T) -> String) -> Option<String> {
    let full = u32::try_from(rows.len()).unwrap_or(u32::MAX) >= page.limit;
    rows.last().filter(|_| full).map(id)
}

/// A language from the contract.
pub(crate) fn locale(tag: Option<&str>) -> Result<Option<Locale>, Refusal> {
    tag.map(|t| Locale::from_tag(t).ok_or(Refusal::bad_input("locale", "fa or en"))).transpose()
}

pub(super) fn plan((plan, price): &(Plan, Money)) -> PlanView {
    PlanView {
        plan_id: plan.id.to_string(),
        name: plan.name.clone(),
        days: plan.terms.days,
        traffic_bytes: plan.terms.traffic.as_bytes(),
        devices: plan.terms.devices,
        extras: words(plan.terms.extras),
        price: money(*price),
    }
}

/// An order with its newest payment.
pub(crate) async fn order(read: &mut dyn Read, order: &Order) -> Result<OrderView> {
    let newest = read.payments(order.shop_id, order.id).await?.into_iter().next();
    let payment = match newest {
        Some(newest) => Some(payment(read, &newest).await?),
        None => None,
    };
    Ok(OrderView {
        order_id: order.id.to_string(),
        purpose: match order.kind {
            OrderKind::New(_) => Purpose::New,
            OrderKind::Renewal(_) => Purpose::Renewal,
            OrderKind::Trial(_) => Purpose::Trial,
            OrderKind::TopUp => Purpose::TopUp,
        },
        state: word(&order.state),
        plan_name: order.sale().map(|s| s.plan_name.clone()),
        price: money(order.price),
        subscription_id: order.sale().map(|s| s.subscription_id.to_string()),
        payment,
        attention: order.attention.is_some(),
        created_at: moment(order.created_at),
        expires_at: moment(order.expires_at),
        paid_at: order.paid_at.map(moment),
        fulfilled_at: order.fulfilled_at.map(moment),
    })
}

pub(super) async fn payment(read: &mut dyn Read, of: &Payment) -> Result<PaymentView> {
    let (mut address, mut uri, mut card, mut redirect_url) = (None, None, None, None);
    match &of.step {
        Some(PayStep::Transfer { address: to, uri: link }) => {
            (address, uri) = (Some(to.clone()), Some(link.clone()));
        }
        Some(PayStep::Card { number, holder, bank }) => {
            card = Some(CardView { number: number.clone(), holder: holder.clone(), bank: bank.clone() });
        }
        Some(PayStep::Redirect { url }) => redirect_url = Some(url.clone()),
        None => {}
    }
    let receipt = if card.is_some() {
        let last = read.receipts(of.shop_id, of.id).await?.into_iter().next();
        Some(last.map_or_else(|| "wanted".to_owned(), |r| word(&r.decision)))
    } else {
        None
    };
    let missing = of.due.minus(of.received)?;
    let missing = if missing.is_positive() && !of.is_paid() { missing } else { Money::zero(of.due.currency) };
    Ok(PaymentView {
        payment_id: of.id.to_string(),
        method: of.gateway_id.to_string(),
        state: word(&of.state),
        due: money(of.due),
        due_text: of.due.decimal(),
        received: money(of.received),
        missing: money(missing),
        address,
        uri,
        card,
        redirect_url,
        receipt,
        expires_at: moment(of.expires_at),
        version: of.version,
    })
}

pub(crate) fn receipt(of: &Receipt) -> ReceiptView {
    let reason = match &of.decision {
        Decision::Rejected(why) => Some(word(why)),
        Decision::Waiting | Decision::Accepted => None,
    };
    ReceiptView {
        receipt_id: of.id.to_string(),
        payment_id: of.payment_id.to_string(),
        decision: word(&of.decision),
        reason,
        created_at: moment(of.created_at),
    }
}

/// A subscription, with what its extras came to where that was asked.
pub(super) async fn subscription(
    core: &Core,
    read: &mut dyn Read,
    of: &Subscription,
    given: &BTreeMap<ServerId, ExtrasGiven>,
) -> Result<SubscriptionView> {
    let grants = read.grants(of.id).await?;
    let mut servers = Vec::new();
    for server in read.servers(of.shop_id).await? {
        let here =
            |g: &&crate::domain::grant::GrantRecord| g.server_id == server.id && g.panel_id == of.panel_id;
        if grants.iter().any(|g| here(&g) && g.state == GrantState::Placed) {
            let given = given.get(&server.id);
            servers.push(ServerView {
                name: server.name,
                region: server.region,
                up: server.health.up,
                outgoing: given.and_then(|g| g.outgoing).map(|address| address.to_string()),
                forward: given.and_then(|g| g.forward.as_ref()).map(forward),
            });
        }
    }
    Ok(SubscriptionView {
        subscription_id: of.id.to_string(),
        plan_name: of.plan_name.clone(),
        state: of.state.name().to_owned(),
        starts_at: moment(of.starts_at),
        ends_at: moment(of.ends_at),
        days_left: days_left(core, of),
        limit_bytes: of.limit.as_bytes(),
        used_bytes: of.used.as_bytes(),
        remaining_bytes: of.remaining().as_bytes(),
        devices: of.devices,
        extras: words(of.extras),
        link: clear_link(core, of)?,
        servers,
    })
}

fn forward(access: &ForwardAccess) -> ForwardView {
    ForwardView {
        host: access.host.clone(),
        port: access.port,
        user: access.user.clone(),
        password: access.password.clone(),
        first_port: access.first_port,
        last_port: access.last_port,
    }
}

pub(super) fn wallet_entry(entry: &PostedEntry) -> WalletEntryView {
    let reason = match entry.cause.split(':').next() {
        Some("sale") => "purchase",
        Some("refund") => "refund",
        Some("correction") => "correction",
        _ => "payment",
    };
    WalletEntryView { reason: reason.to_owned(), amount: money(entry.amount), at: moment(entry.at) }
}

pub(super) fn notice(of: &NoticeRecord, locale: Locale) -> NoticeView {
    NoticeView {
        notice_id: of.id.to_string(),
        key: of.notice.key().to_owned(),
        text: text::plain(&text::notice(locale, &of.notice)),
        at: moment(of.created_at),
    }
}

/// The language of a user, else of the shop.
pub(super) async fn language(
    core: &Core,
    read: &mut dyn Read,
    shop: ShopId,
    own: Option<Locale>,
) -> Result<Locale> {
    match own {
        Some(locale) => Ok(locale),
        None => Ok(core.shop(read, shop).await?.locale),
    }
}
