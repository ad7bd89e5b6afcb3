//! Mails: notices that go out by them, the click that ends them, and what people write to a shop.

use super::accounts::{
    by_telegram, enters,
    telegram::{mini_app, sets_bot},
};
use crate::world::{Customer, Shop, days, hours, minutes, on_every_storage, refused};
use nexa_core::{
    backoffice::model::{AlertSettingsView, SavedAnswerRequest, SupportTermsRequest},
    domain::letter::tag,
    frontdesk::LetterTaken,
    storefront::model::{NoticePreferencesRequest, PageRequest, SignInRequest, TicketView},
};

on_every_storage!(
    what_nobody_else_takes_goes_by_mail,
    one_click_ends_mails_of_one_kind,
    an_address_that_nobody_has_is_left_alone_until_it_is_proved,
    an_answer_by_mail_goes_on_in_the_ticket_once,
    a_mail_from_a_known_address_opens_a_ticket_and_one_from_nobody_is_answered_once,
    programs_and_our_own_mails_are_not_answered,
    reports_of_lost_mails_are_counted,
    what_was_promised_is_measured_and_told_once,
    an_answer_that_is_due_is_told_once,
    a_ticket_is_somebodys_and_nobody_answers_past_another,
    answers_are_kept_and_filled_in,
);

const SARA: &str = "sara@example.org";
const DESK: &str = "support@shop.example.org";
const ACCOUNT: i64 = 279_058_397;

/// Somebody whose only way in is a mailbox.
async fn comes(shop: &Shop, email: &str) -> Customer {
    shop.guest().request_code(email, None).await.expect("a code");
    let code = shop.mail.code(email);
    let with = SignInRequest { email: Some(email.to_owned()), code: Some(code), ..SignInRequest::default() };
    let session = enters(shop, with).await.expect("a session");
    let who = shop.door.principal(shop.id, &session.token).await.expect("a session");
    Customer::with(shop, who)
}

/// The shop says where to write to, and reads nothing yet.
async fn names_its_desk(shop: &Shop) {
    let terms = SupportTermsRequest {
        address: Some(DESK.to_owned()),
        target_minutes: None,
        days: None,
        from: None,
        until: None,
    };
    shop.operator.set_support_terms(terms).await.expect("terms");
}

/// The shop reads mails; gives the secret of its hook.
async fn reads_mails(shop: &Shop) -> String {
    names_its_desk(shop).await;
    let url = shop.operator.new_letter_hook().await.expect("a hook").url;
    url.rsplit('/').next().expect("a secret").to_owned()
}

fn letter(from: &str, to: &str, id: &str, rest: &str) -> Vec<u8> {
    let text = format!("From: <{from}>\nTo: <{to}>\nSubject: Slow\nMessage-ID: <{id}@example.org>\n{rest}");
    text.replace('\n', "\r\n").into_bytes()
}

async fn asks(customer: &Customer) -> TicketView {
    let request = nexa_core::storefront::model::OpenTicketRequest {
        subject: None,
        text: "Why is it slow?".to_owned(),
        subscription_id: None,
    };
    customer.shop.open_ticket(request, None).await.expect("a ticket")
}

async fn what_nobody_else_takes_goes_by_mail(shop: Shop) {
    let sara = comes(&shop, SARA).await;
    sara.has_a_month(&shop).await;
    let came = shop.messenger.mailed_to(SARA);
    assert_eq!(came.len(), 1, "each once");
    let (told, route) = &came[0];
    assert_eq!(told.title, "Your subscription");
    assert!(route.page.starts_with("https://shop.example.org/subscriptions/"), "{}", route.page);
    assert_eq!((&route.unsubscribe, &route.reply_to), (&None, &None), "what is bought always comes");
    sets_bot(&shop).await;
    let session = enters(&shop, by_telegram(mini_app(&shop, ACCOUNT))).await.expect("a session");
    let who = shop.door.principal(shop.id, &session.token).await.expect("a session");
    let other = Customer::with(&shop, who);
    other.has_a_month(&shop).await;
    assert_eq!(shop.messenger.came_to(ACCOUNT).len(), 1);
    assert_eq!(shop.messenger.mailed_to(SARA).len(), 1, "nobody else's");
}

