//! What Marzban has: users with an identity for each protocol, a limit and an end.
//!
//! The tables `users` and `proxies` are as `app/db/models.py` of Gozargah/Marzban has them (commit
//! 7bca546d901201ebe31a1e6bcc459df874cf957d): traffic in bytes, none or 0 for no limit; `expire` in seconds since 1970, none
//! or 0 for no end; `on_hold` users begin `on_hold_expire_duration` seconds with their first use. Identities stand in the
//! settings of a proxy as `id` (`app/models/proxy.py`, commit 01f61d3903328990cbd30a39d1d3aec549d02fe5). The answer of
//! `GET /api/users` has the same by the same names. Nothing in it says whose a user is.

use super::{Fault, Found, MOST_ROWS, Person, Service, cells::seconds};
use crate::domain::{adoption::Rest, grant::PanelId, measure::Traffic, time::after};
use jiff::{SignedDuration, Timestamp};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::{collections::BTreeMap, fmt};
use uuid::Uuid;

/// What a user without a limit gets: panels take no greater one.
const UNLIMITED: Traffic = Traffic::gib(1_000_000);

/// One user, as the API tells it. Fields that are not named here are not looked at.
#[derive(Deserialize)]
pub struct User {
    /// Whether it may connect.
    #[serde(default)]
    pub status: String,
    /// Bytes used since the last reset.
    #[serde(default)]
    pub used_traffic: Option<i64>,
    /// Bytes allowed.
    #[serde(default)]
    pub data_limit: Option<i64>,
    /// Seconds since 1970.
    #[serde(default)]
    pub expire: Option<i64>,
    /// Seconds that begin with the first use.
    #[serde(default)]
    pub on_hold_expire_duration: Option<i64>,
    /// The settings of those protocols that have an identity.
    #[serde(default, deserialize_with = "with_identities")]
    pub proxies: BTreeMap<String, Proxy>,
}

/// The settings of one protocol.
#[derive(Default, Deserialize)]
pub struct Proxy {
    /// The identity, of those protocols that have one.
    #[serde(default)]
    pub id: Option<String>,
}

/// The answer of `GET /api/users`.
#[derive(Deserialize)]
struct Users {
    #[serde(deserialize_with = "not_too_many")]
    users: Vec<User>,
}

/// Whether we take identities of this protocol.
fn has_identity(protocol: &str) -> bool {
    protocol.eq_ignore_ascii_case("vless") || protocol.eq_ignore_ascii_case("vmess")
}

/// The settings that are looked at. Of others there may be very many, and each would weigh far more here than in the file.
fn with_identities<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Proxy>, D::Error> {
    struct Proxies;
    impl<'de> Visitor<'de> for Proxies {
        type Value = BTreeMap<String, Proxy>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the settings of each protocol")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Self::Value, A::Error> {
            let mut kept = BTreeMap::new();
            while let Some(protocol) = all.next_key::<String>()? {
                if has_identity(&protocol) {
                    kept.insert(protocol, all.next_value()?);
                } else {
                    all.next_value::<IgnoredAny>()?;
                }
            }
            Ok(kept)
        }
    }
    from.deserialize_map(Proxies)
}

/// The users of an answer, and one more than an import has where there are too many: an empty one is three bytes of a file,
/// and a hundred here.
fn not_too_many<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<User>, D::Error> {
    struct Few;
    impl<'de> Visitor<'de> for Few {
        type Value = Vec<User>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("users")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Self::Value, A::Error> {
            let mut users = Vec::new();
            while users.len() <= MOST_ROWS {
                let Some(user) = all.next_element()? else { return Ok(users) };
                users.push(user);
            }
            while all.next_element::<IgnoredAny>()?.is_some() {}
            Ok(users)
        }
    }
    from.deserialize_seq(Few)
}

/// All users of an answer of the API, of too many one more than [`MOST_ROWS`]; nothing when it is none.
#[must_use]
pub fn users(json: &[u8]) -> Option<Vec<User>> {
    serde_json::from_slice::<Users>(json).ok().map(|answer| answer.users)
}

/// What one user comes to.
#[must_use]
pub fn found(number: i64, user: &User, now: Timestamp) -> Found {
    let place = format!("user {number}");
    let Some(identity) = identity(user) else { return Found::faulty(place, Fault::NoIdentity) };
    let over = !matches!(user.status.as_str(), "active" | "on_hold");
    let known = Service::known_by(identity);
    match (over, ends_at(user, now)) {
        (true, _) => Found { service: Some(Service { over, ..known }), ..Found::at(place) },
        (false, Err(fault)) => Found::faulty(place, fault),
        (false, Ok(ends_at)) => {
            let counter = bytes(user.used_traffic);
            let limit = user.data_limit.filter(|limit| *limit > 0).map(|limit| bytes(Some(limit)));
            let left = limit.map_or(UNLIMITED, |limit| limit.minus(counter).min(UNLIMITED));
            let service = Service { rest: Some(Rest { ends_at, used: counter, left }), ..known };
            Found { person: Person::default(), service: Some(service), ..Found::at(place) }
        }
    }
}

fn bytes(of: Option<i64>) -> Traffic {
    Traffic::from_sql(of.unwrap_or(0))
}

