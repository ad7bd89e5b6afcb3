//! Notices by mail: what a real mail server gets, and what comes of what it answers.

use crate::{
    SIGNED_IN, settings,
    sink::{Sink, Temper},
};
use jiff::Timestamp;
use nexa_core::{
    domain::{
        letter::{Bounce, MARK},
        look::Look,
        money::Currency,
        notice::{Notice, NoticeRecord},
        shop::{Locale, Shop, TrialNeeds},
        user::{Role, User},
    },
    ports::notifier::{Delivery, MailRoute, Notifier, Recipient},
    secret::Secret,
    text,
};
use nexa_mail::{Post, Smtp};
use std::sync::Arc;
use uuid::Uuid;

fn shop() -> Shop {
    Shop {
        id: Uuid::from_u128(1).into(),
        name: "<b>Fast</b>\r\nBcc: spy@example.org".to_owned(),
        currency: Currency::Irr,
        locale: Locale::Fa,
        timezone: None,
        hosts: Vec::new(),
        support_url: None,
        look: Look { accent: "#aa0055".parse().expect("a colour"), tagline: None },
        trial_plan: None,
        trial_needs: TrialNeeds::None,
        adoption_plan: None,
        telegram: None,
        maintenance: None,
        grace: nexa_core::domain::subscription::GraceTerms::NONE,
        automatic_rates: false,
        test: true,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn route() -> MailRoute {
    MailRoute {
        address: Secret::new("sara@example.org".to_owned()),
        page: "https://shop.example/tickets/7".to_owned(),
        unsubscribe: Some("https://shop.example/u/token".to_owned()),
        reply_to: Some("support+rabc@shop.example".to_owned()),
        bounces_to: Some("support+bdef@shop.example".to_owned()),
        quoted: Some(Secret::new("Open <the> link anew".to_owned())),
    }
}

async fn deliver(sink: &Sink, route: &MailRoute, notice: Notice, locale: Locale) -> Delivery {
    let shop = shop();
    let (world, _) = nexa_core::sim::world(7, "2026-03-01T08:00:00Z".parse().expect("a moment"));
    let smtp = Smtp::new(&settings(sink, &SIGNED_IN), world).expect("settings").expect("a host");
    let user = User {
        id: Uuid::from_u128(2).into(),
        shop_id: shop.id,
        role: Role::Customer,
        blocked: false,
        locale: None,
        created_at: Timestamp::UNIX_EPOCH,
    };
    let record = NoticeRecord {
        id: Uuid::from_u128(3).into(),
        shop_id: shop.id,
        user_id: user.id,
        notice,
        created_at: Timestamp::UNIX_EPOCH,
        delivered_at: None,
    };
    let to = Recipient { user: &user, telegram: Some(5), mail: Some(route) };
    Post::new(Arc::new(smtp)).deliver(&shop, to, &record, locale).await
}

fn answered() -> Notice {
    Notice::TicketAnswered { ticket: Uuid::from_u128(4).into() }
}

/// Quoted-printable, read (RFC 2045).
fn unquoted(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = code.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'=');
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A part of a mail as its reader's program shows it.
fn readable(mail: &str) -> String {
    let mut all = String::new();
    for part in mail.split("\n--") {
        let Some((head, body)) = part.split_once("\n\n") else { continue };
        let flat: String = body.lines().collect();
        if head.contains("base64") {
            let bytes = data_encoding::BASE64.decode(flat.trim().as_bytes()).unwrap_or_default();
            all += &String::from_utf8_lossy(&bytes);
        } else {
            all += &unquoted(&body.replace("=\n", ""));
        }
    }
    all
}

#[tokio::test]
async fn a_notice_goes_out_in_every_language_as_text_and_html_with_one_click_to_end_it() {
    for locale in Locale::ALL {
        let sink = Sink::start(Temper::Kind).await;
        assert_eq!(deliver(&sink, &route(), answered(), locale).await, Delivery::Sent);
        let got = sink.mails().pop().expect("a mail");
        assert_eq!(
            (got.from.as_str(), got.to.as_slice()),
            ("support+bdef@shop.example", &["sara@example.org".to_owned()][..])
        );
        for header in [
            "List-Unsubscribe: <https://shop.example/u/token>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "Auto-Submitted: auto-generated",
            "Message-ID: <00000000-0000-0000-0000-000000000003@shop.example>",
            "support+rabc@shop.example",
            "multipart/alternative",
        ] {
            assert!(got.text.contains(header), "{header}: {}", got.text);
        }
        assert!(!got.text.lines().any(|line| line.starts_with("Bcc")), "{}", got.text);
        let shown = readable(&got.text);
        let told = text::message(locale, &answered());
        assert!(shown.contains(&told.text), "{shown}");
        assert!(
            shown.contains("Open <the> link anew") && shown.contains("Open &lt;the&gt; link anew"),
            "{shown}"
        );
        assert!(shown.contains("https://shop.example/tickets/7") && shown.contains(MARK), "{shown}");
        assert!(!shown.contains("<b>Fast</b></p>") && shown.contains("#aa0055"), "{shown}");
        let direction = if locale == Locale::Fa { "dir=\"rtl\"" } else { "dir=\"ltr\"" };
        assert!(shown.contains(direction), "{shown}");
    }
}

#[tokio::test]
async fn what_always_comes_has_no_click_to_end_it() {
    let sink = Sink::start(Temper::Kind).await;
    let plain = MailRoute { unsubscribe: None, reply_to: None, bounces_to: None, quoted: None, ..route() };
    let notice = Notice::Ready { subscription: Uuid::from_u128(8).into() };
    assert_eq!(deliver(&sink, &plain, notice, Locale::En).await, Delivery::Sent);
    let got = sink.mails().pop().expect("a mail");
    assert_eq!(got.from, "shop@shop.example");
    assert!(!got.text.contains("List-Unsubscribe") && !got.text.contains("Reply-To"), "{}", got.text);
}

#[tokio::test]
async fn what_does_not_arrive_is_told_apart() {
    for (temper, expected) in [
        (Temper::RefusesRecipient, Some(Bounce::Hard)),
        (Temper::HasNoRoom, Some(Bounce::Soft)),
        (Temper::RefusesMail, Some(Bounce::Soft)),
        (Temper::PutsOff, None),
        (Temper::RefusesSignIn, None),
        (Temper::HangsUp, None),
    ] {
        let sink = Sink::start(temper).await;
        let came = deliver(&sink, &route(), answered(), Locale::En).await;
        match (&came, expected) {
            (Delivery::Bounced(how), Some(expected)) => assert_eq!(*how, expected, "{temper:?}"),
            (Delivery::Failed(why), None) => assert!(!why.contains("sara"), "{why}"),
            _ => panic!("{temper:?}: {came:?}"),
        }
    }
    let sink = Sink::start(Temper::Kind).await;
    let odd = MailRoute { address: Secret::new("sara".to_owned()), ..route() };
    assert_eq!(deliver(&sink, &odd, answered(), Locale::En).await, Delivery::Bounced(Bounce::Hard));
    assert!(sink.mails().is_empty());
}
