//! The gateways of Iran: one way through a bank's page, spoken in four dialects.
//!
//! A page is asked for, the customer pays on it, and comes back with a browser that anybody could have sent. So what the
//! browser says is only a reason to look, and the gateway is asked itself, with our amount: only what it verifies counts.
//! It gives the money back to the card when nobody verifies within a quarter to half an hour, so every attempt is looked
//! at, whether the customer came back or not.
//!
//! Settings that all four take beside their key: optionally `base_url`, `proxy`, `timeout_seconds` (1 to 15, default 10),
//! `window_minutes` (5 to 30, default 20), `minimum` and `maximum` (rial), `description` (what the bank's page says it is
//! for, default the shop's name; at most 200 characters). Amounts are rial; where a gateway counts in toman, one that is
//! no whole toman is refused. None of them sends money back by itself.

#[cfg(feature = "aqayepardakht")]
mod aqayepardakht;
mod codec;
mod gateway;
mod kept;
#[cfg(feature = "nextpay")]
mod nextpay;
mod settings;
mod unit;
#[cfg(feature = "zarinpal")]
mod zarinpal;
#[cfg(feature = "zibal")]
mod zibal;

#[cfg(feature = "aqayepardakht")]
pub use aqayepardakht::AqayepardakhtKind;
#[cfg(feature = "nextpay")]
pub use nextpay::NextpayKind;
pub use unit::{Rial, Toman};
#[cfg(feature = "zarinpal")]
pub use zarinpal::ZarinpalKind;
#[cfg(feature = "zibal")]
pub use zibal::ZibalKind;
