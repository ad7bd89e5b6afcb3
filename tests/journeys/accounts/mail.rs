//! Coming in by a code or a link in a mail.

use super::{SARA, by_code, by_link, comes_by_mail, enters, inside};
use crate::world::{Shop, minutes, on_every_storage, refused};
use jiff::SignedDuration;
use nexa_core::backoffice::model::{LinkHostView, LinkSettingsRequest, ShopRequest};

on_every_storage!(
    a_code_lets_in_and_makes_an_account_once,
    a_link_lets_in_once_and_ends_the_code,
    a_code_ends_by_time_by_tries_and_by_a_newer_one,
    the_answer_is_the_same_for_everybody,
    a_mailbox_is_not_flooded,
    a_code_is_not_in_the_books,
    a_code_of_one_shop_opens_no_other,
    a_link_leads_to_a_host_that_stays,
);

async fn a_code_lets_in_and_makes_an_account_once(shop: Shop) {
    let first = comes_by_mail(&shop, SARA).await;
    let used = shop.mail.code(SARA);
    assert_eq!(refused(enters(&shop, by_code(SARA, &used)).await), "wrong_code", "used up");
    shop.clock.advance(minutes(1));
    shop.guest().request_code(" Sara@Example.org", None).await.expect("a code");
    let typed = by_code("SARA@example.org ", &shop.mail.code(SARA));
    let again = enters(&shop, typed).await.expect("a session");
    assert_eq!(first.user_id, again.user_id);
    let mine = inside(&shop, &first).await.identities().await.expect("identities");
    assert_eq!(mine.len(), 1);
    assert_eq!(mine[0].value.as_deref(), Some("s***@example.org"));
    assert!(mine[0].verified && !mine[0].has_password);
}

async fn a_link_lets_in_once_and_ends_the_code(shop: Shop) {
    shop.guest().request_code(SARA, Some("fa".to_owned())).await.expect("a code");
    let (typed, token) = (shop.mail.code(SARA), shop.mail.token(SARA));
    assert!(shop.mail.newest(SARA).contains("کد ورود"));
    assert_eq!(refused(enters(&shop, by_link("nxm_nonsense")).await), "wrong_code");
    enters(&shop, by_link(&token)).await.expect("a session");
    assert_eq!(refused(enters(&shop, by_link(&token)).await), "wrong_code");
    assert_eq!(refused(enters(&shop, by_code(SARA, &typed)).await), "wrong_code", "of the same mail");
    shop.clock.advance(minutes(1));
    shop.guest().request_code(SARA, None).await.expect("a code");
    let token = shop.mail.token(SARA);
    shop.clock.advance(minutes(10));
    assert_eq!(refused(enters(&shop, by_link(&token)).await), "wrong_code", "too late");
}

async fn a_code_ends_by_time_by_tries_and_by_a_newer_one(shop: Shop) {
    let wait = SignedDuration::from_secs(599);
    shop.guest().request_code(SARA, None).await.expect("a code");
    let first = shop.mail.code(SARA);
    shop.clock.advance(wait);
    shop.guest().request_code(SARA, None).await.expect("a code");
    assert_eq!(refused(enters(&shop, by_code(SARA, &first)).await), "wrong_code", "a newer one is there");
    let second = shop.mail.code(SARA);
    shop.clock.advance(minutes(10));
    assert_eq!(refused(enters(&shop, by_code(SARA, &second)).await), "wrong_code", "too late");

    shop.guest().request_code(SARA, None).await.expect("a code");
    let third = shop.mail.code(SARA);
    let wrong = if third == "00000000" { "11111111" } else { "00000000" };
    for _ in 0..4 {
        assert_eq!(refused(enters(&shop, by_code(SARA, wrong)).await), "wrong_code");
    }
    let spaced = format!("{} {}", &third[..4], &third[4..]);
    enters(&shop, by_code(SARA, &spaced)).await.expect("the fifth try, as people type it");

    shop.clock.advance(minutes(1));
    shop.guest().request_code(SARA, None).await.expect("a code");
    let (fourth, token) = (shop.mail.code(SARA), shop.mail.token(SARA));
    let wrong = if fourth == "00000000" { "11111111" } else { "00000000" };
    for wrong in [wrong, wrong, "", "1", wrong] {
        assert_eq!(refused(enters(&shop, by_code(SARA, wrong)).await), "wrong_code");
    }
    assert_eq!(refused(enters(&shop, by_code(SARA, &fourth)).await), "wrong_code", "burnt");
    enters(&shop, by_link(&token)).await.expect("the link of the same mail, which nobody guesses");
}

