//! The calls of the panel's API that we need, one function each.

use crate::{
    answer::NO_PANEL,
    config::Config,
    http::{Call, Http},
    site::{Inbound, inbounds, refusal},
    wire::{Page, User},
};
use nexa_core::domain::refusal::Refusal;
use nexa_panel_http::{
    answer::{Answer, parse},
    call::{Allowance, Reply, Silence},
    version::Version,
};
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};

const SMALL: usize = 1 << 20;
const LARGE: usize = 16 << 20;
/// Users on a page of the list. The panel makes all share links of each, so a page takes it a while.
const PAGE: usize = 500;
/// More users than this are no list of one panel.
const MOST: usize = 200_000;
/// How often a list is begun anew that moved while it was read.
const TRIES: usize = 3;

/// The panel's API.
pub struct Api {
    http: Http,
    deadline: Duration,
}

#[derive(Deserialize)]
struct System {
    version: String,
}

impl Api {
    /// An API of this configuration; calls nothing.
    pub fn new(config: &Config) -> Result<Self, Refusal> {
        Ok(Self { http: Http::new(config)?, deadline: config.deadline })
    }

    /// A sign-in may come before a call, and both must end within the deadline.
    fn single(&self) -> Duration {
        Duration::from_secs(30).min(self.deadline / 3)
    }

    async fn call(&self, method: Method, path: &[&str], body: Option<&Value>) -> Answer<Vec<u8>> {
        let call = Call { method, path, query: &[], body };
        self.http.admin(&call, Allowance { time: self.single(), bytes: SMALL }).await
    }

    /// The version; any admin may ask.
    pub async fn version(&self) -> Answer<Version> {
        match parse::<System>(self.call(Method::GET, &["system"], None).await) {
            Answer::Fine(system) => match Version::parse(&system.version) {
                Some(version) => match refusal(&version) {
                    None => Answer::Fine(version),
                    Some(why) => Answer::refused(why),
                },
                None => Answer::refused("the panel tells no version"),
            },
            Answer::Unsure(why) if why == NO_PANEL => Answer::refused(NO_PANEL),
            Answer::Absent | Answer::Exists => Answer::refused(NO_PANEL),
            other => other.and_then(|_| Answer::Absent),
        }
    }

    /// The inbounds by protocol.
    pub async fn inbounds(&self) -> Answer<BTreeMap<String, Vec<Inbound>>> {
        parse(self.call(Method::GET, &["inbounds"], None).await)
            .and_then(|told| inbounds(told).map_or_else(Answer::refused, Answer::Fine))
    }

    /// One user.
    pub async fn user(&self, name: &str) -> Answer<User> {
        parse(self.call(Method::GET, &["user", name], None).await).and_then(|user: User| {
            if user.username == name {
                Answer::Fine(user)
            } else {
                Answer::Unsure("the panel answers with another user".into())
            }
        })
    }

    /// Makes a user.
    pub async fn create(&self, user: &Value) -> Answer<User> {
        parse(self.call(Method::POST, &["user"], Some(user)).await)
    }

    /// Changes a user. What is not told stays as it is.
    pub async fn change(&self, name: &str, change: &Value) -> Answer<User> {
        parse(self.call(Method::PUT, &["user", name], Some(change)).await)
    }

    /// Deletes a user.
    pub async fn delete(&self, name: &str) -> Answer<()> {
        let gone = self.call(Method::DELETE, &["user", name], None).await;
        gone.and_then(|_| Answer::Fine(()))
    }

    /// All users of the admin; of a sudo admin, all of the panel.
    pub async fn users(&self) -> Answer<Vec<User>> {
        for _ in 0..TRIES {
            match self.run_through().await {
                Answer::Fine(Some(users)) => return Answer::Fine(users),
                Answer::Fine(None) => {}
                other => return other.and_then(|_| Answer::Absent),
            }
        }
        Answer::Unsure("the panel's list changes while it is read".into())
    }

    /// The list page by page, by name. Each page begins with the last user of the one before: if it does not, somebody was
    /// deleted or made meanwhile, and a user might be missed.
    async fn run_through(&self) -> Answer<Option<Vec<User>>> {
        let mut all: Vec<User> = Vec::new();
        loop {
            let offset = all.len().saturating_sub(1);
            let mut page = match self.page(offset).await {
                Answer::Fine(page) => page.users,
                other => return other.and_then(|_| Answer::Absent),
            };
            let is_last = page.len() < PAGE;
            if let Some(last) = all.last() {
                if page.first().is_none_or(|first| first.username != last.username) {
                    return Answer::Fine(None);
                }
                page.remove(0);
            }
            all.append(&mut page);
            if is_last {
                return Answer::Fine(Some(all));
            }
            if all.len() > MOST {
                return Answer::Unsure("the panel's list has no end".into());
            }
        }
    }

    async fn page(&self, offset: usize) -> Answer<Page> {
        let query =
            [("offset", offset.to_string()), ("limit", PAGE.to_string()), ("sort", "username".to_owned())];
        let call = Call { method: Method::GET, path: &["users"], query: &query, body: None };
        parse(self.http.admin(&call, Allowance { time: self.deadline, bytes: LARGE }).await)
    }

    /// A customer's document, raw. `path` begins with `/`.
    pub async fn document(&self, path: &str) -> Result<Reply, Silence> {
        self.http.client(path, Allowance { time: self.single(), bytes: 4 << 20 }).await
    }
}
