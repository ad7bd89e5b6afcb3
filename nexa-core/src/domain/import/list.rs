//! Lists of ours: CSV with an identity or a link of a panel in each line.
//!
//! The first line may name the columns: `uuid` (or `link`), `telegram_id`, `email`, `name`, `plan`, `expires`, `traffic`
//! (what is left, in GiB) and `balance`. Without such a line the first column is the identity and the rest is not looked
//! at. What stands in other columns is never used, so a formula in them does nothing. A wallet may stand in each line of its
//! owner, with the same balance.

use super::{
    Fault, Found, Service,
    cells::{Row, gib, moment, person},
};
use crate::domain::{
    adoption::{Rest, identity},
    measure::Traffic,
};

/// Bytes of a line at most.
pub const LONGEST_LINE: usize = 64 << 10;
/// Columns of a line at most.
const MOST_COLUMNS: usize = 64;
/// Characters of a name at most; subscriptions have no longer ones.
const LONGEST_NAME: usize = 40;

/// The columns that mean something.
const COLUMNS: [&str; 10] =
    ["uuid", "link", "telegram_id", "telegram", "email", "name", "plan", "expires", "traffic", "balance"];

/// Reads a list line by line.
#[derive(Default)]
pub struct List {
    columns: Option<(char, Vec<String>)>,
    lines: usize,
}

impl List {
    /// What the next line says; nothing for an empty one and for the names of the columns. The line comes without its end,
    /// and as nothing when it was longer than [`LONGEST_LINE`].
    pub fn line(&mut self, line: Option<&[u8]>) -> Option<Found> {
        self.lines = self.lines.saturating_add(1);
        let place = format!("line {}", self.lines);
        let text = line.and_then(|bytes| std::str::from_utf8(bytes).ok());
        let Some(text) = text else { return Some(Found::faulty(place, Fault::Unreadable)) };
        let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
        if text.trim().is_empty() {
            return None;
        }
        let separator = match &self.columns {
            Some((separator, _)) => *separator,
            None => {
                [';', '\t'].into_iter().find(|one| text.contains(*one) && !text.contains(',')).unwrap_or(',')
            }
        };
        let Some(cells) = cells(text, separator) else {
            return Some(Found::faulty(place, Fault::Unreadable));
        };
        if self.columns.is_none() {
            let names = named(&cells);
            let is_head = names.is_some();
            self.columns = Some((separator, names.unwrap_or_else(|| vec!["uuid".to_owned()])));
            if is_head {
                return None;
            }
        }
        let names = self.columns.as_ref().map_or(&[][..], |(_, names)| names.as_slice());
        Some(found(place, &Row::new(names, &cells)))
    }
}

/// The names of the columns, if that is what the first line has.
fn named(cells: &[Option<String>]) -> Option<Vec<String>> {
    let names: Vec<String> =
        cells.iter().map(|cell| cell.as_deref().unwrap_or_default().trim().to_lowercase()).collect();
    names.iter().any(|name| COLUMNS.contains(&name.as_str())).then_some(names)
}

/// The cells of a line (RFC 4180); nothing when a quote does not end in it.
fn cells(line: &str, separator: char) -> Option<Vec<Option<String>>> {
    let mut cells = Vec::new();
    let (mut cell, mut quoted) = (String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            one if one == separator && !quoted => cells.push(Some(std::mem::take(&mut cell))),
            one => cell.push(one),
        }
    }
    cells.push(Some(cell));
    (!quoted && cells.len() <= MOST_COLUMNS).then_some(cells)
}

fn found(place: String, row: &Row<'_>) -> Found {
    match read(row) {
        Ok((person, service)) => {
            let balance = row.text("balance").map(str::to_owned);
            let empty = service.is_none() && (person.is_nobody() || balance.is_none());
            let fault = empty.then_some(Fault::NoIdentity);
            Found { place, person, balance, service, fault }
        }
        Err(fault) => Found::faulty(place, fault),
    }
}

