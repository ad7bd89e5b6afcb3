//! What the panel's answers mean. It answers 500 for much that is not an accident, and its texts differ between versions,
//! so this table decides by status and a few words. Nothing of a body goes on: 500s hold SQL with values.

use nexa_panel_http::{
    answer::Answer,
    call::{Reply, Silence},
};
use serde::Deserialize;
use serde_json::Value;

/// The body of a refusal: `message` from the panel's own words, `msg` from its accidents.
#[derive(Deserialize, Default)]
struct Complaint {
    #[serde(default)]
    message: String,
    #[serde(default)]
    msg: String,
    #[serde(default)]
    detail: Value,
}

const WRONG_KEY: &str = "the panel does not take the key";
/// What is said of anything that is not a panel.
pub const WRONG_PATH: &str = "not a HiddifyPanel's API: the address or the secret path is wrong";

const UNKNOWN_CALL: &str =
    "the panel does not know the call: its version is not supported, or it is not a panel";

impl Complaint {
    fn text(&self) -> &str {
        if self.message.is_empty() { &self.msg } else { &self.message }
    }
}

/// What `reply` means.
pub fn judge(reply: Result<Reply, Silence>) -> Answer<Vec<u8>> {
    let reply = match reply {
        Ok(reply) => reply,
        Err(Silence::NotSent(why)) => return Answer::NotDone(why.into()),
        Err(Silence::Lost(why)) => return Answer::Unsure(why.into()),
    };
    let status = reply.status;
    let complaint = || serde_json::from_slice::<Complaint>(&reply.body).unwrap_or_default();
    match status {
        429 => Answer::NotDone("the server in front of the panel asks to slow down".into()),
        502..=504 => Answer::Unsure(format!("the server in front of the panel answered {status}")),
        200..=299 if reply.is_json => Answer::Fine(reply.body),
        // A page where an answer to a write belongs: nobody knows what it stands for.
        200..=299 => Answer::Unsure(WRONG_PATH.into()),
        500 => accident(complaint().text()),
        501 | 505.. => Answer::Unsure(format!("the panel answered {status}")),
        _ if !reply.is_json => Answer::refused(WRONG_PATH),
        401 => Answer::refused(WRONG_KEY),
        403 if complaint().text().contains("nathorized") => Answer::refused(WRONG_KEY),
        403 => Answer::refused("the user belongs to another admin, or the panel is a node of another panel"),
        // Panels from 13 on say this of an address that they do not know.
        404 if complaint().text().contains("requested URL") => Answer::refused(UNKNOWN_CALL),
        404 => Answer::Absent,
        400 => objection(complaint().text()),
        422 => {
            Answer::refused(&format!("the panel does not take the fields: {}", fields(&complaint().detail)))
        }
        _ => Answer::refused(&format!("the panel answered {status}")),
    }
}

fn objection(message: &str) -> Answer<Vec<u8>> {
    if message.contains("user exists") {
        Answer::Exists
    } else if message.contains("limit reached") {
        Answer::refused("the panel's limit of users is reached")
    } else if message.starts_with("invalid") {
        Answer::refused(WRONG_PATH)
    } else {
        Answer::refused("the panel objects to the request")
    }
}

/// The codes of `MariaDB`: 2002, 2003, 2006, 2013 no connection; 1205, 1213 lock waits; 1062 duplicate; 1264, 1292, 1406 data.
fn accident(text: &str) -> Answer<Vec<u8>> {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if ["404 ", "405 ", "400 "].iter().any(|start| text.starts_with(start)) {
        Answer::refused(UNKNOWN_CALL)
    } else if says(&["(2002", "(2003", "(2006", "(2013", "(1205", "(1213", "connecting", "Lost connection"]) {
        Answer::Unsure("the panel's database does not answer".into())
    } else if says(&["IntegrityError", "(1062"]) {
        Answer::Exists
    } else if says(&["DataError", "(1264", "(1292", "(1406"]) {
        Answer::Refused { why: "the panel's database does not take the values".into(), dirty: true }
    } else {
        Answer::Unsure("the panel failed with 500".into())
    }
}

/// The names of refused fields; only those that we send, so that no value gets out.
fn fields(detail: &Value) -> String {
    let names = ["uuid", "name", "usage_limit_GB", "package_days", "mode", "enable", "start_date", "comment"];
    let refused = detail.get("json").and_then(Value::as_object);
    let refusals: Vec<&str> =
        names.into_iter().filter(|name| refused.is_some_and(|all| all.contains_key(*name))).collect();
    if refusals.is_empty() { "unnamed".to_owned() } else { refusals.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer<Vec<u8>> {
        judge(Ok(Reply { status, is_json: body.starts_with('{'), body: body.into() }))
    }

    #[test]
    fn every_class_of_answer_is_told_apart() {
        let refused = |answer| matches!(answer, Answer::Refused { dirty: false, .. });
        assert!(matches!(answer(200, "{}"), Answer::Fine(_)));
        assert!(refused(answer(404, "<html>decoy</html>")), "a decoy's 404 says nothing about a user");
        assert!(refused(answer(404, r#"{"msg":"The requested URL was not found on the server."}"#)));
        assert!(refused(answer(302, "")));
        assert!(refused(answer(403, r#"{"msg":"Unathorized"}"#)));
        assert!(refused(answer(401, r#"{"detail":{},"message":"Unauthorized"}"#)));
        assert!(refused(answer(403, r#"{"detail":{},"message":"Unathorized"}"#)));
        assert!(refused(answer(400, r#"{"detail":{},"message":"invalid request"}"#)));
        assert!(refused(answer(400, r#"{"message":"User limit reached for this admin"}"#)));
        assert!(refused(answer(500, r#"{"msg":"404 Not Found: The requested URL"}"#)));
        assert_eq!(answer(404, r#"{"detail":{},"message":"x"}"#), Answer::Absent);
        assert_eq!(answer(400, r#"{"detail":{},"message":"The user exists"}"#), Answer::Exists);
        assert_eq!(answer(500, r#"{"msg":"(IntegrityError) (1062, \"Duplicate"}"#), Answer::Exists);
        assert!(matches!(
            answer(500, r#"{"msg":"(DataError) (1406, \"Data too long"}"#),
            Answer::Refused { dirty: true, .. }
        ));
        for (status, body) in [
            (500, r#"{"msg":"(OperationalError) (2002, \"Can't connect"}"#),
            (500, r#"{"msg":"'uuid'"}"#),
            (500, "<html>"),
            (200, "<html>decoy</html>"),
            (502, "<html>"),
            (504, ""),
            (520, "<html>"),
        ] {
            assert!(matches!(answer(status, body), Answer::Unsure(_)), "{status} {body}");
        }
        assert!(matches!(answer(429, ""), Answer::NotDone(_)));
        assert!(matches!(judge(Err(Silence::NotSent("x"))), Answer::NotDone(_)));
        assert!(matches!(judge(Err(Silence::Lost("x"))), Answer::Unsure(_)));
    }

    #[test]
    fn values_of_a_refusal_do_not_get_out() {
        let body = r#"{"detail":{"json":{"package_days":["bad: SECRET"],"SECRET":["x"]}},"message":"Validation error"}"#;
        let Answer::Refused { why, .. } = answer(422, body) else { panic!("not refused") };
        assert!(why.contains("package_days") && !why.contains("SECRET"), "{why}");
    }
}
