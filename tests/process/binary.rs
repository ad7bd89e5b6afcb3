//! Finds the program that was built with these tests, and builds it when it is missing or older than its source.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
    time::SystemTime,
};

/// The program's path.
pub fn nexa() -> &'static Path {
    static FOUND: LazyLock<PathBuf> = LazyLock::new(find);
    &FOUND
}

fn find() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    // target/PROFILE/deps/TEST
    let folder = test.parent().and_then(Path::parent).expect("a test lies in target/PROFILE/deps");
    let program = folder.join("nexa");
    let built = fs::metadata(&program).and_then(|file| file.modified()).ok();
    if built.is_none_or(|built| built < newest_source()) {
        build(folder);
    }
    assert!(program.exists(), "{} was not built", program.display());
    program
}

fn build(folder: &Path) {
    let profile = folder.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let profile = if profile == "debug" { "dev" } else { profile };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(["build", "--quiet", "-p", "nexa-http", "--bin", "nexa"]);
    command.args(["--profile", profile, "--target-dir"]).arg(folder.parent().unwrap_or(folder));
    let status = command.status().expect("cargo can be started");
    assert!(status.success(), "the program cannot be built");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace")
}

fn newest_source() -> SystemTime {
    let crates = ["nexa-bot", "nexa-core", "nexa-hiddify", "nexa-payments", "nexa-shadowsocks", "nexa-http"];
    let parts = ["src", "migrations", "locales", "templates", "assets", "Cargo.toml"];
    let all = crates.iter().flat_map(|name| parts.map(|part| root().join(name).join(part)));
    all.map(|path| newest(&path)).max().unwrap_or(SystemTime::UNIX_EPOCH)
}

fn newest(path: &Path) -> SystemTime {
    let Ok(known) = fs::metadata(path) else { return SystemTime::UNIX_EPOCH };
    if known.is_file() {
        return known.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| newest(&entry.path())).max().unwrap_or(SystemTime::UNIX_EPOCH)
}
