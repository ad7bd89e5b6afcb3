//! A shop inside a server that is there already, on its port: the shop's routes beside those of a poem application and
//! of an axum application, whose users are customers of the shop without signing up for anything.
//!
//! `cargo run -p nexa-examples --example embed_in_your_server -- 127.0.0.1:8080`, then `curl -H 'cookie: me=ann'` of
//! `/panel/vpn` (axum), `/hello` (poem) and `/` (the shop). Ctrl-C lets open requests and jobs end.
//!
//! On two ports it is shorter: `axum::serve` on one listener, `nexa_http::serve::serve` on the other, and nothing of
//! [`Beside`].
#![expect(clippy::print_stdout, reason = "it says where it listens")]

use axum::{extract::State, http::HeaderMap, http::StatusCode, routing::get};
use futures::TryStreamExt as _;
use nexa_core::{backoffice::model::ShopRequest, prelude::*};
use nexa_http::serve::{Bounds, serve};
use poem::{Endpoint, Request, Response, Route, handler};
use serde_json::json;
use std::{
    collections::BTreeMap,
    convert::Infallible,
    error::Error,
    io,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    net::TcpListener,
    sync::watch,
    time::{Duration, Instant, sleep},
};
use tower::ServiceExt as _;

/// What the host's own pages need: the shop, and which of its users is whose.
#[derive(Clone)]
struct Host {
    nexa: Nexa,
    shop: ShopId,
    /// By the host's own names. It belongs into the host's database.
    customers: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Host {
    /// The shop as one of the host's people sees it; who comes for the first time gets an account there.
    async fn customer(&self, name: &str) -> Result<Arc<dyn Storefront>> {
        let known = self.customers.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        let user = if let Some(user) = known {
            user
        } else {
            let guest = self.nexa.storefront(Principal::guest(self.shop));
            let made = guest.sign_up(SignUpRequest::default()).await?.session.user_id;
            // Who asked twice at once has the account that came first.
            let mut customers = self.customers.lock().unwrap_or_else(PoisonError::into_inner);
            customers.entry(name.to_owned()).or_insert(made).clone()
        };
        self.nexa.customer(self.shop, &user).await
    }
}

/// A page of the host. Its own sign-in says who asks; here, a cookie that anybody can make.
async fn my_vpn(State(host): State<Host>, headers: HeaderMap) -> Result<String, StatusCode> {
    let cookie = headers.get("cookie").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = cookie.strip_prefix("me=").ok_or(StatusCode::UNAUTHORIZED)?;
    tell(&host, name).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn tell(host: &Host, name: &str) -> Result<String> {
    let customer = host.customer(name).await?;
    if customer.subscriptions().await?.is_empty() {
        let mut order = customer.trial().await?;
        // The worker that runs beside delivers it. A page with a script would rather ask again than wait.
        let patience = Instant::now() + Duration::from_secs(10);
        while order.state != "fulfilled" && Instant::now() < patience {
            sleep(Duration::from_millis(20)).await;
            order = customer.order(&order.order_id).await?;
        }
    }
    let links = customer.subscriptions().await?.into_iter().map(|one| format!("{}\n", one.link));
    Ok(format!("{name}'s VPN:\n{}", links.collect::<String>()))
}

#[handler]
fn hello() -> &'static str {
    "Hello from the host.\n"
}

/// An axum application as an endpoint of poem, so that both are on one port.
struct Beside(axum::Router);

impl Endpoint for Beside {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let answer = self.0.clone().oneshot(http::Request::from(request)).await;
        let (head, body) = answer.unwrap_or_else(|never: Infallible| match never {}).into_parts();
        let mut response =
            Response::from(poem::Body::from_bytes_stream(body.into_data_stream().map_err(io::Error::other)));
        response.set_status(head.status);
        *response.headers_mut() = head.headers;
        Ok(response)
    }
}

/// A shop with a trial. A real one is installed once and furnished in its office.
async fn open_shop(public_url: &str) -> Result<Host> {
    let nexa = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32]))
        .public_url(public_url)
        .panel_kind(Arc::new(FakePanelKind::default()))
        .build();
    let shop = nexa.install("Guest VPN", Currency::Usd, Locale::En, true, None).await?.shop_id;
    let office = nexa.owner(shop).await?;
    office.add_server(AddServerRequest::new("Frankfurt", "memory", json!({ "name": "frankfurt" }))).await?;
    let price = Money::new(500, Currency::Usd);
    let plan = office.add_plan(AddPlanRequest::new("Month", 30, Traffic::gib(10), price)).await?;
    office.update_shop(ShopRequest { trial_plan_id: Some(plan.plan_id), ..ShopRequest::default() }).await?;
    Ok(Host { nexa, shop, customers: Arc::default() })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let listener = TcpListener::bind(&address).await?;
    let public_url = format!("http://{}", listener.local_addr()?);
    let host = open_shop(&public_url).await?;

    let axum = axum::Router::new().route("/vpn", get(my_vpn)).with_state(host.clone());
    let pages = nexa_http::routes(host.nexa.clone(), nexa_http::Config::new(&public_url));
    let routes = Route::new().at("/hello", poem::get(hello)).nest("/panel", Beside(axum)).nest("/", pages);

    // One word stops both: the server lets requests end, the worker the jobs that it has begun.
    let (stop, stopped) = watch::channel(false);
    let told = |mut stopped: watch::Receiver<bool>| async move { drop(stopped.wait_for(|over| *over).await) };
    let worker = host.nexa.worker();
    worker.prepare().await?;
    println!("The host listens on {public_url}");
    let server = serve(listener, routes, Bounds::default(), told(stopped.clone()));
    let signal = async {
        drop(tokio::signal::ctrl_c().await);
        stop.send_replace(true);
    };
    let (ended, (), ()) = tokio::join!(server, worker.run(told(stopped)), signal);
    println!("The host has stopped.");
    Ok(ended?)
}
