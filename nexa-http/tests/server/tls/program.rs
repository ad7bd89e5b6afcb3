//! The program with a certificate in files, as an operator runs it.

use super::{NAME, authority::Authority};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::time::sleep;

struct Shop(Child);

impl Drop for Shop {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn serve(folder: &Path, ports: (u16, u16)) -> Shop {
    let mut child = Command::new(env!("CARGO_BIN_EXE_nexa"))
        .args(["serve", "--listen", &format!("127.0.0.1:{}", ports.0)])
        .current_dir(folder)
        .env_clear()
        .env("NEXA_TLS_CERTIFICATE", "chain.pem")
        .env("NEXA_TLS_KEY", "key.pem")
        .env("NEXA_HTTP_LISTEN", format!("127.0.0.1:{}", ports.1))
        .env("NEXA_PUBLIC_URL", format!("https://{NAME}"))
        .env("NEXA_NODE", "false")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.into_iter().any(|line| line.contains("/operator/")), "it says the operator's link");
    Shop(child)
}

#[tokio::test]
async fn a_shop_speaks_tls_leads_to_it_and_reads_files_again_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (Authority::new(), Authority::new());
    let put = |authority: &Authority| {
        let issued = authority.issue(NAME);
        std::fs::write(folder.path().join("chain.pem"), issued.chain).unwrap();
        std::fs::write(folder.path().join("key.pem"), issued.key).unwrap();
    };
    put(&first);
    let ports = (free_port(), free_port());
    let shop = serve(folder.path(), ports);
    let at = ([127, 0, 0, 1], ports.0).into();
    let page = first.http(at, NAME).get(format!("https://{NAME}/")).send().await.unwrap();
    assert_eq!(page.status().as_u16(), 200);
    assert!(page.headers()["strict-transport-security"].to_str().unwrap().contains("max-age=31536000"));

    let plain = first.http(([127, 0, 0, 1], ports.1).into(), NAME);
    let led = plain.get(format!("http://{NAME}:{}/buy", ports.1)).send().await.unwrap();
    assert_eq!(
        (led.status().as_u16(), led.headers()["location"].to_str().unwrap()),
        (308, "https://shop.example/buy")
    );
    let sent = plain.post(format!("http://{NAME}:{}/v1/orders", ports.1)).body("{}").send().await.unwrap();
    assert_eq!(sent.status().as_u16(), 403);

    put(&second);
    let hangup = Command::new("kill").args(["-HUP", &shop.0.id().to_string()]).status().unwrap();
    assert!(hangup.success());
    let mut answered = false;
    for _ in 0..100 {
        answered = second.http(at, NAME).get(format!("https://{NAME}/healthz")).send().await.is_ok();
        if answered {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    assert!(answered, "the new certificate is shown within seconds");

    let ask = |url: String| {
        let asked = Command::new(env!("CARGO_BIN_EXE_nexa")).args(["health", &url]).env_clear().output();
        asked.unwrap().status.code()
    };
    assert_eq!(ask(format!("http://127.0.0.1:{}/", free_port())), Some(1), "nobody listens");
    assert_eq!(
        ask(format!("http://127.0.0.1:{}/", ports.1)),
        Some(1),
        "it leads elsewhere, with no certificate for it"
    );
    assert_eq!(ask("nonsense".to_owned()), Some(2));
}

#[test]
fn a_certificate_that_cannot_be_used_is_told_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let issued = Authority::new().issue(NAME);
    std::fs::write(folder.path().join("chain.pem"), issued.chain).unwrap();
    std::fs::write(folder.path().join("key.pem"), Authority::new().issue(NAME).key).unwrap();
    let told = Command::new(env!("CARGO_BIN_EXE_nexa"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .current_dir(folder.path())
        .env_clear()
        .env("NEXA_TLS_CERTIFICATE", "chain.pem")
        .env("NEXA_TLS_KEY", "key.pem")
        .output()
        .unwrap();
    let said = String::from_utf8(told.stderr).unwrap();
    assert_eq!(told.status.code(), Some(2), "{said}");
    assert!(said.contains("chain.pem") && said.contains("do not go together"), "{said}");
    assert!(!folder.path().join("nexa-data").exists(), "a mistake leaves nothing behind");
}
