//! The program itself, as an operator starts and stops it.

use crate::wire::heard;
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};
use tokio::{io::AsyncWriteExt, net::TcpStream};

fn nexa(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nexa"));
    command.current_dir(folder).env_clear().args(arguments);
    command
}

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

fn refused(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = nexa(folder, arguments).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// Starts a shop and reads what it prints until the operator's link.
fn start(folder: &Path) -> (Child, String) {
    let mut child = nexa(folder, &SERVE).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let link = lines.map(|line| line.trim().to_owned()).find(|line| line.contains("/operator/"));
    (child, link.expect("the operator's link is printed while nobody runs the shop"))
}

fn stop(mut child: Child) -> Option<i32> {
    let kill = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    child.wait().unwrap().code()
}

#[tokio::test]
async fn a_shop_starts_is_alone_and_stops() {
    let folder = tempfile::tempdir().unwrap();
    let (child, link) = start(folder.path());
    let rest = link.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let page = heard(&mut stream).await;
    assert!(page.contains("200 OK") && page.contains("method=\"post\""), "{page}");

    let (code, told) = refused(folder.path(), &SERVE);
    assert!(code == Some(1) && told.contains("in use by another process"), "{code:?} {told}");
    assert_eq!(stop(child), Some(0));

    let (again, second) = start(folder.path());
    assert_ne!(link, second);
    assert_eq!(stop(again), Some(0));
    std::fs::remove_file(folder.path().join("nexa-data/master.key")).unwrap();
    let (code, told) = refused(folder.path(), &SERVE);
    assert!(code == Some(2) && told.contains("cannot be read without it"), "{code:?} {told}");
}

#[test]
fn mistakes_are_told_plainly() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nexa.toml"), "listen = \"127.0.0.1:0\"\nshopname = \"x\"\n").unwrap();
    let (code, told) = refused(folder.path(), &["serve"]);
    assert_eq!(
        (code, told.as_str()),
        (Some(2), "nexa: nexa.toml:2: unknown setting `shopname`; did you mean `shop_name`?\n")
    );
    let (code, told) = refused(folder.path(), &["serve", "--config", "missing.toml"]);
    assert!(code == Some(2) && told.contains("missing.toml"), "{told}");
    std::fs::remove_file(folder.path().join("nexa.toml")).unwrap();
    let (code, told) = refused(folder.path(), &["check"]);
    assert!(code == Some(2) && told.contains("there is no shop yet"), "{told}");
    assert!(!folder.path().join("nexa-data").exists(), "a mistake leaves nothing behind");
}

/// Claims the shop of a fresh folder, so that somebody runs it.
async fn claimed(folder: &Path) {
    let (child, link) = start(folder);
    let (host, path) = link.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nSec-Fetch-Site: same-origin\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let page = heard(&mut stream).await;
    assert!(page.contains("200 OK"), "{page}");
    assert_eq!(stop(child), Some(0));
}

#[tokio::test]
async fn users_of_another_bot_are_brought_over() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("nexa.toml"), "currency = \"IRR\"\n").unwrap();
    std::fs::write(folder.path().join("list.csv"), "telegram_id,balance\n111,5000\n222,-1\n").unwrap();
    let (code, told) = refused(folder.path(), &["import", "list", "list.csv"]);
    assert!(code == Some(2) && told.contains("there is no shop yet"), "{told}");
    claimed(folder.path()).await;
    let run = |more: &[&str]| {
        let arguments = [&["import", "list", "list.csv", "--currency", "toman"], more].concat();
        let Output { status, stdout, stderr } = nexa(folder.path(), &arguments).output().unwrap();
        (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    };
    let (code, look, told) = run(&["--dry-run"]);
    assert!(
        code == Some(0) && look.contains("Nothing was changed") && look.contains("1 new users"),
        "{look}{told}"
    );
    assert!(look.contains("line 3: negative_balance") && !look.contains("111"), "{look}");
    let (code, json, told) = run(&["--json"]);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(code == Some(0) && report["credited"]["minor"] == 50_000, "{json}{told}");
    assert_eq!(report["credited"]["currency"], "IRR");
    let (code, again, _) = run(&[]);
    assert!(
        code == Some(0) && again.contains("0 new users") && again.contains("1 rows of which all is here"),
        "{again}"
    );
    let (code, told) = refused(folder.path(), &["import", "mirza", "list.csv"]);
    assert!(code == Some(2) && told.contains("file: not a dump"), "{told}");
    let (code, told) = refused(folder.path(), &["import", "x-ui", "list.csv"]);
    assert!(code == Some(2) && told.contains("kind:"), "{told}");
}

