//! Ports for customers' services, opened with the `ssh` of the system, as customers do.

use crate::{
    block_on,
    forward::{place, sell},
    ssh::{echo, visitor},
    world::{Servers, ends},
};
use nexa_core::domain::grant::Grant;
use std::{fs, io::Write as _, os::unix::fs::PermissionsExt, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
    time::timeout,
};

/// The system's own client, as a customer uses it. `None`, told loudly, where there is none.
fn openssh(test: &str) -> Option<&'static str> {
    if std::process::Command::new("ssh").arg("-V").stderr(Stdio::null()).status().is_ok() {
        return Some("ssh");
    }
    let required = std::env::var_os("NEXA_REQUIRE").unwrap_or_default();
    let named =
        required.to_string_lossy().split(',').map(str::trim).any(|name| name == "ssh" || name == "all");
    assert!(!named, "{test}: ssh is required (NEXA_REQUIRE) but not found: install openssh-client");
    // Past the test harness, which keeps what the print macros of a passing test write.
    let mut stderr = std::io::stderr().lock();
    drop(writeln!(stderr, "SKIPPED: {test}: ssh not found: install openssh-client"));
    None
}

#[test]
fn the_ssh_of_the_system_works_as_told() {
    let Some(ssh) = openssh("the_ssh_of_the_system_works_as_told") else { return };
    block_on(async {
        let mut servers = Servers::new();
        let service = servers.echo().await;
        let place = place(3);
        let (grant, access) = sell(&place).await;
        drop(visitor(&access.host, access.port).await);
        let home = tempfile::tempdir().unwrap();
        let call = |password: &str, options: &[&str], wish: &[&str]| {
            let asks = home.path().join("asks");
            fs::write(&asks, format!("#!/bin/sh\necho '{password}'\n")).unwrap();
            fs::set_permissions(&asks, fs::Permissions::from_mode(0o700)).unwrap();
            let mut command = Command::new(ssh);
            command.args(["-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=VERBOSE"]);
            command.args(["-o", "UserKnownHostsFile=/dev/null", "-o", "ExitOnForwardFailure=yes"]);
            command.args(["-o", "NumberOfPasswordPrompts=1", "-p", &access.port.to_string()]);
            command.args(options).arg(format!("{}@{}", access.user, access.host)).args(wish);
            command.env("SSH_ASKPASS", asks).env("SSH_ASKPASS_REQUIRE", "force").env("HOME", home.path());
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
            command
        };
        let ask = |port: u16| format!("{port}:{}:{}", service.ip(), service.port());
        let mut session =
            call(&access.password, &["-N", "-R", &ask(access.first_port)], &[]).spawn().unwrap();
        let words = vec![5; 1 << 20];
        let heard = echo(visitor(&access.host, access.first_port).await, &words).await;
        assert!(heard == words, "{}", heard.len());
        assert_eq!(place.counted(grant.panel_id), 2 << 20);

        let right = access.password.as_str();
        let (own, strange) = (ask(access.last_port), ask(access.last_port + 1));
        for (password, options, wish, why) in [
            ("wrong", &["-N", "-R", &own][..], &[][..], "Permission denied"),
            (right, &["-N", "-R", &strange], &[], "forwarding failed"),
            (right, &[], &[], "prohibited"),
            (right, &[], &["true"], "prohibited"),
            (right, &["-s"], &["sftp"], "prohibited"),
            (right, &["-W", &service.to_string()], &[], "prohibited"),
        ] {
            let output = timeout(Duration::from_secs(20), call(password, options, wish).output()).await;
            let output = output.expect("it gives up").unwrap();
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success() && told.contains(why), "{options:?} {wish:?}: {told}");
        }

        let mut live = visitor(&access.host, access.first_port).await;
        live.write_all(b"x").await.unwrap();
        assert_eq!(live.read_u8().await.unwrap(), b'x');
        place.hold(&Grant { enabled: false, ..grant }).await;
        assert_eq!(ends(&mut live).await, 0);
        let ended = timeout(Duration::from_secs(2), session.wait()).await.expect("the line is cut").unwrap();
        assert!(!ended.success());
    });
}
