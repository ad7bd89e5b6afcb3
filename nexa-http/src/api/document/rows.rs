//! The rows of the error catalogue: each code, what it means, and which operations say it. Those whose description names a
//! code in backticks say it, too.

mod office;

pub use office::OPERATION;

use super::catalogue::Row;

/// Any operation.
pub const ANY: &str = "*";
/// Any operation with a body.
pub const BODY: &str = "body";
/// Any operation that wants somebody who is signed in.
pub const SIGNED_IN: &str = "signed in";
/// Any operation of the office.
pub const OFFICE: &str = "office";
/// Any operation that takes an `Idempotency-Key`.
pub const REPEATED: &str = "repeated";
/// No operation of the API: pages, links and callbacks alone.
pub const ELSEWHERE: &str = "elsewhere";

const fn row(code: &'static str, meaning: &'static str, places: &'static [&'static str]) -> Row {
    Row { code, meaning, places }
}

/// Operations that say the same for the same reason, by a word that rows name among their places.
pub const GROUPS: &[(&str, &[&str])] = &[
    (
        AMOUNTS,
        &[
            "checkout",
            "topUp",
            "withdraw",
            "adminAddPlan",
            "adminUpdatePlan",
            "adminSavePack",
            "adminCorrectWallet",
            "adminAcceptReceipt",
            "adminAcceptPayment",
            "adminAddCoupon",
            "adminUpdateCoupon",
            "adminPreviewBulk",
            "adminBeginBulk",
            "adminSetRate",
            "adminSetReferralTerms",
            "adminAddReseller",
            "adminSetResellerTerms",
            "adminAddWholesale",
            "adminSetWholesale",
        ],
    ),
    (BUYING, &["checkout", "pay", "topUp", "quote", "quoteCoupon"]),
    (COUPONS, &["checkout", "quoteCoupon"]),
    (PAYING, &["checkout", "pay", "topUp"]),
    (PICTURES, &["uploadReceipt", "openTicketWithPicture", "showTicketPicture"]),
    (PROOFS, &["signIn", "prove"]),
    (SERVERS, &["adminAddServer", "adminTryServer", "adminUpdateServer"]),
    (GATEWAYS, &["adminAddGateway", "adminSetUpGateway", "adminUpdateGateway"]),
    (RETURNS, &["adminSendBack", "adminRefundOrderToPayer"]),
    (TELEGRAM, &["signIn", "prove", "addTelegram"]),
];

/// Takes an amount of money.
const AMOUNTS: &str = "takes an amount";
/// Prices a purchase, or makes one.
const BUYING: &str = "buys";
/// Takes a coupon's code.
const COUPONS: &str = "takes a coupon";
/// Opens a payment.
const PAYING: &str = "pays";
/// Takes a picture.
const PICTURES: &str = "takes a picture";
/// Takes a proof of who somebody is.
const PROOFS: &str = "takes a proof";
/// Tries a server's settings.
const SERVERS: &str = "tries a server";
/// Tries a gateway's settings.
const GATEWAYS: &str = "tries a gateway";
/// Sends money back to whoever paid.
const RETURNS: &str = "sends back";
/// Takes what Telegram signed.
const TELEGRAM: &str = "takes Telegram's proof";

/// The operations of a group; none for the id of an operation and for other words.
#[must_use]
pub fn group(place: &str) -> &'static [&'static str] {
    GROUPS.iter().find(|(name, _)| *name == place).map_or(&[], |(_, ids)| *ids)
}

/// What can be wrong with any request.
pub const GENERAL: &[Row] = &[
    row("bad_json", "The body is not JSON of the documented shape; `reason` says where.", &[BODY]),
    row("bad_form", "The form cannot be read.", &[PICTURES, "adminImport"]),
    row("bad_parameter", "A parameter cannot be read; `field` names it.", &[ANY]),
    row("bad_request", "The request cannot be read in another way.", &[ANY]),
    row("unknown_path", "There is no such path.", &[ELSEWHERE]),
    row("method_not_allowed", "The path has other methods; `Allow` names them.", &[ANY]),
    row("unsupported_media_type", "The body has another content type than the operation takes.", &[BODY]),
    row("cross_site", "A form came from another site.", &[ELSEWHERE]),
    row("internal", "An accident on our side that another try will not mend.", &[ANY]),
    row("unavailable", "An accident on our side; try again after `Retry-After` seconds.", &[ANY]),
    row("not_found", "There is no such thing, or it is not the caller's: the same answer for both.", &[ANY]),
    row("not_signed_in", "No token, or one that is wrong, has ended or was taken away.", &[ANY]),
    row("not_allowed", "The token lacks the scope, or its user the permission.", &[SIGNED_IN]),
    row("blocked", "The operator has blocked the account.", &[ANY]),
    row("bad_input", "A field has a value that cannot be; `field` names it, `reason` says why.", &[ANY]),
    row("too_many_attempts", "Too many tries from one address; wait for `Retry-After` seconds.", &[ANY]),
    row("too_large", "The body or the picture is larger than allowed.", &[BODY]),
    row("key_reused", "The `Idempotency-Key` was used for another request.", &[REPEATED]),
    row(
        "in_flight",
        "The same request is being worked on; ask again after `Retry-After` seconds.",
        &[REPEATED],
    ),
    row("second_factor_required", "Somebody of the staff comes in only with a second factor.", &[OFFICE]),
    row(
        "supplier_decides",
        "The shop sells what another delivers, and this is that shop's to decide.",
        &[OFFICE],
    ),
    row(
        "maintenance",
        "The shop sells nothing for the moment; `detail` holds what its operator says.",
        &[PAYING, "trial", "moveSubscription", "claimGift", "adoptSubscription"],
    ),
];