async fn one_click_ends_mails_of_one_kind(shop: Shop) {
    names_its_desk(&shop).await;
    let sara = comes(&shop, SARA).await;
    let ticket = asks(&sara).await.ticket.ticket_id;
    shop.operator.answer_ticket(&ticket, "Refresh it").await.expect("answered");
    shop.works().await;
    let (_, route) = shop.messenger.mailed_to(SARA).pop().expect("a mail");
    assert_eq!((&route.reply_to, &route.bounces_to), (&None, &None), "nobody would read it");
    assert_eq!(route.quoted.expect("the answer").expose(), "Refresh it");
    let link = route.unsubscribe.expect("a link");
    let token = link.strip_prefix("https://shop.example.org/u/").expect("ours");
    let offer = shop.door.unsubscribe_offer(shop.id, token).await.expect("an offer");
    assert!(!offer.ended, "looking ends nothing");
    for _ in 0..2 {
        assert!(shop.door.unsubscribe(shop.id, token).await.expect("ended").ended);
    }
    let wishes = sara.shop.notice_preferences().await.expect("wishes");
    let mail = wishes.mail.expect("an address");
    assert_eq!(
        (mail.support, mail.reminders, wishes.support),
        (false, true, true),
        "by mail, and this kind only"
    );
    assert_eq!(mail.address, "s***@example.org");
    shop.operator.answer_ticket(&ticket, "And again").await.expect("answered");
    shop.works().await;
    assert_eq!(shop.messenger.mailed_to(SARA).len(), 1, "no more");
    let back = NoticePreferencesRequest { mail_support: Some(true), ..NoticePreferencesRequest::default() };
    assert!(sara.shop.set_notice_preferences(back).await.expect("wishes").mail.expect("an address").support);
    let next_door = shop.next_door().await;
    for (id, token) in [(shop.id, "nonsense"), (shop.id, &token[1..]), (next_door.id, token)] {
        assert_eq!(refused(shop.door.unsubscribe(id, token).await), "not_found");
        assert_eq!(refused(shop.door.unsubscribe_offer(id, token).await), "not_found");
    }
}

async fn an_address_that_nobody_has_is_left_alone_until_it_is_proved(shop: Shop) {
    let sara = comes(&shop, SARA).await;
    shop.messenger.set_bouncing(SARA, true);
    let mine = sara.has_a_month(&shop).await.subscription_id;
    let tried = shop.messenger.calls();
    sara.shop.reset_link(&mine).await.expect("a link");
    shop.after(hours(2)).await;
    assert_eq!(shop.messenger.calls(), tried, "not any more");
    let wishes = sara.shop.notice_preferences().await.expect("wishes");
    assert!(wishes.mail.expect("an address").failing_since.is_some());
    let seen = shop.operator.user(&sara.id).await.expect("the user");
    assert!(seen.mail_failing_since.is_some());
    shop.messenger.set_bouncing(SARA, false);
    let again = comes(&shop, SARA).await;
    assert_eq!(again.id, sara.id);
    let wishes = again.shop.notice_preferences().await.expect("wishes");
    assert_eq!(wishes.mail.expect("an address").failing_since, None, "proved again");
    again.shop.reset_link(&mine).await.expect("a link");
    shop.works().await;
    assert_eq!(shop.messenger.mailed_to(SARA).len(), 1);
}

