//! Service: what was sold against what the panels really hold.

use super::super::{env::Mode, panel::NAMES, run::Outside, shop::Shop};
use super::Rows;
use jiff::SignedDuration;
use nexa_core::{
    domain::{
        grant::{GrantRecord, GrantState},
        order::{Order, OrderKind},
        pack::{PackKind, PackSale},
        subscription::{Subscription, SubscriptionState},
        time::after,
    },
    error::Failure,
    ports::storage::Read,
    sim::panel::Truth,
};
use std::collections::BTreeMap;

/// I11, I12, I17, I18: a subscription is the sum of its orders, no more is counted than went through, and it runs
/// exactly while it may.
pub fn subscriptions(outside: &Outside, shop: &Shop, rows: &Rows) -> Vec<String> {
    let mut found = Vec::new();
    let now = outside.env.now();
    let jumped = outside.env.rates.jump > 0;
    for of in &rows.subscriptions {
        let id = of.id;
        let mine = rows.orders.iter().filter(|o| o.subscription_id() == Some(id));
        let applied: Vec<&Order> = mine.filter(|o| o.applied_at.is_some()).collect();
        if of.state != SubscriptionState::Revoked {
            found.extend(sum(&of.clone().out_of_grace(), &applied, shop.grace > 0));
        }
        found.extend(grace(of, shop));
        let passed = outside.env.promises().passed.get(&id).copied().unwrap_or(0);
        if of.used.as_bytes() > passed {
            found.push(format!("I17: {id} is charged {} bytes, {passed} went through", of.used.as_bytes()));
        }
        let late = after(of.ends_at, SignedDuration::from_mins(15)) < now;
        match of.state {
            SubscriptionState::Active if late => found.push(format!("I18: {id} runs after its end")),
            SubscriptionState::Active if of.used >= of.limit => {
                found.push(format!("I18: {id} runs without traffic left"));
            }
            SubscriptionState::Ended if now < of.ends_at && !jumped => {
                found.push(format!("I18: {id} was ended before its time"));
            }
            SubscriptionState::Exhausted if of.used < of.limit => {
                found.push(format!("I18: {id} was stopped with traffic left"));
            }
            SubscriptionState::Pending => found.push(format!("I10: {id} never began")),
            _ => {}
        }
    }
    found
}

fn pack_of(order: &Order) -> Option<&PackSale> {
    match &order.kind {
        OrderKind::Pack(pack) => Some(pack),
        _ => None,
    }
}

/// I25: a grace is short, of a shop that gives one, and for what somebody paid for.
fn grace(of: &Subscription, shop: &Shop) -> Option<String> {
    let longest = after(of.paid_end(), SignedDuration::from_hours(i64::from(shop.grace)));
    let right =
        of.period.paid.is_positive() && of.state == SubscriptionState::Active && of.ends_at <= longest;
    (of.in_grace() && !right).then(|| format!("I25: {} goes on until {}, {:?}", of.id, of.ends_at, of.state))
}

fn sum(of: &Subscription, applied: &[&Order], graced: bool) -> Vec<String> {
    let id = of.id;
    let mut found = Vec::new();
    let terms: Vec<_> = applied.iter().filter_map(|o| o.sale()).map(|s| s.terms).collect();
    let begins = |o: &&&Order| matches!(o.kind, OrderKind::New(_) | OrderKind::Trial(_));
    let firsts = applied.iter().filter(begins).count();
    if firsts != 1 {
        found.push(format!("I11: {id} was begun by {firsts} orders"));
    }
    let traffic: u64 = terms.iter().map(|t| t.traffic.as_bytes()).sum();
    let limit = of.limit.as_bytes();
    let packs: Vec<&PackSale> = applied.iter().filter_map(|o| pack_of(o)).collect();
    if !packs.is_empty() || applied.iter().any(|o| matches!(o.kind, OrderKind::Change(_))) {
        // What a pack or an old plan had left is gone with its period: the sum is an upper bound.
        let bytes = packs.iter().filter(|p| p.what == PackKind::Traffic).map(|p| p.amount).sum::<u64>();
        if limit > traffic + bytes + of.used.as_bytes() {
            found.push(format!("I12: {id} may use {limit}, its orders give {traffic} and {bytes}"));
        }
        let devices = packs.iter().filter(|p| p.what == PackKind::Devices).map(|p| p.amount).sum::<u64>();
        if u64::from(of.devices) > 2 + devices {
            found.push(format!("I12: {id} has {} devices, packs give {devices}", of.devices));
        }
        return found;
    }
    // What ran over its limit was not taken out of the renewal: then the sum is a lower bound.
    let smallest = terms.iter().map(|t| t.traffic.as_bytes()).min().unwrap_or(0);
    // Neither was what a grace let through.
    let over = graced || of.used.as_bytes() > smallest;
    if limit != traffic && !(over && limit > traffic && limit <= traffic + of.used.as_bytes()) {
        found.push(format!("I12: {id} may use {limit}, its orders give {traffic}"));
    }
    let days: i64 = terms.iter().map(|t| i64::from(t.days)).sum();
    let window = of.ends_at.duration_since(of.starts_at).as_hours();
    if window < days * 24 {
        found.push(format!("I12: {id} runs {window} hours, its orders give {days} days"));
    }
    found
}

