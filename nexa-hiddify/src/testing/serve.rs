//! The fake panel's HTTP: addresses, sign-in, cookies, and the failures.

use super::{
    Shared,
    fault::Fault,
    state::{Release, Said, State},
};
use poem::{Body, Request, Response, http::StatusCode};
use serde_json::{Map, Value, json};
use std::{sync::Arc, time::Duration};

/// Answers one request.
pub async fn answer(shared: Arc<Shared>, mut request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let method = request.method().as_str().to_owned();
    let key = request.header("Hiddify-API-Key").unwrap_or_default().to_owned();
    let has_cookie = request.header("cookie").is_some_and(|cookie| cookie.contains("session="));
    let body = request.take_body().into_vec().await.unwrap_or_default();
    while shared.state().frozen {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let release = {
        let mut state = shared.state();
        state.requests += 1;
        state.sessions += u64::from(!has_cookie);
        state.release
    };
    let response = match parts.as_slice() {
        [first, rest @ ..] if *first == shared.client_path => return client(&shared, rest),
        [first, "api", "v2", rest @ ..] if *first == shared.admin_path => {
            if !path.ends_with('/') {
                return Response::builder()
                    .status(StatusCode::PERMANENT_REDIRECT)
                    .header("location", path + "/")
                    .finish();
            }
            if key == shared.key { admin(&shared, &method, rest, &body).await } else { denied(release) }
        }
        _ => speak((400, json!({"detail": {}, "message": "invalid request"}))),
    };
    if has_cookie { response } else { with_session(response) }
}

fn with_session(mut response: Response) -> Response {
    let cookie = "session=cGcxaVZjze58hYEgbwR4; HttpOnly; Path=/";
    if let Ok(value) = cookie.parse() {
        response.headers_mut().insert("set-cookie", value);
    }
    response
}

fn speak((status, body): Said) -> Response {
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .content_type("application/json")
        .body(body.to_string())
}

fn denied(release: Release) -> Response {
    let (status, message) =
        if release == Release::V14 { (401, "Unauthorized") } else { (403, "Unathorized") };
    speak((status, json!({"detail": {}, "message": message})))
}

fn page(status: u16) -> Response {
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY))
        .content_type("text/html")
        .body("<!doctype html><title>Welcome</title>")
}

/// Counts how many writes are under way at once: real panels lose changes that come while others are applied.
async fn admin(shared: &Arc<Shared>, method: &str, rest: &[&str], body: &[u8]) -> Response {
    if method == "GET" {
        return work(shared, method, rest, body).await;
    }
    {
        let mut state = shared.state();
        state.writing += 1;
        state.most_writing = state.most_writing.max(state.writing);
    }
    tokio::time::sleep(Duration::from_millis(2)).await;
    let response = work(shared, method, rest, body).await;
    shared.state().writing -= 1;
    response
}

async fn work(shared: &Arc<Shared>, method: &str, rest: &[&str], body: &[u8]) -> Response {
    let uuid = match rest {
        ["admin", "user", ""] => None,
        ["admin", "user", uuid, ""] => Some((*uuid).to_owned()),
        _ => return elsewhere(&shared.state(), method, rest),
    };
    let fields: Map<String, Value> = if matches!(method, "POST" | "PATCH") {
        serde_json::from_slice(body).unwrap_or_default()
    } else {
        Map::new()
    };
    let fault = shared.state().faults.draw(|fault| fault.fits(method, uuid.is_some()));
    match fault {
        Some(Fault::Html) => return page(200),
        Some(Fault::Only502) => return page(502),
        Some(Fault::DatabaseDown) => {
            let text = "(MySQLdb.OperationalError) (2002, \"Can't connect to server\")";
            return speak((500, json!({"msg": text})));
        }
        Some(Fault::BadDate) => return speak((500, json!({"msg": "Not a valid date."}))),
        Some(Fault::Quota) => {
            return speak((400, json!({"detail": {}, "message": "User limit reached for this admin"})));
        }
        Some(Fault::Late) => {
            let (shared, method) = (Arc::clone(shared), method.to_owned());
            #[expect(
                clippy::disallowed_methods,
                reason = "the late effect outlives its request: that is the fault"
            )]
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(500)).await;
                act(&mut shared.state(), &method, uuid.as_deref(), &fields);
            });
            return page(504);
        }
        _ => {}
    }
    let said = {
        let mut state = shared.state();
        match fault {
            Some(Fault::HalfMade | Fault::HalfMadeRefused) => half_make(&mut state, &fields),
            _ => act(&mut state, method, uuid.as_deref(), &fields),
        }
    };
    disturb(shared, fault, said, uuid.as_deref().or_else(|| fields.get("uuid")?.as_str())).await
}

