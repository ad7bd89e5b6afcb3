//! What the fake panel holds, and how it treats a user's fields: `app/db/crud.py` (`create_user`, `update_user`,
//! `reset_user_data_usage`, `revoke_user_sub`) and `app/jobs/review_users.py`.

use super::{check, fault::Fault};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use nexa_core::world::{Clock, OsEntropy, SystemClock, World};
use nexa_panel_http::testing::Faults;
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Which panel to behave like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Release {
    /// 0.5.2, too old.
    TooOld,
    /// 0.8.4.
    V08,
    /// `PasarGuard` 1.4.
    PasarGuard,
}

impl Release {
    /// Its version as it tells it.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Self::TooOld => "0.5.2",
            Self::V08 => "0.8.4",
            Self::PasarGuard => "1.4.1",
        }
    }
}

/// A user, with the truth about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FakeUser {
    /// Its name.
    pub username: String,
    /// The switch, and what the panel made of it.
    pub status: String,
    /// Limit in bytes; 0 for none.
    pub limit: i64,
    /// Bytes since the last reset.
    pub used: i64,
    /// Bytes before it.
    pub used_before: i64,
    /// Seconds since 1970; 0 for none.
    pub expire: i64,
    /// When the counter is reset.
    pub strategy: String,
    /// Seconds that it lasts from its first use.
    pub hold: Option<i64>,
    /// The operator's note.
    pub note: Option<String>,
    /// The settings of its protocols.
    pub proxies: BTreeMap<String, Value>,
    /// The inbounds that it does not have.
    pub excluded: BTreeSet<String>,
    /// Days after which it is deleted once it is over; negative for never.
    pub auto_delete: Option<i64>,
    /// What it goes on with.
    pub next_plan: Value,
    /// How often it was created or changed.
    pub writes: u64,
}

/// An answer: status and JSON.
pub(super) type Said = (u16, Value);

/// Everything behind the fake's lock.
pub(super) struct State {
    pub(super) release: Release,
    pub(super) users: BTreeMap<String, FakeUser>,
    pub(super) creates: BTreeMap<String, u32>,
    pub(super) deleted: Vec<String>,
    pub(super) faults: Faults<Fault>,
    /// The number of the secret that tokens are made with.
    pub(super) secret: u32,
    pub(super) sign_ins: u64,
    pub(super) requests: u64,
    pub(super) lists: u64,
    pub(super) writing: u64,
    pub(super) most_writing: u64,
    pub(super) frozen: bool,
    pub(super) foreign: bool,
}

fn absent() -> Said {
    (404, json!({"detail": "User not found"}))
}

fn now() -> i64 {
    SystemClock.now().as_second()
}

impl State {
    pub(super) const fn new(release: Release) -> Self {
        Self {
            release,
            users: BTreeMap::new(),
            creates: BTreeMap::new(),
            deleted: Vec::new(),
            faults: Faults::new(Fault::PASSING),
            secret: 0,
            sign_ins: 0,
            requests: 0,
            lists: 0,
            writing: 0,
            most_writing: 0,
            frozen: false,
            foreign: false,
        }
    }

    /// `POST user`.
    pub(super) fn create(&mut self, body: &Map<String, Value>) -> Said {
        if let Some(said) = check::create(body) {
            return said;
        }
        let name = body.get("username").and_then(Value::as_str).unwrap_or_default().to_owned();
        if self.users.keys().any(|known| known.eq_ignore_ascii_case(&name)) {
            return (409, json!({"detail": "User already exists"}));
        }
        let mut user = FakeUser::new(&name);
        user.auto_delete = body.get("auto_delete_in_days").and_then(Value::as_i64);
        user.next_plan = body.get("next_plan").cloned().unwrap_or_default();
        user.set(body);
        // A new user is what it was told to be; limit and end are looked at by the job.
        body.get("status").and_then(Value::as_str).unwrap_or("active").clone_into(&mut user.status);
        let shown = user.show();
        *self.creates.entry(name.clone()).or_default() += 1;
        self.users.insert(name, user);
        (200, shown)
    }

    /// `PUT user/{name}`.
    pub(super) fn change(&mut self, name: &str, body: &Map<String, Value>) -> Said {
        if let Some(said) = check::change(body) {
            return said;
        }
        let Some(user) = self.users.get_mut(name) else { return absent() };
        user.set(body);
        user.switch(body);
        user.next_plan = body.get("next_plan").cloned().unwrap_or_default();
        (200, user.show())
    }

