//! Just enough of Rust's grammar to know which paths a file names.
//!
//! Not a parser: macros are read like other code, and a name made by a macro is not seen. That is enough, because
//! the compiler already refuses what a crate does not depend on.

/// A name with the line (from 1) on which it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub line: usize,
    pub name: String,
}

/// The text with every comment and every literal's content replaced by blanks; bytes keep their places, lines too.
pub fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = literal_or_comment(bytes, at);
        if end == at {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        out.extend(bytes[at..end].iter().map(|b| if *b == b'\n' { b'\n' } else { b' ' }));
        at = end;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Where the comment or literal that begins at `at` ends; `at` itself when none begins there.
fn literal_or_comment(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    match rest {
        [b'/', b'/', ..] => at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => at + block_comment(rest),
        [b'"', ..] => at + quoted(rest, b'"'),
        [b'r', b'"' | b'#', ..] if at == 0 || !in_name(bytes[at - 1]) || bytes[at - 1] == b'b' => {
            at + raw_string(rest)
        }
        [b'\'', b'\\', ..] => at + quoted(rest, b'\''),
        [b'\'', first, ..] if rest.get(1 + width(*first)) == Some(&b'\'') => at + 2 + width(*first),
        _ => at,
    }
}

/// How many bytes the character has that begins with this one.
fn width(first: u8) -> usize {
    usize::try_from(first.leading_ones()).map_or(1, |ones| ones.max(1))
}

fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                at += 2;
            }
            [b'*', b'/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    rest.len()
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b if b == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Length of `r"…"` or `r#"…"#`; 0 for a raw name such as `r#type`.
fn raw_string(rest: &[u8]) -> usize {
    let hashes = rest[1..].iter().take_while(|b| **b == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let mut close = vec![b'"'];
    close.resize(hashes + 1, b'#');
    let body = 2 + hashes;
    let found = rest[body..].windows(close.len()).position(|w| w == close);
    found.map_or(rest.len(), |at| body + at + close.len())
}

/// The code without its `#[cfg(test)]` items: what ships. Lines keep their numbers.
pub fn shipped(code: &str) -> String {
    blank_from(code, "#[cfg(test)]", |rest| {
        let open = rest.find(['{', ';'])?;
        if rest.as_bytes()[open] == b';' { Some(open + 1) } else { closing(rest, open, b'{', b'}') }
    })
}

/// The code with the regions blanked that begin with `start` and have the length that `length` says.
pub fn blank_from(code: &str, start: &str, length: impl Fn(&str) -> Option<usize>) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find(start) {
        out.push_str(&rest[..at]);
        let region = &rest[at..];
        let Some(end) = length(region) else {
            out.push_str(&region[..start.len()]);
            rest = &region[start.len()..];
            continue;
        };
        out.extend(region[..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &region[end..];
    }
    out.push_str(rest);
    out
}

/// The place after the bracket that closes the one at `open`.
pub fn closing(text: &str, open: usize, opens: u8, closes: u8) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().skip(open) {
        if byte == opens {
            depth += 1;
        } else if byte == closes {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

/// Every name, `::` and mark of the code, in order.
pub fn tokens(code: &str) -> Vec<Named> {
    let mut out: Vec<Named> = Vec::new();
    for (index, text) in code.lines().enumerate() {
        let line = index + 1;
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = if first.is_alphanumeric() || first == '_' {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            out.push(Named { line, name: rest[..length].to_owned() });
            rest = rest[length..].trim_start();
        }
    }
    out
}

/// Every path that the code names: `use` trees spread out, and paths of two segments or more in the code.
pub fn paths(code: &str) -> Vec<Named> {
    let tokens = tokens(code);
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        at = if tokens[at].name == "use" {
            use_tree(&tokens, at + 1, "", &mut out)
        } else if is_name(&tokens[at].name) {
            inline_path(&tokens, at, &mut out)
        } else {
            at + 1
        };
    }
    out
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn inline_path(tokens: &[Named], from: usize, out: &mut Vec<Named>) -> usize {
    let mut name = tokens[from].name.clone();
    let mut at = from + 1;
    while let [colons, next, ..] = &tokens[at..] {
        if colons.name != "::" || !is_name(&next.name) {
            break;
        }
        name = format!("{name}::{}", next.name);
        at += 2;
    }
    if at > from + 1 {
        out.push(Named { line: tokens[from].line, name });
    }
    at
}

/// Reads one `use` tree from `at`, with what stands before it, and returns the place of the token that ends it.
fn use_tree(tokens: &[Named], mut at: usize, before: &str, out: &mut Vec<Named>) -> usize {
    let mut name = before.to_owned();
    let mut line = tokens.get(at).map_or(0, |token| token.line);
    while let Some(token) = tokens.get(at) {
        match token.name.as_str() {
            "::" => at += 1,
            "as" => at += 2,
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token.name != "}" && token.name != ";") {
                    at = use_tree(tokens, at, &name, out);
                    at += usize::from(tokens.get(at).is_some_and(|token| token.name == ","));
                }
                return at + usize::from(tokens.get(at).is_some_and(|token| token.name == "}"));
            }
            part if is_name(part) || part == "*" => {
                line = token.line;
                name = if name.is_empty() { part.to_owned() } else { format!("{name}::{part}") };
                at += 1;
            }
            "," | "}" | ";" => break,
            _ => {
                at += 1;
                break;
            }
        }
    }
    out.push(Named { line, name });
    at
}

/// Whether `path` is `module` or something inside it.
pub fn inside(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        paths(&code(text)).into_iter().map(|named| named.name).collect()
    }

    #[test]
    fn comments_and_literals_are_not_code() {
        let text = "a /* sqlx /* b */ */ \"sqlx\" r#\"sqlx \" \"# '\\'' 'x' '\"' 'ب','\"' b\"sqlx\" // sqlx\nlet r: &'a str;";
        let bare = code(text);
        assert_eq!(bare.len(), text.len(), "bytes keep their places");
        assert!(!bare.contains("sqlx"), "{bare}");
        assert!(bare.contains("let r: &'a str;"), "a lifetime is no literal: {bare}");
        assert_eq!(code("let r#type = 1;"), "let r#type = 1;", "a raw name is no raw string");
    }

    #[test]
    fn use_trees_are_spread_out() {
        assert_eq!(
            names("pub use crate::{\n  sql::Pool,\n  domain::{self, money::Money as M},\n};\nuse tracing;"),
            ["crate::sql::Pool", "crate::domain::self", "crate::domain::money::Money", "tracing"]
        );
        assert_eq!(names("use ::std::fs::*;"), ["std::fs::*"]);
        assert_eq!(paths("use a::{\n b,\n c\n};")[1].line, 3);
    }

    #[test]
    fn paths_in_code_and_attributes_are_seen() {
        assert_eq!(
            names("#[tracing::instrument]\nfn f() { std::fs::read(x); y.z() }"),
            ["tracing::instrument", "std::fs::read"]
        );
        assert!(inside("std::fs::read", "std::fs") && !inside("std::fsx", "std::fs"));
    }

    #[test]
    fn tests_do_not_ship() {
        let text =
            "use a::b;\n#[cfg(test)]\nmod tests { use c::d; mod e { } }\n#[cfg(test)]\nmod more;\nuse f::g;";
        let found = paths(&shipped(&code(text)));
        let found: Vec<_> = found.iter().map(|named| (named.line, named.name.as_str())).collect();
        assert_eq!(found, [(1, "a::b"), (6, "f::g")]);
    }
}
