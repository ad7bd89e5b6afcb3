//! An advertiser's address with places to fill in, and the click that fills one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nexa_core::domain::postback::{Told, checked, expand, is_click};
use url::Url;

fuzz_target!(|data: (&str, &str)| {
    let (template, click) = data;
    let Ok(template) = checked(template) else { return };
    let told = Told { campaign: "c", click, event: "e", order: "o", amount: "1", currency: "USD" };
    let empty = Told { click: "", ..told };
    let (made, plain) = (expand(&template, told), expand(&template, empty));
    let (Ok(made), Ok(plain)) = (Url::parse(&made), Url::parse(&plain)) else { return };
    assert_eq!(made.host_str(), plain.host_str(), "a click does not choose who is called");
    assert_eq!(made.scheme(), "https");
    assert!(made.fragment().is_none());
    if is_click(click) {
        assert!(made.as_str().contains(click) || plain == made, "a click stays as it stands");
    }
});
