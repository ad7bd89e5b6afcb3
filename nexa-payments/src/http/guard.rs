//! What a name leads to, judged before anything is called: a reseller's servers must not be those of whoever lets them sell.

use nexa_core::address::outbound::{Range, judged};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Looks names up, and gives their addresses if every one of them may be called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard(pub(super) Range);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let range = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let fit: Addrs = Box::new(judged(found.collect(), range)?.into_iter());
            Ok(fit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_that_leads_inside_is_called_only_by_whom_it_is_allowed() {
        let localhost = || "localhost".parse::<Name>().unwrap();
        assert!(Guard(Range::Public).resolve(localhost()).await.is_err());
        assert!(Guard(Range::Anywhere).resolve(localhost()).await.is_ok());
    }
}
