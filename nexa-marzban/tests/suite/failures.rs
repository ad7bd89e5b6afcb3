//! Whatever goes wrong on the way, the same words again end in exactly what was wanted.

use crate::{Fake, connect, is_rejected, run};
use nexa_core::{
    conformance::panel::fresh_grant,
    domain::{
        grant::{Grant, PanelId},
        link::Format,
        measure::Traffic,
        time::{after, days},
    },
    ports::outcome::Outcome,
};
use nexa_marzban::testing::{FakeUser, Fault};
use nexa_panel_http::testing::misbehaving::persist;
use serde_json::json;
use std::time::Duration;

async fn late(fault: Fault) {
    tokio::time::sleep(Duration::from_millis(if fault == Fault::Late { 700 } else { 0 })).await;
}

#[test]
fn a_failed_create_ends_in_exactly_one_right_user() {
    run(async {
        for fault in Fault::PASSING {
            for enabled in [true, false] {
                let fake = Fake::start().await;
                let grant = Grant { enabled, ..fresh_grant() };
                fake.server.fault(*fault);
                persist(&*fake.panel, &grant).await;
                late(*fault).await;
                // What came late may have landed over it: once more, as the reconciler does.
                persist(&*fake.panel, &grant).await;
                assert_eq!(fake.panel.holds(&grant).await, Outcome::Done(true), "{fault:?}");
                assert_eq!(fake.server.creates_of(grant.panel_id), 1, "{fault:?}");
                assert_eq!(fake.server.users().len(), 1, "{fault:?}");
                assert_eq!(fake.server.connects(grant.panel_id), enabled, "{fault:?}");
            }
        }
    });
}

#[test]
fn a_failed_change_ends_in_the_change_and_keeps_the_counter() {
    run(async {
        for fault in Fault::PASSING {
            let fake = Fake::start().await;
            let grant = fresh_grant();
            persist(&*fake.panel, &grant).await;
            assert!(fake.server.consume(grant.panel_id, 12_345));
            let renewal = Grant { ends_at: after(grant.ends_at, days(30)), limit: Traffic::gib(30), ..grant };
            fake.server.fault(*fault);
            persist(&*fake.panel, &renewal).await;
            assert_eq!(fake.panel.holds(&renewal).await, Outcome::Done(true), "{fault:?}");
            let counter = fake.panel.find(renewal.panel_id).await.done().unwrap().counter;
            assert_eq!(counter, Traffic::bytes(12_345), "{fault:?}");
        }
    });
}

#[test]
fn what_was_made_for_a_grant_that_is_refused_is_taken_away() {
    run(async {
        let fake = Fake::start().await;
        // It is made switched on, and the change that switches it off is refused.
        let grant = Grant { enabled: false, ..fresh_grant() };
        fake.server.fault(Fault::Refused);
        assert!(matches!(fake.panel.apply(&grant).await, Outcome::Rejected(_)));
        assert_eq!(fake.server.users(), Vec::<FakeUser>::new());
        // And when even that fails, it is not called a refusal.
        let grant = Grant { enabled: false, ..fresh_grant() };
        fake.server.fault(Fault::Refused);
        fake.server.fault(Fault::Kept);
        assert!(matches!(fake.panel.apply(&grant).await, Outcome::Ambiguous(_)));
        assert!(matches!(fake.panel.apply(&grant).await, Outcome::Done(_)));
        assert_eq!((fake.server.users().len(), fake.server.connects(grant.panel_id)), (1, false));
    });
}

#[test]
fn a_panel_that_says_yes_and_changes_nothing_is_not_believed() {
    run(async {
        let fake = Fake::start().await;
        let grant = fresh_grant();
        persist(&*fake.panel, &grant).await;
        let other = Grant { limit: Traffic::gib(3), ..grant };
        fake.server.fault(Fault::Stale);
        // Read back, it shows the change after all.
        assert!(matches!(fake.panel.apply(&other).await, Outcome::Done(seen) if seen.limit == other.limit));
    });
}

