//! A shop to test with: the engine on its memory storage, one server in memory, one plan, play money.

use nexa_core::{
    Nexa,
    backoffice::{
        Backoffice,
        model::{
            AddGatewayRequest, AddPlanRequest, AddServerRequest, GatewayView, RateRequest,
            UpdateGatewayRequest, WalletCorrection,
        },
    },
    domain::{money::Currency, shop::Locale, user::Principal},
    ids::ShopId,
    memory::MemoryStorage,
    secret::Keys,
    sim::panel_kind::FakePanelKind,
    storefront::model::{MoneyView, SignUpRequest},
};
use nexa_http::{Config, routes};
use poem::{
    Endpoint, Request, Response,
    http::{Method, StatusCode},
};
use serde_json::{Value, json};
use std::sync::Arc;

pub const URL: &str = "https://shop.example";

/// The shop and who is in it.
pub struct Shop {
    pub nexa: Nexa,
    pub id: ShopId,
    pub key: String,
    pub claim: Option<String>,
    pub plan: String,
    pub panels: Arc<FakePanelKind>,
    pub routes: Box<dyn poem::endpoint::DynEndpoint<Output = Response>>,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: poem::http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        self.json()["code"].as_str().unwrap().to_owned()
    }
}

fn engine(panels: &Arc<FakePanelKind>) -> Nexa {
    let mut builder = Nexa::builder(Arc::new(MemoryStorage::new()), Keys::new([7; 32]))
        .public_url(URL)
        .caller(Arc::new(nexa_core::sim::caller::FakeCaller::default()))
        .panel_kind(Arc::<FakePanelKind>::clone(panels));
    for kind in nexa_payments::kinds() {
        builder = builder.gateway_kind(kind);
    }
    builder.build()
}

impl Shop {
    /// A shop that nobody runs yet.
    pub async fn unclaimed() -> Self {
        let panels = Arc::new(FakePanelKind::default());
        let nexa = engine(&panels);
        let installed = nexa.install("Test <shop>", Currency::Usd, Locale::En, true, None).await.unwrap();
        let routes = Box::new(poem::endpoint::ToDynEndpoint(routes(nexa.clone(), Config::new(URL))));
        Self {
            nexa,
            id: installed.shop_id,
            key: String::new(),
            claim: installed.claim,
            plan: String::new(),
            panels,
            routes,
        }
    }

    /// A shop with an operator, a server and a plan.
    pub async fn open() -> Self {
        let mut shop = Self::unclaimed().await;
        let desk = shop.nexa.frontdesk();
        shop.key = desk.claim(shop.claim.as_deref().unwrap()).await.unwrap().api_key;
        let office = shop.office().await;
        let server = AddServerRequest {
            name: "Frankfurt".to_owned(),
            kind: "memory".to_owned(),
            group_id: None,
            config: json!({ "name": "a" }),
            region: Some("DE".to_owned()),
            capacity: None,
        };
        office.add_server(server).await.unwrap();
        let plan = AddPlanRequest {
            name: "Month".to_owned(),
            days: 30,
            traffic_bytes: 50 << 30,
            devices: 2,
            extras: vec![],
            group_id: None,
            prices: vec![usd(499)],
            on_sale: true,
        };
        shop.plan = office.add_plan(plan).await.unwrap().plan_id;
        shop
    }

    pub async fn office(&self) -> Arc<dyn Backoffice> {
        self.nexa.backoffice(self.nexa.frontdesk().principal(self.id, &self.key).await.unwrap())
    }

    pub async fn sandbox(&self) -> GatewayView {
        let office = self.office().await;
        let request = AddGatewayRequest {
            kind: "sandbox".to_owned(),
            name: "Play money".to_owned(),
            config: json!({ "secret": "0f1e2d3c4b5a69788796a5b4c3d2e1f0" }),
        };
        let gateway = office.add_gateway(request).await.unwrap();
        let enable = UpdateGatewayRequest { name: None, config: None, enabled: Some(true) };
        office.update_gateway(&gateway.gateway_id, enable).await.unwrap()
    }

    /// A TON wallet, where a comment tells whose money it is; gives the gateway's id.
    pub async fn toncoin(&self) -> String {
        let office = self.office().await;
        let request = AddGatewayRequest {
            kind: "ton".to_owned(),
            name: "Toncoin".to_owned(),
            config: json!({
                "address": "0:5a1f0e6c2b9d48377c15a0f3e8d4b26190ac7e5f43b8d2617f90ce3ab4d58162",
                "network": "test",
            }),
        };
        let gateway = office.add_gateway(request).await.unwrap();
        let price = MoneyView { minor: 320, currency: "USD".to_owned() };
        office.set_rate(RateRequest { asset: "TON".to_owned(), price, valid_hours: 9 }).await.unwrap();
        let enable = UpdateGatewayRequest { name: None, config: None, enabled: Some(true) };
        office.update_gateway(&gateway.gateway_id, enable).await.unwrap().gateway_id
    }

    /// A bank card to transfer to; gives the gateway's id.
    pub async fn card(&self) -> String {
        let office = self.office().await;
        let request = AddGatewayRequest {
            kind: "card".to_owned(),
            name: "Card".to_owned(),
            config: json!({
                "cards": [{ "number": "6219861034529007", "holder": "Reza Karimi", "bank": "Melli" }],
                "currency": "USD",
            }),
        };
        let gateway = office.add_gateway(request).await.unwrap();
        let enable = UpdateGatewayRequest { name: None, config: None, enabled: Some(true) };
        office.update_gateway(&gateway.gateway_id, enable).await.unwrap().gateway_id
    }

    /// A customer with so many cents; gives the session.
    pub async fn customer(&self, cents: i64) -> String {
        let guest = self.nexa.storefront(Principal::guest(self.id));
        let session = guest.sign_up(SignUpRequest::default()).await.unwrap().session;
        if cents > 0 {
            let correction = WalletCorrection { amount: usd(cents) };
            self.office().await.correct_wallet(&session.user_id, correction, "k".to_owned()).await.unwrap();
        }
        session.token
    }

    /// Lets the worker do all that is due.
    pub async fn work(&self) {
        let worker = self.nexa.worker();
        for _ in 0..20 {
            worker.tick().await.unwrap();
        }
    }

    pub async fn ask(&self, request: Request) -> Answer {
        let mut response = self.routes.get_response(request).await;
        let bytes = response.take_body().into_vec().await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: response.status(), headers: response.headers().clone(), text }
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, headers, "").await
    }

    pub async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.post_with(path, token, body, &[]).await
    }

    pub async fn post_with(&self, path: &str, token: &str, body: &Value, more: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("content-type", "application/json")];
        if !token.is_empty() {
            headers.push(("authorization", &bearer));
        }
        headers.extend(more);
        self.send(Method::POST, path, &headers, &body.to_string()).await
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut builder = Request::builder().method(method).uri_str(path).header("host", "shop.example");
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        self.ask(builder.body(body.to_owned())).await
    }
}

pub fn usd(cents: i64) -> MoneyView {
    MoneyView { minor: cents, currency: "USD".to_owned() }
}
