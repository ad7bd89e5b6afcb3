//! The storefront over the engine in this process.

use super::{
    Storefront,
    model::{
        CheckoutRequest, MeView, MethodView, NoticePage, OfferView, OrderPage, OrderView, PageRequest,
        PlanView, Purpose, PushKeyView, PushRequest, QrFormat, QuoteRequest, QuoteView, ReceiptView,
        SessionView, SignInRequest, SignUpRequest, SignUpView, SubscriptionView, WalletView,
    },
    view,
};
use crate::{
    domain::{
        ledger::Account,
        push::Browser,
        refusal::Refusal,
        subscription::Subscription,
        user::{Principal, Scope, User},
    },
    engine::{
        Core,
        cases::{self, Method, Wish},
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
    core: Arc<Core>,
    who: Principal,
}

impl LocalStorefront {
    pub(crate) fn new(core: Arc<Core>, who: Principal) -> Self {
        Self { core, who }
    }

    async fn user(&self, read: &mut dyn Read) -> Result<User> {
        let user = self.who.with(Scope::Read)?;
        read.user(self.who.shop_id, user).await?.ok_or_else(|| Refusal::NotSignedIn.into())
    }

    /// One's own order, also for keys that may buy but not look around.
    async fn order_view(&self, order: OrderId) -> Result<OrderView> {
        let user = self.who.user_id.ok_or(Refusal::NotSignedIn)?;
        let mut read = self.core.read().await?;
        let order = read.order(self.who.shop_id, order).await?.filter(|o| o.user_id == user);
        view::order(read.as_mut(), &order.ok_or(Refusal::NotFound)?).await
    }

    async fn own(&self, read: &mut dyn Read, subscription: &str) -> Result<Subscription> {
        let user = self.who.user_id.ok_or(Refusal::NotSignedIn)?;
        let held = read.subscription(self.who.shop_id, id::<SubscriptionId>(subscription)?).await?;
        held.filter(|s| s.user_id == user).ok_or_else(|| Refusal::NotFound.into())
    }

    async fn subscription_view(&self, subscription_id: &str) -> Result<SubscriptionView> {
        let held = self.own(self.core.read().await?.as_mut(), subscription_id).await?;
        let given = cases::given(&self.core, &held).await?;
        view::subscription(&self.core, self.core.read().await?.as_mut(), &held, &given).await
    }
}

/// `wallet` or a gateway's id.
fn method(text: &str) -> Result<Method> {
    if text == "wallet" { Ok(Method::Wallet) } else { Ok(Method::Gateway(id(text)?)) }
}

fn wish(request: &CheckoutRequest) -> Result<Wish> {
    let plan = || request.plan_id.as_deref().ok_or(Refusal::bad_input("plan_id", "is needed"));
    match request.purpose {
        Purpose::New => Ok(Wish::New { plan: id(plan()?)?, region: request.region.clone() }),
        Purpose::Renewal => {
            let held = request.subscription_id.as_deref();
            let held = held.ok_or(Refusal::bad_input("subscription_id", "is needed"))?;
            Ok(Wish::Renewal { plan: id(plan()?)?, subscription: id(held)? })
        }
        Purpose::TopUp => {
            let amount = request.amount.as_ref().ok_or(Refusal::bad_input("amount", "is needed"))?;
            Ok(Wish::TopUp { amount: view::amount(amount)? })
        }
        Purpose::Trial => Err(Refusal::bad_input("purpose", "a trial has an operation of its own").into()),
    }
}

#[async_trait]
impl Storefront for LocalStorefront {
    async fn sign_up(&self, request: SignUpRequest) -> Result<SignUpView> {
        let locale = view::locale(request.locale.as_deref())?;
        let shop = self.who.shop_id;
        match (request.email, request.password) {
            (None, None) => {
                let (number, opened) = cases::sign_up_anonymous(&self.core, shop, locale).await?;
                Ok(SignUpView { account_number: Some(number), session: view::session(&opened) })
            }
            (Some(email), Some(password)) => {
                let opened = cases::sign_up_email(&self.core, shop, &email, &password, locale).await?;
                Ok(SignUpView { account_number: None, session: view::session(&opened) })
            }
            _ => Err(Refusal::bad_input("password", "e-mail and password go together").into()),
        }
    }

    async fn sign_in(&self, request: SignInRequest) -> Result<SessionView> {
        let shop = self.who.shop_id;
        let opened = match (request.account_number, request.email, request.password) {
            (Some(number), None, None) => cases::sign_in_number(&self.core, shop, &number).await?,
            (None, Some(email), Some(password)) => {
                cases::sign_in_email(&self.core, shop, &email, &password).await?
            }
            _ => return Err(Refusal::bad_input("account_number", "or e-mail and password").into()),
        };
        Ok(view::session(&opened))
    }

    async fn sign_out(&self) -> Result<()> {
        cases::sign_out(&self.core, &self.who).await
    }

    async fn me(&self) -> Result<MeView> {
        let mut read = self.core.read().await?;
        let user = self.user(read.as_mut()).await?;
        let shop = self.core.shop(read.as_mut(), user.shop_id).await?;
        let identities = read.identities(shop.id, user.id).await?;
        Ok(MeView {
            user_id: user.id.to_string(),
            role: view::word(&user.role),
            locale: user.locale.map(|l| l.tag().to_owned()),
            identities: identities.iter().map(|i| view::word(&i.kind)).collect(),
            wallet: view::money(read.balance(shop.id, Account::Wallet(user.id), shop.currency).await?),
        })
    }

    async fn offer(&self) -> Result<OfferView> {
        let offer = cases::offer(&self.core, &self.who).await?;
        Ok(view::offer(&offer))
    }

    async fn plans(&self) -> Result<Vec<PlanView>> {
        Ok(cases::plans(&self.core, &self.who).await?.iter().map(view::plan).collect())
    }

    async fn methods(&self) -> Result<Vec<MethodView>> {
        let (shop, gateways) = cases::gateways(&self.core, &self.who).await?;
        let wallet = MethodView {
            method: "wallet".to_owned(),
            kind: "wallet".to_owned(),
            name: crate::text::get(shop.locale, "wallet"),
            currency: shop.currency.code().to_owned(),
        };
        let others = gateways.into_iter().map(|(account, profile)| MethodView {
            method: account.id.to_string(),
            kind: account.kind,
            name: account.name,
            currency: profile.asset.code().to_owned(),
        });
        Ok(std::iter::once(wallet).chain(others).collect())
    }

    async fn quote(&self, request: QuoteRequest) -> Result<QuoteView> {
        self.who.with(Scope::Read)?;
        let method = request.method.as_deref().map_or(Ok(Method::Wallet), method)?;
        let (quote, missing) = cases::quote(&self.core, &self.who, id(&request.plan_id)?, method).await?;
        Ok(QuoteView {
            price: view::money(quote.price),
            due: view::money(quote.due),
            missing: view::money(missing),
        })
    }

    async fn checkout(&self, request: CheckoutRequest, key: Option<String>) -> Result<OrderView> {
        self.who.with(Scope::Buy)?;
        let order =
            cases::checkout(&self.core, &self.who, wish(&request)?, method(&request.method)?, key).await?;
        self.order_view(order).await
    }

    async fn pay(&self, order_id: &str, by: &str) -> Result<OrderView> {
        self.who.with(Scope::Buy)?;
        let order = id(order_id)?;
        cases::pay(&self.core, &self.who, order, method(by)?).await?;
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
        let rows = read.orders(self.who.shop_id, filter, page).await?;
        let next = view::next(&rows, page, |o| o.id.to_string());
        let mut items = Vec::new();
        for row in &rows {
            items.push(view::order(read.as_mut(), row).await?);
        }
        Ok(OrderPage { items, next })
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
        let page = view::page(&request)?;
        let mut read = self.core.read().await?;
        let shop = self.core.shop(read.as_mut(), self.who.shop_id).await?;
        let wallet = Account::Wallet(user);
        let rows = read.entries(shop.id, wallet, page).await?;
        Ok(WalletView {
            balance: view::money(read.balance(shop.id, wallet, shop.currency).await?),
            next: view::next(&rows, page, |e| e.journal.to_string()),
            items: rows.iter().map(view::wallet_entry).collect(),
        })
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

    async fn reset_link(&self, subscription_id: &str) -> Result<SubscriptionView> {
        self.who.with(Scope::Buy)?;
        cases::reset_link(&self.core, &self.who, id(subscription_id)?).await?;
        self.subscription_view(subscription_id).await
    }

    async fn link_qr(&self, subscription_id: &str, format: QrFormat) -> Result<Vec<u8>> {
        self.who.with(Scope::Read)?;
        let held = self.own(self.core.read().await?.as_mut(), subscription_id).await?;
        let link = cases::clear_link(&self.core, &held)?;
        match format {
            QrFormat::Svg => Ok(qr::svg(&link)?.into_bytes()),
            QrFormat::Png => Ok(qr::png(&link)?),
        }
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
