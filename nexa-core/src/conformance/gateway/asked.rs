//! The cases of gateways that are asked or scanned: every transfer, nothing else, and no outage taken for an answer.

use super::{Fixture, Outage, done, expected, keeps_to_itself, movement, opened};
use crate::{
    domain::{
        gateway::{Confirm, Matching, Refunds},
        money::Money,
        payment::{Finality, Movement, Observation},
        time::after,
    },
    ports::{
        gateway::{Expected, Invoice, Opened},
        outcome::Outcome,
    },
};
use jiff::SignedDuration;
use std::collections::HashSet;

/// Two payments for two transfers: the same one, where it can be paid twice.
async fn two(fixture: &dyn Fixture, n: u32) -> [(Invoice, Opened); 2] {
    let first = opened(fixture, n).await;
    let second = if fixture.is_paid_once() { opened(fixture, n + 10).await } else { first.clone() };
    [first, second]
}

/// What the core knows of them after looking.
async fn known(fixture: &dyn Fixture, payments: &[(Invoice, Opened)]) -> Vec<Movement> {
    let mut known: Vec<Movement> = Vec::new();
    for (invoice, opened) in payments {
        for fact in seen(fixture, invoice, opened).await {
            if known.iter().all(|m| m.id != fact.movement) {
                known.push(movement(&fact, invoice));
            }
        }
    }
    known
}

async fn seen(fixture: &dyn Fixture, invoice: &Invoice, opened: &Opened) -> Vec<Observation> {
    done(look(fixture, &[expected(invoice, opened)]).await)
}

/// All that there is for these references: of a gateway that is scanned, what its book says from the beginning.
async fn look(fixture: &dyn Fixture, wanted: &[Expected]) -> Outcome<Vec<Observation>> {
    let gateway = fixture.gateway();
    match gateway.profile().confirm {
        Confirm::Scan => gateway.scan(wanted, None, fixture.now()).await.map(|scan| scan.seen),
        _ => gateway.inspect(wanted, fixture.now()).await,
    }
}

/// Whether we find out by ourselves what was paid.
fn inspects(fixture: &dyn Fixture) -> bool {
    matches!(fixture.gateway().profile().confirm, Confirm::Inspect | Confirm::Scan)
}

/// A part of what is due, if parts can be told apart there.
fn part(fixture: &dyn Fixture, due: Money) -> Money {
    match fixture.gateway().profile().matching {
        Matching::UniqueAmount { .. } => due,
        _ => Money::new(due.minor / 2, due.currency),
    }
}

/// `inspect` reports every transfer to the references, each under the same movement id every time.
pub async fn inspects_every_transfer(fixture: &dyn Fixture) {
    if !inspects(fixture) {
        return;
    }
    let (invoice, first) = opened(fixture, 1).await;
    let (other, second) = opened(fixture, 2).await;
    let once = fixture.is_paid_once();
    let half = if once { invoice.due } else { part(fixture, invoice.due) };
    let mut sent =
        HashSet::from([fixture.make_paid(&first, half).await, fixture.make_paid(&second, other.due).await]);
    if !once {
        sent.insert(fixture.make_paid(&first, half).await);
    }
    assert_eq!(sent.len(), if once { 2 } else { 3 }, "each transfer has a name of its own");
    let both = [expected(&invoice, &first), expected(&other, &second)];
    for _ in 0..2 {
        let facts = done(look(fixture, &both).await);
        let names: HashSet<_> = facts.iter().map(|f| f.movement.clone()).collect();
        assert_eq!(names, sent);
        for fact in &facts {
            assert_eq!(fact.finality, Finality::Confirmed);
            let due = if fact.reference == first.reference { half } else { other.due };
            assert_eq!(fact.amount, due);
        }
    }
    if once {
        return;
    }
    sent.insert(fixture.make_paid(&second, part(fixture, other.due)).await);
    let later = done(look(fixture, &both).await);
    assert_eq!(later.iter().map(|f| f.movement.clone()).collect::<HashSet<_>>(), sent);
}

/// `inspect` reports nothing for a reference that has not been paid.
pub async fn inspects_nothing_unpaid(fixture: &dyn Fixture) {
    let (open, unpaid) = opened(fixture, 3).await;
    assert_eq!(seen(fixture, &open, &unpaid).await, []);
    if inspects(fixture) {
        let (invoice, paid) = opened(fixture, 4).await;
        fixture.make_paid(&paid, invoice.due).await;
        assert_eq!(seen(fixture, &open, &unpaid).await, [], "money of another reference");
    }
}

