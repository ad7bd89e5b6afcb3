//! Tickets and alerts.

use super::OperatorSubscriptionView;
use crate::storefront::model::{MoneyView, TicketEntryView, TicketMessageView};
use serde::{Deserialize, Serialize};

view! {
    /// A slice of tickets.
    pub struct OperatorTicketPage {
        /// Those that wait, whoever waits longest first; or of one state, newest first.
        pub items: Vec<OperatorTicketEntryView>,
        /// The cursor of the next slice; none at the end.
        pub next: Option<String>,
    }
    /// A conversation at a glance.
    pub struct OperatorTicketEntryView {
        /// The conversation.
        pub ticket: TicketEntryView,
        /// Whose.
        pub user_id: String,
        /// How long the first answer took, in seconds; none before there is one.
        pub first_answer_seconds: Option<i64>,
        /// When the first answer was due, by what was promised when it was opened.
        pub due_at: String,
        /// Whether it is due and there is none.
        pub overdue: bool,
        /// How long it took until it was closed, in seconds; none while it is not.
        pub solved_seconds: Option<i64>,
        /// Who has taken it on.
        pub assignee_id: Option<String>,
        /// Rises with everything that is said and done; to be given with an answer.
        pub version: u32,
    }
    /// A conversation, and who asks.
    pub struct OperatorTicketView {
        /// At a glance.
        pub ticket: OperatorTicketEntryView,
        /// What was said, oldest first.
        pub messages: Vec<TicketMessageView>,
        /// Who asks.
        pub user: TicketUserView,
    }
    /// Who asks, as far as an answer needs it.
    pub struct TicketUserView {
        /// The user.
        pub user_id: String,
        /// Whether it is blocked.
        pub blocked: bool,
        /// Its identities, of which the most is hidden.
        pub identities: Vec<String>,
        /// When it signed up.
        pub created_at: String,
        /// Its subscriptions, newest first.
        pub subscriptions: Vec<OperatorSubscriptionView>,
    }
}

request! {
    /// An answer to a customer.
    pub struct AnswerTicketRequest {
        /// The text, 1 to 4000 characters.
        pub text: String,
        /// The ticket's version that is answered; the answer is refused when something was said or done since.
        pub version: Option<u32>,
    }
    /// Where alerts go.
    pub struct AlertSettingsView {
        /// The chat, as Telegram numbers it; a group's number is negative.
        pub chat_id: i64,
        /// Threads of that chat; a kind without one goes to the chat itself.
        pub topics: Vec<AlertTopicView>,
        /// Kinds that are not told; left out: none.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", oai(default))]
        pub muted: Vec<String>,
        /// Paid orders are told from this price on; left out, none is.
        pub large_payment: Option<MoneyView>,
    }
    /// The thread of one kind of alerts.
    pub struct AlertTopicView {
        /// `receipts`, `tickets`, `trouble`, `servers`, `payments` or `affiliates`.
        pub kind: String,
        /// The thread, as Telegram numbers it.
        pub thread_id: i64,
    }
}
