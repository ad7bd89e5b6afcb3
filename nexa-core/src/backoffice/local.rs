//! The back office over the engine in this process.

use super::{
    Backoffice, links,
    model::{
        AcceptRequest, AddGatewayRequest, AddPlanRequest, AddServerRequest, BooksView, CheckView,
        GatewayView, GroupRequest, GroupView, LinkRulesRequest, LinkRulesView, LinkSettingsRequest,
        LinkSettingsView, OperatorOrderFilter, OperatorOrderPage, OperatorPackView, OperatorPlanView,
        OperatorReceiptView, OperatorServerView, OperatorSubscriptionPage, OperatorSubscriptionView,
        PackRequest, RateRequest, RateView, RejectRequest, ShopRequest, ShopView, TelegramRequest,
        UpdateGatewayRequest, UpdatePlanRequest, UpdateServerRequest, UserPage, UserView, WalletCorrection,
    },
    request, view,
};
use crate::{
    domain::{
        money::Money,
        order::RefundTo,
        permission::{
            Needed,
            Permission::{
                Catalogue, DecidePayments, Gateways, MoveMoney, Reports, SeeCustomers, ServeCustomers,
                Servers,
            },
            SEE_GATEWAYS, SEE_GROUPS, SEE_PACKS, SEE_PAYMENTS, SEE_PLANS,
        },
        plan::Plan,
        refusal::Refusal,
        user::Principal,
    },
    engine::{Core, cases, id},
    error::Result,
    ids::{GroupId, OrderId, SubscriptionId, UserId},
    ports::storage::{OrderFilter, Page, Read},
    secret::Secret,
    storefront::{
        model::{MoneyView, OrderView, PageRequest},
        view::{amount, money, next, order as order_view, page},
    },
};
use async_trait::async_trait;
use std::sync::Arc;

/// One caller's back office.
pub(crate) struct LocalBackoffice {
    pub(super) core: Arc<Core>,
    pub(super) who: Principal,
}

impl LocalBackoffice {
    pub(crate) fn new(core: Arc<Core>, who: Principal) -> Self {
        Self { core, who }
    }

    /// A view for one who may do this.
    pub(super) async fn read(&self, needed: impl Needed) -> Result<Box<dyn Read>> {
        self.who.may(needed)?;
        Ok(self.core.read().await?)
    }

    /// An id from outside; what is wrong with it is told only to one who may do this.
    pub(super) fn id<T: std::str::FromStr>(&self, needed: impl Needed, text: &str) -> Result<T> {
        self.who.may(needed)?;
        id(text)
    }

    pub(super) fn page(&self, needed: impl Needed, request: &PageRequest) -> Result<Page> {
        self.who.may(needed)?;
        Ok(page(request)?)
    }

    pub(super) async fn subscription_view(
        &self,
        needed: impl Needed,
        of: SubscriptionId,
    ) -> Result<OperatorSubscriptionView> {
        let mut read = self.read(needed).await?;
        let held = read.subscription(self.who.shop_id, of).await?.ok_or(Refusal::NotFound)?;
        view::subscription(read.as_mut(), &held).await
    }

    pub(super) async fn one_order(&self, needed: impl Needed, of: OrderId) -> Result<OrderView> {
        let mut read = self.read(needed).await?;
        let order = read.order(self.who.shop_id, of).await?.ok_or(Refusal::NotFound)?;
        order_view(read.as_mut(), &order).await
    }
}

#[async_trait]
impl Backoffice for LocalBackoffice {
    async fn shop(&self) -> Result<ShopView> {
        self.who.staff()?;
        let mut read = self.core.read().await?;
        Ok(view::shop(&self.core.shop(read.as_mut(), self.who.shop_id).await?))
    }

    async fn update_shop(&self, request: ShopRequest) -> Result<ShopView> {
        let shop = cases::update_shop(&self.core, &self.who, |shop| request::shop(shop, request)).await?;
        Ok(view::shop(&shop))
    }

    async fn link_settings(&self) -> Result<LinkSettingsView> {
        Ok(links::settings(&cases::link_settings(&self.core, &self.who).await?))
    }

    async fn update_link_settings(&self, request: LinkSettingsRequest) -> Result<LinkSettingsView> {
        let change = |was| links::changed(was, request);
        Ok(links::settings(&cases::set_link_settings(&self.core, &self.who, change).await?))
    }

