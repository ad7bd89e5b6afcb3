//! One server: how it does, what it costs, and what can be done with it.

use super::{
    Operator, confirm,
    entries::{self, Entries},
    servers::settings,
    typed::{small, unit},
};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{CheckView, OperatorServerView, RentRequest, RentView, UpdateServerRequest},
    domain::permission::Permission,
    domain::{money::Currency, refusal::Refusal},
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler};

/// What a server may be set to.
const STATES: [&str; 3] = ["open", "draining", "off"];

#[derive(Template)]
#[template(path = "office/server.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    prove: bool,
    of: &'a OperatorServerView,
    rent: &'a RentView,
    /// What is filled in of the server, and of what it costs.
    form: &'a Form,
    entries: Entries,
    currencies: Vec<(&'static str, String)>,
    states: [&'static str; 3],
    checked: Option<&'a CheckView>,
}

/// What there is of a server.
struct Known {
    of: OperatorServerView,
    rent: RentView,
}

fn id(request: &Request) -> &str {
    request.raw_path_param("server").unwrap_or_default()
}

async fn known(operator: &Operator, id: &str) -> Done<Known> {
    let servers = operator.office.servers().await?;
    let rents = operator.office.rents().await?;
    let of = servers.into_iter().find(|server| server.server_id == id).ok_or(Refusal::NotFound)?;
    let rent = rents.into_iter().find(|rent| rent.server_id == id).ok_or(Refusal::NotFound)?;
    Ok(Known { of, rent })
}

fn shown(operator: &Operator, known: &Known) -> Form {
    let Known { of, rent } = known;
    let own = operator.visitor.shop.currency.code();
    Form::filled([
        ("name", of.name.clone()),
        ("region", of.region.clone().unwrap_or_default()),
        ("capacity", if of.capacity > 0 { of.capacity.to_string() } else { String::new() }),
        ("state", of.state.clone()),
        ("cost", rent.cost.as_ref().map_or_else(String::new, |cost| operator.words().bare(cost))),
        ("currency", rent.cost.as_ref().map_or_else(|| own.to_owned(), |cost| cost.currency.clone())),
        ("note", rent.note.clone()),
    ])
}

/// Shows it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Servers).await?;
    render(&operator, request, Found::default()).await
}

/// What a step came to that is shown on the page itself.
#[derive(Default)]
struct Found<'a> {
    form: Option<&'a Form>,
    checked: Option<&'a CheckView>,
    refusal: Option<&'a Refusal>,
}

async fn render(operator: &Operator, request: &Request, found: Found<'_>) -> Result<Response> {
    let known = known(operator, id(request)).await.map_err(Said)?;
    let shown = shown(operator, &known);
    let settings = settings(operator, &known.of.kind).await.unwrap_or_default();
    // What stands in them is never shown, and nothing has to be typed.
    let entries = entries::of(operator.words(), &settings, found.form).kept();
    let words = operator.words();
    let page = Page {
        words,
        face: operator.visitor.face(),
        error: operator.said(found.refusal),
        done: operator.told(request),
        prove: matches!(found.refusal, Some(Refusal::ProveAgain)),
        of: &known.of,
        rent: &known.rent,
        form: found.form.unwrap_or(&shown),
        entries,
        currencies: Currency::ALL.map(|currency| (currency.code(), unit(words, currency.code()))).to_vec(),
        states: STATES,
        checked: found.checked,
    };
    operator.page(found.refusal, &page)
}

/// Takes the form of one step.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Servers).await?;
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    let page = paths::office_server(id(request));
    let here = known(&operator, id(request)).await.map_err(Said)?;
    let asks = match step {
        "remove" => Some("server-remove"),
        "save" if form.text("state") == "off" && here.of.state != "off" => Some("server-off"),
        _ => None,
    };
    if let Some(what) = asks.filter(|_| !form.ticked("sure")) {
        return confirm::ask(&operator, what, &here.of.name, &form, &page);
    }
    if step == "check" {
        let checked = answer(operator.office.check_server(id(request)).await)?;
        let found = match &checked {
            Ok(checked) => Found { checked: Some(checked), ..Found::default() },
            Err(refusal) => Found { refusal: Some(refusal), ..Found::default() },
        };
        return render(&operator, request, found).await;
    }
    let done = answer(take(&operator, &here, step, &form).await)?;
    match done {
        Ok(what) => {
            let to = if step == "remove" { paths::OFFICE_SERVERS } else { &page };
            Ok(operator.visitor.to(&format!("{to}?done={what}")))
        }
        Err(Refusal::NotFound) => Err(Said::from(Refusal::NotFound).into()),
        Err(Refusal::ProveAgain) if !matches!(step, "save" | "rent") => {
            let refused = Err(Refusal::ProveAgain.into());
            operator
                .after(request, &form, refused, &page)
                .await?
                .map_err(|refusal| Said::from(refusal).into())
        }
        Err(refusal) => {
            let filled = merged(&operator, &here, &form);
            render(&operator, request, Found { form: Some(&filled), checked: None, refusal: Some(&refusal) })
                .await
        }
    }
}

/// What was typed, over what stands there: each form of the page has a part of the fields.
fn merged(operator: &Operator, here: &Known, form: &Form) -> Form {
    shown(operator, here).over(form)
}

async fn take(operator: &Operator, here: &Known, step: &str, form: &Form) -> Done<&'static str> {
    let (office, id) = (&operator.office, here.of.server_id.as_str());
    office.proved_lately().await?;
    match step {
        "save" => {
            let settings = settings(operator, &here.of.kind).await.unwrap_or_default();
            let typed = entries::typed(&settings, form);
            let wish = UpdateServerRequest {
                name: Some(form.text("name").to_owned()),
                state: form.given("state"),
                config: None,
                region: Some(form.text("region").to_uppercase()),
                capacity: Some(small(form, "capacity")?.unwrap_or(0)),
            };
            office.change_server_settings(id, typed, wish).await.map(|_| "saved")
        }
        "rent" => {
            let cost = form.given("cost").map(|cost| operator.amount(&cost, "cost", form.text("currency")));
            let wish = RentRequest { cost: cost.transpose()?, note: form.text("note").to_owned() };
            office.set_rent(id, wish).await.map(|_| "saved")
        }
        "remove" => office.remove_server(id).await.map(|()| "taken-away"),
        _ => Err(Refusal::NotFound.into()),
    }
}
