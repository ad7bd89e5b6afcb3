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

/// The path of one of the example programs.
pub fn example(name: &str) -> PathBuf {
    let program = folder().join("examples").join(name);
    if is_older(&program, newest(&root().join("examples"))) {
        build(&["-p", "nexa-examples", "--example", name]);
    }
    assert!(program.exists(), "{} was not built", program.display());
    program
}

fn find() -> PathBuf {
    let program = folder().join("nexa");
    if is_older(&program, newest_source()) {
        build(&["-p", "nexa-http", "--bin", "nexa"]);
    }
    assert!(program.exists(), "{} was not built", program.display());
    program
}

fn is_older(program: &Path, source: SystemTime) -> bool {
    let built = fs::metadata(program).and_then(|file| file.modified()).ok();
    built.is_none_or(|built| built < source)
}

/// `target/PROFILE`: tests lie in its `deps`.
fn folder() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).expect("a test lies in target/PROFILE/deps").to_owned()
}

fn build(what: &[&str]) {
    let folder = &folder();
    let profile = folder.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let profile = if profile == "debug" { "dev" } else { profile };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(["build", "--quiet"]).args(what);
    command.args(["--profile", profile, "--target-dir"]).arg(folder.parent().unwrap_or(folder));
    let status = command.status().expect("cargo can be started");
    assert!(status.success(), "the program cannot be built");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace")
}

fn newest_source() -> SystemTime {
    // The program is made of every crate but the bindings.
    let folders = fs::read_dir(root()).into_iter().flatten().flatten().map(|entry| entry.path());
    let named =
        |folder: &PathBuf| folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("nexa-"));
    let crates = folders.filter(named).filter(|folder| !folder.ends_with("nexa-ffi"));
    let parts = ["src", "migrations", "locales", "templates", "assets", "Cargo.toml"];
    let all = crates.flat_map(|folder| parts.map(|part| folder.join(part)));
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
