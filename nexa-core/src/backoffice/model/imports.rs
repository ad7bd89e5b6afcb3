//! What comes over from a panel or a bot that was used before.

use crate::storefront::model::MoneyView;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::PathBuf};

/// What is to be taken over. The file lies where this process can read it, so this is not for the network as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImportRequest {
    /// `list`, `hiddify`, `marzban`, `mirza` or `hiddify-bot`.
    pub kind: String,
    /// The file; none for `hiddify`.
    pub file: Option<PathBuf>,
    /// The server whose panel's users are taken over, for `hiddify`.
    pub server_id: Option<String>,
    /// Only those users of it whose names have this in them.
    pub name: Option<String>,
    /// The plan that services get whose own plan is not in `plans`.
    pub plan_id: Option<String>,
    /// The ids of the plans that services get, by what the source calls theirs.
    pub plans: BTreeMap<String, String>,
    /// What the balances are in: the code of the shop's currency, or `TOMAN`. Without it no wallet comes over.
    pub currency: Option<String>,
    /// Whether a service of which nobody knows whose it is gets an account with a number of its own.
    pub anonymous: bool,
    /// Whether only to say what it would come to.
    pub dry_run: bool,
}

view! {
    /// What an import came to, or would come to.
    pub struct ImportReportView {
        /// What it was from.
        pub kind: String,
        /// Whether nothing was done.
        pub dry_run: bool,
        /// Rows that were looked at.
        pub rows: u32,
        /// Users that were not here before.
        pub users_made: u32,
        /// Wallets that were filled.
        pub wallets: u32,
        /// By how much in all.
        pub credited: MoneyView,
        /// Services that go on as the servers of the shop hold them.
        pub adopted: u32,
        /// Services that were made on servers of the shop, with what the source says is left.
        pub made: u32,
        /// Rows of which all was here already.
        pub here: u32,
        /// Rows that were left out, by their reasons.
        pub left_out: Vec<ImportCountView>,
        /// The first thousand of them, without those that are over.
        pub lines: Vec<ImportLineView>,
        /// The accounts of services that nobody is named for. Whoever has a number can sign in with it.
        pub accounts: Vec<ImportAccountView>,
    }
    /// How many rows were left out for one reason.
    pub struct ImportCountView {
        /// The reason's stable code, e.g. `panel_user_missing`.
        pub reason: String,
        /// How many.
        pub count: u32,
    }
    /// One row that was left out.
    pub struct ImportLineView {
        /// Where it stands in the source, e.g. `line 12`.
        pub place: String,
        /// The reason's stable code.
        pub reason: String,
    }
    /// The account of a service that nobody is named for.
    pub struct ImportAccountView {
        /// Where the service stands in the source.
        pub place: String,
        /// The number of the account.
        pub account_number: String,
    }
}
