//! `nexa health`: asks a running shop whether it is well, for supervisors that know nothing but exit codes.

use super::{Stop, say};
use std::{process::ExitCode, time::Duration};

/// How long a shop may take to answer.
const DEADLINE: Duration = Duration::from_secs(5);

/// Success when the address answers with a success, failure when with anything else or not at all.
pub async fn ask(url: &str) -> Result<ExitCode, Stop> {
    let client = reqwest::Client::builder().no_proxy().timeout(DEADLINE).build().map_err(Stop::broken)?;
    let asked = client.get(url).build().map_err(|_| Stop::usage(format!("{url}: not an address")))?;
    match client.execute(asked).await {
        Ok(answer) if answer.status().is_success() => Ok(ExitCode::SUCCESS),
        Ok(answer) => {
            say(&format!("{url} answers {}", answer.status()));
            Ok(ExitCode::FAILURE)
        }
        Err(_) => {
            say(&format!("{url} does not answer"));
            Ok(ExitCode::FAILURE)
        }
    }
}
