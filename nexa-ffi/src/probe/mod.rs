//! How far servers are from this device, and which is the nearest.

mod entries;

use crate::{cancel::Cancel, error::ShopError, shop::Shop};
use entries::Entry;
use futures::{StreamExt, stream};
use nexa_core::{
    frontdesk::{LatencyReport, LinkForm},
    world::World,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

/// At most so many addresses are tried for one subscription; a link has a few for each server.
const MOST: usize = 60;
/// So many at once.
const AT_ONCE: usize = 8;
/// What does not answer within this counts as out of reach.
const PATIENCE: Duration = Duration::from_secs(3);

/// How far one entry of a subscription's link is.
#[derive(Clone, PartialEq, Eq, Debug, uniffi::Record)]
pub struct Reached {
    /// The server's name, as the subscription shows it.
    pub server: String,
    /// What the link calls the entry.
    pub entry: String,
    /// Its host name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Milliseconds to open a TCP connection; none when there was no answer, and for what does not speak TCP.
    pub millis: Option<u32>,
}

/// Measures all servers of one subscription.
///
/// # Behaviour
/// - `finish` tries every address of the link once, at most 8 at the same time and 60 in all, and none for longer than 3
///   seconds; the shop hears of it, so that the link's best servers come first.
/// - After `cancel`, `finish` gives an empty list, and nothing is measured any more.
#[derive(uniffi::Object)]
pub struct Probe {
    shop: Arc<Shop>,
    subscription_id: String,
    cancel: Cancel,
}

impl Probe {
    pub(crate) fn new(shop: Arc<Shop>, subscription_id: String) -> Self {
        Self { shop, subscription_id, cancel: Cancel::default() }
    }

    async fn measure(&self) -> Result<Vec<Reached>, ShopError> {
        let shop = self.shop.as_ref();
        let held = shop.subscription(self.subscription_id.clone()).await?;
        let counter = shop.counter();
        let links = shop.told(counter.document(&held.links, LinkForm::Plain).await)?;
        let servers: Vec<_> = held.servers.into_iter().map(|server| server.name).collect();
        let entries = entries::of(&links, &servers).into_iter().take(MOST);
        let tried = entries.map(|entry| async move {
            let millis = if entry.tcp { counter.reach(&entry.host, entry.port).await } else { None };
            (entry, millis)
        });
        let tried: Vec<_> = stream::iter(tried).buffered(AT_ONCE).collect().await;
        let reports = reports(&tried);
        // The shop's own order of servers is a little worse without it; the customer has what was asked for.
        drop(counter.report(&held.link, reports).await);
        Ok(tried.into_iter().map(|(entry, millis)| entry.reached(millis)).collect())
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl Probe {
    /// Measures, and gives what was found in the order of the link.
    pub async fn finish(&self) -> Result<Vec<Reached>, ShopError> {
        self.cancel.or(self.measure()).await.unwrap_or_else(|| Ok(Vec::new()))
    }

    /// Ends it.
    pub fn cancel(&self) {
        self.cancel.end();
    }
}

/// The best of each server that speaks TCP.
fn reports(tried: &[(Entry, Option<u32>)]) -> Vec<LatencyReport> {
    let mut best: BTreeMap<&str, Option<u32>> = BTreeMap::new();
    for (entry, millis) in tried.iter().filter(|(entry, _)| entry.tcp) {
        let known = best.entry(&entry.server).or_default();
        *known = known.iter().chain(millis).min().copied();
    }
    best.into_iter().map(|(server, ms)| LatencyReport { server: server.to_owned(), ms }).collect()
}

/// The name of the nearest server: the one with the quickest entry, of equals the one that the link names first. None
/// when none was reached.
#[uniffi::export]
#[must_use]
pub fn fastest_server(reached: Vec<Reached>) -> Option<String> {
    let measured = reached.into_iter().filter_map(|one| Some((one.millis?, one.server)));
    measured.min_by_key(|(millis, _)| *millis).map(|(_, server)| server)
}

/// Milliseconds to open a TCP connection, names being resolved before.
pub(crate) async fn dial(world: &World, host: &str, port: u16) -> Option<u32> {
    let tried = async {
        // A device without IPv6 hears at once that an address of that kind leads nowhere: the next one is tried.
        for address in lookup_host((host, port)).await.ok()? {
            let began = world.now();
            let Ok(connection) = TcpStream::connect(address).await else { continue };
            let took = world.now().duration_since(began).as_millis();
            drop(connection);
            return u32::try_from(took).ok();
        }
        None
    };
    timeout(PATIENCE, tried).await.ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::{Reached, fastest_server};

    fn reached(server: &str, millis: Option<u32>) -> Reached {
        let (entry, host) = (server.to_owned(), "example.org".to_owned());
        Reached { server: server.to_owned(), entry, host, port: 443, millis }
    }

    #[test]
    fn the_nearest_is_chosen_and_what_does_not_answer_never() {
        let all = vec![
            reached("Helsinki", Some(80)),
            reached("Dead", None),
            reached("Frankfurt", Some(90)),
            reached("Frankfurt", Some(40)),
            reached("Paris", Some(40)),
        ];
        assert_eq!(fastest_server(all).as_deref(), Some("Frankfurt"));
        assert_eq!(fastest_server(vec![reached("Dead", None)]), None);
        assert_eq!(fastest_server(Vec::new()), None);
    }
}
