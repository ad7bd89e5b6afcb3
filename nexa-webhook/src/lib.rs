//! Webhooks: messages to programs elsewhere, behind the core's `Caller` port, signed as Standard Webhooks says
//! (<https://www.standardwebhooks.com>).
//!
//! Addresses are typed by operators and resellers. Each is judged by its text and by what its name leads to at the moment of
//! the call; the call goes to what was judged, and no redirect is followed.
//!
//! ```
//! use nexa_webhook::WebhookCaller;
//!
//! rustls::crypto::ring::default_provider().install_default().ok();
//! // `true` would let it call private addresses too. It goes into `Builder::caller`.
//! let caller = WebhookCaller::new(false)?;
//! # drop(caller);
//! # Ok::<(), nexa_core::domain::refusal::Refusal>(())
//! ```

mod lookup;
mod sign;
mod webhook;

pub use lookup::{Lookup, SystemLookup};
pub use webhook::WebhookCaller;
