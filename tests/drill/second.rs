//! Starting wrongly harms nothing, and stopping finishes what was begun.

use crate::process::{GIB, Sale, Shop};
use nexa_core::{
    backoffice::model::OperatorPlanView,
    storefront::model::{OrderPage, OrderView},
};
use nexa_hiddify::testing::{FakeHiddify, Release};
use nexa_payments::testing::{EsploraServer, MemoryChain};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::{fs, os::unix::fs::PermissionsExt, time::Duration};
use tokio::{task::JoinSet, time::sleep};

/// Ends with this exit code, says this, and does not panic.
#[track_caller]
fn refused(command: std::process::Command, code: i32, wanted: &[&str]) {
    let (status, told) = Shop::ends(command);
    assert_eq!(status.code(), Some(code), "{told}");
    for words in wanted {
        assert!(told.contains(words), "{words:?} is not in: {told}");
    }
    assert!(!told.contains("panicked"), "{told}");
}

#[tokio::test]
async fn a_second_program_on_the_same_data_is_refused_and_harms_nothing() {
    let panel = FakeHiddify::start(Release::V14).await.unwrap();
    let esplora = EsploraServer::start(MemoryChain::new()).await.unwrap();
    let mut shop = Shop::new(&[]);
    shop.start().await;
    let sale = Sale::open(&shop, panel.config(), &esplora.base_url(), 50 * GIB).await;
    let mut second = shop.command();
    second.env("NEXA_LISTEN", "127.0.0.1:0");
    refused(second, 1, &["in use by another process"]);
    // On the same address it does not even come to the data.
    refused(shop.command(), 2, &["cannot listen on 127.0.0.1:"]);
    assert!(shop.is_running());
    let customer = shop.guest().sign_up().await;
    let order = customer.checkout("one", &sale.new_order(&sale.litecoin.gateway_id)).await.unwrap();
    assert_eq!(order.status, StatusCode::CREATED, "{order:?}");
    // The lock goes with its holder, however that ends.
    shop.kill();
    shop.start().await;
    let orders: OrderPage = customer.get("/orders").await;
    assert_eq!(orders.items.len(), 1);
    let plans: Vec<OperatorPlanView> = sale.operator.get("/admin/plans").await;
    assert_eq!(plans, [sale.plan]);
    assert_eq!(shop.terminate().await.0.code(), Some(0));
    shop.output().drain();
    shop.output().assert_clean();
}

#[tokio::test]
async fn a_damaged_database_is_refused_and_left_as_it_is() {
    let mut shop = Shop::new(&[]);
    shop.start().await;
    assert_eq!(shop.terminate().await.0.code(), Some(0));
    let path = shop.data().join("nexa.db");
    let whole = fs::read(&path).unwrap();
    assert!(whole.len() > 100_000, "a stopped shop is whole in its file: {}", whole.len());
    let ways: [(&str, Vec<u8>); 4] = [
        ("another file", b"this is not a database, but somebody's letter. ".repeat(200)),
        ("a torn header", [&[0x5a; 100], &whole[100..]].concat()),
        ("cut in the middle", whole[..whole.len() / 2 + 100].to_vec()),
        ("garbage over a page", [&whole[..4096], &[0xa5; 4096], &whole[8192..]].concat()),
    ];
    for (way, bytes) in ways {
        fs::write(&path, &bytes).unwrap();
        for rest in ["nexa.db-wal", "nexa.db-shm"] {
            drop(fs::remove_file(shop.data().join(rest)));
        }
        let (status, told) = Shop::ends(shop.command());
        assert_eq!(status.code(), Some(1), "{way}: {told}");
        assert!(told.contains("nexa: ") && !told.contains("panicked"), "{way}: {told}");
        assert!(fs::read(&path).unwrap() == bytes, "{way}: the file was changed");
    }
    // With the database back from its backup everything goes on.
    fs::write(&path, whole).unwrap();
    shop.start().await;
    shop.kill();
}

