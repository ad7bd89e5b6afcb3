//! One way to be paid: its settings, whether it works, and whether customers see it.

use super::{
    Operator,
    entries::{self, Entries, SPARE},
    typed::moved,
};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{
        ArrangeRequest, CheckView, GatewaySettingsView, GatewayView, SettingsRequest, UpdateGatewayRequest,
    },
    domain::permission::Permission,
    domain::refusal::Refusal,
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/gateway.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    prove: bool,
    of: &'a GatewayView,
    settings: &'a GatewaySettingsView,
    name: String,
    entries: Entries,
    checked: Option<&'a CheckView>,
}

/// What a step came to that is shown on the page itself.
#[derive(Default)]
struct Found<'a> {
    form: Option<&'a Form>,
    checked: Option<&'a CheckView>,
    refusal: Option<&'a Refusal>,
}

fn id(request: &Request) -> &str {
    request.raw_path_param("gateway").unwrap_or_default()
}

/// Shows it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Gateways).await?;
    render(&operator, request, Found::default()).await
}

async fn render(operator: &Operator, request: &Request, found: Found<'_>) -> Result<Response> {
    let settings = operator.office.gateway_settings(id(request), SPARE).await.map_err(Said)?;
    let all = operator.office.gateways().await.map_err(Said)?;
    let of = all.iter().find(|gateway| gateway.gateway_id == settings.gateway_id);
    let of = of.ok_or(Refusal::NotFound).map_err(Said::from)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(found.refusal),
        done: operator.told(request),
        prove: matches!(found.refusal, Some(Refusal::ProveAgain)),
        of,
        settings: &settings,
        name: found.form.map_or_else(|| settings.name.clone(), |form| form.text("name").to_owned()),
        entries: entries::of(operator.words(), &settings.settings, found.form),
        checked: found.checked,
    };
    operator.page(found.refusal, &page)
}

/// Takes the form of one step.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Gateways).await?;
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    if step == "check" {
        let checked = answer(operator.office.check_gateway(id(request)).await)?;
        return match &checked {
            Ok(checked) => {
                render(&operator, request, Found { checked: Some(checked), ..Found::default() }).await
            }
            Err(Refusal::NotFound) => Err(Said::from(Refusal::NotFound).into()),
            Err(refusal) => {
                render(&operator, request, Found { refusal: Some(refusal), ..Found::default() }).await
            }
        };
    }
    let page = paths::office_gateway(id(request));
    match answer(take(&operator, id(request), step, &form).await)? {
        Ok(what) => {
            let to = if matches!(step, "up" | "down") { paths::OFFICE_GATEWAYS } else { &page };
            Ok(operator.visitor.to(&format!("{to}?done={what}")))
        }
        Err(Refusal::NotFound) => Err(Said::from(Refusal::NotFound).into()),
        Err(Refusal::ProveAgain) if step != "save" => {
            let refused = Err(Refusal::ProveAgain.into());
            operator
                .after(request, &form, refused, &page)
                .await?
                .map_err(|refusal| Said::from(refusal).into())
        }
        Err(refusal) => {
            let form = Some(&form).filter(|_| step == "save");
            render(&operator, request, Found { form, checked: None, refusal: Some(&refusal) }).await
        }
    }
}

async fn take(operator: &Operator, id: &str, step: &str, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    let settings = office.gateway_settings(id, SPARE).await?;
    office.proved_lately().await?;
    let switch = |enabled| UpdateGatewayRequest { name: None, config: None, enabled: Some(enabled) };
    match step {
        "save" => {
            let typed = entries::typed(&settings.settings, form);
            let (name, version) = (Some(form.text("name").to_owned()), Some(super::version(form)?));
            let wish = SettingsRequest { settings: typed, name, version };
            office.change_gateway_settings(id, wish).await.map(|_| "saved")
        }
        "enable" => office.update_gateway(id, switch(true)).await.map(|_| "saved"),
        "disable" => office.update_gateway(id, switch(false)).await.map(|_| "saved"),
        "up" | "down" => {
            let ids = office.gateways().await?.into_iter().map(|gateway| gateway.gateway_id).collect();
            let wish = ArrangeRequest { shelf: "gateways".to_owned(), ids: moved(ids, id, step) };
            office.arrange(wish).await.map(|()| "saved")
        }
        _ => Err(Refusal::NotFound.into()),
    }
}
