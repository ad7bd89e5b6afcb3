//! What the program prints, and the proof that no secret is in it.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read},
    process::Child,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// Lines of the log that a failing test shows.
const SHOWN: usize = 60;

/// Everything that one shop's program ever printed, and the secrets that must not be in it.
#[derive(Clone, Default)]
pub struct Output {
    heard: Arc<Mutex<Heard>>,
}

#[derive(Default)]
struct Heard {
    said: String,
    log: String,
    secrets: BTreeSet<String>,
    listeners: Vec<JoinHandle<()>>,
}

impl Output {
    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what a program prints from now on.
    pub fn listen(&self, child: &mut Child) {
        let said = self.keep(child.stdout.take(), |heard| &mut heard.said);
        let log = self.keep(child.stderr.take(), |heard| &mut heard.log);
        self.lock().listeners.extend([said, log]);
    }

    fn keep(
        &self,
        pipe: Option<impl Read + Send + 'static>,
        part: fn(&mut Heard) -> &mut String,
    ) -> JoinHandle<()> {
        let here = self.clone();
        let pipe = pipe.expect("the program's output is piped");
        std::thread::spawn(move || {
            let mut lines = BufReader::new(pipe);
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                part(&mut here.lock()).push_str(&String::from_utf8_lossy(&line));
                line.clear();
            }
        })
    }

    /// Waits until all that ended programs printed was heard.
    pub fn drain(&self) {
        let listeners = std::mem::take(&mut self.lock().listeners);
        for listener in listeners {
            listener.join().unwrap();
        }
    }

    /// What it said to whoever started it.
    pub fn said(&self) -> String {
        self.lock().said.clone()
    }

    /// Its log.
    pub fn log(&self) -> String {
        self.lock().log.clone()
    }

    /// The end of its log.
    pub fn tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(SHOWN)..].join("\n")
    }

    /// From now on this must not be in the log.
    pub fn secret(&self, text: &str) {
        assert!(text.len() >= 8, "too short to be told from chance: {text}");
        self.lock().secrets.insert(text.to_owned());
    }

    /// The one-time link that was printed last.
    pub async fn operator_link(&self) -> String {
        let printed = async {
            loop {
                let said = self.said();
                if let Some(link) = said.lines().rev().map(str::trim).find(|line| line.contains("/operator/"))
                {
                    return link.to_owned();
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        let link = timeout(Duration::from_secs(10), printed).await.expect("a new shop prints a link");
        self.secret(link.rsplit('/').next().unwrap());
        link
    }

    /// No secret and no panic is in the log.
    pub fn assert_clean(&self) {
        let heard = self.lock();
        for secret in &heard.secrets {
            let line = heard.log.lines().find(|line| line.contains(secret.as_str()));
            assert!(line.is_none(), "the log holds the secret {secret}:\n{}", line.unwrap_or_default());
        }
        let bad = ["panicked", "stack backtrace", "RUST_BACKTRACE"];
        let panic = heard.log.lines().find(|line| bad.iter().any(|word| line.contains(word)));
        assert!(panic.is_none(), "{}", panic.unwrap_or_default());
        assert!(heard.log.lines().count() > 3, "the log was heard at all");
    }

    /// How many secrets are watched for, and in how many lines.
    pub fn size(&self) -> (usize, usize) {
        let heard = self.lock();
        (heard.secrets.len(), heard.log.lines().count())
    }
}