/// I12, I13, I18: every panel holds exactly what it should, each identity was made once, and what was taken off is gone.
pub async fn panels(
    outside: &Outside,
    read: &mut dyn Read,
    shop: &Shop,
    rows: &Rows,
) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let servers = read.servers(shop.id).await?;
    let truths: BTreeMap<String, Truth> =
        NAMES.iter().map(|name| ((*name).to_owned(), outside.panels.panel(name).truth())).collect();
    let mut known = BTreeMap::new();
    for of in &rows.subscriptions {
        let grants = read.grants(of.id).await?;
        let placed = grants.iter().filter(|g| g.state == GrantState::Placed && g.panel_id == of.panel_id);
        let spread = if shop.spread == 0 { servers.len() } else { 1 };
        let expected = if of.state == SubscriptionState::Revoked { 0 } else { spread };
        if placed.count() != expected {
            found.push(format!("I12: {} ({:?}) is not on {expected} servers", of.id, of.state));
        }
        for grant in grants {
            let name = servers.iter().find(|s| s.id == grant.server_id).map(|s| s.name.clone());
            let Some(truth) = name.as_ref().and_then(|name| truths.get(name)) else { continue };
            found.extend(one(outside, of, &grant, truth));
            known.insert((name.unwrap_or_default(), grant.panel_id), grant.state);
        }
    }
    for (name, truth) in &truths {
        for panel_id in truth.accounts.keys() {
            if !known.contains_key(&(name.clone(), *panel_id)) {
                found.push(format!("I12: {name} holds an identity that belongs to nobody"));
            }
        }
        let twice = truth.creates.values().filter(|n| **n > 1).count();
        if twice > 0 && !matches!(outside.env.mode, Mode::Chaos | Mode::Late) {
            found.push(format!("I13: {name} made {twice} identities twice"));
        }
    }
    Ok(found)
}

fn one(outside: &Outside, of: &Subscription, grant: &GrantRecord, truth: &Truth) -> Vec<String> {
    let mut found = Vec::new();
    let account = truth.accounts.get(&grant.panel_id);
    match (grant.state, account) {
        (GrantState::Wanted | GrantState::Unwanted, _) => {
            found.push(format!("I10: a grant of {} is still {:?}", of.id, grant.state));
        }
        (GrantState::Removed, Some(_)) => found.push(format!("I12: an identity of {} is not gone", of.id)),
        (GrantState::Placed, None) => found.push(format!("I12: an identity of {} is missing", of.id)),
        (GrantState::Placed, Some(account)) => {
            if account.grant.enabled != of.is_enabled() {
                let enabled = account.grant.enabled;
                found.push(format!("I18: {} is {:?}, its identity enabled: {enabled}", of.id, of.state));
            }
            if grant.verified != of.generation {
                found.push(format!("I10: a grant of {} is behind", of.id));
            }
            let near = account.grant.limit.as_bytes().abs_diff(grant.limit.as_bytes()) <= 1;
            let dated = account.grant.ends_at == of.ends_at;
            if !near || !(dated || outside.env.mode == Mode::Chaos) {
                found.push(format!("I12: an identity of {} holds other terms", of.id));
            }
        }
        (GrantState::Removed, None) => {}
    }
    found
}
