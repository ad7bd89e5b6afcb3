//! The settings of every kind, described so that a page can ask for them. What each means stands at the kind.

use nexa_core::domain::setting::{Field, Input};

const fn text(name: &'static str) -> Field {
    Field::new(name, Input::Text)
}

const fn secret(name: &'static str) -> Field {
    Field::new(name, Input::Secret)
}

const fn number(name: &'static str) -> Field {
    Field::new(name, Input::Number)
}

const fn flag(name: &'static str) -> Field {
    Field::new(name, Input::Flag)
}

const fn lines(name: &'static str) -> Field {
    Field::new(name, Input::Lines)
}

const fn choice(name: &'static str, words: &'static [&'static str]) -> Field {
    Field::new(name, Input::Choice(words))
}

const fn old_secret(name: &'static str) -> Field {
    secret(name).seldom()
}

/// Where calls go.
const fn place(name: &'static str) -> Field {
    text(name).destination()
}

/// The proxy on the way there. Its address may hold a password.
const PROXY: Field = secret("proxy").seldom().destination();

/// Where and how patiently a provider is asked.
const ROUTE: [Field; 3] = [place("base_url").seldom(), PROXY, number("timeout_seconds").seldom()];
const WINDOW: Field = number("window_minutes").seldom();
const WATCH: Field = number("watch_days").seldom();
const TOLERANCE: Field = number("tolerance_bp").seldom();
const GAP: Field = number("gap_millis").seldom();
const COOL_DOWN: Field = number("cool_down_hours").seldom();

/// What is common to chains.
const CHAIN: [Field; 5] = [WINDOW, WATCH, TOLERANCE, PROXY, number("timeout_seconds").seldom()];

/// The settings of a processor: its own, and those that all of them have.
#[cfg(feature = "processor")]
fn processor(own: &[Field], currencies: &'static [&'static str]) -> Vec<Field> {
    let common = [
        choice("currency", currencies),
        number("minimum_minor"),
        number("maximum_minor"),
        WINDOW,
        WATCH,
        TOLERANCE,
    ];
    [own, &common, &ROUTE].concat()
}

#[cfg(feature = "card")]
pub(crate) fn card() -> Vec<Field> {
    vec![
        text("cards.*.number").needed(),
        text("cards.*.holder").needed(),
        text("cards.*.bank").needed(),
        number("cards.*.weight"),
        number("cards.*.daily_cap_minor"),
        choice("cards.*.sms_rule", &["mellat", "pasargad", "resalat", "blu"]),
        choice("currency", &["IRR", "USD", "EUR", "RUB", "CNY"]),
        secret("sms.secret"),
        number("sms.cap_minor"),
        old_secret("sms.previous_secret.secret"),
        text("sms.previous_secret.until").seldom(),
        WINDOW,
        number("step").seldom(),
        number("steps").seldom(),
        COOL_DOWN,
    ]
}

#[cfg(feature = "utxo")]
pub(crate) fn utxo() -> Vec<Field> {
    let own = [
        secret("key").needed(),
        choice("network", &["main", "test", "regtest"]),
        lines("servers").seldom().destination(),
        number("confirmations").seldom(),
        GAP,
    ];
    [&own[..], &CHAIN].concat()
}

#[cfg(feature = "evm")]
pub(crate) fn evm() -> Vec<Field> {
    let own = [
        secret("key").needed(),
        lines("servers").needed().destination(),
        number("confirmations").seldom(),
        number("blocks_per_call").seldom(),
        GAP,
        number("testnet.chain_id").seldom(),
        text("testnet.contract").seldom(),
        number("testnet.decimals").seldom(),
    ];
    [&own[..], &CHAIN].concat()
}

#[cfg(feature = "tron")]
pub(crate) fn tron() -> Vec<Field> {
    let own = [
        lines("addresses"),
        secret("key"),
        secret("api_key"),
        number("step").seldom(),
        number("steps").seldom(),
        COOL_DOWN,
        lines("servers").seldom().destination(),
        GAP,
        text("testnet.contract").seldom(),
    ];
    [&own[..], &CHAIN].concat()
}

#[cfg(feature = "ton")]
pub(crate) fn ton() -> Vec<Field> {
    let own = [
        text("address").needed(),
        choice("network", &["main", "test"]),
        lines("servers").seldom().destination(),
        text("master").seldom(),
        GAP,
    ];
    [&own[..], &CHAIN].concat()
}

