//! Buying: what, where and how it is paid, on one page; its form places the order and leads to the payment.

mod aim;
mod coupon;
mod place;

pub use place::{submit, trial};

use super::{Face, Visitor, visitor::asked};
use crate::{
    problem::Said,
    say::{self, Words},
};
use aim::{Aim, Group};
use askama::Template;
use data_encoding::BASE32_NOPAD;
use nexa_core::{
    domain::refusal::Refusal,
    storefront::model::{LocationView, MethodView, MoneyView},
    text::Arg,
};
use poem::{Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "buy.html")]
struct Buy<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    title: String,
    hint: Option<String>,
    aim: Aim,
    groups: Vec<Group>,
    chosen: Chosen,
    places: Vec<(String, String)>,
    methods: Vec<Method>,
    /// The money in the wallet, if there is some.
    wallet: Option<String>,
    /// The code of a coupon, and what it does.
    coupon: Tried,
    key: String,
    signed_in: bool,
}

/// A code that the visitor has, as it was typed.
#[derive(Default)]
struct Tried {
    code: String,
    /// What it does for what is chosen, once that was asked.
    does: Vec<String>,
}

/// What is ticked.
#[derive(Default)]
struct Chosen {
    item: String,
    method: String,
    region: String,
    subscription: String,
}

/// A way to pay.
struct Method {
    id: String,
    name: String,
    hint: String,
    icon: &'static str,
}

/// Shows what can be bought and how it can be paid.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let visitor = Visitor::of(request).await?;
    let wished = |name: &str| asked(name, request).unwrap_or_default();
    let aim = Aim::of(&wished("subscription"), &wished("pack"), &wished("change"));
    if aim.is_for_a_customer() && !visitor.is_signed_in() {
        return Ok(visitor.away());
    }
    let chosen = Chosen { item: wished("plan"), subscription: wished("subscription"), ..Chosen::default() };
    let tried = Tried { code: wished("coupon"), does: Vec::new() };
    let page = page(&visitor, aim, chosen, tried, None).await?;
    visitor.page(&page)
}

async fn page<'a>(
    visitor: &'a Visitor,
    aim: Aim,
    mut chosen: Chosen,
    coupon: Tried,
    refusal: Option<&Refusal>,
) -> Result<Buy<'a>> {
    let (words, store) = (visitor.words, visitor.store());
    let sold = aim.sold(visitor, &chosen.subscription).await?;
    let held = if visitor.is_signed_in() {
        Some(store.me().await.map_err(Said)?.wallet).filter(|wallet| wallet.minor > 0)
    } else {
        None
    };
    let methods = methods(words, &store.methods().await.map_err(Said)?, held.as_ref());
    if !sold.groups.iter().any(|group| group.items.iter().any(|item| item.id == chosen.item)) {
        let first = sold.groups.first().and_then(|group| group.items.first());
        chosen.item = first.map(|item| item.id.clone()).unwrap_or_default();
    }
    if !methods.iter().any(|method| method.id == chosen.method) {
        let first = methods.iter().find(|method| method.id != "wallet").or(methods.first());
        chosen.method = first.map(|method| method.id.clone()).unwrap_or_default();
    }
    Ok(Buy {
        words,
        face: visitor.face(),
        error: refusal.map(|refusal| say::refusal(words.0, refusal)),
        title: aim.title(words, sold.of.as_deref()),
        hint: aim.hint(words),
        aim,
        groups: sold.groups,
        chosen,
        places: if aim == Aim::New { places(words, &sold.locations) } else { Vec::new() },
        methods,
        wallet: held
            .as_ref()
            .map(|held| words.with("page-wallet-first", &[("amount", Arg::Text(&words.money(held)))])),
        coupon,
        key: BASE32_NOPAD.encode(&visitor.desk().config.world.bytes::<15>()),
        signed_in: visitor.is_signed_in(),
    })
}

fn places(words: Words, all: &[LocationView]) -> Vec<(String, String)> {
    let open = all.iter().filter(|place| place.room);
    open.map(|place| (place.region.clone(), words.country(&place.region))).collect()
}

/// The ways to pay; the wallet only where something is in it.
fn methods(words: Words, all: &[MethodView], held: Option<&MoneyView>) -> Vec<Method> {
    let offered = all.iter().filter(|method| method.kind != "wallet" || held.is_some());
    offered.map(|of| method(words, of, held)).collect()
}

fn method(words: Words, of: &MethodView, held: Option<&MoneyView>) -> Method {
    let balance = held.map(|held| words.money(held)).unwrap_or_default();
    let (icon, hint) = match of.kind.as_str() {
        "wallet" => ("wallet", words.with("page-wallet-has", &[("amount", Arg::Text(&balance))])),
        "card" => ("card", words.get("page-pay-card")),
        "sandbox" => ("coin", words.get("page-pay-sandbox")),
        "bitcoin" | "litecoin" => ("coin", words.get("page-pay-chain")),
        _ => ("card", words.get("page-pay-elsewhere")),
    };
    let name = if of.kind == "wallet" { words.get("wallet") } else { of.name.clone() };
    Method { id: of.method.clone(), name, hint, icon }
}