    /// `DELETE user/{name}`.
    pub(super) fn delete(&mut self, name: &str) -> Said {
        match self.users.remove(name) {
            Some(_) => {
                self.deleted.push(name.to_owned());
                (200, json!({"detail": "User successfully deleted"}))
            }
            None => absent(),
        }
    }

    /// `GET user/{name}`.
    pub(super) fn get(&mut self, name: &str) -> Said {
        self.review();
        self.users.get(name).map_or_else(absent, |user| (200, user.show()))
    }

    /// `GET users`.
    pub(super) fn list(&mut self, offset: usize, limit: Option<usize>) -> Said {
        self.review();
        self.lists += 1;
        let some = self.users.values().skip(offset).take(limit.unwrap_or(usize::MAX));
        let users: Vec<Value> = some.map(FakeUser::show).collect();
        (200, json!({"users": users, "total": self.users.len()}))
    }

    /// `POST user/{name}/reset`.
    pub(super) fn reset(&mut self, name: &str) -> Said {
        let Some(user) = self.users.get_mut(name) else { return absent() };
        user.used_before += user.used;
        user.used = 0;
        if !matches!(user.status.as_str(), "expired" | "disabled") {
            user.status = "active".into();
        }
        user.next_plan = Value::Null;
        (200, user.show())
    }

    /// `POST user/{name}/revoke_sub`.
    pub(super) fn revoke(&mut self, name: &str) -> Said {
        let Some(user) = self.users.get_mut(name) else { return absent() };
        for (protocol, settings) in &mut user.proxies {
            *settings = settled(protocol, &Value::Null);
        }
        (200, user.show())
    }

    /// The job that runs every ten seconds on the real one.
    fn review(&mut self) {
        for user in self.users.values_mut().filter(|user| user.status == "active") {
            if user.limit > 0 && user.used >= user.limit {
                user.status = "limited".into();
            } else if user.expire > 0 && user.expire <= now() {
                user.status = "expired".into();
            }
        }
    }
}

/// The settings of a protocol with what the panel makes up where nothing was told.
fn settled(protocol: &str, told: &Value) -> Value {
    let random = || World::new(Arc::new(SystemClock), Arc::new(OsEntropy)).uuid_v4();
    let text = |field: &str| told.get(field).and_then(Value::as_str);
    let id = || text("id").and_then(check::uuid).unwrap_or_else(|| random().to_string());
    let password =
        || text("password").map_or_else(|| BASE64URL_NOPAD.encode(random().as_bytes()), str::to_owned);
    let flow = text("flow").unwrap_or_default();
    match protocol {
        "vmess" => json!({"id": id()}),
        "vless" => json!({"id": id(), "flow": flow}),
        "trojan" => json!({"password": password(), "flow": flow}),
        _ => json!({"password": password(), "method": "chacha20-ietf-poly1305"}),
    }
}

impl FakeUser {
    fn new(username: &str) -> Self {
        Self {
            username: username.to_owned(),
            status: "active".into(),
            limit: 0,
            used: 0,
            used_before: 0,
            expire: 0,
            strategy: "no_reset".into(),
            hold: None,
            note: None,
            proxies: BTreeMap::new(),
            excluded: BTreeSet::new(),
            auto_delete: None,
            next_plan: Value::Null,
            writes: 0,
        }
    }

    /// Takes the fields that were told; the others stay.
    fn set(&mut self, body: &Map<String, Value>) {
        let told = |field: &str| body.get(field).filter(|value| !value.is_null());
        if let Some(proxies) = told("proxies").and_then(Value::as_object).filter(|all| !all.is_empty()) {
            let settle = |(protocol, told): (&String, &Value)| (protocol.clone(), settled(protocol, told));
            self.proxies = proxies.iter().map(settle).collect();
        }
        for (protocol, tags) in told("inbounds").and_then(Value::as_object).into_iter().flatten() {
            let wanted: Vec<&str> = tags.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for tag in check::tags_of(protocol) {
                if wanted.is_empty() || wanted.contains(&tag.as_str()) {
                    self.excluded.remove(&tag);
                } else {
                    self.excluded.insert(tag);
                }
            }
        }
        self.limit = told("data_limit").and_then(Value::as_i64).unwrap_or(self.limit);
        self.expire = told("expire").and_then(Value::as_i64).unwrap_or(self.expire);
        self.hold = told("on_hold_expire_duration").and_then(Value::as_i64).or(self.hold);
        if let Some(strategy) = told("data_limit_reset_strategy").and_then(Value::as_str) {
            strategy.clone_into(&mut self.strategy);
        }
        if let Some(note) = told("note").and_then(Value::as_str) {
            self.note = Some(note.to_owned()).filter(|note| !note.is_empty());
        }
        self.writes += 1;
    }

