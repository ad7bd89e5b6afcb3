//! The API's operations for customers, once: where the remote storefront finds them. A test holds this table against the
//! document of the service.

/// What may be done when it is not known whether a request arrived.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repeat {
    /// Sending it again changes nothing more.
    Freely,
    /// Sending it again is harmless with the same `Idempotency-Key`.
    ByKey,
    /// Sending it again might do it twice.
    Never,
}

/// One operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Operation {
    /// Its `operationId`.
    pub id: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// Its path below [`API`](super::API), with `:name` for what is put in.
    pub path: &'static str,
    /// Whether it may be repeated.
    pub repeat: Repeat,
}

impl Operation {
    /// The path with these in the places of its names, in order. What could change the path's meaning is encoded; a name
    /// that would vanish from an address (empty, one dot, two dots), or is longer than any that there is, becomes `-`, which
    /// names nothing.
    #[must_use]
    pub fn at(&self, names: &[&str]) -> String {
        let mut names = names.iter();
        let mut path = super::API.to_owned();
        for part in self.path.split('/').skip(1) {
            path.push('/');
            if part.starts_with(':') {
                path.push_str(&encoded(names.next().copied().unwrap_or_default()));
            } else {
                path.push_str(part);
            }
        }
        path
    }
}

/// Bytes of a name at most. The longest that there are have 50; a server drops a request whose head is too long, and then
/// nobody would say that there is no such thing.
const NAME_MOST: usize = 256;

fn encoded(name: &str) -> String {
    if matches!(name, "" | "." | "..") || name.len() > NAME_MOST {
        return "-".to_owned();
    }
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
    }
    out
}

macro_rules! operations {
    ($($name:ident = $id:literal $method:ident $path:literal $repeat:ident;)+) => {
        $(
            #[doc = concat!("`", $id, "`")]
            pub const $name: Operation =
                Operation { id: $id, method: stringify!($method), path: $path, repeat: Repeat::$repeat };
        )+
        /// All of them.
        pub const ALL: &[Operation] = &[$($name),+];
    };
}

