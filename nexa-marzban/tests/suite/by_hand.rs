//! Users that somebody made in the panel by hand: seen as the panel means it, taken over with what they are, and left alone
//! when they are nobody's here.

use crate::{Fake, connect, is_rejected, run};
use jiff::{SignedDuration, Timestamp};
use nexa_core::{
    conformance::panel::fresh_grant,
    domain::{
        grant::{Grant, PanelId, SeenEnd},
        link::Format,
        measure::Traffic,
    },
    ports::outcome::Outcome,
};
use reqwest::Method;
use serde_json::json;

const USER: &str = "a59e4807-8100-45d7-83b6-f2248e3475f8";
const OTHER: &str = "0badc0de-0000-4000-8000-000000000000";

fn id() -> PanelId {
    USER.parse().unwrap()
}

#[test]
fn a_user_that_is_taken_over_keeps_its_name_note_and_protocols() {
    run(async {
        let fake = Fake::start().await;
        let end: Timestamp = "2030-01-02T03:04:05Z".parse().unwrap();
        let made = json!({
            "username": "Ali_2", "note": "pays in cash", "data_limit": 20_i64 << 30, "expire": end.as_second(),
            "data_limit_reset_strategy": "month", "next_plan": {"data_limit": 1, "expire": 1},
            "proxies": {"vless": {"id": USER}, "vmess": {"id": OTHER}},
            "inbounds": {"vless": ["VLESS WS"]},
        });
        fake.operate(Method::POST, "user", &made).await;
        assert!(fake.server.consume(id(), 5 << 30));
        let seen = fake.panel.find(id()).await.done().unwrap();
        assert_eq!((seen.limit, seen.counter, seen.enabled), (Traffic::gib(20), Traffic::gib(5), true));
        assert_eq!((seen.ends, seen.resets_every), (SeenEnd::At(end), Some(30)));
        assert_eq!(fake.panel.list().await.done().unwrap(), [seen], "one service, not one for each protocol");

        let counted = Traffic::gib(5);
        let ours = Grant { panel_id: id(), limit: Traffic::gib(9), ends_at: end, counted, ..fresh_grant() };
        let adopted = fake.panel.apply(&ours).await.done().unwrap();
        assert_eq!((adopted.counter, adopted.limit, adopted.resets_every), (counted, Traffic::gib(9), None));
        assert_eq!(fake.panel.holds(&ours).await, Outcome::Done(true));
        let [user] = fake.server.users().try_into().unwrap();
        assert_eq!((user.username.as_str(), user.note.as_deref()), ("Ali_2", Some("pays in cash")));
        assert!(user.connects(USER) && user.connects(OTHER), "links that people have go on");
        assert!(user.next_plan.is_null(), "it does not go on by itself");
        assert_eq!(user.excluded.len(), 1);
        let links = fake.panel.document(id(), Format::Uris).await.done().unwrap();
        assert!(links.contains(USER) && links.contains("vmess://"));

        assert_eq!(fake.panel.remove(id()).await, Outcome::Done(()));
        assert!(fake.server.users().is_empty());
        assert_eq!(fake.panel.remove(id()).await, Outcome::NotFound);
    });
}

#[test]
fn one_on_hold_begins_with_its_first_use() {
    run(async {
        let fake = Fake::start().await;
        let made = json!({
            "username": "held", "status": "on_hold", "on_hold_expire_duration": 86_400,
            "proxies": {"vmess": {"id": USER}},
        });
        fake.operate(Method::POST, "user", &made).await;
        let seen = fake.panel.find(id()).await.done().unwrap();
        assert_eq!(seen.ends, SeenEnd::AfterFirstUse(SignedDuration::from_hours(24)));
        let ours = Grant { panel_id: id(), ..fresh_grant() };
        assert!(
            matches!(fake.panel.apply(&ours).await, Outcome::Done(seen) if seen.ends != SeenEnd::AfterFirstUse(SignedDuration::from_hours(24)))
        );
        assert_eq!(fake.server.users()[0].status, "active");
    });
}

#[test]
fn who_is_nobodys_here_is_never_touched() {
    run(async {
        let fake = Fake::start().await;
        let made = json!({"username": "stranger", "proxies": {"vless": {"id": OTHER}, "shadowsocks": {}}});
        fake.operate(Method::POST, "user", &made).await;
        fake.operate(Method::POST, "user", &json!({"username": "odd", "proxies": {"shadowsocks": {}}})).await;
        let before = fake.server.users();
        let grant = fresh_grant();
        for step in [&grant, &Grant { enabled: false, ..grant.clone() }] {
            assert!(matches!(fake.panel.apply(step).await, Outcome::Done(_)));
        }
        assert_eq!(
            fake.panel.list().await.done().unwrap().len(),
            2,
            "without an identity there is nothing to tell"
        );
        assert_eq!(fake.panel.remove(grant.panel_id).await, Outcome::Done(()));
        assert_eq!(fake.panel.find(id()).await, Outcome::NotFound);
        assert_eq!(fake.panel.remove(id()).await, Outcome::NotFound);
        assert_eq!(fake.server.users(), before);
    });
}

