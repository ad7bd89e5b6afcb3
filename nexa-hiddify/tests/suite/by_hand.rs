//! Users that somebody made in the panel by hand, as the core sees them, and after they became ours.

use crate::{Fake, run};
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    conformance::panel::fresh_grant,
    domain::{
        grant::{Grant, PanelId, SeenEnd},
        measure::Traffic,
    },
};
use nexa_hiddify::testing::{ADMIN_KEY, Release};
use serde_json::{Value, json};

const USER: &str = "a59e4807-8100-45d7-83b6-f2248e3475f8";

/// What an operator does by a form of the panel.
async fn writes(fake: &Fake, method: reqwest::Method, place: &str, body: &Value) {
    let link = fake.server.admin_link();
    let root = link.strip_suffix(&format!("{ADMIN_KEY}/")).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http.request(method, format!("{root}api/v2/admin/user/{place}"));
    let request = request.header("Hiddify-API-Key", ADMIN_KEY).header("content-type", "application/json");
    let answer = request.body(body.to_string()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[test]
fn what_was_made_by_hand_is_seen_as_the_panel_means_it_and_keeps_its_counter() {
    run(async {
        for release in [Release::V10, Release::V12, Release::V13, Release::V14] {
            let fake = Fake::start(release).await;
            let id: PanelId = USER.parse().unwrap();
            let made = json!({
                "uuid": USER, "name": "Ali", "usage_limit_GB": 20, "package_days": 30, "mode": "monthly",
                "current_usage_GB": 5,
            });
            writes(&fake, reqwest::Method::POST, "", &made).await;
            let seen = fake.panel.find(id).await.done().unwrap();
            assert_eq!((seen.limit, seen.counter, seen.enabled), (Traffic::gib(20), Traffic::gib(5), true));
            assert_eq!(seen.ends, SeenEnd::AfterFirstUse(SignedDuration::from_hours(720)), "{release:?}");
            assert_eq!(seen.resets_every, Some(30));
            let begun = json!({ "start_date": "2026-11-01", "package_days": 30, "mode": "no_reset" });
            writes(&fake, reqwest::Method::PATCH, &format!("{USER}/"), &begun).await;
            let seen = fake.panel.find(id).await.done().unwrap();
            let end: Timestamp = "2026-12-02T12:00:00Z".parse().unwrap();
            assert_eq!((seen.ends, seen.resets_every), (SeenEnd::At(end), None), "{release:?}");
            let ours = Grant { panel_id: id, limit: Traffic::gib(20), ends_at: end, ..fresh_grant() };
            let adopted = fake.panel.apply(&ours).await.done().unwrap();
            assert_eq!((adopted.counter, adopted.limit), (Traffic::gib(5), Traffic::gib(20)));
            assert_eq!(fake.server.creates_of(USER), 1, "it was there");
        }
    });
}
