//! How a shop steers nodes on other machines: one TLS connection each, on which the port's calls are asked and answered.

mod join;
mod key;
mod remote;
mod serve;
mod tls;
mod token;
mod wire;

pub use join::{kept_shop, own_key};
pub use key::{KeyHash, OwnKey};
pub use remote::Remote;
pub use token::JoinToken;
