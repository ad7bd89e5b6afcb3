//! Lists to take along, as text that a spreadsheet shows and never runs (RFC 4180).

/// What a file begins with, so that spreadsheets read Persian in it.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), full-width forms included.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// What some spreadsheet takes for the end of a cell, whatever the file was written with.
const ENDS: [char; 6] = [',', ';', '\t', '\r', '\n', '|'];

/// One cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// What somebody may have typed.
    Text(String),
    /// A number of ours: digits, a point and a sign, so it stays a number.
    Number(String),
}

impl Cell {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A text, if there is one.
    #[must_use]
    pub fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }

    /// A whole number.
    #[must_use]
    pub fn number(number: impl Into<i128>) -> Self {
        Self::Number(number.into().to_string())
    }

    /// An amount of money in whole units, without its currency.
    #[must_use]
    pub fn money(amount: super::money::Money) -> Self {
        Self::Number(amount.decimal())
    }
}

/// One line, with its end.
#[must_use]
pub fn line(cells: &[Cell]) -> String {
    let mut line = String::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        match cell {
            Cell::Empty => {}
            Cell::Number(number) => line.push_str(number),
            Cell::Text(text) => push_quoted(&mut line, &harmless(text)),
        }
    }
    line.push_str("\r\n");
    line
}

/// The text with an apostrophe before whatever would begin a formula: at its beginning, and wherever a spreadsheet that
/// separates by other signs would see the beginning of a cell.
fn harmless(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut begins = true;
    for c in text.chars() {
        if begins && FORMULA.contains(&c) {
            safe.push('\'');
        }
        // Quotes and blanks may be dropped before a cell is read.
        begins = ENDS.contains(&c) || (begins && (c == '"' || c == ' '));
        safe.push(c);
    }
    safe
}

fn push_quoted(line: &mut String, text: &str) {
    let plain = |c: char| !matches!(c, '"' | ' ') && !ENDS.contains(&c);
    if text.chars().all(plain) {
        line.push_str(text);
        return;
    }
    line.push('"');
    line.push_str(&text.replace('"', "\"\""));
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        line(&[Cell::text(text)]).trim_end_matches("\r\n").to_owned()
    }

    #[test]
    fn nothing_that_was_typed_begins_a_formula() {
        for (typed, kept) in [
            ("=1+1", "'=1+1"),
            ("+98912", "'+98912"),
            ("-5", "'-5"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "\"'\tx\""),
            ("\rx", "\"'\rx\""),
            ("＝1", "'＝1"),
            (" =1", "\" '=1\""),
            ("\"=1", "\"\"\"'=1\""),
            ("a;=1", "\"a;'=1\""),
            ("a,=1", "\"a,'=1\""),
            ("a\n=1", "\"a\n'=1\""),
            ("a=1", "a=1"),
            ("user@example.com", "user@example.com"),
        ] {
            assert_eq!(written(typed), kept, "{typed:?}");
        }
    }

    #[test]
    fn cells_are_quoted_as_the_standard_says() {
        let cells =
            [Cell::text("a,b"), Cell::text("say \"hi\""), Cell::Empty, Cell::number(-5), Cell::text("")];
        assert_eq!(line(&cells), "\"a,b\",\"say \"\"hi\"\"\",,-5,\r\n");
        assert_eq!(written("دو\nخط"), "\"دو\nخط\"");
        assert_eq!(written("\u{200f}علی"), "\u{200f}علی");
    }

    /// Reads one line back, as RFC 4180 has it.
    fn read(line: &str) -> Vec<String> {
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        let mut chars = line.strip_suffix("\r\n").unwrap().chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.peek() == Some(&'"') => {
                    cell.push('"');
                    chars.next();
                }
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(std::mem::take(&mut cell)),
                _ => cell.push(c),
            }
        }
        assert!(!quoted, "{line}");
        cells.push(cell);
        cells
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_one_harmless_cell(texts in prop::collection::vec("[=+@;,\"\r\n\t a-zپ'-]{0,8}", 1..5)) {
            let cells: Vec<Cell> = texts.iter().map(Cell::text).collect();
            let back = read(&line(&cells));
            prop_assert_eq!(back.len(), texts.len());
            for (typed, read) in texts.iter().zip(&back) {
                prop_assert_eq!(read, &harmless(typed));
                prop_assert!(!read.starts_with(FORMULA));
                prop_assert_eq!(read.replace('\'', ""), typed.replace('\'', ""));
            }
        }
    }
}
