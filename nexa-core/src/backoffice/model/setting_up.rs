//! Setting a shop up and keeping it.

use crate::storefront::model::MoneyView;
use serde::{Deserialize, Serialize};
use serde_json::Value;

request! {
    /// To arrange in which order something is shown.
    pub struct ArrangeRequest {
        /// `plans`, `packs` or `gateways`.
        pub shelf: String,
        /// The ids in their order; what is left out comes behind.
        pub ids: Vec<String>,
    }
    /// To look at a server before it is added.
    pub struct TryServerRequest {
        /// Which adapter: `hiddify`, `marzban`, `shadowsocks`.
        pub kind: String,
        /// The adapter's settings.
        pub config: Value,
    }
    /// To note what a server costs.
    pub struct RentRequest {
        /// What it costs in a month of 30 days, in any currency; nothing: that is not known.
        pub cost: Option<MoneyView>,
        /// For those who run the shop, at most 300 characters.
        pub note: String,
    }
    /// A setting as it was typed.
    pub struct SettingRequest {
        /// Its name, e.g. `sms.secret`, or `cards.0.number` for the first row of a list.
        pub name: String,
        /// What was typed. An empty text takes it away; a secret stays then, and goes for `-`.
        pub value: String,
    }
    /// To add a gateway by its settings.
    pub struct SetUpGatewayRequest {
        /// Which adapter, e.g. `card`, `litecoin`.
        pub kind: String,
        /// Name shown to customers, 1 to 40 characters.
        pub name: String,
        /// Its settings.
        pub settings: Vec<SettingRequest>,
    }
    /// To change a gateway's settings, and its name with them; what is left out stays.
    pub struct SettingsRequest {
        /// What was typed.
        pub settings: Vec<SettingRequest>,
        /// Name shown to customers, 1 to 40 characters.
        pub name: Option<String>,
        /// The version that was seen: when it has changed since, that is refused (`already_decided`).
        pub version: Option<u32>,
    }
}

view! {
    /// A setting of a kind.
    pub struct FieldView {
        /// Its name; a star stands for the number of a row, from 0 on.
        pub name: String,
        /// `text`, `secret`, `number`, `flag` (`1` or nothing), `choice`, or `lines` (texts, a line each).
        pub input: String,
        /// The words of a choice.
        pub choices: Vec<String>,
        /// Whether nothing works without it.
        pub needed: bool,
        /// Whether most shops leave it as it is.
        pub seldom: bool,
    }
    /// An adapter, and what it wants to know.
    pub struct KindView {
        /// Its name.
        pub kind: String,
        /// Its settings, in the order in which one fills them in; none where they are not described.
        pub fields: Vec<FieldView>,
    }
    /// A setting and what stands in it.
    pub struct SettingView {
        /// Its name.
        pub name: String,
        /// What it is.
        pub field: FieldView,
        /// What stands in it; always empty for a secret.
        pub value: String,
        /// Whether something stands in it.
        pub set: bool,
    }
    /// A gateway's settings.
    pub struct GatewaySettingsView {
        /// Its id.
        pub gateway_id: String,
        /// Which adapter.
        pub kind: String,
        /// Name shown to customers.
        pub name: String,
        /// Whether new payments may be opened.
        pub enabled: bool,
        /// Counts up with each change of its settings or its name here.
        pub version: u32,
        /// What is due there at least.
        pub minimum: Option<MoneyView>,
        /// What is due there at most.
        pub maximum: Option<MoneyView>,
        /// Every setting that can be typed.
        pub settings: Vec<SettingView>,
    }
    /// What a look at a server showed.
    pub struct ServerTrialView {
        /// The panel's version.
        pub version: String,
        /// What to know of this version.
        pub warning: Option<String>,
        /// How many identities are on it, whoever made them; nothing when it did not say in time.
        pub accounts: Option<u64>,
        /// The protocols of the links that it gives out, e.g. `vless`; none when it has nobody to give one to.
        pub protocols: Vec<String>,
        /// The extras that it can give.
        pub offers: Vec<String>,
    }
    /// A server as those see it who pay for it.
    pub struct RentView {
        /// Its id.
        pub server_id: String,
        /// What it costs in a month of 30 days.
        pub cost: Option<MoneyView>,
        /// A note for those who run the shop.
        pub note: String,
        /// How often it did not answer, in a row.
        pub failures: u32,
        /// Whether it can be taken away now: it is off, and nobody is placed on it.
        pub removable: bool,
    }
    /// One step of setting a shop up.
    pub struct SetupStepView {
        /// `brand`, `group`, `server`, `plan`, `gateway`, `payment` (somebody has paid), `bot`, `second_factor` (yours).
        pub step: String,
        /// Whether it was done.
        pub done: bool,
    }
    /// What a shop needs before its first sale.
    pub struct SetupView {
        /// In the order in which they are done best.
        pub steps: Vec<SetupStepView>,
        /// Whether all of them were done.
        pub complete: bool,
    }
}
