use super::*;

fn told(text: &str, rule: Option<&str>) -> Option<i64> {
    let message = Message { card: String::new(), text: text.to_owned() };
    message.deposit(rules(rule).unwrap(), Currency::Irr).map(|money| money.minor)
}

#[test]
fn deposits_are_read_as_the_banks_write_them() {
    let mellat = "حساب7480373047\nواریز300,000\nمانده19,061,382\n04/09/05-17:17";
    let resalat = "10.10055857.1\n+120,000,000\n11/11_19:43\nمانده: 120,025,817";
    let blu = "سارا عزیز، 1,000,000 ریال به حساب شما نشست.\nموجودی: 3,000,000 ریال";
    for (text, rule, rial) in
        [(mellat, "mellat", 300_000), (resalat, "resalat", 120_000_000), (blu, "blu", 1_000_000)]
    {
        assert_eq!(told(text, Some(rule)), Some(rial), "{rule}");
        assert_eq!(told(text, None), Some(rial), "{rule}, by any rule");
    }
    assert_eq!(told(mellat, Some("blu")), None, "another bank's words");
    assert_eq!(told("واریز مبلغ: ۱٬۲۵۰٬۰۱۰ ریال به کارت", None), Some(1_250_010), "Persian digits");
    assert_eq!(told("واريز به مبلغ", None), None);
    assert_eq!(told("واريز: ١٢٥٠٠٠ ریال", None), Some(125_000), "Arabic letters and digits");
    assert_eq!(told("واریز 125,001 تومان", None), Some(1_250_010));
    assert_eq!(told("\u{200f}+50,000\u{200f}\nمانده 1", None), Some(50_000), "marks that cannot be seen");
    assert_eq!(told("50,000+", None), Some(50_000));
}

#[test]
fn nothing_else_is_a_deposit() {
    for text in [
        "",
        "حساب7480373047\nبرداشت300,000\nمانده19,061,382",
        "برداشت +300,000",
        "خرید 300,000 +1",
        "رمز پویا: 482913\nمبلغ 300,000 ریال",
        "واریز حساب 7480373047 مبلغ 300,000",
        "واریز 300,000\nواریز 400,000",
        "واریز 300,000\n+400,000",
        "واریز 0",
        "واریز 99999999999999999999",
        "واریز 12.5",
        "مانده 19,061,382",
    ] {
        assert_eq!(told(text, None), None, "{text}");
    }
    assert_eq!(told("واریز 300,000\n+300,000", None), Some(300_000), "said twice, it is one");
}

#[test]
fn a_card_is_named_by_its_end() {
    let of = |card: &str| Message { card: card.to_owned(), text: String::new() }.is_of("6219861034529007");
    for card in ["9007", "۹۰۰۷", "6219-8610-3452-9007", "34529007", ""] {
        assert!(of(card), "{card}");
    }
    for card in ["007", "9008", "card", "19007 "] {
        assert!(!of(card), "{card}");
    }
}

#[test]
fn the_same_message_has_one_name() {
    let name = |text: &str, card| Message { card: String::new(), text: text.to_owned() }.name(card);
    assert_eq!(name("واریز  1\nمانده 2", "a"), name(" واریز 1 مانده 2", "a"));
    assert_ne!(name("واریز 1 مانده 2", "a"), name("واریز 1 مانده 3", "a"));
    assert_ne!(name("واریز 1 مانده 2", "a"), name("واریز 1 مانده 2", "b"));
}
