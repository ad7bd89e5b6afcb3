//! Support: terms, answers that are kept, letters that were taken.

use super::{Bench, cases};
use crate::{
    domain::{
        shop::Locale,
        support::{SavedAnswer, SupportHours, SupportTerms},
        ticket::{Ticket, TicketState},
    },
    ports::storage::Inserted,
    secret::digest,
};

cases![
    terms_of_support_are_kept_and_replaced,
    answers_are_kept_by_name_and_thrown_away,
    a_letter_is_taken_once_until_it_is_forgotten,
    tickets_since_a_moment_are_those_of_the_shop,
];

async fn terms_of_support_are_kept_and_replaced(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (other, _) = bench.open_shop().await;
    let time = |text: &str| text.parse().unwrap();
    let hours = SupportHours { days: vec![1, 6, 7], from: time("09:00"), until: time("17:30") };
    let first = SupportTerms {
        address: Some("support@shop.example".into()),
        hook: Some(digest("secret")),
        target_minutes: 30,
        hours: Some(hours),
    };
    let mut tx = bench.tx().await;
    assert_eq!(tx.support_terms(shop.id).await.unwrap(), None);
    for terms in [&first, &SupportTerms::default()] {
        tx.save_support_terms(shop.id, terms).await.unwrap();
        assert_eq!(tx.support_terms(shop.id).await.unwrap().as_ref(), Some(terms));
    }
    assert_eq!(tx.support_terms(other.id).await.unwrap(), None);
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    assert!(tx.save_support_terms(bench.world.id(), &first).await.is_err(), "no such shop");
}

async fn answers_are_kept_by_name_and_thrown_away(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (other, _) = bench.open_shop().await;
    let answer = |shop, name: &str, locale| SavedAnswer {
        id: bench.world.id(),
        shop_id: shop,
        name: name.to_owned(),
        locale,
        text: "refresh your link".to_owned(),
    };
    let (b, a) = (answer(shop.id, "b", Some(Locale::Fa)), answer(shop.id, "a", None));
    let theirs = answer(other.id, "c", None);
    let mut tx = bench.tx().await;
    for kept in [&b, &a, &theirs] {
        tx.save_answer_kept(kept).await.unwrap();
    }
    assert_eq!(tx.saved_answers(shop.id).await.unwrap(), [a.clone(), b.clone()]);
    let z = SavedAnswer { name: "z".into(), locale: None, text: "wait".into(), ..a.clone() };
    tx.save_answer_kept(&z).await.unwrap();
    assert_eq!(tx.saved_answers(shop.id).await.unwrap(), [b.clone(), z]);
    assert!(!tx.delete_answer_kept(shop.id, theirs.id).await.unwrap());
    assert!(tx.delete_answer_kept(shop.id, a.id).await.unwrap());
    assert!(!tx.delete_answer_kept(shop.id, a.id).await.unwrap());
    assert_eq!(tx.saved_answers(other.id).await.unwrap(), std::slice::from_ref(&theirs));
    tx.commit().await.unwrap();
    let mut tx = bench.tx().await;
    let taken = SavedAnswer { shop_id: shop.id, ..theirs };
    assert!(tx.save_answer_kept(&taken).await.is_err(), "an answer of another shop");
}

async fn a_letter_is_taken_once_until_it_is_forgotten(bench: Bench) {
    let (shop, _) = bench.open_shop().await;
    let (other, _) = bench.open_shop().await;
    let (old, new) = (bench.later(), bench.later());
    let mut tx = bench.tx().await;
    assert_eq!(tx.insert_letter(shop.id, &digest("one"), old).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_letter(shop.id, &digest("one"), new).await.unwrap(), Inserted::Taken);
    assert_eq!(tx.insert_letter(other.id, &digest("one"), new).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_letter(shop.id, &digest("two"), new).await.unwrap(), Inserted::New);
    assert_eq!(tx.delete_letters(new).await.unwrap(), 1);
    assert_eq!(tx.insert_letter(shop.id, &digest("one"), new).await.unwrap(), Inserted::New);
    assert_eq!(tx.insert_letter(shop.id, &digest("two"), new).await.unwrap(), Inserted::Taken);
}

async fn tickets_since_a_moment_are_those_of_the_shop(bench: Bench) {
    let (shop, user) = bench.open_shop().await;
    let (other, stranger) = bench.open_shop().await;
    let ticket = |shop_id, user_id| {
        let at = bench.later();
        Ticket {
            id: bench.world.id(),
            shop_id,
            user_id,
            subscription_id: None,
            subject_sealed: None,
            state: TicketState::Closed,
            waiting: None,
            opened_at: at,
            answered_at: Some(at),
            changed_at: at,
            due_at: at,
            solved_at: Some(at),
            assignee: Some(user_id),
            by_mail: false,
            version: 1,
        }
    };
    let (one, two, three) = (ticket(shop.id, user.id), ticket(shop.id, user.id), ticket(shop.id, user.id));
    let theirs = ticket(other.id, stranger.id);
    let older = Ticket { opened_at: one.opened_at, ..ticket(shop.id, user.id) };
    let mut tx = bench.tx().await;
    for held in [&one, &two, &three, &theirs, &older] {
        tx.save_ticket(held).await.unwrap();
    }
    let all = tx.tickets_since(shop.id, one.opened_at).await.unwrap();
    assert_eq!(all, [three.clone(), two.clone(), older, one.clone()], "by when they were opened");
    assert_eq!(tx.tickets_since(shop.id, two.opened_at).await.unwrap(), [three, two]);
    assert_eq!(tx.tickets_since(other.id, one.opened_at).await.unwrap(), [theirs]);
}
