//! The panel's HTTP: its addresses, the key and the session cookie.

use crate::config::Config;
use nexa_core::{domain::refusal::Refusal, secret::Secret};
use nexa_panel_http::call::{Allowance, Reply, Silence, client, read, send};
use reqwest::{
    Client, Method, Response,
    header::{ACCEPT, COOKIE, SET_COOKIE},
};
use serde_json::Value;
use std::sync::{Mutex, PoisonError};
use url::Url;

/// The client.
pub struct Http {
    client: Client,
    base: Url,
    admin_path: Secret<String>,
    key: Secret<String>,
    /// Without it the panel makes and keeps a session for every call.
    session: Mutex<Option<Secret<String>>>,
    client_base: Url,
}

impl Http {
    /// A client of this configuration; calls nothing.
    pub fn new(config: &Config) -> Result<Self, Refusal> {
        Ok(Self {
            client: client(config.allow_private, config.deadline)?,
            base: config.base.clone(),
            admin_path: config.admin_path.clone(),
            key: config.key.clone(),
            session: Mutex::new(None),
            client_base: config.client_base.clone(),
        })
    }

    /// A call to the admin's API; `path` begins after `/api/v2/`.
    pub async fn admin(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        allowance: Allowance,
    ) -> Result<Reply, Silence> {
        let mut url = self.base.clone();
        url.set_path(&format!("/{}/api/v2/{path}", self.admin_path.expose()));
        let mut request = self
            .client
            .request(method, url)
            .header("Hiddify-API-Key", self.key.expose())
            .header(ACCEPT, "application/json");
        if let Some(session) = self.session().clone() {
            request = request.header(COOKIE, format!("session={}", session.expose()));
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = send(request, allowance).await?;
        self.keep_session(&response);
        read(response, allowance).await
    }

    /// A customer's document; without key and cookie, as an app would fetch it.
    pub async fn client(&self, path: &str, allowance: Allowance) -> Result<Reply, Silence> {
        let mut url = self.client_base.clone();
        url.set_path(path);
        read(send(self.client.get(url), allowance).await?, allowance).await
    }

    fn session(&self) -> std::sync::MutexGuard<'_, Option<Secret<String>>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep_session(&self, response: &Response) {
        let cookies =
            response.headers().get_all(SET_COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let session = cookies
            .filter_map(|cookie| cookie.split(';').next()?.trim().strip_prefix("session="))
            .find(|value| !value.is_empty() && value.len() <= 256);
        if let Some(session) = session {
            *self.session() = Some(Secret::new(session.to_owned()));
        }
    }
}
