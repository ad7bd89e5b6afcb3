//! From the operator's contract to the engine's rows. Parses; the rules are in the domain.

use super::model::{
    AddPlanRequest, PackRequest, RateRequest, RejectionReason, ShopRequest, UpdatePlanRequest,
    UpdateServerRequest,
};
use crate::{
    domain::{
        extras::Extras,
        look::Look,
        measure::Traffic,
        money::Money,
        order::OrderState,
        pack::{Pack, PackKind},
        plan::{Plan, Terms},
        rate::{Origin, Rate},
        receipt::Rejection,
        refusal::Refusal,
        server::{Server, ServerState},
        shop::Shop,
        subscription::GraceTerms,
        time::after,
        user::Scope,
    },
    ids::{PackId, PlanId, ShopId},
    storefront::{
        model::MoneyView,
        view::{amount, locale},
    },
};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The unit variant that serde names so.
pub(super) fn unit<T: DeserializeOwned>(field: &'static str, word: &str) -> Result<T, Refusal> {
    serde_json::from_value(Value::String(word.to_owned())).map_err(|_| Refusal::bad_input(field, "unknown"))
}

pub(super) fn shop(shop: Shop, request: ShopRequest) -> Result<Shop, Refusal> {
    let trial_plan = plan_or_none(shop.trial_plan, request.trial_plan_id.as_deref())?;
    let adoption_plan = plan_or_none(shop.adoption_plan, request.adoption_plan_id.as_deref())?;
    let hosts = request.hosts.map(|hosts| hosts.iter().map(|h| h.to_lowercase()).collect());
    Ok(Shop {
        name: request.name.unwrap_or(shop.name),
        currency: request.currency.map_or(Ok(shop.currency), |c| c.parse())?,
        locale: locale(request.locale.as_deref())?.unwrap_or(shop.locale),
        timezone: request.timezone.map_or(shop.timezone, |name| Some(name).filter(|n| !n.is_empty())),
        hosts: hosts.unwrap_or(shop.hosts),
        support_url: request.support_url.map_or(shop.support_url, |url| Some(url).filter(|u| !u.is_empty())),
        look: look(shop.look, request.accent.as_deref(), request.tagline)?,
        trial_plan,
        adoption_plan,
        grace: GraceTerms {
            hours: request.grace_hours.unwrap_or(shop.grace.hours),
            mib: request.grace_mib.unwrap_or(shop.grace.mib),
        },
        automatic_rates: request.automatic_rates.unwrap_or(shop.automatic_rates),
        trial_needs: request.trial_needs.map_or(Ok(shop.trial_needs), |needs| unit("trial_needs", &needs))?,
        ..shop
    })
}

/// A plan that may be left as it was, taken away by an empty text, or be another one.
fn plan_or_none(was: Option<PlanId>, wish: Option<&str>) -> Result<Option<PlanId>, Refusal> {
    match wish {
        None => Ok(was),
        Some("") => Ok(None),
        Some(id) => id.parse().map(Some).map_err(|_| Refusal::NotFound),
    }
}

fn look(was: Look, accent: Option<&str>, tagline: Option<String>) -> Result<Look, Refusal> {
    Ok(Look {
        accent: accent.map_or(Ok(was.accent), str::parse)?,
        tagline: tagline.map_or(was.tagline, |line| Some(line).filter(|l| !l.is_empty())),
    })
}

pub(super) fn rate(request: &RateRequest, now: Timestamp) -> Result<Rate, Refusal> {
    if !(1..=168).contains(&request.valid_hours) {
        return Err(Refusal::bad_input("valid_hours", "1 to 168"));
    }
    let lasts = SignedDuration::from_hours(i64::from(request.valid_hours));
    Ok(Rate {
        asset: request.asset.parse()?,
        price: amount(&request.price)?,
        fresh_until: after(now, lasts),
        origin: Origin::Operator,
        set_at: now,
    })
}

pub(super) fn server(server: Server, request: UpdateServerRequest) -> Result<Server, Refusal> {
    let state = request.state.as_deref().map(|s| unit::<ServerState>("state", s)).transpose()?;
    Ok(Server {
        name: request.name.unwrap_or(server.name),
        state: state.unwrap_or(server.state),
        region: request.region.map_or(server.region, |r| Some(r).filter(|r| !r.is_empty())),
        capacity: request.capacity.unwrap_or(server.capacity),
        ..server
    })
}

pub(super) fn prices(views: &[MoneyView]) -> Result<Vec<Money>, Refusal> {
    views.iter().map(amount).collect()
}

pub(super) fn new_plan(request: &AddPlanRequest) -> Result<(Terms, Vec<Money>), Refusal> {
    let traffic = Traffic::bytes(request.traffic_bytes);
    let extras = Extras::from_names(&request.extras)?;
    Ok((Terms { days: request.days, traffic, devices: request.devices, extras }, prices(&request.prices)?))
}

pub(super) fn plan(plan: Plan, request: UpdatePlanRequest) -> Result<Plan, Refusal> {
    let terms = Terms {
        days: request.days.unwrap_or(plan.terms.days),
        traffic: request.traffic_bytes.map_or(plan.terms.traffic, Traffic::bytes),
        devices: request.devices.unwrap_or(plan.terms.devices),
        extras: request.extras.as_deref().map_or(Ok(plan.terms.extras), Extras::from_names)?,
    };
    Ok(Plan {
        name: request.name.unwrap_or(plan.name),
        terms,
        prices: request.prices.as_deref().map_or(Ok(plan.prices), prices)?,
        on_sale: request.on_sale.unwrap_or(plan.on_sale),
        ..plan
    })
}

/// A pack as it is asked for; the kind of one that is sold stays.
pub(super) fn pack(
    id: PackId,
    shop_id: ShopId,
    now: Timestamp,
    known: Option<Pack>,
    request: PackRequest,
) -> Result<Pack, Refusal> {
    let kind = unit::<PackKind>("kind", &request.kind)?;
    if known.as_ref().is_some_and(|known| known.kind != kind) {
        return Err(Refusal::bad_input("kind", "cannot be changed"));
    }
    Ok(Pack {
        id,
        shop_id,
        kind,
        name: request.name,
        amount: request.amount,
        prices: prices(&request.prices)?,
        on_sale: request.on_sale,
        created_at: known.map_or(now, |known| known.created_at),
    })
}

pub(super) fn order_state(word: &str) -> Result<OrderState, Refusal> {
    unit("state", word)
}

pub(super) fn scopes(words: &[String]) -> Result<Vec<Scope>, Refusal> {
    words.iter().map(|w| unit("scopes", w)).collect()
}

pub(super) const fn rejection(reason: RejectionReason) -> Rejection {
    match reason {
        RejectionReason::NotReceived => Rejection::NotReceived,
        RejectionReason::Unreadable => Rejection::Unreadable,
        RejectionReason::UsedBefore => Rejection::UsedBefore,
        RejectionReason::Forged => Rejection::Forged,
    }
}
