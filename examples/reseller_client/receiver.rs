//! Receives the shop's webhooks and believes only what the shop signed
//! (<https://www.standardwebhooks.com>): HMAC-SHA256 over the id, the moment and the bytes as they came.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::{
    collections::HashSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};

/// Older or newer than this is a message that somebody else sends again.
const MOST_SECONDS: u64 = 300;
/// More than any message has.
const LONGEST: usize = 64 * 1024;
/// Whoever is slower keeps the others waiting.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// One message, as it came.
pub struct Delivery {
    pub id: String,
    timestamp: String,
    signature: String,
    pub body: Vec<u8>,
}

impl Delivery {
    /// Whether the shop signed this with the secret that it showed us once.
    pub fn is_signed_with(&self, secret: &str, now: u64) -> bool {
        let Ok(sent) = self.timestamp.parse::<u64>() else { return false };
        let Ok(key) = BASE64.decode(secret.trim_start_matches("whsec_").as_bytes()) else { return false };
        if sent.abs_diff(now) > MOST_SECONDS {
            return false;
        }
        self.signature.split(' ').filter_map(|one| one.strip_prefix("v1,")).any(|one| {
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return false };
            mac.update(format!("{}.{}.", self.id, self.timestamp).as_bytes());
            mac.update(&self.body);
            // Compares in constant time.
            BASE64.decode(one.as_bytes()).is_ok_and(|given| mac.verify_slice(&given).is_ok())
        })
    }
}

/// Takes calls until the listener is dropped; what is signed and new goes on. A real back end uses its HTTP framework here:
/// all that matters is to check the bytes as they came, to answer first and to work afterwards.
pub async fn receive(listener: TcpListener, secret: String, told: mpsc::Sender<Value>) {
    let mut known = HashSet::new();
    while let Ok((mut stream, _)) = listener.accept().await {
        let Ok(Some(delivery)) = timeout(LONGEST_WAIT, read(&mut stream)).await else { continue };
        let signed = delivery.is_signed_with(&secret, now());
        let status = if signed { "204 No Content" } else { "401 Unauthorized" };
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        drop(stream.write_all(answer.as_bytes()).await);
        // A message may come twice, under the same id.
        if signed
            && known.insert(delivery.id.clone())
            && let Ok(message) = serde_json::from_slice(&delivery.body)
        {
            drop(told.send(message).await);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a program of its own, with the system's clock")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Reads one call with HTTP's plainest means.
async fn read(stream: &mut TcpStream) -> Option<Delivery> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(chunk.get(..read)?);
        (bytes.len() <= LONGEST).then_some(())?;
    };
    let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    let header = |wanted: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim().to_owned())
    };
    let length = header("content-length")?.parse::<usize>().ok().filter(|length| *length <= LONGEST)?;
    let mut body = bytes.get(end + 4..)?.to_vec();
    while body.len() < length {
        let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
        body.extend_from_slice(chunk.get(..read)?);
    }
    Some(Delivery {
        id: header("webhook-id")?,
        timestamp: header("webhook-timestamp")?,
        signature: header("webhook-signature")?,
        body,
    })
}
