//! The error catalogue: every code, its status, what it means, and which operations say it.

use super::rows;
use crate::problem;
use nexa_core::domain::refusal::Refusal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One code.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The stable code.
    pub code: &'static str,
    /// What it means, in English, for developers.
    pub meaning: &'static str,
    /// Operations by their ids, groups of them ([`rows::GROUPS`]), or one of the words of [`rows`].
    pub places: &'static [&'static str],
}

/// Every code, by what it is about.
pub const CHAPTERS: [(&str, &[Row]); 5] = [
    ("Any request", rows::GENERAL),
    ("Accounts", rows::ACCOUNTS),
    ("Buying and paying", rows::PURCHASES),
    ("What was bought", rows::SERVICE),
    ("Running a shop", rows::OPERATION),
];

/// Every row.
pub fn all() -> impl Iterator<Item = &'static Row> {
    CHAPTERS.iter().flat_map(|(_, rows)| *rows)
}

/// The statuses of what HTTP itself gets wrong; the core's refusals have theirs in [`problem::status`].
const FAULTS: [(&str, u16); 10] = [
    ("bad_json", 400),
    ("bad_form", 400),
    ("bad_parameter", 400),
    ("bad_request", 400),
    ("unknown_path", 404),
    ("method_not_allowed", 405),
    ("unsupported_media_type", 415),
    ("cross_site", 403),
    ("internal", 500),
    ("unavailable", 503),
];

/// What a problem holds beside its five members, by its code.
const MEMBERS: &[(&str, &[&str])] = &[
    ("bad_json", &["reason"]),
    ("bad_form", &["reason"]),
    ("unsupported_media_type", &["reason"]),
    ("bad_parameter", &["field", "reason"]),
    ("bad_input", &["field", "reason"]),
    ("bad_config", &["field", "reason"]),
    ("too_many_attempts", &["wait_seconds"]),
    ("too_many_removals", &["wait_seconds"]),
    ("too_many_resets", &["wait_seconds"]),
    ("too_many_moves", &["wait_seconds"]),
    ("too_large", &["limit"]),
    ("weak_password", &["limit"]),
    ("selection_grew", &["count"]),
    ("not_enough_funds", &["amount"]),
    ("return_not_covered", &["amount"]),
    ("below_minimum", &["amount"]),
    ("below_floor", &["amount"]),
    ("above_maximum", &["amount"]),
    ("price_changed", &["amount"]),
    ("wrong_currency", &["currency"]),
    ("no_fresh_rate", &["currency"]),
    ("extra_not_offered", &["extras"]),
    ("maintenance", &["note"]),
];

/// What a problem with this code may hold beside its five members.
#[must_use]
pub fn members(code: &str) -> &'static [&'static str] {
    MEMBERS.iter().find(|(of, _)| *of == code).map_or(&[], |(_, members)| members)
}

/// The status of every code.
#[must_use]
pub fn statuses() -> BTreeMap<String, u16> {
    let refusals = Refusal::examples();
    let core = refusals.iter().map(|refusal| (refusal.code().to_owned(), problem::status(refusal).as_u16()));
    core.chain(FAULTS.map(|(code, status)| (code.to_owned(), status))).collect()
}

/// What an operation is like, as far as codes depend on it.
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub struct Operation<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its description.
    pub description: &'a str,
    /// Whether it has a body.
    pub body: bool,
    /// Whether it wants somebody who is signed in.
    pub signed_in: bool,
    /// Whether it belongs to the office.
    pub office: bool,
    /// Whether it takes an `Idempotency-Key`.
    pub repeated: bool,
}

