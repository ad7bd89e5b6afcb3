//! What nearly every program names that embeds a shop: `use nexa_core::prelude::*;`.

#[cfg(feature = "sqlite")]
pub use crate::sql::SqliteStorage;
pub use crate::{
    Nexa, Worker,
    backoffice::{
        Backoffice,
        model::{AddGatewayRequest, AddPlanRequest, AddServerRequest, WalletCorrection},
    },
    domain::{
        measure::Traffic,
        money::{Currency, Money},
        shop::Locale,
        user::Principal,
    },
    error::{Error, Result},
    frontdesk::Frontdesk,
    ids::ShopId,
    secret::Keys,
    storefront::{
        Storefront,
        model::{CheckoutRequest, MoneyView, Purpose, SignUpRequest},
    },
};
#[cfg(feature = "testing")]
pub use crate::{memory::MemoryStorage, sim::panel_kind::FakePanelKind};
