//! What the fake panel holds, and how each version treats a user's fields (all seen on real panels).

use super::fault::Fault;
use crate::gib;
use jiff::civil::Date;
use nexa_core::{
    domain::measure::Traffic,
    world::{Clock, OsEntropy, SystemClock, World},
};
use nexa_panel_http::testing::Faults;
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

/// Which panel to behave like.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Release {
    /// 10.20, too old.
    V10Old,
    /// 10.80.11.
    V10,
    /// 12.3.3.
    V12,
    /// 13.0.3.
    V13,
    /// 14.0.5.
    V14,
}

impl Release {
    /// Its version as it tells it.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Self::V10Old => "10.20.4",
            Self::V10 => "10.80.11",
            Self::V12 => "12.3.3",
            Self::V13 => "13.0.3",
            Self::V14 => "14.0.5",
        }
    }
}

/// A user, with the truth about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FakeUser {
    /// Its identity.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// The operator's note.
    pub comment: String,
    /// Limit in bytes.
    pub limit: u64,
    /// Counted bytes.
    pub used: u64,
    /// Days after the first.
    pub package_days: i64,
    /// The first day.
    pub start_date: Option<String>,
    /// When the counter is reset.
    pub mode: String,
    /// The switch.
    pub enable: bool,
    /// Whether the cores have missed it until it is written again.
    pub missed: bool,
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
    pub(super) sessions: u64,
    pub(super) requests: u64,
    pub(super) writing: u64,
    pub(super) most_writing: u64,
    pub(super) super_admin: bool,
    pub(super) frozen: bool,
}

const FIELDS: &[&str] = &[
    "uuid",
    "name",
    "usage_limit_GB",
    "current_usage_GB",
    "package_days",
    "start_date",
    "mode",
    "enable",
    "comment",
    "telegram_id",
    "lang",
    "added_by_uuid",
    "is_active",
    "last_online",
    "last_reset_time",
    "id",
];

fn invalid(field: &str, why: &str) -> Said {
    (422, json!({"detail": {"json": {field: [why]}}, "message": "Validation error"}))
}

fn is_v4(uuid: &str) -> bool {
    Uuid::parse_str(uuid).is_ok_and(|parsed| parsed.get_version_num() == 4 && parsed.to_string() == uuid)
}

impl State {
    pub(super) fn new(release: Release) -> Self {
        Self {
            release,
            users: BTreeMap::new(),
            creates: BTreeMap::new(),
            deleted: Vec::new(),
            faults: Faults::new(Fault::PASSING),
            sessions: 0,
            requests: 0,
            writing: 0,
            most_writing: 0,
            super_admin: true,
            frozen: false,
        }
    }

    /// `POST admin/user/`.
    pub(super) fn create(&mut self, body: &Map<String, Value>) -> Said {
        if let Some(said) = self.check(body) {
            return said;
        }
        let Some(mut uuid) = body.get("uuid").and_then(Value::as_str).map(str::to_owned) else {
            return invalid("uuid", "missing");
        };
        if self.users.contains_key(&uuid) {
            return (400, json!({"detail": {}, "message": "The user exists"}));
        }
        if !is_v4(&uuid) {
            match self.release {
                Release::V14 if uuid == uuid.to_lowercase() => {}
                Release::V13 | Release::V14 => return invalid("uuid", "not a version 4"),
                _ => uuid = World::new(Arc::new(SystemClock), Arc::new(OsEntropy)).uuid_v4().to_string(),
            }
        }
        if too_long(body) {
            if self.release < Release::V14 {
                self.half_make(&uuid);
            }
            return (500, json!({"msg": "(MySQLdb.DataError) (1406, \"Data too long for column 'name'\")"}));
        }
        self.insert(&uuid, FakeUser::nameless(&uuid));
        self.set(&uuid, body);
        (200, self.show(&uuid))
    }

    /// What a failed create leaves behind.
    pub(super) fn half_make(&mut self, uuid: &str) {
        if !self.users.contains_key(uuid) {
            self.insert(uuid, FakeUser::nameless(uuid));
        }
    }

    fn insert(&mut self, uuid: &str, user: FakeUser) {
        *self.creates.entry(uuid.to_owned()).or_default() += 1;
        self.users.insert(uuid.to_owned(), user);
    }

    /// `PATCH admin/user/{uuid}/`.
    pub(super) fn change(&mut self, uuid: &str, body: &Map<String, Value>) -> Said {
        if let Some(said) = self.check(body) {
            return said;
        }
        if !self.users.contains_key(uuid) {
            return not_found();
        }
        if too_long(body) {
            return (500, json!({"msg": "(MySQLdb.DataError) (1406, \"Data too long for column 'name'\")"}));
        }
        self.set(uuid, body);
        (200, self.show(uuid))
    }

    /// `DELETE admin/user/{uuid}/`.
    pub(super) fn delete(&mut self, uuid: &str) -> Said {
        match self.users.remove(uuid) {
            Some(_) => {
                self.deleted.push(uuid.to_owned());
                (200, json!({"msg": "ok", "status": 200}))
            }
            None => not_found(),
        }
    }