impl Operation<'_> {
    /// Whether this operation may say this because of what it does.
    #[must_use]
    pub fn says_itself(&self, row: &Row) -> bool {
        let named = |place: &&str| *place == self.id || rows::group(place).contains(&self.id);
        row.places.iter().any(named) || self.description.contains(&format!("`{}`", row.code))
    }

    /// Whether this operation may say this.
    #[must_use]
    pub fn says(&self, row: &Row) -> bool {
        let by_kind = |place: &&str| match *place {
            rows::ANY => true,
            rows::BODY => self.body,
            rows::SIGNED_IN => self.signed_in,
            rows::OFFICE => self.office,
            rows::REPEATED => self.repeated,
            _ => false,
        };
        self.says_itself(row) || row.places.iter().any(by_kind)
    }

    /// The codes that it says besides those that any may say.
    #[must_use]
    pub fn codes(&self) -> Vec<&'static str> {
        all().filter(|row| !row.places.contains(&rows::ANY) && self.says(row)).map(|row| row.code).collect()
    }

    /// Those among them that come of what it does, not of how it is asked.
    #[must_use]
    pub fn own_codes(&self) -> Vec<&'static str> {
        all().filter(|row| self.says_itself(row)).map(|row| row.code).collect()
    }
}

/// The catalogue as the document holds it.
#[must_use]
pub fn told() -> Value {
    let statuses = statuses();
    let rows = CHAPTERS.iter().flat_map(|(chapter, rows)| rows.iter().map(move |row| (chapter, row)));
    rows.map(|(chapter, row)| {
        json!({
            "code": row.code,
            "status": statuses.get(row.code),
            "meaning": row.meaning,
            "members": members(row.code),
            "about": chapter,
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Facts;
    use nexa_core::domain::shop::Locale;
    use poem_openapi::types::ToJSON as _;
    use std::collections::BTreeSet;

    #[test]
    fn every_refusal_is_in_the_catalogue_once() {
        let told: Vec<_> = all().map(|row| row.code).collect();
        let once: BTreeSet<_> = told.iter().map(|code| (*code).to_owned()).collect();
        assert_eq!(told.len(), once.len(), "a code twice");
        let known: BTreeSet<_> = statuses().into_keys().collect();
        let missing: Vec<_> = known.difference(&once).collect();
        let unknown: Vec<_> = once.difference(&known).collect();
        assert!(missing.is_empty() && unknown.is_empty(), "missing {missing:?}, unknown {unknown:?}");
    }

    #[test]
    fn every_place_is_an_operation_or_a_word() {
        let document = crate::api::document::document();
        let items = document["paths"].as_object().unwrap().values();
        let operations = items.flat_map(|item| item.as_object().unwrap().values());
        let ids: BTreeSet<_> = operations.map(|of| of["operationId"].as_str().unwrap()).collect();
        let words = [rows::ANY, rows::BODY, rows::SIGNED_IN, rows::OFFICE, rows::REPEATED, rows::ELSEWHERE];
        for row in all() {
            let known = |place: &&&str| {
                ids.contains(**place) || words.contains(*place) || !rows::group(place).is_empty()
            };
            assert_eq!(row.places.iter().find(|place| !known(place)), None, "{}", row.code);
        }
        for (name, group) in rows::GROUPS {
            assert!(!ids.contains(name) && !words.contains(name), "{name} means two things");
            assert_eq!(group.iter().find(|id| !ids.contains(**id)), None, "{name}");
            let used = all().any(|row| row.places.contains(name));
            assert!(used, "{name} is named by no row");
        }
    }

    #[test]
    fn what_a_problem_holds_is_in_the_catalogue_and_in_its_schema() {
        let document = crate::api::document::document();
        let known = document["components"]["schemas"]["Problem"]["properties"].as_object().unwrap();
        for refusal in Refusal::examples() {
            let problem = Facts::of_refusal(&refusal).problem(Locale::En).to_json().unwrap();
            let told = problem.as_object().unwrap().keys().map(String::as_str);
            let own = told.filter(|name| !["type", "title", "status", "code", "detail"].contains(name));
            let wanted = members(refusal.code());
            assert_eq!(own.collect::<BTreeSet<_>>(), wanted.iter().copied().collect(), "{}", refusal.code());
            assert!(wanted.iter().all(|name| known.contains_key(*name)), "{}", refusal.code());
        }
    }
}
