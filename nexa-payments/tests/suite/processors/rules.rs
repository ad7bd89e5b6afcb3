//! What holds for every processor.

use super::{
    Desk, Fake,
    btcpay::BtcPay,
    cryptopay::CryptoPay,
    heleket::{Cryptomus, Heleket},
    nowpayments::NowPayments,
    ours,
    oxapay::OxaPay,
    plisio::Plisio,
    theirs,
};
use crate::forged::Signer;
use jiff::Timestamp;
use nexa_core::{
    conformance::gateway::{Fixture, Outage, done, invoice, movement},
    domain::{
        money::{Currency, Money},
        payment::{Finality, PayStep},
    },
    ports::{
        gateway::{Callback, Expected, Invoice, Signal},
        outcome::Outcome,
    },
    secret::Secret,
};
use serde_json::json;

/// A test for each processor.
macro_rules! each {
    ($($rule:ident),+ $(,)?) => {
        each!(@of oxapay OxaPay; $($rule),+);
        each!(@of nowpayments NowPayments; $($rule),+);
        each!(@of cryptopay CryptoPay; $($rule),+);
        each!(@of heleket Heleket; $($rule),+);
        each!(@of cryptomus Cryptomus; $($rule),+);
        each!(@of plisio Plisio; $($rule),+);
        each!(@of btcpay BtcPay; $($rule),+);
    };
    (@of $name:ident $fake:ident; $($rule:ident),+) => {
        mod $name {
            use super::*;
            $(
                #[tokio::test]
                async fn $rule() {
                    super::$rule(&Desk::<$fake>::new().await).await;
                }
            )+
        }
    };
}

each!(
    the_page_is_shown_and_the_order_is_ours,
    an_open_without_an_answer_makes_no_second_invoice_for_the_customer,
    answers_that_make_no_sense_are_no_news,
    what_contradicts_us_is_never_money,
    an_unknown_status_says_nothing,
    messages_of_others_are_nothing,
    a_wrong_key_is_told_and_not_shown,
    no_outage_is_taken_for_an_invoice,
    what_is_too_little_is_refused_before_anybody_is_asked,
);

async fn the_page_is_shown_and_the_order_is_ours<F: Fake>(desk: &Desk<F>) {
    let (invoice, opened, _) = desk.open(0).await;
    assert!(
        matches!(&opened.step, PayStep::Redirect { url } if url.starts_with("https://")),
        "{:?}",
        opened.step
    );
    let entry = desk.fake.book().get(theirs(&opened.reference)).expect("an invoice");
    assert_eq!(ours(&opened.reference), invoice.payment_id.to_string());
    assert_eq!((entry.order, entry.price), (invoice.payment_id.to_string(), invoice.due.decimal()));
    // Opened again it is the same one, and another price is another one.
    let calls = desk.server.calls().len();
    assert_eq!(done(desk.gateway.open(&invoice).await), opened);
    assert_eq!(desk.server.calls().len(), calls);
    for name in ["", " ", "ن", &"N".repeat(3_000)] {
        let other =
            Invoice { shop_name: name.to_owned(), ..nexa_core::conformance::gateway::invoice(desk, 77) };
        assert!(matches!(desk.gateway.open(&other).await, Outcome::Done(_)), "{name}");
    }
}

async fn an_open_without_an_answer_makes_no_second_invoice_for_the_customer<F: Fake>(desk: &Desk<F>) {
    let invoice = invoice(desk, 3);
    desk.server.work_in_silence();
    let outcome = desk.gateway.open(&invoice).await;
    assert!(matches!(outcome, Outcome::Ambiguous(_)), "{outcome:?}");
    desk.server.fail(Outage::None);
    let first = done(desk.gateway.open(&invoice).await);
    assert_eq!(done(desk.gateway.open(&invoice).await), first);
    // Where the processor finds an order again there is one invoice; elsewhere the first was never shown to anybody.
    assert!(desk.fake.book().len() <= 2);
}

