//! Calls of gateways, of Telegram and of mail servers.
//!
//! Gateways' callbacks: the raw bytes go to the core, and `200` goes out only after the core has taken them.
//!
//! A forged callback is 401, and many of them are 429; a failure is 503, so that the gateway calls again.

use crate::{
    caller::desk_of,
    desk::{Asked, Desk},
    paths,
    problem::Said,
    web::cookie,
};
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
use std::net::IpAddr;

/// Takes one callback.
#[handler]
pub async fn receive(request: &Request, body: Vec<u8>) -> Result<Response> {
    let desk = desk_of(request)?;
    let asked = Asked::of(request);
    let client = desk.client(request);
    let asked_for = paths::hook_parts(&asked.path).and_then(|(gateway, endpoint)| {
        let gateway: GatewayId = gateway.parse().ok()?;
        Some((gateway, endpoint))
    });
    let Some((gateway, endpoint)) = asked_for else { return Err(nowhere(&desk, client).await.into()) };
    desk.limits.may_call_back(client, gateway).await.map_err(Said::from)?;
    let callback = Callback {
        method: request.method().as_str().to_owned(),
        query: asked.query.clone(),
        headers: headers(request),
        body,
    };
    let reply = match desk.doors.frontdesk().receive(gateway, endpoint, callback).await {
        Ok(reply) => reply,
        Err(Error::Refused(Refusal::NotFound)) => return Err(nowhere(&desk, client).await.into()),
        Err(error) => {
            if matches!(error, Error::Refused(Refusal::BadSignature)) {
                desk.limits.forged_callback(client, gateway).await;
            }
            return Err(Said(error).into());
        }
    };
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

/// What to answer to a call for something that is not there: to wait, when there were many.
async fn nowhere(desk: &Desk, client: IpAddr) -> Said {
    desk.limits.missed_hook(client).await.into()
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
    let asked_for = request.path_params::<(String, String)>().ok().and_then(|(shop, secret)| {
        let shop: ShopId = shop.parse().ok()?;
        Some((shop, secret))
    });
    let Some((shop, secret)) = asked_for else { return Err(nowhere(&desk, client).await.into()) };
    match desk.doors.frontdesk().take_letter(shop, &secret, body).await {
        Ok(taken) => Ok(taken.name()),
        Err(Error::Refused(Refusal::NotFound)) => Err(nowhere(&desk, client).await.into()),
        Err(error) => Err(Said(error).into()),
    }
}

fn headers(request: &Request) -> Vec<(String, String)> {
    let all = request.headers().iter();
    all.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect()
}
