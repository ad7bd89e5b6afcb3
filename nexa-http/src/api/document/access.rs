//! What an operation asks of whoever calls it: nothing, a session, or a key with a scope.

use super::permission::Wanted;
use serde_json::{Value, json};

/// Operations that only a session may call: they are about how one comes into an account.
const SESSIONS: &[&str] = &[
    "deleteMe",
    "newAccountNumber",
    "addEmail",
    "confirmEmail",
    "exportMe",
    "removeIdentity",
    "addPasskey",
    "beginPasskey",
    "removePasskey",
    "setPassword",
    "addTelegram",
    "beginTotp",
    "confirmTotp",
    "disableTotp",
    "prove",
    "revokeOtherSessions",
    "revokeSession",
];

/// Operations of customers that want the scope `buy`; the others want `read`.
const BUYING: &[&str] = &[
    "withdraw",
    "claimGift",
    "acceptInvitation",
    "checkout",
    "adoptSubscription",
    "openTicket",
    "openTicketWithPicture",
    "topUp",
    "trial",
    "takeGiftBack",
    "cancelOrder",
    "pay",
    "uploadReceipt",
    "updateSubscription",
    "quotePlanChange",
    "removeDevice",
    "renameDevice",
    "makeGuide",
    "moveSubscription",
    "resetLink",
    "closeTicket",
    "replyTicket",
    "showTicketPicture",
];

/// What an operation asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Nothing. A token that is shown must be good all the same.
    Open,
    /// A session: a key is refused.
    Session,
    /// A session, or a key with this scope.
    Scope(&'static str),
    /// Somebody of the staff, or a key with the scope `manage`, who may do this.
    Office(Wanted),
}

impl Access {
    /// Of an operation, by its id, its path, and whether it wants somebody who is signed in at all.
    #[must_use]
    pub fn of(id: &str, path: &str, signed_in: bool) -> Self {
        match id {
            _ if !signed_in => Self::Open,
            // What has no row is said to be an owner's, until the matrix of the tests finds it.
            _ if path.starts_with("/admin/") => Self::Office(Wanted::of(id).unwrap_or(Wanted::Owner)),
            _ if SESSIONS.contains(&id) => Self::Session,
            _ if BUYING.contains(&id) => Self::Scope("buy"),
            _ => Self::Scope("read"),
        }
    }

    /// As the document says it. The names beside a key are the scopes that it needs.
    #[must_use]
    pub fn requirement(self) -> Value {
        match self {
            Self::Open => json!([{}, { "session": [] }]),
            Self::Session => json!([{ "session": [] }]),
            Self::Scope(scope) => json!([{ "session": [] }, { "apiKey": [scope] }]),
            Self::Office(_) => json!([{ "session": [] }, { "apiKey": ["manage"] }]),
        }
    }

    /// The same in words.
    #[must_use]
    pub fn told(self) -> String {
        match self {
            Self::Open => "**Needs** nobody signed in.".to_owned(),
            Self::Session => "**Needs** a session; API keys are refused (`not_allowed`).".to_owned(),
            Self::Office(wanted) => format!(
                "**Needs** a session of the staff, or an API key with the scope `manage`, and {}.",
                wanted.told()
            ),
            Self::Scope(scope) => format!("**Needs** a session, or an API key with the scope `{scope}`."),
        }
    }
}

/// The schemes.
#[must_use]
pub fn schemes() -> Value {
    json!({
        "session": {
            "type": "http",
            "scheme": "bearer",
            "description": "The token of a session, `nxs_…`, from `POST /accounts` or `POST /sessions`. It has the scopes \
                of its user: `read` and `buy`, and `manage` for the staff.",
        },
        "apiKey": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key for programs, `nxk_live_…`, or `nxk_test_…` of a shop of play money, from \
                `POST /admin/keys`. It has some of the scopes `read` (see what is its user's own), `buy` (order, pay, \
                change what was bought) and `manage` (run the shop).",
        },
    })
}
