//! Every operation of the API and every page of the office, asked for by everybody. The tables say who is let in; what
//! stands in the document or among the routes and not in a table fails.

mod callers;
mod pages;
mod table;
mod things;

use crate::{
    office::scene::Scene,
    shop::{Answer, Shop},
};
use callers::{Caller, Who, everybody};
use poem::http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    net::Ipv6Addr,
};
use table::{LAST, Needs, UNREAL, rows};
use things::Things;

/// An operation as the document has it.
struct Operation {
    id: String,
    method: Method,
    path: String,
    parameters: Vec<Value>,
    /// The example of its body; `None` without a body.
    body: Option<Value>,
    pictures: bool,
}

fn operations() -> Vec<Operation> {
    let document = nexa_http::api::document::document();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, of) in item.as_object().unwrap() {
            let content = &of["requestBody"]["content"];
            all.push(Operation {
                id: of["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                parameters: of["parameters"].as_array().cloned().unwrap_or_default(),
                body: content["application/json"]["example"].as_object().map(|o| Value::Object(o.clone())),
                pictures: content.is_object() && content["application/json"].is_null(),
            });
        }
    }
    all
}

impl Operation {
    /// The address with the ids of real things.
    fn address(&self, things: &Things) -> String {
        let (mut path, mut query) = (format!("/v1{}", self.path), Vec::new());
        for parameter in &self.parameters {
            let (name, place) = (parameter["name"].as_str().unwrap(), parameter["in"].as_str().unwrap());
            match place {
                "path" => {
                    let id = things.id(&self.id, name).unwrap_or_else(|| panic!("{}: {name}", self.id));
                    path = path.replace(&format!("{{{name}}}"), id);
                }
                "query" if parameter["required"] == true => {
                    query.push(format!("{name}={}", things.id(&self.id, name).unwrap()));
                }
                _ => {}
            }
        }
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// The example, about real things, and such that it shuts nobody out.
    fn filled(&self, things: &Things) -> String {
        let mut body = match self.id.as_str() {
            "signUp" => json!({ "locale": "fa" }),
            "adminSetSecondFactorRule" => json!({ "required": false }),
            // What everybody holds who may invite and change at all.
            "adminInviteMember" => json!({ "name": "Sara", "permissions": [], "owner": false }),
            "adminChangeMember" => json!({ "name": "Sara" }),
            "adminBlockUser" => json!({ "blocked": false }),
            "adminSetMaintenance" => json!({ "on": false }),
            // To nobody: only an owner can be given one.
            "adminAssignTicket" => json!({}),
            "adminTryServer" => json!({ "kind": "memory", "config": { "name": "b" } }),
            _ => self.body.clone().unwrap_or_else(|| json!({})),
        };
        fill(body.as_object_mut().unwrap(), &self.id, things);
        body.to_string()
    }

    async fn asked(&self, shop: &Shop, things: &Things, token: &str, key: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        // Each from an address of their own: how fast the door lets one in is not what is looked at.
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let address = Ipv6Addr::from(u128::from(hasher.finish()) << 64).to_string();
        let mut headers = vec![("idempotency-key", key), ("x-forwarded-for", &address)];
        if !token.is_empty() {
            headers.push(("authorization", &bearer));
        }
        let path = self.address(things);
        if self.pictures {
            let body = "--b\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\n\
                Content-Type: image/png\r\n\r\nno picture\r\n--b--\r\n";
            headers.push(("content-type", "multipart/form-data; boundary=b"));
            return shop.send(self.method.clone(), &path, &headers, body).await;
        }
        let body = if self.body.is_some() { self.filled(things) } else { String::new() };
        if self.body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        shop.send(self.method.clone(), &path, &headers, &body).await
    }
}

fn fill(body: &mut Map<String, Value>, operation: &str, things: &Things) {
    for (name, value) in body {
        fill_one(name, value, operation, things);
    }
}

fn fill_one(name: &str, value: &mut Value, operation: &str, things: &Things) {
    match value {
        Value::String(text) if text.len() == 36 => {
            if let Some(id) = things.id(operation, name) {
                *value = json!(id);
            }
        }
        Value::Array(all) => {
            for one in all {
                fill_one(name, one, operation, things);
            }
        }
        Value::Object(inner) => fill(inner, operation, things),
        _ => {}
    }
}

/// Whether an answer says that somebody is not let in, or that nothing is there for them.
fn is_refused(needs: Needs, answer: &Answer) -> bool {
    let mine = matches!(needs, Needs::MineToRead | Needs::MineToBuy);
    match answer.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => true,
        StatusCode::NOT_FOUND => mine,
        _ => false,
    }
}

