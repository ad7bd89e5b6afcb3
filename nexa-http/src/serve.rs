//! The server loop: poem only routes, the connections are ours.
//!
//! poem's own server has no deadline for a request's head, no cap on connections, and spins when `accept` fails; this
//! loop closes half-sent heads, caps connections, backs off, and drains when told to stop.

use crate::{
    counted,
    entry::{Entry, Plain},
    opening::Opening,
};
use http::{HeaderMap, StatusCode, header};
use http_body_util::combinators::BoxBody;
use hyper::body::{Bytes, Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto,
        graceful::{GracefulShutdown, Watcher},
    },
    service::TowerToHyperService,
};
use poem::{
    Endpoint, IntoEndpoint, Response,
    web::{LocalAddr, RemoteAddr},
};
use std::{
    any::Any, convert::Infallible, error::Error, future::Future, io, net::SocketAddr, sync::Arc,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{NotForContentType, SizeAbove},
    },
};

type Body = BoxBody<Bytes, io::Error>;

/// How much a stranger may ask of the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// How long a client may take to send the head of a request.
    pub head: Duration,
    /// How many connections may be open; others wait in the kernel's queue.
    pub connections: usize,
    /// How long open requests may take once the server is told to stop.
    pub drain: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { head: Duration::from_secs(10), connections: 4096, drain: Duration::from_secs(10) }
    }
}

/// Most header lines of one request.
const MOST_HEADERS: usize = 64;
/// Most bytes of a request's head.
const MOST_HEAD: usize = 16 * 1024;
/// How long to wait after `accept` failed, e.g. for want of file descriptors.
const BACK_OFF: Duration = Duration::from_millis(100);

/// Serves plain HTTP until `stop` is done, then lets open requests end.
pub async fn serve<E>(
    listener: TcpListener,
    routes: E,
    bounds: Bounds,
    stop: impl Future<Output = ()>,
) -> io::Result<()>
where
    E: IntoEndpoint,
    E::Endpoint: Endpoint<Output = Response> + 'static,
{
    serve_through(Plain, listener, routes, bounds, stop).await
}

/// The same behind an entry of your choice, e.g. TLS. Getting through it may take as long as a head, and a connection
/// counts from the moment on that it was accepted.
pub async fn serve_through<N, E>(
    entry: N,
    listener: TcpListener,
    routes: E,
    bounds: Bounds,
    stop: impl Future<Output = ()>,
) -> io::Result<()>
where
    N: Entry,
    E: IntoEndpoint,
    E::Endpoint: Endpoint<Output = Response> + 'static,
{
    let routes = Arc::new(routes.into_endpoint());
    let house = Arc::new(House { entry, routes, builder: builder(&bounds), head: bounds.head });
    let slots = Arc::new(Semaphore::new(bounds.connections));
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let slot = tokio::select! {
            slot = Arc::clone(&slots).acquire_owned() => slot.map_err(io::Error::other)?,
            () = &mut stop => break,
        };
        let (stream, remote) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(BACK_OFF).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        drop(stream.set_nodelay(true));
        let local = listener.local_addr()?;
        let (house, watcher) = (Arc::clone(&house), graceful.watcher());
        let open = counted::Connection::opened();
        #[expect(clippy::disallowed_methods, reason = "the server loop owns a task for each connection")]
        tokio::spawn(async move {
            if let Err(error) = house.attend(stream, local, remote, watcher).await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop((slot, open));
        });
    }
    drop(listener);
    if timeout(bounds.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    Ok(())
}

fn builder(bounds: &Bounds) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head)
        .max_headers(MOST_HEADERS)
        .max_buf_size(MOST_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(30))
        .max_concurrent_streams(128)
        .max_header_list_size(16 * 1024);
    builder
}

/// What all connections share.
struct House<N, E> {
    entry: N,
    routes: Arc<E>,
    builder: auto::Builder<TokioExecutor>,
    head: Duration,
}

impl<N, E> House<N, E>
where
    N: Entry,
    E: Endpoint<Output = Response> + 'static,
{
    async fn attend(
        &self,
        stream: TcpStream,
        local: SocketAddr,
        remote: SocketAddr,
        watcher: Watcher,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let (stream, remote) = timeout(self.head, self.entry.enter(stream, remote)).await??;
        let stream = Opening::new(stream, self.head);
        let (routes, scheme) = (Arc::clone(&self.routes), self.entry.scheme());
        let (local, remote) = (LocalAddr(local.into()), RemoteAddr(remote.into()));
        let service = tower::service_fn(move |request: http::Request<Incoming>| {
            let routes = Arc::clone(&routes);
            let request: poem::Request = (request, local.clone(), remote.clone(), scheme.clone()).into();
            async move { Ok::<http::Response<Body>, Infallible>(routes.get_response(request).await.into()) }
        });
        let text = SizeAbove::new(256)
            .and(NotForContentType::IMAGES)
            .and(NotForContentType::SSE)
            .and(NotForContentType::const_new("font/"));
        let service = ServiceBuilder::new()
            .layer(CompressionLayer::new().gzip(true).compress_when(text))
            .layer(CatchPanicLayer::custom(after_panic))
            .service(service);
        let service = TowerToHyperService::new(service);
        let connection = self.builder.serve_connection(TokioIo::new(stream), service).into_owned();
        watcher.watch(connection).await
    }
}

/// The last net: the routes catch their own panics and answer in the caller's language.
fn after_panic(_: Box<dyn Any + Send>) -> http::Response<String> {
    tracing::error!("a request handler panicked outside the guard");
    let body = r#"{"type":"urn:nexavpn:internal","title":"Error","status":500,"code":"internal","detail":"An accident on our side."}"#;
    let mut response = http::Response::new(body.to_owned());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}
