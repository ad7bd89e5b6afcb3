//! What a customer changes about a subscription: its name, its devices, its link, its servers, its renewal, its plan.

use super::{Told, id, render};
use crate::{
    limits::Gate,
    paths,
    problem::Said,
    web::{Visitor, form::Form, visitor::answer},
};
use nexa_core::{
    domain::refusal::Refusal,
    error::{Error, Result as Done},
    storefront::model::{DeviceRequest, GuideView},
};
use poem::{Body, Request, Response, Result, handler};

/// Where the visitor goes after a step.
enum Next {
    /// Back to the subscription, which says what was done.
    Said(&'static str),
    /// Back to the subscription, which shows this page to share.
    Guide(GuideView),
}

/// Takes the form of one step.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    let told = match answer(take(&visitor, id(request), step, &form).await)? {
        Ok(Next::Said(what)) => {
            let place = if what == "reset" { "#connect" } else { "" };
            return Ok(visitor.to(&format!("{}?done={what}{place}", paths::subscription(id(request)))));
        }
        Ok(Next::Guide(guide)) => Told { guide: Some(guide), refusal: None },
        Err(refusal @ (Refusal::NotFound | Refusal::NotSignedIn)) => return Err(Said::from(refusal).into()),
        Err(refusal) => Told { refusal: Some(refusal), guide: None },
    };
    render(&visitor, request, told).await
}

async fn take(visitor: &Visitor, id: &str, step: &str, form: &Form) -> Done<Next> {
    let store = visitor.store();
    let device = form.text("device");
    match step {
        "name" => store.rename_subscription(id, form.text("name")).await.map(|_| Next::Said("saved")),
        "device-name" => {
            let name = form.text("name").to_owned();
            store.rename_device(id, device, DeviceRequest { name }).await.map(|_| Next::Said("saved"))
        }
        "device-remove" => store.remove_device(id, device).await.map(|()| Next::Said("removed")),
        "auto-renew" => store.set_auto_renew(id, form.text("on") == "1").await.map(|_| Next::Said("saved")),
        "reset" => {
            visitor.take(Gate::Account).await?;
            store.reset_link(id).await.map(|_| Next::Said("reset"))
        }
        "move" => {
            visitor.take(Gate::Account).await?;
            store.move_subscription(id, form.text("region")).await.map(|_| Next::Said("moved"))
        }
        "guide" => store.guide_link(id).await.map(Next::Guide),
        _ => Err(Error::from(Refusal::NotFound)),
    }
}
