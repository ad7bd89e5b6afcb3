//! Packs: one that is made, or is there.

use super::{
    Operator,
    typed::{Price, gib, gib_text, moved, needed, price_fields, prices, shown_prices},
};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{ArrangeRequest, OperatorPackView, PackRequest},
    domain::permission::Permission,
    domain::refusal::Refusal,
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/pack.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    /// The pack; none while it is being made.
    of: Option<&'a OperatorPackView>,
    form: &'a Form,
    prices: Vec<Price>,
}

fn id(request: &Request) -> &str {
    request.raw_path_param("pack").unwrap_or_default()
}

fn render(
    operator: &Operator,
    request: &Request,
    of: Option<&OperatorPackView>,
    form: &Form,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        of,
        form,
        prices: price_fields(operator, form),
    };
    operator.page(refusal, &page)
}

/// Shows the form of a new one.
#[handler]
pub async fn offer(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let usual = [("kind", "traffic"), ("amount", "10"), ("on_sale", "1")];
    render(&operator, request, None, &Form::filled(usual.map(|(name, value)| (name, value.to_owned()))), None)
}

fn wish(operator: &Operator, form: &Form, of: Option<&OperatorPackView>) -> Done<PackRequest> {
    let kind = of.map_or_else(|| form.text("kind").to_owned(), |of| of.kind.clone());
    let amount = if kind == "devices" {
        u64::from(needed(form, "amount")?)
    } else {
        gib(form, "amount", of.map(|of| of.amount))?.ok_or_else(|| Refusal::bad_input("amount", "missing"))?
    };
    Ok(PackRequest {
        pack_id: of.map(|of| of.pack_id.clone()),
        kind,
        name: form.text("name").to_owned(),
        amount,
        prices: prices(operator, form)?,
        on_sale: form.ticked("on_sale"),
    })
}

/// Adds one.
#[handler]
pub async fn add(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let form = Form::of(request, body).await?;
    let added = async { operator.office.save_pack(wish(&operator, &form, None)?).await };
    match answer(added.await)? {
        Ok(_) => Ok(operator.visitor.to(&format!("{}?done=saved", paths::OFFICE_PLANS))),
        Err(refusal) => render(&operator, request, None, &form, Some(&refusal)),
    }
}

async fn one(operator: &Operator, id: &str) -> Done<OperatorPackView> {
    let all = operator.office.packs().await?;
    Ok(all.into_iter().find(|pack| pack.pack_id == id).ok_or(Refusal::NotFound)?)
}

fn shown(words: Words, of: &OperatorPackView) -> Form {
    let mut fields = shown_prices(words, &of.prices);
    let amount = if of.kind == "devices" { of.amount.to_string() } else { gib_text(of.amount) };
    fields.extend([
        ("name".to_owned(), of.name.clone()),
        ("kind".to_owned(), of.kind.clone()),
        ("amount".to_owned(), amount),
        ("on_sale".to_owned(), if of.on_sale { "1" } else { "" }.to_owned()),
    ]);
    Form::filled(fields)
}

/// Shows one.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let of = one(&operator, id(request)).await.map_err(Said)?;
    render(&operator, request, Some(&of), &shown(operator.words(), &of), None)
}

/// Takes the form of one step.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    let of = one(&operator, id(request)).await.map_err(Said)?;
    let done = take(&operator, &of, step, &form).await;
    match operator.after_step(request, &form, done, paths::OFFICE_PLANS).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&of), &form, Some(&refusal)),
    }
}

async fn take(operator: &Operator, of: &OperatorPackView, step: &str, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    match step {
        "save" => office.save_pack(wish(operator, form, Some(of))?).await.map(|_| "saved"),
        "up" | "down" => {
            let ids = office.packs().await?.into_iter().map(|pack| pack.pack_id).collect();
            let wish = ArrangeRequest { shelf: "packs".to_owned(), ids: moved(ids, &of.pack_id, step) };
            office.arrange(wish).await.map(|()| "saved")
        }
        _ => Err(Refusal::NotFound.into()),
    }
}
