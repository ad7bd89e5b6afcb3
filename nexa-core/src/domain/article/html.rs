//! An article as HTML. Only what this writes itself is markup; all that people wrote is escaped.

use super::markup::{Block, Span, blocks};

/// The text as HTML: `h2`, `h3`, `p`, `ul`, `ol`, `li`, `blockquote`, `strong`, `em`, `code` and `a`.
#[must_use]
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for block in blocks(text) {
        match block {
            Block::Heading(1, said) => wrap(&mut out, "h2", &said),
            Block::Heading(_, said) => wrap(&mut out, "h3", &said),
            Block::Paragraph(said) => wrap(&mut out, "p", &said),
            Block::Aside(said) => wrap(&mut out, "blockquote", &said),
            Block::List { counted, items } => {
                let tag = if counted { "ol" } else { "ul" };
                out.extend(["<", tag, ">"]);
                for item in items {
                    wrap(&mut out, "li", &item);
                }
                out.extend(["</", tag, ">\n"]);
            }
        }
    }
    out
}

/// One line as a paragraph, without any markup.
#[must_use]
pub fn paragraph(line: &str) -> String {
    format!("<p>{}</p>\n", escaped(line))
}

fn wrap(out: &mut String, tag: &str, said: &[Span]) {
    out.extend(["<", tag, ">"]);
    for span in said {
        match span {
            Span::Text(text) => out.push_str(&escaped(text)),
            Span::Strong(text) => out.extend(["<strong>", &escaped(text), "</strong>"]),
            Span::Soft(text) => out.extend(["<em>", &escaped(text), "</em>"]),
            Span::Code(text) => out.extend(["<code dir=\"ltr\">", &escaped(text), "</code>"]),
            Span::Link { words, to } => {
                let away = if to.starts_with('/') { "" } else { " rel=\"nofollow noopener noreferrer\"" };
                out.extend(["<a href=\"", &escaped(to), "\"", away, ">", &escaped(words), "</a>"]);
            }
        }
    }
    out.extend(["</", tag, ">\n"]);
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}
