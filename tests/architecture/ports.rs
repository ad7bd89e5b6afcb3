//! Every port says how an implementation must behave, because strangers will implement it.

use super::tree::{Breach, File, enforce, rust_below};

fn silent(file: &File) -> Vec<Breach> {
    let lines: Vec<_> = file.text.lines().collect();
    let declares = |line: &str| line.starts_with("pub trait ") || line.starts_with("pub unsafe trait ");
    let traits = lines.iter().enumerate().filter(|(_, line)| declares(line));
    let undescribed = traits.filter(|(index, _)| {
        let above =
            lines[..*index].iter().rev().take_while(|line| line.starts_with("///") || is_attribute(line));
        !above.into_iter().any(|line| line.trim_start_matches('/').trim() == "# Behaviour")
    });
    undescribed
        .map(|(index, line)| Breach::new(&file.path, index + 1, format!("`{}`", line.trim_end_matches(" {"))))
        .collect()
}

/// A line of an attribute above an item, also of one that runs over several lines.
fn is_attribute(line: &str) -> bool {
    line.starts_with("#[") || line.starts_with("    ") || line.starts_with(")]")
}

const PORTS: &str = "nexa-core/src/ports/";

/// Whether the file is a part of a port that is a folder: the trait in its `mod.rs` speaks for its parts.
fn is_part(file: &File) -> bool {
    let inner = file.path.strip_prefix(PORTS).unwrap_or_default();
    inner.contains('/') && !inner.ends_with("/mod.rs")
}

/// In a port's folder one trait states the behaviour of the whole.
fn silent_folder(file: &File) -> Option<Breach> {
    let traits = file.text.lines().filter(|line| line.starts_with("pub trait ")).count();
    (silent(file).len() >= traits).then(|| Breach::new(&file.path, 1, "no trait states the port's behaviour"))
}

#[test]
fn every_port_states_its_behaviour() {
    let mut found = Vec::new();
    for file in rust_below(PORTS).into_iter().filter(|file| !is_part(file)) {
        let folder = file.path.ends_with("/mod.rs") && file.path != format!("{PORTS}mod.rs");
        if folder {
            found.extend(silent_folder(file));
        } else {
            found.extend(silent(file));
        }
    }
    enforce(
        "the documentation of every public trait in ports/ has a `# Behaviour` block",
        "write one sentence per rule that an implementation must keep, and one conformance test per sentence",
        &found,
    );
}

#[test]
fn silent_folders_are_found() {
    let part = |path: &str| is_part(&File::new(path, ""));
    assert!(part("nexa-core/src/ports/storage/orders.rs"));
    assert!(!part("nexa-core/src/ports/storage/mod.rs") && !part("nexa-core/src/ports/panel.rs"));
    assert!(
        silent_folder(&File::new("mod.rs", "/// # Behaviour\npub trait A {}\npub trait B {}\n")).is_none()
    );
    assert!(silent_folder(&File::new("mod.rs", "/// A.\npub trait A {}\n")).is_some());
    assert!(silent_folder(&File::new("mod.rs", "mod orders;\n")).is_some());
}

#[test]
fn silent_ports_are_found() {
    let silent_one = "/// A panel.\n#[async_trait]\npub trait Panel: Send {\n    /// # Behaviour\n}\n";
    assert_eq!(silent(&File::new("a.rs", silent_one)), [Breach::new("a.rs", 3, "`pub trait Panel: Send`")]);
    let neighbour = "/// # Behaviour\npub trait A {}\npub trait B {}\n";
    assert_eq!(silent(&File::new("a.rs", neighbour)).len(), 1, "the block of a neighbour does not count");
    let good = "/// A panel.\n///\n/// # Behaviour\n/// - Repeating is harmless.\n#[async_trait]\npub trait Panel {}\n";
    assert_eq!(silent(&File::new("a.rs", good)), []);
    assert_eq!(silent(&File::new("a.rs", "trait Private {}\npub struct A;")), []);
}