/// Accounts, and the ways into them.
pub const ACCOUNTS: &[Row] = &[
    row(
        "wrong_credentials",
        "Account number, e-mail or password is wrong: the same answer for all.",
        &[PROOFS, "setPassword"],
    ),
    row("email_taken", "Somebody has this e-mail address here.", &["signUp"]),
    row("bad_email", "This is no e-mail address.", &[PROOFS, "signUp", "requestCode", "addEmail"]),
    row("weak_password", "The password is too short or known to everybody.", &["signUp", "setPassword"]),
    row(
        "wrong_code",
        "A code is wrong, used up or too old.",
        &[PROOFS, "confirmEmail", "confirmTotp", "disableTotp"],
    ),
    row(
        "second_factor_needed",
        "The first proof was right; send `second_factor` too.",
        &[PROOFS, "confirmTotp"],
    ),
    row(
        "second_factor_set",
        "There is a second factor already; take it off first.",
        &["beginTotp", "confirmTotp"],
    ),
    row(
        "prove_again",
        "The session did not prove lately who holds it: `POST /sessions/current/proof`.",
        &["setPassword", "beginTotp", "confirmTotp", "confirmEmail"],
    ),
    row(
        "identity_taken",
        "What was proved belongs to another account.",
        &["confirmEmail", "addTelegram", "addPasskey"],
    ),
    row("last_identity", "It is the only way into the account.", &["removeIdentity", "removePasskey"]),
    row("mail_unavailable", "No mail can be sent.", &["requestCode", "addEmail"]),
    row("telegram_unavailable", "The shop has no Telegram bot.", &[TELEGRAM, "adminSetAlerts"]),
    row("bad_telegram_proof", "Telegram did not sign this.", &[TELEGRAM]),
    row("telegram_proof_old", "What Telegram signed is too old.", &[TELEGRAM]),
    row(
        "passkey_unavailable",
        "There are no passkeys here.",
        &["askPasskey", "beginPasskey", "addPasskey", "signIn"],
    ),
    row("bad_passkey", "The passkey did not sign what it was asked.", &[PROOFS, "addPasskey"]),
    row("too_many_passkeys", "The account has ten passkeys.", &["beginPasskey", "addPasskey"]),
    row("wallet_not_empty", "There is money in the account or on its way to it.", &["deleteMe"]),
    row("invitation_unknown", "Nobody invites with this code.", &["acceptInvitation"]),
    row("own_invitation", "One cannot invite oneself.", &["acceptInvitation"]),
    row("already_invited", "Somebody else invited this user.", &["acceptInvitation"]),
    row("invitation_too_late", "Invitations are for new customers.", &["acceptInvitation"]),
];