/// `scan` goes on from its cursor and misses nothing, also when it could not read in between; without a cursor it begins
/// at the oldest payment.
pub async fn scans_on_from_its_cursor(fixture: &dyn Fixture) {
    let gateway = fixture.gateway();
    let (invoice, first) = opened(fixture, 10).await;
    let (other, second) = opened(fixture, 11).await;
    let both = [expected(&invoice, &first), expected(&other, &second)];
    if gateway.profile().confirm != Confirm::Scan {
        let scan = gateway.scan(&both, None, fixture.now()).await;
        assert!(matches!(scan, Outcome::Rejected(_)), "not scanned, and says {scan:?}");
        return;
    }
    let mut sent = vec![fixture.make_paid(&first, invoice.due).await];
    let begun = done(gateway.scan(&both, None, fixture.now()).await);
    let names = |facts: &[Observation]| facts.iter().map(|f| f.movement.clone()).collect::<HashSet<_>>();
    assert_eq!(names(&begun.seen), HashSet::from_iter(sent.clone()));
    let mut cursor = begun.cursor;
    for n in 0..3 {
        let paid = fixture.make_paid(&second, part(fixture, other.due)).await;
        for outage in fixture.outages() {
            fixture.outage(outage).await;
            let scan = gateway.scan(&both, Some(&cursor), fixture.now()).await;
            assert!(
                matches!(scan, Outcome::Unreachable(_) | Outcome::Ambiguous(_)),
                "scan {n}, {outage:?}: {scan:?}"
            );
            keeps_to_itself(fixture, &format!("{scan:?}"));
            fixture.outage(Outage::None).await;
        }
        for _ in 0..2 {
            let news = done(gateway.scan(&both, Some(&cursor), fixture.now()).await);
            assert!(names(&news.seen).contains(&paid), "scan {n} missed what came after its cursor");
        }
        sent.push(paid);
        cursor = done(gateway.scan(&both, Some(&cursor), fixture.now()).await).cursor;
    }
    let all = done(gateway.scan(&both, None, fixture.now()).await);
    assert_eq!(names(&all.seen), HashSet::from_iter(sent), "from the beginning");
    assert!(all.seen.iter().all(|fact| fact.finality == Finality::Confirmed));
}

/// Money that is visible but not final is `Seen`, never `Confirmed`.
pub async fn inspects_money_on_its_way_as_seen(fixture: &dyn Fixture) {
    if !inspects(fixture) || fixture.is_final_at_once() {
        return;
    }
    let (invoice, opened) = opened(fixture, 5).await;
    let name = fixture.make_seen(&opened, invoice.due).await;
    let facts = seen(fixture, &invoice, &opened).await;
    let [fact] = facts.as_slice() else { panic!("one fact, got {facts:?}") };
    assert_eq!(
        (fact.movement.as_str(), fact.finality, fact.amount),
        (name.as_str(), Finality::Seen, invoice.due)
    );
}

/// `inspect` never reports an unreachable source as "no transfers", and neither does `recheck` as "gone".
pub async fn takes_no_outage_for_an_answer(fixture: &dyn Fixture) {
    if !inspects(fixture) {
        return;
    }
    let (invoice, opened) = opened(fixture, 6).await;
    fixture.make_paid(&opened, invoice.due).await;
    let facts = seen(fixture, &invoice, &opened).await;
    let known: Vec<_> = facts.iter().map(|f| movement(f, &invoice)).collect();
    for outage in fixture.outages() {
        fixture.outage(outage).await;
        let gateway = fixture.gateway();
        let seen = look(fixture, &[expected(&invoice, &opened)]).await;
        assert!(
            matches!(seen, Outcome::Unreachable(_) | Outcome::Ambiguous(_)),
            "look, {outage:?}: {seen:?}"
        );
        let still = gateway.recheck(&known, fixture.now()).await;
        assert!(
            matches!(still, Outcome::Unreachable(_) | Outcome::Ambiguous(_)),
            "recheck, {outage:?}: {still:?}"
        );
        for text in [format!("{seen:?}"), format!("{still:?}"), format!("{:?}", gateway.check().await)] {
            keeps_to_itself(fixture, &text);
        }
        fixture.outage(Outage::None).await;
        assert_eq!(self::seen(fixture, &invoice, &opened).await, facts, "after {outage:?}");
    }
}

/// `recheck` reports a transfer that stands as it stands, and one that is gone as `Dropped`.
pub async fn rechecks_what_is_gone(fixture: &dyn Fixture) {
    if !inspects(fixture) {
        return;
    }
    let payments = two(fixture, 7).await;
    let [(first, stay), (invoice, opened)] = &payments;
    let stays = fixture.make_paid(stay, first.due).await;
    let goes = fixture.make_seen(opened, invoice.due).await;
    let known = known(fixture, &payments).await;
    assert_eq!(known.len(), 2);
    fixture.drop_transfer(&goes).await;
    let facts = done(fixture.gateway().recheck(&known, fixture.now()).await);
    let finality = |name: &str| facts.iter().find(|f| f.movement == name).map(|f| f.finality);
    assert_eq!(finality(&goes), Some(Finality::Dropped));
    assert_eq!(finality(&stays), Some(Finality::Confirmed));
    let left = seen(fixture, invoice, opened).await;
    assert!(left.iter().all(|f| f.movement != goes || f.finality == Finality::Dropped));
}

