//! The fake panel's HTTP: addresses, sign-in, and the failures.

use super::{
    PASSWORD, Shared, USERNAME, check,
    fault::Fault,
    state::{Release, Said, State},
};
use poem::{Request, Response, http::StatusCode};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use url::form_urlencoded;

type Pairs = BTreeMap<String, String>;

fn pairs(text: &[u8]) -> Pairs {
    form_urlencoded::parse(text).into_owned().collect()
}

/// Answers one request.
pub(super) async fn answer(shared: Arc<Shared>, mut request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let query = pairs(request.uri().query().unwrap_or_default().as_bytes());
    let method = request.method().as_str().to_owned();
    let token = request.header("authorization").unwrap_or_default().to_owned();
    let body = request.take_body().into_vec().await.unwrap_or_default();
    while shared.state().frozen {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    shared.state().requests += 1;
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (method.as_str(), parts.as_slice()) {
        ("POST", ["api", "admin", "token"]) => sign_in(&shared, &pairs(&body)),
        ("GET", ["sub", token, client]) => document(&shared.state(), token, client),
        (_, ["api", rest @ ..]) => {
            let known = token == format!("Bearer {}", shared.state().token());
            if known {
                admin(&shared, &method, rest, &query, &body).await
            } else {
                speak((401, json!({"detail": "Could not validate credentials"})))
            }
        }
        _ => speak(unknown()),
    }
}

fn unknown() -> Said {
    (404, json!({"detail": "Not Found"}))
}

fn sign_in(shared: &Shared, form: &Pairs) -> Response {
    let is = |field: &str, value: &str| form.get(field).is_some_and(|told| told == value);
    let mut state = shared.state();
    state.sign_ins += 1;
    if !form.contains_key("username") || !is("grant_type", "password") {
        return speak((422, json!({"detail": {"grant_type": "String should match pattern '^password$'"}})));
    }
    if is("username", USERNAME) && is("password", PASSWORD) {
        return speak((200, json!({"access_token": state.token(), "token_type": "bearer"})));
    }
    speak((401, json!({"detail": "Incorrect username or password"})))
}

impl State {
    pub(super) fn token(&self) -> String {
        format!("eyJhbGciOiJIUzI1NiJ9.{}.s3cr3t", self.secret)
    }
}

fn speak((status, body): Said) -> Response {
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .content_type("application/json")
        .body(body.to_string())
}

fn page(status: u16) -> Response {
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY))
        .content_type("text/html")
        .body("<!doctype html><title>Welcome</title>")
}

fn broken() -> Response {
    Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR).body("Internal Server Error")
}

/// Counts how many writes are under way at once: a panel on one file fails at two.
async fn admin(shared: &Arc<Shared>, method: &str, rest: &[&str], query: &Pairs, body: &[u8]) -> Response {
    if method == "GET" {
        return work(shared, method, rest, query, body).await;
    }
    {
        let mut state = shared.state();
        state.writing += 1;
        state.most_writing = state.most_writing.max(state.writing);
    }
    tokio::time::sleep(Duration::from_millis(2)).await;
    let response = work(shared, method, rest, query, body).await;
    shared.state().writing -= 1;
    response
}

async fn work(shared: &Arc<Shared>, method: &str, rest: &[&str], query: &Pairs, body: &[u8]) -> Response {
    let fields: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let list = rest == ["users"];
    let fault = shared.state().faults.draw(|fault| fault.fits(method, list));
    let rest: Vec<String> = rest.iter().map(|part| (*part).to_owned()).collect();
    match fault {
        Some(Fault::Html) => return page(200),
        Some(Fault::Only502) => return page(502),
        Some(Fault::Locked | Fault::Kept) => return broken(),
        Some(Fault::Refused) => return speak((400, json!({"detail": "Protocol vless is disabled"}))),
        Some(Fault::TokensVoid) => {
            shared.state().secret += 1;
            return speak((401, json!({"detail": "Could not validate credentials"})));
        }
        Some(Fault::Moved) => {
            let mut state = shared.state();
            let first = state.users.keys().next().cloned().unwrap_or_default();
            state.delete(&first);
        }
        Some(Fault::Late) => {
            let (shared, method, query) = (Arc::clone(shared), method.to_owned(), query.clone());
            #[expect(
                clippy::disallowed_methods,
                reason = "the late effect outlives its request: that is the fault"
            )]
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(500)).await;
                act(&mut shared.state(), &method, &rest, &query, &fields);
            });
            return page(504);
        }
        _ => {}
    }
    let before = shared.state().users.clone();
    let said = act(&mut shared.state(), method, &rest, query, &fields);
    disturb(fault, said, &before, &rest).await
}

