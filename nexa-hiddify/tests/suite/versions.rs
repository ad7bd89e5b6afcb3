//! The panel suite, and what differs between versions.

use crate::{Fake, connect, run};
use nexa_core::{
    conformance::panel::fresh_grant,
    domain::{
        grant::{Grant, PanelId},
        link::Format,
    },
    ports::outcome::Outcome,
};
use nexa_hiddify::testing::{Fault, Release};

mod v10 {
    use nexa_hiddify::testing::Release;

    nexa_core::panel_suite!(crate::run, crate::Fake::start(Release::V10).await);
    nexa_panel_http::misbehaving_suite!(crate::run, crate::Fake::start(Release::V10).await);
}
mod v12 {
    use nexa_hiddify::testing::Release;

    nexa_core::panel_suite!(crate::run, crate::Fake::start(Release::V12).await);
    nexa_panel_http::misbehaving_suite!(crate::run, crate::Fake::start(Release::V12).await);
}
mod v13 {
    use nexa_hiddify::testing::Release;

    nexa_core::panel_suite!(crate::run, crate::Fake::start(Release::V13).await);
    nexa_panel_http::misbehaving_suite!(crate::run, crate::Fake::start(Release::V13).await);
}
mod v14 {
    use nexa_hiddify::testing::Release;

    nexa_core::panel_suite!(crate::run, crate::Fake::start(Release::V14).await);
    nexa_panel_http::misbehaving_suite!(crate::run, crate::Fake::start(Release::V14).await);
}

#[test]
fn a_panel_that_is_too_old_is_refused_and_never_written_to() {
    run(async {
        let fake = Fake::start(Release::V10Old).await;
        assert!(matches!(fake.panel.health().await, Outcome::Rejected(why) if why.contains("10.50")));
        assert!(matches!(fake.panel.apply(&fresh_grant()).await, Outcome::Rejected(_)));
        assert!(fake.server.users().is_empty());
    });
}

#[test]
fn only_12_3_is_warned_of() {
    run(async {
        for (release, warned) in
            [(Release::V10, false), (Release::V12, true), (Release::V13, false), (Release::V14, false)]
        {
            let health = Fake::start(release).await.panel.health().await.done().unwrap();
            assert_eq!(health.version, release.version());
            assert_eq!(health.warning.is_some(), warned, "{release:?}");
        }
    });
}

#[test]
fn an_identity_that_an_old_panel_replaces_is_refused_and_cleaned_away() {
    run(async {
        let fake = Fake::start(Release::V10).await;
        // Version 7: panels up to 12 put a random version 4 in its place.
        let panel_id: PanelId = "0193a3a0-0000-7000-8000-000000000001".parse().unwrap();
        let outcome = fake.panel.apply(&Grant { panel_id, ..fresh_grant() }).await;
        assert!(matches!(outcome, Outcome::Rejected(_)), "{outcome:?}");
        assert!(fake.server.users().is_empty(), "the replacement stays");
    });
}

#[test]
fn the_customers_path_is_found_by_super_admins_and_on_14_by_all() {
    run(async {
        for release in [Release::V10, Release::V12, Release::V13, Release::V14] {
            for super_admin in [true, false] {
                let fake = Fake::start(release).await;
                fake.server.set_super_admin(super_admin);
                let grant = fresh_grant();
                assert!(matches!(fake.panel.apply(&grant).await, Outcome::Done(_)));
                let document = fake.panel.document(grant.panel_id, Format::Uris).await;
                let expected = super_admin || release == Release::V14;
                assert_eq!(
                    matches!(document, Outcome::Done(_)),
                    expected,
                    "{release:?} {super_admin}: {document:?}"
                );
                assert_eq!(matches!(document, Outcome::Rejected(_)), !expected);
            }
        }
    });
}

#[test]
fn a_wrong_customers_path_is_not_taken_for_a_missing_user() {
    run(async {
        let fake = Fake::start(Release::V14).await;
        let grant = fresh_grant();
        assert!(matches!(fake.panel.apply(&grant).await, Outcome::Done(_)));
        let mut config = fake.server.config();
        config["client_proxy_path"] = "wrong".into();
        let panel = connect(config);
        assert!(matches!(panel.document(grant.panel_id, Format::Uris).await, Outcome::Rejected(_)));
        assert_eq!(panel.document(fresh_grant().panel_id, Format::Uris).await, Outcome::NotFound);
    });
}

#[test]
fn one_session_serves_all_calls() {
    run(async {
        let fake = Fake::start(Release::V14).await;
        for _ in 0..10 {
            assert!(matches!(fake.panel.apply(&fresh_grant()).await, Outcome::Done(_)));
        }
        assert!(fake.server.requests() >= 20);
        assert_eq!(fake.server.sessions(), 1);
    });
}

#[test]
fn the_last_user_of_a_burst_is_touched_once_on_old_panels() {
    run(async {
        for (release, touched) in [(Release::V10, true), (Release::V14, false)] {
            let fake = Fake::start(release).await;
            let (first, last) = (fresh_grant(), fresh_grant());
            assert!(matches!(fake.panel.apply(&first).await, Outcome::Done(_)));
            fake.server.fault(Fault::NeedsTouch);
            assert!(matches!(fake.panel.apply(&last).await, Outcome::Done(_)));
            assert!(!fake.user(&last).unwrap().connects());
            for _ in 0..4 {
                assert!(matches!(fake.panel.health().await, Outcome::Done(_)));
            }
            assert_eq!(fake.user(&last).unwrap().connects(), touched, "{release:?}");
            assert_eq!(fake.user(&last).unwrap().writes, if touched { 2 } else { 1 });
            assert_eq!(fake.user(&first).unwrap().writes, 1);
        }
    });
}

#[test]
fn writes_go_one_at_a_time() {
    run(async {
        let fake = Fake::start(Release::V13).await;
        let grants: Vec<Grant> = (0..20).map(|_| fresh_grant()).collect();
        let outcomes = futures::future::join_all(grants.iter().map(|grant| fake.panel.apply(grant))).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Done(_))));
        assert_eq!(fake.server.most_writes_at_once(), 1);
    });
}