/// Fails after the work is done.
async fn disturb(shared: &Shared, fault: Option<Fault>, said: Said, uuid: Option<&str>) -> Response {
    match fault {
        Some(Fault::CreatedThen502) => page(502),
        Some(Fault::ChangedThen500) => speak((500, json!({"msg": "name 'admins' is not defined"}))),
        Some(Fault::HalfMade) => speak((500, json!({"msg": "'NoneType' object has no attribute 'id'"}))),
        Some(Fault::HalfMadeRefused) => {
            speak((500, json!({"msg": "(MySQLdb.DataError) (1406, \"Data too long\")"})))
        }
        Some(Fault::Duplicate) => {
            let text = "(MySQLdb.IntegrityError) (1062, \"Duplicate entry for key 'ix_user_uuid'\")";
            speak((500, json!({"msg": text})))
        }
        Some(Fault::NeedsTouch) => {
            let mut state = shared.state();
            if let Some(user) = uuid.and_then(|uuid| state.users.get_mut(uuid)) {
                user.missed = true;
            }
            drop(state);
            speak(said)
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

fn half_make(state: &mut State, fields: &Map<String, Value>) -> Said {
    if let Some(uuid) = fields.get("uuid").and_then(Value::as_str) {
        state.half_make(uuid);
    }
    (500, Value::Null)
}

fn act(state: &mut State, method: &str, uuid: Option<&str>, fields: &Map<String, Value>) -> Said {
    match (method, uuid) {
        ("GET", None) => state.list(),
        ("POST", None) => state.create(fields),
        ("GET", Some(uuid)) => state.get(uuid),
        ("PATCH", Some(uuid)) => state.change(uuid, fields),
        ("DELETE", Some(uuid)) => state.delete(uuid),
        _ => unknown(state),
    }
}

fn unknown(state: &State) -> Said {
    let text =
        "The requested URL was not found on the server. If you entered the URL manually please check it.";
    if state.release <= Release::V12 {
        (500, json!({"msg": format!("404 Not Found: {text}")}))
    } else {
        (404, json!({"msg": text}))
    }
}

fn elsewhere(state: &State, method: &str, rest: &[&str]) -> Response {
    match (method, rest) {
        ("GET", ["panel", "info", ""]) => speak((200, json!({"version": state.release.version()}))),
        ("GET", ["admin", "me", ""]) => speak((200, json!({"name": "Shop", "mode": "agent"}))),
        ("GET", ["admin", "all-configs", ""]) if !state.super_admin => denied(state.release),
        ("GET", ["admin", "all-configs", ""]) => {
            let all =
                json!({"chconfigs": {"0": {"proxy_path_client": super::CLIENT_PATH}}, "api_key": "secret"});
            let kind =
                if state.release <= Release::V13 { "text/html; charset=utf-8" } else { "application/json" };
            Response::builder().content_type(kind).body(all.to_string())
        }
        ("GET", ["admin", "users", ""]) if state.release == Release::V14 => {
            let base = format!("https://panel.test/{}/", super::CLIENT_PATH);
            speak((200, json!({"link_domains": [{"base": base}], "users": []})))
        }
        _ => speak(unknown(state)),
    }
}

fn client(shared: &Shared, rest: &[&str]) -> Response {
    let state = shared.state();
    let user = rest.first().and_then(|uuid| state.users.get(*uuid));
    let Some(user) = user else {
        return Response::builder()
            .status(StatusCode::FOUND)
            .header("location", "/login")
            .body(Body::empty());
    };
    let uuid = &user.uuid;
    let link = format!("vless://{uuid}@panel.test:443?security=tls&sni=panel.test&type=ws#one");
    let text = match rest.get(1..).unwrap_or_default() {
        ["all.txt"] | ["sub", ""] => {
            let status = "trojan://1@03.12--2026?sni=fake_ip_for_sub_link&security=tls#status";
            let link =
                if user.is_active() { link } else { "trojan://1@1.1.1.1#%E2%9C%96%20Package%20Ended".into() };
            format!("#{} 0.0/10GB\n{status}\n\n\n{link}\n", user.name)
        }
        ["singbox", ""] => json!({"outbounds": [{"type": "vless", "tag": "one", "uuid": uuid}]}).to_string(),
        ["xray", ""] => json!([{"remarks": "one", "outbounds": [{"protocol": "vless", "settings": {"vnext": [
            {"address": "a.example", "port": 443, "users": [{"id": uuid}]}]}}]}])
        .to_string(),
        ["clashmeta", ""] => format!("proxies:\n- {{name: one, type: vless, uuid: {uuid}}}\n"),
        _ => return page(404),
    };
    Response::builder().content_type("text/plain; charset=utf-8").body(text)
}
