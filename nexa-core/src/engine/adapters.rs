//! From rows to live adapters: opens the sealed configuration, builds the adapter once per version, and keeps it.

use super::{Core, measured};
use crate::{
    address::outbound::{Range, without_inner},
    domain::{gateway::GatewayAccount, refusal::Refusal, server::Server, setting::Field, shop::Shop},
    error::{Failure, Result},
    ids::{GatewayId, ServerId},
    ports::{
        gateway::{Gateway, GatewayKind, GatewaySetting},
        panel::{Panel, PanelKind},
        storage::Read,
    },
    secret::Secret,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

type Built<K, T> = Mutex<BTreeMap<K, (u32, Arc<T>)>>;

/// The kinds that were registered, and the adapters in use.
pub(super) struct Adapters {
    panel_kinds: Vec<Arc<dyn PanelKind>>,
    gateway_kinds: Vec<Arc<dyn GatewayKind>>,
    panels: Built<ServerId, dyn Panel>,
    gateways: Built<GatewayId, dyn Gateway>,
}

/// A server with its panel.
pub(crate) struct ServerPanel {
    pub(crate) server: Server,
    pub(crate) panel: Arc<dyn Panel>,
}

impl Adapters {
    pub(super) fn new(
        panel_kinds: Vec<Arc<dyn PanelKind>>,
        gateway_kinds: Vec<Arc<dyn GatewayKind>>,
    ) -> Self {
        Self { panel_kinds, gateway_kinds, panels: Mutex::default(), gateways: Mutex::default() }
    }
}

fn kept<K: Ord + Copy, T: ?Sized>(built: &Built<K, T>, id: K, version: u32) -> Option<Arc<T>> {
    let built = built.lock().unwrap_or_else(PoisonError::into_inner);
    built.get(&id).filter(|(v, _)| *v == version).map(|(_, adapter)| Arc::clone(adapter))
}

fn keep<K: Ord + Copy, T: ?Sized>(built: &Built<K, T>, id: K, version: u32, adapter: &Arc<T>) {
    built.lock().unwrap_or_else(PoisonError::into_inner).insert(id, (version, Arc::clone(adapter)));
}

impl Core {
    /// Every kind of panel, with its settings.
    pub(crate) fn panel_kinds(&self) -> Vec<(&'static str, Vec<Field>)> {
        self.adapters.panel_kinds.iter().map(|kind| (kind.name(), kind.fields())).collect()
    }

    /// Every kind of gateway, with its settings.
    pub(crate) fn gateway_kinds(&self) -> Vec<(&'static str, Vec<Field>)> {
        self.adapters.gateway_kinds.iter().map(|kind| (kind.name(), kind.fields())).collect()
    }

    /// A panel of this kind and configuration, not kept.
    pub(crate) fn connect_panel(
        &self,
        kind: &str,
        config: &Secret<Value>,
    ) -> Result<Arc<dyn Panel>, Refusal> {
        let kind = self.adapters.panel_kinds.iter().find(|k| k.name() == kind).ok_or(Refusal::UnknownKind)?;
        Ok(measured::panel(kind.name(), kind.connect(config)?, &self.world))
    }

    /// A gateway of this kind and configuration, not kept.
    pub(crate) fn connect_gateway(
        &self,
        shop: &Shop,
        account: &GatewayAccount,
        config: &Secret<Value>,
    ) -> Result<Arc<dyn Gateway>, Refusal> {
        let known = self.adapters.gateway_kinds.iter().find(|k| k.name() == account.kind);
        let setting = GatewaySetting {
            gateway_id: account.id,
            callback_url: self.callback_url(account),
            public_url: self.public_url.clone(),
            test: shop.test,
            range: Range::allowing_private(account.inside),
        };
        if !account.inside {
            without_inner(config.expose())?;
        }
        let kind = known.ok_or(Refusal::UnknownKind)?;
        Ok(measured::gateway(kind.name(), kind.connect(config, &setting)?, &self.world))
    }

    /// Where a gateway's callbacks come to.
    pub(crate) fn callback_url(&self, account: &GatewayAccount) -> String {
        format!("{}/hooks/pay/{}/{}", self.public_url, account.id, account.endpoint)
    }

    /// The panel of a stored server.
    pub(crate) fn panel(&self, server: &Server) -> Result<Arc<dyn Panel>> {
        if let Some(panel) = kept(&self.adapters.panels, server.id, server.version) {
            return Ok(panel);
        }
        let config = self.open_config(&server_context(server.id), &server.config_sealed)?;
        let panel = self.connect_panel(&server.kind, &config)?;
        keep(&self.adapters.panels, server.id, server.version, &panel);
        Ok(panel)
    }

    /// The gateway of a stored account.
    pub(crate) fn gateway(&self, shop: &Shop, account: &GatewayAccount) -> Result<Arc<dyn Gateway>> {
        if let Some(gateway) = kept(&self.adapters.gateways, account.id, account.version) {
            return Ok(gateway);
        }
        let config = self.open_config(&gateway_context(account.id), &account.config_sealed)?;
        let gateway = self.connect_gateway(shop, account, &config)?;
        keep(&self.adapters.gateways, account.id, account.version, &gateway);
        Ok(gateway)
    }

    /// Seals a configuration for its row.
    pub(crate) fn seal_config(&self, context: &str, config: &Secret<Value>) -> String {
        self.keys.seal(&self.world, context, config.expose().to_string().as_bytes())
    }

    /// Whether the master key is the one that this database was filled with, as far as something sealed shows it.
    ///
    /// With another key the shop would seem to work until its first payment, and would seal new rows with the wrong key.
    pub(crate) async fn fits_key(&self, read: &mut dyn Read) -> Result<(), Failure> {
        let mut sealed: Vec<(String, String)> = Vec::new();
        sealed.extend(read.all_servers().await?.into_iter().map(|s| (server_context(s.id), s.config_sealed)));
        for shop in read.shops().await? {
            let gateways = read.gateways(shop.id).await?.into_iter();
            sealed.extend(gateways.map(|g| (gateway_context(g.id), g.config_sealed)));
        }
        let fits = |(context, sealed): &(String, String)| self.keys.open(context, sealed).is_ok();
        // One row may be damaged; all of them only when the key is another.
        if sealed.is_empty() || sealed.iter().any(fits) {
            return Ok(());
        }
        Err(Failure::core("the master key is not the one that this database was made with"))
    }

    /// Whether a stored server is the panel of this kind and configuration. A row that cannot be opened is none.
    pub(crate) fn is_configured(&self, server: &Server, kind: &str, config: &Secret<Value>) -> bool {
        let known = self.open_config(&server_context(server.id), &server.config_sealed);
        let kind = self.adapters.panel_kinds.iter().find(|k| k.name() == kind && k.name() == server.kind);
        kind.is_some_and(|kind| known.is_ok_and(|known| kind.is_same(&known, config)))
    }

    /// Opens the configuration of a row.
    pub(crate) fn open_config(&self, context: &str, sealed: &str) -> Result<Secret<Value>, Failure> {
        let plain = self.keys.open(context, sealed)?;
        let value = serde_json::from_slice(&plain);
        value
            .map(Secret::new)
            .map_err(|_| Failure::core(&format!("{context}: the configuration is not JSON")))
    }
}

/// What a server's configuration is sealed for.
pub(crate) fn server_context(id: ServerId) -> String {
    format!("server|{id}|config")
}

/// What a gateway's configuration is sealed for.
pub(crate) fn gateway_context(id: GatewayId) -> String {
    format!("gateway|{id}|config")
}