async fn an_answer_by_mail_goes_on_in_the_ticket_once(shop: Shop) {
    let secret = reads_mails(&shop).await;
    let sara = comes(&shop, SARA).await;
    let ticket = asks(&sara).await.ticket.ticket_id;
    shop.operator.answer_ticket(&ticket, "Which app?").await.expect("answered");
    shop.works().await;
    let (_, route) = shop.messenger.mailed_to(SARA).pop().expect("a mail");
    let to = route.reply_to.expect("an address to answer to");
    assert!(tag(DESK, &to).is_some() && to.split('@').next().expect("local").len() <= 64, "{to}");
    // From another address of hers, in capitals: the tag is what counts.
    let body = "\nHiddify.\n\nOn Mon, 2 Mar 2026, Fast Net wrote:\n> Which app?\n";
    let raw = letter("s@elsewhere.example", &to.to_uppercase(), "one", body);
    let take = async |raw: &[u8]| shop.door.take_letter(shop.id, &secret, raw.to_vec()).await;
    assert_eq!(take(&raw).await.expect("taken"), LetterTaken::Replied);
    assert_eq!(take(&raw).await.expect("taken"), LetterTaken::Ignored, "once");
    let said = sara.shop.ticket(&ticket).await.expect("mine");
    let newest = said.messages.last().expect("said");
    assert_eq!((newest.text.as_str(), newest.by_mail, said.messages.len()), ("Hiddify.", true, 3));
    assert_eq!(said.ticket.state, "open");
    // Whoever wrote by mail is answered by mail first.
    shop.operator.answer_ticket(&ticket, "Thanks").await.expect("answered");
    shop.works().await;
    assert_eq!(shop.messenger.mailed_to(SARA).len(), 2);
    let forged = to.replace("+r", "+ra");
    for (to, secret) in [(forged.as_str(), secret.as_str()), (&to, "wrong")] {
        let raw = letter("s@elsewhere.example", to, "two", "\nLet me in\n");
        let came = shop.door.take_letter(shop.id, secret, raw).await;
        assert!(!matches!(came, Ok(LetterTaken::Replied | LetterTaken::Opened)), "{came:?}");
    }
    let old = secret;
    shop.operator.new_letter_hook().await.expect("a hook");
    let raw = letter(SARA, &to, "three", "\nHello\n");
    assert_eq!(refused(shop.door.take_letter(shop.id, &old, raw).await), "not_found");
    assert_eq!(sara.shop.ticket(&ticket).await.expect("mine").messages.len(), 4);
    shop.is_in_order().await;
}

async fn a_mail_from_a_known_address_opens_a_ticket_and_one_from_nobody_is_answered_once(shop: Shop) {
    let secret = reads_mails(&shop).await;
    let sara = comes(&shop, SARA).await;
    let take = async |raw| shop.door.take_letter(shop.id, &secret, raw).await.expect("taken");
    assert_eq!(
        take(letter("Sara@Example.org", DESK, "a", "\nIt is slow.\n-- \nSara\n")).await,
        LetterTaken::Opened
    );
    assert_eq!(take(letter(SARA, DESK, "a", "\nIt is slow.\n")).await, LetterTaken::Ignored, "once");
    let mine = sara.shop.tickets(PageRequest::default()).await.expect("mine").items;
    assert_eq!((mine.len(), mine[0].subject.as_deref()), (1, Some("Slow")));
    let said = shop.operator.ticket(&mine[0].ticket_id).await.expect("asked").messages;
    assert_eq!((said[0].text.as_str(), said[0].by_mail), ("It is slow.", true));
    let before = shop.mail.count("nobody@example.org");
    assert_eq!(take(letter("nobody@example.org", DESK, "b", "\nHi\n")).await, LetterTaken::Answered);
    assert_eq!(take(letter("nobody@example.org", DESK, "c", "\nHi\n")).await, LetterTaken::Ignored);
    assert_eq!(shop.mail.count("nobody@example.org"), before + 1, "once");
    assert!(shop.mail.newest("nobody@example.org").contains("https://shop.example.org/tickets"));
    for number in 0..9 {
        take(letter(&format!("n{number}@example.org"), DESK, &format!("n{number}"), "\nHi\n")).await;
    }
    let sent: usize = (0..9).map(|number| shop.mail.count(&format!("n{number}@example.org"))).sum();
    assert_eq!(sent, 4, "five in an hour");
    assert_eq!(
        shop.operator
            .tickets(Some("open".to_owned()), PageRequest::default())
            .await
            .expect("all")
            .items
            .len(),
        1
    );
    for (id, came) in [("d", LetterTaken::Opened), ("e", LetterTaken::Ignored)] {
        assert_eq!(take(letter(SARA, DESK, id, "\nStill slow\n")).await, came, "two at most");
    }
    sara.shop.reply_ticket(&mine[0].ticket_id, "It was me", None).await.expect("replied");
    assert_eq!(take(letter(SARA, DESK, "f", "\nAnd now?\n")).await, LetterTaken::Opened);
}

async fn programs_and_our_own_mails_are_not_answered(shop: Shop) {
    let secret = reads_mails(&shop).await;
    comes(&shop, SARA).await;
    let take = async |raw| shop.door.take_letter(shop.id, &secret, raw).await.expect("taken");
    let cases = [
        (SARA, "Auto-Submitted: auto-replied\n"),
        ("list@example.org", "List-Id: <list.example.org>\n"),
        ("nobody@example.org", "Precedence: bulk\n"),
        ("mailer-daemon@example.org", ""),
        ("nobody@example.org", "Return-Path: <>\n"),
        (DESK, ""),
        ("support+rabc@shop.example.org", ""),
    ];
    for (number, (from, header)) in cases.into_iter().enumerate() {
        let raw = letter(from, DESK, &number.to_string(), &format!("{header}\nI am away\n"));
        assert_eq!(take(raw).await, LetterTaken::Ignored, "{from} {header}");
    }
    for from in ["nobody@example.org", "list@example.org", "mailer-daemon@example.org", DESK] {
        assert_eq!(shop.mail.count(from), 0, "{from}");
    }
    let odd = shop.door.take_letter(shop.id, &secret, b"\0\0".to_vec()).await;
    assert_eq!(refused(odd), "bad_input");
}

