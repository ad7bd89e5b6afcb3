//! What the panel's answers mean. Its refusals have a `detail`: a text, or by field what is wrong with it
//! (`app/__init__.py`, `validation_exception_handler`). Nothing of it goes on: a detail may hold what was sent.

use nexa_panel_http::{
    answer::Answer,
    call::{Reply, Silence},
};
use serde::Deserialize;
use serde_json::Value;

/// What is said of anything that is not a panel.
pub const NO_PANEL: &str = "not a Marzban's API: the address is wrong";
const WRONG_KEY: &str = "the panel does not take the admin's name and password";

#[derive(Deserialize, Default)]
struct Complaint {
    #[serde(default)]
    detail: Value,
}

/// What `reply` means.
pub fn judge(reply: Result<Reply, Silence>) -> Answer<Vec<u8>> {
    let reply = match reply {
        Ok(reply) => reply,
        Err(Silence::NotSent(why)) => return Answer::NotDone(why.into()),
        Err(Silence::Lost(why)) => return Answer::Unsure(why.into()),
    };
    let status = reply.status;
    let complaint = || serde_json::from_slice::<Complaint>(&reply.body).unwrap_or_default().detail;
    match status {
        200..=299 if reply.is_json => Answer::Fine(reply.body),
        // A page where an answer to a write belongs: nobody knows what it stands for.
        200..=299 => Answer::Unsure(NO_PANEL.into()),
        429 => Answer::NotDone("the server in front of the panel asks to slow down".into()),
        500.. => Answer::Unsure(format!("the panel, or the server in front of it, answered {status}")),
        _ if !reply.is_json => Answer::refused(NO_PANEL),
        401 => Answer::refused(WRONG_KEY),
        403 => Answer::refused("the user belongs to another admin of the panel"),
        // An address that no panel has says "Not Found"; only "User not found" tells of a user.
        404 if complaint() == "User not found" => Answer::Absent,
        404 | 405 => Answer::refused(NO_PANEL),
        409 => Answer::Exists,
        400 => Answer::refused("the panel objects: a protocol of the user is switched off there"),
        422 => Answer::refused(&format!("the panel does not take the fields: {}", fields(&complaint()))),
        _ => Answer::refused(&format!("the panel answered {status}")),
    }
}

/// What the answer to a sign-in means: nothing else was asked for yet, so nothing was done.
pub fn judge_sign_in(reply: Result<Reply, Silence>) -> Answer<Vec<u8>> {
    match judge(reply) {
        Answer::Unsure(why) if why == NO_PANEL => Answer::Refused { why, dirty: false },
        Answer::Unsure(why) => Answer::NotDone(why),
        Answer::Absent | Answer::Exists => Answer::refused(NO_PANEL),
        // The form is as the panel wants it: what it does not take is a name or password that it cannot have.
        Answer::Refused { why, .. } if why.contains("fields") => Answer::refused(WRONG_KEY),
        other => other,
    }
}

/// The names of the fields that were refused, if they are ours.
fn fields(detail: &Value) -> String {
    let names = ["username", "proxies", "inbounds", "expire", "data_limit", "note", "status"];
    let known = |name: &&str| detail.get(*name).is_some();
    let refused: Vec<&str> = names.into_iter().filter(known).collect();
    if refused.is_empty() { "unnamed".to_owned() } else { refused.join(", ") }
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
        assert_eq!(answer(404, r#"{"detail":"User not found"}"#), Answer::Absent);
        assert_eq!(answer(409, r#"{"detail":"User already exists"}"#), Answer::Exists);
        for (status, body) in [
            (404, r#"{"detail":"Not Found"}"#),
            (404, "<html>decoy</html>"),
            (405, r#"{"detail":"Method Not Allowed"}"#),
            (302, ""),
            (400, r#"{"detail":"Protocol vmess is disabled on your server"}"#),
            (401, r#"{"detail":"Could not validate credentials"}"#),
            (403, r#"{"detail":"You're not allowed"}"#),
        ] {
            assert!(refused(answer(status, body)), "{status} {body}");
        }
        for (status, body) in [(500, "Internal Server Error"), (502, "<html>"), (520, ""), (200, "<html>")] {
            assert!(matches!(answer(status, body), Answer::Unsure(_)), "{status} {body}");
        }
        assert!(matches!(answer(429, ""), Answer::NotDone(_)));
        assert!(matches!(judge(Err(Silence::NotSent("x"))), Answer::NotDone(_)));
        assert!(matches!(judge(Err(Silence::Lost("x"))), Answer::Unsure(_)));
    }

    #[test]
    fn before_the_sign_in_nothing_was_done() {
        let sign_in = |status, body: &str| {
            judge_sign_in(Ok(Reply { status, is_json: body.starts_with('{'), body: body.into() }))
        };
        assert!(matches!(judge_sign_in(Err(Silence::Lost("x"))), Answer::NotDone(_)));
        assert!(matches!(sign_in(502, "<html>"), Answer::NotDone(_)));
        assert!(matches!(sign_in(200, "<html>"), Answer::Refused { .. }));
        assert!(matches!(sign_in(422, r#"{"detail":{}}"#), Answer::Refused { why, .. } if why == WRONG_KEY));
    }

    #[test]
    fn values_of_a_refusal_do_not_get_out() {
        let body = r#"{"detail":{"note":"bad: SECRET","SECRET":"x"}}"#;
        let Answer::Refused { why, .. } = answer(422, body) else { panic!("not refused") };
        assert!(why.contains("note") && !why.contains("SECRET"), "{why}");
    }
}
