//! Mails over SMTP (RFC 5321): to the one server that was set up, over TLS unless it is on this machine.

mod settings;
mod smtp;

pub use settings::{NAMES, Security, Settings};
pub use smtp::Smtp;