async fn answers_that_make_no_sense_are_no_news<F: Fake>(desk: &Desk<F>) {
    let (invoice, opened, at) = desk.open(0).await;
    desk.make_paid(&opened, invoice.due).await;
    let facts = done(desk.gateway.inspect(std::slice::from_ref(&at), desk.now()).await);
    assert_eq!(facts.len(), 1);
    let known: Vec<_> = facts.iter().map(|fact| movement(fact, &invoice)).collect();
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(2 << 20));
    let said = [
        "",
        " ",
        "null",
        "{}",
        "[]",
        "[[]]",
        "7",
        "\"paid\"",
        "{\"data\":null}",
        "{\"result\":{}}",
        "<html>Hello</html>",
        "{\"ok\":true,\"result\":{\"items\":[{}]}}",
        "{\"state\":0,\"result\":{}}",
        "{\"status\":\"success\",\"data\":{}}",
        "{\"status\":\"success\",\"data\":[]}",
        "\u{feff}{}",
        "{\"data\":{\"status\":\"paid\"}}",
        &long,
    ];
    for text in said {
        for status in [200, 201, 301, 404, 500, 503] {
            desk.server.say(Some((status, text)));
            let open = desk.gateway.open(&nexa_core::conformance::gateway::invoice(desk, 90)).await;
            assert!(!matches!(open, Outcome::Done(_)), "{status} {text:.40}: {open:?}");
            let seen = desk.gateway.inspect(std::slice::from_ref(&at), desk.now()).await;
            assert!(
                seen.clone().done().is_none_or(|facts| facts.is_empty()),
                "{status} {text:.40}: {seen:?}"
            );
            let again = desk.gateway.recheck(&known, desk.now()).await;
            let dropped = |facts: &Vec<_>| !facts.is_empty();
            assert!(!again.clone().done().as_ref().is_some_and(dropped), "{status} {text:.40}: {again:?}");
        }
    }
    desk.server.say(None);
    assert_eq!(done(desk.gateway.inspect(&[at], desk.now()).await), facts);
}

/// Another order, another price, another currency, and no price at all, each in an answer that says "paid".
async fn what_contradicts_us_is_never_money<F: Fake>(desk: &Desk<F>) {
    let (invoice, opened, at) = desk.open(0).await;
    let (_, _, other) = desk.open(1).await;
    desk.make_paid(&opened, invoice.due).await;
    done(desk.gateway.inspect(std::slice::from_ref(&at), desk.now()).await);
    let book = desk.fake.book();
    let name = theirs(&at.reference).to_owned();
    let good = book.get(&name).expect("an invoice");
    let change = |order: &str, price: &str, currency: &str| {
        let mut all = book.0.lock().expect("a book");
        let entry = all.get_mut(&name).expect("an invoice");
        order.clone_into(&mut entry.order);
        price.clone_into(&mut entry.price);
        currency.clone_into(&mut entry.currency);
    };
    for (what, order, price, currency) in [
        ("order", ours(&other.reference), good.price.as_str(), "USD"),
        ("strange order", "ord_01J9Z", &good.price, "USD"),
        ("currency", &good.order, &good.price, "EUR"),
        ("unknown currency", &good.order, &good.price, "BYN"),
        ("lower price", &good.order, "1", "USD"),
        ("higher price", &good.order, "123456.78", "USD"),
        ("no price", &good.order, "null", "USD"),
        ("no number", &good.order, "\"much\"", "USD"),
        ("negative", &good.order, "-1000.03", "USD"),
        ("beyond counting", &good.order, "1e39", "USD"),
    ] {
        change(order, price, currency);
        let seen = desk.gateway.inspect(std::slice::from_ref(&at), desk.now()).await;
        let facts = seen.clone().done().unwrap_or_default();
        // What can be read is shown to a person: under a reference that no payment has.
        let money = |fact: &nexa_core::domain::payment::Observation| {
            fact.finality == Finality::Confirmed || fact.reference == at.reference || !fact.amount.is_zero()
        };
        assert!(!facts.iter().any(money), "{what}: {seen:?}");
        let told = matches!(seen, Outcome::Ambiguous(_)) || facts.len() == 1;
        assert!(told, "{what}: {seen:?}");
    }
    change(&good.order, &good.price, "usd");
    assert_eq!(done(desk.gateway.inspect(&[at], desk.now()).await).len(), 1);
}