fn read(row: &Row<'_>) -> Result<(super::Person, Option<Service>), Fault> {
    let either = |one: &str, other: &str| row.text(one).or_else(|| row.text(other));
    let person = person(either("telegram_id", "telegram"), row.text("email"))?;
    let ends_at = row.text("expires").map(|text| moment(text).ok_or(Fault::BadDate)).transpose()?;
    let left = row.text("traffic").map(|text| gib(text).ok_or(Fault::BadTraffic)).transpose()?;
    let service = match either("uuid", "link") {
        None => None,
        Some(text) => {
            let rest = ends_at.zip(left).map(|(ends_at, left)| Rest { ends_at, used: Traffic::ZERO, left });
            let plan = row.text("plan").map(str::to_owned);
            let name = row.text("name").and_then(name);
            let known = Service::known_by(identity(text).ok_or(Fault::NoIdentity)?);
            Some(Service { plan, name, rest, ..known })
        }
    };
    Ok((person, service))
}

/// A name that a subscription may have, cut to its length.
fn name(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    let plain = plain.trim();
    (!plain.is_empty()).then(|| plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "a59e4807-8100-45d7-83b6-f2248e3475f8";

    fn all(text: &str) -> Vec<Found> {
        let mut list = List::default();
        text.split('\n').filter_map(|line| list.line(Some(line.as_bytes()))).collect()
    }

    fn faults(text: &str) -> Vec<Option<Fault>> {
        all(text).into_iter().map(|found| found.fault).collect()
    }

    #[test]
    fn a_list_without_names_is_a_list_of_identities() {
        let text = format!("\u{feff}{ID}\r\n\nhttps://panel.example/x/{ID}/#Ali,whatever,=cmd()\nnothing");
        let found = all(&text);
        let places: Vec<_> = found.iter().map(|one| one.place.as_str()).collect();
        assert_eq!(places, ["line 1", "line 3", "line 4"]);
        assert!(found[1].service.as_ref().is_some_and(|service| service.identity == ID.parse().unwrap()));
        assert!(found[1].person.is_nobody());
        assert_eq!(found[2].fault, Some(Fault::NoIdentity));
    }

    #[test]
    fn columns_are_known_by_their_names_in_any_order() {
        let head = "Email;Telegram_ID;link;plan;name;expires;traffic;balance;notes";
        let text = format!("{head}\nAli@Example.org;۱۲۳;{ID};\"gold; 3\";علی;2026-12-31;1.5;20;=1+1");
        let found = &all(&text)[0];
        assert_eq!(found.fault, None);
        assert_eq!(found.person.telegram.as_deref(), Some("123"));
        assert_eq!(found.person.email.as_deref(), Some("ali@example.org"));
        assert_eq!(found.balance.as_deref(), Some("20"));
        let service = found.service.as_ref().unwrap();
        assert_eq!(service.plan.as_deref(), Some("gold; 3"));
        assert_eq!(service.name.as_deref(), Some("علی"));
        let rest = service.rest.unwrap();
        assert_eq!(
            (rest.left, rest.ends_at),
            (Traffic::bytes(3 << 29), "2027-01-01T00:00:00Z".parse().unwrap())
        );
    }

    #[test]
    fn every_wrong_cell_has_its_code() {
        let head = "uuid,telegram_id,email,expires,traffic,balance";
        for (line, fault) in [
            (format!("{ID},abc,,,,"), Fault::BadTelegram),
            (format!("{ID},,nobody,,,"), Fault::BadEmail),
            (format!("{ID},,,soon,,"), Fault::BadDate),
            (format!("{ID},,,,lots,"), Fault::BadTraffic),
            ("x,1,,,,".to_owned(), Fault::NoIdentity),
            (",1,,,,".to_owned(), Fault::NoIdentity),
            (format!("\"{ID},1"), Fault::Unreadable),
        ] {
            assert_eq!(faults(&format!("{head}\n{line}")), [Some(fault)], "{line}");
        }
        assert_eq!(faults(&format!("{head}\n,1,,,,5\n{ID},,,,,")), [None, None], "a wallet, and a service");
        let mut list = List::default();
        assert_eq!(list.line(None).and_then(|found| found.fault), Some(Fault::Unreadable), "too long");
        assert_eq!(list.line(Some(b"\xff\xfe")).and_then(|found| found.fault), Some(Fault::Unreadable));
    }

    proptest! {
        #[test]
        fn whatever_is_listed_is_read(lines: Vec<Vec<u8>>, head in prop::sample::select(vec!["", "uuid,email,traffic", "link;expires"])) {
            let mut list = List::default();
            let _head = list.line(Some(head.as_bytes()));
            for line in &lines {
                let _found = list.line(Some(line));
            }
        }
    }
}
