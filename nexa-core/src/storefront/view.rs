//! From the engine's rows to the customer's contract. No rule lives here.

mod order;

pub(crate) use order::{coupon, order, purpose};
pub(super) use order::{orders, payment};

pub(crate) use super::earnings::{commission, withdrawal};
pub(crate) use super::invites::{bot_link, terms, wished};

use super::model::{
    ActionView, ChangeQuoteView, DayView, DeviceView, ForwardView, LocationView, MethodView, MoneyView,
    NoticeView, OfferView, PackView, PageRequest, PlanView, QuoteView, ReceiptView, ServerUsageView,
    ServerView, SubscriptionView, UsageView, WalletEntryView, WalletView,
};
use crate::{
    domain::{
        device::Device,
        extras::{Extras, ExtrasGiven, ForwardAccess},
        gateway::{GatewayAccount, GatewayProfile},
        ledger::Account,
        money::{Currency, Money},
        moves::serving,
        notice::{Action, NoticeRecord},
        pack::Pack,
        place::Place,
        plan::Plan,
        pricing::price,
        proration::ChangeTerms,
        receipt::{Decision, Receipt},
        refusal::Refusal,
        server::Server,
        shop::{Locale, Shop},
        subscription::Subscription,
        usage::{Day, DayUsage},
    },
    engine::{
        Core,
        cases::{Offer, Quoted, clear_links, days_left},
    },
    error::Result,
    ids::{ServerId, ShopId, UserId},
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
    amount.into()
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
    tag.map(|t| Locale::from_tag(t).ok_or(Refusal::bad_input("locale", "fa, en or ru"))).transpose()
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

pub(super) fn quote(of: &Quoted) -> QuoteView {
    QuoteView {
        price_before: money(of.before),
        price: money(of.quote.price),
        coupon: of.coupon.as_ref().map(coupon),
        due: money(of.quote.due),
        missing: money(of.missing),
    }
}

/// The wallet, then the gateways.
pub(super) fn methods(shop: &Shop, gateways: Vec<(GatewayAccount, GatewayProfile)>) -> Vec<MethodView> {
    let wallet = MethodView {
        method: "wallet".to_owned(),
        kind: "wallet".to_owned(),
        name: text::get(shop.locale, "wallet"),
        currency: shop.currency.code().to_owned(),
    };
    let others = gateways.into_iter().map(|(account, profile)| MethodView {
        method: account.id.to_string(),
        kind: account.kind,
        name: account.name,
        currency: profile.asset.code().to_owned(),
    });
    std::iter::once(wallet).chain(others).collect()
}

pub(super) fn offer(of: &Offer) -> OfferView {
    let location = |place: &Place| LocationView {
        region: place.region.clone(),
        servers: place.servers,
        up: place.up,
        room: place.room,
    };
    OfferView {
        plans: of.plans.iter().map(plan).collect(),
        trial: of.trial.as_ref().map(plan),
        adopts: of.adopts,
        locations: of.places.iter().map(location).collect(),
        maintenance: of.maintenance.clone(),
    }
}

pub(super) fn pack((pack, price): &(Pack, Money)) -> PackView {
    PackView {
        pack_id: pack.id.to_string(),
        kind: word(&pack.kind),
        name: pack.name.clone(),
        amount: pack.amount,
        price: money(*price),
    }
}

pub(super) fn change(terms: ChangeTerms) -> ChangeQuoteView {
    let ChangeTerms { price, credit, due, to_wallet } = terms;
    let (price, credit, due, to_wallet) = (money(price), money(credit), money(due), money(to_wallet));
    ChangeQuoteView { price, credit, due, to_wallet }
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
    let (serve, mut servers) = (serving(&grants, of), Vec::new());
    let home = crate::engine::cases::home(read, of.shop_id).await?;
    for server in read.servers(home).await? {
        if serve.iter().any(|g| g.server_id == server.id) {
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
    let links = clear_links(core, read, of).await?;
    let plan = read.plan(of.shop_id, of.plan_id).await?;
    let currency = of.period.paid.currency;
    let can_renew = plan.is_some_and(|plan| price(&plan, currency).is_ok() && of.renewable_by(&plan).is_ok());
    Ok(SubscriptionView {
        subscription_id: of.id.to_string(),
        name: of.name.clone(),
        plan_id: of.plan_id.to_string(),
        plan_name: of.plan_name.clone(),
        state: of.state.name().to_owned(),
        in_grace: of.in_grace(),
        starts_at: moment(of.starts_at),
        ends_at: moment(of.ends_at),
        days_left: days_left(core, of),
        limit_bytes: of.limit.as_bytes(),
        used_bytes: of.used.as_bytes(),
        remaining_bytes: of.remaining().as_bytes(),
        devices: of.devices,
        period_starts_at: moment(of.period.starts_at),
        paid_price: money(of.period.paid),
        pack_bytes: of.period.pack_traffic.as_bytes(),
        pack_devices: of.period.pack_devices,
        auto_renew: of.auto_renew,
        can_renew,
        extras: words(of.extras),
        link: links.first().cloned().unwrap_or_default(),
        links,
        servers,
    })
}

pub(super) fn device(of: &Device) -> DeviceView {
    DeviceView {
        device_id: of.id.to_string(),
        name: of.name.clone(),
        os: of.os.clone(),
        first_seen: moment(of.first_seen),
        last_seen: moment(of.last_seen),
    }
}

/// Every day from `first` on, those without traffic too.
pub(super) fn usage(first: Day, days: u32, rows: &[DayUsage], servers: &[Server]) -> UsageView {
    let mut day = first;
    let mut view = UsageView { days: Vec::new(), total_bytes: 0 };
    for _ in 0..days {
        let here = rows.iter().filter(|row| row.day == day);
        let named = |row: &DayUsage| {
            let server = servers.iter().find(|s| s.id == row.server);
            let server = server.map(|s| s.name.clone()).unwrap_or_default();
            ServerUsageView { server, bytes: row.traffic.as_bytes() }
        };
        let servers: Vec<_> = here.map(named).collect();
        let bytes = servers.iter().fold(0_u64, |sum, s| sum.saturating_add(s.bytes));
        view.total_bytes = view.total_bytes.saturating_add(bytes);
        view.days.push(DayView { date: day.date().to_string(), bytes, servers });
        day = day.next();
    }
    view
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
        Some("change") => "credit",
        Some("referral" | "referral-back") => "referral",
        Some("withdrawal" | "withdrawal-back") => "withdrawal",
        Some("bonus") => "bonus",
        Some("hold") => "hold",
        Some("release") => "release",
        _ => "payment",
    };
    WalletEntryView { reason: reason.to_owned(), amount: money(entry.amount), at: moment(entry.at) }
}

/// A page of a user's wallet.
pub(crate) async fn wallet(read: &mut dyn Read, shop: &Shop, user: UserId, page: Page) -> Result<WalletView> {
    let wallet = Account::Wallet(user);
    let rows = read.entries(shop.id, wallet, page).await?;
    Ok(WalletView {
        balance: money(read.balance(shop.id, wallet, shop.currency).await?),
        held: money(read.balance(shop.id, Account::Held(user), shop.currency).await?),
        next: next(&rows, page, |e| e.journal.to_string()),
        items: rows.iter().map(wallet_entry).collect(),
    })
}

pub(super) fn notice(of: &NoticeRecord, locale: Locale) -> NoticeView {
    let told = text::message(locale, &of.notice);
    NoticeView {
        notice_id: of.id.to_string(),
        key: of.notice.key().to_owned(),
        title: told.title,
        text: told.text,
        actions: told.actions.iter().map(|(action, label)| action_view(action, label)).collect(),
        at: moment(of.created_at),
    }
}

fn action_view(of: &Action, label: &str) -> ActionView {
    let (mut subscription_id, mut order_id, mut ticket_id) = (None, None, None);
    match of {
        Action::OpenSubscription { subscription }
        | Action::Renew { subscription }
        | Action::BuyTraffic { subscription } => subscription_id = Some(subscription.to_string()),
        Action::OpenOrder { order } => order_id = Some(order.to_string()),
        Action::OpenTicket { ticket } => ticket_id = Some(ticket.to_string()),
        Action::TopUp | Action::OpenWallet | Action::OpenPlans => {}
    }
    ActionView { action: of.key().to_owned(), label: label.to_owned(), subscription_id, order_id, ticket_id }
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
