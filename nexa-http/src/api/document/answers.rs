//! What every operation may answer besides its own answer, said once; and the headers of answers.

use super::sample;
use crate::{api::tally, once, problem::Problem};
use poem_openapi::types::Type;
use serde_json::{Map, Value, json};

/// The statuses that any operation may answer with a problem, and what they mean.
const PROBLEMS: [(&str, &str, &str); 12] = [
    ("400", "Malformed", "The request cannot be read: bad JSON, an unknown field, a bad parameter."),
    ("401", "SignedOut", "Not signed in, or the session has ended."),
    ("403", "Forbidden", "Signed in, but not permitted, or blocked."),
    ("404", "Missing", "There is no such thing, or it is not yours."),
    ("405", "OtherMethod", "The path has other methods; `Allow` names them."),
    ("409", "Conflict", "The same request is being worked on, or somebody decided already."),
    ("413", "TooLarge", "The body is larger than allowed."),
    ("415", "UnsupportedMedia", "Another content type is expected."),
    ("422", "Refused", "The answer is no; `code` says why."),
    ("429", "TooManyAttempts", "Too many tries; wait for `Retry-After` seconds."),
    ("500", "Accident", "An accident on our side that another try will not mend."),
    ("503", "Unavailable", "An accident on our side; try again after `Retry-After` seconds."),
];

/// Operations that count against a limit by address, and its name: `account` or `receipt`.
const LIMITED: &[(&str, &str)] = &[
    ("signUp", "account"),
    ("requestCode", "account"),
    ("signIn", "account"),
    ("adoptSubscription", "account"),
    ("prove", "account"),
    ("confirmTotp", "account"),
    ("disableTotp", "account"),
    ("addEmail", "account"),
    ("confirmEmail", "account"),
    ("addTelegram", "account"),
    ("setPassword", "account"),
    ("addPasskey", "account"),
    ("acceptInvitation", "account"),
    ("lookAtGift", "account"),
    ("claimGift", "account"),
    ("quoteCoupon", "account"),
    ("uploadReceipt", "receipt"),
    ("openTicketWithPicture", "receipt"),
    ("showTicketPicture", "receipt"),
];

