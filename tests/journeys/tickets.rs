//! Customers ask, the shop answers.

use crate::world::{Customer, Shop, days, hours, minutes, on_every_storage, refused};
use nexa_core::storefront::{
    Storefront,
    model::{OpenTicketRequest, PageRequest, TicketView},
};

on_every_storage!(
    a_question_is_answered_and_its_writer_told,
    whoever_waits_longest_is_first_in_line,
    a_picture_comes_along_and_nothing_else_does,
    there_is_an_end_to_asking,
    what_cannot_be_said_is_refused,
    tickets_of_others_do_not_exist,
    tickets_are_in_the_export_and_go_with_the_account,
);

fn question(text: &str) -> OpenTicketRequest {
    OpenTicketRequest { text: text.to_owned(), ..OpenTicketRequest::default() }
}

async fn asks(customer: &Customer, text: &str) -> TicketView {
    customer.shop.open_ticket(question(text), None).await.expect("a ticket")
}

fn texts(of: &TicketView) -> Vec<(&str, &str)> {
    of.messages.iter().map(|said| (said.author.as_str(), said.text.as_str())).collect()
}

async fn a_question_is_answered_and_its_writer_told(shop: Shop) {
    let customer = shop.customer().await;
    let mine = customer.has_a_month(&shop).await;
    let request = OpenTicketRequest {
        subject: Some("  No   connection ".to_owned()),
        subscription_id: Some(mine.subscription_id.clone()),
        ..question("سلام، وصل نمی‌شود")
    };
    let opened = customer.shop.open_ticket(request, None).await.expect("a ticket");
    let id = opened.ticket.ticket_id.clone();
    assert_eq!(
        (opened.ticket.state.as_str(), opened.ticket.subject.as_deref()),
        ("open", Some("No connection"))
    );
    shop.clock.advance(minutes(5));
    let seen = shop.operator.ticket(&id).await.expect("seen");
    assert_eq!(seen.user.user_id, customer.id);
    assert_eq!(seen.user.subscriptions[0].subscription_id, mine.subscription_id);
    assert_eq!(seen.user.identities, ["account_number"], "nothing of it in clear");
    let answered = shop.operator.answer_ticket(&id, "Try the other link").await.expect("answered");
    assert_eq!(answered.ticket.first_answer_seconds, Some(300));
    shop.works().await;
    assert_eq!(customer.was_told().await[0], "ticket-answered");
    let page = customer.shop.notices(PageRequest::default()).await.expect("notices");
    assert_eq!(page.items[0].actions[0].ticket_id.as_deref(), Some(id.as_str()));
    let read = customer.shop.ticket(&id).await.expect("mine");
    assert_eq!(read.ticket.state, "answered");
    assert_eq!(texts(&read), [("customer", "سلام، وصل نمی‌شود"), ("shop", "Try the other link")]);
    shop.clock.advance(minutes(5));
    let replied = customer.shop.reply_ticket(&id, "It works", None).await.expect("replied");
    assert_eq!(replied.ticket.state, "open");
    assert_eq!(customer.shop.close_ticket(&id).await.expect("closed").ticket.state, "closed");
    assert_eq!(customer.shop.close_ticket(&id).await.expect("harmless").ticket.state, "closed");
    let again = customer.shop.reply_ticket(&id, "Not any more", None).await.expect("replied");
    assert_eq!(again.ticket.state, "open", "a reply opens it again");
    assert_eq!(shop.operator.close_ticket(&id).await.expect("closed").ticket.ticket.state, "closed");
    let late = shop.operator.answer_ticket(&id, "Sorry for that").await.expect("answered");
    assert_eq!(
        (late.ticket.ticket.state.as_str(), late.ticket.first_answer_seconds),
        ("answered", Some(300))
    );
    shop.is_in_order().await;
}

