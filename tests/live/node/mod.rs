//! The embedded data plane with real clients: in a fresh shop, and on nodes in network namespaces.

#[cfg(test)]
mod client;
#[cfg(test)]
mod internet;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod namespaces;
#[cfg(test)]
mod net;
#[cfg(test)]
pub(super) mod scene;
