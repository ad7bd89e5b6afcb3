//! The gateways of Iran, each against a scripted one.

mod flows;
mod kinds;
mod zarinpal;
mod zibal;

use crate::{OUTAGES, connect, fault};
use async_trait::async_trait;
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{Fixture, Outage, invoice},
    domain::money::Money,
    ports::gateway::{Callback, Expected, Gateway, GatewayKind, Opened},
};
use nexa_payments::{
    rial::{AqayepardakhtKind, NextpayKind, ZarinpalKind, ZibalKind},
    testing::{
        ScriptedServer,
        rial::{AqayepardakhtScript, Bank, NextpayScript, ZarinpalScript, ZibalScript},
    },
};
use serde_json::json;
use std::sync::Arc;

pub(crate) const MERCHANT: &str = "1344b5d4-0048-11e8-94db-005056a205be";
pub(crate) const ZIBAL: &str = "5f3a1c9be7d24d0012ab34cd";
pub(crate) const PIN: &str = "9C1F0E7B2A4D4E6F8B3A";
pub(crate) const API_KEY: &str = "b11ee9c3-d23d-414e-8b6e-f2370baac97b";

/// A gateway that leads to a bank's page.
pub(crate) struct Redirect<B> {
    pub(crate) gateway: Arc<dyn Gateway>,
    pub(crate) server: ScriptedServer<B>,
    secret: &'static str,
    /// What the browser brings back for an attempt that went well, or did not.
    back: fn(&str, bool) -> Callback,
}

fn get(query: String) -> Callback {
    Callback { method: "GET".into(), query, headers: Vec::new(), body: Vec::new() }
}

impl<B: Bank> Redirect<B> {
    async fn start(
        kind: &dyn GatewayKind,
        key: &str,
        secret: &'static str,
        bank: B,
        returns: fn(&str, bool) -> Callback,
    ) -> Self {
        let server = ScriptedServer::start(bank).await.expect("a port");
        let config = json!({ key: secret, "base_url": server.base_url(), "timeout_seconds": 1 });
        Self { gateway: connect(kind, config), server, secret, back: returns }
    }

    pub(crate) fn back(&self, reference: &str, well: bool) -> Callback {
        (self.back)(reference, well)
    }
}

pub(crate) async fn zarinpal() -> Redirect<ZarinpalScript> {
    let back = |authority: &str, well: bool| {
        get(format!("Authority={authority}&Status={}", if well { "OK" } else { "NOK" }))
    };
    Redirect::start(&ZarinpalKind, "merchant_id", MERCHANT, ZarinpalScript::new(MERCHANT), back).await
}

pub(crate) async fn zibal() -> Redirect<ZibalScript> {
    let back = |track: &str, well: bool| {
        let (success, status) = if well { (1, 2) } else { (0, 3) };
        get(format!("success={success}&trackId={track}&orderId=7&status={status}"))
    };
    Redirect::start(&ZibalKind, "merchant", ZIBAL, ZibalScript::new(ZIBAL), back).await
}

pub(crate) async fn aqayepardakht() -> Redirect<AqayepardakhtScript> {
    let back = |name: &str, well: bool| {
        let status = u8::from(well);
        let body = format!("transid={name}&cardnumber=6274%2A%2A44&tracking_number=1&bank=x&status={status}");
        Callback { method: "POST".into(), body: body.into_bytes(), ..get(String::new()) }
    };
    Redirect::start(&AqayepardakhtKind, "pin", PIN, AqayepardakhtScript::new(PIN), back).await
}

pub(crate) async fn nextpay() -> Redirect<NextpayScript> {
    let back = |name: &str, well: bool| {
        get(format!(
            "trans_id={name}&order_id=7&amount=1&np_status={}",
            if well { "OK" } else { "Unsuccessful" }
        ))
    };
    Redirect::start(&NextpayKind, "api_key", API_KEY, NextpayScript::new(API_KEY), back).await
}

/// What the core would ask for.
pub(crate) fn asks(reference: &str, due: Money) -> [Expected; 1] {
    [Expected { reference: reference.to_owned(), due, since: Timestamp::UNIX_EPOCH }]
}

#[async_trait]
impl<B: Bank> Fixture for Redirect<B> {
    fn gateway(&self) -> Arc<dyn Gateway> {
        Arc::clone(&self.gateway)
    }
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000).expect("a moment")
    }
    async fn make_seen(&self, opened: &Opened, amount: Money) -> String {
        self.make_paid(opened, amount).await
    }
    async fn make_paid(&self, opened: &Opened, amount: Money) -> String {
        assert_eq!(amount, invoice(self, 0).due, "a page is paid as a whole");
        assert!(self.server.with(|bank| bank.desk().pay(&opened.reference)), "an open page");
        opened.reference.clone()
    }
    fn is_final_at_once(&self) -> bool {
        true
    }
    fn is_paid_once(&self) -> bool {
        true
    }
    async fn drop_transfer(&self, movement: &str) {
        assert!(self.server.with(|bank| bank.desk().reverse(movement)), "a paid page");
    }
    async fn outage(&self, outage: Outage) {
        self.server.fail(fault(outage));
    }
    fn outages(&self) -> Vec<Outage> {
        OUTAGES.into()
    }
    // Browsers sign nothing.
    fn signed(&self, _opened: &Opened, _amount: Money) -> Option<Callback> {
        None
    }
    fn forged(&self, _opened: &Opened, _amount: Money) -> Option<Callback> {
        None
    }
    fn secrets(&self) -> Vec<String> {
        vec![self.secret.to_owned()]
    }
}

/// The core's suite and every way through a bank's page, for one gateway.
macro_rules! redirects {
    ($($name:ident),+) => {$(
        mod $name {
            mod suite {
                nexa_core::gateway_suite!(
                    #[tokio::test]
                    crate::rial::$name().await
                );
            }
            crate::rial::flows::every_way!(crate::rial::$name().await);
        }
    )+};
}

mod gateways {
    redirects!(zarinpal, zibal, aqayepardakht, nextpay);
}
