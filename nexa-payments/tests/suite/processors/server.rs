//! A processor's server: what a fake answers, over the server that all scripted providers share.

use nexa_core::conformance::gateway::Outage;
use nexa_payments::testing::{self, Asked, ScriptedServer, ServerFault};
use serde_json::{Value, value::RawValue};
use std::{collections::BTreeMap, sync::Arc};
use url::form_urlencoded;

/// A request, with its parts by name.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Call {
    fn of(asked: &Asked) -> Self {
        Self {
            method: asked.method.clone(),
            path: asked.path.clone(),
            query: form_urlencoded::parse(asked.query.as_bytes()).into_owned().collect(),
            headers: asked.headers.iter().cloned().collect(),
            body: asked.body.clone(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The members of the body, as they are written; a body that is none has none.
    pub(crate) fn members(&self) -> BTreeMap<String, String> {
        let members: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(&self.body).unwrap_or_default();
        members.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

pub(crate) type Answer = (u16, String);

/// What a server says.
pub(crate) trait Script: Send + Sync + 'static {
    fn answer(&self, call: &Call) -> Answer;
}

struct Play {
    script: Arc<dyn Script>,
    said: Option<Answer>,
    last: String,
}

impl testing::Script for Play {
    fn answer(&mut self, asked: &Asked) -> Answer {
        let answer = self.said.clone().unwrap_or_else(|| self.script.answer(&Call::of(asked)));
        self.last.clone_from(&answer.1);
        answer
    }
}

/// The server. It ends when it is dropped.
pub(crate) struct Scripted(ScriptedServer<Play>);

impl Scripted {
    pub(crate) async fn start(script: Arc<dyn Script>) -> Self {
        let play = Play { script, said: None, last: String::new() };
        Self(ScriptedServer::start(play).await.expect("a port"))
    }

    pub(crate) fn base_url(&self) -> String {
        self.0.base_url()
    }

    pub(crate) fn fail(&self, outage: Outage) {
        self.0.fail(crate::fault(outage));
    }

    /// The same, after so many requests that go well.
    pub(crate) fn fail_after(&self, spare: usize, outage: Outage) {
        self.0.fail_after(spare, crate::fault(outage));
    }

    /// The request is worked on, and its answer never comes.
    pub(crate) fn work_in_silence(&self) {
        self.0.fail(Some(ServerFault::DoneThenHang));
    }

    /// Answers this to everything, or again what the script says.
    pub(crate) fn say(&self, said: Option<(u16, &str)>) {
        self.0.with(|play| play.said = said.map(|(status, text)| (status, text.to_owned())));
    }

    /// The script's last answer.
    pub(crate) fn last(&self) -> String {
        self.0.with(|play| play.last.clone())
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.0.requests().iter().map(Call::of).collect()
    }
}
