//! Buying: plan and period, place, way to pay, on one page; its form places the order and leads to the payment.

use super::{Face, Visitor, form::Form, sign_in::ensure_account, visitor::answer};
use crate::{
    desk::Asked,
    paths,
    problem::Said,
    say::{self, Words},
};
use askama::Template;
use data_encoding::BASE32_NOPAD;
use nexa_core::{
    domain::refusal::Refusal,
    storefront::model::{CheckoutRequest, LocationView, MethodView, OrderView, PlanView, Purpose},
    text::Arg,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "buy.html")]
struct Buy<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    groups: Vec<Group>,
    chosen: Chosen,
    places: Vec<(String, String)>,
    methods: Vec<Method>,
    renews: Option<String>,
    key: String,
    signed_in: bool,
}

/// Plans with the same extras.
struct Group {
    title: Option<String>,
    plans: Vec<PlanView>,
}

/// What is ticked.
#[derive(Default)]
struct Chosen {
    plan: String,
    method: String,
    region: String,
    subscription: String,
}

/// A way to pay.
struct Method {
    method: String,
    name: String,
    hint: String,
    icon: &'static str,
}

/// Shows what can be bought and how it can be paid.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let visitor = Visitor::of(request).await?;
    let query = Asked::of(request).query;
    let mut chosen = Chosen::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "plan" => chosen.plan = value.into_owned(),
            "subscription" => chosen.subscription = value.into_owned(),
            _ => {}
        }
    }
    let page = page(&visitor, chosen, None).await?;
    visitor.page(&page)
}

async fn page<'a>(visitor: &'a Visitor, mut chosen: Chosen, refusal: Option<&Refusal>) -> Result<Buy<'a>> {
    let (words, store) = (visitor.words, visitor.store());
    let offer = store.offer().await.map_err(Said)?;
    let mut plans = offer.plans;
    let mut renews = None;
    if visitor.is_signed_in() && !chosen.subscription.is_empty() {
        let held = store.subscription(&chosen.subscription).await.map_err(Said)?;
        plans.retain(|plan| plan.extras == held.extras);
        renews = Some(held.plan_name);
    }
    let wallet = match visitor.is_signed_in() {
        true => Some(store.me().await.map_err(Said)?.wallet).filter(|wallet| wallet.minor > 0),
        false => None,
    };
    let methods = store.methods().await.map_err(Said)?;
    let balance = wallet.as_ref().map(|balance| words.money(balance));
    let offered = methods.iter().filter(|m| m.kind != "wallet" || wallet.is_some());
    let methods: Vec<Method> = offered.map(|m| method(words, m, balance.as_deref())).collect();
    if !plans.iter().any(|plan| plan.plan_id == chosen.plan) {
        chosen.plan = plans.first().map(|plan| plan.plan_id.clone()).unwrap_or_default();
    }
    if !methods.iter().any(|m| m.method == chosen.method) {
        let first = methods.iter().find(|m| m.method != "wallet").or(methods.first());
        chosen.method = first.map(|m| m.method.clone()).unwrap_or_default();
    }
    Ok(Buy {
        words,
        face: visitor.face(),
        error: refusal.map(|refusal| say::refusal(words.0, refusal)),
        groups: grouped(words, plans),
        chosen,
        places: if renews.is_some() { Vec::new() } else { places(words, &offer.locations) },
        methods,
        renews,
        key: BASE32_NOPAD.encode(&visitor.desk().config.world.bytes::<15>()),
        signed_in: visitor.is_signed_in(),
    })
}

fn places(words: Words, all: &[LocationView]) -> Vec<(String, String)> {
    let open = all.iter().filter(|place| place.room);
    open.map(|place| (place.region.clone(), words.country(&place.region))).collect()
}

/// Plans by their extras, those without first; a title only where there is more than one group.
fn grouped(words: Words, plans: Vec<PlanView>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut sorted = plans;
    sorted.sort_by_key(|plan| (plan.extras.len(), plan.extras.clone(), plan.days, plan.price.minor));
    for plan in sorted {
        match groups.last_mut() {
            Some(group) if group.plans.first().is_some_and(|first| first.extras == plan.extras) => {
                group.plans.push(plan);
            }
            _ => groups.push(Group { title: None, plans: vec![plan] }),
        }
    }
    if groups.len() > 1 {
        for group in &mut groups {
            let extras = group.plans.first().map(|plan| plan.extras.clone()).unwrap_or_default();
            let named: Vec<String> = extras.iter().map(|extra| words.extra(extra)).collect();
            let separator = words.get("page-and");
            let with = named.join(&separator);
            group.title = Some(match named.is_empty() {
                true => words.get("page-plain-plans"),
                false => words.with("page-plans-with", &[("extras", Arg::Text(&with))]),
            });
        }
    }
    groups
}

fn method(words: Words, of: &MethodView, balance: Option<&str>) -> Method {
    let (icon, hint) = match of.kind.as_str() {
        "wallet" => {
            ("wallet", words.with("page-wallet-has", &[("amount", Arg::Text(balance.unwrap_or_default()))]))
        }
        "card" => ("card", words.get("page-pay-card")),
        "sandbox" => ("coin", words.get("page-pay-sandbox")),
        "bitcoin" | "litecoin" => ("coin", words.get("page-pay-chain")),
        _ => ("card", words.get("page-pay-elsewhere")),
    };
    let name = if of.kind == "wallet" { words.get("wallet") } else { of.name.clone() };
    Method { method: of.method.clone(), name, hint, icon }
}

/// Places the order. A guest gets an account by it.
#[handler]
pub async fn submit(request: &Request, body: Body) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    let form = Form::of(request, body).await?;
    match answer(place(&mut visitor, &form).await)? {
        Ok(order) => Ok(visitor.to(&paths::order(&order.order_id))),
        Err(refusal) => {
            let chosen = Chosen {
                plan: form.text("plan").to_owned(),
                method: form.text("method").to_owned(),
                region: form.text("region").to_owned(),
                subscription: form.text("subscription").to_owned(),
            };
            let page = page(&visitor, chosen, Some(&refusal)).await?;
            visitor.refused(&refusal, &page)
        }
    }
}

async fn place(visitor: &mut Visitor, form: &Form) -> nexa_core::error::Result<OrderView> {
    ensure_account(visitor).await?;
    let subscription = form.given("subscription");
    let purpose = if subscription.is_some() { Purpose::Renewal } else { Purpose::New };
    let request = CheckoutRequest {
        purpose,
        method: form.text("method").to_owned(),
        plan_id: form.given("plan"),
        subscription_id: subscription,
        amount: None,
        region: form.given("region"),
    };
    visitor.store().checkout(request, form.given("key")).await
}

/// Takes the free trial. A guest gets an account by it.
#[handler]
pub async fn trial(request: &Request) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    match answer(take_trial(&mut visitor).await)? {
        Ok(order) => Ok(visitor.to(&paths::order(&order.order_id))),
        Err(refusal) => {
            let page = page(&visitor, Chosen::default(), Some(&refusal)).await?;
            visitor.refused(&refusal, &page)
        }
    }
}

async fn take_trial(visitor: &mut Visitor) -> nexa_core::error::Result<OrderView> {
    ensure_account(visitor).await?;
    visitor.store().trial().await
}
