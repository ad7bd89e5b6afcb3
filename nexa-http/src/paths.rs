//! Every address once: routes and links in pages.

pub mod api;
mod office;

use office::office_takes_forms;
pub use office::*;

/// The API's prefix.
pub const API: &str = "/v1";
/// The API's document.
pub const DOCUMENT: &str = "/openapi.json";
/// The API's document for people.
pub const DOCS: &str = "/docs";
/// The errors of the API.
pub const DOCS_ERRORS: &str = "/docs/errors";
/// The API's operations, to read and try.
pub const DOCS_REFERENCE: &str = "/docs/reference";
/// The style of [`DOCS`].
pub const DOCS_STYLE: &str = "/docs/docs.css";
/// The script of [`DOCS_REFERENCE`].
pub const DOCS_SCRIPT: &str = "/docs/rapidoc.js";
/// Whether the shop can work.
pub const HEALTH: &str = "/healthz";
/// The first page.
pub const HOME: &str = "/";
/// The style of all pages.
pub const STYLE: &str = "/assets/app.css";
/// A script, font or picture of the pages.
pub const ASSET: &str = "/assets/:name";
/// What makes an app of the pages.
pub const MANIFEST: &str = "/manifest.webmanifest";
/// The worker that keeps pages for times without a network.
pub const WORKER: &str = "/sw.js";
/// What is shown without a network when nothing was kept.
pub const OFFLINE: &str = "/offline";
/// The icon, as SVG.
pub const ICON: &str = "/icon.svg";
/// The icon with 192 pixels a side.
pub const ICON_SMALL: &str = "/icon-192.png";
/// The icon with 512 pixels a side.
pub const ICON_LARGE: &str = "/icon-512.png";
/// The icon for systems that cut it to a shape of theirs.
pub const ICON_MASKABLE: &str = "/icon-maskable-512.png";
/// Where one signs in.
pub const SIGN_IN: &str = "/sign-in";
/// Where a code is asked for and given by mail.
pub const SIGN_IN_CODE: &str = "/sign-in/code";
/// The link of such a mail.
pub const SIGN_IN_MAIL: &str = "/sign-in/mail/:token";
/// Where Telegram sends a visitor back to.
pub const SIGN_IN_TELEGRAM: &str = "/sign-in/telegram";
/// The way to Telegram.
pub const TELEGRAM: &str = "/sign-in/telegram/go";
/// Where one makes an account.
pub const SIGN_UP: &str = "/sign-up";
/// Where one signs out.
pub const SIGN_OUT: &str = "/sign-out";
/// Where one buys.
pub const BUY: &str = "/buy";
/// Where one takes the free trial.
pub const TRIAL: &str = "/trial";
/// The own orders.
pub const ORDERS: &str = "/orders";
/// One order: how it is paid, then what became of it.
pub const ORDER: &str = "/orders/:order";
/// What an order's page shows, in one word.
pub const ORDER_MARK: &str = "/orders/:order/mark";
/// The same, whenever it changes.
pub const ORDER_WATCH: &str = "/orders/:order/watch";
/// A receipt to print.
pub const ORDER_PRINT: &str = "/orders/:order/print";
/// The same as PDF, where it can be one.
pub const ORDER_PDF: &str = "/orders/:order/invoice.pdf";
/// Where the picture of a bank's receipt goes.
pub const ORDER_RECEIPT: &str = "/orders/:order/receipt";
/// Something done with an order.
pub const ORDER_STEP: &str = "/orders/:order/:step";
/// The own wallet.
pub const WALLET: &str = "/wallet";
/// Inviting others.
pub const INVITE: &str = "/invite";
/// What was told.
pub const NOTICES: &str = "/notices";
/// Conversations with the shop.
pub const TICKETS: &str = "/tickets";
/// One of them.
pub const TICKET: &str = "/tickets/:ticket";
/// Something done in it.
pub const TICKET_STEP: &str = "/tickets/:ticket/:step";
/// What the shop explains.
pub const HELP: &str = "/help";
/// One article.
pub const ARTICLE: &str = "/help/:slug";
/// The terms, where the shop wrote them.
pub const TERMS: &str = "/terms";
/// What is known of customers.
pub const PRIVACY: &str = "/privacy";
/// When money is given back.
pub const REFUNDS: &str = "/refunds";
/// A gift that somebody gave.
pub const GIFT: &str = "/gift";
/// The own subscriptions.
pub const SUBSCRIPTIONS: &str = "/subscriptions";
/// One subscription.
pub const SUBSCRIPTION: &str = "/subscriptions/:subscription";
/// Something done with a subscription.
pub const SUBSCRIPTION_STEP: &str = "/subscriptions/:subscription/:step";
/// The own account.
pub const ACCOUNT: &str = "/account";
/// All that is kept about the visitor.
pub const EXPORT: &str = "/account/export";
/// Where one proves once more who one is.
pub const PROVE: &str = "/account/prove";
/// What the script of the pages asks and answers about passkeys.
pub const PASSKEY: &str = "/passkeys/:step";
/// Something done with the account.
pub const ACCOUNT_STEP: &str = "/account/:step";
/// Which browsers of the account show messages.
pub const ACCOUNT_PUSH: &str = "/account/push";
/// The customer's link.
pub const LINK: &str = "/s/:token";
/// The customer's link in a chosen form.
pub const LINK_FORMAT: &str = "/s/:token/:format";
/// Opens an app with the customer's link.
pub const LINK_OPEN: &str = "/s/:token/open/:app";
/// Where a link's page reports how its servers are reached.
pub const LINK_LATENCY: &str = "/s/:token/latency";
/// How another person's device is set up.
pub const GUIDE: &str = "/guide/:token";
/// Where a gateway calls.
pub const HOOK: &str = "/hooks/pay/:gateway/:endpoint";
/// Where Telegram calls for a shop's bot.
pub const BOT_HOOK: &str = "/hooks/telegram/:bot";
/// Where the first operator claims the shop.
pub const OPERATOR: &str = "/operator/:token";
/// Ends mails of one kind.
pub const UNSUBSCRIBE: &str = "/u/:token";
/// Where a shop's mail server hands mails over.
pub const LETTER_HOOK: &str = "/hooks/mail/:shop/:secret";
/// Where a customer comes back to from a gateway's page.
pub const BACK: &str = "/back/:order";
/// Where a demo payment is made.
pub const SANDBOX: &str = "/sandbox/:reference";

