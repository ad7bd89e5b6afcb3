//! Looking back at an order and at a user, and what a page asks before it lets money move.

use crate::world::{Shop, cents, minutes, on_every_storage, refused};
use nexa_core::storefront::model::{OpenTicketRequest, PageRequest};

on_every_storage!(
    an_order_tells_how_it_was_paid,
    a_user_s_wallet_and_questions_are_theirs_alone,
    a_key_for_programs_proves_nothing,
);

async fn an_order_tells_how_it_was_paid(shop: Shop) {
    let ann = shop.customer().await;
    let order = ann.orders(&shop.transfer).await.expect("an order");
    shop.bank.sends(&order, &cents(200));
    shop.after(minutes(1)).await;
    shop.bank.sends(&order, &cents(300));
    shop.after(minutes(2)).await;
    let story = shop.operator.order_story(&order.order_id).await.expect("a story");
    assert_eq!((&story.order.user_id, &story.order.order.order_id), (&ann.id, &order.order_id));
    let [payment] = story.payments.try_into().expect("one try");
    assert_eq!((payment.state.as_str(), payment.received.minor), ("paid", 500));
    let mut seen: Vec<i64> = payment.transfers.iter().map(|one| one.amount.minor).collect();
    seen.sort_unstable();
    assert_eq!(seen, [200, 300]);
    assert!(story.can_be_taken_back && !story.can_be_sent_back, "its gateway sends nothing back");
    shop.operator.refund_order(&order.order_id).await.expect("begun");
    let story = shop.operator.order_story(&order.order_id).await.expect("a story");
    assert!(!story.can_be_taken_back, "once");
}

async fn a_user_s_wallet_and_questions_are_theirs_alone(shop: Shop) {
    let (ann, bob) = (shop.customer().await, shop.customer().await);
    ann.has_a_month(&shop).await;
    let question = OpenTicketRequest { subject: None, text: "Why?".to_owned(), subscription_id: None };
    let asked = ann.shop.open_ticket(question, None).await.expect("asked").ticket.ticket_id;
    let page = PageRequest::default;
    let wallet = shop.operator.user_wallet(&ann.id, page()).await.expect("a wallet");
    assert_eq!(wallet, ann.shop.wallet(page()).await.expect("a wallet"));
    assert_eq!((wallet.balance.minor, wallet.items.len()), (0, 2), "put in, and spent");
    let tickets = shop.operator.user_tickets(&ann.id, page()).await.expect("tickets").items;
    assert_eq!(tickets.iter().map(|of| &of.ticket.ticket_id).collect::<Vec<_>>(), [&asked]);
    assert!(shop.operator.user_tickets(&bob.id, page()).await.expect("tickets").items.is_empty());
    assert!(shop.operator.user_wallet(&bob.id, page()).await.expect("a wallet").items.is_empty());
}

async fn a_key_for_programs_proves_nothing(shop: Shop) {
    assert_eq!(refused(shop.operator.proved_lately().await), "not_allowed");
}
