//! Jobs that were given up.

use super::{LocalBackoffice, model::JobView, view};
use crate::{domain::permission::Permission, engine::cases, error::Result};
use async_trait::async_trait;

/// Jobs that failed too often, so that nobody tries them any more.
///
/// # Behaviour
/// - `retry_job` makes such a job ready again; any other is `not_found`.
#[async_trait]
pub trait StuckJobs: Send + Sync {
    /// Jobs that failed too often.
    async fn poison_jobs(&self) -> Result<Vec<JobView>>;
    /// Tries such a job again.
    async fn retry_job(&self, job_id: &str) -> Result<()>;
}

#[async_trait]
impl StuckJobs for LocalBackoffice {
    async fn poison_jobs(&self) -> Result<Vec<JobView>> {
        let mut read = self.read(Permission::Settings).await?;
        Ok(read.poison_jobs(self.who.shop_id).await?.iter().map(view::job).collect())
    }

    async fn retry_job(&self, job_id: &str) -> Result<()> {
        cases::retry_job(&self.core, &self.who, self.id(Permission::Settings, job_id)?).await
    }
}
