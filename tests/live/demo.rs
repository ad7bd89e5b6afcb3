//! `nexa demo`, started for a test, and its payment page's button.

use crate::process::binary;
use std::{
    io::{BufRead as _, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};

/// A running demo, and what it printed for people to paste.
pub struct Demo {
    child: Child,
    /// Keeps the program from writing into nothing.
    _rest: BufReader<ChildStdout>,
    /// Its address.
    pub url: String,
    /// The operator's key.
    pub key: String,
}

impl Demo {
    /// Starts it, and waits until it has said all.
    pub fn start() -> Self {
        let mut command = Command::new(binary::nexa());
        command.args(["demo", "--listen", "127.0.0.1:0"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("Stop with Ctrl-C") {
            assert!(lines.read_line(&mut said).unwrap() > 0, "it ended: {said}");
        }
        let after = |mark: &str| {
            let rest = said.split_once(mark).unwrap_or_else(|| panic!("{mark}: {said}")).1;
            rest.chars().take_while(|c| c.is_ascii_graphic() && *c != '\'').collect::<String>()
        };
        let url = after("API=").trim_end_matches("/v1").to_owned();
        let key = after("-H 'Authorization: Bearer nxk");
        Self { child, _rest: lines, url, key: format!("nxk{key}") }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Presses the button of a payment page of play money.
pub async fn press(page: &str) {
    let http = crate::process::http();
    let form = http.get(page).send().await.unwrap().text().await.unwrap();
    let part = |mark: &str| {
        let rest = form.split_once(mark).unwrap_or_else(|| panic!("{mark}: {form}")).1;
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let fields = ["reference", "amount", "currency", "sig"];
    let fields = fields.map(|name| (name, part(&format!("name=\"{name}\" value=\""))));
    let (origin, _) = page.split_once("/sandbox/").unwrap();
    let sent = http.post(format!("{origin}{}", part("method=\"post\" action=\""))).form(&fields).send().await;
    assert!(!sent.unwrap().status().is_server_error());
}
