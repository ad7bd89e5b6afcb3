//! Nothing unfinished, nothing silenced, nothing of the machine it was written on.

use super::source::code;
use super::tree::{Breach, File, below, enforce, rust_below};

fn unfinished(file: &File) -> Vec<Breach> {
    let bare = code(&file.text);
    let mut found = Vec::new();
    for (index, line) in bare.lines().enumerate() {
        for mark in ["todo!", "unimplemented!", "#[ignore", "#[allow(", "#![allow("] {
            if line.contains(mark) {
                found.push(Breach::new(&file.path, index + 1, format!("says `{mark}`")));
            }
        }
    }
    found
}

#[test]
fn nothing_is_left_undone_or_silenced() {
    let found: Vec<_> = rust_below("").into_iter().flat_map(unfinished).collect();
    enforce(
        "no unfinished code, no skipped test, no silenced lint",
        "finish it, make the test run or fail loudly, or use #[expect(lint, reason = \"…\")] where the lint is wrong",
        &found,
    );
}

/// Written in two halves, so that this file does not name them.
const MACHINE: [&str; 4] =
    [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/Us", "ers/")];

fn machine_paths(file: &File) -> Vec<Breach> {
    let mut found = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        for path in MACHINE {
            // In the middle of an address or of another path it names no folder of this machine.
            let starts =
                |at: usize| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-}/*".contains(c));
            if line.match_indices(path).any(|(at, _)| starts(at)) {
                found.push(Breach::new(&file.path, index + 1, format!("names `{path}`")));
            }
        }
    }
    found
}

#[test]
fn no_path_of_a_machine() {
    let found: Vec<_> = below("", |_| true).into_iter().flat_map(machine_paths).collect();
    enforce(
        "no absolute path of somebody's machine in the tree",
        "use CARGO_MANIFEST_DIR, a temporary folder, $HOME or the configuration",
        &found,
    );
}

#[test]
fn unfinished_code_is_found() {
    for text in [
        "fn f() { todo!() }",
        "fn f() { unimplemented!(\"later\") }",
        "#[test]\n#[ignore]\nfn t() {}",
        "#[ignore = \"slow\"]",
        "#[allow(dead_code)]",
        "#![allow(clippy::pedantic)]",
    ] {
        assert_eq!(unfinished(&File::new("x.rs", text)).len(), 1, "{text}");
    }
    let good = "// todo!()\n#[expect(clippy::x, reason = \"y\")]\nlet a = \"#[allow(x)]\";";
    assert_eq!(unfinished(&File::new("x.rs", good)), []);
}

#[test]
fn machine_paths_are_found() {
    for path in MACHINE {
        let text = format!("\nlet a = \"{path}me/x\";");
        assert_eq!(
            machine_paths(&File::new("a.rs", &text)),
            [Breach::new("a.rs", 2, format!("names `{path}`"))]
        );
        let address = format!("see https://example.com{path}x and a{path}");
        assert_eq!(machine_paths(&File::new("a.md", &address)), []);
    }
}