fn done(folder: &Path, arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = nexa(folder, arguments).output().unwrap();
    let told = String::from_utf8(stdout).unwrap();
    assert!(status.success(), "{arguments:?}: {told} {}", String::from_utf8_lossy(&stderr));
    told
}

#[test]
fn another_key_seals_a_shop_that_does_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("nexa-data/master.key");
    let lines = || std::fs::read_to_string(&key).unwrap().lines().map(str::to_owned).collect::<Vec<_>>();
    let (code, told) = refused(folder.path(), &["keys", "rotate"]);
    assert!(code == Some(2) && told.contains("no shop yet"), "{code:?} {told}");
    let (child, _) = start(folder.path());
    let (code, told) = refused(folder.path(), &["keys", "rotate"]);
    assert!(code != Some(0) && told.contains("in use by another process"), "{code:?} {told}");
    assert_eq!(lines().len(), 1, "nothing was written");
    stop(child);
    let (code, told) = refused(folder.path(), &["keys", "retire"]);
    assert!(code == Some(2) && told.contains("nexa keys rotate"), "{code:?} {told}");
    let first = lines();
    // The server of this machine is what a new shop has sealed.
    assert!(done(folder.path(), &["keys", "rotate"]).contains("1 values were sealed under the new key"));
    let both = lines();
    assert_eq!((both.len(), &both[0], &both[2]), (3, &first[0], &first[0]), "the old one is kept as both");
    assert!(
        done(folder.path(), &["keys", "rotate"]).contains("it goes on"),
        "the same rotation, not another"
    );
    assert_eq!(lines(), both);
    done(folder.path(), &["keys", "retire"]);
    assert_eq!(lines(), both[..2]);
    let (again, _) = start(folder.path());
    assert_eq!(stop(again), Some(0));
    // And once more, from a key that is not the first.
    done(folder.path(), &["keys", "rotate"]);
    assert_eq!((lines().len(), &lines()[2]), (3, &both[1]));
    // The file as it was in the beginning opens this shop no more.
    done(folder.path(), &["keys", "retire"]);
    std::fs::write(&key, &first[0]).unwrap();
    let (code, told) = refused(folder.path(), &["keys", "rotate"]);
    assert!(code == Some(2) && told.contains("not the key of"), "{code:?} {told}");
}

#[test]
fn a_move_is_told_where_from_and_where_to() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, expected) in [
        (&["migrate"][..], "--to: where the shop goes"),
        (&["migrate", "--to", "mysql://x"], "--to: sqlite:PATH"),
        (&["migrate", "--to", "sqlite:copy/nexa.db"], "there is no shop at nexa-data/nexa.db"),
    ] {
        let (code, told) = refused(folder.path(), arguments);
        assert!(code == Some(2) && told.contains(expected), "{code:?} {told}");
    }
    stop(start(folder.path()).0);
    let told = done(folder.path(), &["migrate", "--to", "sqlite:copy/nexa.db"]);
    assert!(told.contains("are the same in both") && told.contains("as nexa.db"), "{told}");
    assert!(folder.path().join("copy/nexa.db").exists());
    let (code, told) = refused(folder.path(), &["migrate", "--to", "sqlite:copy/nexa.db"]);
    assert!(code == Some(2) && told.contains("has a shop of its own"), "{code:?} {told}");
    // The same places as they are given with a password: in the environment, or in a file.
    std::fs::write(folder.path().join("from"), "sqlite:copy/nexa.db\n").unwrap();
    let mut again = nexa(folder.path(), &["migrate"]);
    again.env("NEXA_MIGRATE_FROM_FILE", "from").env("NEXA_MIGRATE_TO", "sqlite:second/nexa.db");
    let Output { status, stdout, .. } = again.output().unwrap();
    let told = String::from_utf8(stdout).unwrap();
    assert!(
        status.success() && told.contains("The shop of copy/nexa.db is copied to second/nexa.db"),
        "{told}"
    );
    let checked = nexa(folder.path(), &["check"]).output().unwrap().stdout;
    assert!(String::from_utf8(checked).unwrap().contains("ok   database\n       SQLite 3."));
}