operations! {
    SIGN_UP = "signUp" POST "/accounts" Never;
    REQUEST_CODE = "requestCode" POST "/codes" Never;
    SIGN_IN = "signIn" POST "/sessions" Never;
    SIGN_OUT = "signOut" DELETE "/sessions/current" Never;
    SESSIONS = "listSessions" GET "/sessions" Freely;
    REVOKE_SESSION = "revokeSession" DELETE "/sessions/:session_id" Never;
    REVOKE_OTHERS = "revokeOtherSessions" DELETE "/sessions/others" Freely;
    PROVE = "prove" POST "/sessions/current/proof" Never;
    ME = "me" GET "/me" Freely;
    UPDATE_ME = "updateMe" PATCH "/me" Freely;
    EXPORT_ME = "exportMe" GET "/me/export" Freely;
    DELETE_ME = "deleteMe" DELETE "/me" Never;
    IDENTITIES = "listIdentities" GET "/me/identities" Freely;
    REMOVE_IDENTITY = "removeIdentity" DELETE "/me/identities/:kind" Never;
    ADD_EMAIL = "addEmail" POST "/me/email" Never;
    CONFIRM_EMAIL = "confirmEmail" POST "/me/email/confirm" Never;
    ADD_TELEGRAM = "addTelegram" POST "/me/telegram" Never;
    NEW_NUMBER = "newAccountNumber" POST "/me/account-number" Never;
    SET_PASSWORD = "setPassword" PUT "/me/password" Never;
    ASK_PASSKEY = "askPasskey" POST "/passkeys/ask" Freely;
    PASSKEYS = "listPasskeys" GET "/me/passkeys" Freely;
    BEGIN_PASSKEY = "beginPasskey" POST "/me/passkeys/begin" Freely;
    ADD_PASSKEY = "addPasskey" POST "/me/passkeys" Never;
    REMOVE_PASSKEY = "removePasskey" DELETE "/me/passkeys/:passkey_id" Never;
    BEGIN_TOTP = "beginTotp" POST "/me/totp" Never;
    CONFIRM_TOTP = "confirmTotp" POST "/me/totp/confirm" Never;
    DISABLE_TOTP = "disableTotp" POST "/me/totp/disable" Never;
    OFFER = "offer" GET "/offer" Freely;
    PLANS = "listPlans" GET "/plans" Freely;
    PACKS = "listPacks" GET "/packs" Freely;
    METHODS = "listMethods" GET "/methods" Freely;
    QUOTE = "quote" POST "/quotes" Freely;
    QUOTE_COUPON = "quoteCoupon" POST "/coupons/quote" Freely;
    CHECKOUT = "checkout" POST "/orders" ByKey;
    TRIAL = "trial" POST "/trial" ByKey;
    ORDERS = "listOrders" GET "/orders" Freely;
    ORDER = "getOrder" GET "/orders/:order_id" Freely;
    PAY = "pay" POST "/orders/:order_id/payments" ByKey;
    CANCEL_ORDER = "cancelOrder" POST "/orders/:order_id/cancel" Never;
    UPLOAD_RECEIPT = "uploadReceipt" POST "/payments/:payment_id/receipts" Never;
    WALLET = "wallet" GET "/wallet" Freely;
    NOTICES = "listNotices" GET "/notices" Freely;
    PREFERENCES = "noticePreferences" GET "/notices/preferences" Freely;
    SET_PREFERENCES = "setNoticePreferences" PATCH "/notices/preferences" Freely;
    PUSH_KEY = "pushKey" GET "/push" Freely;
    PUSH_ON = "pushOn" PUT "/push/browsers" Freely;
    PUSH_OFF = "pushOff" POST "/push/browsers/remove" Freely;
    SUBSCRIPTIONS = "listSubscriptions" GET "/subscriptions" Freely;
    SUBSCRIPTION = "getSubscription" GET "/subscriptions/:subscription_id" Freely;
    UPDATE_SUBSCRIPTION = "updateSubscription" PATCH "/subscriptions/:subscription_id" Freely;
    USAGE = "getSubscriptionUsage" GET "/subscriptions/:subscription_id/usage" Freely;
    PURCHASE_NOTE = "getPurchaseNote" GET "/subscriptions/:subscription_id/note" Freely;
    RESET_LINK = "resetLink" POST "/subscriptions/:subscription_id/reset-link" Never;
    LINK_QR = "linkQr" GET "/subscriptions/:subscription_id/qr" Freely;
    CHANGE_QUOTE = "quotePlanChange" GET "/subscriptions/:subscription_id/change-quote" Freely;
    REGIONS = "listRegions" GET "/subscriptions/:subscription_id/regions" Freely;
    MOVE = "moveSubscription" POST "/subscriptions/:subscription_id/move" ByKey;
    ADOPT = "adoptSubscription" POST "/subscriptions/adopt" ByKey;
    DEVICES = "listDevices" GET "/subscriptions/:subscription_id/devices" Freely;
    RENAME_DEVICE = "renameDevice" PATCH "/subscriptions/:subscription_id/devices/:device_id" Freely;
    REMOVE_DEVICE = "removeDevice" DELETE "/subscriptions/:subscription_id/devices/:device_id" Never;
    GUIDE = "makeGuide" POST "/subscriptions/:subscription_id/guide" Never;
    GIFTS = "listGifts" GET "/gifts" Freely;
    GIFT = "lookAtGift" POST "/gifts/look" Freely;
    CLAIM_GIFT = "claimGift" POST "/gifts/claim" ByKey;
    TAKE_GIFT_BACK = "takeGiftBack" POST "/gifts/:order_id/take-back" ByKey;
    INVITATION = "getInvitation" GET "/invitation" Freely;
    ACCEPT_INVITATION = "acceptInvitation" POST "/invitation/accept" Freely;
    COMMISSIONS = "listCommissions" GET "/account/commissions" Freely;
    WITHDRAWALS = "listWithdrawals" GET "/account/withdrawals" Freely;
    WITHDRAW = "withdraw" POST "/account/withdrawals" ByKey;
    TICKETS = "listTickets" GET "/tickets" Freely;
    TICKET = "getTicket" GET "/tickets/:ticket_id" Freely;
    OPEN_TICKET = "openTicket" POST "/tickets" ByKey;
    OPEN_TICKET_WITH_PICTURE = "openTicketWithPicture" POST "/tickets/pictures" Never;
    REPLY_TICKET = "replyTicket" POST "/tickets/:ticket_id/messages" ByKey;
    SHOW_PICTURE = "showTicketPicture" POST "/tickets/:ticket_id/pictures" Never;
    CLOSE_TICKET = "closeTicket" POST "/tickets/:ticket_id/close" Freely;
    ARTICLES = "listArticles" GET "/articles" Freely;
    ARTICLE = "getArticle" GET "/articles/:slug" Freely;
    JUDGE_ARTICLE = "judgeArticle" POST "/articles/:slug/votes" Never;
    OWN_TEXT = "getText" GET "/texts/:key" Freely;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_one_part_of_the_path() {
        assert_eq!(ORDER.at(&["a/../b?c#d %"]), "/v1/orders/a%2F..%2Fb%3Fc%23d%20%25");
        for gone in ["", ".", "..", &"x".repeat(257), &"د".repeat(50_000)] {
            assert_eq!(ORDER.at(&[gone]), "/v1/orders/-");
        }
        assert_eq!(ORDER.at(&[&"x".repeat(256)]).len(), "/v1/orders/".len() + 256);
        assert_eq!(REMOVE_DEVICE.at(&["s", "د"]), "/v1/subscriptions/s/devices/%D8%AF");
    }
}