async fn whoever_waits_longest_is_first_in_line(shop: Shop) {
    let (ali, sara) = (shop.customer().await, shop.customer().await);
    let first = asks(&ali, "first").await.ticket.ticket_id;
    shop.clock.advance(minutes(1));
    let second = asks(&sara, "second").await.ticket.ticket_id;
    let line = |state: Option<&str>| {
        let (operator, state) = (shop.operator.clone(), state.map(str::to_owned));
        async move {
            let page = operator.tickets(state, PageRequest::default()).await.expect("tickets");
            page.items.into_iter().map(|entry| entry.ticket.ticket_id).collect::<Vec<_>>()
        }
    };
    assert_eq!(line(None).await, [first.clone(), second.clone()]);
    shop.operator.answer_ticket(&first, "yes").await.expect("answered");
    shop.clock.advance(minutes(1));
    ali.shop.reply_ticket(&first, "and now?", None).await.expect("replied");
    assert_eq!(line(None).await, [second.clone(), first.clone()], "by the question that is open");
    let one = PageRequest { limit: Some(1), cursor: None };
    let page = shop.operator.tickets(None, one).await.expect("tickets");
    let rest = PageRequest { cursor: page.next, limit: None };
    let rest = shop.operator.tickets(None, rest).await.expect("tickets");
    assert_eq!(rest.items.len(), 1);
    assert_eq!(rest.items[0].ticket.ticket_id, first);
    shop.operator.close_ticket(&second).await.expect("closed");
    assert_eq!(line(None).await, std::slice::from_ref(&first));
    assert_eq!(line(Some("closed")).await, [second]);
    assert_eq!(line(Some("answered")).await, [""; 0]);
    assert_eq!(
        refused(shop.operator.tickets(Some("odd".to_owned()), PageRequest::default()).await),
        "bad_input"
    );
}

async fn a_picture_comes_along_and_nothing_else_does(shop: Shop) {
    let customer = shop.customer().await;
    let png = nexa_core::qr::png("what I see").expect("a picture");
    let shown = customer.shop.open_ticket(question(""), Some(png.clone())).await.expect("a ticket");
    let (id, message) = (&shown.ticket.ticket_id, &shown.messages[0]);
    assert!(message.picture && message.text.is_empty());
    let kept = shop.operator.ticket_picture(id, &message.message_id).await.expect("the picture");
    assert!(kept.starts_with(&[0xff, 0xd8, 0xff]), "re-encoded");
    let answer = customer.shop.reply_ticket(id, "and", Some(b"GIF89a".to_vec())).await;
    assert_eq!(refused(answer), "bad_picture");
    for _ in 0..2 {
        customer.shop.reply_ticket(id, "", Some(png.clone())).await.expect("replied");
    }
    let answer = customer.shop.reply_ticket(id, "", Some(png.clone())).await;
    assert_eq!(refused(answer), "too_many_pictures");
    customer.shop.reply_ticket(id, "words still go", None).await.expect("replied");
    shop.clock.advance(hours(2));
    customer.shop.reply_ticket(id, "", Some(png)).await.expect("an hour later");
    let silent = customer.shop.ticket(id).await.expect("mine");
    let words = silent.messages.iter().find(|said| !said.picture).expect("words");
    assert_eq!(refused(shop.operator.ticket_picture(id, &words.message_id).await), "not_found");
}

async fn there_is_an_end_to_asking(shop: Shop) {
    let customer = shop.customer().await;
    let mut opened = Vec::new();
    for number in 0..5 {
        opened.push(asks(&customer, &format!("question {number}")).await.ticket.ticket_id);
    }
    let sixth = customer.shop.open_ticket(question("one more"), None).await;
    assert_eq!(refused(sixth), "too_many_tickets");
    customer.shop.close_ticket(&opened[0]).await.expect("closed");
    for number in 0..15 {
        customer.shop.reply_ticket(&opened[1], &format!("and {number}"), None).await.expect("replied");
    }
    let more = customer.shop.reply_ticket(&opened[1], "and", None).await;
    assert_eq!(refused(more), "too_many_messages");
    let more = customer.shop.open_ticket(question("and"), None).await;
    assert_eq!(refused(more), "too_many_messages");
    assert_eq!(customer.shop.ticket(&opened[1]).await.expect("mine").messages.len(), 16, "nothing is kept");
    shop.clock.advance(hours(1) + minutes(1));
    customer.shop.open_ticket(question("and"), None).await.expect("an hour later");
}

