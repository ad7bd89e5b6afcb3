//! The terms of a coupon as a form has them.

use super::super::{
    Operator,
    typed::{gib, gib_text, small},
};
use crate::web::form::Form;
use jiff::{Timestamp, civil::Date};
use nexa_core::{
    backoffice::model::{CouponTerms, OperatorCouponView},
    domain::{refusal::Refusal, time},
    error::Result as Done,
    storefront::model::Purpose,
};

/// What a coupon may be for. Both kinds of pack are one.
pub const PURPOSES: [&str; 6] = ["new", "renewal", "change", "pack", "gift", "top-up"];

fn purposes(form: &Form) -> Vec<Purpose> {
    let named = |purpose: &str| match purpose {
        "new" => vec![Purpose::New],
        "renewal" => vec![Purpose::Renewal],
        "change" => vec![Purpose::Change],
        "pack" => vec![Purpose::TrafficPack, Purpose::DevicePack],
        "gift" => vec![Purpose::Gift],
        _ => vec![Purpose::TopUp],
    };
    let ticked = PURPOSES.into_iter().filter(|purpose| form.ticked(&format!("for-{purpose}")));
    ticked.flat_map(named).collect()
}

const fn name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::New => "new",
        Purpose::Renewal => "renewal",
        Purpose::Change => "change",
        Purpose::TrafficPack | Purpose::DevicePack => "pack",
        Purpose::Gift => "gift",
        _ => "top-up",
    }
}

/// The terms that were typed; `before` are those of the coupon that is changed.
pub fn terms(operator: &Operator, form: &Form, before: Option<&CouponTerms>) -> Done<CouponTerms> {
    let own = operator.visitor.shop.currency.code();
    let at_least = form.given("at_least").map(|text| operator.amount(&text, "at_least", own)).transpose()?;
    Ok(CouponTerms {
        total: small(form, "total")?,
        per_user: small(form, "per_user")?,
        first_only: form.ticked("first_only"),
        from: day(operator, form, "from", 0)?,
        at_least,
        plan_ids: form.all("plan-"),
        purposes: purposes(form),
        ..personal(operator, form, before)?
    })
}

/// What a coupon does, as it was typed, and the last day of it.
pub fn personal(operator: &Operator, form: &Form, before: Option<&CouponTerms>) -> Done<CouponTerms> {
    let benefit = form.text("benefit");
    let own = operator.visitor.shop.currency.code();
    let missing = |field| Refusal::bad_input(field, "missing");
    let money = || form.given("amount").map(|text| operator.amount(&text, "amount", own)).transpose();
    let only = |kind: &str| benefit == kind;
    let percent =
        if only("percent") { Some(small(form, "percent")?.ok_or(missing("percent"))?) } else { None };
    let amount = if only("amount") { Some(money()?.ok_or(missing("amount"))?) } else { None };
    let days = if only("days") { Some(small(form, "days")?.ok_or(missing("days"))?) } else { None };
    let kept = before.and_then(|before| before.traffic_bytes);
    let traffic =
        if only("traffic") { Some(gib(form, "gib", kept)?.ok_or(missing("traffic_bytes"))?) } else { None };
    Ok(CouponTerms {
        percent,
        amount,
        days,
        traffic_bytes: traffic,
        total: None,
        per_user: None,
        first_only: false,
        from: None,
        until: day(operator, form, "until", 1)?,
        at_least: None,
        plan_ids: Vec::new(),
        purposes: Vec::new(),
    })
}

/// When the day begins that was typed, or the one so many days later.
fn day(operator: &Operator, form: &Form, field: &'static str, later: i64) -> Done<Option<String>> {
    let Some(typed) = form.given(field) else { return Ok(None) };
    let bad = || Refusal::bad_input(field, "a day like 2026-11-27");
    let day: Date = typed.parse().map_err(|_| bad())?;
    let day = day.checked_add(jiff::Span::new().days(later)).map_err(|_| bad())?;
    Ok(Some(time::beginning_of(&operator.visitor.shop.zone, day).to_string()))
}

/// The day of a moment; with `last` that of the moment before it.
fn day_of(operator: &Operator, moment: Option<&String>, last: bool) -> String {
    let Some(at) = moment.and_then(|moment| moment.parse::<Timestamp>().ok()) else { return String::new() };
    let at = if last { at.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(at) } else { at };
    time::day_of(&operator.visitor.shop.zone, at).to_string()
}

/// A coupon as a form has it.
pub fn shown(operator: &Operator, of: &OperatorCouponView) -> Form {
    let (words, terms) = (operator.words(), &of.terms);
    let number = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
    let on = |set: bool| if set { "1" } else { "" }.to_owned();
    let benefit = match terms {
        CouponTerms { percent: Some(_), .. } => "percent",
        CouponTerms { amount: Some(_), .. } => "amount",
        CouponTerms { days: Some(_), .. } => "days",
        _ => "traffic",
    };
    let fixed = [
        ("benefit", benefit.to_owned()),
        ("percent", number(terms.percent)),
        ("amount", terms.amount.as_ref().map_or_else(String::new, |amount| words.bare(amount))),
        ("days", number(terms.days)),
        ("gib", terms.traffic_bytes.map_or_else(String::new, gib_text)),
        ("total", number(terms.total)),
        ("per_user", number(terms.per_user)),
        ("first_only", on(terms.first_only)),
        ("from", day_of(operator, terms.from.as_ref(), false)),
        ("until", day_of(operator, terms.until.as_ref(), true)),
        ("at_least", terms.at_least.as_ref().map_or_else(String::new, |amount| words.bare(amount))),
        ("enabled", on(of.enabled)),
    ];
    let fixed = fixed.map(|(name, value)| (name.to_owned(), value));
    let plans = terms.plan_ids.iter().map(|plan| (format!("plan-{plan}"), "1".to_owned()));
    let purposes = terms.purposes.iter().map(|purpose| (format!("for-{}", name(*purpose)), "1".to_owned()));
    Form::filled(fixed.into_iter().chain(plans).chain(purposes))
}