async fn reports_of_lost_mails_are_counted(shop: Shop) {
    let secret = reads_mails(&shop).await;
    let sara = comes(&shop, SARA).await;
    sara.has_a_month(&shop).await;
    let (_, route) = shop.messenger.mailed_to(SARA).pop().expect("a mail");
    let back = route.bounces_to.expect("an address for reports");
    let report = |id: &str, status: &str| {
        let head = "Return-Path: <>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n";
        let body = format!(
            "--x\nContent-Type: text/plain\n\nNo.\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nAction: failed\nStatus: {status}\n\n--x--\n"
        );
        letter("mailer-daemon@example.org", &back, id, &format!("{head}\n{body}"))
    };
    let take = async |raw: Vec<u8>| shop.door.take_letter(shop.id, &secret, raw).await.expect("taken");
    assert_eq!(
        take(letter("mailer-daemon@example.org", &back, "x", "\nHello\n")).await,
        LetterTaken::Ignored
    );
    for number in 0..4 {
        assert_eq!(take(report(&number.to_string(), "5.2.2")).await, LetterTaken::Counted);
        assert_eq!(take(report(&number.to_string(), "5.2.2")).await, LetterTaken::Ignored, "once");
    }
    let failing =
        async || sara.shop.notice_preferences().await.expect("wishes").mail.expect("mail").failing_since;
    assert_eq!(failing().await, None, "four that may be an accident");
    assert_eq!(take(report("last", "5.1.1")).await, LetterTaken::Counted);
    assert!(failing().await.is_some());
}

async fn what_was_promised_is_measured_and_told_once(shop: Shop) {
    let sara = comes(&shop, SARA).await;
    let (late, quick) = (asks(&sara).await.ticket.ticket_id, asks(&sara).await.ticket.ticket_id);
    shop.clock.advance(minutes(30));
    shop.operator.answer_ticket(&quick, "At once").await.expect("answered");
    shop.after(minutes(29)).await;
    assert!(!shop.operator.ticket(&late).await.expect("asked").ticket.overdue);
    shop.after(minutes(1)).await;
    assert!(shop.operator.ticket(&late).await.expect("asked").ticket.overdue);
    shop.operator.answer_ticket(&late, "Late").await.expect("answered");
    shop.clock.advance(hours(1));
    shop.operator.close_ticket(&quick).await.expect("closed");
    let figures = shop.operator.support_figures().await.expect("figures");
    assert_eq!(
        (figures.opened, figures.answered, figures.in_time_percent),
        (2, 2, Some(100)),
        "to the second"
    );
    assert_eq!((figures.first_median_seconds, figures.first_p90_seconds), (Some(1800), Some(3600)));
    assert_eq!(figures.solved_median_seconds, Some(7200));
    let third = asks(&sara).await.ticket.ticket_id;
    shop.after(days(1)).await;
    shop.operator.answer_ticket(&third, "Very late").await.expect("answered");
    let figures = shop.operator.support_figures().await.expect("figures");
    assert_eq!(figures.in_time_percent, Some(66));
    shop.after(days(31)).await;
    assert_eq!(shop.operator.support_figures().await.expect("figures").opened, 0);
}

