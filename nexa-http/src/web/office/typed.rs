//! What is typed into the forms by which a shop is set up, and how it is shown there again.

use super::{Operator, whole};
use crate::{say::Words, web::form::Form};
use nexa_core::{
    domain::{money::Currency, refusal::Refusal},
    error::Result as Done,
    storefront::model::MoneyView,
};

/// Bytes of a GiB.
const GIB: u64 = 1 << 30;

/// Traffic as it is typed: GiB, at most three digits behind the point.
pub fn gib_text(bytes: u64) -> String {
    let (whole, rest) = (bytes / GIB, bytes % GIB);
    let thousandths = rest.saturating_mul(1000) / GIB;
    if thousandths == 0 {
        whole.to_string()
    } else {
        format!("{whole}.{thousandths:03}").trim_end_matches('0').to_owned()
    }
}

/// Traffic that was typed, in bytes; none where the field was left empty. What stands there as it was shown is `before`.
pub fn gib(form: &Form, field: &'static str, before: Option<u64>) -> Done<Option<u64>> {
    let Some(text) = form.given(field) else { return Ok(None) };
    if before.is_some_and(|before| gib_text(before) == text) {
        return Ok(before);
    }
    Ok(Some(read_gib(&text).ok_or_else(|| Refusal::bad_input("traffic_bytes", "GiB"))?))
}

fn read_gib(text: &str) -> Option<u64> {
    let plain: String = text.replace(['\u{66b}', ',', '/'], ".");
    let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = |part: &str| nexa_core::domain::user::digits(part).filter(|part| part.len() <= 9);
    let (whole, rest) = (digits(whole)?, digits(rest).filter(|rest| rest.len() <= 3)?);
    let thousandths: u64 = if rest.is_empty() { 0 } else { format!("{rest:0<3}").parse().ok()? };
    let whole: u64 = whole.parse().ok()?;
    whole.checked_mul(GIB)?.checked_add(thousandths.checked_mul(GIB)? / 1000)
}

/// A small number that was typed; none where the field was left empty.
pub fn small(form: &Form, field: &'static str) -> Done<Option<u32>> {
    let number = whole(form, field)?.map(u32::try_from).transpose();
    Ok(number.map_err(|_| Refusal::bad_input(field, "a smaller number"))?)
}

/// A small number that must be there.
pub fn needed(form: &Form, field: &'static str) -> Done<u32> {
    Ok(small(form, field)?.ok_or_else(|| Refusal::bad_input(field, "a number"))?)
}

/// A price as a field of a form.
pub struct Price {
    /// The currency's code.
    pub code: &'static str,
    /// What the currency is called.
    pub unit: String,
    /// What stands in the field.
    pub value: String,
}

impl Price {
    /// The name of the field.
    pub fn field(&self) -> String {
        format!("price-{}", self.code)
    }
}

/// The fields of prices: first the shop's own currency.
pub fn price_fields(operator: &Operator, form: &Form) -> Vec<Price> {
    let own = operator.visitor.shop.currency;
    let others = Currency::ALL.into_iter().filter(|currency| *currency != own);
    let field = |currency: Currency| Price {
        code: currency.code(),
        unit: unit(operator.words(), currency.code()),
        value: form.text(&format!("price-{}", currency.code())).to_owned(),
    };
    std::iter::once(own).chain(others).map(field).collect()
}

/// What a currency is called.
pub fn unit(words: Words, code: &str) -> String {
    words.unit(&MoneyView { minor: 0, currency: code.to_owned() })
}

/// The fields of prices as they are shown for what there is.
pub fn shown_prices(words: Words, prices: &[MoneyView]) -> Vec<(String, String)> {
    prices.iter().map(|price| (format!("price-{}", price.currency), words.bare(price))).collect()
}

/// Every price that was typed.
pub fn prices(operator: &Operator, form: &Form) -> Done<Vec<MoneyView>> {
    let typed = Currency::ALL.into_iter().filter_map(|currency| {
        let text = form.given(&format!("price-{}", currency.code()))?;
        Some(operator.amount(&text, "prices", currency.code()))
    });
    typed.collect()
}

/// The ids with this one a place earlier or later.
pub fn moved(mut ids: Vec<String>, id: &str, step: &str) -> Vec<String> {
    let Some(at) = ids.iter().position(|known| known == id) else { return ids };
    let other = if step == "up" { at.checked_sub(1) } else { at.checked_add(1) };
    if let Some(other) = other.filter(|other| *other < ids.len()) {
        ids.swap(at, other);
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traffic_is_typed_as_people_write_it() {
        for (text, bytes) in
            [("50", 50 * GIB), ("۵۰", 50 * GIB), ("0.5", GIB / 2), ("۰٫۵", GIB / 2), ("1,25", GIB + GIB / 4)]
        {
            assert_eq!(read_gib(text), Some(bytes), "{text}");
            assert_eq!(read_gib(&gib_text(bytes)), Some(bytes), "{text}");
        }
        for wrong in ["", "x", "1.2345", "1.2.3", ".5"] {
            assert_eq!(read_gib(wrong), None, "{wrong}");
        }
        let odd = 500 * (1 << 20);
        let form = Form::filled([("gib", gib_text(odd))]);
        assert_eq!(
            gib(&form, "gib", Some(odd)).unwrap(),
            Some(odd),
            "what was not touched stays to the byte"
        );
    }

    #[test]
    fn things_move_by_one_place_and_stop_at_the_ends() {
        let ids = || ["a", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!(moved(ids(), "b", "up"), ["b", "a", "c"]);
        assert_eq!(moved(ids(), "b", "down"), ["a", "c", "b"]);
        assert_eq!(moved(ids(), "a", "up"), ids());
        assert_eq!(moved(ids(), "c", "down"), ids());
        assert_eq!(moved(ids(), "x", "up"), ids());
    }
}