async fn what_cannot_be_said_is_refused(shop: Shop) {
    let customer = shop.customer().await;
    let named = |subject: String| OpenTicketRequest { subject: Some(subject), ..question("why") };
    for request in [question(""), question(" \n\t"), question(&"ن".repeat(4_001)), named("x".repeat(101))] {
        assert_eq!(refused(customer.shop.open_ticket(request, None).await), "bad_input");
    }
    customer.shop.open_ticket(question(&"ن".repeat(4_000)), None).await.expect("just fits");
    let kept = customer.shop.tickets(PageRequest::default()).await.expect("mine").items;
    assert_eq!(kept.len(), 1);
    let id = &kept[0].ticket_id;
    assert_eq!(refused(shop.operator.answer_ticket(id, " ").await), "bad_input");
    assert_eq!(refused(shop.guest().open_ticket(question("hello"), None).await), "not_signed_in");
    shop.operator.block_user(&customer.id, true).await.expect("blocked");
    assert_eq!(refused(customer.shop.open_ticket(question("hello"), None).await), "not_signed_in");
}

async fn tickets_of_others_do_not_exist(shop: Shop) {
    let (mine, other) = (shop.customer().await, shop.customer().await);
    let theirs = other.has_a_month(&shop).await.subscription_id;
    let id = asks(&mine, "a secret").await.ticket.ticket_id;
    let strangers: [&dyn Storefront; 1] = [other.shop.as_ref()];
    for stranger in strangers {
        assert_eq!(refused(stranger.ticket(&id).await), "not_found");
        assert_eq!(refused(stranger.reply_ticket(&id, "me too", None).await), "not_found");
        assert_eq!(refused(stranger.close_ticket(&id).await), "not_found");
        assert_eq!(stranger.tickets(PageRequest::default()).await.expect("none").items, []);
    }
    let about = OpenTicketRequest { subscription_id: Some(theirs), ..question("mine?") };
    assert_eq!(refused(mine.shop.open_ticket(about, None).await), "not_found");
    let next_door = shop.next_door().await;
    assert_eq!(refused(next_door.operator.ticket(&id).await), "not_found");
    assert_eq!(refused(next_door.operator.answer_ticket(&id, "hi").await), "not_found");
    assert_eq!(refused(next_door.operator.close_ticket(&id).await), "not_found");
    assert_eq!(next_door.operator.tickets(None, PageRequest::default()).await.expect("none").items, []);
    let customer_as_operator =
        shop.nexa.backoffice(shop.door.principal(shop.id, &mine.token).await.expect("me"));
    assert_eq!(refused(customer_as_operator.ticket(&id).await), "not_allowed");
    assert_eq!(refused(customer_as_operator.answer_ticket(&id, "me").await), "not_allowed");
}

async fn tickets_are_in_the_export_and_go_with_the_account(shop: Shop) {
    let customer = shop.customer().await;
    let png = nexa_core::qr::png("what I see").expect("a picture");
    let shown = customer.shop.open_ticket(question("my dear secret"), Some(png)).await.expect("a ticket");
    let id = shown.ticket.ticket_id;
    shop.operator.answer_ticket(&id, "our dear answer").await.expect("answered");
    let export = customer.shop.export().await.expect("an export");
    assert!(export.contains("my dear secret") && export.contains("our dear answer"));
    customer.shop.delete_account(false).await.expect("gone");
    assert_eq!(refused(shop.operator.ticket(&id).await), "not_found");
    assert_eq!(refused(shop.operator.ticket_picture(&id, &shown.messages[0].message_id).await), "not_found");
    shop.after(days(1)).await;
    shop.is_in_order().await;
}
