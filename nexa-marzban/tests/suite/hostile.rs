//! Something else than a panel at the panel's address, or a panel in the hands of somebody else.

use crate::{connect, run};
use nexa_core::{
    conformance::panel::fresh_grant,
    domain::grant::Grant,
    ports::{
        outcome::Outcome,
        panel::{Panel, PanelKind},
    },
};
use nexa_marzban::{
    MarzbanKind,
    testing::{FakeMarzban, PASSWORD, Release, USERNAME},
};
use nexa_panel_http::testing::Listening;
use poem::{Request, Response, http::StatusCode};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

fn json_of(body: &Value) -> Response {
    Response::builder().content_type("application/json").body(body.to_string())
}

/// A server that lets everybody in, is a 0.8.4, and answers the rest as it likes.
async fn server(rest: impl Fn(&str) -> Response + Send + Sync + 'static) -> (Listening, Arc<dyn Panel>) {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let rest = Arc::new(rest);
    let listening = Listening::start(move |request: Request| {
        let (rest, path) = (Arc::clone(&rest), request.uri().path().to_owned());
        async move {
            match path.as_str() {
                "/api/admin/token" => json_of(&json!({"access_token": "t0ken", "token_type": "bearer"})),
                "/api/system" => json_of(&json!({"version": "0.8.4"})),
                "/api/inbounds" => json_of(&json!({"vless": [{"tag": "a"}]})),
                other => rest(other),
            }
        }
    });
    let listening = listening.await.unwrap();
    let config = json!({
        "base_url": format!("http://127.0.0.1:{}", listening.port()), "username": USERNAME,
        "password": PASSWORD, "allow_private": true, "deadline_seconds": 6,
    });
    let panel = MarzbanKind.connect(&config.into()).unwrap();
    (listening, panel)
}

#[test]
fn a_redirect_takes_no_token_along() {
    run(async {
        let asked = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&asked);
        let other = Listening::start(move |_| {
            counting.fetch_add(1, Ordering::SeqCst);
            async { json_of(&json!({})) }
        });
        let other = other.await.unwrap();
        let place = format!("http://127.0.0.1:{}/", other.port());
        let (_server, panel) = server(move |_| {
            let answer = Response::builder().status(StatusCode::TEMPORARY_REDIRECT);
            answer.header("location", &place).finish()
        })
        .await;
        let grant = fresh_grant();
        assert!(matches!(panel.apply(&grant).await, Outcome::Rejected(_)));
        assert!(matches!(panel.list().await, Outcome::Rejected(_)));
        assert!(!matches!(panel.remove(grant.panel_id).await, Outcome::Done(()) | Outcome::NotFound));
        assert_eq!(asked.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn answers_that_are_no_answers_are_neither_yes_nor_no() {
    run(async {
        let answers: [fn() -> Response; 6] = [
            || Response::builder().content_type("application/json").body("x".repeat(20 << 20)),
            || json_of(&json!({"username": "somebody_else", "status": "active", "proxies": {}})),
            || json_of(&json!({"users": 7})),
            || json_of(&json!([])),
            || Response::builder().content_type("application/json").body("[".repeat(100_000)),
            || Response::builder().content_type("application/json").body(""),
        ];
        for (number, answer) in (1..).zip(answers) {
            let (_server, panel) = server(move |_| answer()).await;
            let grant = fresh_grant();
            let unsure = |outcome: &str| outcome.starts_with("Ambiguous");
            assert!(unsure(&format!("{:?}", panel.apply(&grant).await)), "{number}");
            assert!(unsure(&format!("{:?}", panel.find(grant.panel_id).await)), "{number}");
            assert!(unsure(&format!("{:?}", panel.holds(&grant).await)), "{number}");
            assert!(unsure(&format!("{:?}", panel.remove(grant.panel_id).await)), "{number}");
            assert!(unsure(&format!("{:?}", panel.list().await)), "{number}");
        }
    });
}

#[test]
fn a_list_without_an_end_is_given_up() {
    run(async {
        let page = || {
            let user = |number| json!({"username": format!("u{number}"), "status": "active", "proxies": {}});
            json_of(&json!({"users": (0..500).map(user).collect::<Value>(), "total": 1}))
        };
        let (_server, panel) = server(move |_| page()).await;
        assert!(matches!(panel.list().await, Outcome::Ambiguous(_)));
    });
}

#[test]
fn names_that_lead_elsewhere_stay_names() {
    run(async {
        let id = "a59e4807-8100-45d7-83b6-f2248e3475f8";
        let seen = Arc::new(std::sync::Mutex::new(Vec::<String>::new()));
        let noting = Arc::clone(&seen);
        let (_server, panel) = server(move |path| {
            noting.lock().unwrap().push(path.to_owned());
            if path == "/api/users" {
                let user = json!({
                    "username": "../core/restart?x=1#", "status": "active", "proxies": {"vless": {"id": id}},
                });
                return json_of(&json!({"users": [user], "total": 1}));
            }
            let answer = Response::builder().status(StatusCode::NOT_FOUND).content_type("application/json");
            answer.body(r#"{"detail":"User not found"}"#)
        })
        .await;
        let grant = Grant { panel_id: id.parse().unwrap(), ..fresh_grant() };
        let _whatever = panel.apply(&grant).await;
        let _whatever = panel.remove(grant.panel_id).await;
        let paths = seen.lock().unwrap().clone();
        let elsewhere = |path: &&String| !path.starts_with("/api/user/") && *path != "/api/users";
        assert_eq!(paths.iter().find(elsewhere), None);
        assert!(paths.iter().any(|path| path.contains("%2F")), "{paths:?}");
    });
}

#[test]
fn nothing_that_a_panel_says_gets_into_a_text() {
    run(async {
        for status in [400, 403, 404, 409, 418, 422, 500, 503] {
            let (_server, panel) = server(move |_| {
                let status = StatusCode::from_u16(status).unwrap();
                let body = json!({"detail": {"note": "S3CRET", "S3CRET": "S3CRET"}});
                let answer = Response::builder().status(status).content_type("application/json");
                answer.body(body.to_string())
            })
            .await;
            let grant = fresh_grant();
            let texts = [
                format!("{:?}", panel.apply(&grant).await),
                format!("{:?}", panel.find(grant.panel_id).await),
                format!("{:?}", panel.remove(grant.panel_id).await),
                format!("{:?}", panel.list().await),
            ];
            assert!(
                texts.iter().all(|text| !text.contains("S3CRET") && !text.contains("t0ken")),
                "{texts:?}"
            );
            assert!(texts.iter().all(|text| !text.contains(&grant.panel_id.expose())), "{texts:?}");
        }
    });
}

#[test]
fn a_panel_that_became_another_one_is_refused_at_the_next_look() {
    run(async {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let fake = FakeMarzban::start(Release::V08).await.unwrap();
        let panel = connect(&fake, json!({}));
        assert!(matches!(panel.health().await, Outcome::Done(_)));
        fake.becomes(Release::PasarGuard);
        assert!(matches!(panel.health().await, Outcome::Rejected(why) if why.contains("PasarGuard")));
        assert!(
            matches!(panel.apply(&fresh_grant()).await, Outcome::Rejected(_)),
            "nothing is written any more"
        );
    });
}
