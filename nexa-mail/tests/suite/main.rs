//! The adapter against a mail server of our own that speaks SMTP over real sockets, one test per sentence of the port.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod notices;
mod sink;

use nexa_core::{
    ports::{
        mailer::{Mail, Mailer},
        outcome::Outcome,
    },
    secret::Secret,
};
use nexa_mail::{Settings, Smtp};
use sink::{Sink, Temper};

fn mail(to: &str) -> Mail {
    Mail {
        to: Secret::new(to.to_owned()),
        from_name: "فروشگاه\r\nBcc: spy@example.org".to_owned(),
        subject: "Your code\r\nBcc: spy@example.org".to_owned(),
        text: Secret::new("Code:\n\n01234567\n\n.\nکد شما\n".to_owned()),
        html: Secret::new("<p dir=\"rtl\">01234567</p>".to_owned()),
        in_reply_to: None,
        automatic: false,
        reply_to: None,
    }
}

fn settings(sink: &Sink, extra: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::default();
    let port = sink.port.to_string();
    let own = [
        ("mail_host", "127.0.0.1"),
        ("mail_port", port.as_str()),
        ("mail_from", "shop@shop.example"),
        ("mail_security", "none"),
    ];
    for (name, value) in own.iter().chain(extra) {
        assert!(settings.set(name, value).expect("a setting"), "{name}");
    }
    settings.checked().expect("settings")
}

fn mailer(sink: &Sink, extra: &[(&str, &str)]) -> Smtp {
    let (world, _) = nexa_core::sim::world(7, "2026-03-01T08:00:00Z".parse().expect("a moment"));
    Smtp::new(&settings(sink, extra), world).expect("a mailer").expect("a host")
}

const SIGNED_IN: [(&str, &str); 2] = [("mail_user", "shop"), ("mail_password", "very-secret")];

#[tokio::test]
async fn a_mail_arrives_whole_and_at_nobody_else() {
    let sink = Sink::start(Temper::Kind).await;
    let mailer = mailer(&sink, &SIGNED_IN);
    assert_eq!(mailer.send(&mail("sara@example.org")).await, Outcome::Done(()));
    assert_eq!(mailer.send(&mail("ali@example.org")).await, Outcome::Done(()), "and another one");
    let got = sink.mails();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].from, "shop@shop.example");
    assert_eq!(got[0].to, ["sara@example.org"]);
    let text = &got[0].text;
    assert!(text.contains("01234567"));
    assert!(text.contains("multipart/alternative"));
    assert!(!text.lines().any(|line| line.starts_with("Bcc")), "a name cannot add a header: {text}");
    assert!(text.contains("Message-ID: <") && text.contains("@shop.example>"));
    assert!(sink.heard().iter().any(|line| line == "EHLO shop.example"), "this machine's name stays here");
}

#[tokio::test]
async fn a_mail_that_answers_by_itself_says_so_and_comes_back_to_nobody() {
    let sink = Sink::start(Temper::Kind).await;
    let odd = Some("x@y>\r\nBcc: <spy@example.org".to_owned());
    for (id, named) in [(Some("one@example.org".to_owned()), true), (odd, false)] {
        let answer = Mail { in_reply_to: id, automatic: true, ..mail("sara@example.org") };
        assert_eq!(mailer(&sink, &SIGNED_IN).send(&answer).await, Outcome::Done(()));
        let got = sink.mails().pop().expect("a mail");
        assert_eq!(got.from, "", "nothing comes back");
        assert!(got.text.contains("Auto-Submitted: auto-replied"), "{}", got.text);
        assert_eq!(got.text.contains("In-Reply-To: <one@example.org>"), named, "{}", got.text);
        assert!(!got.text.contains("x@y"), "{}", got.text);
        assert!(!got.text.lines().any(|line| line.starts_with("Bcc")), "{}", got.text);
    }
}

#[tokio::test]
async fn refusals_are_told_apart_from_being_put_off() {
    for (temper, rejected) in [
        (Temper::RefusesRecipient, true),
        (Temper::RefusesMail, true),
        (Temper::PutsOff, false),
        (Temper::RefusesSignIn, false),
        (Temper::HangsUp, false),
    ] {
        let sink = Sink::start(temper).await;
        let sent = mailer(&sink, &SIGNED_IN).send(&mail("sara@example.org")).await;
        let matches = match &sent {
            Outcome::Rejected(_) => rejected,
            Outcome::Unreachable(_) => !rejected,
            // Whether a server that hangs up has done something is not known.
            Outcome::Ambiguous(_) => temper == Temper::HangsUp,
            _ => false,
        };
        assert!(matches, "{temper:?}: {sent:?}");
        let said = format!("{sent:?}");
        for secret in ["sara", "very-secret", "01234567"] {
            assert!(!said.contains(secret), "{said}");
        }
        assert!(sink.mails().is_empty());
    }
}

#[tokio::test]
async fn without_the_encryption_that_was_asked_for_nothing_is_told() {
    for security in ["starttls", "tls"] {
        let sink = Sink::start(Temper::Kind).await;
        let mailer = mailer(&sink, &[SIGNED_IN[0], SIGNED_IN[1], ("mail_security", security)]);
        let sent = mailer.send(&mail("sara@example.org")).await;
        assert!(matches!(sent, Outcome::Unreachable(_)), "{security}: {sent:?}");
        assert!(sink.mails().is_empty());
        let told =
            |line: &String| line.starts_with("AUTH") || line.starts_with("MAIL") || line.contains("sara");
        assert!(!sink.heard().iter().any(told), "{:?}", sink.heard());
    }
}

#[tokio::test]
async fn nobody_at_the_door_is_unreachable() {
    let sink = Sink::start(Temper::Kind).await;
    let gone = mailer(&sink, &[]);
    sink.stop().await;
    assert!(matches!(gone.send(&mail("sara@example.org")).await, Outcome::Unreachable(_)));
    assert!(matches!(gone.check().await, Outcome::Unreachable(_)));
}

#[tokio::test]
async fn a_check_signs_in_and_sends_nothing() {
    let sink = Sink::start(Temper::Kind).await;
    let said = mailer(&sink, &SIGNED_IN).check().await;
    assert_eq!(said, Outcome::Done(format!("SMTP at 127.0.0.1:{}", sink.port)));
    assert!(sink.heard().iter().any(|line| line.starts_with("AUTH")));
    assert!(!sink.heard().iter().any(|line| line.starts_with("MAIL")));
    let sink = Sink::start(Temper::RefusesSignIn).await;
    assert!(matches!(mailer(&sink, &SIGNED_IN).check().await, Outcome::Unreachable(_)));
}

#[tokio::test]
async fn an_address_that_is_none_is_rejected_here() {
    let sink = Sink::start(Temper::Kind).await;
    for to in ["", "sara", "a@b.example\r\nRCPT TO:<c@d.example>"] {
        assert!(matches!(mailer(&sink, &[]).send(&mail(to)).await, Outcome::Rejected(_)), "{to}");
    }
    assert!(sink.mails().is_empty());
}

#[test]
fn without_a_host_there_is_no_mail() {
    let (world, _) = nexa_core::sim::world(7, "2026-03-01T08:00:00Z".parse().expect("a moment"));
    assert!(Smtp::new(&Settings::default(), world).expect("fine").is_none());
}
