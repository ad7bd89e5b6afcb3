//! Numbers, amounts and moments as people, panels and markets write them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::{
    domain::{
        import::{
            amount::Unit,
            cells::{gib, moment, person, telegram},
        },
        market::Price,
        money::Currency,
        shop::Locale,
    },
    text::typed_money,
};

fuzz_target!(|data: (u8, &str, &str)| {
    let (which, text, other) = data;
    drop((moment(text), gib(text), telegram(text), Price::parse(text)));
    drop(person(Some(text), Some(other)));
    if let Ok(unit) = Unit::read(other)
        && let Ok(Some(money)) = unit.worth(text)
    {
        assert!(money.is_positive(), "a balance is never below zero");
    }
    let locale = Locale::ALL[usize::from(which) % Locale::ALL.len()];
    for currency in [Currency::Irr, Currency::Usd, Currency::Btc, Currency::Xtr] {
        if let Some(money) = typed_money(locale, text, currency) {
            assert!(money.minor >= 0 && money.currency == currency);
        }
    }
});