async fn an_answer_that_is_due_is_told_once(shop: Shop) {
    const CHAT: i64 = -1_001_234_567_890;
    sets_bot(&shop).await;
    let chat =
        AlertSettingsView { chat_id: CHAT, topics: Vec::new(), large_payment: None, muted: Vec::new() };
    shop.operator.set_alerts(chat).await.expect("alerts");
    let customer = shop.customer().await;
    let asked = asks(&customer).await.ticket.ticket_id;
    let answered = asks(&customer).await.ticket.ticket_id;
    shop.operator.answer_ticket(&answered, "At once").await.expect("answered");
    let due = || {
        let told = shop.messenger.posted_to(CHAT);
        told.iter().filter(|(_, text)| text.contains("by now")).count()
    };
    shop.after(minutes(59)).await;
    customer.shop.reply_ticket(&asked, "Well?", None).await.expect("replied");
    shop.works().await;
    assert_eq!(due(), 0);
    shop.after(minutes(1)).await;
    assert_eq!(due(), 1);
    shop.after(days(2)).await;
    assert_eq!(due(), 1, "once, however often it is asked");
    shop.operator.answer_ticket(&asked, "Late").await.expect("answered");
    customer.shop.reply_ticket(&asked, "And now?", None).await.expect("replied");
    shop.after(hours(1)).await;
    assert_eq!(due(), 2, "it waits anew");
}

async fn a_ticket_is_somebodys_and_nobody_answers_past_another(shop: Shop) {
    let sara = comes(&shop, SARA).await;
    let id = asks(&sara).await.ticket.ticket_id;
    let seen = shop.operator.ticket(&id).await.expect("asked").ticket;
    assert_eq!(seen.assignee_id, None);
    let staff = shop.operator.support_staff().await.expect("staff");
    assert!(staff.len() == 1 && staff[0].me);
    let taken = shop.operator.take_ticket(&id).await.expect("taken").ticket;
    assert_eq!(taken.assignee_id.as_deref(), Some(staff[0].user_id.as_str()));
    let stale = shop.operator.answer_seen(&id, seen.version, "Past it").await;
    assert_eq!(refused(stale), "said_meanwhile");
    let version = taken.version;
    sara.shop.reply_ticket(&id, "Still slow", None).await.expect("replied");
    assert_eq!(refused(shop.operator.answer_seen(&id, version, "Past her").await), "said_meanwhile");
    let now = shop.operator.ticket(&id).await.expect("asked").ticket.version;
    shop.operator.answer_seen(&id, now, "Seen").await.expect("answered");
    assert_eq!(refused(shop.operator.close_seen(&id, now).await), "said_meanwhile");
    assert_eq!(refused(shop.operator.assign_ticket(&id, Some(sara.id.clone())).await), "not_found");
    assert_eq!(shop.operator.assign_ticket(&id, None).await.expect("put back").ticket.assignee_id, None);
    let deeds = shop.operator.actions(PageRequest::default()).await.expect("deeds").items;
    assert_eq!(deeds.iter().filter(|deed| deed.deed == "ticket_assigned").count(), 2);
    let now = shop.operator.ticket(&id).await.expect("asked").ticket.version;
    for _ in 0..2 {
        let closed = shop.operator.close_seen(&id, now).await.expect("closed, and harmless again");
        assert_eq!(closed.ticket.ticket.state, "closed");
    }
}

async fn answers_are_kept_and_filled_in(shop: Shop) {
    let sara = comes(&shop, SARA).await;
    sara.has_a_month(&shop).await;
    let id = asks(&sara).await.ticket.ticket_id;
    let request = |answer_id: Option<String>, text: &str| SavedAnswerRequest {
        answer_id,
        name: " Renew  it ".to_owned(),
        locale: Some("en".to_owned()),
        text: text.to_owned(),
    };
    let kept =
        shop.operator.save_answer(request(None, "Your {plan} at {shop}: {order}.")).await.expect("kept");
    assert_eq!((kept.name.as_str(), kept.locale.as_deref()), ("Renew it", Some("en")));
    let filled = shop.operator.fill_answer(&id, &kept.answer_id).await.expect("filled").text;
    assert!(filled.starts_with("Your Month at Fast Net: ") && !filled.contains('{'), "{filled}");
    let changed = request(Some(kept.answer_id.clone()), "Wait");
    shop.operator.save_answer(changed).await.expect("changed");
    assert_eq!(shop.operator.saved_answers().await.expect("answers")[0].text, "Wait");
    assert_eq!(refused(shop.operator.save_answer(request(None, " ")).await), "bad_input");
    let next_door = shop.next_door().await;
    assert_eq!(refused(next_door.operator.remove_answer(&kept.answer_id).await), "not_found");
    shop.operator.remove_answer(&kept.answer_id).await.expect("removed");
    assert_eq!(refused(shop.operator.remove_answer(&kept.answer_id).await), "not_found");
    assert_eq!(refused(shop.operator.fill_answer(&id, &kept.answer_id).await), "not_found");
}
