//! The texts of messages: `parse_mode` HTML as documented (core.telegram.org/bots/api#html-style).

use super::answer::Fault;

/// Tags that may stand in a text.
const TAGS: [&str; 15] = [
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "span",
    "tg-spoiler",
    "a",
    "code",
    "pre",
    "blockquote",
];

/// A text as it was taken.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Text {
    /// What people read.
    pub plain: String,
    /// The same with bold text between `*` and text that a tap copies between backquotes.
    pub marked: String,
}

impl Text {
    /// Reads a text that was sent with this parse mode.
    pub fn parse(text: &str, mode: Option<&str>) -> Result<Self, Fault> {
        match mode {
            None => Ok(Self { plain: text.to_owned(), marked: text.to_owned() }),
            Some("HTML") => html(text),
            Some(_) => Err(Fault::bad("unsupported parse_mode")),
        }
    }

    /// How long it is, as Telegram counts.
    pub fn len(&self) -> usize {
        self.plain.trim().encode_utf16().count()
    }
}

fn html(text: &str) -> Result<Text, Fault> {
    let mut out = Text::default();
    let mut open: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&', '>']) {
        let (before, from) = rest.split_at(at);
        push(&mut out, before);
        rest = match from.as_bytes().first() {
            Some(b'<') => tag(from, &mut open, &mut out)?,
            Some(b'&') => entity(from, &mut out)?,
            // To be escaped, as documented; the real server is milder.
            _ => return Err(Fault::bad("can't parse entities: unescaped \">\"")),
        };
    }
    push(&mut out, rest);
    match open.pop() {
        Some(tag) => Err(Fault::bad(&format!("can't parse entities: can't find end tag \"{tag}\""))),
        None => Ok(out),
    }
}

fn push(out: &mut Text, text: &str) {
    out.plain.push_str(text);
    out.marked.push_str(text);
}

fn tag<'a>(from: &'a str, open: &mut Vec<String>, out: &mut Text) -> Result<&'a str, Fault> {
    let unclosed = || Fault::bad("can't parse entities: unclosed start tag");
    let (tag, rest) = from.strip_prefix('<').and_then(|tag| tag.split_once('>')).ok_or_else(unclosed)?;
    let name = tag.trim_start_matches('/').split_whitespace().next().unwrap_or_default().to_lowercase();
    if !TAGS.contains(&name.as_str()) {
        return Err(Fault::bad(&format!("can't parse entities: unsupported start tag \"{name}\"")));
    }
    match name.as_str() {
        "b" | "strong" => out.marked.push('*'),
        "code" => out.marked.push('`'),
        _ => {}
    }
    if tag.starts_with('/') {
        if open.pop().as_deref() != Some(name.as_str()) {
            return Err(Fault::bad(&format!("can't parse entities: unexpected end tag \"{name}\"")));
        }
    } else {
        open.push(name);
    }
    Ok(rest)
}

fn entity<'a>(from: &'a str, out: &mut Text) -> Result<&'a str, Fault> {
    for (entity, letter) in [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\"")] {
        if let Some(rest) = from.strip_prefix(entity) {
            push(out, letter);
            return Ok(rest);
        }
    }
    Err(Fault::bad("can't parse entities: unknown entity"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        Text::parse(text, Some("HTML")).ok().map(|text| text.marked)
    }

    #[test]
    fn markup_is_taken_only_as_documented() {
        assert_eq!(read("<b>a &lt; b</b>\n<code>c</code>").as_deref(), Some("*a < b*\n`c`"));
        for wrong in ["<b>a", "a</b>", "<b><i>a</b></i>", "<script>a</script>", "a < b", "a & b", "a > b"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn length_is_counted_in_utf16_after_the_markup() {
        let text = Text::parse("<b>😀</b>&amp;", Some("HTML")).expect("a text");
        assert_eq!(text.len(), 3);
    }
}
