//! A dump of another bot's database, read in pieces of any size.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::domain::import::{
    cells::Row,
    dump::Dump,
    hiddify_bot, marzban,
    mirza::{Mirza, TABLES},
};
use nexa_fuzz::now;

type Rows = Vec<(String, Vec<String>, Vec<Option<String>>)>;

fn read(text: &[u8], piece: usize) -> (Rows, bool, usize) {
    let mut rows = Rows::new();
    let mut keep = |table: &str, names: &[String], values: &[Option<String>]| {
        rows.push((table.to_owned(), names.to_vec(), values.to_vec()));
    };
    let mut dump = Dump::new(TABLES);
    for piece in text.chunks(piece) {
        dump.read(piece, &mut keep);
    }
    let (whole, met) = dump.end(&mut keep);
    (rows, whole, met)
}

fuzz_target!(|data: &[u8]| {
    let [size, text @ ..] = data else { return };
    let all = read(text, text.len().max(1));
    assert_eq!(all, read(text, usize::from(*size).max(1)), "pieces do not matter");
    let mut mirza = Mirza::default();
    for (number, (table, names, values)) in (1..).zip(&all.0) {
        let row = Row::new(names, values);
        drop(mirza.row(table, &row));
        drop(hiddify_bot::row(table, number, &row));
        drop(marzban::found(number, &marzban::of_row(&row), now()));
    }
});
