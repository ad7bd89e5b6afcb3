//! What the engine needs from the outside. Each port has a "Behaviour" block; `conformance/` has a test per sentence.

pub mod caller;
pub mod gateway;
pub mod limiter;
pub mod mailer;
pub mod notifier;
pub mod outcome;
pub mod panel;
pub mod pusher;
pub mod rates;
pub mod stash;
pub mod storage;
