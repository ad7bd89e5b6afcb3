//! The calls of the panel's API that we need, one function each.

use crate::{
    answer::{WRONG_PATH, judge},
    config::Config,
    http::Http,
    version::is_supported,
    wire::{User, Wanted},
};
use nexa_core::{
    domain::{grant::PanelId, refusal::Refusal},
    secret::Secret,
};
use nexa_panel_http::{
    answer::{Answer, parse},
    call::{Allowance, Reply, Silence},
    version::Version,
};
use reqwest::Method;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::time::Duration;

const SMALL: usize = 256 << 10;
const LARGE: usize = 64 << 20;

/// The panel's API.
pub struct Api {
    http: Http,
    deadline: Duration,
}

#[derive(Deserialize)]
struct Info {
    version: String,
}

#[derive(Deserialize)]
struct AllConfigs {
    chconfigs: serde_json::Map<String, Value>,
}

#[derive(Deserialize)]
struct Dashboard {
    link_domains: Vec<LinkDomain>,
}

#[derive(Deserialize)]
struct LinkDomain {
    base: String,
}

fn user_path(panel_id: PanelId) -> String {
    format!("admin/user/{}/", panel_id.expose())
}

impl Api {
    /// An API of this configuration; calls nothing.
    pub fn new(config: &Config) -> Result<Self, Refusal> {
        Ok(Self { http: Http::new(config)?, deadline: config.deadline })
    }

    /// The deadline of a call about one user: a panel up to 12 may be busy with somebody's list for that long.
    pub fn single(&self) -> Duration {
        Duration::from_secs(30).min(self.deadline / 3)
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer<Vec<u8>> {
        judge(self.http.admin(method, path, body, Allowance { time: self.single(), bytes: SMALL }).await)
    }

    async fn read_large<T: DeserializeOwned>(&self, path: &str) -> Answer<T> {
        let allowance = Allowance { time: self.deadline, bytes: LARGE };
        parse(judge(self.http.admin(Method::GET, path, None, allowance).await))
    }

    /// The version; any role may ask.
    pub async fn version(&self) -> Answer<Version> {
        let info: Answer<Info> = parse(self.call(Method::GET, "panel/info/", None).await);
        match info {
            // The panel's API knows this address in every supported version.
            Answer::Absent => {
                Answer::Refused { why: "not a HiddifyPanel of a supported version".into(), dirty: false }
            }
            Answer::Fine(info) => match Version::parse(&info.version) {
                Some(version) if is_supported(&version) => Answer::Fine(version),
                Some(_) => Answer::Refused {
                    why: "HiddifyPanel before 10.50 is not supported: update it".into(),
                    dirty: false,
                },
                None => Answer::Refused { why: "the panel tells no version".into(), dirty: false },
            },
            Answer::Unsure(why) if why == WRONG_PATH => Answer::Refused { why, dirty: false },
            other => other.and_then(|_| Answer::Absent),
        }
    }

    /// Whether the key belongs to an admin.
    pub async fn me(&self) -> Answer<()> {
        self.call(Method::GET, "admin/me/", None).await.and_then(|_| Answer::Fine(()))
    }

    /// One user.
    pub async fn find(&self, panel_id: PanelId) -> Answer<User> {
        parse(self.call(Method::GET, &user_path(panel_id), None).await)
    }

    /// All users of the key's admin and its sub-admins. The panel says 404 when there is none.
    pub async fn list(&self) -> Answer<Vec<User>> {
        match self.read_large("admin/user/").await {
            Answer::Absent => Answer::Fine(Vec::new()),
            other => other,
        }
    }

    /// Makes a user.
    pub async fn create(&self, wanted: &Wanted) -> Answer<User> {
        parse(self.call(Method::POST, "admin/user/", Some(&wanted.create())).await)
    }

    /// Changes a user to what is wanted.
    pub async fn change(&self, wanted: &Wanted) -> Answer<User> {
        parse(self.call(Method::PATCH, &user_path(wanted.panel_id), Some(&wanted.change())).await)
    }

    /// Switches a user off and leaves the rest.
    pub async fn disable(&self, panel_id: PanelId) -> Answer<()> {
        let body = json!({"enable": false});
        self.call(Method::PATCH, &user_path(panel_id), Some(&body)).await.and_then(|_| Answer::Fine(()))
    }

    /// Writes a user again without any change, which makes the panel apply it once more.
    pub async fn touch(&self, panel_id: PanelId) -> Answer<()> {
        self.call(Method::PATCH, &user_path(panel_id), Some(&json!({}))).await.and_then(|_| Answer::Fine(()))
    }

    /// Deletes a user.
    pub async fn delete(&self, uuid: &str) -> Answer<()> {
        self.call(Method::DELETE, &format!("admin/user/{uuid}/"), None).await.and_then(|_| Answer::Fine(()))
    }

    /// The customers' secret path: all settings for a super admin, else (from 14 on) the dashboard's list.
    pub async fn client_path(&self) -> Answer<Secret<String>> {
        let found = match self.read_large::<AllConfigs>("admin/all-configs/").await {
            Answer::Fine(all) => all
                .chconfigs
                .get("0")
                .and_then(|configs| configs.get("proxy_path_client")?.as_str().map(str::to_owned)),
            Answer::Refused { .. } | Answer::Absent => {
                match self.read_large::<Dashboard>("admin/users/").await {
                    Answer::Fine(dashboard) => dashboard.link_domains.first().and_then(|domain| {
                        domain.base.trim_end_matches('/').rsplit('/').next().map(str::to_owned)
                    }),
                    Answer::NotDone(why) => return Answer::NotDone(why),
                    Answer::Unsure(why) => return Answer::Unsure(why),
                    _ => None,
                }
            }
            other => return other.and_then(|_| Answer::Absent),
        };
        match found.filter(|path| !path.is_empty() && path.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            Some(path) => Answer::Fine(Secret::new(path)),
            None => Answer::Refused {
                why: "the panel does not tell the customers' path to this key: set client_proxy_path".into(),
                dirty: false,
            },
        }
    }

    /// A customer's document, raw. `path` begins with `/`.
    pub async fn document(&self, path: &str) -> Result<Reply, Silence> {
        self.http.client(path, Allowance { time: self.single(), bytes: 4 << 20 }).await
    }
}
