//! Every way through a bank's page, the same for all gateways: who comes back, who does not, and who lies.

use super::{Redirect, asks};
use nexa_core::{
    conformance::gateway::{Fixture, done, invoice, movement, opened},
    domain::{
        money::Money,
        payment::{Finality, Observation, PayStep},
    },
    ports::{
        gateway::{Callback, Invoice, Opened, Signal},
        outcome::Outcome,
    },
};
use nexa_payments::testing::{
    ServerFault,
    rial::{Bank, Stage},
};

async fn looks<B: Bank>(at: &Redirect<B>, opened: &Opened, due: Money) -> Vec<Observation> {
    done(at.gateway.inspect(&asks(&opened.reference, due), at.now()).await)
}

fn stage<B: Bank>(at: &Redirect<B>, opened: &Opened) -> Stage {
    at.server.with(|bank| {
        let all = bank.desk().attempts().iter();
        all.filter(|attempt| attempt.name == opened.reference).map(|a| a.stage).next().expect("an attempt")
    })
}

fn pays<B: Bank>(at: &Redirect<B>, opened: &Opened) {
    assert!(at.server.with(|bank| bank.desk().pay(&opened.reference)));
}

fn is_paid(facts: &[Observation], opened: &Opened, due: Money) {
    let [fact] = facts else { panic!("one fact, got {facts:?}") };
    assert_eq!((fact.finality, fact.amount), (Finality::Confirmed, due));
    assert_eq!((fact.reference.as_str(), fact.movement.as_str()), (&*opened.reference, &*opened.reference));
}

/// F1, F2: what the browser says of the end of it makes no difference, the gateway is asked.
pub(crate) async fn whatever_the_browser_says_the_gateway_is_asked<B: Bank>(at: Redirect<B>) {
    for (n, well) in [(0, true), (1, false)] {
        let (invoice, opened) = opened(&at, n).await;
        let reading = at.gateway.read(&at.back(&opened.reference, well), at.now());
        assert_eq!(reading.signal, Signal::Hint(vec![opened.reference.clone()]));
        assert_eq!(looks(&at, &opened, invoice.due).await, [], "a browser alone pays nothing");
        pays(&at, &opened);
        assert_eq!(at.gateway.read(&at.back(&opened.reference, well), at.now()), reading);
        is_paid(&looks(&at, &opened, invoice.due).await, &opened, invoice.due);
        assert_eq!(stage(&at, &opened), Stage::Verified);
    }
}

/// F3: nobody comes back, and it is verified all the same. Who went away paid nothing.
pub(crate) async fn who_never_comes_back_has_paid_too<B: Bank>(at: Redirect<B>) {
    let (invoice, paid) = opened(&at, 0).await;
    let (_, left) = opened(&at, 1).await;
    pays(&at, &paid);
    at.server.with(|bank| bank.desk().cancel(&left.reference));
    at.server.with(|bank| bank.desk().pass(29));
    is_paid(&looks(&at, &paid, invoice.due).await, &paid, invoice.due);
    assert_eq!(looks(&at, &left, invoice.due).await, []);
    at.server.with(|bank| bank.desk().pass(60));
    assert_eq!(stage(&at, &paid), Stage::Verified, "verified in time, it stays");
}

/// What nobody verified in time went back to the card, and is not taken for paid.
pub(crate) async fn what_went_back_unverified_is_not_paid<B: Bank>(at: Redirect<B>) {
    let (invoice, opened) = opened(&at, 0).await;
    pays(&at, &opened);
    at.server.with(|bank| bank.desk().pass(31));
    assert_eq!(stage(&at, &opened), Stage::Reversed);
    let facts = looks(&at, &opened, invoice.due).await;
    assert!(facts.iter().all(|fact| fact.finality == Finality::Dropped), "{facts:?}");
}

/// F4, F9: the answer to the verification is lost; the next one says that it was verified before, and it is paid, once.
pub(crate) async fn a_lost_answer_is_made_up_for<B: Bank>(at: Redirect<B>) {
    let (invoice, opened) = opened(&at, 0).await;
    pays(&at, &opened);
    at.server.fail(Some(ServerFault::DoneThenHang));
    let lost = at.gateway.inspect(&asks(&opened.reference, invoice.due), at.now()).await;
    assert!(matches!(lost, Outcome::Ambiguous(_)), "{lost:?}");
    // The gateway verified it, and we do not know.
    at.server.fail(None);
    let first = looks(&at, &opened, invoice.due).await;
    is_paid(&first, &opened, invoice.due);
    assert_eq!(looks(&at, &opened, invoice.due).await, first);
}

