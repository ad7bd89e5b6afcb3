//! The Internet, as far as a test needs it: a web server and an echo on this machine.

use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, UdpSocket},
    task::JoinSet,
    time::{Duration, sleep},
};

/// Servers that live as long as this does.
pub struct Internet {
    pub web: SocketAddr,
    pub packets: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Internet {
    pub async fn begin() -> Self {
        let mut tasks = JoinSet::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let web = listener.local_addr().unwrap();
        tasks.spawn(async move {
            let mut visitors = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                visitors.spawn(serve(stream));
            }
        });
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let packets = socket.local_addr().unwrap();
        tasks.spawn(async move {
            let mut buffer = vec![0; 65_536];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
                drop(socket.send_to(&buffer[..length], peer).await);
            }
        });
        Self { web, packets, _tasks: tasks }
    }

    /// A file of so many bytes.
    pub fn file(&self, bytes: u64) -> String {
        format!("http://{}/{bytes}", self.web)
    }

    /// A file that comes at one MiB a second.
    pub fn slow_file(&self, bytes: u64) -> String {
        format!("http://{}/slow/{bytes}", self.web)
    }
}

/// `GET /{bytes}` and `GET /slow/{bytes}`.
async fn serve(mut stream: tokio::net::TcpStream) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte).await {
            Ok(1) if head.len() < 4096 => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head);
    let path = head.split(' ').nth(1).unwrap_or_default();
    let slow = path.starts_with("/slow/");
    let mut left: usize = path.rsplit('/').next().and_then(|text| text.parse().ok()).unwrap_or(0);
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {left}\r\nConnection: close\r\n\r\n");
    if stream.write_all(answer.as_bytes()).await.is_err() {
        return;
    }
    let chunk = vec![b'x'; 131_072];
    while left > 0 {
        let now = left.min(chunk.len());
        if stream.write_all(&chunk[..now]).await.is_err() {
            return;
        }
        left -= now;
        if slow {
            sleep(Duration::from_millis(125)).await;
        }
    }
}
