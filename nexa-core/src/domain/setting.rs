//! The settings of an adapter as one fills them in: described by its kind, typed as text, kept as JSON.
//!
//! A setting is named by its path, with points between the parts: `sms.secret`. A star stands for every row of a list:
//! `cards.*.number`. What a kind does not describe stays as it is.

mod assemble;
mod layout;

pub use assemble::{assemble, unseen};
pub use layout::{Laid, lay_out};

/// One setting of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its path.
    pub name: &'static str,
    /// What goes in.
    pub input: Input,
    /// Whether nothing works without it. Of a list: of each row.
    pub needed: bool,
    /// Whether most shops leave it as it is.
    pub seldom: bool,
    /// Whether it says where calls go, and with them the secrets.
    pub destination: bool,
}

/// What goes into a setting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Input {
    /// A text.
    Text,
    /// A text that is never shown again.
    Secret,
    /// A whole number, 0 or more.
    Number,
    /// Yes or no.
    Flag,
    /// One of these words, or nothing for what is usual.
    Choice(&'static [&'static str]),
    /// Texts, a line each.
    Lines,
}

impl Input {
    /// A stable name, for interfaces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Secret => "secret",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Choice(_) => "choice",
            Self::Lines => "lines",
        }
    }
}

impl Field {
    /// A setting that may be left out.
    #[must_use]
    pub const fn new(name: &'static str, input: Input) -> Self {
        Self { name, input, needed: false, seldom: false, destination: false }
    }

    /// The same, where nothing works without it.
    #[must_use]
    pub const fn needed(self) -> Self {
        Self { needed: true, ..self }
    }

    /// The same, where most shops leave it as it is.
    #[must_use]
    pub const fn seldom(self) -> Self {
        Self { seldom: true, ..self }
    }

    /// The same, where it says where calls go: whoever changes it types the secrets again.
    #[must_use]
    pub const fn destination(self) -> Self {
        Self { destination: true, ..self }
    }

    /// The list that this is of each row of, and the name in the row.
    fn in_rows(&self) -> Option<(&'static str, &'static str)> {
        self.name.split_once(".*.")
    }
}

#[cfg(test)]
mod tests {
    use super::{assemble::AGAIN, *};
    use crate::domain::refusal::Refusal;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    const FIELDS: [Field; 8] = [
        Field::new("cards.*.number", Input::Text).needed(),
        Field::new("cards.*.weight", Input::Number),
        Field::new("key", Input::Secret).needed(),
        Field::new("sms.secret", Input::Secret),
        Field::new("sms.cap", Input::Number),
        Field::new("test", Input::Flag),
        Field::new("network", Input::Choice(&["main", "test"])),
        Field::new("servers", Input::Lines),
    ];