async fn an_unknown_status_says_nothing<F: Fake>(desk: &Desk<F>) {
    let (invoice, opened, at) = desk.open(0).await;
    desk.make_paid(&opened, invoice.due).await;
    let known: Vec<_> = done(desk.gateway.inspect(std::slice::from_ref(&at), desk.now()).await)
        .iter()
        .map(|fact| movement(fact, &invoice))
        .collect();
    for status in ["", "PAID_TWICE", "approved\u{202e}", "null", "settling"] {
        assert_eq!(desk.seen(&at, status, &invoice.due.decimal()).await, [], "{status}");
        assert_eq!(done(desk.gateway.recheck(&known, desk.now()).await), [], "{status}");
    }
}

async fn messages_of_others_are_nothing<F: Fake>(desk: &Desk<F>) {
    let (invoice, _, _) = desk.open(0).await;
    for reference in ["1:ord_01J9Z", "1:", "a b:00000000-0000-4000-8000-000000000000"] {
        let reading = desk.gateway.read(&F::message(reference, invoice.due, Signer::Ours), desk.now());
        assert_eq!((reading.signal, reading.reply.as_str()), (Signal::Nothing, "ok"), "{reference}");
    }
    let good = F::message("1:00000000-0000-4000-8000-000000000000", invoice.due, Signer::Ours);
    let hint = Signal::Hint(vec!["1:00000000-0000-4000-8000-000000000000".to_owned()]);
    assert_eq!(desk.gateway.read(&good, desk.now()).signal, hint);
    let loud = good.headers.iter().map(|(name, value)| (name.to_uppercase(), value.clone())).collect();
    assert_eq!(desk.gateway.read(&Callback { headers: loud, ..good.clone() }, desk.now()).signal, hint);
    for bad in [
        Callback { method: "GET".into(), ..good.clone() },
        Callback { body: vec![b' '; 300 << 10], ..good.clone() },
        Callback { headers: [good.headers.clone(), good.headers.clone()].concat(), ..good.clone() },
    ] {
        let twice = bad.headers.is_empty() && bad.method == "POST" && bad.body == good.body;
        if !twice {
            assert_eq!(desk.gateway.read(&bad, desk.now()).signal, Signal::Forged);
        }
    }
}

async fn a_wrong_key_is_told_and_not_shown<F: Fake>(desk: &Desk<F>) {
    assert!(matches!(desk.gateway.check().await, Outcome::Done(check) if !check.lines.is_empty()));
    let all = F::SECRETS.join(" ");
    let echo = format!(
        "{{\"message\":\"bad key {all}\",\"error\":{{\"message\":\"{all}\"}},\"data\":{{\"message\":\"{all}\"}}}}"
    );
    for (status, text) in
        [(401, echo.as_str()), (403, &echo), (400, &echo), (422, &echo), (200, &echo), (500, &echo)]
    {
        desk.server.say(Some((status, text)));
        let at = Expected {
            reference: "1:00000000-0000-4000-8000-000000000000".into(),
            due: Money::new(1, Currency::Usd),
            since: desk.now(),
        };
        let texts = [
            format!("{:?}", desk.gateway.check().await),
            format!("{:?}", desk.gateway.open(&invoice(desk, 5)).await),
            format!("{:?}", desk.gateway.inspect(&[at], desk.now()).await),
        ];
        for text in texts {
            assert!(!text.contains("Done"), "{text}");
            assert!(F::SECRETS.iter().all(|secret| !text.contains(secret)), "{status}");
            assert!(!(401..=422).contains(&status) || text.starts_with("Rejected"), "{status} {text}");
        }
    }
}

