//! Invitations.

use nexa_core::storefront::model::{
    CommissionPage, CommissionView, InvitationView, MoneyView, ReferralTermsView, WithdrawRequest,
    WithdrawalPage, WithdrawalTermsView, WithdrawalView,
};

/// The caller's invitation.
#[uniffi::remote(Record)]
pub struct InvitationView {
    /// 26 letters and digits; upper and lower case are the same.
    pub code: String,
    /// The link to the shop's pages that carries it.
    pub web_link: String,
    /// The link to the shop's Telegram bot that carries it, if there is a bot.
    pub bot_link: Option<String>,
    /// How many signed up by it.
    pub invited: u32,
    /// How many of them have paid an order.
    pub paying: u32,
    /// What came of them and is in the wallet, less what was taken back.
    pub earned: MoneyView,
    /// What came of them and is held still.
    pub pending: MoneyView,
    /// What is void, because it was refunded or refused.
    pub reversed: MoneyView,
    /// What of the wallet can be withdrawn.
    pub withdrawable: MoneyView,
    /// Days that were added to subscriptions of the caller.
    pub days_earned: u32,
    /// Days that wait for the end of their hold, or for a subscription.
    pub days_pending: u32,
    /// Whether the caller came by an invitation.
    pub accepted: bool,
    /// What the shop gives.
    pub terms: ReferralTermsView,
}

/// What a shop gives for invitations.
#[uniffi::remote(Record)]
pub struct ReferralTermsView {
    /// Whether it gives anything.
    pub on: bool,
    /// What whoever invited gets, in hundredths of a percent of what the invited pay for a plan: 1 to 5000.
    pub reward_bp: u32,
    /// What whoever invited whoever invited gets, in the same measure; nothing when it is left out. Both together are at
    /// most 5000.
    pub second_bp: Option<u32>,
    /// Days of subscription that whoever invited gets in place of that share: 1 to 90, at most half of the days that were
    /// bought. They are added to the newest subscription in use.
    pub reward_days: Option<u32>,
    /// Days in place of the other share: 0 to 90, only with `reward_days`; both together at most half of those bought.
    pub second_days: Option<u32>,
    /// Which plans that the invited pay for count: `first` (when it is left out), `every`, or `within` so many days after
    /// the invitation was accepted.
    pub orders: Option<String>,
    /// How many days that are, 1 to 3650; only with `within`.
    pub order_days: Option<u32>,
    /// Days until a share is money of the wallet: 0 to 180, 14 when it is left out.
    pub hold_days: Option<u32>,
    /// What the invited get when they have paid for their first plan, at most what is left of its price after the shares;
    /// nothing when it is left out.
    pub welcome: Option<MoneyView>,
    /// How shares can be taken out of the shop; when it is left out, they can only be spent in it.
    pub withdrawal: Option<WithdrawalTermsView>,
}

/// How commission money can be taken out of a shop.
#[uniffi::remote(Record)]
pub struct WithdrawalTermsView {
    /// The least amount.
    pub least: MoneyView,
    /// How: `chain`, `card`, `other`; at least one.
    pub ways: Vec<String>,
}

/// What one order brought the caller.
#[uniffi::remote(Record)]
pub struct CommissionView {
    /// Its id.
    pub commission_id: String,
    /// 1: whom the caller invited has paid; 2: whom one of those invited.
    pub level: u32,
    /// The share.
    pub amount: MoneyView,
    /// What of it is void.
    pub reversed: MoneyView,
    /// Days of subscription in place of money, without those that are void.
    pub days: Option<u32>,
    /// `pending`, `held` (a person looks at it), `matured` (in the wallet, or added to a subscription), `refused`, `reversed`.
    pub state: String,
    /// Why it was refused.
    pub reason: Option<String>,
    /// When it was earned.
    pub made_at: String,
    /// When its hold is over.
    pub matures_at: String,
}

/// Commissions, newest first.
#[uniffi::remote(Record)]
pub struct CommissionPage {
    /// The commissions.
    pub items: Vec<CommissionView>,
    /// Where the next page begins; none on the last one.
    pub next: Option<String>,
}

/// To take commission money out of the shop.
#[uniffi::remote(Record)]
pub struct WithdrawRequest {
    /// How much; at least what the terms say, and at most what can be withdrawn.
    pub amount: MoneyView,
    /// How: one of the ways that the terms name.
    pub way: String,
    /// Where to: an address on a chain, the number of a card, or in words.
    pub destination: String,
}

/// Commission money on its way out of the shop.
#[uniffi::remote(Record)]
pub struct WithdrawalView {
    /// Its id.
    pub withdrawal_id: String,
    /// How much.
    pub amount: MoneyView,
    /// How: `chain`, `card` or `other`.
    pub way: String,
    /// Where to.
    pub destination: Option<String>,
    /// `asked`, `paid` or `refused`.
    pub state: String,
    /// What proves that it was paid, or why it was refused.
    pub note: Option<String>,
    /// When it was asked for.
    pub asked_at: String,
    /// When it was decided on.
    pub decided_at: Option<String>,
}

/// Withdrawals, newest first.
#[uniffi::remote(Record)]
pub struct WithdrawalPage {
    /// The withdrawals.
    pub items: Vec<WithdrawalView>,
    /// Where the next page begins; none on the last one.
    pub next: Option<String>,
}