    async fn link_rules(&self) -> Result<LinkRulesView> {
        Ok(links::rules(&cases::link_settings(&self.core, &self.who).await?))
    }

    async fn set_link_rules(&self, request: LinkRulesRequest) -> Result<LinkRulesView> {
        let change = |was| links::with_rules(was, request);
        Ok(links::rules(&cases::set_link_settings(&self.core, &self.who, change).await?))
    }

    async fn set_telegram(&self, request: TelegramRequest) -> Result<ShopView> {
        let token = Secret::new(request.token);
        Ok(view::shop(&cases::set_telegram(&self.core, &self.who, &token, &request.username).await?))
    }

    async fn clear_telegram(&self) -> Result<ShopView> {
        Ok(view::shop(&cases::clear_telegram(&self.core, &self.who).await?))
    }

    async fn groups(&self) -> Result<Vec<GroupView>> {
        Ok(self.read(SEE_GROUPS).await?.groups(self.who.shop_id).await?.iter().map(view::group).collect())
    }

    async fn add_group(&self, request: GroupRequest) -> Result<GroupView> {
        Ok(view::group(&cases::add_group(&self.core, &self.who, request.name, request.spread).await?))
    }

    async fn servers(&self) -> Result<Vec<OperatorServerView>> {
        let mut read = self.read(Servers).await?;
        let all = read.servers(self.who.shop_id).await?;
        view::servers(read.as_mut(), &all).await
    }

    async fn add_server(&self, request: AddServerRequest) -> Result<OperatorServerView> {
        let new = cases::NewServer {
            name: request.name,
            kind: request.kind,
            group: request.group_id.as_deref().map(|g| self.id::<GroupId>(Servers, g)).transpose()?,
            config: Secret::new(request.config),
            region: request.region,
            capacity: request.capacity.unwrap_or(0),
        };
        let server = cases::add_server(&self.core, &self.who, new).await?;
        view::server(self.read(Servers).await?.as_mut(), &server).await
    }

    async fn update_server(
        &self,
        server_id: &str,
        mut request: UpdateServerRequest,
    ) -> Result<OperatorServerView> {
        let config = request.config.take().map(Secret::new);
        let change = |server| request::server(server, request);
        let server =
            cases::update_server(&self.core, &self.who, self.id(Servers, server_id)?, config, change).await?;
        view::server(self.read(Servers).await?.as_mut(), &server).await
    }

    async fn check_server(&self, server_id: &str) -> Result<CheckView> {
        Ok(view::checked(cases::check_server(&self.core, &self.who, self.id(Servers, server_id)?).await?))
    }

    async fn plans(&self) -> Result<Vec<OperatorPlanView>> {
        let mut read = self.read(SEE_PLANS).await?;
        Ok(cases::plans_in_order(read.as_mut(), self.who.shop_id).await?.iter().map(view::plan).collect())
    }

    async fn add_plan(&self, request: AddPlanRequest) -> Result<OperatorPlanView> {
        let group = request.group_id.as_deref().map(|g| self.id::<GroupId>(Catalogue, g)).transpose()?;
        let (shop_id, now) = (self.who.shop_id, self.core.world.now());
        let make = |id, group_id| {
            let (terms, prices) = request::new_plan(&request)?;
            let (name, on_sale) = (request.name, request.on_sale);
            Ok(Plan { id, shop_id, name, terms, group_id, prices, on_sale, created_at: now })
        };
        Ok(view::plan(&cases::add_plan(&self.core, &self.who, group, make).await?))
    }

    async fn update_plan(&self, plan_id: &str, request: UpdatePlanRequest) -> Result<OperatorPlanView> {
        let change = |plan| request::plan(plan, request);
        let id = self.id(Catalogue, plan_id)?;
        Ok(view::plan(&cases::update_plan(&self.core, &self.who, id, change).await?))
    }

    async fn packs(&self) -> Result<Vec<OperatorPackView>> {
        let mut read = self.read(SEE_PACKS).await?;
        Ok(cases::packs_in_order(read.as_mut(), self.who.shop_id).await?.iter().map(view::pack).collect())
    }

    async fn save_pack(&self, request: PackRequest) -> Result<OperatorPackView> {
        let id = request.pack_id.as_deref().map(|id| self.id(Catalogue, id)).transpose()?;
        let (shop, now) = (self.who.shop_id, self.core.world.now());
        let make = |id, known| request::pack(id, shop, now, known, request);
        Ok(view::pack(&cases::save_pack(&self.core, &self.who, id, make).await?))
    }