#[test]
fn mistakes_of_the_operator_are_told_plainly() {
    let shop = Shop::new(&[]);
    let with = |name: &str, value: &str| {
        let mut command = shop.command();
        command.env(name, value);
        command
    };
    refused(with("NEXA_SHOPNAME", "x"), 2, &["NEXA_SHOPNAME: unknown setting", "did you mean `shop_name`"]);
    refused(with("NEXA_LISTEN", "localhost"), 2, &["NEXA_LISTEN", "an address such as 127.0.0.1:8080"]);
    refused(with("NEXA_LISTEN", "192.0.2.1:1"), 2, &["--behind-proxy"]);
    let mut far = with("NEXA_LISTEN", "192.0.2.1:1");
    far.env("NEXA_BEHIND_PROXY", "true");
    refused(far, 2, &["cannot listen on 192.0.2.1:1"]);
    refused(with("NEXA_MASTER_KEY", "c2hvcnQ="), 2, &["NEXA_MASTER_KEY", "32 bytes in base64"]);
    refused(with("NEXA_CURRENCY", "DOGE"), 2, &["NEXA_CURRENCY"]);
    refused(with("NEXA_LOG", "!!"), 2, &["log"]);
    refused(with("NEXA_DATA", "/dev/null/x"), 2, &["/dev/null/x"]);
    let file = shop.data().with_extension("toml");
    fs::write(&file, "shop_name = \"x\"\nmaster_key = \"c2VjcmV0c2VjcmV0\"\n").unwrap();
    let mut config = shop.command();
    config.arg("--config").arg(&file);
    let (status, told) = Shop::ends(config);
    assert_eq!(status.code(), Some(2), "{told}");
    assert!(told.contains(":2:") && !told.contains("c2VjcmV0"), "{told}");
    assert!(!shop.data().join("nexa.db").exists(), "a mistake leaves no database behind");
}

#[tokio::test]
async fn a_database_without_its_key_is_left_alone() {
    let panel = FakeHiddify::start(Release::V14).await.unwrap();
    let esplora = EsploraServer::start(MemoryChain::new()).await.unwrap();
    let mut shop = Shop::new(&[]);
    shop.start().await;
    let _sale = Sale::open(&shop, panel.config(), &esplora.base_url(), 50 * GIB).await;
    assert_eq!(shop.terminate().await.0.code(), Some(0));
    let key = shop.data().join("master.key");
    let kept = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    refused(shop.command(), 2, &["master.key is missing", "cannot be read without it"]);
    assert!(!key.exists(), "a lost key is never replaced");
    // Another key is not the key.
    let mut other = shop.command();
    other.env("NEXA_MASTER_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    let (status, told) = Shop::ends(other);
    assert_eq!(status.code(), Some(1), "{told}");
    assert!(told.contains("the master key is not the one that this database was made with"), "{told}");
    fs::write(&key, kept).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    refused(shop.command(), 2, &["chmod 600"]);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    shop.start().await;
    shop.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_finishes_what_was_begun() {
    let panel = FakeHiddify::start(Release::V14).await.unwrap();
    let esplora = EsploraServer::start(MemoryChain::new()).await.unwrap();
    let mut shop = Shop::new(&[]);
    shop.start().await;
    let sale = Sale::open(&shop, panel.config(), &esplora.base_url(), 50 * GIB).await;
    let customer = shop.guest().sign_up().await;
    let body = sale.new_order(&sale.litecoin.gateway_id);
    let mut busy = JoinSet::new();
    for one in 0..6 {
        let (customer, body) = (customer.clone(), body.clone());
        busy.spawn(async move {
            let mut made: Vec<String> = Vec::new();
            for two in 0.. {
                let Ok(answer) = customer.checkout(&format!("{one}-{two}"), &body).await else { break };
                let order: OrderView = answer.view();
                // So that there is room for the next unpaid one.
                let path = format!("/orders/{}/cancel", order.order_id);
                made.push(order.order_id);
                if customer.ask(Method::POST, &path, None, None).await.is_err() {
                    break;
                }
            }
            made
        });
    }
    sleep(Duration::from_millis(400)).await;
    let (status, took) = shop.terminate().await;
    assert_eq!(status.code(), Some(0), "{}", shop.output().tail());
    assert!(took < Duration::from_secs(10), "{took:?}");
    let made: Vec<String> = busy.join_all().await.into_iter().flatten().collect();
    assert!(made.len() > 6, "requests were under way: {}", made.len());
    shop.start().await;
    for id in &made {
        let state = customer.order(id).await.state;
        assert!(matches!(state.as_str(), "awaiting_payment" | "cancelled"), "{state}");
    }
    let _restarted = sale.operator.get::<Value>("/admin/books").await;
    shop.terminate().await;
    shop.output().drain();
    shop.output().assert_clean();
}

#[tokio::test]
async fn a_request_that_never_ends_does_not_hold_the_stop_up() {
    use tokio::{io::AsyncWriteExt, net::TcpStream};
    let mut shop = Shop::new(&[]);
    shop.start().await;
    let address = shop.url().trim_start_matches("http://").to_owned();
    let mut half = TcpStream::connect(&address).await.unwrap();
    half.write_all(b"POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{").await.unwrap();
    let mut idle = TcpStream::connect(&address).await.unwrap();
    idle.write_all(b"GET /v1/plans HTT").await.unwrap();
    sleep(Duration::from_millis(200)).await;
    let (status, took) = shop.terminate().await;
    assert_eq!(status.code(), Some(0), "{}", shop.output().tail());
    assert!(took < Duration::from_secs(15), "{took:?}");
}
