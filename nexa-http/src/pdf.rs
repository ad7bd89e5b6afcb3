//! A sheet of paper as PDF (ISO 32000-1): a title, who it is from, and lines of two columns, in the fonts that every reader has.
//!
//! These fonts know Latin letters only and nothing is shaped, so a sheet with any other letter is none: a document that is
//! wrong is worse than a page to print, which browsers set correctly in every language.

use std::fmt::Write;

/// How wide the columns are, in thousandths of 11 points: 190 and 275 points.
const LEFT: u32 = 17_200;
const RIGHT: u32 = 25_000;
/// Lines of a page.
const LINES: usize = 34;

/// What is written on it.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// What it is, e.g. "Receipt".
    pub title: String,
    /// Whose it is.
    pub from: String,
    /// What is said of what.
    pub lines: Vec<(String, String)>,
}

impl Sheet {
    /// The bytes of the file; none where a letter is not Latin.
    #[must_use]
    pub fn pdf(&self) -> Option<Vec<u8>> {
        let mut rows: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        for (label, value) in &self.lines {
            let (labels, values) = (wrapped(&plain(label), LEFT), wrapped(&plain(value), RIGHT));
            let part =
                |of: &[String], at: usize| of.get(at).map_or_else(|| Some(Vec::new()), |text| winansi(text));
            for at in 0..labels.len().max(values.len()) {
                rows.push((part(&labels, at)?, part(&values, at)?));
            }
        }
        let (title, from) = (winansi(&plain(&self.title))?, winansi(&plain(&self.from))?);
        let pages: Vec<&[(Vec<u8>, Vec<u8>)]> = rows.chunks(LINES).collect();
        let contents = pages.iter().map(|rows| content(&title, &from, rows)).collect();
        Some(file(&title, contents))
    }
}

/// Without the marks around arguments, and with spaces that the encoding knows.
fn plain(text: &str) -> String {
    nexa_core::text::plain(text).replace(['\u{202f}', '\u{2009}', '\t', '\n'], " ")
}

/// How wide a letter is at most in these fonts, in thousandths of its size (Adobe's font metrics of Helvetica and
/// Helvetica-Bold).
const fn width(letter: char) -> u32 {
    match letter {
        '@' | '—' | '…' | 'Æ' => 1_015,
        'W' => 944,
        'M' | 'm' | 'æ' | '%' | '¼' | '½' | '¾' => 889,
        'G' | 'O' | 'Q' | 'w' | 'Ò'..='Ö' | 'Ø' => 778,
        'A'..='Z' | '&' | '©' | '®' | 'À'..='Þ' => 737,
        _ => 611,
    }
}

fn wide(text: &str) -> u32 {
    text.chars().map(width).sum()
}

/// A word in parts that fit into a line.
fn parts(word: &str, most: u32) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut used = 0;
    for letter in word.chars() {
        used += width(letter);
        if used > most {
            parts.push(String::new());
            used = width(letter);
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts
}

/// A text in lines that are at most so wide; a word that is longer than one is cut.
fn wrapped(text: &str, most: u32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        for part in parts(word, most) {
            let fits = |line: &String| wide(line) + width(' ') + wide(&part) <= most;
            match lines.last_mut() {
                Some(line) if line.is_empty() => *line = part,
                Some(line) if fits(line) => {
                    line.push(' ');
                    line.push_str(&part);
                }
                _ => lines.push(part),
            }
        }
    }
    lines
}

/// A text in `WinAnsiEncoding` (ISO 32000-1, annex D); none where it has a letter that is not in it.
fn winansi(text: &str) -> Option<Vec<u8>> {
    let byte = |letter: char| match letter {
        ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(letter)).ok(),
        '€' => Some(0x80),
        '…' => Some(0x85),
        '‘' => Some(0x91),
        '’' => Some(0x92),
        '“' => Some(0x93),
        '”' => Some(0x94),
        '•' => Some(0x95),
        '–' => Some(0x96),
        '—' => Some(0x97),
        _ => None,
    };
    text.chars().map(byte).collect()
}

/// A string of PDF, in hexadecimal digits: nothing in it can be taken for anything else.
fn string(bytes: &[u8]) -> String {
    format!("<{}>", data_encoding::HEXUPPER.encode(bytes))
}

