//! What the server says to a call.

use poem::{Body, Response, http::StatusCode};
use serde_json::{Value, json};

/// Why a call was not done.
#[derive(Debug)]
pub struct Fault {
    /// The HTTP status.
    pub code: u16,
    /// For people.
    pub description: String,
    /// After how many seconds to ask again.
    pub retry_after: Option<u64>,
}

impl Fault {
    /// The call itself is wrong.
    pub fn bad(why: &str) -> Self {
        Self { code: 400, description: format!("Bad Request: {why}"), retry_after: None }
    }

    /// The user does not want to hear from the bot.
    pub fn forbidden(why: &str) -> Self {
        Self { code: 403, description: format!("Forbidden: {why}"), retry_after: None }
    }

    /// Something else has the upper hand.
    pub fn conflict(why: &str) -> Self {
        Self { code: 409, description: format!("Conflict: {why}"), retry_after: None }
    }

    /// Too much at once.
    pub fn flood(seconds: u64) -> Self {
        let description = format!("Too Many Requests: retry after {seconds}");
        Self { code: 429, description, retry_after: Some(seconds) }
    }
}

/// As it travels.
pub fn response(answer: Result<Value, Fault>) -> Response {
    let (code, body) = match answer {
        Ok(result) => (200, json!({ "ok": true, "result": result })),
        Err(Fault { code, description, retry_after }) => {
            let mut body = json!({ "ok": false, "error_code": code, "description": description });
            if let Some(seconds) = retry_after {
                body["parameters"] = json!({ "retry_after": seconds });
            }
            (code, body)
        }
    };
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST);
    Response::builder().status(status).content_type("application/json").body(body.to_string())
}

/// A connection that breaks before the answer is there.
pub fn broken() -> Response {
    let cut = futures::stream::iter([Err::<Vec<u8>, _>(std::io::Error::other("cut"))]);
    Response::builder().status(StatusCode::OK).body(Body::from_bytes_stream(cut))
}
