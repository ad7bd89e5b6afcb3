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

#[test]
fn every_port_states_its_behaviour() {
    let found: Vec<_> = rust_below("nexa-core/src/ports").into_iter().flat_map(silent).collect();
    enforce(
        "the documentation of every public trait in ports/ has a `# Behaviour` block",
        "write one sentence per rule that an implementation must keep, and one conformance test per sentence",
        &found,
    );
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
