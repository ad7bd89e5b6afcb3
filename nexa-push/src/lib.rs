//! Web Push: messages to browsers through the push services of their makers, behind the core's `Pusher` port.
//!
//! A message is encrypted for one browser (RFC 8291) and sent with a signature that says which shop it comes from
//! (RFC 8292). The push service learns neither what it says nor for whom it is, only when and how much.
//!
//! Addresses come from browsers, that is from strangers. Only hosts of push services that are known are ever called.

mod encrypt;
mod hosts;
mod key;
mod vapid;
mod web_push;

pub use hosts::Hosts;
pub use web_push::WebPush;