/// Most bytes of an ordinary request.
pub const JSON_LIMIT: usize = 64 * 1024;
/// Most bytes of a form that brings an article: each byte of it may come as three.
pub const ARTICLE_LIMIT: usize = 96 * 1024;
/// Most bytes of a gateway's callback.
pub const HOOK_LIMIT: usize = 256 * 1024;
/// Most bytes of a mail.
pub const LETTER_LIMIT: usize = 5 * 1024 * 1024;
/// Most bytes of a receipt's picture.
pub const PICTURE_LIMIT: usize = 5 * 1024 * 1024;
/// Bytes of a file that another panel or bot left.
pub const IMPORT_LIMIT: usize = 32 * 1024 * 1024;
/// What the form around a picture may add: its boundary, headers and the note.
const FORM_AROUND: usize = 16 * 1024;

/// An order's page.
#[must_use]
pub fn order(id: &str) -> String {
    ORDER.replace(":order", id)
}

/// Where a customer comes back to from a gateway's page.
#[must_use]
pub fn back(order: &str) -> String {
    BACK.replace(":order", order)
}

/// A subscription's page.
#[must_use]
pub fn subscription(id: &str) -> String {
    SUBSCRIPTION.replace(":subscription", id)
}

/// A conversation's page.
#[must_use]
pub fn ticket(id: &str) -> String {
    TICKET.replace(":ticket", id)
}

/// An article's page.
#[must_use]
pub fn article(slug: &str) -> String {
    ARTICLE.replace(":slug", slug)
}

