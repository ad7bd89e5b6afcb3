//! The customer's port itself.

use super::{
    Remote,
    call::{self, Call},
    form::Form,
};
use crate::paths::api;
use async_trait::async_trait;
use nexa_core::{
    error::Result,
    storefront::{
        Storefront,
        model::{
            AccountNumberView, ChangeQuoteView, CheckoutRequest, CodeView, DeviceRequest, DeviceView,
            GuideView, IdentityView, MeView, MethodView, NoticePage, OfferView, OrderPage, OrderView,
            PackView, PageRequest, PasskeyChallengeView, PasskeyProof, PasskeyView, PlanView, PushKeyView,
            PushRequest, QrFormat, QuoteRequest, QuoteView, ReceiptView, RecoveryCodesView, SessionEntryView,
            SessionView, SignInRequest, SignUpRequest, SignUpView, SubscriptionView, TelegramProof, TotpView,
            UsageView, WalletView,
        },
    },
};
use serde_json::json;

/// Most bytes of everything that a shop keeps about a customer.
const EXPORT_MOST: usize = 64 * 1024 * 1024;

#[async_trait]
impl Storefront for Remote {
    async fn sign_up(&self, request: SignUpRequest) -> Result<SignUpView> {
        self.ask(Call::new(api::SIGN_UP, &[]).json(&request)?).await
    }
    async fn request_code(&self, email: &str, locale: Option<String>) -> Result<CodeView> {
        let request = json!({ "email": email, "locale": locale });
        self.ask(Call::new(api::REQUEST_CODE, &[]).json(&request)?).await
    }
    async fn sign_in(&self, request: SignInRequest) -> Result<SessionView> {
        self.ask(Call::new(api::SIGN_IN, &[]).json(&request)?).await
    }
    async fn sign_out(&self) -> Result<()> {
        let told = self.tell(Call::new(api::SIGN_OUT, &[])).await;
        // Who signs out leaves nothing on the device, whether the shop heard of it or not.
        self.erase();
        told
    }
    async fn me(&self) -> Result<MeView> {
        self.view(Call::new(api::ME, &[])).await
    }
    async fn offer(&self) -> Result<OfferView> {
        self.view(Call::new(api::OFFER, &[])).await
    }
    async fn set_locale(&self, tag: &str) -> Result<MeView> {
        self.ask(Call::new(api::UPDATE_ME, &[]).json(&json!({ "locale": tag }))?).await
    }
    async fn sessions(&self) -> Result<Vec<SessionEntryView>> {
        self.view(Call::new(api::SESSIONS, &[])).await
    }
    async fn revoke_session(&self, session_id: &str) -> Result<()> {
        // Two words have a meaning of their own in this place of the path, and are nobody's session.
        let session_id = if matches!(session_id, "current" | "others") { "" } else { session_id };
        self.tell(Call::new(api::REVOKE_SESSION, &[session_id])).await
    }
    async fn revoke_other_sessions(&self) -> Result<()> {
        self.tell(Call::new(api::REVOKE_OTHERS, &[])).await
    }
    async fn prove(&self, request: SignInRequest) -> Result<()> {
        self.tell(Call::new(api::PROVE, &[]).json(&request)?).await
    }
    async fn identities(&self) -> Result<Vec<IdentityView>> {
        self.view(Call::new(api::IDENTITIES, &[])).await
    }
    async fn add_email(&self, email: &str) -> Result<CodeView> {
        self.ask(Call::new(api::ADD_EMAIL, &[]).json(&json!({ "email": email }))?).await
    }
    async fn confirm_email(&self, email: &str, code: &str) -> Result<Vec<IdentityView>> {
        let request = json!({ "email": email, "code": code });
        self.ask(Call::new(api::CONFIRM_EMAIL, &[]).json(&request)?).await
    }
    async fn add_telegram(&self, proof: TelegramProof) -> Result<Vec<IdentityView>> {
        self.ask(Call::new(api::ADD_TELEGRAM, &[]).json(&proof)?).await
    }
    async fn remove_identity(&self, kind: &str) -> Result<Vec<IdentityView>> {
        self.ask(Call::new(api::REMOVE_IDENTITY, &[kind])).await
    }
    async fn new_account_number(&self) -> Result<AccountNumberView> {
        self.ask(Call::new(api::NEW_NUMBER, &[])).await
    }
    async fn set_password(&self, current: Option<String>, new: String) -> Result<()> {
        let request = json!({ "current": current, "new": new });
        self.tell(Call::new(api::SET_PASSWORD, &[]).json(&request)?).await
    }
    async fn totp_begin(&self) -> Result<TotpView> {
        self.ask(Call::new(api::BEGIN_TOTP, &[])).await
    }
    async fn totp_confirm(&self, code: &str) -> Result<RecoveryCodesView> {
        self.ask(Call::new(api::CONFIRM_TOTP, &[]).json(&json!({ "code": code }))?).await
    }
    async fn totp_disable(&self, code: &str) -> Result<()> {
        self.tell(Call::new(api::DISABLE_TOTP, &[]).json(&json!({ "code": code }))?).await
    }
    async fn passkey_begin(&self) -> Result<PasskeyChallengeView> {
        self.ask(Call::new(api::BEGIN_PASSKEY, &[])).await
    }
    async fn passkey_add(&self, made: PasskeyProof, client: Option<String>) -> Result<Vec<PasskeyView>> {
        let request = json!({ "passkey": made, "client": client });
        self.ask(Call::new(api::ADD_PASSKEY, &[]).json(&request)?).await
    }
    async fn passkeys(&self) -> Result<Vec<PasskeyView>> {
        self.view(Call::new(api::PASSKEYS, &[])).await
    }
    async fn passkey_remove(&self, passkey_id: &str) -> Result<Vec<PasskeyView>> {
        self.ask(Call::new(api::REMOVE_PASSKEY, &[passkey_id])).await
    }
    async fn passkey_ask(&self) -> Result<PasskeyChallengeView> {
        self.ask(Call::new(api::ASK_PASSKEY, &[])).await
    }
    async fn export(&self) -> Result<String> {
        let call = Call { most: EXPORT_MOST, ..Call::new(api::EXPORT_ME, &[]) };
        String::from_utf8(self.answer(&call).await?).map_err(|_| call::unlike(&call, "no text"))
    }
    async fn delete_account(&self, forfeit: bool) -> Result<()> {
        self.tell(Call::new(api::DELETE_ME, &[]).with("forfeit", Some(forfeit))).await?;
        self.erase();
        Ok(())
    }
    async fn plans(&self) -> Result<Vec<PlanView>> {
        self.view(Call::new(api::PLANS, &[])).await
    }
    async fn packs(&self) -> Result<Vec<PackView>> {
        self.view(Call::new(api::PACKS, &[])).await
    }
    async fn methods(&self) -> Result<Vec<MethodView>> {
        self.view(Call::new(api::METHODS, &[])).await
    }
    async fn quote(&self, request: QuoteRequest) -> Result<QuoteView> {
        self.ask(Call::new(api::QUOTE, &[]).json(&request)?).await
    }
    async fn checkout(&self, request: CheckoutRequest, key: Option<String>) -> Result<OrderView> {
        self.ask(Call { key, ..Call::new(api::CHECKOUT, &[]).json(&request)? }).await
    }
    async fn change_quote(&self, subscription_id: &str, plan_id: &str) -> Result<ChangeQuoteView> {
        self.ask(Call::new(api::CHANGE_QUOTE, &[subscription_id]).with("plan_id", Some(plan_id))).await
    }
    async fn pay(&self, order_id: &str, method: &str, use_wallet: bool) -> Result<OrderView> {
        let request = json!({ "method": method, "use_wallet": use_wallet });
        self.ask(Call::new(api::PAY, &[order_id]).json(&request)?).await
    }
    async fn order(&self, order_id: &str) -> Result<OrderView> {
        self.view(Call::new(api::ORDER, &[order_id])).await
    }
    async fn orders(&self, page: PageRequest) -> Result<OrderPage> {
        self.view(Call::new(api::ORDERS, &[]).page(page)).await
    }
    async fn cancel_order(&self, order_id: &str) -> Result<OrderView> {
        self.ask(Call::new(api::CANCEL_ORDER, &[order_id])).await
    }
    async fn upload_receipt(&self, payment_id: &str, picture: Vec<u8>, note: String) -> Result<ReceiptView> {
        let form = Form::new(&self.wire.world, &picture, &[("note", &note)])?;
        self.ask(Call::new(api::UPLOAD_RECEIPT, &[payment_id]).form(form)).await
    }
    async fn trial(&self) -> Result<OrderView> {
        self.ask(Call::new(api::TRIAL, &[])).await
    }
    async fn wallet(&self, page: PageRequest) -> Result<WalletView> {
        self.view(Call::new(api::WALLET, &[]).page(page)).await
    }
    async fn subscriptions(&self) -> Result<Vec<SubscriptionView>> {
        self.view(Call::new(api::SUBSCRIPTIONS, &[])).await
    }
    async fn subscription(&self, subscription_id: &str) -> Result<SubscriptionView> {
        self.view(Call::new(api::SUBSCRIPTION, &[subscription_id])).await
    }
    async fn usage(&self, subscription_id: &str, days: u32) -> Result<UsageView> {
        self.view(Call::new(api::USAGE, &[subscription_id]).with("days", Some(days))).await
    }
    async fn reset_link(&self, subscription_id: &str) -> Result<SubscriptionView> {
        self.ask(Call::new(api::RESET_LINK, &[subscription_id])).await
    }
    async fn set_auto_renew(&self, subscription_id: &str, on: bool) -> Result<SubscriptionView> {
        let change = json!({ "auto_renew": on });
        self.ask(Call::new(api::UPDATE_SUBSCRIPTION, &[subscription_id]).json(&change)?).await
    }
    async fn rename_subscription(&self, subscription_id: &str, name: &str) -> Result<SubscriptionView> {
        let change = json!({ "name": name });
        self.ask(Call::new(api::UPDATE_SUBSCRIPTION, &[subscription_id]).json(&change)?).await
    }
    async fn link_qr(&self, subscription_id: &str, format: QrFormat) -> Result<Vec<u8>> {
        let (word, kind) = match format {
            QrFormat::Svg => ("svg", "image/svg+xml"),
            QrFormat::Png => ("png", "image/png"),
        };
        let call = Call::new(api::LINK_QR, &[subscription_id]).with("format", Some(word));
        self.answer(&Call { wants: Some(kind), ..call }).await
    }
    async fn devices(&self, subscription_id: &str) -> Result<Vec<DeviceView>> {
        self.view(Call::new(api::DEVICES, &[subscription_id])).await
    }
    async fn rename_device(
        &self,
        subscription_id: &str,
        device_id: &str,
        request: DeviceRequest,
    ) -> Result<DeviceView> {
        self.ask(Call::new(api::RENAME_DEVICE, &[subscription_id, device_id]).json(&request)?).await
    }
    async fn remove_device(&self, subscription_id: &str, device_id: &str) -> Result<()> {
        self.tell(Call::new(api::REMOVE_DEVICE, &[subscription_id, device_id])).await
    }
    async fn guide_link(&self, subscription_id: &str) -> Result<GuideView> {
        self.ask(Call::new(api::GUIDE, &[subscription_id])).await
    }
    async fn notices(&self, page: PageRequest) -> Result<NoticePage> {
        self.view(Call::new(api::NOTICES, &[]).page(page)).await
    }
    async fn push_key(&self) -> Result<PushKeyView> {
        self.view(Call::new(api::PUSH_KEY, &[])).await
    }
    async fn push_on(&self, request: PushRequest) -> Result<()> {
        self.tell(Call::new(api::PUSH_ON, &[]).json(&request)?).await
    }
    async fn push_off(&self, endpoint: &str) -> Result<()> {
        self.tell(Call::new(api::PUSH_OFF, &[]).json(&json!({ "endpoint": endpoint }))?).await
    }
}
