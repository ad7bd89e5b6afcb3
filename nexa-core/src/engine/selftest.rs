//! A rehearsal of one gateway, for whoever sets it up: everything that happens to a payment but the money.

use super::{
    Core,
    install::{CheckLine, said},
};
use crate::{
    domain::{
        gateway::{Confirm, GatewayAccount, Matching},
        money::Money,
        payment::Slot,
        refusal::Refusal,
        shop::Shop,
        time::after,
    },
    error::Result,
    ports::{
        gateway::{Callback, Expected, Gateway, Invoice, Opened, Signal},
        outcome::Outcome,
    },
};
use jiff::SignedDuration;

/// How long each step may take.
const DEADLINE: SignedDuration = SignedDuration::from_secs(40);

/// See [`super::Nexa::selftest`].
pub(super) async fn selftest(core: &Core, wanted: &str) -> Result<Vec<CheckLine>> {
    let (shop, account) = named(core, wanted).await?;
    let gateway = core.gateway(&shop, &account)?;
    let mut lines = Vec::new();
    let checked = core.world.within(DEADLINE, gateway.check()).await;
    lines.push(step("the configuration", checked, |check| check.lines));
    let invoice = invoice(core, &shop, gateway.as_ref());
    let first = core.world.within(DEADLINE, gateway.open(&invoice)).await;
    let opened = match &first {
        Some(Outcome::Done(opened)) => Some(opened.clone()),
        _ => None,
    };
    lines.push(step("opens a payment of the least amount", first, |opened| vec![opened.reference]));
    if let Some(opened) = opened {
        let again = core.world.within(DEADLINE, gateway.open(&invoice)).await;
        let same = matches!(&again, Some(Outcome::Done(other)) if *other == opened);
        lines.push(line("opened twice, it is the same payment", same, vec![]));
        lines.push(unpaid(core, gateway.as_ref(), &invoice, opened).await);
    }
    let stranger =
        Callback { method: "POST".into(), query: String::new(), headers: Vec::new(), body: b"{}".to_vec() };
    let heard = gateway.read(&stranger, core.world.now()).signal;
    let harmless = !matches!(heard, Signal::Observed(_) | Signal::Arrived(_));
    lines.push(line("believes no callback of a stranger", harmless, vec![]));
    Ok(lines)
}

/// The gateway of this id, or the only one of this name.
async fn named(core: &Core, wanted: &str) -> Result<(Shop, GatewayAccount)> {
    let mut read = core.read().await?;
    let mut found = Vec::new();
    for shop in read.shops().await? {
        for account in read.gateways(shop.id).await? {
            if account.id.to_string() == wanted {
                return Ok((shop, account));
            }
            if account.name == wanted || account.kind == wanted {
                found.push((shop.clone(), account));
            }
        }
    }
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some(_), false) => Err(Refusal::bad_input("gateway", "several have this name: give an id").into()),
        (None, _) => Err(Refusal::NotFound.into()),
    }
}

/// The least that the gateway takes, for an order that nobody made. The reserved place is the first one: nothing is
/// taken from those of customers.
fn invoice(core: &Core, shop: &Shop, gateway: &dyn Gateway) -> Invoice {
    let profile = gateway.profile();
    let slot = match &profile.matching {
        Matching::Reference => None,
        Matching::Index { .. } => Some(Slot::Index(0)),
        Matching::UniqueAmount { destinations, .. } => {
            destinations.first().map(|d| Slot::Destination(d.key.clone()))
        }
    };
    Invoice {
        payment_id: core.world.id(),
        order_id: core.world.id(),
        due: profile.minimum.unwrap_or_else(|| Money::new(profile.asset.scale(), profile.asset)),
        slot,
        expires_at: after(core.world.now(), profile.policy.window),
        shop_name: shop.name.clone(),
        locale: shop.locale,
    }
}

/// What nobody paid has nothing paid to it.
async fn unpaid(core: &Core, gateway: &dyn Gateway, invoice: &Invoice, opened: Opened) -> CheckLine {
    let what = "finds nothing paid to it";
    let now = core.world.now();
    let expected = [Expected { reference: opened.reference, due: invoice.due, since: now }];
    let seen = match gateway.profile().confirm {
        Confirm::Inspect => core.world.within(DEADLINE, gateway.inspect(&expected, now)).await,
        Confirm::Scan => {
            let scanned = core.world.within(DEADLINE, gateway.scan(&expected, None, now)).await;
            scanned.map(|outcome| outcome.map(|scan| scan.seen))
        }
        Confirm::SignedCallback | Confirm::Human => return line(what, true, vec!["it is told".to_owned()]),
    };
    match seen {
        Some(Outcome::Done(seen)) => line(what, seen.is_empty(), vec![]),
        other => step(what, other, |_| vec![]),
    }
}

fn step<T>(what: &str, outcome: Option<Outcome<T>>, notes: impl FnOnce(T) -> Vec<String>) -> CheckLine {
    match outcome {
        Some(Outcome::Done(value)) => line(what, true, notes(value)),
        Some(other) => line(what, false, vec![said(other)]),
        None => line(what, false, vec!["no answer in time".to_owned()]),
    }
}

fn line(what: &str, ok: bool, lines: Vec<String>) -> CheckLine {
    CheckLine { subject: what.to_owned(), ok, lines }
}
