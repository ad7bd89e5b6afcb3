//! Everything that is read from a short text: ids, order numbers, codes, languages, colours.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::{
    domain::{
        grant::PanelId,
        ledger::Account,
        likeness::Likeness,
        look::Accent,
        money::Currency,
        order::OrderNumber,
        referral::CameBy,
        reseller::Ware,
        shop::Locale,
        user::{email, password},
        webhook::Reply,
    },
    ids::{OrderId, UserId},
};

fuzz_target!(|text: &str| {
    if let Ok(id) = text.parse::<OrderId>() {
        assert_eq!(id.to_string().parse::<OrderId>(), Ok(id));
        let number = OrderNumber::of(id);
        assert_eq!(OrderNumber::read(&number.to_string()), Some(number));
    }
    if let Some(number) = OrderNumber::read(text) {
        assert_eq!(OrderNumber::read(&number.to_string()), Some(number), "as it is written, it is read");
    }
    if let Ok(address) = email(text) {
        assert_eq!(email(&address), Ok(address), "an address stays what it is");
    }
    drop((text.parse::<UserId>(), text.parse::<PanelId>(), text.parse::<Account>()));
    drop((text.parse::<Likeness>(), text.parse::<Accent>(), text.parse::<Currency>(), text.parse::<Ware>()));
    drop((CameBy::read(text), Locale::from_tag(text), password(text)));
    drop(Reply::answered(429, text).asking(text));
});
