//! What gateways that watch chains share: checks of pasted keys, accounts of 20 bytes, tokens.

#[cfg(any(feature = "evm", feature = "tron"))]
pub(crate) mod account;
pub(crate) mod private;
pub(crate) mod published;
#[cfg(any(feature = "evm", feature = "tron"))]
pub(crate) mod token;
