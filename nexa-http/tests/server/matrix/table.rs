//! Who may do what: one row for every operation of customers. Those of the office are
//! `nexa_http::api::document::permission`'s, which this matrix holds against the running program.

use nexa_core::domain::permission::Permission as May;
use nexa_http::api::document::permission::{self, Wanted};

/// What an operation needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// Nothing; but who shows a token that is not good is told so.
    Nobody,
    /// The scope `read`.
    Read,
    /// The scope `buy`.
    Buy,
    /// A session: a key for programs is refused.
    Session,
    /// The scope `read`, and that the thing is the caller's.
    MineToRead,
    /// The scope `buy`, and that the thing is the caller's.
    MineToBuy,
    /// To be of the staff.
    Staff,
    /// To be of the staff, with any one of these.
    OneOf(&'static [May]),
    /// To be an owner.
    Owner,
}

use Needs::{Buy, MineToBuy, MineToRead, Nobody, Read, Session};

/// Operations after which there is nobody or nothing left; each is tried in a shop of its own.
pub const LAST: &[&str] = &["deleteMe", "signOut", "revokeOtherSessions", "revokeSession"];

/// Things that a shop cannot have without a bank, a broken job, a supplier or a month that is over: nobody finds them.
pub const UNREAL: &[&str] = &[
    "adminAssignDeposit",
    "adminDismissDeposit",
    "adminRetryJob",
    "adminSendBack",
    "claimGift",
    "lookAtGift",
    "acceptInvitation",
    "removeDevice",
    "renameDevice",
    "takeGiftBack",
    "removeIdentity",
    "removePasskey",
    "confirmTotp",
    "disableTotp",
    "quoteCoupon",
    "adminFindUser",
    "adminGetInvoice",
    "adminGetSupply",
    "adminListOwnInvoices",
    "adminTakeWare",
    "adminApproveCommission",
    "adminRefuseCommission",
    "adminPayWithdrawal",
    "adminRefuseWithdrawal",
    "withdraw",
];

const ROWS: &[(&str, Needs)] = &[
    ("signUp", Nobody),
    ("listCommissions", Read),
    ("listWithdrawals", Read),
    ("withdraw", Buy),
    ("requestCode", Nobody),
    ("quoteCoupon", Read),
    ("listGifts", Read),
    ("claimGift", Buy),
    ("lookAtGift", Read),
    ("takeGiftBack", MineToBuy),
    ("getInvitation", Read),
    ("acceptInvitation", Buy),
    ("deleteMe", Session),
    ("me", Read),
    ("updateMe", Read),
    ("newAccountNumber", Session),
    ("addEmail", Session),
    ("confirmEmail", Session),
    ("exportMe", Session),
    ("listIdentities", Read),
    ("removeIdentity", Session),
    ("listPasskeys", Read),
    ("addPasskey", Session),
    ("beginPasskey", Session),
    ("removePasskey", Session),
    ("setPassword", Session),
    ("addTelegram", Session),
    ("beginTotp", Session),
    ("confirmTotp", Session),
    ("disableTotp", Session),
    ("listMethods", Nobody),
    ("listNotices", Read),
    ("noticePreferences", Read),
    ("setNoticePreferences", Read),
    ("offer", Nobody),
    ("listOrders", Read),
    ("checkout", Buy),
    ("getOrder", MineToRead),
    ("cancelOrder", MineToBuy),
    ("pay", MineToBuy),
    ("listPacks", Nobody),
    ("askPasskey", Nobody),
    ("uploadReceipt", MineToBuy),
    ("listPlans", Nobody),
    ("pushKey", Read),
    ("pushOn", Read),
    ("pushOff", Read),
    ("quote", Read),
    ("listSessions", Read),
    ("signIn", Nobody),
    ("signOut", Read),
    ("prove", Session),
    ("revokeOtherSessions", Session),
    ("revokeSession", Session),
    ("listSubscriptions", Read),
    ("adoptSubscription", Buy),
    ("getSubscription", MineToRead),
    ("updateSubscription", MineToBuy),
    ("quotePlanChange", MineToBuy),
    ("listDevices", MineToRead),
    ("removeDevice", MineToBuy),
    ("renameDevice", MineToBuy),
    ("makeGuide", MineToBuy),
    ("moveSubscription", MineToBuy),
    ("linkQr", MineToRead),
    ("listRegions", MineToRead),
    ("resetLink", MineToBuy),
    ("getSubscriptionUsage", MineToRead),
    ("listArticles", Nobody),
    ("getArticle", Nobody),
    ("judgeArticle", Read),
    ("getText", Nobody),
    ("getPurchaseNote", MineToRead),
    ("listTickets", Read),
    ("openTicket", Buy),
    ("openTicketWithPicture", Buy),
    ("getTicket", MineToRead),
    ("closeTicket", MineToBuy),
    ("replyTicket", MineToBuy),
    ("showTicketPicture", MineToBuy),
    ("topUp", Buy),
    ("trial", Buy),
    ("wallet", Read),
];

/// Every row: those here, and those that the document tells.
pub fn rows() -> impl Iterator<Item = (&'static str, Needs)> {
    let office = permission::ROWS.iter().map(|(id, wanted)| {
        let needs = match *wanted {
            Wanted::Staff => Needs::Staff,
            Wanted::Owner => Needs::Owner,
            Wanted::OneOf(any) => Needs::OneOf(any),
        };
        (*id, needs)
    });
    ROWS.iter().copied().chain(office)
}