/// F5, F6: who asks at the same time, or of a gateway that forgets, hears of the same transfer.
pub(crate) async fn however_often_it_is_verified_it_is_one_transfer<B: Bank>(at: Redirect<B>) {
    let (invoice, opened) = opened(&at, 0).await;
    pays(&at, &opened);
    let asked = asks(&opened.reference, invoice.due);
    let both = futures::join!(at.gateway.inspect(&asked, at.now()), at.gateway.inspect(&asked, at.now()));
    let (one, two) = (done(both.0), done(both.1));
    is_paid(&one, &opened, invoice.due);
    assert_eq!(one, two);
    at.server.with(|bank| bank.desk().forgets_what_it_verified());
    for _ in 0..3 {
        assert_eq!(looks(&at, &opened, invoice.due).await, one);
    }
}

/// F7, F8: another amount than ours is never taken, and a person is asked to look at it.
pub(crate) async fn another_amount_is_never_taken<B: Bank>(at: Redirect<B>) {
    let (invoice, opened) = opened(&at, 0).await;
    pays(&at, &opened);
    let dear = Money::new(invoice.due.minor * 10, invoice.due.currency);
    let cheap = Money::new(invoice.due.minor / 10, invoice.due.currency);
    for other in [dear, cheap, Money::new(invoice.due.minor + 10, invoice.due.currency)] {
        let facts = looks(&at, &opened, other).await;
        let [fact] = facts.as_slice() else { panic!("one fact, got {facts:?}") };
        assert_eq!((fact.reference.as_str(), fact.finality), ("", Finality::Seen), "it names no payment");
        assert_eq!(stage(&at, &opened), Stage::Paid, "and is not verified");
    }
    at.server.with(|bank| bank.desk().mistakes(&opened.reference, 1_000_000));
    let facts = looks(&at, &opened, invoice.due).await;
    assert!(facts.iter().all(|fact| fact.finality < Finality::Confirmed && fact.reference.is_empty()));
    assert_eq!(stage(&at, &opened), Stage::Paid);
}

/// What was given back after it was verified is gone.
pub(crate) async fn what_is_given_back_is_gone<B: Bank>(at: Redirect<B>) {
    let (invoice, opened) = opened(&at, 0).await;
    pays(&at, &opened);
    let facts = looks(&at, &opened, invoice.due).await;
    let known = [movement(&facts[0], &invoice)];
    assert_eq!(done(at.gateway.recheck(&known, at.now()).await), facts);
    at.server.with(|bank| bank.desk().reverse(&opened.reference));
    let again = done(at.gateway.recheck(&known, at.now()).await);
    assert_eq!((again.len(), again[0].finality), (1, Finality::Dropped));
    assert!(looks(&at, &opened, invoice.due).await.iter().all(|fact| fact.finality == Finality::Dropped));
    let mut others = known.clone();
    "another".clone_into(&mut others[0].family);
    assert_eq!(done(at.gateway.recheck(&others, at.now()).await), [], "not ours to ask about");
}

/// A payment has one page at a time, however many ask for it.
pub(crate) async fn a_payment_has_one_page<B: Bank>(at: Redirect<B>) {
    let invoice = invoice(&at, 0);
    let (one, two) = futures::join!(at.gateway.open(&invoice), at.gateway.open(&invoice));
    assert_eq!(done(one), done(two));
    assert_eq!(at.server.requests().len(), 1);
    let dearer = Invoice { due: Money::new(invoice.due.minor + 10, invoice.due.currency), ..invoice.clone() };
    let other = done(at.gateway.open(&dearer).await);
    assert_ne!(other.reference, done(at.gateway.open(&invoice).await).reference);
    // Nobody was sent to the page whose name was lost.
    at.server.fail(Some(ServerFault::DoneThenHang));
    let lost = Invoice { payment_id: uuid::Uuid::from_u128(77).into(), ..invoice };
    assert!(matches!(at.gateway.open(&lost).await, Outcome::Ambiguous(_)));
    at.server.fail(None);
    let opened = done(at.gateway.open(&lost).await);
    let PayStep::Redirect { url } = &opened.step else { panic!("a page") };
    assert!(url.starts_with(&at.server.base_url()) && url.ends_with(&opened.reference), "{url}");
}

