//! The books, and jobs that are stuck.

use super::super::{Answer, Area, Done};
use crate::{caller::SignedIn, problem::Said};
use nexa_core::backoffice::model::{BooksView, JobView};
use poem_openapi::{OpenApi, param::Path, payload::Json};

/// See the module.
pub struct Books;

#[OpenApi(prefix_path = "/admin", tag = "Area::AdminBooks")]
impl Books {
    /// See the books
    ///
    /// Every account's balance, and whether they agree.
    #[oai(path = "/books", method = "get", operation_id = "adminBooks")]
    async fn books(&self, caller: SignedIn) -> Answer<BooksView> {
        Ok(Json(caller.office().books().await?))
    }

    /// List jobs that failed too often
    ///
    /// Those that were tried as often as a job is, and need a person.
    #[oai(path = "/jobs/poison", method = "get", operation_id = "adminPoisonJobs")]
    async fn poison_jobs(&self, caller: SignedIn) -> Answer<Vec<JobView>> {
        Ok(Json(caller.office().poison_jobs().await?))
    }

    /// Try a job again
    ///
    /// It is tried anew from the beginning, at once.
    #[oai(path = "/jobs/:job_id/retry", method = "post", operation_id = "adminRetryJob")]
    async fn retry_job(&self, caller: SignedIn, job_id: Path<String>) -> Result<Done, Said> {
        caller.office().retry_job(&job_id.0).await?;
        Ok(Done::Done)
    }
}
