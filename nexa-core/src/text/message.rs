//! A notice as a message: for the inbox, a browser, a messenger.

use super::{Arg, get, notice, plain, with};
use crate::domain::{
    alert::Alert,
    notice::{Action, Notice},
    shop::Locale,
};

/// What a messenger shows of a notice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// What kind of thing it is about, e.g. "Reminder".
    pub title: String,
    /// The sentence.
    pub text: String,
    /// What its reader may do now, the likeliest first, each with what its button says.
    pub actions: Vec<(Action, String)>,
}

/// What a notice says and leads to. No text holds marks, markup or an address.
#[must_use]
pub fn message(locale: Locale, of: &Notice) -> Message {
    let label = |action: Action| (action, action_label(locale, &action));
    Message {
        title: get(locale, &format!("matter-{}", of.matter().key())),
        text: plain(&notice(locale, of)),
        actions: of.actions().into_iter().map(label).collect(),
    }
}

/// What the button of an action says.
#[must_use]
pub fn action_label(locale: Locale, of: &Action) -> String {
    get(locale, &format!("action-{}", of.key()))
}

/// What those who run the shop are told, with what the alert is about: `amount`, `server` or `job`.
#[must_use]
pub fn alert(locale: Locale, of: &Alert, args: &[(&str, Arg<'_>)]) -> String {
    plain(&with(locale, &format!("alert-{}", of.key()), args))
}
