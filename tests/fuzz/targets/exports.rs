//! What customers wrote, as a cell of a list that an operator opens in a spreadsheet.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::domain::csv::{Cell, line};

/// The cells of the one line in this text (RFC 4180); none when it is not exactly one line.
fn cells(text: &str) -> Option<Vec<String>> {
    let mut rest = text.strip_suffix("\r\n")?;
    let mut all = Vec::new();
    loop {
        let mut cell = String::new();
        if let Some(mut inside) = rest.strip_prefix('"') {
            loop {
                let (before, behind) = inside.split_once('"')?;
                cell.push_str(before);
                match behind.strip_prefix('"') {
                    Some(more) => {
                        cell.push('"');
                        inside = more;
                    }
                    None => {
                        rest = behind;
                        break;
                    }
                }
            }
        } else {
            let end = rest.find([',', '"', '\r', '\n']).unwrap_or(rest.len());
            cell.push_str(&rest[..end]);
            rest = &rest[end..];
        }
        all.push(cell);
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None => return rest.is_empty().then_some(all),
        }
    }
}

fuzz_target!(|typed: (&str, &str)| {
    let (one, two) = typed;
    let text = line(&[Cell::text(one), Cell::number(7), Cell::text(two)]);
    let read = cells(&text).unwrap_or_else(|| panic!("{text:?} is no line"));
    assert_eq!((read.len(), read[1].as_str()), (3, "7"), "{text:?}");
    for (typed, cell) in [(one, &read[0]), (two, &read[2])] {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?} begins a formula");
        // Apostrophes come in, and nothing else changes.
        assert_eq!(cell.replace('\'', ""), typed.replace('\'', ""));
    }
});
