//! Servers that are not the shop, or not quite.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// What a stand-in does with a request.
pub enum Reply {
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// These bytes, then nothing for a long time.
    Stall(Vec<u8>),
    /// These bytes, then more of the last of them without an end.
    Endless(Vec<u8>),
    /// The connection breaks.
    Break,
}

/// An answer with all that belongs to it.
pub fn reply(status: &str, kind: &str, body: &str) -> Reply {
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n", body.len());
    Reply::Bytes(format!("{head}connection: close\r\n\r\n{body}").into_bytes())
}

pub fn json(body: &str) -> Reply {
    reply("200 OK", "application/json", body)
}

/// A server that answers as it is told, and remembers what it was asked.
#[derive(Clone)]
pub struct StandIn {
    pub base: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl StandIn {
    /// `answer` gets the number of the request, from 0, and its text.
    pub async fn that(answer: impl Fn(usize, &str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let (answer, ears) = (Arc::new(answer), Arc::clone(&heard));
        #[expect(clippy::disallowed_methods, reason = "the test owns its server")]
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, ears) = (Arc::clone(&answer), Arc::clone(&ears));
                tokio::spawn(async move { attend(stream, &ears, &*answer).await });
            }
        });
        Self { base, heard }
    }

    pub async fn always(make: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        Self::that(move |_, _| make()).await
    }

    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn attend(
    mut stream: TcpStream,
    ears: &Mutex<Vec<String>>,
    answer: &(dyn Fn(usize, &str) -> Reply + Sync),
) {
    let Some(request) = request(&mut stream).await else { return };
    let reply = {
        let mut heard = ears.lock().unwrap();
        heard.push(request.clone());
        answer(heard.len() - 1, &request)
    };
    // Whoever asked may have gone.
    let _gone = match reply {
        Reply::Bytes(bytes) => {
            let sent = stream.write_all(&bytes).await;
            let _shut = stream.shutdown().await;
            sent
        }
        Reply::Stall(bytes) => {
            let sent = stream.write_all(&bytes).await;
            sleep(Duration::from_mins(1)).await;
            sent
        }
        Reply::Endless(bytes) => {
            let more = vec![*bytes.last().unwrap(); 64 * 1024];
            let mut sent = stream.write_all(&bytes).await;
            while sent.is_ok() {
                sent = stream.write_all(&more).await;
            }
            sent
        }
        Reply::Break => socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)),
    };
}

/// A request with its body, as text.
pub async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length:")
                    .map(|n| n.trim().parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

/// Stands before a server, and loses the answers to the first `lost` requests that begin with `what`, after the server gave
/// them. What it was asked is in the list.
pub async fn losing(
    server: SocketAddr,
    what: &'static str,
    lost: usize,
) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let ears = Arc::clone(&heard);
    #[expect(clippy::disallowed_methods, reason = "the test owns its server")]
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let ears = Arc::clone(&ears);
            tokio::spawn(async move {
                let Some(text) = request(&mut near).await else { return };
                let loses = {
                    let mut heard = ears.lock().unwrap();
                    heard.push(text.clone());
                    let alike = heard.iter().filter(|request| request.starts_with(what)).count();
                    text.starts_with(what) && alike <= lost
                };
                let mut far = TcpStream::connect(server).await.unwrap();
                let alone = text.replacen("\r\n", "\r\nconnection: close\r\n", 1);
                far.write_all(alone.as_bytes()).await.unwrap();
                let mut answer = Vec::new();
                drop(far.read_to_end(&mut answer).await);
                if !loses {
                    let _gone = near.write_all(&answer).await;
                }
            });
        }
    });
    (base, heard)
}
