//! Tickets.

use super::{
    Bench, cases,
    fixture::{NONE, first, page},
};
use crate::{
    domain::{
        ticket::{Author, Ticket, TicketMessage, TicketState},
        user::User,
    },
    ports::storage::TicketFilter,
};
use std::slice::from_ref;

cases![
    a_ticket_keeps_what_it_is_and_changes_what_may_change,
    tickets_come_newest_first_by_user_and_state,
    whoever_waits_longest_comes_first,
    what_was_said_comes_in_order_and_is_counted,
    a_picture_belongs_to_its_message,
    tickets_go_with_all_that_was_said_in_them,
    tickets_of_one_shop_are_not_those_of_another,
];

fn ticket(bench: &Bench, user: &User) -> Ticket {
    let at = bench.later();
    Ticket {
        id: bench.world.id(),
        shop_id: user.shop_id,
        user_id: user.id,
        subscription_id: Some(bench.world.id()),
        subject_sealed: Some("sealed".into()),
        state: TicketState::Open,
        waiting: Some(bench.world.id()),
        opened_at: at,
        answered_at: None,
        changed_at: at,
        due_at: at,
        solved_at: None,
        assignee: None,
        by_mail: true,
        version: 7,
    }
}

fn message(bench: &Bench, to: &Ticket, author: Author, picture: bool) -> TicketMessage {
    TicketMessage {
        id: bench.world.id(),
        shop_id: to.shop_id,
        ticket_id: to.id,
        author,
        text_sealed: "sealed".into(),
        picture,
        by_mail: author == Author::Customer,
        created_at: bench.later(),
    }
}

async fn a_ticket_keeps_what_it_is_and_changes_what_may_change(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let bare = Ticket { subscription_id: None, subject_sealed: None, waiting: None, ..ticket(&bench, &user) };
    let made = ticket(&bench, &user);
    let answered = made.clone().answered(bench.later());
    let odd =
        Ticket { subject_sealed: None, subscription_id: None, opened_at: bench.later(), ..answered.clone() };
    let mut tx = bench.tx().await;
    for row in [&bare, &made] {
        tx.save_ticket(row).await.unwrap();
        assert_eq!(tx.ticket(shop.id, row.id).await.unwrap().as_ref(), Some(row));
    }
    tx.save_ticket(&odd).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.read().await.ticket(shop.id, made.id).await.unwrap(), Some(answered));
}

