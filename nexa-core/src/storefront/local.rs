//! The storefront over the engine in this process.

use super::{
    Storefront, account, export,
    model::{
        AccountNumberView, ChangeQuoteView, CheckoutRequest, CodeView, DeviceRequest, DeviceView, GuideView,
        IdentityView, MeView, MethodView, NoticePage, OfferView, OrderPage, OrderView, PackView, PageRequest,
        PasskeyChallengeView, PasskeyProof, PasskeyView, PlanView, PushKeyView, PushRequest, QrFormat,
        QuoteRequest, QuoteView, ReceiptView, RecoveryCodesView, SessionEntryView, SessionView,
        SignInRequest, SignUpRequest, SignUpView, SubscriptionView, TelegramProof, TotpView, UsageView,
        WalletView,
    },
    request::{method, question, wish},
    view,
};
use crate::{
    domain::{
        push::Browser,
        refusal::Refusal,
        subscription::Subscription,
        user::{Principal, Scope, User},
    },
    engine::{
        Core,
        cases::{self, Basket, Way},
        id,
    },
    error::Result,
    ids::{OrderId, SubscriptionId},
    ports::storage::{OrderFilter, Page, Read},
    qr,
};
use async_trait::async_trait;
use std::{collections::BTreeMap, sync::Arc};

/// One caller's storefront.
pub(crate) struct LocalStorefront {
    pub(super) core: Arc<Core>,
    pub(super) who: Principal,
}

impl LocalStorefront {
    pub(crate) fn new(core: Arc<Core>, who: Principal) -> Self {
        Self { core, who }
    }

    pub(super) async fn user(&self, read: &mut dyn Read) -> Result<User> {
        let user = self.who.with(Scope::Read)?;
        let user = read.user(self.who.shop_id, user).await?.filter(|user| !user.blocked);
        user.ok_or_else(|| Refusal::NotSignedIn.into())
    }

    /// One's own order, also for keys that may buy but not look around.
    pub(super) async fn order_view(&self, order: OrderId) -> Result<OrderView> {
        let user = self.who.user_id.ok_or(Refusal::NotSignedIn)?;
        let mut read = self.core.read().await?;
        let order = read.order(self.who.shop_id, order).await?.filter(|o| o.user_id == user);
        view::order(read.as_mut(), &order.ok_or(Refusal::NotFound)?).await
    }

    pub(super) async fn own(&self, read: &mut dyn Read, subscription: &str) -> Result<Subscription> {
        let user = self.who.user_id.ok_or(Refusal::NotSignedIn)?;
        let held = read.subscription(self.who.shop_id, id::<SubscriptionId>(subscription)?).await?;
        held.filter(|s| s.user_id == user).ok_or_else(|| Refusal::NotFound.into())
    }

    pub(super) async fn subscription_view(&self, subscription_id: &str) -> Result<SubscriptionView> {
        let held = self.own(self.core.read().await?.as_mut(), subscription_id).await?;
        let given = cases::given(&self.core, &held).await?;
        view::subscription(&self.core, self.core.read().await?.as_mut(), &held, &given).await
    }
}

#[async_trait]
impl Storefront for LocalStorefront {
    async fn sign_up(&self, request: SignUpRequest) -> Result<SignUpView> {
        account::sign_up(&self.core, self.who.shop_id, request).await
    }

    async fn request_code(&self, email: &str, locale: Option<String>) -> Result<CodeView> {
        let locale = view::locale(locale.as_deref())?;
        let ttl = cases::request_code(&self.core, self.who.shop_id, email, locale).await?;
        Ok(account::code(ttl))
    }

    async fn sign_in(&self, request: SignInRequest) -> Result<SessionView> {
        let entrance = account::entrance(request)?;
        Ok(account::session(&cases::sign_in(&self.core, self.who.shop_id, entrance).await?))
    }

    async fn sign_out(&self) -> Result<()> {
        cases::sign_out(&self.core, &self.who).await
    }

    async fn me(&self) -> Result<MeView> {
        let mut read = self.core.read().await?;
        let user = self.user(read.as_mut()).await?;
        account::me(&self.core, read.as_mut(), &user).await
    }

    async fn offer(&self) -> Result<OfferView> {
        let offer = cases::offer(&self.core, &self.who).await?;
        Ok(view::offer(&offer))
    }

