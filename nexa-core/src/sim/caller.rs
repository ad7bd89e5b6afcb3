//! Receivers of webhooks in memory, which can be told what to answer.

use crate::{
    address::outbound::{Range, web_address},
    domain::{refusal::Refusal, webhook::Reply},
    ports::caller::{Caller, HookCall},
    secret::Secret,
};
use async_trait::async_trait;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct Heard {
    told: Vec<HookCall>,
    fetched: Vec<String>,
    /// What is answered; 204 when nothing was said.
    status: Option<u16>,
    /// `Retry-After` of what is answered.
    retry_after: Option<u32>,
    down: bool,
    private: bool,
}

/// All receivers of the world. Clones share them.
#[derive(Clone, Default)]
pub struct FakeCaller {
    heard: Arc<Mutex<Heard>>,
}

impl FakeCaller {
    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every message that came, oldest first, taken or not.
    #[must_use]
    pub fn told(&self) -> Vec<HookCall> {
        self.heard().told.clone()
    }

    /// Every address that was fetched, oldest first.
    #[must_use]
    pub fn fetched(&self) -> Vec<String> {
        self.heard().fetched.clone()
    }

    /// What receivers answer from now on.
    pub fn set_status(&self, status: u16) {
        self.heard().status = Some(status);
    }

    /// For how many seconds receivers ask to be left alone from now on.
    pub fn set_retry_after(&self, seconds: u32) {
        self.heard().retry_after = Some(seconds);
    }

    /// Whether nobody answers.
    pub fn set_down(&self, down: bool) {
        self.heard().down = down;
    }

    /// Whether the installation lets its own network be called.
    pub fn set_private(&self, private: bool) {
        self.heard().private = private;
    }

    fn reply(heard: &Heard) -> Reply {
        if heard.down {
            return Reply::silent("no connection");
        }
        let reply = Reply::answered(heard.status.unwrap_or(204), "");
        match heard.retry_after {
            Some(seconds) => reply.asking(&seconds.to_string()),
            None => reply,
        }
    }
}

#[async_trait]
impl Caller for FakeCaller {
    fn accepts(&self, url: &str, inside: bool) -> Result<(), Refusal> {
        let range = Range::allowing_private(inside && self.heard().private);
        web_address("url", url, range).map(drop)
    }

    async fn tell(&self, call: &HookCall) -> Reply {
        let mut heard = self.heard();
        heard.told.push(call.clone());
        Self::reply(&heard)
    }

    async fn fetch(&self, url: &Secret<String>) -> Reply {
        let mut heard = self.heard();
        heard.fetched.push(url.expose().clone());
        Self::reply(&heard)
    }
}
