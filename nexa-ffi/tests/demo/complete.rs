//! The object has every call of the customer's port.

use std::{collections::BTreeSet, fs, path::Path};

/// The names behind `before` in the Rust files of a folder, up to a parenthesis.
fn names(folder: &str, before: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    let texts = files.filter(|path| path.is_file()).map(|path| fs::read_to_string(path).expect("a text"));
    let names = texts.flat_map(|text| {
        let lines = text.lines().filter_map(|line| line.strip_prefix(before)).map(str::to_owned);
        lines.filter_map(|rest| Some(rest.split_once('(')?.0.to_owned())).collect::<Vec<_>>()
    });
    names.collect()
}

#[test]
fn every_call_of_the_port_is_there() {
    // Traits and their implementations alike: a method is what both have.
    let port = names("../nexa-core/src/storefront", "    async fn ");
    let here = names("src/shop", "    pub async fn ");
    let missing: Vec<_> = port.iter().filter(|name| !here.contains(*name)).map(String::as_str).collect();
    // A picture has a type in each language: two calls of their own.
    assert_eq!(missing, ["link_qr"]);
    assert!(
        port.len() > 75 && here.contains("link_qr_png") && here.contains("link_qr_svg"),
        "{}",
        port.len()
    );
}
