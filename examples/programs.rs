//! Every example that holds a shop of its own runs and does what it says. `cargo test` builds them before this test; a test
//! filter such as `--test` does not.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

/// The built example: beside the folder that this test stands in.
fn program(name: &str) -> Command {
    let here = env::current_exe().expect("this test");
    let profile = here.parent().and_then(|folder| folder.parent()).expect("the folder of the profile");
    let path: PathBuf = profile.join("examples").join(name);
    assert!(path.exists(), "{name} is not built: run `cargo build -p nexa-examples --examples` before");
    Command::new(path)
}

fn said(of: &Output) -> String {
    let said = String::from_utf8_lossy(&of.stdout).into_owned();
    assert!(of.status.success(), "{said}\n{}", String::from_utf8_lossy(&of.stderr));
    said
}

fn run(name: &str) -> String {
    said(&program(name).output().expect("the example runs"))
}

#[test]
fn the_quickstart_sells_a_plan_in_forty_lines() {
    let said = run("quickstart");
    assert!(said.contains("The order is fulfilled.") && said.contains("/s/"), "{said}");
    assert!(include_str!("quickstart.rs").lines().count() <= 40);
}

#[test]
fn a_panel_of_ones_own_is_delivered_on_and_keeps_the_suite() {
    let said = run("custom_panel");
    assert!(said.contains("The order is fulfilled.") && said.contains("has 1 user"), "{said}");
    assert!(said.contains("All 20 cases of the panel suite passed."), "{said}");
}

#[test]
fn a_gateway_of_ones_own_is_paid_by_and_keeps_the_suite() {
    let said = run("custom_gateway");
    assert!(said.contains("The order is fulfilled."), "{said}");
    assert!(said.contains("All 15 cases of the gateway suite passed."), "{said}");
}

#[test]
fn a_storage_of_ones_own_is_sold_on_and_keeps_the_suite() {
    let said = run("custom_storage");
    assert!(said.contains("The order is fulfilled.") && said.contains("the books are closed"), "{said}");
    assert!(said.contains("sale: insert_order") || said.contains(" insert_order "), "{said}");
    assert!(said.contains("cases of the storage suite passed."), "{said}");
}

/// The body of what is at this address, to somebody with this cookie.
fn fetch(address: &str, path: &str, cookie: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let head =
        format!("GET {path} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer in UTF-8");
    answer
}

/// Ends the program if the test fails before it does.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_server_of_ones_own_has_the_shop_beside_its_pages_and_stops_gracefully() {
    let mut command = program("embed_in_your_server");
    let mut host =
        Running(command.arg("127.0.0.1:0").stdout(Stdio::piped()).spawn().expect("the example starts"));
    let mut lines = BufReader::new(host.0.stdout.take().expect("its output")).lines();
    let mut tells = || lines.next().expect("a line").expect("UTF-8");
    let begun = tells();
    let address = begun.strip_prefix("The host listens on http://").unwrap_or_else(|| panic!("{begun}"));

    assert!(fetch(address, "/hello", "").contains("Hello from the host."));
    assert!(fetch(address, "/panel/vpn", "").starts_with("HTTP/1.1 401"), "the host's own sign-in decides");
    let first = fetch(address, "/panel/vpn", "me=ann");
    let link =
        first.lines().find(|line| line.contains("/s/")).unwrap_or_else(|| panic!("{first}")).to_owned();
    assert!(fetch(address, "/panel/vpn", "me=ann").contains(&link), "the same person, the same account");
    assert!(!fetch(address, "/panel/vpn", "me=bob").contains(&link), "another person, another one");
    let path = link.strip_prefix(&format!("http://{address}")).unwrap_or_else(|| panic!("{link}"));
    assert!(fetch(address, &format!("{path}/plain"), "").contains("://"), "the link answers");
    assert!(fetch(address, "/", "").contains("Guest VPN"), "the shop's page");

    let told = Command::new("kill").args(["-INT", &host.0.id().to_string()]).status().expect("kill");
    assert!(told.success());
    assert_eq!(tells(), "The host has stopped.");
    assert!(host.0.wait().expect("an end").success());
}
