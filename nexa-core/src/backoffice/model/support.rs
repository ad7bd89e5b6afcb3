//! What those who ask are promised, answers that are kept, and what all that comes to.

use serde::{Deserialize, Serialize};

view! {
    /// What those who ask are promised, and by what mails they reach the shop.
    pub struct SupportTermsView {
        /// The address that customers write to; none where mails are not read.
        pub address: Option<String>,
        /// Whether mails can be handed over: a hook was made.
        pub hooked: bool,
        /// Minutes of support hours until an answer is due.
        pub target_minutes: u32,
        /// Days of the week on which somebody is there, 1 (Monday) to 7; empty: always.
        pub days: Vec<u32>,
        /// From when on these days, `HH:MM` by the shop's clock.
        pub from: Option<String>,
        /// Until when.
        pub until: Option<String>,
    }
    /// Where mails are handed over. It is shown this once.
    pub struct LetterHookView {
        /// The address; a `POST` with the mail as it came (RFC 5322) as its body.
        pub url: String,
    }
    /// An answer that is kept.
    pub struct SavedAnswerView {
        /// Its id.
        pub answer_id: String,
        /// What those who answer know it by.
        pub name: String,
        /// In which language; none: for all.
        pub locale: Option<String>,
        /// What it says. `{order}`, `{plan}`, `{until}` and `{shop}` are filled in when it is chosen.
        pub text: String,
    }
    /// A text to answer with.
    pub struct FilledAnswerView {
        /// What it says, filled in for a ticket.
        pub text: String,
    }
    /// How well the shop answered in the last 30 days.
    pub struct SupportFiguresView {
        /// Tickets that were opened.
        pub opened: u32,
        /// Of those: answered at least once.
        pub answered: u32,
        /// Of those that were answered or should have been: in time, in hundredths. None without any.
        pub in_time_percent: Option<u32>,
        /// Half were answered first within this many seconds.
        pub first_median_seconds: Option<i64>,
        /// Nine in ten were.
        pub first_p90_seconds: Option<i64>,
        /// Half were closed within this many seconds.
        pub solved_median_seconds: Option<i64>,
    }
    /// Somebody who runs the shop, as tickets know them.
    pub struct ColleagueView {
        /// The user.
        pub user_id: String,
        /// An identity of theirs, of which the most is hidden.
        pub name: String,
        /// Whether it is who asks.
        pub me: bool,
    }
}

request! {
    /// To change what those who ask are promised; what is left out stays.
    pub struct SupportTermsRequest {
        /// The address that customers write to; an empty text ends that mails are read.
        pub address: Option<String>,
        /// Minutes of support hours until an answer is due, 5 to 10080.
        pub target_minutes: Option<u32>,
        /// Days of the week on which somebody is there, 1 (Monday) to 7; an empty list: always.
        pub days: Option<Vec<u32>>,
        /// From when on these days, `HH:MM`; goes with `days`.
        pub from: Option<String>,
        /// Until when, `HH:MM`.
        pub until: Option<String>,
    }
    /// An answer to keep.
    pub struct SavedAnswerRequest {
        /// The one to change; left out, another one is added.
        pub answer_id: Option<String>,
        /// What those who answer know it by, 1 to 60 characters.
        pub name: String,
        /// In which language; left out: for all.
        pub locale: Option<String>,
        /// What it says, 1 to 4000 characters. `{order}`, `{plan}`, `{until}` and `{shop}` are filled in when it is chosen.
        pub text: String,
    }
    /// To give a ticket to somebody.
    pub struct AssignTicketRequest {
        /// Who shall answer it; left out: nobody in particular.
        pub user_id: Option<String>,
    }
}
