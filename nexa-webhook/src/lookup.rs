//! What a name leads to, judged before anything is called.

use async_trait::async_trait;
use nexa_core::address::outbound::{Range, judged};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{io, net::SocketAddr, sync::Arc};

/// A way to ask what a name leads to.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// Its addresses; the ports say nothing.
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>>;
}

/// As this machine looks names up.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.collect())
    }
}

/// Looks a name up once for a connection, and gives its addresses if every one of them may be called.
pub struct Guard {
    pub lookup: Arc<dyn Lookup>,
    pub range: Range,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, range) = (Arc::clone(&self.lookup), self.range);
        Box::pin(async move {
            let found = lookup.lookup(name.as_str()).await?;
            let fit: Addrs = Box::new(judged(found, range)?.into_iter());
            Ok(fit)
        })
    }
}
