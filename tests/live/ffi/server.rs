//! `nexa demo`, the real program with play money, on loopback.

use crate::process::{Output, binary};
use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

/// Looks at its output before it is given up.
const MOST_LOOKS: u32 = 600;

/// One run of it.
pub struct Server {
    pub url: String,
    /// Of the customer that the demo makes, who has money left.
    pub account_number: String,
    child: Child,
}

impl Server {
    /// Starts one and waits until its customer is there.
    pub fn start() -> Self {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut command = Command::new(binary::nexa());
        command.args(["demo", "--listen", &format!("127.0.0.1:{port}")]).env_clear().stdin(Stdio::null());
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it can be started");
        let output = Output::default();
        output.listen(&mut child);
        for _ in 0..MOST_LOOKS {
            let said = output.said();
            let number =
                said.split_once("account number").and_then(|(_, rest)| rest.split_whitespace().next());
            if let Some(number) = number.filter(|_| said.contains("Stop with Ctrl-C")) {
                let (url, account_number) = (format!("http://127.0.0.1:{port}"), number.to_owned());
                return Self { url, account_number, child };
            }
            assert!(child.try_wait().expect("a child").is_none(), "it ended\n{}", output.tail());
            sleep(Duration::from_millis(100));
        }
        drop(child.kill());
        panic!("not ready in time\n{}\n{}", output.said(), output.tail());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
