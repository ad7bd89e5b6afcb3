//! `HAProxy` before the instances and before the database servers.

use super::part::Part;
use crate::process::free_port;
use std::{fmt::Write as _, fs, path::Path, process::Command};

/// It, and where it listens.
pub struct Proxy {
    pub part: Part,
    /// Where customers are let in.
    pub url: String,
    /// Where the primary is, whichever it is.
    pub database: String,
    /// The port of that.
    pub books: u16,
}

impl Proxy {
    /// Starts it before instances at these addresses, such as `127.0.0.1:8080`, and servers on these ports.
    pub fn start(program: &Path, folder: &Path, instances: &[String], servers: [u16; 2]) -> Self {
        let (door, books) = (free_port(), free_port());
        let file = folder.join("haproxy.cfg");
        fs::write(&file, config((door, books), instances, servers)).unwrap();
        let program = program.to_owned();
        let part = Part::start("haproxy", door, move || {
            let mut command = Command::new(&program);
            command.arg("-db").arg("-q").arg("-f").arg(&file);
            command
        });
        let database = format!("postgres://nexa@127.0.0.1:{books}/nexa?sslmode=disable");
        Self { part, url: format!("http://127.0.0.1:{door}"), database, books }
    }
}

fn config((door, books): (u16, u16), instances: &[String], servers: [u16; 2]) -> String {
    let mut text = format!(
        "global\n  maxconn 4000\n\
         defaults\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n  timeout check 5s\n\
         listen shop\n  bind 127.0.0.1:{door}\n  mode http\n  option forwardfor\n  option redispatch\n  retries 3\n\
         \x20 option httpchk GET /healthz\n  http-check expect status 200\n\
         \x20 default-server check inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions\n"
    );
    for (number, address) in instances.iter().enumerate() {
        writeln!(text, "  server shop{number} {address}").unwrap();
    }
    // Whoever says that it is in no recovery is the primary.
    write!(
        text,
        "listen books\n  bind 127.0.0.1:{books}\n  mode tcp\n  option tcp-check\n  tcp-check connect\n\
         \x20 tcp-check send-binary {}\n  tcp-check send-binary {}\n  tcp-check send-binary {}\n\
         \x20 tcp-check expect binary {}\n\
         \x20 default-server check inter 300ms fall 2 rise 1 on-marked-down shutdown-sessions\n",
        hex(&message(None, b"\0\x03\0\0user\0nexa\0database\0nexa\0\0")),
        hex(&message(Some(b'Q'), b"SELECT pg_is_in_recovery()\0")),
        // It takes leave, so that another answer is seen at its end and not when the check's time is over.
        hex(&message(Some(b'X'), b"")),
        hex(b"D\0\0\0\x0b\0\x01\0\0\0\x01f"),
    )
    .unwrap();
    for (number, port) in servers.iter().enumerate() {
        writeln!(text, "  server books{number} 127.0.0.1:{port}").unwrap();
    }
    text
}

/// <https://www.postgresql.org/docs/current/protocol-message-formats.html>
fn message(kind: Option<u8>, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap();
    kind.into_iter().chain(length.to_be_bytes()).chain(body.iter().copied()).collect()
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