/// No amount is ever counted ten times, nor by a tenth.
pub(crate) async fn the_gateway_is_asked_for_the_same_amount<B: Bank>(at: Redirect<B>) {
    let unit = at.server.with(|bank| bank.rial());
    let good = invoice(&at, 0);
    let mut amount = 10_007_i64;
    for n in 0..40_u32 {
        amount = (amount * 31 + 7) % 499_990_000 + 10_000;
        let due = Money::new(amount, good.due.currency);
        let id = uuid::Uuid::from_u128(900 + u128::from(n));
        let invoice = Invoice { due, payment_id: id.into(), ..good.clone() };
        let before = at.server.requests().len();
        match at.gateway.open(&invoice).await {
            Outcome::Done(opened) => {
                let asked = at.server.with(|bank| {
                    let all = bank.desk().attempts().iter();
                    all.filter(|attempt| attempt.name == opened.reference).map(|a| a.amount).sum::<i64>()
                });
                assert_eq!(asked * unit, amount);
                pays(&at, &opened);
                is_paid(&looks(&at, &opened, due).await, &opened, due);
            }
            Outcome::Rejected(_) => {
                assert!(unit == 10 && amount % 10 != 0, "{amount}");
                assert_eq!(at.server.requests().len(), before, "nobody was asked");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// What no browser of such a gateway brings is not listened to.
pub(crate) async fn nonsense_is_forged<B: Bank>(at: Redirect<B>) {
    let (_, opened) = opened(&at, 0).await;
    let (gateway, good) = (&at.gateway, at.back(&opened.reference, true));
    let judge = |callback: &Callback| gateway.read(callback, at.now()).signal;
    assert!(matches!(judge(&good), Signal::Hint(_)));
    let posted = good.method == "POST";
    let with = |text: String| {
        let text = text.into_bytes();
        if posted {
            Callback { body: text, ..good.clone() }
        } else {
            Callback { query: String::from_utf8_lossy(&text).into_owned(), ..good.clone() }
        }
    };
    let text = if posted { String::from_utf8_lossy(&good.body).into_owned() } else { good.query.clone() };
    let name = opened.reference.as_str();
    for bad in [
        String::new(),
        text.replace(name, ""),
        text.replace(name, &"9".repeat(65)),
        text.replace(name, "..%2F..%2Fetc"),
        text.replace(name, "%D9%A1%D9%A2"),
        text.replace(name, "1%00"),
        format!("{text}&{text}"),
        format!("{text}&{}", "a".repeat(9_000)),
    ] {
        assert_eq!(judge(&with(bad.clone())), Signal::Forged, "{bad}");
    }
    for method in ["PUT", "HEAD", "", if posted { "GET" } else { "POST" }] {
        assert_eq!(judge(&Callback { method: method.into(), ..good.clone() }), Signal::Forged, "{method}");
    }
}

/// The operator is told whether it works, with a page that nobody is sent to.
pub(crate) async fn the_operator_is_told_whether_it_works<B: Bank>(at: Redirect<B>) {
    let lines = done(at.gateway.check().await).lines;
    assert!(lines[0].contains("page"), "{lines:?}");
    for fault in [ServerFault::Empty, ServerFault::Garbage, ServerFault::Truncated] {
        at.server.fail(Some(fault));
        assert!(matches!(at.gateway.check().await, Outcome::Ambiguous(_)), "{fault:?}");
        assert!(matches!(at.gateway.open(&invoice(&at, 5)).await, Outcome::Ambiguous(_)), "{fault:?}");
    }
}

/// Each way as a test of its own.
macro_rules! every_way {
    ($fixture:expr) => {
        crate::rial::flows::every_way!(@each $fixture;
            whatever_the_browser_says_the_gateway_is_asked, who_never_comes_back_has_paid_too,
            what_went_back_unverified_is_not_paid, a_lost_answer_is_made_up_for,
            however_often_it_is_verified_it_is_one_transfer, another_amount_is_never_taken,
            what_is_given_back_is_gone, a_payment_has_one_page, the_gateway_is_asked_for_the_same_amount,
            nonsense_is_forged, the_operator_is_told_whether_it_works);
    };
    (@each $fixture:expr; $($way:ident),+) => {$(
        #[tokio::test]
        async fn $way() {
            crate::rial::flows::$way($fixture).await;
        }
    )+};
}
pub(crate) use every_way;