#[cfg(feature = "monero")]
pub(crate) fn monero() -> Vec<Field> {
    let own = [
        place("wallet_rpc").needed(),
        text("address").needed(),
        text("user"),
        secret("password"),
        number("account").seldom(),
        choice("network", &["main", "stagenet", "testnet", "regtest"]),
        number("confirmations").seldom(),
    ];
    [&own[..], &CHAIN].concat()
}

#[cfg(feature = "stars")]
pub(crate) fn stars() -> Vec<Field> {
    vec![
        secret("token").needed(),
        flag("test_environment"),
        WINDOW,
        place("api_url").seldom(),
        PROXY,
        number("timeout_seconds").seldom(),
    ]
}

#[cfg(feature = "oxapay")]
pub(crate) fn oxapay() -> Vec<Field> {
    let own = [
        secret("merchant_api_key").needed(),
        flag("sandbox"),
        old_secret("previous_merchant_api_key.secret"),
        text("previous_merchant_api_key.until").seldom(),
    ];
    processor(&own, &["USD", "EUR", "USDT", "IRR", "RUB", "CNY", "USDC", "BTC", "LTC", "TON"])
}

#[cfg(feature = "nowpayments")]
pub(crate) fn nowpayments() -> Vec<Field> {
    let own = [
        secret("api_key").needed(),
        secret("ipn_secret").needed(),
        text("pay_currency").needed(),
        flag("sandbox"),
        old_secret("previous_ipn_secret.secret"),
        text("previous_ipn_secret.until").seldom(),
    ];
    processor(&own, &["USD", "EUR", "RUB", "CNY"])
}

#[cfg(feature = "cryptopay")]
pub(crate) fn cryptopay() -> Vec<Field> {
    let own = [secret("token").needed(), flag("testnet")];
    processor(&own, &["USD", "EUR", "RUB", "CNY", "USDT", "USDC", "BTC", "LTC"])
}

#[cfg(feature = "heleket")]
pub(crate) fn heleket() -> Vec<Field> {
    let own = [text("merchant").needed(), secret("payment_key").needed()];
    processor(&own, &["USD", "EUR", "RUB", "CNY", "IRR", "USDT", "USDC", "BTC", "LTC", "TON"])
}

#[cfg(feature = "plisio")]
pub(crate) fn plisio() -> Vec<Field> {
    let own = [secret("secret_key").needed(), text("pay_currency").needed()];
    processor(&own, &["USD", "EUR", "IRR", "RUB", "CNY"])
}

#[cfg(feature = "btcpay")]
pub(crate) fn btcpay() -> Vec<Field> {
    let own = [
        place("base_url").needed(),
        text("store_id").needed(),
        secret("api_key").needed(),
        secret("webhook_secret").needed(),
        flag("test"),
        choice("speed_policy", &["HighSpeed", "MediumSpeed", "LowMediumSpeed", "LowSpeed"]).seldom(),
        old_secret("previous_webhook_secret.secret"),
        text("previous_webhook_secret.until").seldom(),
    ];
    let common = processor(&own, &["USD", "EUR", "RUB", "CNY", "IRR", "USDT", "BTC", "LTC", "XMR"]);
    // Every operator has a server of their own, so its address stands first.
    common.into_iter().filter(|field| field.name != "base_url" || field.needed).collect()
}

/// What the banks' pages of Iran take; `key` is what each calls the operator's key.
#[cfg(feature = "rial")]
pub(crate) fn rial(key: &'static str) -> Vec<Field> {
    let own = [secret(key).needed(), number("minimum"), number("maximum"), text("description"), WINDOW];
    [&own[..], &ROUTE].concat()
}

#[cfg(feature = "stripe")]
pub(crate) fn stripe() -> Vec<Field> {
    let own = [
        secret("secret_key").needed(),
        secret("webhook_secret").needed(),
        choice("currency", &["USD", "EUR"]),
        number("minimum"),
        number("maximum"),
        text("product_name"),
        old_secret("previous_webhook_secret.secret"),
        text("previous_webhook_secret.until").seldom(),
        WINDOW,
    ];
    [&own[..], &ROUTE].concat()
}

#[cfg(feature = "epay")]
pub(crate) fn epay() -> Vec<Field> {
    vec![
        place("base_url").needed(),
        text("pid").needed(),
        secret("key").needed(),
        choice("method", &["alipay", "wxpay", "qqpay"]),
        flag("query"),
        number("minimum"),
        number("maximum"),
        text("product_name"),
        WINDOW,
        PROXY,
        number("timeout_seconds").seldom(),
    ]
}

pub(crate) fn sandbox() -> Vec<Field> {
    vec![secret("secret").needed(), choice("currency", &["USD", "EUR", "IRR", "RUB", "CNY"]), WINDOW]
}