/// What is shared: the schema of a problem, the responses, the headers.
pub fn components(components: &mut Value) {
    components["schemas"][Problem::name().as_ref()] = problem_schema();
    let mut responses = Map::new();
    for (status, name, about) in PROBLEMS {
        let mut response = json!({
            "description": about,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
        if matches!(status, "409" | "429" | "503") {
            response["headers"]["Retry-After"] = header("RetryAfter");
        }
        if status == "401" {
            response["headers"]["WWW-Authenticate"] =
                json!({ "description": "`Bearer`.", "schema": { "type": "string" } });
        }
        responses.insert(name.to_owned(), response);
    }
    components["responses"] = Value::Object(responses);
    components["headers"] = json!({
        "RetryAfter": { "description": "Seconds to wait.", "schema": { "type": "integer", "minimum": 1 } },
        "RateLimitPolicy": {
            "description": "What is allowed to one address: `q` tries in `w` seconds.",
            "schema": { "type": "string", "examples": ["\"account\";q=20;w=600"] },
        },
        "RateLimit": {
            "description": "What is left of it: `r` tries now, and all of them again in `t` seconds.",
            "schema": { "type": "string", "examples": ["\"account\";r=19;t=30"] },
        },
        "IdempotentReplay": {
            "description": "`true` when this answer was given before.",
            "schema": { "type": "string", "enum": ["true"] },
        },
    });
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// Adds what any operation may answer.
pub fn problems(operation: &mut Value) {
    let takes_body = operation.get("requestBody").is_some();
    for (status, name, _) in PROBLEMS {
        if takes_body || !matches!(status, "413" | "415") {
            operation["responses"][status] = json!({ "$ref": format!("#/components/responses/{name}") });
        }
    }
}

/// Whether an operation takes an `Idempotency-Key`.
pub fn is_repeated(operation: &Value) -> bool {
    let named = |p: &Value| p["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(once::KEY));
    operation["parameters"].as_array().is_some_and(|all| all.iter().any(named))
}

/// Says what is written beside answers, and how the key that names a request looks.
pub fn headers(operation: &mut Value) {
    let repeated = is_repeated(operation);
    if repeated {
        key_of_a_repeat(operation);
    }
    let limited = limit(operation["operationId"].as_str().unwrap_or_default()).is_some();
    let answers = operation["responses"].as_object_mut().into_iter().flatten();
    for (_, answer) in answers.filter(|(status, _)| status.starts_with('2')) {
        if repeated {
            answer["headers"][once::REPLAY] = header("IdempotentReplay");
        }
        if limited {
            answer["headers"][tally::POLICY] = header("RateLimitPolicy");
            answer["headers"][tally::LEFT] = header("RateLimit");
        }
    }
    if limited {
        operation["responses"]["429"] = json!({
            "description": "Too many tries; wait for `Retry-After` seconds.",
            "headers": {
                "Retry-After": header("RetryAfter"),
                tally::POLICY: header("RateLimitPolicy"),
                tally::LEFT: header("RateLimit"),
            },
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
    }
}

/// The limit that an operation counts against.
#[must_use]
pub fn limit(id: &str) -> Option<&'static str> {
    LIMITED.iter().find(|(limited, _)| *limited == id).map(|(_, name)| *name)
}

fn key_of_a_repeat(operation: &mut Value) {
    for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
        if parameter["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(once::KEY)) {
            parameter["schema"] = json!({
                "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$",
                "examples": ["6f1c2d9e-order-17"],
            });
        }
    }
}

/// Shows what each answer in JSON looks like.
pub fn examples(document: &Value, operation: &mut Value) {
    let answers = operation["responses"].as_object_mut().into_iter().flatten();
    for (_, answer) in answers.filter(|(status, _)| status.starts_with('2')) {
        if let Some(content) = answer.pointer_mut("/content/application~1json") {
            // Of a free form, as all that is kept of somebody, there is nothing to show but that it is one.
            content["example"] = match sample::of(document, &content["schema"]) {
                Value::Null => json!({}),
                shown => shown,
            };
        }
    }
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "Why a request was not done (RFC 9457). Which members there are beside the required ones is a matter of the code.",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": { "type": "string", "description": "`urn:nexavpn:` and the code." },
            "title": { "type": "string", "description": "What happened in general, in the caller's language." },
            "status": { "type": "integer", "description": "The HTTP status." },
            "code": { "type": "string", "description": "The stable code to program against." },
            "detail": { "type": "string", "description": "What happened here, in the caller's language." },
            "field": { "type": "string", "description": "Which field of the request is wrong." },
            "reason": { "type": "string", "description": "What is wrong, in English, for developers." },
            "wait_seconds": { "type": "integer", "minimum": 0, "description": "Of codes with the status 429: seconds to wait." },
            "limit": {
                "type": "integer", "minimum": 0,
                "description": "Of `too_large` the bytes allowed, of `weak_password` the least number of characters.",
            },
            "count": { "type": "integer", "minimum": 0, "description": "Of `selection_grew`: how many there are now." },
            "amount": {
                "description": "What is missing, or the least, the greatest or the present amount: the code says which.",
                "$ref": "#/components/schemas/MoneyView",
            },
            "currency": { "type": "string", "description": "Of `wrong_currency` and `no_fresh_rate`: which one." },
            "extras": {
                "type": "array", "items": { "type": "string" },
                "description": "Of `extra_not_offered`: those that are missing.",
            },
            "note": { "type": "string", "description": "Of `maintenance`: what the shop says about it." },
        },
        "example": {
            "type": "urn:nexavpn:not_enough_funds",
            "title": "This cannot be done",
            "status": 422,
            "code": "not_enough_funds",
            "detail": "Your wallet is short of 4.99 USD.",
            "amount": { "minor": 499, "currency": "USD" },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Facts;
    use nexa_core::domain::{
        money::{Currency, Money},
        refusal::Refusal,
        shop::Locale,
    };
    use poem_openapi::types::ToJSON as _;

    #[test]
    fn the_example_of_a_problem_is_what_is_said() {
        let refusal = Refusal::NotEnoughFunds { missing: Money::new(499, Currency::Usd) };
        let said = Facts::of_refusal(&refusal).problem(Locale::En).to_json().unwrap().to_string();
        // Without the marks that keep a value's direction.
        let plain = nexa_core::text::plain(&said);
        assert_eq!(serde_json::from_str::<Value>(&plain).unwrap(), problem_schema()["example"]);
    }
}