/// `refund` sends a transfer back once, and refuses what it does not know; where the profile says `Never`, everything.
pub async fn refunds_as_it_says(fixture: &dyn Fixture) {
    let gateway = fixture.gateway();
    if !inspects(fixture) {
        assert_eq!(gateway.profile().refunds, Refunds::Never, "what is not asked is not refunded either");
        return;
    }
    let payments = two(fixture, 9).await;
    let [(invoice, go), (other, stay)] = &payments;
    let goes = fixture.make_paid(go, invoice.due).await;
    let stays = fixture.make_paid(stay, other.due).await;
    let known = known(fixture, &payments).await;
    let of = |id: &str| known.iter().find(|m| m.id == id).unwrap_or_else(|| panic!("{id} was seen"));
    if gateway.profile().refunds == Refunds::Never {
        let refused = gateway.refund(of(&goes)).await;
        assert!(matches!(refused, Outcome::Rejected(_)), "{refused:?}");
        return;
    }
    for _ in 0..2 {
        assert_eq!(gateway.refund(of(&goes)).await, Outcome::Done(()));
    }
    let unknown = gateway.refund(&Movement { id: "no-such-transfer".to_owned(), ..of(&goes).clone() }).await;
    assert!(matches!(unknown, Outcome::Rejected(_)), "{unknown:?}");
    keeps_to_itself(fixture, &format!("{unknown:?}"));
    let facts = done(gateway.recheck(&known, fixture.now()).await);
    let finality = |name: &str| facts.iter().find(|f| f.movement == name).map(|f| f.finality);
    assert_eq!((finality(&goes), finality(&stays)), (Some(Finality::Dropped), Some(Finality::Confirmed)));
    for outage in fixture.outages() {
        fixture.outage(outage).await;
        let outcome = gateway.refund(of(&stays)).await;
        assert!(
            matches!(outcome, Outcome::Unreachable(_) | Outcome::Ambiguous(_)),
            "{outage:?}: {outcome:?}"
        );
        keeps_to_itself(fixture, &format!("{outcome:?}"));
        fixture.outage(Outage::None).await;
    }
}

/// `statement` lists confirmed transfers under the names that `inspect` gives them, the first moment with and the last
/// one without, and never a part of them; or it is `Rejected`.
pub async fn lists_what_came_under_the_same_names(fixture: &dyn Fixture) {
    if !inspects(fixture) {
        return;
    }
    let gateway = fixture.gateway();
    let payments = two(fixture, 12).await;
    let mut sent = HashSet::new();
    for (invoice, opened) in &payments {
        let amount = if fixture.is_paid_once() { invoice.due } else { part(fixture, invoice.due) };
        sent.insert(fixture.make_paid(opened, amount).await);
    }
    let day = SignedDuration::from_hours(24);
    let (from, to) = (after(fixture.now(), -day), after(fixture.now(), day));
    let listed = match gateway.statement(from, to).await {
        Outcome::Rejected(_) => return assert!(!gateway.keeps_list(), "it said that it keeps one"),
        other => done(other),
    };
    assert!(gateway.keeps_list());
    let known = known(fixture, &payments).await;
    for fact in &listed {
        assert_eq!((fact.finality, fact.amount.currency), (Finality::Confirmed, gateway.profile().asset));
        let same = known.iter().find(|m| m.id == fact.movement && m.family == fact.family);
        assert_eq!(same.map(|m| m.amount), Some(fact.amount), "{}", fact.movement);
        let (at, next) = (fact.occurred_at, after(fact.occurred_at, SignedDuration::from_secs(1)));
        let names = |facts: Vec<Observation>| facts.into_iter().any(|f| f.movement == fact.movement);
        assert!(names(done(gateway.statement(at, next).await)), "its own moment");
        assert!(!names(done(gateway.statement(from, at).await)), "the moment before");
        assert!(!names(done(gateway.statement(next, to).await)), "the moment after");
    }
    assert_eq!(listed.iter().map(|f| f.movement.clone()).collect::<HashSet<_>>(), sent);
    for outage in fixture.outages() {
        fixture.outage(outage).await;
        let outcome = gateway.statement(from, to).await;
        assert!(
            matches!(outcome, Outcome::Unreachable(_) | Outcome::Ambiguous(_)),
            "{outage:?}: {outcome:?}"
        );
        keeps_to_itself(fixture, &format!("{outcome:?}"));
        fixture.outage(Outage::None).await;
    }
}