    async fn set_locale(&self, tag: &str) -> Result<MeView> {
        let locale = view::locale(Some(tag))?.unwrap_or_default();
        cases::set_locale(&self.core, &self.who, locale).await?;
        self.me().await
    }

    async fn sessions(&self) -> Result<Vec<SessionEntryView>> {
        let all = cases::sessions(&self.core, &self.who).await?;
        Ok(all.iter().map(|token| account::session_entry(token, &self.who)).collect())
    }

    async fn revoke_session(&self, session_id: &str) -> Result<()> {
        self.who.user_id.ok_or(Refusal::NotSignedIn)?;
        cases::revoke_session(&self.core, &self.who, id(session_id)?).await
    }

    async fn revoke_other_sessions(&self) -> Result<()> {
        cases::revoke_other_sessions(&self.core, &self.who).await
    }

    async fn prove(&self, request: SignInRequest) -> Result<()> {
        self.who.user_id.ok_or(Refusal::NotSignedIn)?;
        let with = account::entrance(request)?;
        cases::prove_again(&self.core, &self.who, with.means, with.second.as_deref()).await
    }

    async fn identities(&self) -> Result<Vec<IdentityView>> {
        let all = cases::identities(&self.core, &self.who).await?;
        Ok(all.iter().map(account::identity).collect())
    }

    async fn add_email(&self, email: &str) -> Result<CodeView> {
        Ok(account::code(cases::add_email(&self.core, &self.who, email).await?))
    }

    async fn confirm_email(&self, email: &str, code: &str) -> Result<Vec<IdentityView>> {
        cases::confirm_email(&self.core, &self.who, email, code).await?;
        self.identities().await
    }

    async fn add_telegram(&self, proof: TelegramProof) -> Result<Vec<IdentityView>> {
        self.who.user_id.ok_or(Refusal::NotSignedIn)?;
        cases::add_telegram(&self.core, &self.who, account::telegram(proof)?).await?;
        self.identities().await
    }

    async fn remove_identity(&self, kind: &str) -> Result<Vec<IdentityView>> {
        self.who.user_id.ok_or(Refusal::NotSignedIn)?;
        cases::remove_identity(&self.core, &self.who, account::kind(kind)?).await?;
        self.identities().await
    }

    async fn new_account_number(&self) -> Result<AccountNumberView> {
        let account_number = cases::new_account_number(&self.core, &self.who).await?;
        Ok(AccountNumberView { account_number })
    }

    async fn set_password(&self, current: Option<String>, new: String) -> Result<()> {
        cases::set_password(&self.core, &self.who, current.as_deref(), &new).await
    }

    async fn totp_begin(&self) -> Result<TotpView> {
        let seed = cases::totp_begin(&self.core, &self.who).await?;
        Ok(TotpView { secret: seed.secret, uri: seed.uri })
    }

    async fn totp_confirm(&self, code: &str) -> Result<RecoveryCodesView> {
        Ok(RecoveryCodesView { codes: cases::totp_confirm(&self.core, &self.who, code).await? })
    }

    async fn totp_disable(&self, code: &str) -> Result<()> {
        cases::totp_disable(&self.core, &self.who, code).await
    }

    async fn passkey_begin(&self) -> Result<PasskeyChallengeView> {
        Ok(account::challenge(cases::passkey_begin(&self.core, &self.who).await?))
    }

    async fn passkey_add(&self, made: PasskeyProof, client: Option<String>) -> Result<Vec<PasskeyView>> {
        account::add_passkey(&self.core, &self.who, made, client).await?;
        self.passkeys().await
    }

    async fn passkeys(&self) -> Result<Vec<PasskeyView>> {
        Ok(cases::passkeys(&self.core, &self.who).await?.iter().map(account::passkey).collect())
    }

    async fn passkey_remove(&self, passkey_id: &str) -> Result<Vec<PasskeyView>> {
        self.who.user_id.ok_or(Refusal::NotSignedIn)?;
        cases::passkey_remove(&self.core, &self.who, id(passkey_id)?).await?;
        self.passkeys().await
    }

    async fn passkey_ask(&self) -> Result<PasskeyChallengeView> {
        Ok(account::challenge(cases::passkey_ask(&self.core, self.who.shop_id).await?))
    }

    async fn export(&self) -> Result<String> {
        let user = cases::fresh_user(&self.core, &self.who).await?;
        export::export(&self.core, &self.who, &user).await
    }

