//! Every failure that real panels were seen to have, in every version.

use crate::{Fake, connect, run};
use nexa_core::{
    conformance::panel::fresh_grant,
    domain::{
        grant::Grant,
        measure::Traffic,
        time::{after, days},
    },
    ports::outcome::Outcome,
};
use nexa_hiddify::testing::{Fault, Release};
use nexa_panel_http::testing::misbehaving::persist;
use std::time::Duration;

const RELEASES: [Release; 4] = [Release::V10, Release::V12, Release::V13, Release::V14];

#[test]
fn a_failed_create_ends_in_exactly_one_right_user() {
    run(async {
        for release in RELEASES {
            for fault in [
                Fault::CreatedThen502,
                Fault::Only502,
                Fault::HalfMade,
                Fault::DatabaseDown,
                Fault::Duplicate,
                Fault::Truncated,
                Fault::Late,
            ] {
                let fake = Fake::start(release).await;
                let grant = fresh_grant();
                fake.server.fault(fault);
                persist(&*fake.panel, &grant).await;
                assert_eq!(fake.panel.holds(&grant).await, Outcome::Done(true), "{release:?} {fault:?}");
                tokio::time::sleep(Duration::from_millis(if fault == Fault::Late { 700 } else { 0 })).await;
                assert_eq!(
                    fake.panel.holds(&grant).await,
                    Outcome::Done(true),
                    "{release:?} {fault:?}, later"
                );
                assert_eq!(fake.server.creates_of(&grant.panel_id.expose()), 1, "{release:?} {fault:?}");
                assert_eq!(fake.server.users().len(), 1, "{release:?} {fault:?}");
            }
        }
    });
}

#[test]
fn a_failed_change_ends_in_the_change_and_keeps_the_counter() {
    run(async {
        for release in RELEASES {
            for fault in
                [Fault::ChangedThen500, Fault::Only502, Fault::DatabaseDown, Fault::Truncated, Fault::Late]
            {
                let fake = Fake::start(release).await;
                let grant = fresh_grant();
                persist(&*fake.panel, &grant).await;
                assert!(fake.server.consume(&grant.panel_id.expose(), 12_345));
                let renewal =
                    Grant { ends_at: after(grant.ends_at, days(30)), limit: Traffic::gib(30), ..grant };
                fake.server.fault(fault);
                persist(&*fake.panel, &renewal).await;
                assert_eq!(fake.panel.holds(&renewal).await, Outcome::Done(true), "{release:?} {fault:?}");
                let counter = fake.panel.find(renewal.panel_id).await.done().unwrap().counter;
                assert_eq!(counter, Traffic::bytes(12_345), "{release:?} {fault:?}");
            }
        }
    });
}

#[test]
fn a_half_made_user_of_a_refused_create_is_taken_away() {
    run(async {
        for release in RELEASES {
            let fake = Fake::start(release).await;
            let grant = fresh_grant();
            fake.server.fault(Fault::HalfMadeRefused);
            assert!(matches!(fake.panel.apply(&grant).await, Outcome::Rejected(_)));
            assert_eq!(fake.server.users(), Vec::new(), "{release:?}: 1000 GiB for nothing");
            // And when even that fails, it is not called a refusal.
            fake.server.fault(Fault::HalfMadeRefused);
            fake.server.fault(Fault::Only502);
            let grant = fresh_grant();
            assert!(matches!(fake.panel.apply(&grant).await, Outcome::Ambiguous(_)), "{release:?}");
        }
    });
}

#[test]
fn a_lost_removal_is_verified_or_repeated() {
    run(async {
        for fault in [Fault::Only502, Fault::Truncated, Fault::Late, Fault::DatabaseDown] {
            let fake = Fake::start(Release::V10).await;
            let grant = fresh_grant();
            persist(&*fake.panel, &grant).await;
            fake.server.fault(fault);
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
fn a_quota_is_a_refusal_that_leaves_nothing() {
    run(async {
        let fake = Fake::start(Release::V14).await;
        fake.server.fault(Fault::Quota);
        assert!(
            matches!(fake.panel.apply(&fresh_grant()).await, Outcome::Rejected(why) if why.contains("limit"))
        );
        assert!(fake.server.users().is_empty());
    });
}

#[test]
fn a_list_that_cannot_be_given_is_not_an_empty_list() {
    run(async {
        let fake = Fake::start(Release::V12).await;
        assert_eq!(fake.panel.list().await, Outcome::Done(Vec::new()), "404 means empty");
        persist(&*fake.panel, &fresh_grant()).await;
        for fault in [Fault::BadDate, Fault::Html] {
            fake.server.fault(fault);
            assert!(matches!(fake.panel.list().await, Outcome::Ambiguous(_)), "{fault:?}");
        }
        assert_eq!(fake.panel.list().await.done().unwrap().len(), 1);
    });
}

#[test]
fn a_page_instead_of_an_answer_is_never_an_absence() {
    run(async {
        let fake = Fake::start(Release::V14).await;
        let grant = fresh_grant();
        persist(&*fake.panel, &grant).await;
        fake.server.fault(Fault::Html);
        assert!(!matches!(fake.panel.find(grant.panel_id).await, Outcome::Done(_) | Outcome::NotFound));
    });
}

#[test]
fn a_counter_that_went_down_is_reported_as_it_is() {
    run(async {
        let fake = Fake::start(Release::V14).await;
        let grant = fresh_grant();
        persist(&*fake.panel, &grant).await;
        assert!(fake.server.consume(&grant.panel_id.expose(), 500));
        fake.server.reset_usage(&grant.panel_id.expose());
        assert!(fake.server.consume(&grant.panel_id.expose(), 20));
        assert_eq!(fake.panel.find(grant.panel_id).await.done().unwrap().counter, Traffic::bytes(20));
    });
}

#[test]
fn a_wrong_path_and_a_wrong_key_are_told_apart_from_a_panel_that_is_away() {
    run(async {
        for release in RELEASES {
            let fake = Fake::start(release).await;
            let link = fake.server.admin_link();
            let wrong_path = link.replace(nexa_hiddify::testing::ADMIN_PATH, "other");
            let wrong_key =
                link.replace(nexa_hiddify::testing::ADMIN_KEY, "5f1e9a3c-8a54-4c0b-9a55-0c5a0a3d7e11");
            for (link, word) in [(wrong_path, "path"), (wrong_key, "key")] {
                let panel = connect(serde_json::json!({"admin_link": link, "allow_private": true}));
                assert!(
                    matches!(panel.health().await, Outcome::Rejected(why) if why.contains(word)),
                    "{release:?}"
                );
                assert!(matches!(panel.apply(&fresh_grant()).await, Outcome::Rejected(_)), "{release:?}");
                assert!(!matches!(panel.list().await, Outcome::Done(_)), "{release:?}");
                assert!(
                    !matches!(panel.find(fresh_grant().panel_id).await, Outcome::NotFound),
                    "{release:?}"
                );
            }
            assert!(fake.server.users().is_empty());
        }
    });
}