/// What is drawn on one page: A4, from 60 points of the edges.
fn content(title: &[u8], from: &[u8], rows: &[(Vec<u8>, Vec<u8>)]) -> String {
    let mut out = String::new();
    let mut put = |font: &str, size: u32, x: u32, y: usize, text: &[u8]| {
        if !text.is_empty() {
            // Writing to a string cannot fail.
            let _written = writeln!(out, "BT /{font} {size} Tf {x} {y} Td {} Tj ET", string(text));
        }
    };
    put("F2", 18, 60, 772, title);
    put("F1", 12, 60, 750, from);
    for (at, (label, value)) in rows.iter().enumerate() {
        let y = 715 - at * 20;
        put("F1", 11, 60, y, label);
        put("F2", 11, 260, y, value);
    }
    out
}

/// The file around its pages: the objects, and where each begins.
fn file(title: &[u8], contents: Vec<String>) -> Vec<u8> {
    let count = contents.len();
    let kids = (0..count).map(|at| format!("{} 0 R", 6 + 2 * at)).collect::<Vec<_>>().join(" ");
    let font = |name: &str| {
        format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>")
    };
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R /Lang (en) >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {count} >>"),
        font("Helvetica"),
        font("Helvetica-Bold"),
        format!("<< /Title {} >>", string(title)),
    ];
    for (at, content) in contents.into_iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>",
            7 + 2 * at
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}endstream", content.len()));
    }
    let mut out = "%PDF-1.4\n".to_owned();
    let mut begins = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        begins.push(out.len());
        let _written = write!(out, "{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let table = out.len();
    let _written = write!(out, "xref\n0 {}\n0000000000 65535 f \n", begins.len() + 1);
    for begin in &begins {
        let _written = writeln!(out, "{begin:010} 00000 n ");
    }
    let _written = write!(
        out,
        "trailer\n<< /Size {} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{table}\n%%EOF\n",
        begins.len() + 1
    );
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(value: &str) -> Sheet {
        let line = |n: usize| (format!("Line {n}"), value.to_owned());
        Sheet { title: "Receipt".to_owned(), from: "Café".to_owned(), lines: (0..40).map(line).collect() }
    }

    /// Every object begins where the table says, and streams are as long as they say.
    #[test]
    fn the_table_tells_where_everything_is() {
        let text = String::from_utf8(sheet("(1) \\ 4.99 USD – paid").pdf().unwrap()).unwrap();
        assert!(text.starts_with("%PDF-1.4\n") && text.ends_with("%%EOF\n"));
        let at: usize = text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
        let table = &text[at..];
        assert!(table.starts_with("xref\n"));
        let begins: Vec<usize> = table
            .lines()
            .filter(|line| line.ends_with(" 00000 n "))
            .map(|line| line[..10].parse().unwrap())
            .collect();
        assert_eq!(begins.len(), 9, "two pages, each with what is on it");
        for (n, begin) in begins.iter().enumerate() {
            assert!(text[*begin..].starts_with(&format!("{} 0 obj\n", n + 1)));
        }
        for part in text.split("/Length ").skip(1) {
            let (length, rest) = part.split_once(" >>\nstream\n").unwrap();
            assert_eq!(rest.find("endstream"), length.parse().ok());
        }
    }

    #[test]
    fn what_is_written_is_hexadecimal_and_latin_or_not_at_all() {
        let text = String::from_utf8(sheet(") Tj (").pdf().unwrap()).unwrap();
        assert!(text.contains("<2920546A2028> Tj") && text.contains("<436166E9> Tj"), "{text}");
        assert!(String::from_utf8(sheet("\u{2068}a\u{2069} €").pdf().unwrap()).unwrap().contains("<612080>"));
        for letter in ["سلام", "Привет", "漢", "\u{202e}"] {
            assert!(sheet(letter).pdf().is_none(), "{letter}");
        }
    }

    #[test]
    fn long_words_go_on_below() {
        assert_eq!(wrapped("", RIGHT), [""]);
        assert_eq!(wrapped("a b", RIGHT), ["a b"]);
        for letter in ["x", "W", "m", "Ø"] {
            let text = format!("{} {}", letter.repeat(100), "y ".repeat(60));
            for most in [LEFT, RIGHT] {
                let lines = wrapped(&text, most);
                assert!(lines.iter().all(|line| wide(line) <= most), "{lines:?}");
                assert_eq!(lines.concat().replace(' ', "").chars().count(), 160);
            }
        }
    }

    #[test]
    fn a_long_label_does_not_run_into_what_is_said_of_it() {
        let line = ("Six months for the whole family and its friends".to_owned(), "4.99 USD".to_owned());
        let sheet = Sheet { lines: vec![line], ..Sheet::default() };
        let text = String::from_utf8(sheet.pdf().unwrap()).unwrap();
        let column = |x: u32| text.matches(&format!(" Tf {x} ")).count();
        assert_eq!((column(60), column(260)), (2, 1), "{text}");
    }
}