#[test]
fn a_lost_removal_is_verified_or_repeated() {
    run(async {
        for fault in Fault::PASSING {
            let fake = Fake::start().await;
            let grant = fresh_grant();
            persist(&*fake.panel, &grant).await;
            fake.server.fault(*fault);
            let mut outcome = fake.panel.remove(grant.panel_id).await;
            while matches!(outcome, Outcome::Ambiguous(_)) {
                outcome = fake.panel.remove(grant.panel_id).await;
            }
            assert!(matches!(outcome, Outcome::Done(()) | Outcome::NotFound), "{fault:?}: {outcome:?}");
            assert!(fake.server.users().is_empty(), "{fault:?}");
        }
    });
}

#[test]
fn a_void_token_is_replaced_once_and_nobody_notices() {
    run(async {
        let fake = Fake::start().await;
        let grant = fresh_grant();
        assert_eq!(persist(&*fake.panel, &grant).await, 1);
        assert_eq!(fake.server.sign_ins(), 1);
        fake.server.fault(Fault::TokensVoid);
        assert_eq!(persist(&*fake.panel, &Grant { limit: Traffic::gib(3), ..grant.clone() }).await, 1);
        assert_eq!(fake.server.sign_ins(), 2);
        fake.server.fault(Fault::TokensVoid);
        fake.server.fault(Fault::TokensVoid);
        assert!(
            matches!(fake.panel.find(grant.panel_id).await, Outcome::Rejected(_)),
            "a token is asked for once a call"
        );
    });
}

#[test]
fn a_wrong_password_is_typed_at_the_panel_once_a_minute() {
    run(async {
        let fake = Fake::start().await;
        let wrong = connect(&fake.server, json!({"password": "another"}));
        for _ in 0..20 {
            assert!(is_rejected(&wrong.health().await, "password"));
            assert!(is_rejected(&wrong.apply(&fresh_grant()).await, "password"));
        }
        assert_eq!(fake.server.sign_ins(), 1, "the panel tells its operator of each");
        assert!(fake.server.users().is_empty());
    });
}

#[test]
fn calls_at_the_same_time_share_a_sign_in_and_write_one_after_the_other() {
    run(async {
        let fake = Fake::start().await;
        let grants: Vec<Grant> = (0..20).map(|_| fresh_grant()).collect();
        let outcomes = futures::future::join_all(grants.iter().map(|grant| fake.panel.apply(grant))).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Done(_))));
        assert_eq!((fake.server.sign_ins(), fake.server.most_writes_at_once()), (1, 1));
        assert_eq!(fake.server.lists(), 1, "the list is not read for every sale");
    });
}

#[test]
fn many_who_ask_for_identities_at_once_cost_one_list() {
    run(async {
        let fake = Fake::start().await;
        let unknown: Vec<PanelId> = (0..20).map(|_| fresh_grant().panel_id).collect();
        let found = futures::future::join_all(unknown.iter().map(|id| fake.panel.find(*id))).await;
        assert!(found.iter().all(|outcome| *outcome == Outcome::NotFound), "{found:?}");
        assert_eq!(fake.server.lists(), 1);
    });
}

#[test]
fn a_page_instead_of_an_answer_is_never_an_absence_or_an_empty_list() {
    run(async {
        let fake = Fake::start().await;
        let grant = fresh_grant();
        persist(&*fake.panel, &grant).await;
        fake.server.fault(Fault::Html);
        assert!(!matches!(fake.panel.find(grant.panel_id).await, Outcome::Done(_) | Outcome::NotFound));
        fake.server.fault(Fault::Html);
        assert!(matches!(fake.panel.list().await, Outcome::Ambiguous(_)));
        fake.server.fault(Fault::Html);
        assert!(!matches!(fake.panel.document(grant.panel_id, Format::Uris).await, Outcome::Done(_)));
        assert_eq!(fake.panel.list().await.done().unwrap().len(), 1);
    });
}

#[test]
fn a_list_of_many_pages_misses_nobody_while_users_come_and_go() {
    run(async {
        let fake = Fake::start().await;
        fake.server.fill(1203);
        let listed = fake.panel.list().await.done().unwrap();
        let mut ids: Vec<PanelId> = listed.iter().map(|seen| seen.panel_id).collect();
        ids.dedup();
        assert_eq!(ids.len(), 1203);
        // Somebody of the first page goes before the second is asked for: the list is begun anew.
        let before = fake.server.lists();
        for _ in 0..2 {
            fake.server.fault(Fault::Moved);
        }
        assert_eq!(fake.panel.list().await.done().unwrap().len(), 1201);
        assert!(fake.server.lists() - before > 3);
    });
}
