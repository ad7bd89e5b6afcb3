//! The little markup that articles are written in, a small part of Markdown:
//!
//! - lines that begin with `# ` or `## ` are headings;
//! - lines that begin with `- ` or `1. ` are lists;
//! - lines that begin with `> ` stand apart;
//! - other lines make paragraphs, which an empty line ends;
//! - `**strong**`, `*soft*`, `` `as it is` `` and `[words](address)` within a line.
//!
//! Everything else is text, and nothing is ever HTML. Addresses are of `https` or begin with one `/`; what is none stays text.

/// A part of an article.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// A heading; `1` is the greater one.
    Heading(u8, Vec<Span>),
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A list, numbered or not.
    List {
        /// Whether its entries are counted.
        counted: bool,
        /// Its entries.
        items: Vec<Vec<Span>>,
    },
    /// Words that stand apart.
    Aside(Vec<Span>),
}

/// A part of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Span {
    /// Words.
    Text(String),
    /// Words that matter.
    Strong(String),
    /// Words that are said softly.
    Soft(String),
    /// What is to be copied or typed as it is.
    Code(String),
    /// A way elsewhere.
    Link {
        /// What it says.
        words: String,
        /// Where it leads; see [`address`].
        to: String,
    },
}

/// A text in its parts. It never fails: what is no markup is text.
#[must_use]
pub fn blocks(text: &str) -> Vec<Block> {
    let mut all: Vec<Block> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let line = line.trim();
        let (next, goes_on) = read(line);
        open = match (next, all.last_mut()) {
            (None, _) => false,
            (Some(Block::Paragraph(more)), Some(Block::Paragraph(said))) if open => {
                said.push(Span::Text(" ".to_owned()));
                said.extend(more);
                true
            }
            (Some(Block::Aside(more)), Some(Block::Aside(said))) if open => {
                said.push(Span::Text(" ".to_owned()));
                said.extend(more);
                true
            }
            (
                Some(Block::List { counted, items: more }),
                Some(Block::List { counted: before, items: said }),
            ) if open && counted == *before => {
                said.extend(more);
                true
            }
            (Some(block), _) => {
                all.push(block);
                goes_on
            }
        };
    }
    all
}

/// What a line begins, and whether the next one may go on with it.
fn read(line: &str) -> (Option<Block>, bool) {
    if line.is_empty() {
        return (None, false);
    }
    if let Some(rest) = line.strip_prefix("## ") {
        return (Some(Block::Heading(2, spans(rest))), false);
    }
    if let Some(rest) = line.strip_prefix("# ") {
        return (Some(Block::Heading(1, spans(rest))), false);
    }
    if let Some(rest) = line.strip_prefix("> ") {
        return (Some(Block::Aside(spans(rest))), true);
    }
    if let Some(rest) = line.strip_prefix("- ") {
        return (Some(Block::List { counted: false, items: vec![spans(rest)] }), true);
    }
    if let Some(rest) = counted(line) {
        return (Some(Block::List { counted: true, items: vec![spans(rest)] }), true);
    }
    (Some(Block::Paragraph(spans(line))), true)
}

/// The words behind `1. `, with the digits of any of our languages.
fn counted(line: &str) -> Option<&str> {
    let (number, rest) = line.split_once(". ")?;
    let is_digit = |c: char| c.is_ascii_digit() || ('\u{6f0}'..='\u{6f9}').contains(&c);
    (!number.is_empty() && number.chars().count() <= 3 && number.chars().all(is_digit)).then_some(rest)
}

/// Bytes of a line within which marks are looked for: each may be looked for to the end of it.
const LONG_LINE: usize = 8_000;

/// The parts of a line.
fn spans(line: &str) -> Vec<Span> {
    if line.len() > LONG_LINE {
        return vec![Span::Text(line.to_owned())];
    }
    let mut all = Vec::new();
    let mut plain = String::new();
    let mut rest = line;
    while let Some(letter) = rest.chars().next() {
        if let Some((span, behind)) = marked(rest) {
            if !plain.is_empty() {
                all.push(Span::Text(std::mem::take(&mut plain)));
            }
            all.push(span);
            rest = behind;
        } else {
            plain.push(letter);
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
    }
    if !plain.is_empty() {
        all.push(Span::Text(plain));
    }
    all
}

/// A marked part at the beginning of a text, and what stands behind it.
fn marked(text: &str) -> Option<(Span, &str)> {
    let between = |mark: &str| {
        let (inner, behind) = text.strip_prefix(mark)?.split_once(mark)?;
        (!inner.trim().is_empty() && inner == inner.trim()).then(|| (inner.to_owned(), behind))
    };
    if text.starts_with("**") {
        return between("**").map(|(words, behind)| (Span::Strong(words), behind));
    }
    if text.starts_with('*') {
        return between("*").map(|(words, behind)| (Span::Soft(words), behind));
    }
    if text.starts_with('`') {
        return between("`").map(|(words, behind)| (Span::Code(words), behind));
    }
    let inner = text.strip_prefix('[')?;
    // Up to the next bracket of any kind, so that a line of brackets is not read to its end for each of them.
    let (words, rest) = inner.split_at_checked(inner.find(['[', ']'])?)?;
    let (to, behind) = rest.strip_prefix("](")?.split_once(')')?;
    (!words.trim().is_empty() && address(to))
        .then(|| (Span::Link { words: words.to_owned(), to: to.to_owned() }, behind))
}

/// Whether a link may lead there: a page of ours (`/…`), or an `https` address whose host is plain to see.
#[must_use]
pub fn address(to: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`');
    if to.len() > 500 || !to.chars().all(plain) {
        return false;
    }
    if let Some(own) = to.strip_prefix('/') {
        return !own.starts_with('/');
    }
    let host = to.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| {
        let bare = host.split(':').next().unwrap_or_default();
        let of_host = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
        bare.contains('.') && bare.bytes().all(of_host) && !host.contains('@')
    })
}

/// The words alone, a line for each part.
#[must_use]
pub fn plain(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for block in blocks(text) {
        match block {
            Block::Heading(_, said) | Block::Paragraph(said) | Block::Aside(said) => lines.push(words(&said)),
            Block::List { counted, items } => {
                for (at, item) in items.iter().enumerate() {
                    let mark = if counted { format!("{}.", at + 1) } else { "•".to_owned() };
                    lines.push(format!("{mark} {}", words(item)));
                }
            }
        }
    }
    lines
}

/// What the parts of a line say; an address of another host is told, too.
#[must_use]
pub fn words(of: &[Span]) -> String {
    let say = |span: &Span| match span {
        Span::Text(text) | Span::Strong(text) | Span::Soft(text) | Span::Code(text) => text.clone(),
        Span::Link { words, to } if to.starts_with('/') || words == to => words.clone(),
        Span::Link { words, to } => format!("{words} ({to})"),
    };
    of.iter().map(say).collect()
}
