//! Ways to be paid: those that there are, those that there could be, and setting one up.

use super::{
    Operator,
    entries::{self, Entries},
};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{
        Face,
        form::Form,
        visitor::{answer, asked},
    },
};
use askama::Template;
use nexa_core::{
    backoffice::model::{GatewayView, RateView, SetUpGatewayRequest, SettingView},
    domain::permission::Permission,
    domain::refusal::Refusal,
    error::Result as Done,
    text::Arg,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/gateways.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    gateways: &'a [GatewayView],
    kinds: Vec<String>,
    /// Assets that somebody is paid in and that have no rate.
    lacking: Vec<String>,
}

#[derive(Template)]
#[template(path = "office/gateway_new.html")]
struct New<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    prove: bool,
    kind: &'a str,
    form: &'a Form,
    entries: Entries,
}

impl List<'_> {
    /// What an asset is called.
    fn unit(&self, asset: &str) -> String {
        super::typed::unit(self.words, asset)
    }

    /// That an asset has no rate.
    fn lack(&self, asset: &str) -> String {
        self.words.with("office-rate-lacks", &[("asset", Arg::Text(&self.unit(asset)))])
    }
}

/// What a kind is called; its own name where we have no word for it.
pub fn called(words: Words, kind: &str) -> String {
    let key = format!("office-kind-{kind}");
    Some(words.get(&key)).filter(|name| *name != key).unwrap_or_else(|| kind.to_owned())
}

/// A sentence about a kind, if we have one.
pub fn about(words: Words, kind: &str) -> Option<String> {
    let key = format!("office-kind-{kind}-hint");
    Some(words.get(&key)).filter(|about| *about != key)
}

/// Shows all of them.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Gateways).await?;
    let office = &operator.office;
    let gateways = office.gateways().await.map_err(Said)?;
    let rates = office.rates().await.map_err(Said)?;
    let kinds = office.gateway_kinds().await.map_err(Said)?;
    let shop = &operator.visitor.shop;
    let page = List {
        words: operator.words(),
        face: operator.visitor.face(),
        error: None,
        done: operator.told(request),
        gateways: &gateways,
        kinds: kinds.into_iter().map(|of| of.kind).filter(|kind| shop.test || kind != "sandbox").collect(),
        lacking: lacking(&gateways, &rates, shop.currency.code()),
    };
    operator.page(None, &page)
}

fn lacking(gateways: &[GatewayView], rates: &[RateView], own: &str) -> Vec<String> {
    let paid_in = gateways.iter().map(|gateway| gateway.currency.as_str());
    let foreign = paid_in.filter(|asset| !asset.is_empty() && *asset != own);
    let mut without: Vec<String> =
        foreign.filter(|asset| rates.iter().all(|rate| rate.asset != **asset)).map(str::to_owned).collect();
    without.sort();
    without.dedup();
    without
}

/// Shows the form of a new one, to those who have shown lately who they are.
#[handler]
pub async fn offer(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Gateways).await?;
    if let Some(question) = operator.fresh(request).await? {
        return Ok(question);
    }
    let kind = asked("kind", request).unwrap_or_default();
    let name = called(operator.words(), &kind);
    // What is usual for a kind is no currency of most shops.
    let settings = settings(&operator, &kind).await.map_err(Said)?;
    let own = operator.visitor.shop.currency.code();
    let takes = |of: &SettingView| of.name == "currency" && of.field.choices.iter().any(|one| one == own);
    let currency = if settings.iter().any(takes) { own } else { "" };
    let form = [("kind", kind), ("name", name), ("set-currency", currency.to_owned())];
    render(&operator, request, &Form::filled(form), None).await
}

async fn settings(operator: &Operator, kind: &str) -> Done<Vec<SettingView>> {
    let kinds = operator.office.gateway_kinds().await?;
    let known = kinds.into_iter().find(|known| known.kind == kind).ok_or(Refusal::NotFound)?;
    Ok(entries::blank(&known.fields))
}

async fn render(
    operator: &Operator,
    request: &Request,
    form: &Form,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let settings = settings(operator, form.text("kind")).await.map_err(Said)?;
    let page = New {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        prove: matches!(refusal, Some(Refusal::ProveAgain)),
        kind: form.text("kind"),
        form,
        entries: entries::of(operator.words(), &settings, Some(form)),
    };
    operator.page(refusal, &page)
}

/// Adds it; what comes next is looking at it.
#[handler]
pub async fn add(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Gateways).await?;
    let form = Form::of(request, body).await?;
    let added = async {
        let kind = form.text("kind").to_owned();
        let settings = settings(&operator, &kind).await?;
        operator.office.proved_lately().await?;
        let (name, settings) = (form.text("name").to_owned(), entries::typed(&settings, &form));
        operator.office.set_up_gateway(SetUpGatewayRequest { kind, name, settings }).await
    };
    match answer(added.await)? {
        Ok(of) => Ok(operator.visitor.to(&format!("{}?done=added", paths::office_gateway(&of.gateway_id)))),
        Err(Refusal::NotFound) => Err(Said::from(Refusal::NotFound).into()),
        Err(refusal) => render(&operator, request, &form, Some(&refusal)).await,
    }
}
