//! The server loop against bad neighbours.

use nexa_http::{
    entry::{Entry, Plain},
    serve::{Bounds, serve_through},
};
use poem::{Endpoint, EndpointExt, Response, Route, get, handler};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

/// A running server.
pub struct Running {
    pub at: SocketAddr,
    stop: oneshot::Sender<()>,
    done: JoinHandle<std::io::Result<()>>,
}

impl Running {
    pub async fn start(routes: impl Endpoint<Output = Response> + 'static, bounds: Bounds) -> Self {
        Self::start_through(Plain, routes, bounds).await
    }

    pub async fn start_through(
        entry: impl Entry,
        routes: impl Endpoint<Output = Response> + 'static,
        bounds: Bounds,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        #[expect(clippy::disallowed_methods, reason = "the test owns its server")]
        let done =
            tokio::spawn(serve_through(entry, listener, routes, bounds, async { drop(stopped.await) }));
        Self { at, stop, done }
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.at).await.unwrap()
    }

    /// Sends bytes on a connection of its own and reads until the server closes it.
    pub async fn say(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        // A server that has heard enough may close before all is written.
        drop(stream.write_all(bytes).await);
        heard(&mut stream).await
    }

    pub async fn end(self) {
        self.stop.send(()).unwrap();
        timeout(Duration::from_secs(15), self.done).await.expect("the server drains").unwrap().unwrap();
    }
}

/// What comes until the connection ends.
pub async fn heard(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes);
    drop(timeout(Duration::from_secs(10), read).await.expect("the server closes the connection"));
    String::from_utf8_lossy(&bytes).into_owned()
}

#[handler]
fn hello() -> String {
    "hello ".repeat(200)
}

#[handler]
async fn slow() -> &'static str {
    sleep(Duration::from_millis(600)).await;
    "late"
}

#[handler]
fn broken() -> &'static str {
    panic!("on purpose")
}

fn routes() -> impl Endpoint<Output = Response> {
    Route::new().at("/", get(hello)).at("/slow", get(slow)).at("/broken", get(broken)).map_to_response()
}

fn impatient() -> Bounds {
    Bounds { head: Duration::from_millis(500), ..Bounds::default() }
}

#[tokio::test]
async fn a_half_sent_head_is_closed() {
    let server = Running::start(routes(), impatient()).await;
    let begun = Instant::now();
    let answer = server.say(b"GET / HTTP/1.1\r\nHost: x\r\n").await;
    assert!(!answer.contains("200 OK"), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    server.end().await;
}

#[tokio::test]
async fn a_dripping_head_is_closed() {
    let server = Running::start(routes(), impatient()).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    let mut written = 0;
    for _ in 0..40 {
        sleep(Duration::from_millis(100)).await;
        if stream.write_all(b"X-A: b\r\n").await.is_err() {
            break;
        }
        written += 1;
    }
    assert!(written < 20, "the connection lived for {written} drips");
    server.end().await;
}

#[tokio::test]
async fn a_panic_is_a_500_and_the_next_request_works() {
    let server = Running::start(routes(), Bounds::default()).await;
    let answer = server.say(b"GET /broken HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    assert!(answer.contains("application/problem+json") && !answer.contains("on purpose"), "{answer}");
    let answer = server.say(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.end().await;
}

#[tokio::test]
async fn connections_beyond_the_cap_wait() {
    let server = Running::start(routes(), Bounds { connections: 1, ..Bounds::default() }).await;
    let mut first = server.connect().await;
    first.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut byte = [0; 1];
    first.read_exact(&mut byte).await.unwrap();
    let mut second = server.connect().await;
    second.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let early = timeout(Duration::from_millis(300), second.read_exact(&mut byte)).await;
    assert!(early.is_err(), "the second connection was served beside the first");
    drop(first);
    assert!(heard(&mut second).await.contains("hello"), "it is served once there is room");
    server.end().await;
}

#[tokio::test]
async fn head_has_no_body_and_text_is_compressed() {
    let server = Running::start(routes(), Bounds::default()).await;
    let answer = server.say(b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\n"), "{answer}");
    let asked = b"GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n";
    let answer = server.say(asked).await;
    assert!(answer.contains("content-encoding: gzip"), "{answer}");
    server.end().await;
}

#[tokio::test]
async fn open_requests_end_before_the_server_does() {
    let server = Running::start(routes(), Bounds::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(100)).await;
    let at = server.at;
    server.end().await;
    assert!(heard(&mut stream).await.contains("late"));
    assert!(TcpStream::connect(at).await.is_err(), "nobody listens any more");
}
