//! Settings that every processor has, and reading those that only one has.

use crate::{
    config::{bad, parse, within},
    http::{Route, Server},
};
use jiff::SignedDuration;
use nexa_core::{
    address::outbound::Range,
    domain::{
        gateway::{Confirm, GatewayProfile, Matching, Refunds},
        money::{Currency, Money},
        payment::Policy,
        refusal::Refusal,
        time::days,
    },
    secret::Secret,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// Names of the settings below; all others are the processor's own.
const NAMES: [&str; 9] = [
    "currency",
    "base_url",
    "proxy",
    "timeout_seconds",
    "window_minutes",
    "watch_days",
    "tolerance_bp",
    "minimum_minor",
    "maximum_minor",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    currency: Option<Currency>,
    base_url: Option<String>,
    proxy: Option<String>,
    timeout_seconds: Option<u64>,
    window_minutes: Option<u32>,
    watch_days: Option<u32>,
    tolerance_bp: Option<u32>,
    minimum_minor: Option<i64>,
    maximum_minor: Option<i64>,
}

/// What a processor is like.
pub(crate) struct Vendor {
    /// Where it is; none where every operator has a server of their own.
    pub(crate) base_url: Option<&'static str>,
    /// What an invoice can be priced in; the first one is the default.
    pub(crate) currencies: &'static [Currency],
    /// How long an invoice can live, in minutes.
    pub(crate) window: RangeInclusive<u32>,
    /// How long it does, in minutes.
    pub(crate) usual_window: u32,
}

/// The checked settings.
pub(crate) struct Common {
    pub(crate) asset: Currency,
    #[cfg(any(
        feature = "btcpay",
        feature = "cryptopay",
        feature = "heleket",
        feature = "oxapay",
        feature = "plisio"
    ))]
    pub(crate) window_minutes: u32,
    route: Route,
    policy: Policy,
    minimum: Money,
    maximum: Option<Money>,
}

impl Common {
    /// The settings that every processor has, and the processor's own.
    pub(crate) fn read<T: DeserializeOwned>(
        config: &Secret<Value>,
        vendor: &Vendor,
    ) -> Result<(Self, T), Refusal> {
        let all = config.expose().as_object().ok_or(bad("gateway", "the configuration is not an object"))?;
        let split = |common: bool| {
            let chosen = all.iter().filter(|(name, _)| NAMES.contains(&name.as_str()) == common);
            Secret::new(Value::Object(chosen.map(|(n, v)| (n.clone(), v.clone())).collect::<Map<_, _>>()))
        };
        let common = Self::checked(&parse(&split(true))?, vendor)?;
        Ok((common, parse(&split(false))?))
    }

    fn checked(raw: &Raw, vendor: &Vendor) -> Result<Self, Refusal> {
        let asset = raw.currency.or(vendor.currencies.first().copied()).unwrap_or(Currency::Usd);
        if !vendor.currencies.contains(&asset) {
            return Err(bad("currency", "no invoice can be priced in it"));
        }
        let given =
            raw.base_url.as_deref().or(vendor.base_url).ok_or(bad("base_url", "the server's address"))?;
        let usual = vendor.usual_window;
        let window = within("window_minutes", raw.window_minutes.unwrap_or(usual), vendor.window.clone())?;
        let watch = within("watch_days", raw.watch_days.unwrap_or(7), 1..=30)?;
        let minimum = within("minimum_minor", raw.minimum_minor.unwrap_or(1), 1..=i64::MAX)?;
        let maximum = raw.maximum_minor.map(|most| within("maximum_minor", most, minimum..=i64::MAX));
        Ok(Self {
            asset,
            #[cfg(any(
                feature = "btcpay",
                feature = "cryptopay",
                feature = "heleket",
                feature = "oxapay",
                feature = "plisio"
            ))]
            window_minutes: window,
            route: Route::read("base_url", given, raw.proxy.as_deref(), raw.timeout_seconds)?,
            policy: Policy {
                tolerance_bp: within("tolerance_bp", raw.tolerance_bp.unwrap_or(50), 0..=1_000)?,
                window: SignedDuration::from_mins(i64::from(window)),
                watch: days(watch),
            },
            minimum: Money::new(minimum, asset),
            maximum: maximum.transpose()?.map(|most| Money::new(most, asset)),
        })
    }

    /// What the core must know.
    pub(crate) const fn profile(&self, test: bool) -> GatewayProfile {
        GatewayProfile {
            asset: self.asset,
            confirm: Confirm::Inspect,
            matching: Matching::Reference,
            minimum: Some(self.minimum),
            maximum: self.maximum,
            policy: self.policy,
            refunds: Refunds::Never,
            test,
        }
    }

    /// The way to the processor.
    pub(crate) fn server<'a>(
        &self,
        secrets: impl IntoIterator<Item = &'a Secret<String>>,
        range: Range,
    ) -> Result<Server, Refusal> {
        Server::of_provider(&self.route, secrets, range)
    }
}

#[cfg(any(
    feature = "btcpay",
    feature = "heleket",
    feature = "nowpayments",
    feature = "oxapay",
    feature = "plisio"
))]
/// A key: something that was given to this operator alone.
pub(crate) fn key(setting: &'static str, given: &str) -> Result<Secret<String>, Refusal> {
    let text = given.trim();
    if crate::config::is_placeholder(text) {
        return Err(Refusal::PlaceholderKey);
    }
    within(setting, text.len(), 8..=256)?;
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err(bad(setting, "a key has no spaces and only ASCII characters"))
    }
}

#[cfg(any(feature = "btcpay", feature = "heleket", feature = "nowpayments", feature = "plisio"))]
/// The name of an account, a shop or a coin, as it can stand in an address.
pub(crate) fn name(setting: &'static str, given: &str) -> Result<String, Refusal> {
    let text = given.trim();
    if crate::config::is_placeholder(text) {
        return Err(Refusal::PlaceholderKey);
    }
    if super::answer::is_name(text) {
        Ok(text.to_owned())
    } else {
        Err(bad(setting, "letters, digits, - and _"))
    }
}
