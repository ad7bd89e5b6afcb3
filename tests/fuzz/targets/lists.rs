//! A list of customers that an operator imports.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::domain::import::list::{LONGEST_LINE, List};

fuzz_target!(|data: &[u8]| {
    let mut list = List::default();
    for line in data.split(|byte| *byte == b'\n') {
        let line = (line.len() <= LONGEST_LINE).then_some(line);
        drop(list.line(line));
    }
});
