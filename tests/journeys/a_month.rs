//! A month of one subscription, from signing up to the end of its time.

use crate::world::{GIB, Shop, days, hours, minutes, on_every_storage};

on_every_storage!(from_signing_up_to_the_end);

/// Sign up without a name, buy, use it up, renew, and let it end.
async fn from_signing_up_to_the_end(shop: Shop) {
    let customer = shop.customer().await;
    assert_eq!(customer.number.len(), 25, "whoever has the number owns the account");

    let order = customer.orders(&shop.transfer).await.expect("an order");
    assert_eq!(order.state, "awaiting_payment");
    let transfer = shop.bank.begins(&order, &order.price);
    shop.after(minutes(1)).await;
    assert_eq!(customer.looks_at(&order).await.payment.expect("a payment").state, "seen");
    shop.bank.confirms(&transfer);
    shop.after(minutes(2)).await;

    let order = customer.looks_at(&order).await;
    assert_eq!(order.state, "fulfilled");
    let mine = customer.subscription().await;
    assert_eq!((mine.state.as_str(), mine.days_left), ("active", 30));
    assert_eq!(customer.was_told().await, ["ready", "payment-confirmed", "payment-seen"], "newest first");
    let server = shop.server("frankfurt");
    let document = shop.opens(&mine.link).await.expect("a document");
    assert!(document.contains(&server.entry().id.expose()), "the link leads to the entry on the server");

    shop.after(days(10)).await;
    assert_eq!(server.carries(4 * GIB), 4 * GIB);
    shop.after(minutes(2)).await;
    assert_eq!(customer.subscription().await.used_bytes, 4 * GIB);

    let renewal = customer.renews(&mine, &shop.transfer).await.expect("a renewal");
    shop.bank.pays(&renewal);
    shop.after(minutes(2)).await;
    let renewed = customer.subscription().await;
    assert_eq!(renewed.link, mine.link, "the link stays");
    assert_eq!(renewed.remaining_bytes, 16 * GIB, "what was left is kept");
    assert_eq!(renewed.days_left, 50, "the days that were left are kept");

    assert_eq!(server.carries(20 * GIB), 16 * GIB, "the server itself stops at the limit");
    shop.after(minutes(2)).await;
    assert_eq!(customer.subscription().await.state, "exhausted");
    assert!(!server.lets_in(), "cut off on the server");
    let document = shop.opens(&mine.link).await.expect("still answers");
    assert!(!document.contains(&server.entry().id.expose()), "the link tells only that it is used up");

    let again = customer.renews(&mine, &shop.transfer).await.expect("a renewal");
    shop.bank.pays(&again);
    shop.after(minutes(2)).await;
    assert_eq!(customer.subscription().await.remaining_bytes, 10 * GIB);
    assert!(server.lets_in(), "connected again");

    shop.after(days(81)).await;
    assert_eq!(customer.subscription().await.state, "ended");
    assert!(!server.lets_in());
    assert_eq!(customer.was_told().await[0], "ended");
    shop.after(hours(7)).await;
    shop.is_in_order().await;
}