/// Buying and paying.
pub const PURCHASES: &[Row] = &[
    row(
        "plan_not_on_sale",
        "The plan is not on sale.",
        &["checkout", "quote", "quoteCoupon", "quotePlanChange"],
    ),
    row(
        "wrong_currency",
        "The amount is in another currency than the shop's.",
        &[AMOUNTS, "adminSetAlerts", "adminAssignDeposit", "adminImport", "adminTakeWare"],
    ),
    row(
        "amount_out_of_range",
        "An amount is negative, zero where that makes no sense, or absurdly large.",
        &[AMOUNTS, "adminSetServerRent"],
    ),
    row("below_minimum", "Less than this way to pay takes.", &[BUYING]),
    row("above_maximum", "More than this way to pay takes.", &[BUYING]),
    row("gateway_unavailable", "This way to pay cannot be used now.", &[BUYING]),
    row("no_fresh_rate", "No fresh exchange rate for the asset.", &[PAYING, "quote", "adminTakeWare"]),
    row("no_free_amount", "All unique amounts are taken; try again in some minutes.", &[PAYING]),
    row(
        "not_enough_funds",
        "The wallet holds too little.",
        &["checkout", "pay", "withdraw", "adminCorrectWallet"],
    ),
    row("price_changed", "It no longer costs what was `expected`.", &["checkout"]),
    row("order_not_open", "The order is in a state in which this cannot be done.", &["pay", "cancelOrder"]),
    row(
        "order_not_refundable",
        "The order was not paid, or was refunded.",
        &["adminRefundOrder", "adminRefundOrderToPayer", "takeGiftBack"],
    ),
    row(
        "payment_disputed",
        "A payment is contested, so nothing is paid from the wallet.",
        &["checkout", "pay", "withdraw", "adminRefundOrder"],
    ),
    row("no_receipt_wanted", "The payment does not wait for a receipt.", &["uploadReceipt"]),
    row("bad_picture", "No JPEG, PNG or WebP picture, or a damaged one.", &[PICTURES]),
    row("too_many_receipts", "Too many receipts today.", &["uploadReceipt"]),
    row("too_many_open_orders", "Too many unpaid orders: pay or cancel one.", &["checkout", "topUp"]),
    row("too_many_payments", "Too many payments of one order.", &["pay"]),
    row("trial_used", "This identity has had its trial.", &["trial"]),
    row("no_trial", "The shop has no trial.", &["trial"]),
    row("trial_needs_identity", "Trials are for accounts that proved what the shop asks for.", &["trial"]),
    row("coupon_unknown", "No coupon has this code.", &[COUPONS]),
    row("coupon_expired", "The coupon's time is over.", &[COUPONS]),
    row("coupon_used_up", "The coupon was used as often as it may be.", &[COUPONS]),
    row("coupon_not_for_this", "The coupon is for other purchases or customers.", &[COUPONS]),
    row("gift_unknown", "No gift has this code.", &["lookAtGift", "claimGift"]),
    row("gift_claimed", "Somebody else has claimed the gift.", &["claimGift", "takeGiftBack"]),
    row("withdrawal_not_offered", "Commission money cannot be withdrawn in this way.", &["withdraw"]),
    row("not_supplied", "The shop cannot deliver it for now.", &["checkout", "pay", "trial", "claimGift"]),
    row("payer_unknown", "Who wants to pay in Telegram is not who placed the order.", &[ELSEWHERE]),
    row("bad_signature", "A callback is not signed by whom it says.", &[ELSEWHERE]),
];

/// What was bought, and talking about it.
pub const SERVICE: &[Row] = &[
    row(
        "subscription_closed",
        "The subscription cannot be renewed or changed in its state.",
        &[
            "checkout",
            "quotePlanChange",
            "moveSubscription",
            "resetLink",
            "adminExtendSubscription",
            "adminResume",
            "adminSuspend",
            "adminRenewLink",
            "claimGift",
        ],
    ),
    row(
        "extras_differ",
        "The plan's extras are not those of the subscription.",
        &["checkout", "quotePlanChange", "claimGift"],
    ),
    row("no_server", "The group has no server that takes customers.", &["checkout", "trial"]),
    row(
        "extra_not_offered",
        "No server of the group offers all extras of the plan.",
        &["adminAddPlan", "adminUpdatePlan"],
    ),
    row(
        "extra_unavailable",
        "No server with the plan's extras takes customers now.",
        &["checkout", "claimGift"],
    ),
    row(
        "region_unknown",
        "No server of the group stands in this country.",
        &["checkout", "moveSubscription"],
    ),
    row("region_full", "No server in this country takes customers now.", &["moveSubscription"]),
    row("already_there", "The subscription is in this country already.", &["moveSubscription"]),
    row(
        "address_stays",
        "The subscription has an address of its own, which belongs to its server.",
        &["moveSubscription"],
    ),
    row(
        "too_many_removals",
        "Five devices were taken off within a day; wait for `Retry-After` seconds.",
        &["removeDevice"],
    ),
    row("too_many_resets", "Five new links within a day; wait for `Retry-After` seconds.", &["resetLink"]),
    row("too_many_moves", "Three moves within a day; wait for `Retry-After` seconds.", &["moveSubscription"]),
    row("adoption_off", "The shop takes over no services from elsewhere.", &["adoptSubscription"]),
    row(
        "no_identity",
        "There is no identity of a service in this, or more than one.",
        &["adoptSubscription"],
    ),
    row("service_unknown", "No service with this identity is to be had.", &["adoptSubscription"]),
    row(
        "servers_silent",
        "Some servers that were to be searched do not answer.",
        &["adoptSubscription", "adminImport"],
    ),
    row("too_many_tickets", "Too many open tickets.", &["openTicket", "openTicketWithPicture"]),
    row(
        "too_many_messages",
        "Too many messages within an hour.",
        &["openTicket", "openTicketWithPicture", "replyTicket", "showTicketPicture"],
    ),
    row("too_many_pictures", "Too many pictures within an hour.", &["showTicketPicture"]),
];