#[test]
fn a_user_made_a_moment_ago_is_found_by_another_process() {
    // Time can be moved on where there is one thread only.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let fake = Fake::start().await;
        let worker = connect(&fake.server, json!({}));
        assert_eq!(worker.list().await, Outcome::Done(Vec::new()));
        let made = json!({"username": "ali", "data_limit": 1_i64 << 30, "proxies": {"vless": {"id": USER}}});
        fake.operate(Method::POST, "user", &made).await;
        assert!(fake.server.consume(id(), 7));
        // The customer brings it along here; the other process writes it, whose list is older.
        let seen = fake.panel.find(id()).await.done().unwrap();
        let ours = Grant { panel_id: id(), counted: seen.counter, ..fresh_grant() };
        a_minute_passes().await;
        assert!(matches!(worker.apply(&ours).await, Outcome::Done(_)));
        assert_eq!(fake.server.users().len(), 1, "not a second one with the same identity");
    });
}

async fn a_minute_passes() {
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(61)).await;
    tokio::time::resume();
}

#[test]
fn a_user_made_a_moment_ago_is_taken_off_by_another_process() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let fake = Fake::start().await;
        assert_eq!(fake.panel.list().await, Outcome::Done(Vec::new()));
        let made = json!({"username": "ali", "proxies": {"vless": {"id": USER}}});
        fake.operate(Method::POST, "user", &made).await;
        a_minute_passes().await;
        assert_eq!(fake.panel.remove(id()).await, Outcome::Done(()));
        assert!(!fake.server.connects(id()), "an old list is no reason to leave it connecting");
    });
}

#[test]
fn what_an_operator_did_to_a_user_of_ours_is_undone() {
    run(async {
        let fake = Fake::start().await;
        let grant = fresh_grant();
        let first = fake.panel.apply(&grant).await.done().unwrap();
        let user = fake.server.made(grant.panel_id).unwrap();
        assert_eq!((user.auto_delete, user.note), (Some(-1), Some(format!("nx:{}", grant.label))));
        let place = format!("user/{}", user.username);
        // Other credentials: the customer's link is dead, so the panel does not hold the grant.
        fake.operate(Method::POST, &format!("{place}/revoke_sub"), &json!({})).await;
        assert!(!fake.server.connects(grant.panel_id));
        assert_eq!(fake.panel.holds(&grant).await, Outcome::Done(false));
        assert!(fake.panel.list().await.done().unwrap().iter().all(|seen| seen.panel_id != grant.panel_id));
        for change in [
            json!({}),
            json!({"status": "disabled"}),
            json!({"expire": 1}),
            json!({"note": "x"}),
            json!({"data_limit": 0}),
            json!({"data_limit_reset_strategy": "day"}),
            json!({"next_plan": {"data_limit": 5}}),
            json!({"proxies": {"vmess": {"id": USER}}}),
        ] {
            fake.operate(Method::PUT, &place, &change).await;
            assert_eq!(fake.panel.apply(&grant).await, Outcome::Done(first.clone()), "{change}");
            assert!(fake.server.connects(grant.panel_id), "{change}");
        }
        assert_eq!(fake.server.creates_of(grant.panel_id), 1);
    });
}

#[test]
fn a_counter_that_an_operator_set_back_is_reported_as_it_is() {
    run(async {
        let fake = Fake::start().await;
        let grant = Grant { limit: Traffic::bytes(100), ..fresh_grant() };
        assert!(matches!(fake.panel.apply(&grant).await, Outcome::Done(_)));
        assert!(fake.server.consume(grant.panel_id, 100));
        let full = fake.panel.find(grant.panel_id).await.done().unwrap();
        assert_eq!((full.counter, full.enabled), (Traffic::bytes(100), true), "used up, not switched off");
        assert_eq!(fake.panel.holds(&grant).await, Outcome::Done(true));
        assert!(!fake.server.connects(grant.panel_id));
        let name = fake.server.made(grant.panel_id).unwrap().username;
        fake.operate(Method::POST, &format!("user/{name}/reset"), &json!({})).await;
        assert!(fake.server.consume(grant.panel_id, 20));
        assert_eq!(fake.panel.find(grant.panel_id).await.done().unwrap().counter, Traffic::bytes(20));
    });
}

#[test]
fn notes_tell_names_and_nothing_that_was_not_noted() {
    run(async {
        let fake = Fake::start().await;
        let made = json!({"username": "ali", "note": "0912 000 0000", "proxies": {"vless": {"id": USER}}});
        fake.operate(Method::POST, "user", &made).await;
        let [note] = fake.panel.notes().await.done().unwrap().try_into().ok().unwrap();
        assert!(note.panel_id == id() && note.name == "ali" && note.telegram.is_none());
    });
}

#[test]
fn a_user_of_another_admin_is_refused() {
    run(async {
        let fake = Fake::start().await;
        fake.server.set_foreign(true);
        assert!(is_rejected(&fake.panel.find(id()).await, "another admin"));
        assert!(is_rejected(&fake.panel.remove(id()).await, "another admin"));
    });
}