    fn typed(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_was_typed_becomes_what_an_adapter_reads() {
        let given = typed(&[
            ("cards.0.number", " 6219 "),
            ("cards.0.weight", "۳"),
            ("cards.1.number", ""),
            ("cards.1.weight", ""),
            ("key", "hunter2hunter2"),
            ("sms.secret", ""),
            ("sms.cap", ""),
            ("test", "1"),
            ("network", "test"),
            ("servers", "https://a.example\n\n https://b.example "),
        ]);
        let made = assemble(&FIELDS, &given, None).unwrap();
        let wish = json!({
            "cards": [{ "number": "6219", "weight": 3 }], "key": "hunter2hunter2", "test": true, "network": "test",
            "servers": ["https://a.example", "https://b.example"],
        });
        assert_eq!(made, wish);
    }

    #[test]
    fn a_secret_that_was_left_empty_stays_and_a_dash_takes_it_away() {
        let before = json!({ "cards": [{ "number": "1" }], "key": "old", "sms": { "secret": "s", "cap": 5 }, "deep": [1] });
        let stays = assemble(&FIELDS, &typed(&[("key", ""), ("sms.secret", "")]), Some(&before)).unwrap();
        assert_eq!(stays, before, "what is not described and what was not typed stay");
        let gone = typed(&[("sms.secret", "-"), ("sms.cap", ""), ("cards.0.number", "2")]);
        let after = assemble(&FIELDS, &gone, Some(&before)).unwrap();
        assert_eq!(after, json!({ "cards": [{ "number": "2" }], "key": "old", "deep": [1] }));
    }

    #[test]
    fn where_nothing_is_shown_what_was_left_empty_stays_and_a_dash_takes_it_away() {
        let before = json!({ "cards": [{ "number": "1", "weight": 2 }], "key": "old", "test": true, "servers": ["a"] });
        let of = |pairs: &[(&str, &str)]| assemble(&FIELDS, &unseen(&FIELDS, typed(pairs)), Some(&before));
        assert_eq!(of(&[("test", ""), ("servers", " "), ("key", "")]).unwrap(), before);
        let gone = [("test", "-"), ("servers", " - "), ("key", "new")];
        let left = json!({ "cards": [{ "number": "1", "weight": 2 }], "key": "new" });
        assert_eq!(of(&gone).unwrap(), left);
    }

    #[test]
    fn secrets_go_nowhere_else_unless_they_are_typed_again() {
        let fields = [
            Field::new("url", Input::Text).destination(),
            Field::new("proxy", Input::Secret).destination(),
            Field::new("key", Input::Secret),
            Field::new("rows.*.key", Input::Secret),
        ];
        let before = json!({ "url": "https://a.example", "key": "old", "rows": [{ "key": "r" }] });
        let of = |pairs: &[(&str, &str)]| assemble(&fields, &typed(pairs), Some(&before));
        let again = |setting| -> Result<Value, Refusal> { Err(Refusal::bad_config(setting, AGAIN)) };
        assert_eq!(of(&[("url", "https://a.example"), ("key", "")]), Ok(before.clone()), "the same place");
        for moved in [("url", "https://b.example"), ("proxy", "socks5h://b.example")] {
            assert_eq!(of(&[moved]), again("key"));
            assert_eq!(of(&[moved, ("key", ""), ("rows.0.key", "r")]), again("key"));
            assert_eq!(of(&[moved, ("key", "new")]), again("rows.*.key"));
            assert!(of(&[moved, ("key", "new"), ("rows.0.key", "r")]).is_ok());
            assert!(of(&[moved, ("key", "-"), ("rows.0.key", "r")]).is_ok(), "taken away");
        }
        assert!(of(&[("url", "")]).is_ok(), "to where the kind itself goes");
    }

    #[test]
    fn what_is_missing_or_unknown_is_refused_by_its_name() {
        let refused = |pairs: &[(&str, &str)]| match assemble(&FIELDS, &typed(pairs), None) {
            Err(Refusal::BadConfig { setting, .. }) => setting,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(&[("cards.0.number", "1")]), "key");
        assert_eq!(refused(&[("key", "k")]), "cards.*.number");
        assert_eq!(refused(&[("key", "k"), ("cards.0.weight", "1")]), "cards.*.number");
        assert_eq!(refused(&[("key", "k"), ("cards.0.number", "1"), ("sms.cap", "many")]), "sms.cap");
        assert_eq!(refused(&[("key", "k"), ("network", "moon")]), "network");
        assert_eq!(refused(&[("hidden", "k")]), "config");
        assert_eq!(refused(&[("cards.99.number", "k")]), "config");
    }

    #[test]
    fn secrets_are_never_laid_out() {
        let config = json!({ "cards": [{ "number": "1", "weight": 2 }], "key": "hunter2", "test": true,
            "servers": ["a", "b"], "sms": { "secret": "psst" } });
        let all = lay_out(&FIELDS, &config, 1);
        let shown = |name: &str| {
            all.iter().find(|laid| laid.name == name).map(|laid| (&*laid.value, laid.set)).unwrap()
        };
        assert_eq!(shown("cards.0.weight"), ("2", true));
        assert_eq!(shown("cards.1.number"), ("", false), "an empty row to fill in");
        assert_eq!(shown("key"), ("", true));
        assert_eq!(shown("sms.secret"), ("", true));
        assert_eq!(shown("test"), ("1", true));
        assert_eq!(shown("servers"), ("a\nb", true));
        assert_eq!(shown("network"), ("", false));
        let again: BTreeMap<String, String> = all.into_iter().map(|laid| (laid.name, laid.value)).collect();
        assert_eq!(
            assemble(&FIELDS, &again, Some(&config)).unwrap(),
            config,
            "sending it back changes nothing"
        );
    }

    #[test]
    fn what_is_no_plain_value_is_left_out_and_stays() {
        let config: Value =
            json!({ "cards": [{ "number": "1" }], "key": "k", "servers": [{ "url": "a", "key": "b" }] });
        let all = lay_out(&FIELDS, &config, 0);
        assert!(all.iter().all(|laid| laid.name != "servers"));
        let again: BTreeMap<String, String> = all.into_iter().map(|laid| (laid.name, laid.value)).collect();
        assert_eq!(assemble(&FIELDS, &again, Some(&config)).unwrap(), config);
    }
}