    async fn delete_account(&self, forfeit: bool) -> Result<()> {
        cases::delete_account(&self.core, &self.who, forfeit).await
    }

    async fn plans(&self) -> Result<Vec<PlanView>> {
        Ok(cases::plans(&self.core, &self.who).await?.iter().map(view::plan).collect())
    }

    async fn packs(&self) -> Result<Vec<PackView>> {
        Ok(cases::packs(&self.core, &self.who).await?.iter().map(view::pack).collect())
    }

    async fn methods(&self) -> Result<Vec<MethodView>> {
        let (shop, gateways) = cases::gateways(&self.core, &self.who).await?;
        Ok(view::methods(&shop, gateways))
    }

    async fn quote(&self, request: QuoteRequest) -> Result<QuoteView> {
        self.who.with(Scope::Read)?;
        Ok(view::quote(&cases::quote(&self.core, &self.who, question(request)?).await?))
    }

    async fn checkout(&self, request: CheckoutRequest, key: Option<String>) -> Result<OrderView> {
        self.who.with(Scope::Buy)?;
        let CheckoutRequest { use_wallet, keep, .. } = request;
        let shown = request.expected.as_ref().map(view::amount).transpose()?;
        let way = Way { method: method(&request.method)?, use_wallet, keep, shown };
        let basket = Basket { wish: wish(&request)?, coupon: request.coupon };
        let order = cases::checkout(&self.core, &self.who, basket, way, key).await?;
        self.order_view(order).await
    }

    async fn change_quote(&self, subscription_id: &str, plan_id: &str) -> Result<ChangeQuoteView> {
        self.who.with(Scope::Read)?;
        let (held, plan) = (id(subscription_id)?, id(plan_id)?);
        Ok(view::change(cases::change_quote(&self.core, &self.who, held, plan).await?))
    }

    async fn pay(&self, order_id: &str, by: &str, use_wallet: bool) -> Result<OrderView> {
        self.who.with(Scope::Buy)?;
        let order = id(order_id)?;
        let way = Way { method: method(by)?, use_wallet, keep: false, shown: None };
        cases::pay(&self.core, &self.who, order, way).await?;
        self.order_view(order).await
    }

    async fn order(&self, order_id: &str) -> Result<OrderView> {
        self.who.with(Scope::Read)?;
        self.order_view(id(order_id)?).await
    }

    async fn orders(&self, request: PageRequest) -> Result<OrderPage> {
        let user = self.who.with(Scope::Read)?;
        let page = view::page(&request)?;
        let mut read = self.core.read().await?;
        let filter = OrderFilter { user: Some(user), ..OrderFilter::default() };
        view::orders(read.as_mut(), self.who.shop_id, filter, page).await
    }

    async fn cancel_order(&self, order_id: &str) -> Result<OrderView> {
        self.who.with(Scope::Buy)?;
        let order = id(order_id)?;
        cases::cancel(&self.core, &self.who, order).await?;
        self.order_view(order).await
    }

    async fn upload_receipt(&self, payment_id: &str, picture: Vec<u8>, note: String) -> Result<ReceiptView> {
        self.who.with(Scope::Buy)?;
        let receipt = cases::upload_receipt(&self.core, &self.who, id(payment_id)?, picture, note).await?;
        Ok(view::receipt(&receipt))
    }

    async fn trial(&self) -> Result<OrderView> {
        let order = cases::trial(&self.core, &self.who).await?;
        self.order_view(order).await
    }

    async fn wallet(&self, request: PageRequest) -> Result<WalletView> {
        let user = self.who.with(Scope::Read)?;
        let mut read = self.core.read().await?;
        let shop = self.core.shop(read.as_mut(), self.who.shop_id).await?;
        view::wallet(read.as_mut(), &shop, user, view::page(&request)?).await
    }

    async fn subscriptions(&self) -> Result<Vec<SubscriptionView>> {
        let user = self.who.with(Scope::Read)?;
        let mut read = self.core.read().await?;
        let page = Page { before: None, limit: 100 };
        let mut views = Vec::new();
        for held in read.subscriptions(self.who.shop_id, Some(user), page).await? {
            views.push(view::subscription(&self.core, read.as_mut(), &held, &BTreeMap::new()).await?);
        }
        Ok(views)
    }

