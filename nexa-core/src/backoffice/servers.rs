//! The part of the operator's port that is about keeping servers and their groups.

use super::{
    LocalBackoffice,
    gateways::{kind, typed},
    model::{
        GroupRequest, GroupView, KindView, OperatorServerView, RentRequest, RentView, ServerTrialView,
        SettingRequest, TryServerRequest, UpdateServerRequest,
    },
    request, view,
};
use crate::{
    domain::{
        permission::Permission,
        rent::Rent,
        server::{Server, ServerState},
    },
    engine::{cases, id},
    error::Result,
    secret::Secret,
    storefront::view::{amount, money, words},
};
use async_trait::async_trait;
use serde_json::Value;

/// Servers and groups, beside adding and changing them.
///
/// # Behaviour
/// - `change_server_settings` leaves alone what was not typed or left empty, takes away for `-`, and asks once more for the
///   secrets when calls would go elsewhere. Of the request it takes everything but the configuration.
/// - `try_server` says what a panel says, and stores nothing.
/// - `set_rent` keeps what a server costs in any currency, and refuses costs below zero.
/// - `remove_server` refuses a server that is not off, and one on which somebody is placed.
/// - `update_group` refuses a name that another group has.
/// - `remove_group` refuses a group with plans, servers or subscriptions.
#[async_trait]
pub trait Servers: Send + Sync {
    /// The kinds of server.
    async fn server_kinds(&self) -> Result<Vec<KindView>>;
    /// What settings that were typed come to: the configuration that `try_server` and `add_server` take. It holds secrets.
    async fn server_config(&self, kind: &str, settings: Vec<SettingRequest>) -> Result<Value>;
    /// Changes a server and, over what it is set to, these settings.
    async fn change_server_settings(
        &self,
        server_id: &str,
        settings: Vec<SettingRequest>,
        request: UpdateServerRequest,
    ) -> Result<OperatorServerView>;
    /// Talks to a server that was not added yet.
    async fn try_server(&self, request: TryServerRequest) -> Result<ServerTrialView>;
    /// What servers cost.
    async fn rents(&self) -> Result<Vec<RentView>>;
    /// Notes what a server costs.
    async fn set_rent(&self, server_id: &str, request: RentRequest) -> Result<RentView>;
    /// Takes a server away.
    async fn remove_server(&self, server_id: &str) -> Result<()>;
    /// Changes a group. Whoever is placed already stays where they are.
    async fn update_group(&self, group_id: &str, request: GroupRequest) -> Result<GroupView>;
    /// Takes a group away that nobody uses.
    async fn remove_group(&self, group_id: &str) -> Result<()>;
}

#[async_trait]
impl Servers for LocalBackoffice {
    async fn server_kinds(&self) -> Result<Vec<KindView>> {
        self.who.may(Permission::Servers)?;
        Ok(self.core.panel_kinds().into_iter().map(kind).collect())
    }

    async fn server_config(&self, kind: &str, settings: Vec<SettingRequest>) -> Result<Value> {
        cases::server_config(&self.core, &self.who, kind, &typed(settings))
    }

    async fn change_server_settings(
        &self,
        server_id: &str,
        settings: Vec<SettingRequest>,
        request: UpdateServerRequest,
    ) -> Result<OperatorServerView> {
        self.who.may(Permission::Servers)?;
        let id = id(server_id)?;
        let config = cases::changed_server_config(&self.core, &self.who, id, typed(settings)).await?;
        let change = |server| request::server(server, request);
        let server = cases::update_server(&self.core, &self.who, id, config, change).await?;
        view::server(self.core.read().await?.as_mut(), &server).await
    }

    async fn try_server(&self, request: TryServerRequest) -> Result<ServerTrialView> {
        let config = Secret::new(request.config);
        let found = cases::try_server(&self.core, &self.who, &request.kind, &config).await?;
        Ok(ServerTrialView {
            version: found.health.version,
            warning: found.health.warning,
            accounts: found.accounts.map(|count| u64::try_from(count).unwrap_or(u64::MAX)),
            protocols: found.protocols.into_iter().collect(),
            offers: words(found.health.offers),
        })
    }

    async fn rents(&self) -> Result<Vec<RentView>> {
        let all = cases::rents(&self.core, &self.who).await?;
        let groups = all.iter().map(|(server, _)| (server.shop_id, server.group_id)).collect();
        let held = view::loads(self.core.read().await?.as_mut(), groups).await?;
        let load = |server: &Server| held.get(&server.id).copied().unwrap_or(0);
        Ok(all.iter().map(|(server, rent)| rent_view(server, rent, load(server))).collect())
    }

    async fn set_rent(&self, server_id: &str, request: RentRequest) -> Result<RentView> {
        self.who.may(Permission::Servers)?;
        let cost = request.cost.as_ref().map(amount).transpose()?;
        let rent = Rent { cost, note: request.note };
        let (server, rent) = cases::set_rent(&self.core, &self.who, id(server_id)?, rent).await?;
        let loads = self.core.read().await?.loads(server.shop_id, server.group_id).await?;
        let load = loads.iter().find(|(of, _)| *of == server.id).map_or(0, |(_, load)| *load);
        Ok(rent_view(&server, &rent, load))
    }

    async fn remove_server(&self, server_id: &str) -> Result<()> {
        self.who.may(Permission::Servers)?;
        cases::remove_server(&self.core, &self.who, id(server_id)?).await
    }

    async fn update_group(&self, group_id: &str, request: GroupRequest) -> Result<GroupView> {
        self.who.may(Permission::Catalogue)?;
        let GroupRequest { name, spread } = request;
        let group = cases::change_group(&self.core, &self.who, id(group_id)?, name, spread).await?;
        Ok(view::group(&group))
    }

    async fn remove_group(&self, group_id: &str) -> Result<()> {
        self.who.may(Permission::Catalogue)?;
        cases::remove_group(&self.core, &self.who, id(group_id)?).await
    }
}

fn rent_view(server: &Server, rent: &Rent, load: u32) -> RentView {
    RentView {
        server_id: server.id.to_string(),
        cost: rent.cost.map(money),
        note: rent.note.clone(),
        failures: server.health.failures,
        removable: server.state == ServerState::Off && load == 0,
    }
}