async fn tickets_come_newest_first_by_user_and_state(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let other = bench.user(shop.id);
    let (one, two) = (ticket(&bench, &user), ticket(&bench, &user).closed(bench.later()));
    let three = ticket(&bench, &other);
    let mut tx = bench.tx().await;
    tx.save_user(&other).await.unwrap();
    for row in [&two, &three, &one] {
        tx.save_ticket(row).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let (user, closed) = (Some(user.id), Some(TicketState::Closed));
    let cases = [
        (TicketFilter::default(), vec![three.clone(), two.clone(), one.clone()]),
        (TicketFilter { user, state: None }, vec![two.clone(), one.clone()]),
        (TicketFilter { user: None, state: closed }, vec![two.clone()]),
        (TicketFilter { user, state: Some(TicketState::Open) }, vec![one.clone()]),
        (TicketFilter { user: Some(other.id), state: closed }, vec![]),
    ];
    for (filter, expected) in cases {
        assert_eq!(read.tickets(shop.id, filter, first()).await.unwrap(), expected, "{filter:?}");
    }
    let all = TicketFilter::default();
    assert_eq!(read.tickets(shop.id, all, page(NONE, 1)).await.unwrap(), from_ref(&three));
    assert_eq!(read.tickets(shop.id, all, page(Some(three.id), 1)).await.unwrap(), [two]);
}

async fn whoever_waits_longest_comes_first(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let old = ticket(&bench, &user).answered(bench.later());
    let young = ticket(&bench, &user);
    let old = old.asked(bench.world.id(), bench.later());
    let quiet = ticket(&bench, &user).answered(bench.later());
    let mut tx = bench.tx().await;
    for row in [&quiet, &old, &young] {
        tx.save_ticket(row).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    assert_eq!(read.waiting_tickets(shop.id, first()).await.unwrap(), [young.clone(), old.clone()]);
    assert_eq!(read.waiting_tickets(shop.id, page(NONE, 1)).await.unwrap(), from_ref(&young));
    assert_eq!(read.waiting_tickets(shop.id, page(young.waiting, 5)).await.unwrap(), [old]);
}

async fn what_was_said_comes_in_order_and_is_counted(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (held, beside) = (ticket(&bench, &user), ticket(&bench, &user));
    let one = message(&bench, &held, Author::Customer, true);
    let two = message(&bench, &held, Author::Shop, false);
    let three = message(&bench, &held, Author::Customer, false);
    let four = message(&bench, &beside, Author::Customer, true);
    let mut tx = bench.tx().await;
    tx.save_ticket(&held).await.unwrap();
    tx.save_ticket(&beside).await.unwrap();
    for said in [&three, &one, &two, &four] {
        tx.insert_ticket_message(said, said.picture.then(|| "picture".into())).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = bench.read().await;
    let said = read.ticket_messages(shop.id, held.id).await.unwrap();
    assert_eq!(said, [one.clone(), two.clone(), three.clone()]);
    let count = read.count_ticket_messages(shop.id, user.id, one.created_at).await.unwrap();
    assert_eq!(count, 3, "the customer's, in all tickets");
    assert_eq!(read.count_ticket_messages(shop.id, user.id, two.created_at).await.unwrap(), 2);
    assert_eq!(read.count_ticket_pictures(shop.id, held.id, one.created_at).await.unwrap(), 1);
    assert_eq!(read.count_ticket_pictures(shop.id, held.id, two.created_at).await.unwrap(), 0);
    assert_eq!(read.count_ticket_messages(shop.id, bench.user(shop.id).id, one.created_at).await.unwrap(), 0);
}

async fn a_picture_belongs_to_its_message(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (held, beside) = (ticket(&bench, &user), ticket(&bench, &user));
    let shown = message(&bench, &held, Author::Customer, true);
    let silent = message(&bench, &held, Author::Customer, false);
    let mut tx = bench.tx().await;
    tx.save_ticket(&held).await.unwrap();
    tx.save_ticket(&beside).await.unwrap();
    tx.insert_ticket_message(&shown, Some("picture".into())).await.unwrap();
    tx.insert_ticket_message(&silent, None).await.unwrap();
    assert_eq!(tx.ticket_picture(shop.id, held.id, shown.id).await.unwrap().as_deref(), Some("picture"));
    assert_eq!(tx.ticket_picture(shop.id, held.id, silent.id).await.unwrap(), None);
    assert_eq!(tx.ticket_picture(shop.id, beside.id, shown.id).await.unwrap(), None);
    assert!(tx.insert_ticket_message(&shown, None).await.is_err(), "once");
}

async fn tickets_go_with_all_that_was_said_in_them(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let other = bench.user(shop.id);
    let mut tx = bench.tx().await;
    tx.save_user(&other).await.unwrap();
    let mut kept = Vec::new();
    for user in [&user, &user, &other] {
        let held = ticket(&bench, user);
        let said = message(&bench, &held, Author::Customer, true);
        tx.save_ticket(&held).await.unwrap();
        tx.insert_ticket_message(&said, Some("picture".into())).await.unwrap();
        kept.push((held, said));
    }
    assert_eq!(tx.delete_tickets(shop.id, user.id).await.unwrap(), 2);
    assert_eq!(tx.delete_tickets(shop.id, user.id).await.unwrap(), 0);
    for (index, (held, said)) in kept.iter().enumerate() {
        let there = index == 2;
        assert_eq!(tx.ticket(shop.id, held.id).await.unwrap().is_some(), there);
        assert_eq!(tx.ticket_messages(shop.id, held.id).await.unwrap().len(), usize::from(there));
        assert_eq!(tx.ticket_picture(shop.id, held.id, said.id).await.unwrap().is_some(), there);
    }
}

async fn tickets_of_one_shop_are_not_those_of_another(bench: Bench) {
    let (mine, me) = bench.open_shop().await;
    let (theirs, user) = bench.open_shop().await;
    let held = ticket(&bench, &user);
    let said = message(&bench, &held, Author::Customer, true);
    let mut tx = bench.tx().await;
    tx.save_ticket(&held).await.unwrap();
    tx.insert_ticket_message(&said, Some("picture".into())).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert_eq!(tx.ticket(mine.id, held.id).await.unwrap(), None);
    assert_eq!(tx.tickets(mine.id, TicketFilter::default(), first()).await.unwrap(), []);
    assert_eq!(tx.waiting_tickets(mine.id, first()).await.unwrap(), []);
    assert_eq!(tx.ticket_messages(mine.id, held.id).await.unwrap(), []);
    assert_eq!(tx.count_ticket_messages(mine.id, user.id, said.created_at).await.unwrap(), 0);
    assert_eq!(tx.count_ticket_pictures(mine.id, held.id, said.created_at).await.unwrap(), 0);
    assert_eq!(tx.ticket_picture(mine.id, held.id, said.id).await.unwrap(), None);
    assert_eq!(tx.delete_tickets(mine.id, user.id).await.unwrap(), 0);
    assert!(tx.ticket(theirs.id, held.id).await.unwrap().is_some());
    drop(tx);
    let taken = Ticket { shop_id: mine.id, user_id: me.id, ..held.clone() };
    assert!(bench.tx().await.save_ticket(&taken).await.is_err(), "a ticket of another shop");
    let slipped = TicketMessage { id: bench.world.id(), shop_id: mine.id, ..said };
    assert!(bench.tx().await.insert_ticket_message(&slipped, None).await.is_err(), "into another shop's");
    let stranger = Ticket { shop_id: mine.id, id: bench.world.id(), ..held };
    assert!(bench.tx().await.save_ticket(&stranger).await.is_err(), "a ticket needs its user");
}
