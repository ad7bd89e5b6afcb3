//! What a name leads to, judged before a bot calls it: where its Bot API is, somebody typed who may be a reseller.

use nexa_core::address::outbound::{Range, judged};
use reqwest_teloxide::dns::{Addrs, Name, Resolve, Resolving};

/// Looks names up, and gives their addresses if every one of them may be called.
#[derive(Clone, Copy, Debug)]
pub struct Guard(pub Range);

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
    async fn a_bot_of_a_guest_is_not_led_inside() {
        let localhost = || "localhost".parse::<Name>().unwrap();
        assert!(Guard(Range::Public).resolve(localhost()).await.is_err());
        assert!(Guard(Range::Anywhere).resolve(localhost()).await.is_ok());
    }
}
