//! What no request can carry, or no shop would take, is refused as a shop refuses it, and never taken for a lost connection.

use super::{
    online, remote,
    stand_in::{StandIn, json},
};
use crate::shop::Shop;
use nexa_core::{
    domain::refusal::Refusal,
    error::{Error, Result},
    secret::Secret,
    storefront::{
        Adoption, Help, Storefront, Support,
        model::{CheckoutRequest, OpenTicketRequest, PageRequest},
    },
};
use nexa_http::paths::PICTURE_LIMIT;

fn refused<T: std::fmt::Debug>(what: &str, answer: Result<T>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{what}: {other:?}"),
    }
}

#[tokio::test]
async fn texts_that_are_too_long_for_a_request_are_refused_and_not_lost() {
    let shop = Shop::open().await;
    let (server, base) = online(&shop).await;
    let mine = remote(&base).signed_in(Secret::new(shop.customer(700).await));
    let long = "x".repeat(100_000);
    for text in [long.as_str(), &"آ".repeat(50_000)] {
        let page = || PageRequest { cursor: Some(text.to_owned()), limit: None };
        assert_eq!(refused("an order", mine.order(text).await), Refusal::NotFound);
        assert_eq!(refused("a device", mine.remove_device(text, text).await), Refusal::NotFound);
        refused("an article", mine.article(text, None).await);
        refused("an identity", mine.remove_identity(text).await);
        refused("a plan", mine.change_quote(text, text).await);
        refused("orders", mine.orders(page()).await);
        refused("tickets", mine.tickets(page()).await);
        assert_eq!(refused("a service", mine.adopt(text).await).code(), "too_large");
        mine.articles(Some(text), Some(text)).await.unwrap();
    }
    drop(mine);
    server.end().await;
}

#[tokio::test]
async fn two_words_of_the_address_are_nobodys_session() {
    let shop = Shop::open().await;
    let (server, base) = online(&shop).await;
    let mine = remote(&base).signed_in(Secret::new(shop.customer(700).await));
    for word in ["current", "others"] {
        assert_eq!(refused(word, mine.revoke_session(word).await), Refusal::NotFound);
    }
    assert_eq!(mine.sessions().await.unwrap().len(), 1, "and this one goes on");
    drop(mine);
    server.end().await;
}

#[tokio::test]
async fn what_fits_into_no_header_is_refused_before_anything_is_sent() {
    let server = StandIn::always(|| json("[]")).await;
    for token in ["\0", "توکن", &"x".repeat(20_000)] {
        let mine = remote(&server.base).signed_in(Secret::new(token.to_owned()));
        assert_eq!(refused("a token", mine.plans().await), Refusal::NotSignedIn);
    }
    let mine = remote(&server.base).signed_in(Secret::new("nxs_t".to_owned()));
    for key in ["", "\n", "a b", "خرید", &"x".repeat(101)] {
        let no = refused("a key", mine.checkout(CheckoutRequest::default(), Some(key.to_owned())).await);
        assert_eq!(no.parameters().field.as_deref(), Some("Idempotency-Key"), "{key:?}");
    }
    assert_eq!(server.heard(), Vec::<String>::new());
}

#[tokio::test]
async fn a_picture_that_no_shop_takes_is_not_sent() {
    let server = StandIn::always(|| json("{}")).await;
    let mine = remote(&server.base).signed_in(Secret::new("nxs_t".to_owned()));
    let picture = || vec![0; PICTURE_LIMIT + 1];
    let limit = u32::try_from(PICTURE_LIMIT).unwrap();
    let ticket = OpenTicketRequest { text: "x".to_owned(), ..OpenTicketRequest::default() };
    for answer in [
        mine.upload_receipt("x", picture(), String::new()).await.map(drop),
        mine.open_ticket(ticket, Some(picture())).await.map(drop),
        mine.reply_ticket("x", "x", Some(picture())).await.map(drop),
    ] {
        assert_eq!(refused("a picture", answer), Refusal::TooLarge { limit });
    }
    assert_eq!(server.heard(), Vec::<String>::new());
}
