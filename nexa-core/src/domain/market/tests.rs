use super::*;
use proptest::prelude::*;

const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(NOW + seconds).unwrap()
}

fn quote(n: usize, asset: Currency, against: Currency, price: &str) -> Quote {
    let price = Price::parse(price).unwrap();
    Quote { source: format!("source {n}"), asset, against, price, at: at(0) }
}

fn litecoin(prices: &[&str]) -> Vec<Quote> {
    let against = [Currency::Usd, Currency::Usdt];
    prices.iter().enumerate().map(|(n, p)| quote(n, Currency::Ltc, against[n % 2], p)).collect()
}

fn wanted(asset: Currency, currency: Currency) -> Wanted<'static> {
    Wanted { asset, currency, spread_bp: 0, last: None, now: at(0) }
}

fn cents(quotes: &[Quote]) -> Result<i64, Unpriced> {
    rate(quotes, wanted(Currency::Ltc, Currency::Usd)).map(|rate| rate.price.minor)
}

#[test]
fn prices_are_read_from_text_without_a_float() {
    for (text, billionths) in [
        ("1", ONE),
        ("64321.5", 64_321_500_000_000),
        ("0.000000001", 1),
        ("0.1234567899", 123_456_789),
        ("6.4e4", 64_000 * ONE),
        ("1E-3", 1_000_000),
        ("1050000", 1_050_000 * ONE),
        ("12.5e0", 12_500_000_000),
    ] {
        assert_eq!(Price::parse(text), Some(Price(billionths)), "{text}");
    }
    // The exponent that is one more below zero than any number is above it.
    let lowest = format!("1e{}", i32::MIN);
    for text in [
        "",
        ".",
        ".5",
        "-1",
        "0",
        "0.0000000001",
        "1e40",
        "NaN",
        "1,5",
        "1e",
        "99999999999999999999",
        "+1",
        &lowest,
    ] {
        assert_eq!(Price::parse(text), None, "{text}");
    }
}

#[test]
fn two_sources_that_agree_are_enough_and_one_is_not() {
    assert_eq!(cents(&litecoin(&["70.00", "70.20"])), Ok(7_010));
    assert_eq!(cents(&litecoin(&["70.00", "70.20", "69.90"])), Ok(7_000));
    assert_eq!(cents(&litecoin(&["70.00"])), Err(Unpriced::TooFew));
    assert_eq!(cents(&[]), Err(Unpriced::TooFew));
}

#[test]
fn a_source_far_from_the_others_is_left_out() {
    assert_eq!(cents(&litecoin(&["70.00", "70.20", "700.0"])), Ok(7_010));
    assert_eq!(cents(&litecoin(&["60.00", "70.00"])), Err(Unpriced::Disagree));
    assert_eq!(cents(&litecoin(&["60.00", "70.00", "80.00"])), Err(Unpriced::Disagree));
}

#[test]
fn old_quotes_and_quotes_of_tomorrow_do_not_count() {
    let mut quotes = litecoin(&["70.00", "70.20"]);
    for (seconds, counts) in [(-179, true), (-180, false), (60, true), (61, false)] {
        quotes[1].at = at(seconds);
        assert_eq!(cents(&quotes).is_ok(), counts, "{seconds}");
    }
}

#[test]
fn a_jump_waits_for_a_person_or_for_six_hours() {
    let last = |minor, fresh_until| Rate {
        asset: Currency::Ltc,
        price: Money::new(minor, Currency::Usd),
        fresh_until,
        origin: Origin::Operator,
        set_at: at(-400),
    };
    let near = |minor, fresh_until| {
        let last = last(minor, fresh_until);
        let wanted = Wanted { last: Some(&last), ..wanted(Currency::Ltc, Currency::Usd) };
        rate(&litecoin(&["70.00", "70.00"]), wanted).map(|rate| rate.price.minor)
    };
    assert_eq!(near(7_000, at(10)), Ok(7_000));
    assert_eq!(near(6_087, at(10)), Ok(7_000));
    assert_eq!(near(6_086, at(10)), Err(Unpriced::Jumped));
    assert_eq!(near(8_300, at(10)), Err(Unpriced::Jumped));
    assert_eq!(near(8_300, at(-6 * 3_600)), Ok(7_000));
}

#[test]
fn tether_is_a_dollar_while_nobody_doubts_it() {
    let tether = wanted(Currency::Usdt, Currency::Usd);
    let seen = |price| vec![quote(0, Currency::Usdt, Currency::Usd, price)];
    assert_eq!(rate(&[], tether), Err(Unpriced::TooFew));
    assert_eq!(rate(&seen("0.999"), tether).map(|rate| rate.price.minor), Ok(100));
    for price in ["0.9849", "1.0151"] {
        assert_eq!(rate(&seen(price), tether), Err(Unpriced::OffPeg));
        let all = [litecoin(&["70.00", "70.20"]), seen(price)].concat();
        assert_eq!(cents(&all), Err(Unpriced::OffPeg), "prices in Tether are no dollars then");
        let dollars = quote(5, Currency::Ltc, Currency::Usd, "70.10");
        let all = [all, vec![dollars]].concat();
        assert_eq!(cents(&all), Ok(7_005), "those in dollars still count");
        let rials = [all, vec![quote(9, Currency::Usdt, Currency::Irr, "1050000")]].concat();
        assert_eq!(rate(&rials, wanted(Currency::Ltc, Currency::Irr)), Err(Unpriced::OffPeg));
    }
}