async fn the_answer_is_the_same_for_everybody(shop: Shop) {
    comes_by_mail(&shop, SARA).await;
    shop.clock.advance(minutes(1));
    let known = shop.guest().request_code(SARA, None).await.expect("a code");
    let unknown = shop.guest().request_code("nobody@example.org", None).await.expect("a code");
    assert_eq!(known, unknown);
    assert_eq!(known.ttl_seconds, 600);
    assert_eq!(refused(shop.guest().request_code("sara", None).await), "bad_email");
    shop.clock.advance(minutes(1));
    shop.mail.set_down(true);
    assert_eq!(refused(shop.guest().request_code(SARA, None).await), "mail_unavailable");
    let (bare, _) = shop.unclaimed().await;
    let guest = bare.nexa.storefront(nexa_core::domain::user::Principal::guest(bare.shop_id));
    assert_eq!(refused(guest.request_code(SARA, None).await), "mail_unavailable", "not set up");
}

async fn a_mailbox_is_not_flooded(shop: Shop) {
    shop.guest().request_code(SARA, None).await.expect("a code");
    assert_eq!(refused(shop.guest().request_code(SARA, None).await), "too_many_attempts");
    for _ in 0..4 {
        shop.clock.advance(minutes(1));
        shop.guest().request_code(SARA, None).await.expect("a code");
    }
    shop.clock.advance(minutes(10));
    assert_eq!(refused(shop.guest().request_code(SARA, None).await), "too_many_attempts");
    assert_eq!(shop.mail.count(SARA), 5);
    shop.guest().request_code("other@example.org", None).await.expect("another mailbox");
}

async fn a_code_is_not_in_the_books(shop: Shop) {
    shop.guest().request_code(SARA, None).await.expect("a code");
    let (typed, token) = (shop.mail.code(SARA), shop.mail.token(SARA));
    let mut read = shop.storage.read().await.expect("storage");
    let print = nexa_core::secret::digest(&token);
    let kept = read.code_by_link(shop.id, &print).await.expect("read").expect("a code");
    let shown = format!("{kept:?}{}{}{}", kept.address.0, kept.code.0, print.0);
    assert!(!shown.contains(&typed) && !shown.contains(&token) && !shown.contains("sara"));
    assert_ne!(kept.code, nexa_core::secret::digest(&typed), "8 digits are guessed from a plain digest");
}

async fn a_code_of_one_shop_opens_no_other(shop: Shop) {
    let other = shop.next_door().await;
    shop.guest().request_code(SARA, None).await.expect("a code");
    let (typed, token) = (shop.mail.code(SARA), shop.mail.token(SARA));
    assert_eq!(refused(enters(&other, by_code(SARA, &typed)).await), "wrong_code");
    assert_eq!(refused(enters(&other, by_link(&token)).await), "wrong_code");
    enters(&shop, by_code(SARA, &typed)).await.expect("its own");
    other.guest().request_code(SARA, None).await.expect("a code");
    assert!(shop.mail.newest(SARA).contains("https://other.example.org/sign-in/mail/nxm_"));
}

async fn a_link_leads_to_a_host_that_stays(shop: Shop) {
    let hosts = Some(vec!["old.example.org".to_owned(), "new.example.org".to_owned()]);
    shop.operator.update_shop(ShopRequest { hosts, ..ShopRequest::default() }).await.expect("hosts");
    shop.guest().request_code(SARA, None).await.expect("a code");
    assert!(shop.mail.newest(SARA).contains("https://old.example.org/sign-in/mail/nxm_"));
    for (minute, state) in [(1, "moving_away"), (2, "moved")] {
        let host = |host: &str, state: &str| LinkHostView { host: host.to_owned(), state: state.to_owned() };
        let hosts = Some(vec![host("new.example.org", "active"), host("old.example.org", state)]);
        let request = LinkSettingsRequest { devices: None, hosts };
        shop.operator.update_link_settings(request).await.expect("hosts of links");
        shop.clock.advance(minutes(minute));
        shop.guest().request_code(SARA, None).await.expect("a code");
        assert!(shop.mail.newest(SARA).contains("https://new.example.org/sign-in/mail/nxm_"), "{state}");
    }
}
