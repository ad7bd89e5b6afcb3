//! Messages, and what their reader wants to hear.

use serde::{Deserialize, Serialize};

/// A slice of notices.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct NoticePage {
    /// Newest first.
    pub items: Vec<NoticeView>,
    /// The cursor of the next slice; none at the end.
    pub next: Option<String>,
}

/// A message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct NoticeView {
    /// Its id.
    pub notice_id: String,
    /// What it is about, e.g. `ready`, `ended`, `payment-short`.
    pub key: String,
    /// What kind of thing it is about, in the user's language.
    pub title: String,
    /// The sentence in the user's language.
    pub text: String,
    /// What its reader may do now, the likeliest first.
    pub actions: Vec<ActionView>,
    /// When.
    pub at: String,
}

/// Something that a message leads to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct ActionView {
    /// `open-subscription`, `renew`, `buy-traffic`, `top-up`, `open-wallet`, `open-plans`, `open-order` or `open-ticket`.
    pub action: String,
    /// What its button says, in the user's language.
    pub label: String,
    /// The subscription that it is about.
    pub subscription_id: Option<String>,
    /// The order that it is about.
    pub order_id: Option<String>,
    /// The ticket that it is about.
    pub ticket_id: Option<String>,
}

/// What a user wants to hear outside the inbox. Messages about payments and subscriptions always come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct NoticePreferencesView {
    /// Whether reminders come: time or traffic that runs out, a subscription that nobody uses.
    pub reminders: bool,
    /// Whether news and offers come.
    pub news: bool,
    /// Whether answers of the support come.
    pub support: bool,
    /// How messages come by e-mail that neither a browser nor Telegram takes; none without an address that was proved.
    pub mail: Option<MailPreferencesView>,
    /// When the quiet hours begin, `HH:MM`; none without quiet hours.
    pub quiet_from: Option<String>,
    /// When they are over, `HH:MM`; earlier than `quiet_from` when they go over midnight.
    pub quiet_until: Option<String>,
    /// The zone of the quiet hours that the user chose; none for the shop's.
    pub timezone: Option<String>,
    /// The zone that holds now.
    pub in_timezone: String,
}

/// What comes by e-mail.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
pub struct MailPreferencesView {
    /// The address, of which the most is hidden.
    pub address: String,
    /// Since when mails to it do not arrive; they stop until it is proved again.
    pub failing_since: Option<String>,
    /// Whether reminders come.
    pub reminders: bool,
    /// Whether news come.
    pub news: bool,
    /// Whether answers of the support come.
    pub support: bool,
}

/// To change it; what is left out stays.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(poem_openapi::Object))]
#[cfg_attr(feature = "openapi", oai(deny_unknown_fields))]
#[serde(deny_unknown_fields)]
pub struct NoticePreferencesRequest {
    /// Whether reminders shall come.
    pub reminders: Option<bool>,
    /// Whether news and offers shall come.
    pub news: Option<bool>,
    /// Whether answers of the support shall come.
    pub support: Option<bool>,
    /// Whether reminders shall come by e-mail.
    pub mail_reminders: Option<bool>,
    /// Whether news shall come by e-mail.
    pub mail_news: Option<bool>,
    /// Whether answers of the support shall come by e-mail.
    pub mail_support: Option<bool>,
    /// When the quiet hours begin, `HH:MM`; goes with `quiet_until`. Two empty texts end them.
    pub quiet_from: Option<String>,
    /// When they are over, `HH:MM`.
    pub quiet_until: Option<String>,
    /// A zone such as `Europe/Berlin`; an empty text takes the shop's.
    pub timezone: Option<String>,
}
