//! The shop as a fixture of the customer's port again, but its customers come over HTTP.

use crate::world::Shop;
use async_trait::async_trait;
use nexa_core::{
    conformance::storefront::{Belongings, Fixture},
    secret::Secret,
    storefront::Storefront,
};
use nexa_http::{
    Config,
    client::{Remote, RemoteSettings},
    routes,
    serve::{Bounds, serve},
};
use std::sync::Arc;
use tokio::{net::TcpListener, sync::oneshot};

/// A shop on a socket of this machine.
pub struct Online {
    shop: Shop,
    guest: Remote,
    /// The server stops when this goes.
    _open: oneshot::Sender<()>,
}

impl Online {
    pub async fn open(shop: Shop) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let (open, closed) = oneshot::channel::<()>();
        let routes = routes(shop.nexa.clone(), Config::new(&base));
        let server = serve(listener, routes, Bounds::default(), async { drop(closed.await) });
        #[expect(clippy::disallowed_methods, reason = "the test owns its server")]
        tokio::spawn(server);
        let guest = Remote::new(RemoteSettings::new([base])).expect("settings");
        Self { shop, guest, _open: open }
    }
}

#[async_trait]
impl Fixture for Online {
    fn guest(&self) -> Arc<dyn Storefront> {
        Arc::new(self.guest.clone())
    }
    async fn enter(&self, token: &str) -> Arc<dyn Storefront> {
        // The shop makes ready for visitors; who comes does so over HTTP.
        drop(Fixture::enter(&self.shop, token).await);
        Arc::new(self.guest.signed_in(Secret::new(token.to_owned())))
    }
    fn gateway(&self) -> String {
        self.shop.gateway()
    }
    async fn fill_wallet(&self, user_id: &str) {
        self.shop.fill_wallet(user_id).await;
    }
    async fn work(&self) {
        self.shop.work().await;
    }
    async fn set_gateway(&self, works: bool) {
        self.shop.set_gateway(works).await;
    }
    async fn leads_somewhere(&self, link: &str) -> bool {
        self.shop.leads_somewhere(link).await
    }
    async fn foreign(&self) -> Belongings {
        self.shop.foreign().await
    }
    async fn adopt_services(&self) {
        self.shop.adopt_services().await;
    }
    async fn make_service(&self) -> String {
        self.shop.make_service().await
    }
    async fn make_coupon(&self, code: &str, percent: u32, times: u32) {
        self.shop.make_coupon(code, percent, times).await;
    }
}
