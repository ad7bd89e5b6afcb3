//! Calls of gateways, of Telegram and of mail servers.
//!
//! Gateways' callbacks: the raw bytes go to the core, and `200` goes out only after the core has taken them.
//!
//! A forged callback is 401, and many of them are 429; a failure is 503, so that the gateway calls again.

use crate::{caller::desk_of, desk::Asked, paths, problem::Said, web::cookie};
use nexa_core::{
    domain::refusal::Refusal,
    error::Error,
    ids::{GatewayId, ShopId},
    ports::gateway::Callback,
};
use poem::{
    Request, Response, Result, handler,
    http::{StatusCode, header},
};

/// Takes one callback.
#[handler]
pub async fn receive(request: &Request, body: Vec<u8>) -> Result<Response> {
    let desk = desk_of(request)?;
    let asked = Asked::of(request);
    let client = desk.client(request);
    let nowhere = || Said::from(desk.limits.missed_hook(client));
    let (gateway, endpoint) = paths::hook_parts(&asked.path).ok_or_else(nowhere)?;
    let gateway: GatewayId = gateway.parse().map_err(|_| nowhere())?;
    desk.limits.may_call_back(client, gateway).map_err(Said::from)?;
    let callback = Callback {
        method: request.method().as_str().to_owned(),
        query: asked.query.clone(),
        headers: headers(request),
        body,
    };
    let reply =
        desk.doors.frontdesk().receive(gateway, endpoint, callback).await.map_err(|error| match error {
            Error::Refused(Refusal::NotFound) => nowhere(),
            Error::Refused(Refusal::BadSignature) => {
                desk.limits.forged_callback(client, gateway);
                Said(error)
            }
            error => Said(error),
        })?;
    // A customer who comes along with the callback goes on to the order. One who was posted here by a bank's page brings
    // no cookie along, and does so with the request that this leads to.
    let signed_in = cookie::session(request, &desk.config).is_some();
    let on = match reply.order {
        Some(order) => Some(paths::back(&order.to_string())),
        None => signed_in.then(|| format!("{}?newest=1", paths::ORDERS)),
    };
    if let Some(on) = on.filter(|_| asked.browser) {
        return Ok(Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, on).finish());
    }
    Ok(Response::builder().content_type("text/plain; charset=utf-8").body(reply.body))
}

/// Takes one call of Telegram's.
#[handler]
pub async fn update(request: &Request, body: Vec<u8>) -> Result<StatusCode> {
    let desk = desk_of(request)?;
    let updates = desk.config.updates.as_ref().ok_or(Said::from(Refusal::NotFound))?;
    let bot = request.path_params::<String>()?;
    let secret = request.header("X-Telegram-Bot-Api-Secret-Token").unwrap_or_default();
    Ok(updates.take(&bot, secret, &body).await)
}

/// Takes one mail of a shop's mail server, as it came (RFC 5322).
#[handler]
pub async fn letter(request: &Request, body: Vec<u8>) -> Result<&'static str> {
    let desk = desk_of(request)?;
    let client = desk.client(request);
    let nowhere = || Said::from(desk.limits.missed_hook(client));
    let (shop, secret) = request.path_params::<(String, String)>().map_err(|_| nowhere())?;
    let shop: ShopId = shop.parse().map_err(|_| nowhere())?;
    let taken =
        desk.doors.frontdesk().take_letter(shop, &secret, body).await.map_err(|error| match error {
            Error::Refused(Refusal::NotFound) => nowhere(),
            error => Said(error),
        })?;
    Ok(taken.name())
}

fn headers(request: &Request) -> Vec<(String, String)> {
    let all = request.headers().iter();
    all.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect()
}
