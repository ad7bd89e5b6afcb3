//! The names of entries: short, printable, unique, and with the server's name where several servers meet.

use std::collections::HashSet;

/// Longest name in characters; apps cut them far earlier.
const LONGEST: usize = 100;

pub(super) struct Names {
    several: bool,
    taken: HashSet<String>,
}

impl Names {
    pub(super) fn new(several: bool) -> Self {
        Self { several, taken: HashSet::new() }
    }

    /// The name of our own line.
    pub(super) fn status(&mut self, text: &str) -> String {
        self.unique(&clean(text))
    }

    /// A name that nobody has yet, for an entry that its panel calls `wanted`.
    pub(super) fn entry(&mut self, server: &str, wanted: &str) -> String {
        let (server, wanted) = (clean(server), clean(wanted));
        let name = match (self.several, wanted.is_empty()) {
            (_, true) => server,
            (false, false) => wanted,
            (true, false) if server.is_empty() => wanted,
            (true, false) => format!("{server} · {wanted}"),
        };
        self.unique(&clean(&name))
    }

    /// Keeps a name that is used as it stands, e.g. that of a group.
    pub(super) fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    fn unique(&mut self, name: &str) -> String {
        let name = if name.is_empty() { "-" } else { name };
        let mut chosen = name.to_owned();
        let mut number = 2_u32;
        while !self.taken.insert(chosen.clone()) {
            chosen = format!("{name} {number}");
            number += 1;
        }
        chosen
    }
}

/// One line without control characters, outer spaces and excess.
fn clean(text: &str) -> String {
    let line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST + 20).collect();
    line.trim().to_owned()
}
