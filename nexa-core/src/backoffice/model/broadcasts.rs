//! One message to many.

use super::SelectionView;
use serde::{Deserialize, Serialize};

request! {
    /// To write a broadcast.
    pub struct BroadcastRequest {
        /// To whom, of the customers that have a Telegram account: `all`, `trial_only`, `active`, `expiring` (within three
        /// days), `ended` (within 30 days), `never_connected`, `never_bought`, `no_subscription`,
        /// `lapsed` (whose last subscription ended `days` ago or longer, and who have none), `plan`, `group`, `language`
        /// or `selected` (those with one of the subscriptions of `selection`).
        pub segment: String,
        /// With `plan`: which.
        pub plan_id: Option<String>,
        /// With `group`: which.
        pub group_id: Option<String>,
        /// With `language`: `fa`, `en` or `ru`.
        pub locale: Option<String>,
        /// With `lapsed`: how many days ago, 1 to 3650.
        pub days: Option<u32>,
        /// With `selected`: whose subscriptions.
        pub selection: Option<SelectionView>,
        /// What it says.
        pub texts: TextsView,
        /// What can be done about it, at most two.
        pub buttons: Option<Vec<ButtonView>>,
    }
}

view! {
    /// A text in the languages of its readers, at most 1000 characters each. Whoever has none reads the shop's.
    #[derive(Default)]
    pub struct TextsView {
        /// In Persian.
        pub fa: Option<String>,
        /// In English.
        pub en: Option<String>,
        /// In Russian.
        pub ru: Option<String>,
    }
    /// A button under a message.
    pub struct ButtonView {
        /// What it says, 1 to 40 characters.
        pub label: String,
        /// What it does: `buy`, `renew`, `open` or `coupon`.
        pub action: String,
        /// With `open`: an https:// address.
        pub url: Option<String>,
        /// With `coupon`: the code of a coupon of the shop that works; it is kept for the reader's next purchase.
        pub code: Option<String>,
    }
    /// A broadcast.
    pub struct BroadcastView {
        /// Its id.
        pub broadcast_id: String,
        /// Who wrote it.
        pub operator_id: String,
        /// To whom it goes.
        pub segment: String,
        /// With `plan`: which.
        pub plan_id: Option<String>,
        /// With `group`: which.
        pub group_id: Option<String>,
        /// With `language`: which.
        pub locale: Option<String>,
        /// With `lapsed`: how many days ago.
        pub days: Option<u32>,
        /// With `selected`: whose subscriptions.
        pub selection: Option<SelectionView>,
        /// What it says.
        pub texts: TextsView,
        /// What can be done about it.
        pub buttons: Vec<ButtonView>,
        /// `draft`, `sending`, `done` or `stopped`.
        pub state: String,
        /// How far it is.
        pub progress: ProgressView,
        /// When it was written.
        pub created_at: String,
        /// When it began to be sent.
        pub begun_at: Option<String>,
        /// When it was done or stopped.
        pub ended_at: Option<String>,
    }
    /// How far a broadcast is.
    pub struct ProgressView {
        /// Recipients; those of the segment while `counting`.
        pub total: u32,
        /// Whether recipients are still being written down.
        pub counting: bool,
        /// Those who have it.
        pub sent: u32,
        /// Those who cannot be reached.
        pub blocked: u32,
        /// Those for whom it failed.
        pub failed: u32,
        /// Those who are still to be tried.
        pub left: u32,
    }
    /// What a broadcast would be.
    pub struct BroadcastPreviewView {
        /// How many it would go to now.
        pub recipients: u32,
        /// What readers of each language see.
        pub texts: Vec<ReaderTextView>,
        /// What can be done about it.
        pub buttons: Vec<ButtonView>,
    }
    /// What readers of a language see.
    pub struct ReaderTextView {
        /// `fa`, `en` or `ru`.
        pub locale: String,
        /// The text.
        pub text: String,
    }
    /// A slice of broadcasts.
    pub struct BroadcastPage {
        /// Newest first.
        pub items: Vec<BroadcastView>,
        /// The cursor of the next slice; none at the end.
        pub next: Option<String>,
    }
}
