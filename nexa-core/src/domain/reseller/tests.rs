use super::*;
use proptest::prelude::*;
use uuid::Uuid;

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::Usd)
}

fn terms(limit: Option<i64>) -> ResellerTerms {
    ResellerTerms {
        list_id: Uuid::nil().into(),
        limit: limit.map(usd),
        quota: None,
        low_below: usd(500),
        floor_percent: 110,
        dunning: false,
    }
}

fn plan(n: u128) -> Ware {
    Ware::Plan(Uuid::from_u128(n).into())
}

fn list(prices: Vec<WholesalePrice>) -> WholesaleList {
    let nil = Uuid::nil();
    let created_at = Timestamp::UNIX_EPOCH;
    WholesaleList {
        id: nil.into(),
        shop_id: nil.into(),
        name: "Gold".into(),
        return_days: 3,
        prices,
        created_at,
    }
}

fn reseller(warned: Warned) -> Reseller {
    let nil = Uuid::nil();
    Reseller {
        shop_id: nil.into(),
        reseller_shop: nil.into(),
        user_id: nil.into(),
        created_at: Timestamp::UNIX_EPOCH,
        terms: terms(None),
        standing: Standing::Active,
        suspended_at: None,
        warned,
    }
}

#[test]
fn nothing_is_a_price_only_where_that_is_said() {
    let refused = Err(Refusal::AmountOutOfRange);
    assert!(WholesalePrice::of(plan(1), usd(1), false).is_ok());
    assert!(WholesalePrice::of(plan(1), usd(0), true).is_ok());
    for (price, free) in [(0, false), (-1, false), (-1, true), (1, true)] {
        assert_eq!(WholesalePrice::of(plan(1), usd(price), free), refused, "{price} {free}");
    }
}

#[test]
fn a_list_has_one_price_a_ware_in_its_shops_currency() {
    let one = |n, price| WholesalePrice { ware: plan(n), price };
    assert!(list(vec![one(1, usd(1)), one(2, usd(0))]).checked(Currency::Usd).is_ok());
    let code = |of: WholesaleList| of.checked(Currency::Usd).unwrap_err().code().to_owned();
    assert_eq!(code(list(vec![one(1, usd(1)), one(1, usd(2))])), "bad_input");
    assert_eq!(code(list(vec![one(1, usd(-1))])), "amount_out_of_range");
    assert_eq!(code(list(vec![one(1, Money::new(1, Currency::Eur))])), "wrong_currency");
    assert_eq!(code(WholesaleList { name: " ".into(), ..list(vec![]) }), "bad_input");
    assert_eq!(code(WholesaleList { return_days: 91, ..list(vec![]) }), "bad_input");
    assert_eq!(list(vec![one(1, usd(7))]).price(plan(1)), Some(usd(7)));
    assert_eq!(list(vec![one(1, usd(7))]).price(plan(2)), None);
}

#[test]
fn terms_are_in_the_suppliers_currency() {
    assert!(terms(None).checked(Currency::Usd).is_ok() && terms(Some(1)).checked(Currency::Usd).is_ok());
    let code = |of: ResellerTerms| of.checked(Currency::Usd).unwrap_err().code().to_owned();
    assert_eq!(code(terms(Some(0))), "amount_out_of_range");
    assert_eq!(code(ResellerTerms { low_below: usd(-1), ..terms(None) }), "amount_out_of_range");
    assert_eq!(
        code(ResellerTerms { limit: Some(Money::new(1, Currency::Eur)), ..terms(None) }),
        "wrong_currency"
    );
    assert_eq!(code(ResellerTerms { floor_percent: 1001, ..terms(None) }), "bad_input");
}

#[test]
fn a_floor_is_rounded_up() {
    assert_eq!(terms(None).floor(usd(333)), Ok(usd(367)));
    assert_eq!(ResellerTerms { floor_percent: 0, ..terms(None) }.floor(usd(333)), Ok(usd(0)));
}

#[test]
fn a_reseller_is_told_once_until_there_is_enough_again() {
    assert_eq!(reseller(Warned::No).warning(usd(499)), Ok(Some(Warned::Low)));
    assert_eq!(reseller(Warned::No).warning(usd(500)), Ok(None));
    assert_eq!(reseller(Warned::Low).warning(usd(1)), Ok(None));
    assert_eq!(reseller(Warned::Out).warning(usd(1)), Ok(None));
    assert_eq!(reseller(Warned::Low).relieved(usd(499)).warned, Warned::Low);
    assert_eq!(reseller(Warned::Out).relieved(usd(500)).warned, Warned::No);
}

#[test]
fn suspension_says_since_when() {
    let (first, later) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
    let stopped = reseller(Warned::No).stand(Standing::Suspended, first);
    assert_eq!(stopped.clone().stand(Standing::Suspended, later).suspended_at, Some(first));
    assert_eq!(stopped.stand(Standing::Active, later).suspended_at, None);
}

proptest! {
    #[test]
    fn no_more_is_owed_than_agreed(
        wallet in 0_i64..1000, owed in 0_i64..1000, limit in prop::option::of(1_i64..1000), price in 0_i64..2000,
    ) {
        let terms = terms(limit);
        let credit = Credit { wallet: usd(wallet), owed: usd(owed) };
        match credit.split(&terms, usd(price)).unwrap() {
            Some(parts) => {
                prop_assert_eq!(parts.wallet.minor + parts.owed.minor, price);
                prop_assert!(parts.wallet.minor <= wallet && parts.owed.minor >= 0);
                prop_assert!(parts.owed.is_zero() || owed + parts.owed.minor <= limit.unwrap_or(0));
            }
            None => prop_assert!(wallet + limit.map_or(0, |limit| limit - owed) < price),
        }
    }

    #[test]
    fn a_ware_is_read_back(id in any::<u128>(), is_pack in any::<bool>()) {
        let id = Uuid::from_u128(id);
        let ware = if is_pack { Ware::Pack(id.into()) } else { Ware::Plan(id.into()) };
        prop_assert_eq!(ware.to_string().parse::<Ware>(), Ok(ware));
    }
}

#[test]
fn a_month_begins_at_midnight_of_its_zone() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let utc = month(&TimeZone::UTC, at("2026-02-28T23:59:59Z"));
    assert_eq!(utc, Some((at("2026-02-01T00:00:00Z"), at("2026-03-01T00:00:00Z"))));
    let tehran = crate::domain::reach::zone("Asia/Tehran").unwrap();
    let there = month(&tehran, at("2026-02-28T23:59:59Z"));
    assert_eq!(there, Some((at("2026-02-28T20:30:00Z"), at("2026-03-31T20:30:00Z"))));
    assert_eq!(
        month(&TimeZone::UTC, utc.unwrap().1).unwrap().0,
        utc.unwrap().1,
        "each ends where the next begins"
    );
}

#[test]
fn unknown_wares_are_refused() {
    for text in ["", "plan", "plan:", "pack:x", "server:00000000-0000-0000-0000-000000000000"] {
        assert!(text.parse::<Ware>().is_err(), "{text}");
    }
}
