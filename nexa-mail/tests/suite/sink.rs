//! A mail server that keeps what it is given, and can misbehave.

use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// How it behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Temper {
    Kind,
    RefusesRecipient,
    HasNoRoom,
    RefusesMail,
    RefusesSignIn,
    PutsOff,
    HangsUp,
}

/// A mail that came.
#[derive(Clone, Default)]
pub struct Got {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
}

#[derive(Default)]
struct Book {
    mails: Mutex<Vec<Got>>,
    lines: Mutex<Vec<String>>,
}

/// The server, at a port of its own.
pub struct Sink {
    pub port: u16,
    book: Arc<Book>,
    task: JoinHandle<()>,
}

impl Sink {
    pub async fn start(temper: Temper) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let book = Arc::new(Book::default());
        let kept = Arc::clone(&book);
        #[expect(clippy::disallowed_methods, reason = "a test owns its server's task")]
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                #[expect(clippy::disallowed_methods, reason = "a test owns its server's tasks")]
                drop(tokio::spawn(async move { talk(stream, temper, &kept).await }));
            }
        });
        Self { port, book, task }
    }

    /// Closes the port.
    pub async fn stop(self) {
        self.task.abort();
        drop(self.task.await);
    }

    pub fn mails(&self) -> Vec<Got> {
        self.book.mails.lock().expect("the book").clone()
    }

    /// Every line that a client said outside of mails.
    pub fn heard(&self) -> Vec<String> {
        self.book.lines.lock().expect("the book").clone()
    }
}

fn between(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(inner, _)| inner.to_owned()).unwrap_or_default()
}

async fn talk(stream: TcpStream, temper: Temper, book: &Book) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).split(b'\n');
    if temper == Temper::HangsUp {
        return Ok(());
    }
    writer.write_all(b"220 sink ESMTP\r\n").await?;
    let mut mail = Got::default();
    while let Some(line) = lines.next_segment().await? {
        let line = String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned();
        book.lines.lock().expect("the book").push(line.clone());
        let word = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let answer = match (word.as_str(), temper) {
            ("EHLO", _) => "250-sink\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n",
            ("AUTH", Temper::RefusesSignIn) => "535 5.7.8 very-secret is wrong\r\n",
            ("AUTH", _) => "235 2.7.0 welcome\r\n",
            ("MAIL", Temper::PutsOff) => "451 4.3.0 later\r\n",
            ("MAIL", _) => {
                mail = Got { from: between(&line), ..Got::default() };
                "250 ok\r\n"
            }
            ("RCPT", Temper::RefusesRecipient) => "550 5.1.1 no sara@example.org here\r\n",
            ("RCPT", Temper::HasNoRoom) => "552 5.2.2 sara@example.org is full\r\n",
            ("RCPT", _) => {
                mail.to.push(between(&line));
                "250 ok\r\n"
            }
            ("DATA", _) => {
                writer.write_all(b"354 go on\r\n").await?;
                while let Some(line) = lines.next_segment().await? {
                    let line = String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned();
                    if line == "." {
                        break;
                    }
                    mail.text.push_str(&line);
                    mail.text.push('\n');
                }
                if temper == Temper::RefusesMail {
                    "554 5.6.0 sara@example.org does not want 01234567\r\n"
                } else {
                    book.mails.lock().expect("the book").push(mail.clone());
                    "250 kept\r\n"
                }
            }
            ("RSET" | "NOOP", _) => "250 ok\r\n",
            ("QUIT", _) => {
                writer.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "502 5.5.2 what?\r\n",
        };
        writer.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}
