//! The TypeScript client: its types are generated from the committed document, the strictest compiler passes it, and it
//! buys from the real program.

use super::{
    demo::{Demo, press},
    npm,
    require::{Missing, found, tell},
};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/web_client")
}

fn modules() -> Result<PathBuf, Missing> {
    for name in ["node", "npm"] {
        let here = Command::new(name).arg("--version").output().is_ok_and(|said| said.status.success());
        if !here {
            return Err(Missing::new("node", "apt-get install --no-install-recommends nodejs npm"));
        }
    }
    npm::modules(&example(), "web-client").map_err(|why| Missing::new("node", why))
}

/// The program, compiled, in a folder of its own.
fn compiled(modules: &Path, folder: &Path) {
    for name in ["package.json", "tsconfig.json"] {
        fs::copy(example().join(name), folder.join(name)).unwrap();
    }
    fs::create_dir(folder.join("src")).unwrap();
    for name in ["shop.ts", "buy.ts"] {
        fs::copy(example().join("src").join(name), folder.join("src").join(name)).unwrap();
    }
    symlink(modules.join("node_modules"), folder.join("node_modules")).unwrap();
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../nexa-http/openapi.json");
    let types = folder.join("src/api.d.ts");
    let run = |tool: &str, arguments: &[&str]| {
        let mut command = Command::new("node");
        let done =
            command.arg(modules.join("node_modules").join(tool)).args(arguments).current_dir(folder).output();
        let done = done.unwrap();
        let said = String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{tool}: {said}");
    };
    run(
        "openapi-typescript/bin/cli.js",
        &[document.to_str().unwrap(), "--default-non-nullable=false", "--output", types.to_str().unwrap()],
    );
    run("typescript/bin/tsc", &["--project", "."]);
    let lines = fs::read_to_string(&types).unwrap().lines().count();
    tell(&format!("live::typescript: {lines} lines of types, tsc --strict: no fault\n"));
}

#[tokio::test]
async fn the_generated_client_compiles_and_buys() {
    let Some(modules) = found("live::typescript", modules()) else { return };
    let folder = tempfile::tempdir().unwrap();
    compiled(&modules, folder.path());
    let demo = Demo::start();
    let mut program = Command::new("node");
    program.args(["dist/buy.js", &demo.url]).current_dir(folder.path()).stdout(Stdio::piped());
    let mut program = program.spawn().unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("\npay: ") {
        assert!(lines.read_line(&mut said).unwrap() > 0, "it ended: {said}");
    }
    let page = said.lines().find_map(|line| line.strip_prefix("pay: ")).unwrap();
    assert!(page.contains("/sandbox/"), "{said}");
    press(page).await;
    while lines.read_line(&mut said).unwrap() > 0 {}
    assert!(program.wait().unwrap().success(), "{said}");
    for wanted in [
        "plan: 1 month, 50 GiB, 499 minor units of USD",
        "account: a number of 25 digits",
        "refused: not_enough_funds: ",
        "order: awaiting_payment, the same again: true",
        "order: fulfilled",
        &format!("link: {}/s/", demo.url),
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}