async fn no_outage_is_taken_for_an_invoice<F: Fake>(desk: &Desk<F>) {
    let invoice = invoice(desk, 6);
    for outage in desk.outages() {
        desk.server.fail(outage);
        let outcome = desk.gateway.open(&invoice).await;
        let away = outage == Outage::Limited;
        assert!(away == matches!(outcome, Outcome::Unreachable(_)), "{outage:?} {outcome:?}");
        assert!(away || matches!(outcome, Outcome::Ambiguous(_)), "{outage:?} {outcome:?}");
    }
    let nobody = Desk::<F>::with(serde_json::json!({ "base_url": "http://127.0.0.1:9" })).await;
    let outcome = nobody.gateway.open(&invoice).await;
    assert!(
        matches!(&outcome, Outcome::Unreachable(why) if why == "127.0.0.1:9: no connection"),
        "{outcome:?}"
    );
}

async fn what_is_too_little_is_refused_before_anybody_is_asked<F: Fake>(desk: &Desk<F>) {
    let limits = serde_json::json!({ "minimum_minor": 500, "maximum_minor": 90_000 });
    let limited = Desk::<F>::with(limits).await;
    let good = invoice(&limited, 1);
    for minor in [0, 499, 90_001] {
        let due = Money::new(minor, good.due.currency);
        let outcome = limited.gateway.open(&Invoice { due, ..good.clone() }).await;
        assert!(matches!(outcome, Outcome::Rejected(_)), "{minor} {outcome:?}");
    }
    assert_eq!(limited.server.calls().len(), 0);
    let due = Money::new(500, good.due.currency);
    assert!(matches!(limited.gateway.open(&Invoice { due, ..good }).await, Outcome::Done(_)));
    assert!(desk.gateway.profile().minimum.is_some_and(|least| least.minor == 1));
}

/// A message signed with the secret before passes until the operator's moment; ours always, and nobody else's ever.
async fn the_secret_before_passes_for_a_while<F: Fake>(setting: &str, previous: &str) {
    let until = Timestamp::from_second(1_795_474_467 + 3_600).expect("a moment");
    let desk = Desk::<F>::with(json!({ setting: { "secret": previous, "until": until } })).await;
    let (invoice, opened, _) = desk.open(0).await;
    let judge = |by: Signer, now: Timestamp| {
        desk.gateway.read(&F::message(&opened.reference, invoice.due, by), now).signal
    };
    for (by, now, passes) in [
        (Signer::Ours, desk.now(), true),
        (Signer::Ours, until, true),
        (Signer::Another, desk.now(), true),
        (Signer::Another, until, false),
        (Signer::Nobody, desk.now(), false),
    ] {
        assert_eq!(matches!(judge(by, now), Signal::Hint(_)), passes, "{setting}, {by:?} at {now}");
    }
    for unusable in
        [json!({ "secret": previous }), json!({ "secret": "short", "until": until }), json!(previous)]
    {
        let mut config = F::config();
        config[setting] = unusable;
        assert!(F::kind().connect(&Secret::new(config), &crate::setting(true)).is_err(), "{setting}");
    }
}

#[tokio::test]
async fn secrets_are_changed_without_losing_messages() {
    the_secret_before_passes_for_a_while::<OxaPay>("previous_merchant_api_key", "ANOTHER-MERCHANT-S-KEY")
        .await;
    the_secret_before_passes_for_a_while::<NowPayments>("previous_ipn_secret", "another-account-s-secret")
        .await;
    the_secret_before_passes_for_a_while::<BtcPay>(
        "previous_webhook_secret",
        "the-secret-of-another-webhook",
    )
    .await;
}
