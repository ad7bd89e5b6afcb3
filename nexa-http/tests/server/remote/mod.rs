//! The remote storefront against the real server, and against all that may stand in its place.

mod bases;
mod hostile;
mod kept;
mod odd;
mod once;
mod refusals;
mod stand_in;
mod tls;
mod versions;
mod views;
mod ways;

use super::{shop::Shop, wire::Running};
use nexa_core::{error::Result, storefront::Storefront};
use nexa_http::{
    Config,
    client::{FolderCache, Remote, RemoteSettings, ViewCache},
    routes,
    serve::Bounds,
};
use std::{sync::Arc, time::Duration};

/// The shop on a socket.
pub async fn online(shop: &Shop) -> (Running, String) {
    let server =
        Running::start(routes(shop.nexa.clone(), Config::new(super::shop::URL)), Bounds::default()).await;
    let base = format!("http://{}", server.at);
    (server, base)
}

/// Settings that give up soon.
pub fn hasty(bases: &[&str]) -> RemoteSettings {
    RemoteSettings { deadline: Duration::from_secs(5), ..RemoteSettings::new(bases.iter().copied()) }
}

pub fn remote(base: &str) -> Remote {
    Remote::new(hasty(&[base])).unwrap()
}

pub fn folder() -> (tempfile::TempDir, Arc<dyn ViewCache>) {
    let home = tempfile::tempdir().unwrap();
    let cache = FolderCache::new(home.path().join("cache")).unwrap();
    (home, Arc::new(cache))
}

/// Nothing listens there.
pub async fn nowhere() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

pub fn is_offline<T: std::fmt::Debug>(result: &Result<T>) -> bool {
    matches!(result, Err(nexa_core::error::Error::Offline { .. }))
}

/// It is not known whether something was done, and nobody may do it again unasked.
pub fn is_unknown<T: std::fmt::Debug>(result: &Result<T>) -> bool {
    use nexa_core::error::{Error, Failure, Part, Retry};
    matches!(result, Err(Error::Failed(Failure { part: Part::Shop, retry: Retry::Never, .. })))
}

#[tokio::test]
async fn a_customer_buys_over_the_wire() {
    use nexa_core::{
        secret::Secret,
        storefront::model::{CheckoutRequest, Purpose},
    };
    let shop = Shop::open().await;
    let (server, base) = online(&shop).await;
    let mine = remote(&base).signed_in(Secret::new(shop.customer(1000).await));
    let plan_id = Some(mine.plans().await.unwrap().remove(0).plan_id);
    let method = "wallet".to_owned();
    let wish = CheckoutRequest { purpose: Purpose::New, method, plan_id, ..CheckoutRequest::default() };
    for left in [501, 2] {
        mine.checkout(wish.clone(), None).await.unwrap();
        assert_eq!(
            mine.me().await.unwrap().wallet.minor,
            left,
            "an answered wish is a new one the next time"
        );
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_threads_may_call_at_once() {
    let shop = Shop::open().await;
    let (server, base) = online(&shop).await;
    let remote = remote(&base);
    let calls = (0..64).map(|_| {
        let remote = remote.clone();
        #[expect(clippy::disallowed_methods, reason = "threads are what is tested")]
        tokio::spawn(async move { remote.plans().await })
    });
    for call in futures::future::join_all(calls).await {
        assert_eq!(call.unwrap().unwrap().len(), 1);
    }
    drop(remote);
    server.end().await;
}
