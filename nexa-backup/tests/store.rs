//! Backups in an S3-compatible store, played by a small server of the test's own: it refuses what is not signed.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and serves itself"
)]

use jiff::Timestamp;
use nexa_backup::{ArchiveName, Settings, Target};
use std::{
    collections::BTreeMap,
    fs,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// What the store holds, and how it misbehaves.
#[derive(Default)]
struct Held {
    objects: BTreeMap<String, Vec<u8>>,
    parts: BTreeMap<u32, Vec<u8>>,
    uploads: u32,
    /// The last byte of what is kept is lost.
    forgetful: bool,
}

type Shared = Arc<Mutex<Held>>;

async fn start() -> (String, Shared) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let held = Shared::default();
    let shared = Arc::clone(&held);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&shared)));
        }
    });
    (url, held)
}

async fn serve(stream: TcpStream, held: Shared) {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut first, mut signed, mut length) = (String::new(), false, 0_usize);
        if stream.read_line(&mut first).await.unwrap_or(0) == 0 {
            return;
        }
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            let Some((name, value)) = line.trim().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap(),
                "authorization" => {
                    // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
                    signed = value.trim().starts_with("AWS4-HMAC-SHA256 Credential=shop/")
                        && value.contains("/us-east-1/s3/aws4_request")
                        && value.contains("SignedHeaders=host;")
                        && value.split("Signature=").nth(1).is_some_and(|s| s.trim().len() == 64);
                }
                _ => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let (status, tag, body) =
            if signed { answer(&held, method, target, body) } else { (403, String::new(), Vec::new()) };
        let length = body.len();
        let begin = format!(
            "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nETag: \"{tag}\"\r\n\
             Last-Modified: Sat, 28 Nov 2026 06:00:00 GMT\r\n\r\n"
        );
        stream.write_all(&[begin.as_bytes(), &body].concat()).await.unwrap();
    }
}

fn answer(held: &Shared, method: &str, target: &str, body: Vec<u8>) -> (u16, String, Vec<u8>) {
    let mut held = held.lock().unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.to_owned();
    let part = query.split('&').find_map(|p| p.strip_prefix("partNumber=")).map(|n| n.parse().unwrap());
    let kept = |mut body: Vec<u8>, forgetful: bool| {
        if forgetful {
            body.pop();
        }
        body
    };
    let forgetful = held.forgetful;
    match (method, part) {
        ("PUT", Some(number)) => {
            held.parts.insert(number, body);
            (200, format!("part{number}"), Vec::new())
        }
        ("PUT", None) => {
            held.objects.insert(path, kept(body, forgetful));
            (200, "one".to_owned(), Vec::new())
        }
        ("POST", _) if query.starts_with("uploads") => {
            held.uploads += 1;
            let text =
                "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
            (200, String::new(), text.into())
        }
        ("POST", _) => {
            let whole = std::mem::take(&mut held.parts).into_values().flatten().collect();
            held.objects.insert(path, whole);
            let text = "<CompleteMultipartUploadResult><ETag>\"w\"</ETag></CompleteMultipartUploadResult>";
            (200, String::new(), text.into())
        }
        ("GET", _) if query.contains("list-type=2") => {
            let line = |(key, body): (&String, &Vec<u8>)| {
                let key = key.trim_start_matches("/bucket/");
                format!(
                    "<Contents><Key>{key}</Key><Size>{}</Size><ETag>\"e\"</ETag>\
                     <LastModified>2026-11-28T06:00:00.000Z</LastModified></Contents>",
                    body.len()
                )
            };
            let lines: String = held.objects.iter().map(line).collect();
            (200, String::new(), format!("<ListBucketResult>{lines}</ListBucketResult>").into())
        }
        ("GET", _) => match held.objects.get(&path) {
            Some(body) => (200, "e".to_owned(), body.clone()),
            None => (404, String::new(), Vec::new()),
        },
        ("DELETE", _) => {
            held.objects.remove(&path);
            (204, String::new(), Vec::new())
        }
        _ => (400, String::new(), Vec::new()),
    }
}

fn target(endpoint: &str, key: &str) -> Target {
    // Only fails when a provider is there already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut settings = Settings::default();
    for (name, value) in [
        ("backup_to", "s3://bucket/shop/one"),
        ("backup_s3_endpoint", endpoint),
        ("backup_s3_access_key", key),
        ("backup_s3_secret_key", "hidden"),
    ] {
        assert!(settings.set(name, value).unwrap());
    }
    settings.target(None).unwrap()
}

fn name(second: i64) -> ArchiveName {
    ArchiveName::new("1a2b3c4d", Timestamp::from_second(second).unwrap())
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

#[tokio::test]
async fn small_and_large_backups_go_there_and_come_back() {
    let (url, held) = start().await;
    let target = target(&url, "shop");
    let folder = tempfile::tempdir().unwrap();
    // One request, and three parts.
    for (second, size) in [(100, 5_000), (200, (32 << 20) + 77)] {
        let bytes: Vec<u8> = (0..size).map(|n: u32| n.to_be_bytes()[2] ^ n.to_be_bytes()[3]).collect();
        let from = folder.path().join(format!("{second}"));
        fs::write(&from, &bytes).unwrap();
        target.put(&name(second), &from, &sha256(&bytes)).await.unwrap();
        let back = folder.path().join(format!("{second}.back"));
        target.fetch(&name(second), &back).await.unwrap();
        assert!(fs::read(&back).unwrap() == bytes);
    }
    assert_eq!(held.lock().unwrap().uploads, 1);
    let listed = target.list().await.unwrap();
    assert_eq!(listed.iter().map(|s| s.name.clone()).collect::<Vec<_>>(), [name(200), name(100)]);
    target.remove(&name(100)).await.unwrap();
    assert_eq!(target.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_the_store_keeps_otherwise_is_taken_away_and_told() {
    let (url, held) = start().await;
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("one");
    fs::write(&from, b"a backup").unwrap();
    held.lock().unwrap().forgetful = true;
    let told = target(&url, "shop").put(&name(1), &from, &sha256(b"a backup")).await.unwrap_err().to_string();
    assert!(told.contains("reads back otherwise"), "{told}");
    assert!(held.lock().unwrap().objects.is_empty());
    let told =
        target(&url, "stranger").put(&name(1), &from, &sha256(b"a backup")).await.unwrap_err().to_string();
    assert!(told.starts_with("s3://bucket/shop/one") && !told.contains("hidden"), "{told}");
}
