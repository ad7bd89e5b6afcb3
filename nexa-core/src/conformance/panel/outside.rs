//! Cases about what leaves the adapter: documents, health, silence and texts.

use super::{Fixture, assert_held, done, fresh_grant, world};
use crate::{
    domain::{extras::ExtrasGiven, grant::Grant, link::Format, measure::Traffic},
    ports::outcome::Outcome,
};
use jiff::SignedDuration;

/// "`document` gives at least one share link for an enabled identity in the format `Uris`."
pub async fn document_gives_links(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = fresh_grant();
    done(panel.apply(&grant).await, "apply");
    for format in panel.profile().formats.clone() {
        let text = done(panel.document(grant.panel_id, format).await, format.name());
        match format {
            Format::Uris => {
                let credential = of.credential(grant.panel_id);
                let links = text.lines().filter(|line| line.contains("://")).count();
                assert!(links > 0, "no link in {} bytes", text.len());
                let own = text.lines().filter(|line| line.contains(&credential)).count();
                assert!(own > 0, "no link with the identity's credential");
            }
            Format::SingBox => {
                let document: serde_json::Value =
                    serde_json::from_str(&text).unwrap_or_else(|error| panic!("sing-box: {error}"));
                assert!(document["outbounds"].as_array().is_some_and(|list| !list.is_empty()), "no outbound");
            }
            Format::Clash => {
                let document: serde_yaml_ng::Value =
                    serde_yaml_ng::from_str(&text).unwrap_or_else(|error| panic!("clash: {error}"));
                assert!(document["proxies"].as_sequence().is_some_and(|list| !list.is_empty()), "no proxy");
            }
            Format::Xray => {
                let list: Vec<serde_json::Value> =
                    serde_json::from_str(&text).unwrap_or_else(|error| panic!("xray: {error}"));
                assert!(list.iter().any(|one| one["outbounds"].is_array()), "no outbound");
            }
            Format::Extras => {
                let given: ExtrasGiven =
                    serde_json::from_str(&text).unwrap_or_else(|error| panic!("extras: {error}"));
                let ports = given.forward.map(|access| (access.first_port, access.last_port));
                assert!(ports.is_none_or(|(first, last)| first <= last), "no port can be opened");
            }
        }
    }
}

/// "`health` answers `Rejected` for a wrong key and `Unreachable` where nothing listens."
pub async fn health_tells_why(of: &dyn Fixture) {
    let health = done(of.panel().health().await, "health");
    assert!(!health.version.is_empty());
    if let Some(panel) = of.wrong_key() {
        let health = panel.health().await;
        assert!(matches!(health, Outcome::Rejected(_)), "wrong key: {health:?}");
    }
    if let Some(panel) = of.dead() {
        let health = panel.health().await;
        assert!(matches!(health, Outcome::Unreachable(_)), "nothing listens: {health:?}");
    }
}

/// "No answer within the deadline is `Ambiguous` for `apply` and `remove`, and never hangs."
pub async fn silence_is_ambiguous(of: &dyn Fixture) {
    let Some(panel) = of.impatient() else { return };
    let grant = fresh_grant();
    done(panel.apply(&grant).await, "apply");
    let longest = panel.profile().deadline + SignedDuration::from_secs(2);
    of.freeze().await;
    let begun = world().now();
    let applied = panel.apply(&Grant { limit: Traffic::gib(11), ..grant.clone() }).await;
    let applied_in = world().now().duration_since(begun);
    let removed = panel.remove(grant.panel_id).await;
    let both_in = world().now().duration_since(begun);
    of.thaw().await;
    assert!(matches!(applied, Outcome::Ambiguous(_)), "apply: {applied:?}");
    assert!(matches!(removed, Outcome::Ambiguous(_)), "remove: {removed:?}");
    assert!(applied_in <= longest, "apply took {applied_in:?}");
    assert!(both_in - applied_in <= longest, "remove took {both_in:?}");
    // The panel lives on: what it makes of the lost calls does not matter, the same words again settle it.
    let again = Grant { limit: Traffic::gib(12), panel_id: fresh_grant().panel_id, ..grant };
    done(of.panel().apply(&again).await, "apply after the thaw");
    assert_held(&*of.panel(), &again).await;
}

/// "No text in an outcome contains the panel's key, its secret paths or an identity."
pub async fn no_secret_in_texts(of: &dyn Fixture) {
    let grant = fresh_grant();
    let mut secrets = of.secrets();
    secrets.push(grant.panel_id.expose());
    secrets.push(grant.panel_id.expose().replace('-', ""));
    let bad_label = Grant { label: "y".repeat(600), ..grant.clone() };
    for panel in [Some(of.panel()), of.wrong_key(), of.dead()].into_iter().flatten() {
        let texts = [
            format!("{:?}", panel.apply(&bad_label).await),
            format!("{:?}", panel.apply(&grant).await),
            format!("{:?}", panel.holds(&grant).await),
            format!("{:?}", panel.find(grant.panel_id).await),
            format!("{:?}", panel.health().await),
            format!("{:?}", panel.list().await.map(|_| ())),
            format!("{:?}", panel.document(grant.panel_id, Format::Uris).await.map(|_| ())),
            format!("{:?}", panel.remove(grant.panel_id).await),
        ];
        for text in texts {
            for secret in &secrets {
                assert!(!text.contains(secret.as_str()), "a secret of {} bytes shows", secret.len());
            }
        }
    }
}

/// "`notes` tells of no identity that the panel does not hold."
pub async fn notes_tell_of_what_is_there(of: &dyn Fixture) {
    let panel = of.panel();
    let grant = fresh_grant();
    done(panel.apply(&grant).await, "apply");
    let told = async || {
        let notes = panel.notes().await.done().unwrap_or_else(|| panic!("notes"));
        notes.iter().filter(|note| note.panel_id == grant.panel_id).count()
    };
    assert!(told().await <= 1, "each once, if it keeps notes at all");
    done(panel.remove(grant.panel_id).await, "remove");
    assert_eq!(told().await, 0);
}
