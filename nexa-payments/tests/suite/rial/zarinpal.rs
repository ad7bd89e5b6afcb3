//! What only ZarinPal does: its answers change their shape, and it knows what waits to be verified.

use super::{MERCHANT, asks, zarinpal};
use crate::connect;
use nexa_core::{
    conformance::gateway::{Fixture, done, opened},
    domain::payment::Finality,
    ports::outcome::Outcome,
};
use nexa_payments::{
    rial::ZarinpalKind,
    testing::{
        Asked, Said, Script, ScriptedServer,
        rial::{Bank, ZarinpalScript},
    },
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Says the same to the same question.
struct Parrot(BTreeMap<&'static str, Value>);

impl Script for Parrot {
    fn answer(&mut self, asked: &Asked) -> Said {
        let said = self.0.iter().find(|(name, _)| asked.path.contains(*name));
        said.map_or((404, "{}".to_owned()), |(_, said)| (200, said.to_string()))
    }
}

/// What comes of an inquiry and a verification with these answers.
async fn looked(inquiry: Value, verify: Value) -> Outcome<Vec<Finality>> {
    let parrot = Parrot(BTreeMap::from([("inquiry", inquiry), ("verify", verify)]));
    let server = ScriptedServer::start(parrot).await.expect("a port");
    let gateway = connect(&ZarinpalKind, json!({ "merchant_id": MERCHANT, "base_url": server.base_url() }));
    let due = nexa_core::domain::money::Money::new(50_000, gateway.profile().asset);
    let facts = gateway
        .inspect(&asks("A00000000000000000000000000000000001", due), jiff::Timestamp::UNIX_EPOCH)
        .await;
    facts.map(|facts| facts.into_iter().map(|fact| fact.finality).collect())
}

#[tokio::test]
async fn errors_are_read_as_list_and_as_object() {
    let paid = json!({ "data": { "code": 100, "status": "PAID" }, "errors": [] });
    let refusal = |code: i64| json!({ "code": code, "message": "no", "validations": [] });
    for (verify, confirmed) in [
        (json!({ "data": { "code": 100, "ref_id": 1 }, "errors": [] }), 1),
        (json!({ "data": { "code": 101, "ref_id": 1 }, "errors": {} }), 1),
        (json!({ "data": { "code": "101" }, "errors": null, "news": [7] }), 1),
        (json!({ "data": { "code": 102 }, "errors": [] }), 0),
        (json!({ "data": [], "errors": refusal(-51) }), 0),
    ] {
        let wanted = vec![Finality::Confirmed; confirmed];
        assert_eq!(looked(paid.clone(), verify.clone()).await, Outcome::Done(wanted), "{verify}");
    }
    for errors in [refusal(-11), json!([refusal(-11)])] {
        let answer = json!({ "data": [], "errors": errors });
        for outcome in [looked(answer.clone(), json!({})).await, looked(paid.clone(), answer.clone()).await] {
            let Outcome::Rejected(why) = outcome else { panic!("{answer}: {outcome:?}") };
            assert!(why.contains("-11"), "{why}");
        }
    }
    for nonsense in
        [json!({}), json!([]), json!(7), json!({ "data": [], "errors": [] }), json!({ "data": {} })]
    {
        assert!(matches!(looked(nonsense.clone(), json!({})).await, Outcome::Ambiguous(_)), "{nonsense}");
        assert!(matches!(looked(paid.clone(), nonsense.clone()).await, Outcome::Ambiguous(_)), "{nonsense}");
    }
}

#[tokio::test]
async fn an_inquiry_alone_pays_nothing() {
    for status in ["VERIFIED", "PAID"] {
        let inquiry = json!({ "data": { "code": 100, "status": status }, "errors": [] });
        let refused = json!({ "data": [], "errors": { "code": -53, "message": "not this merchant" } });
        assert!(matches!(looked(inquiry, refused).await, Outcome::Rejected(_)));
    }
    let unknown = json!({ "data": { "code": 100, "status": "TELEPORTED" }, "errors": [] });
    let good = json!({ "data": { "code": 100 }, "errors": [] });
    assert!(matches!(looked(unknown, good).await, Outcome::Ambiguous(_)));
}

#[tokio::test]
async fn it_is_told_not_to_verify_by_itself_and_how_it_counts() {
    let at = zarinpal().await;
    let (invoice, _) = opened(&at, 0).await;
    let asked: Value = serde_json::from_slice(&at.server.requests()[0].body).expect("JSON");
    assert_eq!((&asked["currency"], &asked["amount"]), (&json!("IRR"), &json!(invoice.due.minor)));
    assert_eq!(asked["metadata"]["auto_verify"], json!(false));
    assert_eq!(asked["callback_url"], json!("https://shop.example/hooks/pay/endpoint7"));
}

#[tokio::test]
async fn the_operator_hears_how_many_wait() {
    let at = zarinpal().await;
    let (_, opened) = opened(&at, 0).await;
    at.server.with(|bank| bank.desk().pay(&opened.reference));
    assert!(done(at.gateway().check().await).lines[1].starts_with("1 payments"));
}

#[tokio::test]
async fn another_merchant_is_refused_and_not_shown() {
    let server = ScriptedServer::start(ZarinpalScript::new("a")).await.expect("a port");
    let gateway = connect(&ZarinpalKind, json!({ "merchant_id": MERCHANT, "base_url": server.base_url() }));
    let Outcome::Rejected(why) = gateway.check().await else { panic!("it is refused") };
    assert!(why.contains("-10") && !why.contains(MERCHANT), "{why}");
    let gone = connect(&ZarinpalKind, json!({ "merchant_id": MERCHANT, "base_url": "http://127.0.0.1:9" }));
    assert!(matches!(gone.check().await, Outcome::Unreachable(_)));
}
