//! Those who bring customers.

use crate::storefront::model::{CommissionView, MoneyView, WithdrawalView};
use serde::{Deserialize, Serialize};

request! {
    /// A decision on a commission or a withdrawal.
    pub struct DecideRequest {
        /// What proves that it was paid, or why it is refused: 1 to 300 characters. Its owner reads it.
        pub note: String,
    }
}

view! {
    /// Somebody who brings customers.
    pub struct AffiliateView {
        /// Who.
        pub user_id: String,
        /// How the customer is known, with most letters hidden.
        pub customer: Option<String>,
        /// How many came.
        pub invited: u32,
        /// How many of them have paid an order.
        pub paying: u32,
        /// Commissions that are held still.
        pub pending: MoneyView,
        /// Commissions that are in the wallet, less what was taken back.
        pub matured: MoneyView,
        /// Commissions that are void or were refused.
        pub reversed: MoneyView,
        /// Days of subscription that are held still.
        pub days_pending: u32,
        /// Days that were added to subscriptions.
        pub days_given: u32,
    }

    /// What one order brought one user.
    pub struct OperatorCommissionView {
        /// Who gets it.
        pub user_id: String,
        /// Who paid.
        pub invited_id: String,
        /// Which order.
        pub order_id: String,
        /// What the share was taken of.
        pub base: MoneyView,
        /// What was put into the wallet.
        pub paid: MoneyView,
        /// What of that was taken out again. What is void beyond it was spent, and is set off against later ones.
        pub back: MoneyView,
        /// What is odd: `same_mailbox`, `circle`, `crowd`, `gone`, `lost_money`.
        pub signs: Vec<String>,
        /// The commission, as its owner sees it.
        pub commission: CommissionView,
    }

    /// Commissions, newest first.
    pub struct OperatorCommissionPage {
        /// The commissions.
        pub items: Vec<OperatorCommissionView>,
        /// Where the next page begins; none on the last one.
        pub next: Option<String>,
    }

    /// Commission money that somebody wants out of the shop.
    pub struct OperatorWithdrawalView {
        /// Whose.
        pub user_id: String,
        /// The withdrawal, as its owner sees it; where it goes is for those who may move money.
        pub withdrawal: WithdrawalView,
    }

    /// Withdrawals, newest first.
    pub struct OperatorWithdrawalPage {
        /// The withdrawals.
        pub items: Vec<OperatorWithdrawalView>,
        /// Where the next page begins; none on the last one.
        pub next: Option<String>,
    }
}
