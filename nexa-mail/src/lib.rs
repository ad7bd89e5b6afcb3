//! Mails over SMTP (RFC 5321): to the one server that was set up, over TLS unless it is on this machine. That server signs
//! them (DKIM), as it does for whoever else sends through it.
//!
//! ```no_run
//! use nexa_core::{Builder, domain::refusal::Refusal, world::{OsEntropy, SystemClock, World}};
//! use nexa_mail::{Post, Settings, Smtp};
//! use std::sync::Arc;
//!
//! fn with_mail(builder: Builder, settings: &Settings) -> Result<Builder, Refusal> {
//!     let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
//!     let Some(smtp) = Smtp::new(settings, world)? else { return Ok(builder) };
//!     let smtp = Arc::new(smtp);
//!     Ok(builder.notifier(Arc::new(Post::new(Arc::clone(&smtp)))).mailer(smtp))
//! }
//! ```

mod notifier;
mod settings;
mod smtp;

pub use notifier::Post;
pub use settings::{NAMES, Security, Settings};
pub use smtp::Smtp;