    /// `GET admin/user/{uuid}/`.
    pub(super) fn get(&self, uuid: &str) -> Said {
        if self.users.contains_key(uuid) { (200, self.show(uuid)) } else { not_found() }
    }

    /// `GET admin/user/`.
    pub(super) fn list(&self) -> Said {
        if self.users.is_empty() {
            return (404, json!({"detail": {}, "message": "You have no user"}));
        }
        (200, self.users.keys().map(|uuid| self.show(uuid)).collect())
    }

    fn check(&self, body: &Map<String, Value>) -> Option<Said> {
        let old = self.release <= Release::V12;
        if let Some(unknown) = body.keys().find(|key| old && !FIELDS.contains(&key.as_str())) {
            return Some(invalid(unknown, "Unknown field."));
        }
        if old && body.get("enable").is_some_and(Value::is_null) {
            return Some(invalid("enable", "Field may not be null."));
        }
        let bad_start = body
            .get("start_date")
            .and_then(Value::as_str)
            .is_some_and(|text| text.len() != 10 || text.parse::<Date>().is_err());
        if bad_start {
            return Some(invalid("start_date", "Not a valid date."));
        }
        let bad_days = body.get("package_days").is_some_and(|days| !days.is_i64() && !days.is_u64());
        bad_days.then(|| invalid("package_days", "Not a valid integer."))
    }

    fn set(&mut self, uuid: &str, body: &Map<String, Value>) {
        let old = self.release <= Release::V12;
        let Some(user) = self.users.get_mut(uuid) else { return };
        let text = |field: &str| body.get(field).and_then(Value::as_str);
        let gib =
            |field: &str| body.get(field).and_then(Value::as_f64).map(|gib| gib::to_traffic(gib).as_bytes());
        if let Some(name) = text("name").filter(|name| old || !name.is_empty()) {
            name.clone_into(&mut user.name);
        }
        if let Some(comment) = text("comment").filter(|comment| old || !comment.is_empty()) {
            comment.clone_into(&mut user.comment);
        }
        user.limit = gib("usage_limit_GB").unwrap_or(user.limit).min(1_000_000 << 30);
        user.used = gib("current_usage_GB").unwrap_or(user.used);
        let days = body.get("package_days").and_then(Value::as_i64);
        user.package_days = days.unwrap_or(user.package_days);
        // Panels up to 12 ignore the start without the days.
        if let Some(start) = body.get("start_date").filter(|_| days.is_some() || !old) {
            user.start_date = start.as_str().map(str::to_owned);
        }
        text("mode").unwrap_or(&user.mode.clone()).clone_into(&mut user.mode);
        user.enable = body.get("enable").and_then(Value::as_bool).unwrap_or(user.enable);
        user.missed = false;
        user.writes += 1;
    }

    fn show(&self, uuid: &str) -> Value {
        let Some(user) = self.users.get(uuid) else { return Value::Null };
        let mut shown = json!({
            "uuid": user.uuid, "name": user.name, "comment": user.comment, "enable": user.enable,
            "usage_limit_GB": gib::from_traffic(Traffic::bytes(user.limit)),
            "current_usage_GB": gib::from_traffic(Traffic::bytes(user.used)),
            "package_days": user.package_days, "start_date": user.start_date, "mode": user.mode,
            "is_active": user.is_active(), "id": 7, "lang": "en", "telegram_id": null,
            "last_online": "0001-01-01 00:00:00", "last_reset_time": "2026-11-24 00:00:00",
            "wg_pk": "cHJpdmF0ZQ==", "ed25519_private_key": "-----BEGIN OPENSSH PRIVATE KEY-----\n",
        });
        if self.release >= Release::V13 {
            shown["deleted"] = Value::Bool(false);
            shown["last_modified_time"] = "2026-11-24 03:00:00".into();
        }
        shown
    }
}

fn not_found() -> Said {
    (404, json!({"detail": {}, "message": "User not found"}))
}

fn too_long(body: &Map<String, Value>) -> bool {
    let long = |field| body.get(field).and_then(Value::as_str).is_some_and(|text| text.chars().count() > 512);
    long("name") || long("comment")
}

impl FakeUser {
    fn nameless(uuid: &str) -> Self {
        Self {
            uuid: uuid.to_owned(),
            name: "unknown".into(),
            comment: String::new(),
            limit: 1000 << 30,
            used: 0,
            package_days: 90,
            start_date: None,
            mode: "no_reset".into(),
            enable: true,
            missed: false,
            writes: 0,
        }
    }

    /// The panel's own rule: switched on, within days (the last one included), within traffic.
    #[must_use]
    pub fn is_active(&self) -> bool {
        let today = jiff::tz::Offset::UTC.to_datetime(SystemClock.now()).date();
        let start = self.start_date.as_deref().and_then(|text| text.parse::<Date>().ok()).unwrap_or(today);
        let spent = today.duration_since(start).as_secs() / 86_400;
        self.enable && spent <= self.package_days && self.used <= self.limit
    }

    /// Whether an app could connect now.
    #[must_use]
    pub fn connects(&self) -> bool {
        self.is_active() && !self.missed
    }
}
