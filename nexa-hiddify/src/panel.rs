//! The adapter itself: the port's calls, each within its deadline, writes one at a time.

use crate::{
    api::Api,
    config::Config,
    ensure::ensure,
    link,
    version::{forgets_the_last_change, warning},
    wire::Wanted,
};
use async_trait::async_trait;
use jiff::SignedDuration;
use nexa_core::{
    domain::{
        extras::Extras,
        grant::{Grant, PanelId, Seen},
        link::Format,
        refusal::Refusal,
        setting::{Field, Input},
    },
    ports::{
        outcome::Outcome,
        panel::{OwnerNote, Panel, PanelHealth, PanelKind, PanelProfile},
    },
    secret::Secret,
};
use nexa_panel_http::{answer::Answer, turns::Turns, version::Version};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// One HiddifyPanel.
pub struct Hiddify {
    profile: PanelProfile,
    api: Api,
    version: OnceCell<Version>,
    client_path: OnceCell<Secret<String>>,
    /// Every write makes the panel apply all its users, and a second apply within the first is lost on old versions.
    turns: Turns,
    last_written: Mutex<Option<LastWritten>>,
}

#[derive(Clone, Copy)]
struct LastWritten {
    panel_id: PanelId,
    /// Whether a health check has passed since.
    rested: bool,
}

impl Hiddify {
    /// An adapter of this configuration; calls nothing.
    pub fn connect(config: &Secret<Value>) -> Result<Self, Refusal> {
        let config = Config::read(config)?;
        let client_path = OnceCell::new_with(config.client_path.clone());
        Ok(Self {
            profile: PanelProfile {
                kind: "hiddify",
                deadline: SignedDuration::try_from(config.deadline).unwrap_or(SignedDuration::MAX),
                // A list costs the panel about a second for every thousand users, and panels up to 12 serve nobody
                // else meanwhile.
                list_every: SignedDuration::from_mins(15),
                compare_every: SignedDuration::from_hours(6),
                formats: vec![Format::Uris, Format::SingBox, Format::Clash, Format::Xray],
                exclusive: false,
            },
            api: Api::new(&config)?,
            version: OnceCell::new(),
            client_path,
            turns: Turns::new(config.deadline),
            last_written: Mutex::new(None),
        })
    }

    /// The version, asked once: a panel that is too old must not be written to.
    async fn version(&self) -> Answer<Version> {
        if let Some(version) = self.version.get() {
            return Answer::Fine(version.clone());
        }
        let answer = self.api.version().await;
        if let Answer::Fine(version) = &answer {
            // Whoever came first has set the same.
            let _known = self.version.set(version.clone());
        }
        answer
    }

    /// The customers' path, from the configuration or discovered once.
    async fn client_path(&self) -> Answer<Secret<String>> {
        if let Some(path) = self.client_path.get() {
            return Answer::Fine(path.clone());
        }
        let answer = self.api.client_path().await;
        if let Answer::Fine(path) = &answer {
            // Whoever came first has set the same.
            let _known = self.client_path.set(path.clone());
        }
        answer
    }

    fn set_last_written(&self, last: Option<LastWritten>) -> Option<LastWritten> {
        std::mem::replace(&mut *self.last_written.lock().unwrap_or_else(PoisonError::into_inner), last)
    }

    /// Writes the last user of a burst once more, at the second health check after it. Old panels may have missed it:
    /// the apply that it started ends at once when another is still running.
    async fn touch_last_written(&self, version: &Version) {
        let Some(last) = self.set_last_written(None) else { return };
        if !forgets_the_last_change(version) {
            return;
        }
        if !last.rested {
            self.set_last_written(Some(LastWritten { rested: true, ..last }));
            return;
        }
        let touched = self.turns.alone(async { self.api.touch(last.panel_id).await.outcome() }).await;
        tracing::debug!(done = touched.is_alive(), "touched the last changed user");
    }

    async fn remove_now(&self, panel_id: PanelId) -> Outcome<()> {
        match self.api.disable(panel_id).await {
            Answer::Fine(()) => {}
            other => return other.outcome(),
        }
        match self.api.delete(&panel_id.expose()).await {
            Answer::Fine(()) | Answer::Absent => Outcome::Done(()),
            Answer::Unsure(why) => match self.api.find(panel_id).await {
                Answer::Absent => Outcome::Done(()),
                _ => Outcome::Ambiguous(why),
            },
            // Switched off, but still there.
            Answer::NotDone(why) => Outcome::Ambiguous(why),
            other => other.outcome(),
        }
    }
}

