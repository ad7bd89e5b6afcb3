//! A mail server that takes every mail and shows it (RFC 5321).

use std::sync::{Arc, Mutex, PoisonError};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    runtime::Handle,
    task::AbortHandle,
    time::{Duration, Instant, sleep},
};

/// Longer than a mail takes that goes out at once.
const PATIENCE: Duration = Duration::from_secs(40);

/// A mail as it came over the line.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    pub raw: String,
}

impl Letter {
    /// A header; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default();
        let named = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        named.unwrap_or_default()
    }
}

/// The server. It ends when it is dropped.
pub struct MailSink {
    port: u16,
    letters: Arc<Mutex<Vec<Letter>>>,
    serve: AbortHandle,
}

impl Drop for MailSink {
    fn drop(&mut self) {
        self.serve.abort();
    }
}

impl MailSink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let letters = Arc::<Mutex<Vec<Letter>>>::default();
        let kept = Arc::clone(&letters);
        let here = Handle::current();
        let within = here.clone();
        let serve = here.spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                within.spawn(talk(line, Arc::clone(&kept)));
            }
        });
        Self { port, letters, serve: serve.abort_handle() }
    }

    pub fn port(&self) -> String {
        self.port.to_string()
    }

    /// All mails to an address.
    pub fn to(&self, address: &str) -> Vec<Letter> {
        let all = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter(|letter| letter.to == address).cloned().collect()
    }

    /// The mail to an address that is so many mails behind its first, once it came.
    pub async fn nth(&self, address: &str, behind: usize) -> Letter {
        let began = Instant::now();
        loop {
            if let Some(letter) = self.to(address).into_iter().nth(behind) {
                return letter;
            }
            assert!(began.elapsed() < PATIENCE, "no mail {behind} came to {address}: {:?}", self.to(address));
            sleep(Duration::from_millis(100)).await;
        }
    }
}

async fn talk(mut line: TcpStream, kept: Arc<Mutex<Vec<Letter>>>) -> Option<()> {
    let (reads, mut writes) = line.split();
    let mut lines = BufReader::new(reads).lines();
    writes.write_all(b"220 sink\r\n").await.ok()?;
    let mut to = String::new();
    while let Some(said) = lines.next_line().await.ok()? {
        let verb = said.to_ascii_uppercase();
        let answer = match verb.as_str() {
            "DATA" => {
                writes.write_all(b"354 go on\r\n").await.ok()?;
                let mut raw = String::new();
                while let Some(text) = lines.next_line().await.ok()?.filter(|text| text != ".") {
                    raw.push_str(text.strip_prefix('.').unwrap_or(&text));
                    raw.push_str("\r\n");
                }
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(Letter { to: to.clone(), raw });
                "250 kept"
            }
            "QUIT" => {
                writes.write_all(b"221 bye\r\n").await.ok()?;
                return Some(());
            }
            _ => {
                if verb.starts_with("RCPT TO:") {
                    to = said.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                }
                "250 so be it"
            }
        };
        writes.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
    Some(())
}
