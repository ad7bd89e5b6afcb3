//! What broadcasts may say, to whom, and how far they come.

use super::*;

fn message(text: &str) -> Message {
    Message { fa: Some(text.to_owned()), ..Message::default() }
}

fn with(label: &str, action: ButtonAction) -> Message {
    Message { buttons: vec![Button { label: label.to_owned(), action }], ..message("سلام") }
}

#[test]
fn a_message_says_something_in_the_shop_s_language() {
    let said = message(" سلام ").checked(Locale::Fa).unwrap();
    assert_eq!(said.text(Locale::Ru, Locale::Fa), "سلام", "for whom there is no text of their own");
    assert!(message("سلام").checked(Locale::En).is_err());
    assert!(message("  ").checked(Locale::Fa).is_err());
    assert!(message(&"س".repeat(1000)).checked(Locale::Fa).is_ok());
    assert!(message(&"س".repeat(1001)).checked(Locale::Fa).is_err());
    let both = Message { en: Some("hello".to_owned()), ..message("سلام") }.checked(Locale::Fa).unwrap();
    assert_eq!((both.text(Locale::En, Locale::Fa), both.text(Locale::Fa, Locale::Fa)), ("hello", "سلام"));
}

#[test]
fn buttons_lead_somewhere_safe() {
    let open = |url: &str| with("Open", ButtonAction::Open(url.to_owned())).checked(Locale::Fa).is_ok();
    assert!(open("https://example.org/a?b#c"));
    let long = format!("https://example.org/{}", "x".repeat(500));
    for wrong in [
        "http://example.org",
        "https://",
        "https://x",
        "javascript:alert(1)",
        "https://a.b c",
        "https://me@a.org",
        &long,
    ] {
        assert!(!open(wrong), "{wrong}");
    }
    assert!(with("Buy", ButtonAction::Buy).checked(Locale::Fa).is_ok());
    for wrong in ["", " ", "a\nb", &"x".repeat(41)] {
        assert!(with(wrong, ButtonAction::Renew).checked(Locale::Fa).is_err(), "{wrong}");
    }
    let button = Button { label: "Buy".to_owned(), action: ButtonAction::Buy };
    let three = Message { buttons: vec![button; 3], ..message("سلام") };
    assert!(three.checked(Locale::Fa).is_err());
}

#[test]
fn every_step_from_every_state() {
    use BroadcastState::{Done, Draft, Sending, Stopped};
    type Step = fn(Broadcast) -> Result<Broadcast, Refusal>;
    let nil = uuid::Uuid::nil();
    let at = Timestamp::UNIX_EPOCH;
    let steps: [(Step, BroadcastState, BroadcastState); 4] = [
        (|b| b.send(Timestamp::UNIX_EPOCH), Draft, Sending),
        (|b| b.stop(Timestamp::UNIX_EPOCH), Sending, Stopped),
        (|b| b.finish(Timestamp::UNIX_EPOCH), Sending, Done),
        (Broadcast::resend, Done, Sending),
    ];
    for state in [Draft, Sending, Done, Stopped] {
        for (step, from, to) in steps {
            let broadcast = Broadcast {
                id: nil.into(),
                shop_id: nil.into(),
                operator: nil.into(),
                segment: Segment::All,
                message: message("سلام"),
                state,
                cursor: None,
                gathered: false,
                created_at: at,
                begun_at: None,
                ended_at: None,
            };
            assert_eq!(step(broadcast).ok().map(|b| b.state), (state == from).then_some(to));
        }
    }
}

#[test]
fn progress_adds_up() {
    use RecipientState::{Blocked, Failed, Pending, Sent};
    let progress = Progress::of(&[(Pending, 4), (Sent, 3), (Blocked, 2), (Failed, 1)]);
    assert_eq!(progress, Progress { total: 10, sent: 3, blocked: 2, failed: 1 });
    assert_eq!((progress.left(), Progress::of(&[]).left()), (4, 0));
}

#[test]
fn a_button_gives_a_coupon_by_a_code_that_can_be_one() {
    let coupon = |code: &str| with("Take it", ButtonAction::Coupon(code.to_owned())).checked(Locale::Fa);
    let said = coupon("SPRING20").unwrap();
    assert_eq!(said.coupons().collect::<Vec<_>>(), ["SPRING20"]);
    for wrong in ["", "spring20", "A B C", "https://a.example"] {
        assert_eq!(coupon(wrong), Err(Refusal::CouponUnknown), "{wrong}");
    }
    assert!(Segment::lapsed(0).is_err() && Segment::lapsed(3651).is_err());
    assert_eq!(Segment::lapsed(30), Ok(Segment::Lapsed { days: 30 }));
}
