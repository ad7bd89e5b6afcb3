//! The panel's HTTP: the admin's token, and documents as customers fetch them.
//!
//! A token comes for the admin's name and password and ends after a day, as a rule (`JWT_ACCESS_TOKEN_EXPIRE_MINUTES`), or
//! when the password is changed; the panel then says 401 before it looks at anything, so a call is safe to send again.

use crate::{
    answer::{judge, judge_sign_in},
    config::Config,
};
use nexa_core::{domain::refusal::Refusal, secret::Secret};
use nexa_panel_http::{
    answer::{Answer, parse},
    call::{Allowance, Reply, Silence, client, read, send},
};
use reqwest::{
    Client, Method,
    header::{ACCEPT, AUTHORIZATION},
};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use tokio::{sync::Mutex, time::Instant};
use url::Url;

/// After a refused sign-in none is tried for so long: the panel tells each to its operator, with the password that was typed
/// (`app/routers/admin.py`, `report.login`).
const REST: Duration = Duration::from_mins(1);

/// The client.
pub struct Http {
    client: Client,
    base: Url,
    username: String,
    password: Secret<String>,
    session: Mutex<Session>,
    client_base: Url,
}

#[derive(Default)]
struct Session {
    token: Option<Secret<String>>,
    refused: Option<(Instant, String)>,
}

#[derive(Deserialize)]
struct Token {
    access_token: Secret<String>,
}

/// One call of the API.
pub struct Call<'a> {
    /// How.
    pub method: Method,
    /// To where, below `/api/`. Names of users are parts of it, whatever is in them.
    pub path: &'a [&'a str],
    /// What goes into the address.
    pub query: &'a [(&'a str, String)],
    /// What goes along.
    pub body: Option<&'a Value>,
}

impl Http {
    /// A client of this configuration; calls nothing.
    pub fn new(config: &Config) -> Result<Self, Refusal> {
        Ok(Self {
            client: client(config.allow_private, config.deadline)?,
            base: config.base.clone(),
            username: config.username.clone(),
            password: config.password.clone(),
            session: Mutex::default(),
            client_base: config.client_base.clone(),
        })
    }

    /// A call to the admin's API.
    pub async fn admin(&self, call: &Call<'_>, allowance: Allowance) -> Answer<Vec<u8>> {
        let mut refused = None;
        loop {
            let token = match self.token(refused.as_ref(), allowance).await {
                Answer::Fine(token) => token,
                other => return other.and_then(|_| Answer::Absent),
            };
            match self.once(call, &token, allowance).await {
                Ok(Reply { status: 401, .. }) if refused.is_none() => refused = Some(token),
                reply => return judge(reply),
            }
        }
    }

    /// A customer's document; without the token, as an app would fetch it. `path` begins with `/`.
    pub async fn client(&self, path: &str, allowance: Allowance) -> Result<Reply, Silence> {
        let mut url = self.client_base.clone();
        url.set_path(path);
        read(send(self.client.get(url), allowance).await?, allowance).await
    }

    async fn once(
        &self,
        call: &Call<'_>,
        token: &Secret<String>,
        allowance: Allowance,
    ) -> Result<Reply, Silence> {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear().push("api").extend(call.path);
        }
        let mut request = self
            .client
            .request(call.method.clone(), url)
            .query(call.query)
            .header(AUTHORIZATION, format!("Bearer {}", token.expose()))
            .header(ACCEPT, "application/json");
        if let Some(body) = call.body {
            request = request.json(body);
        }
        read(send(request, allowance).await?, allowance).await
    }

    /// The token, or a new one in place of the one that was `refused`. One sign-in serves all who wait for it.
    async fn token(&self, refused: Option<&Secret<String>>, allowance: Allowance) -> Answer<Secret<String>> {
        let mut session = self.session.lock().await;
        if let Some(token) = session.token.as_ref().filter(|token| Some(*token) != refused) {
            return Answer::Fine(token.clone());
        }
        if let Some((_, why)) = session.refused.as_ref().filter(|(since, _)| since.elapsed() < REST) {
            return Answer::refused(why);
        }
        let answer = self.sign_in(allowance).await;
        session.token = match &answer {
            Answer::Fine(token) => Some(token.clone()),
            _ => None,
        };
        session.refused = match &answer {
            Answer::Refused { why, .. } => Some((Instant::now(), why.clone())),
            _ => None,
        };
        answer
    }

    async fn sign_in(&self, allowance: Allowance) -> Answer<Secret<String>> {
        let mut url = self.base.clone();
        url.set_path("/api/admin/token");
        let form = [
            ("grant_type", "password"),
            ("username", self.username.as_str()),
            ("password", self.password.expose().as_str()),
        ];
        let reply = match send(self.client.post(url).form(&form), allowance).await {
            Ok(response) => read(response, allowance).await,
            Err(silence) => Err(silence),
        };
        match parse::<Token>(judge_sign_in(reply)) {
            Answer::Fine(token) => Answer::Fine(token.access_token),
            Answer::Unsure(_) => Answer::refused(crate::answer::NO_PANEL),
            other => other.and_then(|_| Answer::Absent),
        }
    }
}
