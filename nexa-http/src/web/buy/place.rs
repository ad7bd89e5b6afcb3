//! Placing an order from the buying page, and taking the trial. A guest gets an account by either.

use super::{Aim, Chosen, page};
use crate::{
    paths,
    web::{Visitor, form::Form, sign_in::ensure_account, visitor::answer},
};
use nexa_core::{
    error::Result as Done,
    storefront::model::{CheckoutRequest, MoneyView, OrderView},
};
use poem::{Body, Request, Response, Result, handler};

/// Places the order.
#[handler]
pub async fn submit(request: &Request, body: Body) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    let form = Form::of(request, body).await?;
    let aim = Aim::of(form.text("subscription"), form.text("pack"), form.text("change"));
    if aim.is_for_a_customer() && !visitor.is_signed_in() {
        return Ok(visitor.away());
    }
    match answer(place(&mut visitor, aim, &form).await)? {
        Ok(order) => Ok(visitor.to(&paths::order(&order.order_id))),
        Err(refusal) => {
            let chosen = Chosen {
                item: form.text("item").to_owned(),
                method: form.text("method").to_owned(),
                region: form.text("region").to_owned(),
                subscription: form.text("subscription").to_owned(),
            };
            let page = page(&visitor, aim, chosen, Some(&refusal)).await?;
            visitor.refused(&refusal, &page)
        }
    }
}

async fn place(visitor: &mut Visitor, aim: Aim, form: &Form) -> Done<OrderView> {
    ensure_account(visitor).await?;
    let (item, pack) = (form.given("item"), matches!(aim, Aim::Traffic | Aim::Devices));
    let method = form.text("method").to_owned();
    let expected = item.as_ref().and_then(|item| shown(form.text(&format!("shown-{item}"))));
    let request = CheckoutRequest {
        purpose: aim.purpose(),
        plan_id: item.clone().filter(|_| !pack),
        pack_id: item.filter(|_| pack),
        subscription_id: form.given("subscription"),
        region: form.given("region"),
        use_wallet: method != "wallet" && form.ticked("use_wallet"),
        keep: method == "wallet" && form.ticked("keep"),
        method,
        expected,
        ..CheckoutRequest::default()
    };
    visitor.store().checkout(request, form.given("key")).await
}

/// The price that the page showed.
fn shown(text: &str) -> Option<MoneyView> {
    let (minor, currency) = text.split_once(' ')?;
    Some(MoneyView { minor: minor.parse().ok()?, currency: currency.to_owned() })
}

/// Takes the free trial.
#[handler]
pub async fn trial(request: &Request) -> Result<Response> {
    let mut visitor = Visitor::of(request).await?;
    match answer(take_trial(&mut visitor).await)? {
        Ok(order) => Ok(visitor.to(&paths::order(&order.order_id))),
        Err(refusal) => {
            let page = page(&visitor, Aim::New, Chosen::default(), Some(&refusal)).await?;
            visitor.refused(&refusal, &page)
        }
    }
}

async fn take_trial(visitor: &mut Visitor) -> Done<OrderView> {
    ensure_account(visitor).await?;
    visitor.store().trial().await
}