fn wrong(of: &Operation, needs: Needs, caller: &Caller, answer: &Answer) -> Option<String> {
    let refused = is_refused(needs, answer);
    let hidden = caller.is == Who::Holder && UNREAL.contains(&&*of.id);
    if caller.is.is_let_in(needs) != refused || hidden {
        return None;
    }
    Some(format!("{}: {} ({needs:?}) got {} {}", of.id, caller.name, answer.status, answer.text))
}

/// Whether an answer tells of another limit by address than the document does.
fn miscounted(of: &Operation, answer: &Answer) -> Option<String> {
    // Whoever is not let in is not counted, nor is what cannot be read.
    if matches!(answer.status.as_u16(), 400 | 401 | 403) {
        return None;
    }
    let limit = nexa_http::api::document::limit(&of.id);
    let wanted = limit.map(|name| format!("\"{name}\";q=20;w=600")).unwrap_or_default();
    let told = answer.header("ratelimit-policy");
    (told != wanted).then(|| format!("{}: limited by {told:?}, in the document by {wanted:?}", of.id))
}

#[test]
fn the_document_says_what_each_operation_needs() {
    let rows: BTreeMap<&str, Needs> = rows().collect();
    let document = nexa_http::api::document::document();
    let items = document["paths"].as_object().unwrap().values();
    for of in items.flat_map(|item| item.as_object().unwrap().values()) {
        let id = of["operationId"].as_str().unwrap();
        let session = json!({ "session": [] });
        let scope = |name: &str| json!([session, { "apiKey": [name] }]);
        let wanted = match rows[id] {
            Needs::Nobody => json!([{}, session]),
            Needs::Session => json!([session]),
            Needs::Read | Needs::MineToRead => scope("read"),
            Needs::Buy | Needs::MineToBuy => scope("buy"),
            Needs::Staff | Needs::OneOf(_) | Needs::Owner => scope("manage"),
        };
        assert_eq!(of["security"], wanted, "{id}");
    }
}

#[tokio::test]
async fn every_operation_lets_in_whom_its_row_names() {
    let count = rows().count();
    let rows: BTreeMap<&str, Needs> = rows().collect();
    assert_eq!(rows.len(), count, "a row twice");
    let all = operations();
    let unknown: Vec<_> = all.iter().filter(|of| !rows.contains_key(&*of.id)).map(|of| &of.id).collect();
    assert!(unknown.is_empty(), "without a row in matrix/table.rs: {unknown:?}");
    let gone: Vec<_> = rows.keys().filter(|row| !all.iter().any(|of| of.id == **row)).collect();
    assert!(gone.is_empty(), "rows of no operation: {gone:?}");
    let scene = Scene::open().await;
    let mut everybody = everybody(&scene).await;
    let things = Things::of(&scene).await;
    // Whose things they are comes last: what others did to them shows there.
    let (name, token) = ("the holder".to_owned(), things.holder.clone());
    everybody.push(Caller { name, token, is: Who::Holder });
    let (mut cells, mut faults) = (0, Vec::new());
    let (office, customers): (Vec<_>, Vec<_>) = all.iter().partition(|of| of.path.starts_with("/admin"));
    for of in customers.into_iter().chain(office).filter(|of| !LAST.contains(&&*of.id)) {
        let needs = rows[&*of.id];
        let first = everybody.iter().position(|caller| caller.is == Who::Owner).unwrap();
        let order = std::iter::once(first).chain((0..everybody.len()).filter(|at| *at != first));
        for at in order {
            let caller = &everybody[at];
            let key = format!("{}-{at}", of.id);
            let answer = of.asked(&scene.shop, &things, &caller.token, &key).await;
            cells += 1;
            faults.extend(wrong(of, needs, caller, &answer));
            faults.extend(miscounted(of, &answer));
            let found = answer.status != StatusCode::NOT_FOUND || UNREAL.contains(&&*of.id);
            if at == first && of.path.starts_with("/admin") && !found {
                faults.push(format!("{}: the owner finds nothing: {}", of.id, answer.text));
            }
        }
    }
    for of in all.iter().filter(|of| LAST.contains(&&*of.id)) {
        let scene = Scene::open().await;
        let mut callers = callers::everybody(&scene).await;
        let token = scene.shop.customer(0).await;
        callers.push(Caller { name: "the holder".to_owned(), token, is: Who::Holder });
        // Each ends what is their own, so nobody is in the way of the next.
        for caller in &callers {
            let answer = of.asked(&scene.shop, &things, &caller.token, &caller.name).await;
            cells += 1;
            // Nobody of the staff can leave: a shop must not be left without anybody who runs it.
            let stays = of.id == "deleteMe" && caller.is.permissions().is_some();
            if !stays {
                faults.extend(wrong(of, rows[&*of.id], caller, &answer));
            }
        }
    }
    eprintln!("{cells} cells, {} wrong", faults.len());
    assert!(faults.is_empty(), "{} of {cells} cells are wrong:\n{}", faults.len(), faults.join("\n"));
}