#[test]
fn rials_come_through_the_dollar() {
    let rial = wanted(Currency::Ltc, Currency::Irr);
    let mut quotes = litecoin(&["70.00", "70.20"]);
    assert_eq!(rate(&quotes, rial), Err(Unpriced::TooFew), "nobody says what a dollar is worth");
    quotes.push(quote(9, Currency::Usdt, Currency::Irr, "1050000"));
    let found = rate(&quotes, rial).unwrap();
    assert_eq!(found.price, Money::new(73_605_000, Currency::Irr));
    assert_eq!((found.origin, found.fresh_until), (Origin::Market { sources: 2 }, at(180)));
    // Two that quote in rials are nearer to the truth than a detour.
    quotes.push(quote(8, Currency::Ltc, Currency::Irr, "74000000"));
    quotes.push(quote(7, Currency::Ltc, Currency::Irr, "74200000"));
    assert_eq!(rate(&quotes, rial).unwrap().price.minor, 74_100_000);
    let tether = wanted(Currency::Usdt, Currency::Irr);
    quotes.push(quote(0, Currency::Usdt, Currency::Usd, "1.0001"));
    assert_eq!(rate(&quotes, tether).unwrap().price.minor, 1_050_000);
}

#[test]
fn the_spread_makes_the_customer_pay_more() {
    let wanted = Wanted { spread_bp: 100, ..wanted(Currency::Ltc, Currency::Usd) };
    let plain = rate(&litecoin(&["70.00", "70.00"]), Wanted { spread_bp: 0, ..wanted }).unwrap();
    let safe = rate(&litecoin(&["70.00", "70.00"]), wanted).unwrap();
    assert_eq!(safe.price.minor, 6_930);
    let price = Money::new(500, Currency::Usd);
    assert!(safe.due(price).unwrap().minor > plain.due(price).unwrap().minor);
}

proptest! {
    #[test]
    fn texts_of_whole_and_fraction_are_read_exactly(whole in 0_u32..=999_999_999, fraction in 1_u32..=999_999_999) {
        let read = Price::parse(&format!("{whole}.{fraction:09}"));
        prop_assert_eq!(read, Price::of(u128::from(whole) * ONE + u128::from(fraction)));
    }

    #[test]
    fn no_text_is_read_as_more_than_there_is(text in "[0-9.eE+-]{0,12}") {
        if let Some(price) = Price::parse(&text) {
            prop_assert!(price.0 > 0 && price.0 <= HIGHEST);
        }
    }

    #[test]
    fn one_liar_among_three_moves_nothing_by_more_than_two_percent(
        honest in 10_000_000_000_u128..=90_000_000_000_000,
        apart in 0_u128..=100,
        lie in 1_u128..=HIGHEST,
        place in 0_usize..3,
    ) {
        let other = honest + honest * apart / 10_000;
        let mut prices = vec![Price(honest), Price(other)];
        prices.insert(place.min(prices.len()), Price(lie));
        let (price, _) = agreed(&prices, LEAST).expect("two agree");
        prop_assert!(price.0 * 100 >= honest * 98 && price.0 * 100 <= other * 102);
    }

    #[test]
    fn the_order_of_quotes_does_not_matter(mut prices in prop::collection::vec(1_u128..=HIGHEST, 0..8)) {
        let list = |prices: &[u128]| prices.iter().copied().map(Price).collect::<Vec<_>>();
        let first = agreed(&list(&prices), LEAST);
        prices.reverse();
        prop_assert_eq!(agreed(&list(&prices), LEAST), first);
    }

    #[test]
    fn a_rate_is_never_free_and_never_above_the_highest_quote(
        prices in prop::collection::vec(1_000_000_000_u128..=90_000_000_000_000, 2..6),
        spread_bp in 0_u32..=500,
    ) {
        let quotes: Vec<_> = prices.iter().enumerate().map(|(n, p)| Quote {
            source: n.to_string(), asset: Currency::Btc, against: Currency::Usd, price: Price(*p), at: at(0),
        }).collect();
        let wanted = Wanted { spread_bp, ..wanted(Currency::Btc, Currency::Usd) };
        if let Ok(rate) = rate(&quotes, wanted) {
            prop_assert!(rate.price.minor > 0);
            let highest = prices.iter().max().copied().unwrap_or(0);
            prop_assert!(u128::from(rate.price.minor.unsigned_abs()) * ONE / 100 <= highest);
        }
    }
}
