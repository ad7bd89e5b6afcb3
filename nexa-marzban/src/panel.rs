//! The adapter itself: the port's calls, each within its deadline, writes one at a time.

use crate::{
    api::Api,
    config::{Config, VISION},
    document::document,
    ensure::ensure,
    names::Names,
    site::{Plan, warning},
    wanted::Wanted,
    wire::User,
};
use async_trait::async_trait;
use jiff::SignedDuration;
use nexa_core::{
    domain::{
        extras::Extras,
        grant::{Grant, PanelId, Seen},
        link::Format,
        measure::Traffic,
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
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How old the list may be of whom an absence is believed: hardly, when somebody may have made the user by hand a moment ago,
/// or is to be taken off; and for what is sold here, as old as it gets between two readings of the counters.
const JUST_READ: Duration = Duration::from_mins(1);
const AS_USUAL: Duration = Duration::from_mins(16);

/// One Marzban.
pub struct Marzban {
    profile: PanelProfile,
    api: Api,
    names: Names,
    /// The panel keeps its users in one `SQLite` file as a rule, and fails when two write at once.
    turns: Turns,
    inbounds: Vec<String>,
    flow: &'static str,
    site: Mutex<Option<Arc<Plan>>>,
}

impl Marzban {
    /// An adapter of this configuration; calls nothing.
    pub fn connect(config: &Secret<Value>) -> Result<Self, Refusal> {
        let config = Config::read(config)?;
        Ok(Self {
            profile: PanelProfile {
                kind: "marzban",
                deadline: SignedDuration::try_from(config.deadline).unwrap_or(SignedDuration::MAX),
                // The panel makes the share links of every user that it lists.
                list_every: SignedDuration::from_mins(15),
                compare_every: SignedDuration::from_hours(6),
                formats: vec![Format::Uris, Format::SingBox, Format::Clash, Format::Xray],
                exclusive: false,
            },
            api: Api::new(&config)?,
            names: Names::default(),
            turns: Turns::new(config.deadline),
            inbounds: config.inbounds,
            flow: config.flow,
            site: Mutex::default(),
        })
    }

    /// Asks what the panel is. A panel that is not supported must not be written to.
    async fn look(&self) -> Answer<(Version, Arc<Plan>)> {
        let seen = match self.api.version().await {
            Answer::Fine(version) => {
                let plan = |there| Plan::of(&there, &self.inbounds, self.flow).map(Arc::new);
                let planned = self.api.inbounds().await.and_then(|there| match plan(there) {
                    Ok(plan) => Answer::Fine(plan),
                    Err(why) => Answer::refused(&why),
                });
                planned.and_then(|plan| Answer::Fine((version, plan)))
            }
            other => other.and_then(|_| Answer::Absent),
        };
        let known = match &seen {
            Answer::Fine((_, plan)) => Some(Arc::clone(plan)),
            // It became another panel, or lost its inbounds: it is looked at again before anything is written.
            Answer::Refused { .. } => None,
            _ => return seen,
        };
        *self.site.lock().unwrap_or_else(PoisonError::into_inner) = known;
        seen
    }

    /// The protocols and inbounds of our users, as they were when the panel was last looked at.
    async fn plan(&self) -> Answer<Arc<Plan>> {
        let known = self.site.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(plan) => Answer::Fine(plan),
            None => self.look().await.and_then(|(_, plan)| Answer::Fine(plan)),
        }
    }

    async fn wanted(&self, grant: &Grant) -> Answer<Wanted> {
        self.plan()
            .await
            .and_then(|plan| Wanted::from_grant(grant, plan).map_or_else(Answer::refused, Answer::Fine))
    }

    /// The user of a grant. One of which something was counted here before must be there, under whatever name.
    async fn user_of(&self, grant: &Grant) -> Answer<User> {
        let age = if grant.counted == Traffic::ZERO { AS_USUAL } else { JUST_READ };
        self.names.find(&self.api, grant.panel_id, age).await
    }

    async fn remove_now(&self, panel_id: PanelId) -> Outcome<()> {
        // Whoever is believed absent here goes on connecting.
        let name = match self.names.find(&self.api, panel_id, JUST_READ).await {
            Answer::Fine(user) => user.username,
            other => return other.and_then(|_| Answer::Absent).outcome(),
        };
        match self.api.delete(&name).await {
            Answer::Fine(()) | Answer::Absent => Outcome::Done(()),
            Answer::Unsure(why) => match self.api.user(&name).await {
                Answer::Absent => Outcome::Done(()),
                _ => Outcome::Ambiguous(why),
            },
            other => other.outcome(),
        }
    }
}

/// What an answer comes to that has no value.
fn without<T, U>(answer: Answer<T>) -> Outcome<U> {
    answer.and_then(|_| Answer::Absent).outcome()
}

#[async_trait]
impl Panel for Marzban {
    fn profile(&self) -> &PanelProfile {
        &self.profile
    }

    async fn apply(&self, grant: &Grant) -> Outcome<Seen> {
        self.turns
            .alone(async {
                match self.wanted(grant).await {
                    Answer::Fine(wanted) => ensure(&self.api, &wanted, self.user_of(grant).await).await,
                    other => without(other),
                }
            })
            .await
    }

    async fn holds(&self, grant: &Grant) -> Outcome<bool> {
        self.turns
            .within(async {
                match self.wanted(grant).await {
                    Answer::Fine(wanted) => {
                        self.user_of(grant).await.outcome().map(|user| wanted.is_held_by(&user))
                    }
                    other => without(other),
                }
            })
            .await
    }

    async fn find(&self, panel_id: PanelId) -> Outcome<Seen> {
        let found = async { self.names.find(&self.api, panel_id, JUST_READ).await.outcome() };
        self.turns.within(found).await.map(|user| user.seen(panel_id))
    }

    async fn list(&self) -> Outcome<Vec<Seen>> {
        let listed = async { self.names.list(&self.api).await.outcome() };
        let all = self.turns.within(listed).await;
        all.map(|all| all.iter().map(|(panel_id, user)| user.seen(*panel_id)).collect())
    }

    async fn notes(&self) -> Outcome<Vec<OwnerNote>> {
        let listed = async { self.names.list(&self.api).await.outcome() };
        self.turns.within(listed).await.map(|all| all.values().filter_map(User::owner).collect())
    }

    async fn remove(&self, panel_id: PanelId) -> Outcome<()> {
        self.turns.alone(self.remove_now(panel_id)).await
    }

    async fn document(&self, panel_id: PanelId, format: Format) -> Outcome<String> {
        self.turns
            .within(async {
                match self.names.find(&self.api, panel_id, AS_USUAL).await {
                    Answer::Fine(user) => document(&self.api, &user, format).await,
                    other => without(other),
                }
            })
            .await
    }

    async fn health(&self) -> Outcome<PanelHealth> {
        self.turns
            .within(async {
                self.look().await.outcome().map(|(version, _)| PanelHealth {
                    version: version.text().to_owned(),
                    warning: warning(&version),
                    offers: Extras::NONE,
                    sold_out: Extras::NONE,
                })
            })
            .await
    }
}

/// Makes Marzban adapters: kind `marzban`.
#[derive(Clone, Copy, Debug, Default)]
pub struct MarzbanKind;

impl PanelKind for MarzbanKind {
    fn name(&self) -> &'static str {
        "marzban"
    }

    fn fields(&self) -> Vec<Field> {
        vec![
            Field::new("base_url", Input::Text).needed().destination(),
            Field::new("username", Input::Text).needed(),
            Field::new("password", Input::Secret).needed(),
            Field::new("inbounds", Input::Lines),
            Field::new("flow", Input::Choice(&[VISION])).seldom(),
            Field::new("client_base_url", Input::Text).seldom().destination(),
            Field::new("deadline_seconds", Input::Number).seldom(),
            Field::new("allow_private", Input::Flag).seldom(),
        ]
    }

    fn connect(&self, config: &Secret<Value>) -> Result<Arc<dyn Panel>, Refusal> {
        Ok(Arc::new(Marzban::connect(config)?))
    }

    fn is_same(&self, one: &Secret<Value>, other: &Secret<Value>) -> bool {
        let whose = |config| Config::read(config).ok().map(|config| (config.base, config.username));
        one == other || whose(one).is_some_and(|one| Some(one) == whose(other))
    }
}
