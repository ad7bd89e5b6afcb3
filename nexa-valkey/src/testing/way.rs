//! A way to the server that can be made slow, and a stranger in its place.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

/// A relay on loopback. It ends with its value.
pub struct Way {
    at: SocketAddr,
    delay: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Way {
    /// A way to a port of this machine, as quick as the machine.
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let delay = Arc::new(AtomicU64::new(0));
        let slow = Arc::clone(&delay);
        let task = beside(async move {
            let mut all = Vec::new();
            while let Ok((here, _)) = listener.accept().await {
                let Ok(there) = TcpStream::connect(("127.0.0.1", port)).await else { continue };
                let (questions, answered) = here.into_split();
                let (answers, asked) = there.into_split();
                all.push(Task(beside(relay(questions, asked, Arc::default()))));
                all.push(Task(beside(relay(answers, answered, Arc::clone(&slow)))));
            }
        });
        Self { at, delay, task }
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> String {
        format!("redis://{}", self.at)
    }

    /// Holds every answer back for so long from now on.
    pub fn delay(&self, millis: u64) {
        self.delay.store(millis, Ordering::Relaxed);
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What runs beside a test, and ends with its value.
pub struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[expect(clippy::disallowed_methods, reason = "a server of a test owns its tasks")]
fn beside(task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(task)
}

async fn relay(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    delay: Arc<AtomicU64>,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        sleep(Duration::from_millis(delay.load(Ordering::Relaxed))).await;
        if to.write_all(buffer.get(..read).unwrap_or_default()).await.is_err() {
            break;
        }
    }
}

/// What a stranger says to everything.
#[derive(Clone, Copy, Debug)]
pub enum Saying {
    /// These bytes, to every request.
    Always(&'static [u8]),
    /// A value that never ends.
    Endless,
    /// Nothing.
    Silence,
    /// It hangs up.
    Goodbye,
}

/// A server that is none, at this address; it ends with its task.
pub async fn stranger(saying: Saying) -> (String, Task) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address");
    let task = beside(async move {
        let mut all = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            all.push(Task(beside(answer(stream, saying))));
        }
    });
    (format!("redis://{at}"), Task(task))
}

async fn answer(mut stream: TcpStream, saying: Saying) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(1..) = stream.read(&mut buffer).await {
        let sent = match saying {
            Saying::Always(bytes) => stream.write_all(bytes).await,
            Saying::Endless => endless(&mut stream).await,
            Saying::Silence => Ok(()),
            Saying::Goodbye => return,
        };
        if sent.is_err() {
            return;
        }
    }
}

async fn endless(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"$500000000000\r\n").await?;
    loop {
        stream.write_all(&[b'x'; 1024]).await?;
        sleep(Duration::from_millis(1)).await;
    }
}
