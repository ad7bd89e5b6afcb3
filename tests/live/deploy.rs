//! What stands in `examples/deploy` is read by the programs that it is for, and names nothing that does not exist.

mod names;

use super::{
    pebble::is_here,
    require::{Missing, found},
};
use crate::process::binary;
use rcgen::{CertificateParams, KeyPair};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The examples.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/deploy")
}

/// A program, or what to install.
fn program(what: &'static str, name: &str, package: &str) -> Result<(), Missing> {
    if is_here(name) {
        return Ok(());
    }
    Err(Missing::new(what, format!("install it: apt-get install --no-install-recommends {package}")))
}

/// Runs a program that must be content; gives what it said.
fn content(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    assert!(status.success(), "{command:?}: {said}");
    said
}

/// A file of the examples with some words replaced, in a folder.
fn changed(folder: &Path, name: &str, changes: &[(&str, &str)]) -> PathBuf {
    let mut text = fs::read_to_string(examples().join(name)).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{name} says nothing of {from}");
        text = text.replace(from, to);
    }
    let path = folder.join(Path::new(name).file_name().unwrap());
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn haproxy_reads_its_file() {
    if found("deploy", program("haproxy", "haproxy", "haproxy")).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(["shop.example.org".to_owned()]).unwrap().self_signed(&key).unwrap();
    let certificate = folder.path().join("own.pem");
    fs::write(&certificate, own.pem() + &key.serialize_pem()).unwrap();
    let certificate = certificate.display().to_string();
    let file = changed(folder.path(), "haproxy.cfg", &[("/etc/haproxy/certs", &certificate)]);
    let said = content(Command::new("haproxy").arg("-c").arg("-f").arg(&file));
    assert!(!said.contains("[WARNING]"), "{said}");
    let torn = changed(folder.path(), "haproxy.cfg", &[("balance leastconn", "balance leastcon")]);
    let refused = Command::new("haproxy").arg("-c").arg("-f").arg(torn).output().unwrap();
    assert!(!refused.status.success(), "it can tell");
}

#[test]
fn caddy_reads_its_file() {
    if found("deploy", program("caddy", "caddy", "caddy")).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let validate = |file: &Path| {
        let mut command = Command::new("caddy");
        command.env("HOME", folder.path()).env("XDG_DATA_HOME", folder.path());
        command.args(["validate", "--adapter", "caddyfile", "--config"]).arg(file);
        command
    };
    content(&mut validate(&examples().join("Caddyfile")));
    let torn = changed(folder.path(), "Caddyfile", &[("lb_policy least_conn", "lb_policy least_con")]);
    assert!(!validate(&torn).output().unwrap().status.success(), "it can tell");
}

#[test]
fn systemd_reads_its_units_and_finds_them_tight() {
    if found("deploy", program("systemd", "systemd-analyze", "systemd")).is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let nexa = binary::nexa().display().to_string();
    let services = ["nexa.service", "nexa-worker.service", "nexa-backup.service"];
    for name in services {
        changed(folder.path(), &format!("systemd/{name}"), &[("/usr/local/bin/nexa", &nexa)]);
    }
    changed(folder.path(), "systemd/nexa-backup.timer", &[]);
    let units =
        ["nexa.service", "nexa-worker.service", "nexa-backup.timer"].map(|name| folder.path().join(name));
    let said = content(Command::new("systemd-analyze").args(["verify", "--man=no"]).args(&units));
    assert!(!said.contains(&folder.path().display().to_string()), "{said}");
    for name in services {
        // Not above 2.0 of 10, where 10 is a service with all of root's rights.
        let file = folder.path().join(name);
        let mut asked = Command::new("systemd-analyze");
        asked.args(["security", "--offline=true", "--no-pager", "--threshold=20"]).arg(file);
        content(&mut asked);
    }
}

/// Where the validators of schemas are, installed once for each state of their list.
fn validators() -> Result<PathBuf, Missing> {
    program("python", "python3", "python3-venv")?;
    let broken = |why: std::io::Error| Missing::broken("python", why.to_string());
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("live/deploy/requirements.txt");
    let test = std::env::current_exe().map_err(broken)?;
    let target = test.ancestors().nth(3).expect("a test lies in target/PROFILE/deps");
    let wanted = fs::read_to_string(&list).map_err(broken)?;
    let venv = target.join("deploy-venv");
    if fs::read_to_string(venv.join("installed")).is_ok_and(|installed| installed == wanted) {
        return Ok(venv.join("bin"));
    }
    let made = Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv).output().map_err(broken)?;
    let mut pip = Command::new(venv.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&list);
    if !made.status.success() || !pip.status().map_err(broken)?.success() {
        return Err(Missing::new("python", "it needs venv, and pip a registry"));
    }
    fs::write(venv.join("installed"), wanted).map_err(broken)?;
    Ok(venv.join("bin"))
}

#[test]
fn compose_and_kubernetes_know_every_field() {
    let Some(bin) = found("deploy", validators()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let compose = |file: &Path| {
        let mut command = Command::new(bin.join("check-jsonschema"));
        command.args(["--builtin-schema", "vendor.compose-spec"]).arg(file);
        command
    };
    content(&mut compose(&examples().join("compose.yml")));
    let torn = changed(folder.path(), "compose.yml", &[("stop_grace_period", "stop_grace")]);
    assert!(!compose(&torn).output().unwrap().status.success(), "it can tell");
    let kubernetes = |file: &Path| {
        let mut command = Command::new(bin.join("kubernetes-validate"));
        command.arg("--strict").arg(file);
        command
    };
    let mut count = 0;
    for file in fs::read_dir(examples().join("kubernetes")).unwrap() {
        count += content(&mut kubernetes(&file.unwrap().path())).matches("passed for resource").count();
    }
    assert_eq!(count, 9, "every object was looked at");
    let torn = changed(folder.path(), "kubernetes/shop.yaml", &[("minReplicas", "minimumReplicas")]);
    assert!(!kubernetes(&torn).output().unwrap().status.success(), "it can tell");
}

#[test]
fn the_standby_takes_over_with_every_sale() {
    let home = Path::new("/usr/lib/postgresql");
    let here = if home.is_dir() { Ok(()) } else { program("postgres", "initdb", "postgresql") };
    if found("deploy", here.and_then(|()| program("postgres", "runuser", "util-linux"))).is_none() {
        return;
    }
    // Its own user runs it, who may not look into this folder.
    let folder = tempfile::Builder::new().permissions(open()).tempdir().unwrap();
    for name in ["primary.conf", "standby.conf", "try-on-loopback.sh"] {
        let copy = changed(folder.path(), &format!("postgresql/{name}"), &[]);
        fs::set_permissions(copy, open()).unwrap();
    }
    let script = folder.path().join("try-on-loopback.sh");
    let is_root = content(Command::new("id").arg("-u")).trim() == "0";
    let mut command = Command::new(if is_root { "runuser" } else { "bash" });
    if is_root {
        command.args(["-u", "postgres", "--", "bash"]);
    }
    let said = content(command.arg(script).current_dir("/"));
    assert_eq!(said.matches("ok   ").count(), 3, "{said}");
}

fn open() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o755)
}
