//! Which addresses the adapter may call. The panel's address comes from a reseller's form, so it must not lead into the
//! operator's own network: not by its text, and not by what its name resolves to at the moment of the call.

use nexa_core::address::outbound::{Range, judged};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Resolves names, and gives their addresses if all of them are public, or `allow_private`.
#[derive(Clone, Copy, Debug)]
pub struct Resolver {
    /// Whether private addresses are wanted.
    pub allow_private: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let fit = judged(found.collect(), Range::allowing_private(allow_private))?;
            let fit: Addrs = Box::new(fit.into_iter());
            Ok(fit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        let localhost = || "localhost".parse::<Name>().unwrap();
        assert!(Resolver { allow_private: false }.resolve(localhost()).await.is_err());
        assert!(Resolver { allow_private: true }.resolve(localhost()).await.is_ok());
    }
}