#[async_trait]
impl Panel for Hiddify {
    fn profile(&self) -> &PanelProfile {
        &self.profile
    }

    async fn apply(&self, grant: &Grant) -> Outcome<Seen> {
        let wanted = match Wanted::from_grant(grant) {
            Ok(wanted) => wanted,
            Err(why) => return Outcome::Rejected(why.into()),
        };
        self.turns
            .alone(async {
                if let refusal @ (Answer::Refused { .. } | Answer::NotDone(_) | Answer::Unsure(_)) =
                    self.version().await
                {
                    return refusal.and_then(|_| Answer::Absent).outcome();
                }
                let ensured = ensure(&self.api, &wanted).await;
                if ensured.wrote {
                    self.set_last_written(Some(LastWritten { panel_id: grant.panel_id, rested: false }));
                }
                ensured.outcome
            })
            .await
    }

    async fn holds(&self, grant: &Grant) -> Outcome<bool> {
        let wanted = match Wanted::from_grant(grant) {
            Ok(wanted) => wanted,
            Err(why) => return Outcome::Rejected(why.into()),
        };
        self.turns
            .within(async {
                self.api.find(grant.panel_id).await.outcome().map(|user| wanted.is_held_by(&user))
            })
            .await
    }

    async fn find(&self, panel_id: PanelId) -> Outcome<Seen> {
        self.turns
            .within(async {
                let seen =
                    |user: crate::wire::User| match user.seen().filter(|seen| seen.panel_id == panel_id) {
                        Some(seen) => Answer::Fine(seen),
                        None => Answer::Unsure("the panel answers with another user".into()),
                    };
                self.api.find(panel_id).await.and_then(seen).outcome()
            })
            .await
    }

    async fn list(&self) -> Outcome<Vec<Seen>> {
        self.turns
            .within(async {
                let users = self.api.list().await.outcome();
                users.map(|users| users.iter().filter_map(crate::wire::User::seen).collect())
            })
            .await
    }

    async fn notes(&self) -> Outcome<Vec<OwnerNote>> {
        self.turns
            .within(async {
                let users = self.api.list().await.outcome();
                users.map(|users| users.iter().filter_map(crate::wire::User::note).collect())
            })
            .await
    }

    async fn remove(&self, panel_id: PanelId) -> Outcome<()> {
        self.turns.alone(self.remove_now(panel_id)).await
    }

    async fn document(&self, panel_id: PanelId, format: Format) -> Outcome<String> {
        self.turns
            .within(async {
                match self.client_path().await {
                    Answer::Fine(path) => link::document(&self.api, path.expose(), panel_id, format).await,
                    other => other.and_then(|_| Answer::Absent).outcome(),
                }
            })
            .await
    }

    async fn health(&self) -> Outcome<PanelHealth> {
        self.turns
            .within(async {
                let version = match self.api.version().await {
                    Answer::Fine(version) => version,
                    other => return other.and_then(|_| Answer::Absent).outcome(),
                };
                match self.api.me().await {
                    Answer::Fine(()) => {}
                    Answer::Absent => return Outcome::Rejected("the key belongs to no admin".into()),
                    other => return other.and_then(|()| Answer::Absent).outcome(),
                }
                self.touch_last_written(&version).await;
                let (text, warning) = (version.text().to_owned(), warning(&version));
                Outcome::Done(PanelHealth {
                    version: text,
                    warning,
                    offers: Extras::NONE,
                    sold_out: Extras::NONE,
                })
            })
            .await
    }
}

/// Makes HiddifyPanel adapters: kind `hiddify`.
#[derive(Clone, Copy, Debug, Default)]
pub struct HiddifyKind;

impl PanelKind for HiddifyKind {
    fn name(&self) -> &'static str {
        "hiddify"
    }

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::new("admin_link", Input::Secret).needed().destination(),
            Field::new("client_proxy_path", Input::Secret).seldom(),
            Field::new("client_base_url", Input::Text).seldom().destination(),
            Field::new("deadline_seconds", Input::Number).seldom(),
            Field::new("allow_private", Input::Flag).seldom(),
        ]
    }

    fn connect(&self, config: &Secret<Value>) -> Result<Arc<dyn Panel>, Refusal> {
        Ok(Arc::new(Hiddify::connect(config)?))
    }
}
