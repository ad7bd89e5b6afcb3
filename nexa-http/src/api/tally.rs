//! What a request has used of a limit, told to whoever asked: `RateLimit-Policy` and `RateLimit`
//! (<https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/>, revision 10).

use crate::{
    caller::desk_of,
    limits::{Gate, Spent},
    problem::Said,
};
use poem::{Request, Response, http::HeaderValue};
use std::sync::{Arc, OnceLock};

/// The header that says what is allowed.
pub const POLICY: &str = "RateLimit-Policy";
/// The header that says what is left of it.
pub const LEFT: &str = "RateLimit";

/// What a request has used; filled in by the operation, read by whoever writes its answer.
#[derive(Clone, Default)]
pub struct Tally(Arc<OnceLock<Spent>>);

impl Tally {
    /// Says it in an answer, whether the operation was refused or not.
    pub fn tell(&self, answer: &mut Response) {
        let Some(spent) = self.0.get() else { return };
        let name = spent.gate.name();
        let policy = format!("\"{name}\";q={};w={}", Gate::QUOTA, Gate::WINDOW_SECONDS);
        let left = format!("\"{name}\";r={};t={}", spent.left, spent.whole_in_seconds);
        for (header, value) in [(POLICY, policy), (LEFT, left)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                answer.headers_mut().insert(header, value);
            }
        }
    }
}

/// Counts a try of what is limited.
pub async fn count(request: &Request, gate: Gate) -> Result<(), Said> {
    let desk = desk_of(request)?;
    let (spent, outcome) = desk.limits.spend(gate, desk.client(request)).await;
    if let Some(Tally(told)) = request.data::<Tally>() {
        told.get_or_init(|| spent);
    }
    Ok(outcome?)
}
