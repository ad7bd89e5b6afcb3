//! What assets are worth in the shop's currency: asked for at markets, or set by hand.

use super::{
    Operator,
    typed::{needed, unit},
};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{RateRequest, RateView, ShopRequest},
    domain::permission::Permission,
    domain::{money::Currency, refusal::Refusal},
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/rates.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    prove: bool,
    rates: &'a [RateView],
    automatic: bool,
    form: &'a Form,
    /// What can be priced, and what it is called.
    assets: Vec<(&'static str, String)>,
    own: String,
}

impl Page<'_> {
    /// What an asset is called.
    fn called(&self, asset: &str) -> String {
        unit(self.words, asset)
    }
}

/// Shows them.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Gateways).await?;
    let usual = Form::filled([("hours", "24".to_owned())]);
    render(&operator, request, &usual, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    form: &Form,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let (words, own) = (operator.words(), operator.visitor.shop.currency);
    let rates = operator.office.rates().await.map_err(Said)?;
    let others = Currency::ALL.into_iter().filter(|currency| *currency != own);
    let page = Page {
        words,
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        prove: matches!(refusal, Some(Refusal::ProveAgain)),
        rates: &rates,
        automatic: operator.office.shop().await.map_err(Said)?.automatic_rates,
        form,
        assets: others.map(|currency| (currency.code(), unit(words, currency.code()))).collect(),
        own: unit(words, own.code()),
    };
    operator.page(refusal, &page)
}

/// Sets one, or chooses where they come from.
#[handler]
pub async fn submit(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Gateways).await?;
    let form = Form::of(request, body).await?;
    match answer(take(&operator, &form).await)? {
        Ok(()) => Ok(operator.visitor.to(&format!("{}?done=saved", paths::OFFICE_RATES))),
        Err(refusal) => render(&operator, request, &form, Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, form: &Form) -> Done<()> {
    let office = &operator.office;
    office.proved_lately().await?;
    if let step @ ("automatic" | "by-hand") = form.text("step") {
        let wish = ShopRequest { automatic_rates: Some(step == "automatic"), ..ShopRequest::default() };
        return office.update_shop(wish).await.map(drop);
    }
    let own = operator.visitor.shop.currency.code();
    let wish = RateRequest {
        asset: form.text("asset").to_owned(),
        price: operator.amount(form.text("price"), "price", own)?,
        valid_hours: needed(form, "hours")?,
    };
    office.set_rate(wish).await.map(drop)
}
