//! Tickets: conversations with the shop.

use nexa_core::storefront::model::{
    OpenTicketRequest, TicketEntryView, TicketMessageView, TicketPage, TicketView,
};

/// A slice of tickets.
#[uniffi::remote(Record)]
pub struct TicketPage {
    /// Newest first.
    pub items: Vec<TicketEntryView>,
    /// The cursor of the next slice; none at the end.
    pub next: Option<String>,
}

/// A conversation at a glance.
#[uniffi::remote(Record)]
pub struct TicketEntryView {
    /// Its id.
    pub ticket_id: String,
    /// What its opener calls it.
    pub subject: Option<String>,
    /// `open` (the shop's turn), `answered` (the customer's) or `closed`.
    pub state: String,
    /// The subscription that it is about.
    pub subscription_id: Option<String>,
    /// When it was opened.
    pub opened_at: String,
    /// When the shop answered first.
    pub answered_at: Option<String>,
    /// When something was said or done last.
    pub changed_at: String,
}

/// A conversation.
#[uniffi::remote(Record)]
pub struct TicketView {
    /// At a glance.
    pub ticket: TicketEntryView,
    /// What was said, oldest first.
    pub messages: Vec<TicketMessageView>,
}

/// Something that was said.
#[uniffi::remote(Record)]
pub struct TicketMessageView {
    /// Its id.
    pub message_id: String,
    /// `customer` or `shop`.
    pub author: String,
    /// The text; may be empty beside a picture.
    pub text: String,
    /// Whether a picture came with it.
    pub picture: bool,
    /// Whether it came by e-mail, where nobody proves who writes.
    pub by_mail: bool,
    /// When.
    pub at: String,
}

/// To ask the shop something.
#[uniffi::remote(Record)]
pub struct OpenTicketRequest {
    /// What it is called, at most 100 characters.
    #[uniffi(default = None)]
    pub subject: Option<String>,
    /// What there is to say, 1 to 4000 characters.
    pub text: String,
    /// The subscription that it is about.
    #[uniffi(default = None)]
    pub subscription_id: Option<String>,
}