    async fn subscription(&self, subscription_id: &str) -> Result<SubscriptionView> {
        self.who.with(Scope::Read)?;
        self.subscription_view(subscription_id).await
    }

    async fn usage(&self, subscription_id: &str, days: u32) -> Result<UsageView> {
        self.who.with(Scope::Read)?;
        let (first, rows) = cases::history(&self.core, &self.who, id(subscription_id)?, days).await?;
        let mut read = self.core.read().await?;
        let home = cases::home(read.as_mut(), self.who.shop_id).await?;
        let servers = read.servers(home).await?;
        Ok(view::usage(first, days, &rows, &servers))
    }

    async fn reset_link(&self, subscription_id: &str) -> Result<SubscriptionView> {
        self.who.with(Scope::Buy)?;
        cases::reset_link(&self.core, &self.who, id(subscription_id)?).await?;
        self.subscription_view(subscription_id).await
    }

    async fn set_auto_renew(&self, subscription_id: &str, on: bool) -> Result<SubscriptionView> {
        self.who.with(Scope::Buy)?;
        cases::set_auto_renew(&self.core, &self.who, id(subscription_id)?, on).await?;
        self.subscription_view(subscription_id).await
    }

    async fn rename_subscription(&self, subscription_id: &str, name: &str) -> Result<SubscriptionView> {
        self.who.with(Scope::Buy)?;
        cases::rename(&self.core, &self.who, id(subscription_id)?, name).await?;
        self.subscription_view(subscription_id).await
    }

    async fn link_qr(&self, subscription_id: &str, format: QrFormat) -> Result<Vec<u8>> {
        self.who.with(Scope::Read)?;
        let mut read = self.core.read().await?;
        let held = self.own(read.as_mut(), subscription_id).await?;
        let link = cases::clear_link(&self.core, read.as_mut(), &held).await?;
        match format {
            QrFormat::Svg => Ok(qr::svg(&link)?.into_bytes()),
            QrFormat::Png => Ok(qr::png(&link)?),
        }
    }

    async fn devices(&self, subscription_id: &str) -> Result<Vec<DeviceView>> {
        self.who.with(Scope::Read)?;
        let devices = cases::devices(&self.core, &self.who, id(subscription_id)?).await?;
        Ok(devices.iter().map(view::device).collect())
    }

    async fn rename_device(
        &self,
        subscription_id: &str,
        device_id: &str,
        request: DeviceRequest,
    ) -> Result<DeviceView> {
        self.who.with(Scope::Buy)?;
        let (held, device) = (id(subscription_id)?, id(device_id)?);
        let renamed = cases::rename_device(&self.core, &self.who, held, device, &request.name).await?;
        Ok(view::device(&renamed))
    }

    async fn remove_device(&self, subscription_id: &str, device_id: &str) -> Result<()> {
        self.who.with(Scope::Buy)?;
        cases::remove_device(&self.core, &self.who, id(subscription_id)?, id(device_id)?).await
    }

    async fn guide_link(&self, subscription_id: &str) -> Result<GuideView> {
        self.who.with(Scope::Read)?;
        let (link, until) = cases::guide_link(&self.core, &self.who, id(subscription_id)?).await?;
        Ok(GuideView { link, expires_at: view::moment(until) })
    }

    async fn notices(&self, request: PageRequest) -> Result<NoticePage> {
        let mut read = self.core.read().await?;
        let user = self.user(read.as_mut()).await?;
        let page = view::page(&request)?;
        let locale = view::language(&self.core, read.as_mut(), user.shop_id, user.locale).await?;
        let rows = read.notices(user.shop_id, user.id, page).await?;
        Ok(NoticePage {
            next: view::next(&rows, page, |n| n.id.to_string()),
            items: rows.iter().map(|n| view::notice(n, locale)).collect(),
        })
    }

    async fn push_key(&self) -> Result<PushKeyView> {
        self.who.with(Scope::Read)?;
        Ok(PushKeyView { key: cases::push_key(&self.core) })
    }

    async fn push_on(&self, request: PushRequest) -> Result<()> {
        let browser = Browser { endpoint: request.endpoint, p256dh: request.p256dh, auth: request.auth };
        cases::push_on(&self.core, &self.who, &browser).await
    }

    async fn push_off(&self, endpoint: &str) -> Result<()> {
        cases::push_off(&self.core, &self.who, endpoint).await
    }
}