    async fn gateways(&self) -> Result<Vec<GatewayView>> {
        let mut read = self.read(SEE_GATEWAYS).await?;
        let shop = self.core.shop(read.as_mut(), self.who.shop_id).await?;
        let accounts = cases::gateways_in_order(read.as_mut(), shop.id).await?;
        let profile = |account| self.core.gateway(&shop, account).ok().map(|g| g.profile().clone());
        Ok(accounts.iter().map(|a| view::gateway(&self.core, a, profile(a).as_ref())).collect())
    }

    async fn add_gateway(&self, request: AddGatewayRequest) -> Result<GatewayView> {
        let AddGatewayRequest { kind, name, config } = request;
        let (account, profile) =
            cases::add_gateway(&self.core, &self.who, kind, name, Secret::new(config)).await?;
        Ok(view::gateway(&self.core, &account, Some(&profile)))
    }

    async fn update_gateway(&self, gateway_id: &str, request: UpdateGatewayRequest) -> Result<GatewayView> {
        let UpdateGatewayRequest { name, config, enabled } = request;
        let config = config.map(Secret::new);
        let (account, profile) = cases::update_gateway(
            &self.core,
            &self.who,
            self.id(Gateways, gateway_id)?,
            name,
            config,
            enabled,
        )
        .await?;
        Ok(view::gateway(&self.core, &account, Some(&profile)))
    }

    async fn check_gateway(&self, gateway_id: &str) -> Result<CheckView> {
        Ok(match cases::check_gateway(&self.core, &self.who, self.id(Gateways, gateway_id)?).await? {
            Ok(lines) => CheckView { ok: true, lines },
            Err(why) => CheckView { ok: false, lines: vec![why] },
        })
    }

    async fn rates(&self) -> Result<Vec<RateView>> {
        Ok(self.read(Gateways).await?.rates(self.who.shop_id).await?.iter().map(view::rate).collect())
    }

    async fn set_rate(&self, request: RateRequest) -> Result<RateView> {
        self.who.may(Gateways)?;
        let rate = request::rate(&request, self.core.world.now())?;
        Ok(view::rate(&cases::set_rate(&self.core, &self.who, rate).await?))
    }

    async fn users(&self, request: PageRequest) -> Result<UserPage> {
        let page = self.page(SeeCustomers, &request)?;
        let mut read = self.read(SeeCustomers).await?;
        let rows = read.users(self.who.shop_id, page).await?;
        let mut items = Vec::new();
        for row in &rows {
            items.push(view::user(&self.core, read.as_mut(), row).await?);
        }
        Ok(UserPage { items, next: next(&rows, page, |u| u.id.to_string()) })
    }

    async fn find_user(&self, query: &str) -> Result<UserView> {
        let user = cases::find_user(&self.core, &self.who, query).await?;
        view::user(&self.core, self.read(SeeCustomers).await?.as_mut(), &user).await
    }

    async fn user(&self, user_id: &str) -> Result<UserView> {
        let mut read = self.read(SeeCustomers).await?;
        let user = read
            .user(self.who.shop_id, self.id::<UserId>(SeeCustomers, user_id)?)
            .await?
            .ok_or(Refusal::NotFound)?;
        view::user(&self.core, read.as_mut(), &user).await
    }

    async fn block_user(&self, user_id: &str, blocked: bool) -> Result<UserView> {
        let user =
            cases::block_user(&self.core, &self.who, self.id(ServeCustomers, user_id)?, blocked).await?;
        view::user(&self.core, self.read(ServeCustomers).await?.as_mut(), &user).await
    }

    async fn correct_wallet(
        &self,
        user_id: &str,
        request: WalletCorrection,
        key: String,
    ) -> Result<MoneyView> {
        let user = self.id(MoveMoney, user_id)?;
        let by: Money = amount(&request.amount)?;
        let balance = cases::correct_wallet(&self.core, &self.who, user, by, &key).await?;
        Ok(money(balance))
    }

