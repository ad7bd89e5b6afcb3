//! The wallet: what is in it, how it came and went, and putting more in.

use super::{
    Face, Visitor,
    form::Form,
    visitor::{answer, cursor},
};
use crate::{
    paths,
    problem::Said,
    say::{self, Words},
};
use askama::Template;
use data_encoding::BASE32_NOPAD;
use nexa_core::{
    domain::{money::Money, refusal::Refusal},
    storefront::model::{
        CheckoutRequest, MethodView, MoneyView, OrderView, PageRequest, Purpose, WalletView,
    },
    text,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "wallet.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    wallet: &'a WalletView,
    held: Option<String>,
    methods: Vec<MethodView>,
    unit: String,
    amount: &'a str,
    key: String,
}

/// Shows the wallet.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    render(&visitor, request, "", None).await
}

async fn render(
    visitor: &Visitor,
    request: &Request,
    amount: &str,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let (words, store) = (visitor.words, visitor.store());
    let page = PageRequest { cursor: cursor(request), limit: Some(20) };
    let wallet = store.wallet(page).await.map_err(Said)?;
    let mut methods = store.methods().await.map_err(Said)?;
    methods.retain(|method| method.kind != "wallet");
    let page = Page {
        words,
        face: visitor.face(),
        error: refusal.map(|refusal| say::refusal(words.0, refusal)),
        wallet: &wallet,
        held: words.amount("wallet-held", &wallet.held),
        methods,
        unit: text::unit(words.0, visitor.shop.currency),
        amount,
        key: BASE32_NOPAD.encode(&visitor.desk().config.world.bytes::<15>()),
    };
    match refusal {
        Some(refusal) => visitor.refused(refusal, &page),
        None => visitor.page(&page),
    }
}

/// Places an order for money into the wallet.
#[handler]
pub async fn top_up(request: &Request, body: Body) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let form = Form::of(request, body).await?;
    match answer(place(&visitor, &form).await)? {
        Ok(order) => Ok(visitor.to(&paths::order(&order.order_id))),
        Err(refusal) => render(&visitor, request, form.text("amount"), Some(&refusal)).await,
    }
}

async fn place(visitor: &Visitor, form: &Form) -> nexa_core::error::Result<OrderView> {
    let amount: Money = text::typed_money(visitor.locale(), form.text("amount"), visitor.shop.currency)
        .ok_or_else(|| Refusal::bad_input("amount", "an amount of money"))?;
    let request = CheckoutRequest {
        purpose: Purpose::TopUp,
        method: form.text("method").to_owned(),
        amount: Some(MoneyView { minor: amount.minor, currency: amount.currency.code().to_owned() }),
        ..CheckoutRequest::default()
    };
    visitor.store().checkout(request, form.given("key")).await
}
