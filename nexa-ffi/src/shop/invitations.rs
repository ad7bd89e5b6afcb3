//! Gifts, invitations, and what they bring.

use super::{Answer, Shop};
use nexa_core::storefront::model::{
    CommissionPage, GiftView, InvitationView, OrderView, PageRequest, WithdrawRequest, WithdrawalPage,
    WithdrawalView,
};

#[uniffi::export(async_runtime = "tokio")]
impl Shop {
    /// The gifts that I bought, newest first. One is bought by `checkout` with `gift`.
    pub async fn gifts(&self) -> Answer<Vec<GiftView>> {
        self.told(self.desk().await?.gifts().await)
    }

    /// What a code opens, and whether it is still to be had.
    pub async fn gift(&self, code: String) -> Answer<GiftView> {
        self.told(self.desk().await?.gift(&code).await)
    }

    /// Takes what a code opens: a new subscription, or more of one that I have on the same plan.
    pub async fn claim_gift(&self, code: String, subscription_id: Option<String>) -> Answer<OrderView> {
        self.told(self.desk().await?.claim_gift(&code, subscription_id).await)
    }

    /// Takes a gift of mine back, by its order: the price goes to my wallet.
    pub async fn take_gift_back(&self, order_id: String) -> Answer<OrderView> {
        self.told(self.desk().await?.take_gift_back(&order_id).await)
    }

    /// My invitation: its code and links, what it came to, and what the shop gives for it.
    pub async fn invitation(&self) -> Answer<InvitationView> {
        self.told(self.desk().await?.invitation().await)
    }

    /// Says that I came by somebody's invitation.
    pub async fn accept_invitation(&self, code: String) -> Answer<()> {
        self.told(self.desk().await?.accept_invitation(&code).await)
    }

    /// What orders brought me, newest first.
    pub async fn commissions(&self, page: PageRequest) -> Answer<CommissionPage> {
        self.told(self.desk().await?.commissions(page).await)
    }

    /// What I wanted out of the shop, newest first.
    pub async fn withdrawals(&self, page: PageRequest) -> Answer<WithdrawalPage> {
        self.told(self.desk().await?.withdrawals(page).await)
    }

    /// Takes commission money out of the shop.
    pub async fn withdraw(&self, request: WithdrawRequest) -> Answer<WithdrawalView> {
        self.told(self.desk().await?.withdraw(request).await)
    }
}
