//! The HTTP front of NexaVPN: the OpenAPI service, the customer's link, gateways' callbacks and a few pages.
//!
//! It parses, calls a driving port of the core and renders; it holds no rule of the shop. Mount [`routes`] in your own
//! poem application, or let [`serve::serve`] run them:
//!
//! ```no_run
//! # async fn run(nexa: impl nexa_http::Doors) -> std::io::Result<()> {
//! let config = nexa_http::Config::new("https://shop.example.org");
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! let stop = async { drop(tokio::signal::ctrl_c().await) };
//! nexa_http::serve::serve(listener, nexa_http::routes(nexa, config), nexa_http::serve::Bounds::default(), stop).await
//! # }
//! ```
//!
//! | feature  | what it adds                                        |
//! |----------|-----------------------------------------------------|
//! | `server` | the routes and the server loop                      |
//! | `tls`    | TLS in the server loop                              |
//! | `acme`   | certificates by ACME for it                         |
//! | `client` | [`client::Remote`]: the customer's port over HTTP   |
//! | `app`    | the `nexa` binary, with every adapter of the project |

pub mod paths;

#[cfg(feature = "server")]
pub mod address;
#[cfg(feature = "server")]
pub mod admin;
#[cfg(feature = "server")]
pub mod api;
#[cfg(feature = "server")]
mod caller;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "server")]
mod counted;
#[cfg(feature = "server")]
mod desk;
#[cfg(feature = "server")]
mod docs;
#[cfg(feature = "server")]
mod draining;
#[cfg(feature = "server")]
pub mod entry;
#[cfg(feature = "server")]
pub mod guard;
#[cfg(feature = "server")]
mod hooks;
#[cfg(feature = "server")]
mod limits;
#[cfg(feature = "server")]
mod link;
#[cfg(feature = "server")]
mod listeners;
#[cfg(feature = "server")]
pub mod once;
#[cfg(feature = "server")]
mod opening;
#[cfg(feature = "server")]
mod origin;
#[cfg(feature = "server")]
mod pdf;
#[cfg(feature = "server")]
pub mod problem;
#[cfg(feature = "server")]
pub mod redirect;
#[cfg(feature = "server")]
mod routes;
#[cfg(feature = "server")]
mod say;
#[cfg(feature = "server")]
pub mod serve;
#[cfg(feature = "server")]
mod takeaway;
#[cfg(feature = "tls")]
pub mod tls;
#[cfg(feature = "server")]
mod uploads;
#[cfg(feature = "server")]
mod web;

#[cfg(feature = "server")]
pub use counted::METRICS;
#[cfg(feature = "server")]
pub use desk::{Config, Desk, Doors, Updates};
#[cfg(feature = "server")]
pub use draining::Draining;
#[cfg(feature = "server")]
pub use routes::routes;
