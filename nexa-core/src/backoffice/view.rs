//! From the engine's rows to the operator's contract. No rule lives here.

use super::model::{
    AccountView, ApiKeyView, BooksView, CheckView, GatewayView, GrantView, GroupView, JobView,
    OperatorOrderView, OperatorPackView, OperatorPlanView, OperatorReceiptView, OperatorServerView,
    OperatorSubscriptionView, RateView, ShopView, TelegramView, UserView,
};
use crate::{
    domain::{
        gateway::{GatewayAccount, GatewayProfile},
        job::QueuedJob,
        ledger::Account,
        money::Money,
        order::Order,
        pack::Pack,
        payment::PayStep,
        permission::Permissions,
        plan::Plan,
        rate::{Origin, Rate},
        receipt::{Decision, Receipt},
        refusal::Refusal,
        server::{Group, Server},
        shop::Shop,
        subscription::Subscription,
        telegram::Bot,
        user::{IdentityKind, Token, User},
    },
    engine::{
        Core,
        cases::{clear_identities, masked_customer},
    },
    error::Result,
    ids::{GroupId, ServerId, ShopId, UserId},
    ports::{panel::PanelHealth, storage::Read},
    storefront::view::{self, moment, money, word, words},
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn shop(of: &Shop) -> ShopView {
    ShopView {
        shop_id: of.id.to_string(),
        name: of.name.clone(),
        currency: of.currency.code().to_owned(),
        locale: of.locale.tag().to_owned(),
        timezone: of.timezone.clone(),
        hosts: of.hosts.clone(),
        support_url: of.support_url.clone(),
        accent: of.look.accent.into(),
        tagline: of.look.tagline.clone(),
        trial_plan_id: of.trial_plan.map(|p| p.to_string()),
        trial_needs: word(&of.trial_needs),
        adoption_plan_id: of.adoption_plan.map(|p| p.to_string()),
        telegram: of.telegram.as_ref().map(bot),
        maintenance: of.maintenance.clone(),
        grace_hours: of.grace.hours,
        grace_mib: of.grace.mib,
        automatic_rates: of.automatic_rates,
        test: of.test,
    }
}

fn bot(of: &Bot) -> TelegramView {
    TelegramView {
        bot_id: of.id,
        bot_username: of.username.clone(),
        answers: of.settings.answers,
        api_url: of.settings.api_url.clone(),
        has_proxy: of.settings.proxy_sealed.is_some(),
        channel: of.settings.channel.clone(),
        terms_url: of.settings.terms_url.clone(),
    }
}

/// What a look at a server showed.
pub(super) fn checked(health: std::result::Result<PanelHealth, String>) -> CheckView {
    match health {
        Ok(health) => {
            let version = format!("version {}", health.version);
            CheckView { ok: true, lines: std::iter::once(version).chain(health.warning).collect() }
        }
        Err(why) => CheckView { ok: false, lines: vec![why] },
    }
}

pub(super) fn group(of: &Group) -> GroupView {
    GroupView { group_id: of.id.to_string(), name: of.name.clone(), spread: of.spread }
}

/// How many subscriptions are on the servers of these groups. A group's are counted together, so each is asked for once,
/// however many servers it has.
pub(super) async fn loads(
    read: &mut dyn Read,
    groups: BTreeSet<(ShopId, GroupId)>,
) -> Result<BTreeMap<ServerId, u32>> {
    let mut all = BTreeMap::new();
    for (shop, group) in groups {
        all.extend(read.loads(shop, group).await?);
    }
    Ok(all)
}

pub(super) async fn servers(read: &mut dyn Read, all: &[Server]) -> Result<Vec<OperatorServerView>> {
    let groups = all.iter().map(|of| (of.shop_id, of.group_id)).collect();
    let held = loads(read, groups).await?;
    Ok(all.iter().map(|of| laden(of, held.get(&of.id).copied().unwrap_or(0))).collect())
}

pub(super) async fn server(read: &mut dyn Read, of: &Server) -> Result<OperatorServerView> {
    let held = loads(read, BTreeSet::from([(of.shop_id, of.group_id)])).await?;
    Ok(laden(of, held.get(&of.id).copied().unwrap_or(0)))
}

fn laden(of: &Server, load: u32) -> OperatorServerView {
    OperatorServerView {
        server_id: of.id.to_string(),
        group_id: of.group_id.to_string(),
        name: of.name.clone(),
        kind: of.kind.clone(),
        region: of.region.clone(),
        capacity: of.capacity,
        load,
        state: word(&of.state),
        up: of.health.up,
        checked_at: of.health.checked_at.map(moment),
        usage_at: of.health.usage_at.map(moment),
        offers: words(of.offers),
        sold_out: words(of.sold_out),
    }
}

pub(super) fn plan(of: &Plan) -> OperatorPlanView {
    OperatorPlanView {
        plan_id: of.id.to_string(),
        name: of.name.clone(),
        days: of.terms.days,
        traffic_bytes: of.terms.traffic.as_bytes(),
        devices: of.terms.devices,
        extras: words(of.terms.extras),
        group_id: of.group_id.to_string(),
        prices: of.prices.iter().map(|p| money(*p)).collect(),
        on_sale: of.on_sale,
    }
}

pub(super) fn pack(of: &Pack) -> OperatorPackView {
    OperatorPackView {
        pack_id: of.id.to_string(),
        kind: word(&of.kind),
        name: of.name.clone(),
        amount: of.amount,
        prices: of.prices.iter().map(|p| money(*p)).collect(),
        on_sale: of.on_sale,
    }
}

pub(super) fn gateway(core: &Core, of: &GatewayAccount, profile: Option<&GatewayProfile>) -> GatewayView {
    GatewayView {
        gateway_id: of.id.to_string(),
        kind: of.kind.clone(),
        name: of.name.clone(),
        currency: profile.map(|p| p.asset.code().to_owned()).unwrap_or_default(),
        enabled: of.enabled,
        callback_url: core.callback_url(of),
    }
}

pub(super) fn rate(of: &Rate) -> RateView {
    RateView {
        asset: of.asset.code().to_owned(),
        price: money(of.price),
        fresh_until: moment(of.fresh_until),
        source: if of.origin == Origin::Operator { "operator" } else { "market" }.to_owned(),
        sources: u32::from(of.origin.sources()),
        set_at: moment(of.set_at),
    }
}

pub(super) async fn user(core: &Core, read: &mut dyn Read, of: &User) -> Result<UserView> {
    let shop = core.shop(read, of.shop_id).await?;
    let identities = clear_identities(core, of).await?;
    let value = |kind| identities.iter().find(|(k, _)| *k == kind).and_then(|(_, v)| v.clone());
    let failing = read.reach(shop.id, of.id).await?.and_then(|reach| reach.mailbox.failing_since);
    Ok(UserView {
        user_id: of.id.to_string(),
        role: word(&of.role),
        blocked: of.blocked,
        email: value(IdentityKind::Email),
        mail_failing_since: failing.map(moment),
        telegram: value(IdentityKind::Telegram),
        wallet: money(read.balance(shop.id, Account::Wallet(of.id), shop.currency).await?),
        held: money(read.balance(shop.id, Account::Held(of.id), shop.currency).await?),
        created_at: moment(of.created_at),
    })
}

pub(super) async fn order(read: &mut dyn Read, of: &Order) -> Result<OperatorOrderView> {
    Ok(OperatorOrderView {
        order: view::order(read, of).await?,
        user_id: of.user_id.to_string(),
        attention: of.attention.map(|a| word(&a)),
    })
}

pub(super) async fn receipt(core: &Core, read: &mut dyn Read, of: &Receipt) -> Result<OperatorReceiptView> {
    let payment = read.payment(of.shop_id, of.payment_id).await?.ok_or(Refusal::NotFound)?;
    let order = read.order(of.shop_id, payment.order_id).await?.ok_or(Refusal::NotFound)?;
    let (accepted_before, rejected_before) = before(read, of, payment.user_id).await?;
    let card = match &payment.step {
        Some(PayStep::Card { number, .. }) => Some(number.clone()),
        _ => None,
    };
    Ok(OperatorReceiptView {
        receipt_id: of.id.to_string(),
        payment_id: of.payment_id.to_string(),
        order_id: payment.order_id.to_string(),
        user_id: payment.user_id.to_string(),
        customer: masked_customer(core, read, of.shop_id, payment.user_id).await?,
        accepted_before,
        rejected_before,
        purpose: view::purpose(&order.kind),
        plan_name: order.sale().map(|sale| sale.plan_name.clone()),
        ordered_at: moment(order.created_at),
        due: money(payment.due),
        missing: money(payment.missing()?),
        card,
        note: of.note.clone(),
        seen_before: of.seen_before,
        like_before: of.like_before,
        decision: word(&of.decision),
        version: payment.version,
        created_at: moment(of.created_at),
    })
}

/// How many other receipts of the user were accepted, and how many rejected.
async fn before(read: &mut dyn Read, of: &Receipt, user: UserId) -> Result<(u32, u32)> {
    let (accepted, rejected) = read.decided_receipts(of.shop_id, user).await?;
    Ok(match of.decision {
        Decision::Waiting => (accepted, rejected),
        Decision::Accepted => (accepted.saturating_sub(1), rejected),
        Decision::Rejected(_) => (accepted, rejected.saturating_sub(1)),
    })
}

pub(super) async fn subscription(read: &mut dyn Read, of: &Subscription) -> Result<OperatorSubscriptionView> {
    let grants = read.grants(of.id).await?;
    Ok(OperatorSubscriptionView {
        subscription_id: of.id.to_string(),
        user_id: of.user_id.to_string(),
        plan_name: of.plan_name.clone(),
        state: of.state.name().to_owned(),
        ends_at: moment(of.ends_at),
        limit_bytes: of.limit.as_bytes(),
        used_bytes: of.used.as_bytes(),
        grants: grants
            .iter()
            .map(|g| GrantView {
                server_id: g.server_id.to_string(),
                state: word(&g.state),
                current: g.verified == of.generation,
                used_bytes: g.used.as_bytes(),
            })
            .collect(),
    })
}

/// The books: wallets are summed up, since single ones are shown with their users.
pub(super) fn books(rows: &[(Account, Money, Money)]) -> Result<BooksView> {
    let mut lines: BTreeMap<(String, &'static str), Money> = BTreeMap::new();
    let mut sums: BTreeMap<&'static str, i128> = BTreeMap::new();
    let mut agree = true;
    for (account, balance, entries) in rows {
        let name = match account {
            Account::Wallet(_) => "wallets".to_owned(),
            Account::Held(_) => "held".to_owned(),
            other => other.to_string(),
        };
        let code = balance.currency.code();
        let line = lines.entry((name, code)).or_insert_with(|| Money::zero(balance.currency));
        *line = line.plus(*balance)?;
        *sums.entry(code).or_default() += i128::from(balance.minor);
        agree &= balance == entries;
    }
    let accounts =
        lines.into_iter().map(|((account, _), b)| AccountView { account, balance: money(b) }).collect();
    Ok(BooksView { accounts, balanced: agree && sums.values().all(|sum| *sum == 0) })
}

pub(super) fn job(of: &QueuedJob) -> JobView {
    JobView {
        job_id: of.id.to_string(),
        name: of.job.name().to_owned(),
        attempts: of.attempts,
        last_error: of.last_error.clone(),
    }
}

pub(super) fn api_key(of: &Token, clear: Option<String>) -> ApiKeyView {
    ApiKeyView {
        key_id: of.id.to_string(),
        label: of.label.clone(),
        scopes: of.scopes.iter().map(word).collect(),
        permissions: of.permissions.as_ref().map(Permissions::names),
        expires_at: moment(of.expires_at),
        token: clear,
    }
}
