//! The part of the operator's port that is about filling in what ways to be paid want to know.

use super::{
    LocalBackoffice,
    model::{
        FieldView, GatewaySettingsView, GatewayView, KindView, SetUpGatewayRequest, SettingRequest,
        SettingView, SettingsRequest,
    },
    view,
};
use crate::{
    domain::{
        permission::Permission,
        setting::{Field, Input, Laid},
    },
    engine::{cases, id},
    error::Result,
    storefront::view::money,
};
use async_trait::async_trait;

/// Ways to be paid, by the settings that their kinds describe.
///
/// # Behaviour
/// - `set_up_gateway` adds a gateway that is not enabled yet, and refuses settings that its kind does not describe.
/// - `gateway_settings` shows what stands in every setting but the secrets; of these it says that they are set.
/// - `change_gateway_settings` leaves alone what was not typed, and secrets that were left empty; but where calls would go
///   elsewhere than before, it answers `bad_config` for each secret that was not typed again. Name and settings change
///   together or not at all, and not where another version was seen (`already_decided`).
#[async_trait]
pub trait Gateways: Send + Sync {
    /// The kinds of gateway.
    async fn gateway_kinds(&self) -> Result<Vec<KindView>>;
    /// Adds a gateway by its settings, disabled until it was looked at and enabled.
    async fn set_up_gateway(&self, request: SetUpGatewayRequest) -> Result<GatewayView>;
    /// A gateway's settings, with so many empty rows behind each list.
    async fn gateway_settings(&self, gateway_id: &str, spare: u32) -> Result<GatewaySettingsView>;
    /// Changes them.
    async fn change_gateway_settings(
        &self,
        gateway_id: &str,
        request: SettingsRequest,
    ) -> Result<GatewayView>;
}

#[async_trait]
impl Gateways for LocalBackoffice {
    async fn gateway_kinds(&self) -> Result<Vec<KindView>> {
        self.who.may(Permission::Gateways)?;
        Ok(self.core.gateway_kinds().into_iter().map(kind).collect())
    }

    async fn set_up_gateway(&self, request: SetUpGatewayRequest) -> Result<GatewayView> {
        let SetUpGatewayRequest { kind, name, settings } = request;
        let (account, profile) =
            cases::set_up_gateway(&self.core, &self.who, kind, name, &typed(settings)).await?;
        Ok(view::gateway(&self.core, &account, Some(&profile)))
    }

    async fn gateway_settings(&self, gateway_id: &str, spare: u32) -> Result<GatewaySettingsView> {
        self.who.may(Permission::Gateways)?;
        let spare = usize::try_from(spare.min(10)).unwrap_or(0);
        let found = cases::gateway_settings(&self.core, &self.who, id(gateway_id)?, spare).await?;
        let profile = found.profile.as_ref();
        Ok(GatewaySettingsView {
            gateway_id: found.account.id.to_string(),
            kind: found.account.kind,
            name: found.account.name,
            enabled: found.account.enabled,
            version: found.account.version,
            minimum: profile.and_then(|profile| profile.minimum).map(money),
            maximum: profile.and_then(|profile| profile.maximum).map(money),
            settings: found.settings.into_iter().map(setting).collect(),
        })
    }

    async fn change_gateway_settings(
        &self,
        gateway_id: &str,
        request: SettingsRequest,
    ) -> Result<GatewayView> {
        self.who.may(Permission::Gateways)?;
        let SettingsRequest { settings, name, version } = request;
        let wish = cases::Refurnished { typed: typed(settings), name, version };
        let (account, profile) =
            cases::change_gateway_settings(&self.core, &self.who, id(gateway_id)?, wish).await?;
        Ok(view::gateway(&self.core, &account, Some(&profile)))
    }
}

pub(super) fn typed(settings: Vec<SettingRequest>) -> cases::Typed {
    settings.into_iter().map(|setting| (setting.name, setting.value)).collect()
}

pub(super) fn kind((name, fields): (&'static str, Vec<Field>)) -> KindView {
    KindView { kind: name.to_owned(), fields: fields.iter().map(field).collect() }
}

fn field(of: &Field) -> FieldView {
    let choices = if let Input::Choice(words) = of.input { words } else { &[] };
    FieldView {
        name: of.name.to_owned(),
        input: of.input.name().to_owned(),
        choices: choices.iter().map(|word| (*word).to_owned()).collect(),
        needed: of.needed,
        seldom: of.seldom,
    }
}

fn setting(of: Laid) -> SettingView {
    SettingView { field: field(&of.field), name: of.name, value: of.value, set: of.set }
}