/// The claim page.
#[must_use]
pub fn operator(token: &str) -> String {
    OPERATOR.replace(":token", token)
}

/// A gateway's callback.
#[must_use]
pub fn hook(gateway: &str, endpoint: &str) -> String {
    HOOK.replace(":gateway", gateway).replace(":endpoint", endpoint)
}

/// The gateway and the endpoint of a callback's address, whether absolute or not.
#[must_use]
pub fn hook_parts(address: &str) -> Option<(&str, &str)> {
    let (_, rest) = address.split_once("/hooks/pay/")?;
    let (gateway, endpoint) = rest.split_once('/')?;
    let plain =
        |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    (plain(gateway) && plain(endpoint)).then_some((gateway, endpoint))
}

/// Whether a path belongs to the API, whose errors are problem documents.
#[must_use]
pub fn is_api(path: &str) -> bool {
    path.strip_prefix(API).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path is a gateway's callback.
#[must_use]
pub fn is_hook(path: &str) -> bool {
    path.starts_with("/hooks/")
}

/// How many bytes a request to `path` may have.
#[must_use]
pub fn body_limit(path: &str) -> usize {
    if path == OFFICE_IMPORT || (is_api(path) && path.ends_with("/admin/imports")) {
        IMPORT_LIMIT + FORM_AROUND
    } else if path.starts_with("/hooks/mail/") {
        LETTER_LIMIT
    } else if is_hook(path) {
        HOOK_LIMIT
    } else if path == OFFICE_ARTICLE || path == OFFICE_SETTINGS_TEXTS {
        ARTICLE_LIMIT
    } else if (is_api(path) && (path.ends_with("/receipts") || path.ends_with("/pictures")))
        || (path.starts_with("/orders/") && path.ends_with("/receipt"))
        || path == TICKETS
        || (path.starts_with("/tickets/") && path.ends_with("/reply"))
    {
        PICTURE_LIMIT + FORM_AROUND
    } else {
        JSON_LIMIT
    }
}

/// Whether a path takes forms, for the `Allow` of who comes with another method.
#[must_use]
pub fn takes_forms(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match *parts.as_slice() {
        ["orders", _, step] => !matches!(step, "mark" | "watch" | "print" | "invoice.pdf"),
        ["account", step] => step != "export",
        ["office", ref rest @ ..] => office_takes_forms(rest),
        [
            "sign-in" | "sign-up" | "sign-out" | "buy" | "trial" | "wallet" | "invite" | "notices"
            | "tickets" | "gift" | "subscriptions",
        ]
        | ["sign-in", "code" | "telegram"]
        | ["sign-in", "mail", _]
        | ["operator" | "passkeys" | "u" | "help", _]
        | ["subscriptions" | "tickets", _, _]
        | ["s", _, "latency"] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_may_be_large() {
        assert_eq!(body_limit("/v1/orders"), JSON_LIMIT);
        assert!(
            body_limit("/office/import") > IMPORT_LIMIT && body_limit("/v1/admin/imports") > IMPORT_LIMIT
        );
        assert_eq!(body_limit("/v1/imports"), JSON_LIMIT);
        assert!(body_limit("/v1/payments/x/receipts") > PICTURE_LIMIT);
        assert!(body_limit("/v1/tickets/x/pictures") > PICTURE_LIMIT);
        assert_eq!(body_limit("/x/receipts"), JSON_LIMIT);
        assert_eq!(body_limit("/hooks/pay/a/b"), HOOK_LIMIT);
        assert_eq!(body_limit("/hooks/mail/a/b"), LETTER_LIMIT);
    }

    #[test]
    fn hooks_are_taken_apart() {
        assert_eq!(hook_parts("https://a.example/hooks/pay/g/e"), Some(("g", "e")));
        assert_eq!(hook_parts("/hooks/pay/g/e/../x"), None);
        assert_eq!(hook_parts("https://evil.example/"), None);
    }
}
