//! A shop gets its certificates by itself, from a real ACME authority.

use super::{
    pebble::{Pebble, free_port},
    require::found,
};
use crate::process::binary;
use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::time::{sleep, timeout};

const NAMES: [&str; 2] = ["shop.example.org", "other.example.org"];

/// Whom a shop asks.
struct Asks {
    directory: String,
    roots: std::path::PathBuf,
}

impl Asks {
    fn of(pebble: &Pebble, folder: &Path) -> Self {
        let roots = folder.join("roots.pem");
        std::fs::copy(pebble.roots(), &roots).unwrap();
        Self { directory: pebble.directory(), roots }
    }
}

struct Shop(Child);

impl Shop {
    fn serve(folder: &Path, port: u16, asks: &Asks) -> Self {
        let log = std::fs::File::options().create(true).append(true).open(folder.join("log")).unwrap();
        let child = Command::new(binary::nexa())
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .current_dir(folder)
            .env_clear()
            .env("NEXA_DATA", folder.join("data"))
            .env("NEXA_NODE", "false")
            .env("NEXA_ACME_DOMAINS", NAMES.join(","))
            .env("NEXA_ACME_EMAIL", "operator@example.org")
            .env("NEXA_ACME_DIRECTORY", &asks.directory)
            .env("NEXA_ACME_ROOTS", &asks.roots)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        Self(child.unwrap())
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Whether a client that trusts nobody but this root is answered under the name, within a time.
async fn answers(root: &str, name: &str, port: u16, within: Duration) -> bool {
    let root = reqwest::Certificate::from_pem(root.as_bytes()).unwrap();
    let at = ([127, 0, 0, 1], port).into();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([root]).resolve(name, at);
    let client = client.timeout(Duration::from_secs(5)).build().unwrap();
    let asked = async {
        while !client
            .get(format!("https://{name}:{port}/healthz"))
            .send()
            .await
            .is_ok_and(|answer| answer.status().is_success())
        {
            sleep(Duration::from_millis(200)).await;
        }
    };
    timeout(within, asked).await.is_ok()
}

#[tokio::test]
async fn a_shop_gets_certificates_by_itself_and_keeps_them() {
    let port = free_port().unwrap();
    let Some(pebble) = found("acme", Pebble::start(port).await) else { return };
    let root = pebble.root().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let log = || std::fs::read_to_string(folder.path().join("log")).unwrap();
    let asks = Asks::of(&pebble, folder.path());
    let shop = Shop::serve(folder.path(), port, &asks);
    for name in NAMES {
        assert!(answers(&root, name, port, Duration::from_mins(1)).await, "{name}\n{}", log());
    }
    assert!(!answers(&root, "third.example.org", port, Duration::from_secs(1)).await, "nobody asked for it");
    drop(shop);
    assert_eq!(log().matches("a certificate was issued").count(), 2, "{}", log());

    // What was had works from the folder, while the authority is gone.
    let kept: Vec<_> = std::fs::read_dir(folder.path().join("data/acme"))
        .unwrap()
        .flat_map(|own| std::fs::read_dir(own.unwrap().path()).unwrap())
        .map(|file| file.unwrap().metadata().unwrap().permissions().mode() & 0o777)
        .collect();
    assert_eq!(kept, [0o600; 3], "an account and two certificates, for nobody else to read");
    drop(pebble);
    let _again = Shop::serve(folder.path(), port, &asks);
    for name in NAMES {
        assert!(answers(&root, name, port, Duration::from_secs(20)).await, "{name} after a restart");
    }
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_is_told_and_hinders_nothing() {
    let (port, elsewhere) = (free_port().unwrap(), free_port().unwrap());
    let Some(pebble) = found("acme", Pebble::start(elsewhere).await) else { return };
    let folder = tempfile::tempdir().unwrap();
    let _shop = Shop::serve(folder.path(), port, &Asks::of(&pebble, folder.path()));
    let told = async {
        loop {
            let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
            if log.matches("no certificate yet").count() == 2 {
                return log;
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    let log = timeout(Duration::from_mins(1), told).await.expect("both names are tried and told");
    assert!(log.contains("tls-alpn-01 challenge") && log.contains("again_in_seconds=120"), "{log}");
}
