//! The part of the operator's port that is about setting the shop up, and the order of what it shows.

use super::{
    LocalBackoffice,
    model::{ArrangeRequest, SetupStepView, SetupView},
    request::unit,
};
use crate::{
    domain::shelf::Shelf,
    engine::cases::{self, Step},
    error::Result,
};
use async_trait::async_trait;
use uuid::Uuid;

/// What is to be done, and in which order things are shown.
///
/// # Behaviour
/// - `arrange` shows these first, in this order, and the rest behind; each once, and only what the shop has.
/// - `setup` says of each step whether it was done, whoever did it by whatever way.
#[async_trait]
pub trait Setup: Send + Sync {
    /// What the shop needs before its first sale.
    async fn setup(&self) -> Result<SetupView>;
    /// Arranges plans, packs or gateways.
    async fn arrange(&self, request: ArrangeRequest) -> Result<()>;
}

#[async_trait]
impl Setup for LocalBackoffice {
    async fn setup(&self) -> Result<SetupView> {
        let steps = cases::setup(&self.core, &self.who).await?;
        let complete = steps.iter().all(|(_, done)| *done);
        let view = |(step, done)| SetupStepView { step: name(step).to_owned(), done };
        Ok(SetupView { steps: steps.into_iter().map(view).collect(), complete })
    }

    async fn arrange(&self, request: ArrangeRequest) -> Result<()> {
        self.who.staff()?;
        let which: Shelf = unit("shelf", &request.shelf)?;
        let ids = request.ids.iter().map(|id| crate::engine::id(id)).collect::<Result<Vec<Uuid>>>()?;
        cases::arrange(&self.core, &self.who, which, &ids).await
    }
}

const fn name(step: Step) -> &'static str {
    match step {
        Step::Brand => "brand",
        Step::Group => "group",
        Step::Server => "server",
        Step::Plan => "plan",
        Step::Gateway => "gateway",
        Step::Payment => "payment",
        Step::Bot => "bot",
        Step::SecondFactor => "second_factor",
    }
}