    /// What a change makes of the switch: by what was told, then by limit and end where these were told, too.
    fn switch(&mut self, body: &Map<String, Value>) {
        if let Some(status) = body.get("status").and_then(Value::as_str) {
            status.clone_into(&mut self.status);
        }
        let told = |field: &str| body.get(field).is_some_and(|value| !value.is_null());
        if told("data_limit") && !matches!(self.status.as_str(), "expired" | "disabled") {
            if self.limit > 0 && self.used >= self.limit {
                self.status = "limited".into();
            } else if self.status != "on_hold" {
                self.status = "active".into();
            }
        }
        if told("expire") && matches!(self.status.as_str(), "active" | "expired") {
            let over = self.expire > 0 && self.expire <= now();
            self.status = if over { "expired" } else { "active" }.into();
        }
    }

    /// As the panel tells of it.
    pub(super) fn show(&self) -> Value {
        let tags = |protocol: &String| {
            let tags = check::tags_of(protocol).into_iter().filter(|tag| !self.excluded.contains(tag));
            (protocol.clone(), tags.collect::<Value>())
        };
        let or_none = |number: i64| if number == 0 { Value::Null } else { number.into() };
        json!({
            "username": self.username, "status": self.status, "data_limit": or_none(self.limit),
            "used_traffic": self.used, "lifetime_used_traffic": self.used_before + self.used,
            "expire": or_none(self.expire), "data_limit_reset_strategy": self.strategy, "note": self.note,
            "on_hold_expire_duration": self.hold, "on_hold_timeout": null, "next_plan": self.next_plan,
            "auto_delete_in_days": self.auto_delete, "proxies": self.proxies,
            "inbounds": self.proxies.keys().map(tags).collect::<Map<_, _>>(),
            "excluded_inbounds": {}, "links": self.links(), "subscription_url": self.place(),
            "created_at": "2026-11-24T00:00:00", "online_at": null, "sub_updated_at": null,
            "sub_last_user_agent": null, "admin": {"username": "shop", "is_sudo": false},
        })
    }

    /// Where its documents are.
    pub(super) fn place(&self) -> String {
        format!("https://sub.panel.test/sub/token-of-{}", self.username)
    }

    fn links(&self) -> Vec<String> {
        let link = |(protocol, settings): (&String, &Value)| {
            let text = |field: &str| settings[field].as_str().unwrap_or_default();
            let remark = "%F0%9F%9A%80%20Marz";
            match protocol.as_str() {
                "vless" => format!("vless://{}@marz.test:443?security=none&type=tcp#{remark}", text("id")),
                "vmess" => {
                    let all = json!({"v": "2", "add": "marz.test", "port": 8081, "id": text("id"), "aid": "0",
                        "net": "tcp", "type": "none", "tls": "none", "ps": "Marz"});
                    format!("vmess://{}", BASE64.encode(all.to_string().as_bytes()))
                }
                _ => {
                    let user = format!("{}:{}", text("method"), text("password"));
                    format!("ss://{}@marz.test:1080#{remark}", BASE64URL_NOPAD.encode(user.as_bytes()))
                }
            }
        };
        self.proxies.iter().map(link).collect()
    }

    /// Whether an app with this credential could connect now.
    #[must_use]
    pub fn connects(&self, credential: &str) -> bool {
        let runs = matches!(self.status.as_str(), "active" | "on_hold")
            && (self.limit == 0 || self.used < self.limit)
            && (self.expire == 0 || self.expire > now());
        let has = |settings: &Value| {
            ["id", "password"].iter().any(|field| settings[*field].as_str() == Some(credential))
        };
        runs && self.proxies.values().any(has)
    }
}
