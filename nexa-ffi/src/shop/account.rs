//! My account: ways into it, its sessions, what it tells me.

use super::{Answer, Shop};
use nexa_core::storefront::model::{
    AccountNumberView, CodeView, IdentityView, NoticePage, NoticePreferencesRequest, NoticePreferencesView,
    PageRequest, PushKeyView, PushRequest, RecoveryCodesView, SessionEntryView, SignInRequest, TelegramProof,
    TotpView,
};

#[uniffi::export(async_runtime = "tokio")]
impl Shop {
    /// My sessions, newest first.
    pub async fn sessions(&self) -> Answer<Vec<SessionEntryView>> {
        self.told(self.desk().await?.sessions().await)
    }

    /// Ends one of my sessions.
    pub async fn revoke_session(&self, session_id: String) -> Answer<()> {
        self.told(self.desk().await?.revoke_session(&session_id).await)
    }

    /// Ends all of my sessions but this one.
    pub async fn revoke_other_sessions(&self) -> Answer<()> {
        self.told(self.desk().await?.revoke_other_sessions().await)
    }

    /// Proves once more who I am; for 15 minutes this session may change how one comes into the account.
    pub async fn prove(&self, request: SignInRequest) -> Answer<()> {
        self.told(self.desk().await?.prove(request).await)
    }

    /// The ways into my account, oldest first.
    pub async fn identities(&self) -> Answer<Vec<IdentityView>> {
        self.told(self.desk().await?.identities().await)
    }

    /// Mails a code to an address that I want to add.
    pub async fn add_email(&self, email: String) -> Answer<CodeView> {
        self.told(self.desk().await?.add_email(&email).await)
    }

    /// Adds the address with that code.
    pub async fn confirm_email(&self, email: String, code: String) -> Answer<Vec<IdentityView>> {
        self.told(self.desk().await?.confirm_email(&email, &code).await)
    }

    /// Adds my Telegram account.
    pub async fn add_telegram(&self, proof: TelegramProof) -> Answer<Vec<IdentityView>> {
        self.told(self.desk().await?.add_telegram(proof).await)
    }

    /// Takes a way into my account away: `account_number`, `email` or `telegram`.
    pub async fn remove_identity(&self, kind: String) -> Answer<Vec<IdentityView>> {
        self.told(self.desk().await?.remove_identity(&kind).await)
    }

    /// Gives me an account number, or another one; the old one is dead at once.
    pub async fn new_account_number(&self) -> Answer<AccountNumberView> {
        self.told(self.desk().await?.new_account_number().await)
    }

    /// Sets the password of my address and ends my other sessions.
    pub async fn set_password(&self, current: Option<String>, new: String) -> Answer<()> {
        self.told(self.desk().await?.set_password(current, new).await)
    }

    /// Begins a second factor.
    pub async fn totp_begin(&self) -> Answer<TotpView> {
        self.told(self.desk().await?.totp_begin().await)
    }

    /// Sets it, with a code of the app.
    pub async fn totp_confirm(&self, code: String) -> Answer<RecoveryCodesView> {
        self.told(self.desk().await?.totp_confirm(&code).await)
    }

    /// Takes it off, with a code of the app or a recovery code.
    pub async fn totp_disable(&self, code: String) -> Answer<()> {
        self.told(self.desk().await?.totp_disable(&code).await)
    }

    /// Everything that the shop keeps about me, as one JSON text.
    pub async fn export(&self) -> Answer<String> {
        self.told(self.desk().await?.export().await)
    }

    /// What was told to me, newest first, in my language.
    pub async fn notices(&self, page: PageRequest) -> Answer<NoticePage> {
        self.told(self.desk().await?.notices(page).await)
    }

    /// What I want to hear outside the inbox.
    pub async fn notice_preferences(&self) -> Answer<NoticePreferencesView> {
        self.told(self.desk().await?.notice_preferences().await)
    }

    /// Changes it; what is left out stays.
    pub async fn set_notice_preferences(
        &self,
        request: NoticePreferencesRequest,
    ) -> Answer<NoticePreferencesView> {
        self.told(self.desk().await?.set_notice_preferences(request).await)
    }

    /// The key that a browser subscribes with to be sent messages.
    pub async fn push_key(&self) -> Answer<PushKeyView> {
        self.told(self.desk().await?.push_key().await)
    }

    /// Sends my messages to this browser too while this session lasts.
    pub async fn push_on(&self, request: PushRequest) -> Answer<()> {
        self.told(self.desk().await?.push_on(request).await)
    }

    /// Sends no more messages to this browser of mine.
    pub async fn push_off(&self, endpoint: String) -> Answer<()> {
        self.told(self.desk().await?.push_off(&endpoint).await)
    }
}