/// Fails after the work is done.
async fn disturb(
    fault: Option<Fault>,
    said: Said,
    before: &BTreeMap<String, super::FakeUser>,
    rest: &[String],
) -> Response {
    match fault {
        Some(Fault::DoneThen502) => page(502),
        Some(Fault::DoneThen500) => broken(),
        Some(Fault::Twin) => speak((409, json!({"detail": "User already exists"}))),
        Some(Fault::Stale) => {
            let old = rest.get(1).and_then(|name| before.get(name));
            speak(old.map_or(said, |user| (200, user.show())))
        }
        Some(Fault::Truncated) => {
            let mut text = said.1.to_string();
            text.truncate(text.len() / 2);
            Response::builder().content_type("application/json").body(text)
        }
        Some(Fault::Hang) => {
            tokio::time::sleep(Duration::from_mins(10)).await;
            page(504)
        }
        _ => speak(said),
    }
}

fn act(state: &mut State, method: &str, rest: &[String], query: &Pairs, body: &Map<String, Value>) -> Said {
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    match (method, rest.as_slice()) {
        ("GET", ["system"]) => (200, json!({"version": state.release.version(), "online_users": 3})),
        ("GET", ["inbounds"]) => (200, inbounds(state.release)),
        ("GET", ["users"]) => {
            let number = |field: &str| query.get(field).and_then(|text| text.parse().ok());
            let sort = query.get("sort").map_or("username", String::as_str);
            if !["username", "-username", "created_at", "expire"].contains(&sort) {
                return (400, json!({"detail": format!("\"{sort}\" is not a valid sort option")}));
            }
            state.list(number("offset").unwrap_or(0), number("limit").filter(|limit| *limit > 0))
        }
        ("POST", ["user"]) => state.create(body),
        (_, ["user", _, ..]) if state.foreign => (403, json!({"detail": "You're not allowed"})),
        ("GET", ["user", name]) => state.get(name),
        ("PUT", ["user", name]) => state.change(name, body),
        ("DELETE", ["user", name]) => state.delete(name),
        ("POST", ["user", name, "reset"]) => state.reset(name),
        ("POST", ["user", name, "revoke_sub"]) => state.revoke(name),
        _ => unknown(),
    }
}

fn inbounds(release: Release) -> Value {
    if release == Release::PasarGuard {
        return check::INBOUNDS.iter().map(|(_, tag)| Value::from(*tag)).collect();
    }
    let mut all: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (protocol, tag) in check::INBOUNDS {
        let inbound = json!({"tag": tag, "protocol": protocol, "network": "tcp", "tls": "none", "port": 443});
        all.entry(protocol).or_default().push(inbound);
    }
    json!(all)
}

fn document(state: &State, token: &str, client: &str) -> Response {
    let user = state.users.values().find(|user| user.place().ends_with(&format!("/{token}")));
    let Some(user) = user else { return speak(unknown()) };
    let id = user.proxies.values().find_map(|settings| settings["id"].as_str()).unwrap_or_default();
    let text = match client {
        "sing-box" => json!({"outbounds": [{"type": "vless", "tag": "one", "uuid": id}]}).to_string(),
        "clash-meta" => format!("proxies:\n- {{name: one, type: vless, uuid: {id}}}\n"),
        "v2ray-json" => json!([{"remarks": "one", "outbounds": [{"protocol": "vless", "settings": {"vnext": [
                {"address": "a.example", "port": 443, "users": [{"id": id}]}]}}]}])
        .to_string(),
        _ => return speak((422, json!({"detail": {"client_type": "String should match pattern"}}))),
    };
    Response::builder().content_type("text/plain; charset=utf-8").body(text)
}