    async fn orders(&self, filter: OperatorOrderFilter, request: PageRequest) -> Result<OperatorOrderPage> {
        let page = self.page(SeeCustomers, &request)?;
        let filter = OrderFilter {
            user: filter.user_id.as_deref().map(|u| self.id::<UserId>(SeeCustomers, u)).transpose()?,
            state: filter.state.as_deref().map(request::order_state).transpose()?,
            attention: filter.attention,
        };
        let mut read = self.read(SeeCustomers).await?;
        let rows = read.orders(self.who.shop_id, filter, page).await?;
        let mut items = Vec::new();
        for row in &rows {
            items.push(view::order(read.as_mut(), row).await?);
        }
        Ok(OperatorOrderPage { items, next: next(&rows, page, |o| o.id.to_string()) })
    }

    async fn order(&self, order_id: &str) -> Result<OrderView> {
        self.one_order(SEE_PAYMENTS, self.id(SEE_PAYMENTS, order_id)?).await
    }

    async fn refund_order(&self, order_id: &str) -> Result<OrderView> {
        let order = self.id(MoveMoney, order_id)?;
        cases::begin_refund(&self.core, &self.who, order, RefundTo::Wallet).await?;
        self.one_order(MoveMoney, order).await
    }

    async fn receipts(&self, request: PageRequest) -> Result<Vec<OperatorReceiptView>> {
        let page = self.page(SEE_PAYMENTS, &request)?;
        let mut read = self.read(SEE_PAYMENTS).await?;
        let mut views = Vec::new();
        for receipt in read.waiting_receipts(self.who.shop_id, page).await? {
            views.push(view::receipt(&self.core, read.as_mut(), &receipt).await?);
        }
        Ok(views)
    }

    async fn receipt_picture(&self, receipt_id: &str) -> Result<Vec<u8>> {
        cases::receipt_picture(&self.core, &self.who, self.id(SEE_PAYMENTS, receipt_id)?).await
    }

    async fn accept_receipt(&self, receipt_id: &str, request: AcceptRequest) -> Result<OrderView> {
        let receipt = self.id(DecidePayments, receipt_id)?;
        let received = amount(&request.received)?;
        let order = cases::accept_receipt(&self.core, &self.who, receipt, received, request.version).await?;
        self.one_order(DecidePayments, order).await
    }

    async fn reject_receipt(&self, receipt_id: &str, request: RejectRequest) -> Result<OperatorReceiptView> {
        let reason = request::rejection(request.reason);
        let receipt = cases::reject_receipt(
            &self.core,
            &self.who,
            self.id(DecidePayments, receipt_id)?,
            reason,
            request.version,
        )
        .await?;
        view::receipt(&self.core, self.read(DecidePayments).await?.as_mut(), &receipt).await
    }

    async fn subscriptions(
        &self,
        user_id: Option<String>,
        request: PageRequest,
    ) -> Result<OperatorSubscriptionPage> {
        let page = self.page(SeeCustomers, &request)?;
        let user = user_id.as_deref().map(|u| self.id::<UserId>(SeeCustomers, u)).transpose()?;
        let mut read = self.read(SeeCustomers).await?;
        let rows = read.subscriptions(self.who.shop_id, user, page).await?;
        let mut items = Vec::new();
        for row in &rows {
            items.push(view::subscription(read.as_mut(), row).await?);
        }
        Ok(OperatorSubscriptionPage { items, next: next(&rows, page, |s| s.id.to_string()) })
    }

    async fn subscription(&self, subscription_id: &str) -> Result<OperatorSubscriptionView> {
        self.subscription_view(SeeCustomers, self.id(SeeCustomers, subscription_id)?).await
    }

    async fn suspend(&self, subscription_id: &str) -> Result<OperatorSubscriptionView> {
        let held = self.id(ServeCustomers, subscription_id)?;
        cases::suspend(&self.core, &self.who, held).await?;
        self.subscription_view(ServeCustomers, held).await
    }

    async fn resume(&self, subscription_id: &str) -> Result<OperatorSubscriptionView> {
        let held = self.id(ServeCustomers, subscription_id)?;
        cases::resume(&self.core, &self.who, held).await?;
        self.subscription_view(ServeCustomers, held).await
    }

    async fn revoke(&self, subscription_id: &str) -> Result<OperatorSubscriptionView> {
        let held = self.id(ServeCustomers, subscription_id)?;
        cases::revoke(&self.core, &self.who, held).await?;
        self.subscription_view(ServeCustomers, held).await
    }

    async fn books(&self) -> Result<BooksView> {
        view::books(&self.read(Reports).await?.trial_balance(self.who.shop_id).await?)
    }
}
