//! Messages, and what their reader wants to hear.

use nexa_core::storefront::model::{
    ActionView, MailPreferencesView, NoticePage, NoticePreferencesRequest, NoticePreferencesView, NoticeView,
};

/// A slice of notices.
#[uniffi::remote(Record)]
pub struct NoticePage {
    /// Newest first.
    pub items: Vec<NoticeView>,
    /// The cursor of the next slice; none at the end.
    pub next: Option<String>,
}

/// A message.
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
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
#[uniffi::remote(Record)]
pub struct NoticePreferencesRequest {
    /// Whether reminders shall come.
    #[uniffi(default = None)]
    pub reminders: Option<bool>,
    /// Whether news and offers shall come.
    #[uniffi(default = None)]
    pub news: Option<bool>,
    /// Whether answers of the support shall come.
    #[uniffi(default = None)]
    pub support: Option<bool>,
    /// Whether reminders shall come by e-mail.
    #[uniffi(default = None)]
    pub mail_reminders: Option<bool>,
    /// Whether news shall come by e-mail.
    #[uniffi(default = None)]
    pub mail_news: Option<bool>,
    /// Whether answers of the support shall come by e-mail.
    #[uniffi(default = None)]
    pub mail_support: Option<bool>,
    /// When the quiet hours begin, `HH:MM`; goes with `quiet_until`. Two empty texts end them.
    #[uniffi(default = None)]
    pub quiet_from: Option<String>,
    /// When they are over, `HH:MM`.
    #[uniffi(default = None)]
    pub quiet_until: Option<String>,
    /// A zone such as `Europe/Berlin`; an empty text takes the shop's.
    #[uniffi(default = None)]
    pub timezone: Option<String>,
}
