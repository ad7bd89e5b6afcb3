//! Every refusal goes out and comes back as it was.

use super::{
    is_unknown, remote,
    stand_in::{StandIn, reply},
};
use crate::wire::Running;
use nexa_core::{
    domain::{refusal::Refusal, shop::Locale},
    error::Error,
    storefront::Storefront,
};
use nexa_http::{problem::Facts, serve::Bounds};
use poem::{Endpoint, EndpointExt, Response, Route, get, handler, web::Path};

#[handler]
fn refuses(Path(number): Path<usize>) -> Response {
    Facts::of_refusal(&Refusal::examples()[number]).response(Locale::Fa)
}

fn refuser() -> impl Endpoint<Output = Response> {
    Route::new().at("/v1/orders/:number", get(refuses)).map_to_response()
}

#[tokio::test]
async fn every_refusal_comes_back_with_all_that_belongs_to_it() {
    let server = Running::start(refuser(), Bounds::default()).await;
    let remote = remote(&format!("http://{}", server.at));
    let all = Refusal::examples();
    // Work on the same request is not a refusal for a client that can wait: it waits, and is offline at last.
    for (number, refusal) in all.iter().enumerate().filter(|(_, refusal)| **refusal != Refusal::InFlight) {
        match remote.order(&number.to_string()).await {
            Err(Error::Refused(told)) => assert_eq!(told, *refusal),
            other => panic!("{refusal}: {other:?}"),
        }
    }
    assert!(all.len() > 90, "{}", all.len());
    drop(remote);
    server.end().await;
}

#[tokio::test]
async fn a_refusal_of_a_newer_shop_keeps_its_code_and_text() {
    let body = r#"{"type":"urn:nexavpn:moon_full","title":"No","status":422,"code":"moon_full",
        "detail":"Nur bei Neumond.","phase":{"of":"moon"},"amount":"a lot"}"#;
    let server = StandIn::always(move || reply("422 No", "application/problem+json", body)).await;
    let Err(Error::Refused(told)) = remote(&server.base).me().await else { panic!("refused") };
    assert_eq!(told.code(), "moon_full");
    assert_eq!(nexa_core::text::refusal(Locale::En, &told), "Nur bei Neumond.");
}

#[tokio::test]
async fn a_refusal_of_an_older_shop_that_says_less_keeps_its_code_and_text() {
    let body = r#"{"code":"not_enough_funds","detail":"You are short of 1 USD."}"#;
    let server = StandIn::always(move || reply("422 No", "application/problem+json", body)).await;
    let Err(Error::Refused(told)) = remote(&server.base).me().await else { panic!("refused") };
    assert_eq!(told.code(), "not_enough_funds");
    assert_eq!(nexa_core::text::refusal(Locale::En, &told), "You are short of 1 USD.");
}

#[tokio::test]
async fn a_shop_that_broke_is_not_asked_again() {
    let body = r#"{"code":"internal","detail":"Sorry."}"#;
    let server = StandIn::always(move || reply("500 Oh", "application/problem+json", body)).await;
    assert!(is_unknown(&remote(&server.base).me().await));
    assert_eq!(server.heard().len(), 1);
}
