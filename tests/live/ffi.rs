//! The bindings, generated from the library of this build, called from the languages that they are for: one customer's
//! story in Python and in Kotlin, against the demo in memory and against the real program.

mod server;

use super::{
    npm,
    require::{Missing, found, tell},
};
use server::Server;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

/// The library of this build, and the generator of its bindings.
struct Built {
    library: PathBuf,
    bindgen: PathBuf,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace")
}

/// What was built with these tests. The generator is slow to build, so only who asks for the feature gets it.
fn built(what: &'static str) -> Result<Built, Missing> {
    let test = std::env::current_exe().expect("this program");
    // target/PROFILE/deps/TEST
    let deps = test.parent().expect("a test lies in target/PROFILE/deps");
    let library = deps.join("libnexa_ffi.so");
    let bindgen = deps.with_file_name("uniffi-bindgen");
    if !library.is_file() {
        return Err(Missing::new(what, "the library was not built with these tests: libnexa_ffi.so"));
    }
    if !bindgen.is_file() {
        return Err(Missing::new(
            what,
            "no generator: run cargo test --workspace --features nexa-ffi/bindgen",
        ));
    }
    Ok(Built { library, bindgen })
}

fn program(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Runs a command that must succeed; gives what it printed.
fn run(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("it can be started");
    let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{command:?}: {status}\n{said}");
    said
}

fn generate(built: &Built, language: &str, to: &Path) {
    let config = root().join("nexa-ffi/uniffi.toml");
    let mut bindgen = Command::new(&built.bindgen);
    bindgen.args(["generate", "--no-format", "--language", language, "--config"]).arg(config);
    run(bindgen.arg("--out-dir").arg(to).arg(&built.library).current_dir(root()));
}

/// Tells a story twice: in memory, and against the real program.
fn told(name: &str, story: &dyn Fn() -> Command) {
    let server = Server::start();
    for (place, told_to) in [("the demo", None), ("the server", Some(&server))] {
        let mut command = story();
        if let Some(server) = told_to {
            command.args([&server.url, &server.account_number]);
        }
        let said = run(&mut command);
        assert!(said.contains("story: told"), "{name} in {place}: {said}");
        tell(&format!("{name}: the story is told to {place}\n"));
    }
}

/// A Python of its own with the wheel in it.
fn python(built: &Built, folder: &Path) -> PathBuf {
    let venv = folder.join("venv");
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv));
    let pip = |words: &[&str]| {
        let mut pip = Command::new(venv.join("bin/python"));
        pip.args(["-m", "pip", "--quiet", "--disable-pip-version-check", "--no-cache-dir"]).args(words);
        pip.env("NEXA_FFI_LIBRARY", &built.library).env("NEXA_FFI_BINDGEN", &built.bindgen);
        run(pip.current_dir(folder));
    };
    let package = root().join("nexa-ffi/python");
    pip(&["wheel", "--no-index", "--no-deps", "--wheel-dir", "wheels", &package.to_string_lossy()]);
    let wheel =
        fs::read_dir(folder.join("wheels")).expect("wheels").next().expect("a wheel").expect("a wheel");
    pip(&["install", "--no-index", &wheel.path().to_string_lossy()]);
    venv.join("bin/python")
}

#[test]
fn python_tells_the_story() {
    let here = program("python3").ok_or_else(|| Missing::new("python", "apt-get install python3-venv"));
    let Some(built) = found("ffi::python", here.and_then(|_| built("python"))) else { return };
    let folder = TempDir::new().expect("a folder");
    let python = python(&built, folder.path());
    let script = |path: &str| {
        let mut command = Command::new(&python);
        command.arg(root().join(path)).current_dir(folder.path());
        command
    };
    told("python", &|| script("nexa-ffi/tests/story.py"));
    let mut customer = script("examples/mobile/customer.py");
    let bought = run(customer.args(["--demo", "tour"]));
    assert!(bought.contains("https://demo.invalid/s/"), "the example ends with a link: {bought}");
}

/// The compiler and what programs need that it made.
fn kotlin() -> Result<(PathBuf, PathBuf), Missing> {
    let missing = |why: &str| Missing::new("kotlin", why);
    program("java").ok_or_else(|| missing("apt-get install default-jre-headless"))?;
    program("npm").ok_or_else(|| missing("apt-get install npm"))?;
    let jna = PathBuf::from("/usr/share/java/jna.jar");
    if !jna.is_file() {
        return Err(missing("apt-get install libjna-java"));
    }
    let modules = npm::modules(&root().join("tests/live/kotlin"), "kotlin").map_err(|why| missing(&why))?;
    Ok((modules.join("node_modules/kotlin-compiler/lib"), jna))
}

#[test]
fn kotlin_tells_the_story() {
    let both = built("kotlin").and_then(|built| kotlin().map(|found| (built, found)));
    let Some((built, (compiler, jna))) = found("ffi::kotlin", both) else { return };
    let folder = TempDir::new().expect("a folder");
    generate(&built, "kotlin", folder.path());
    let classes = folder.path().join("classes");
    let jars = ["kotlin-stdlib.jar", "kotlinx-coroutines-core-jvm.jar"].map(|jar| compiler.join(jar));
    let needed = std::env::join_paths(jars.iter().chain([&jna])).expect("a class path");
    let mut compile = Command::new("java");
    compile.arg("-Xmx2g").arg("-cp").arg(compiler.join("*"));
    compile.args([
        "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
        "-no-stdlib",
        "-no-reflect",
        "-nowarn",
        "-cp",
    ]);
    compile
        .arg(&needed)
        .arg("-d")
        .arg(&classes)
        .arg(folder.path())
        .arg(root().join("nexa-ffi/tests/story.kt"));
    run(&mut compile);
    let path = std::env::join_paths([&classes].into_iter().chain(&jars).chain([&jna])).expect("a class path");
    let mut libraries = std::ffi::OsString::from("-Djna.library.path=");
    libraries.push(built.library.parent().expect("a folder"));
    told("kotlin", &|| {
        let mut java = Command::new("java");
        java.arg(&libraries).arg("-cp").arg(&path).arg("StoryKt");
        java
    });
}

/// There is no Swift compiler for this system, so this is as far as it goes.
#[test]
fn swift_is_generated_and_not_compiled() {
    let Some(built) = found("ffi::swift", built("swift")) else { return };
    let folder = TempDir::new().expect("a folder");
    generate(&built, "swift", folder.path());
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    let (source, map) = (read("Nexa.swift"), read("NexaFFI.modulemap"));
    for part in [
        "import NexaFFI",
        "open class Shop",
        "func probeServers(",
        "public protocol SecretStore",
        "case SignedOut",
    ] {
        assert!(source.contains(part), "{part} in Nexa.swift");
    }
    assert!(map.contains("module NexaFFI") && map.contains("header \"NexaFFI.h\""), "{map}");
    assert!(read("NexaFFI.h").contains("uniffi_nexa_ffi_fn_constructor_shop_connect"));
    tell("swift: generated; NOT COMPILED, because there is no Swift here\n");
}
