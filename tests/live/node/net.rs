//! Hosts of our own in network namespaces, on a bridge of our own, and programs that run on them.

use super::super::require::Missing;
use crate::process::{Output, binary};
use std::{
    net::Ipv4Addr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// A network that goes with this value. The test itself has the first address on it.
pub struct Net {
    number: u8,
    tag: String,
    hosts: Vec<String>,
}

fn ip(arguments: &[&str]) -> bool {
    let mut command = Command::new("ip");
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

impl Net {
    /// A network without hosts.
    pub fn new() -> Result<Self, Missing> {
        let tag = format!("nx{}", std::process::id());
        let number = u8::try_from(std::process::id() % 250 + 1).unwrap();
        let net = Self { number, tag, hosts: Vec::new() };
        let own = format!("{}/24", net.address(1));
        if !ip(&["link", "add", &net.tag, "type", "bridge"]) {
            return Err(Missing::new(
                "netns",
                "no network namespaces: needs root and `ip` (Debian: iproute2)",
            ));
        }
        assert!(ip(&["addr", "add", &own, "dev", &net.tag]) && ip(&["link", "set", &net.tag, "up"]));
        Ok(net)
    }

    /// The address with this last number.
    pub fn address(&self, last: u8) -> Ipv4Addr {
        Ipv4Addr::new(10, 213, self.number, last)
    }

    /// Adds a host with these addresses.
    pub fn host(&mut self, name: &str, addresses: &[u8]) -> String {
        let space = format!("{}{name}", self.tag);
        let (outer, inner) =
            (format!("{}{}o", self.tag, self.hosts.len()), format!("{}{}i", self.tag, self.hosts.len()));
        let within = |arguments: &[&str]| ip(&[&["-n", &space], arguments].concat());
        assert!(ip(&["netns", "add", &space]));
        self.hosts.push(space.clone());
        assert!(ip(&["link", "add", &outer, "type", "veth", "peer", "name", &inner, "netns", &space]));
        assert!(ip(&["link", "set", &outer, "master", &self.tag, "up"]));
        for last in addresses {
            assert!(within(&["addr", "add", &format!("{}/24", self.address(*last)), "dev", &inner]));
        }
        assert!(within(&["link", "set", &inner, "up"]) && within(&["link", "set", "lo", "up"]));
        space
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        for space in &self.hosts {
            ip(&["netns", "del", space]);
        }
        ip(&["link", "del", &self.tag]);
    }
}

/// A program on a host. Killed when this goes.
pub struct Running {
    child: Child,
}

impl Running {
    /// Starts it there.
    pub fn on(host: &str, program: &str, change: impl FnOnce(&mut Command), output: Option<&Output>) -> Self {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", host, program]).stdin(Stdio::null());
        change(&mut command);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        if let Some(output) = output {
            output.listen(&mut child);
        }
        Self { child }
    }

    /// Ends it with no chance to write anything down.
    pub fn kill(mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A `nexa node` on a host, which may be killed and started again.
pub struct NodeHost {
    folder: TempDir,
    host: String,
    settings: Vec<(String, String)>,
    pub output: Output,
    running: Option<Running>,
}

impl NodeHost {
    pub fn new(host: &str, address: Ipv4Addr, settings: &[(&str, &str)]) -> Self {
        let fixed = [("PUBLIC_HOST", address.to_string()), ("NODE_ALLOW_PRIVATE", "true".to_owned())];
        let fixed = fixed.into_iter().map(|(name, value)| (name.to_owned(), value));
        let more = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let settings = fixed.chain(more).collect();
        let folder = tempfile::tempdir().unwrap();
        Self { folder, host: host.to_owned(), settings, output: Output::default(), running: None }
    }

    /// The node's file.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("node.redb")
    }

    pub fn start(&mut self) {
        let program = binary::nexa().to_str().unwrap().to_owned();
        let change = |command: &mut Command| {
            command
                .args(["node", "--trunk-link", "--data"])
                .arg(self.folder.path())
                .current_dir(self.folder.path());
            // Its settings are these, not those of whoever runs the tests.
            command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
            command.env("NEXA_LOG", "debug,nexa_shadowsocks=trace");
            for (name, value) in &self.settings {
                command.env(format!("NEXA_{name}"), value);
            }
        };
        self.running = Some(Running::on(&self.host, &program, change, Some(&self.output)));
    }

    pub fn kill(&mut self) {
        self.running.take().expect("it runs").kill();
    }

    /// The first word that it printed with this beginning.
    pub async fn printed(&self, beginning: &str) -> String {
        let began = Instant::now();
        loop {
            let said = self.output.said();
            if let Some(word) =
                said.split_whitespace().find(|word| word.starts_with(beginning) && word.len() > 40)
            {
                self.output.secret(word);
                return word.to_owned();
            }
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "no {beginning}: {said}\n{}",
                self.output.tail()
            );
            sleep(Duration::from_millis(20)).await;
        }
    }
}