fn ends_at(user: &User, now: Timestamp) -> Result<Timestamp, Fault> {
    if user.status == "on_hold" {
        let lasts = user.on_hold_expire_duration.filter(|lasts| *lasts > 0).ok_or(Fault::Endless)?;
        // A hundred years are no end that anybody meant.
        let lasts = Some(lasts).filter(|lasts| *lasts < 3_155_760_000).ok_or(Fault::BadDate)?;
        return Ok(after(now, SignedDuration::from_secs(lasts)));
    }
    match user.expire {
        None | Some(0) => Err(Fault::Endless),
        Some(end) => seconds(end).ok_or(Fault::BadDate),
    }
}

/// The identity: that of `VLESS`, else that of `VMess`. Only random ones are taken, as everywhere.
fn identity(user: &User) -> Option<PanelId> {
    let of = |protocol: &str| {
        let proxy = user.proxies.iter().find(|(name, _)| name.eq_ignore_ascii_case(protocol));
        proxy.and_then(|(_, proxy)| random(proxy.id.as_deref()?))
    };
    of("vless").or_else(|| of("vmess"))
}

fn random(text: &str) -> Option<PanelId> {
    let uuid = Uuid::try_parse(text).ok().filter(|uuid| uuid.get_version_num() == 4);
    uuid.filter(|uuid| uuid.get_variant() == uuid::Variant::RFC4122).map(PanelId::new)
}

/// A user of the database, from the text of its columns; its proxies stand in a table of their own.
#[must_use]
pub fn of_row(row: &super::cells::Row<'_>) -> User {
    let number = |name: &str| row.text(name).and_then(|text| text.parse().ok());
    User {
        status: row.text("status").unwrap_or_default().to_owned(),
        used_traffic: number("used_traffic"),
        data_limit: number("data_limit"),
        expire: number("expire"),
        on_hold_expire_duration: number("on_hold_expire_duration"),
        proxies: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "a59e4807-8100-45d7-83b6-f2248e3475f8";
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn read(fields: &str) -> Found {
        let json = format!(r#"{{"users":[{{{fields},"links":["x"],"unknown":1}}],"total":1}}"#);
        found(1, &users(json.as_bytes()).unwrap()[0], NOW)
    }

    #[test]
    fn what_is_left_is_told_with_the_user() {
        let proxies = format!(r#""proxies":{{"vmess":{{"id":"{ID}"}},"trojan":{{"password":"x"}}}}"#);
        let gib = 1_i64 << 30;
        let all = read(&format!(
            r#""status":"active","used_traffic":{gib},"data_limit":{},"expire":86400,{proxies}"#,
            10 * gib
        ));
        let rest = all.service.unwrap().rest.unwrap();
        assert_eq!((rest.used, rest.left), (Traffic::gib(1), Traffic::gib(9)));
        assert_eq!(rest.ends_at.as_second(), 86_400);
        let unlimited = read(&format!(r#""status":"active","data_limit":null,"expire":86400,{proxies}"#));
        assert_eq!(unlimited.service.unwrap().rest.unwrap().left, UNLIMITED);
        let held = read(&format!(r#""status":"on_hold","on_hold_expire_duration":60,{proxies}"#));
        assert_eq!(held.service.unwrap().rest.unwrap().ends_at.as_second(), 60);
        for over in ["disabled", "limited", "expired", "whatever"] {
            assert!(read(&format!(r#""status":"{over}",{proxies}"#)).service.unwrap().over, "{over}");
        }
        assert_eq!(read(&format!(r#""status":"active","expire":0,{proxies}"#)).fault, Some(Fault::Endless));
        assert_eq!(read(&format!(r#""status":"active","expire":-5,{proxies}"#)).fault, Some(Fault::BadDate));
        assert_eq!(read(r#""status":"active","expire":5"#).fault, Some(Fault::NoIdentity));
        let guessable = proxies.replace("45d7", "15d7");
        assert_eq!(
            read(&format!(r#""status":"active","expire":5,{guessable}"#)).fault,
            Some(Fault::NoIdentity)
        );
    }

    #[test]
    fn no_answer_takes_more_room_than_an_import_may_have() {
        let many = format!(r#"{{"users":[{}{{}}],"total":1}}"#, "{},".repeat(MOST_ROWS + 9));
        assert_eq!(users(many.as_bytes()).map(|all| all.len()), Some(MOST_ROWS + 1));
        let odd = format!(r#"{{"users":[{{"proxies":{{"a":{{}},"VLESS":{{"id":"{ID}"}},"b":[[]]}}}}]}}"#);
        assert_eq!(users(odd.as_bytes()).unwrap()[0].proxies.keys().collect::<Vec<_>>(), ["VLESS"]);
        let deep = format!(r#"{{"users":[],"x":{}"#, "[".repeat(1 << 20));
        assert!(users(deep.as_bytes()).is_none());
        let nested = format!(r#"{{"users":[{{"status":{}"#, "[".repeat(1 << 20));
        assert!(users(nested.as_bytes()).is_none());
    }

    proptest! {
        #[test]
        fn whatever_is_told_is_read(json: Vec<u8>, used: Option<i64>, limit: Option<i64>, end: Option<i64>, held: Option<i64>, status in "active|on_hold|x") {
            let _read = users(&json);
            let proxies = [("VLESS".to_owned(), Proxy { id: Some(ID.to_owned()) })].into();
            let user = User { status, used_traffic: used, data_limit: limit, expire: end, on_hold_expire_duration: held, proxies };
            let _found = found(1, &user, NOW);
        }
    }
}
