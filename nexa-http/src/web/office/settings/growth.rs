//! How customers come: what is given for invitations, and the operator's own links with what came of them.

use super::{
    super::{Operator, whole},
    Typed,
};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{CampaignRequest, CampaignView, PostbackRequest},
    domain::permission::Permission,
    domain::{refusal::Refusal, user},
    error::Result as Done,
    storefront::model::{MoneyView, ReferralTermsView, WithdrawalTermsView},
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/settings/growth.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    terms: &'a ReferralTermsView,
    /// The share as people write it, e.g. `7.5`.
    share: String,
    campaigns: &'a [CampaignView],
    typed: Typed<'a>,
    welcome: String,
    /// The share of whoever invited whoever invited.
    second: String,
    least: String,
    zero: MoneyView,
}

impl Page<'_> {
    /// Whether commissions can be withdrawn in this way.
    fn pays(&self, way: &str) -> bool {
        let ways = self.terms.withdrawal.as_ref().map(|of| &of.ways);
        self.typed.ticked("terms", way, ways.is_some_and(|ways| ways.iter().any(|one| one == way)))
    }

    /// Which orders count.
    fn counts(&self, orders: &str) -> bool {
        self.typed.text("orders", self.terms.orders.as_deref().unwrap_or("first")) == orders
    }

    /// How many of those who signed up have bought something, in percent.
    fn conversion(&self, of: &CampaignView) -> Option<String> {
        let sign = if self.words.lang() == "fa" { "٪" } else { "%" };
        let shown = |bp| format!("{}{sign}", nexa_core::text::digits(self.words.0, &percent(bp)));
        of.conversion_bp.map(shown)
    }

    fn order_days(&self) -> String {
        self.days("order_days", self.terms.order_days)
    }

    fn hold_days(&self) -> String {
        self.days("hold_days", self.terms.hold_days)
    }

    fn reward_days(&self) -> String {
        self.days("reward_days", self.terms.reward_days)
    }

    fn second_days(&self) -> String {
        self.days("second_days", self.terms.second_days)
    }

    /// A number that may be left out.
    fn days(&self, field: &str, holds: Option<u32>) -> String {
        self.typed.text(field, &holds.map(|days| days.to_string()).unwrap_or_default())
    }
}

/// Shows it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    render(&operator, request, None, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    form: Option<&Form>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let terms = operator.office.referral_terms().await.map_err(Said)?;
    let campaigns = operator.office.campaigns().await.map_err(Said)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        share: percent(terms.reward_bp),
        terms: &terms,
        campaigns: &campaigns,
        typed: Typed(form),
        welcome: terms.welcome.as_ref().map(|sum| operator.words().bare(sum)).unwrap_or_default(),
        second: percent(terms.second_bp.unwrap_or(0)),
        least: terms.withdrawal.as_ref().map(|of| operator.words().bare(&of.least)).unwrap_or_default(),
        zero: MoneyView { minor: 0, currency: operator.visitor.shop.currency.code().to_owned() },
    };
    operator.page(refusal, &page)
}

/// Hundredths of a percent, as people write percents.
fn percent(bp: u32) -> String {
    let text = format!("{}.{:02}", bp / 100, bp % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What was typed as a percentage, in hundredths of one; at most two digits behind the point.
fn basis_points(typed: &str) -> Option<u32> {
    let (whole, part) = typed.split_once(['.', '٫', ',', '/']).unwrap_or((typed, ""));
    let (whole, part) = (user::digits(whole)?, user::digits(part)?);
    let padded = format!("{part:0<2}");
    if padded.len() != 2 || whole.is_empty() || typed.starts_with('-') {
        return None;
    }
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(padded.parse().ok()?)
}

/// Takes one part of it.
#[handler]
pub async fn save(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let form = Form::of(request, body).await?;
    let done = take(&operator, &form).await;
    match operator.after(request, &form, done, paths::OFFICE_SETTINGS_GROWTH).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&form), Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    office.proved_lately().await?;
    match form.text("part") {
        "terms" => office.set_referral_terms(terms(operator, form)?).await.map(|_| "saved"),
        "campaign" => {
            let (code, name) = (form.text("code").to_owned(), form.text("name").to_owned());
            let postback_url = form.given("postback");
            office.add_campaign(CampaignRequest { code, name, postback_url }).await.map(|_| "saved")
        }
        "postback" => {
            let request = PostbackRequest { postback_url: form.given("postback") };
            office.set_postback(form.text("code"), request).await.map(|_| "saved")
        }
        _ => Err(Refusal::NotFound.into()),
    }
}

/// A number of days, if one was typed.
fn days(form: &Form, field: &'static str) -> Done<Option<u32>> {
    let typed = whole(form, field)?.map(u32::try_from).transpose();
    Ok(typed.map_err(|_| Refusal::bad_input(field, "a number of days"))?)
}

/// The terms that were typed.
fn terms(operator: &Operator, form: &Form) -> Done<ReferralTermsView> {
    let code = operator.visitor.shop.currency.code();
    let money = |field: &'static str| match form.given(field) {
        Some(_) => operator.typed(form, field, code).map(Some),
        None => Ok(None),
    };
    let share = |field: &str, name: &'static str| {
        basis_points(form.text(field)).ok_or_else(|| Refusal::bad_input(name, "a percentage"))
    };
    let second_bp = form.given("second").map(|_| share("second", "second_bp")).transpose()?;
    let ways = ["chain", "card", "other"].into_iter().filter(|way| form.ticked(way));
    let ways: Vec<String> = ways.map(str::to_owned).collect();
    let withdrawal = money("least")?.map(|least| WithdrawalTermsView { least, ways });
    let order_days = if form.text("orders") == "within" { days(form, "order_days")? } else { None };
    Ok(ReferralTermsView {
        on: form.ticked("on"),
        reward_bp: share("share", "reward_bp")?,
        second_bp,
        reward_days: days(form, "reward_days")?,
        second_days: days(form, "second_days")?,
        orders: form.given("orders"),
        order_days,
        hold_days: days(form, "hold_days")?,
        welcome: money("welcome")?,
        withdrawal,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_read_and_written() {
        for (typed, bp) in [("7.5", 750), ("10", 1000), ("۷٫۵", 750), ("0,25", 25), ("12.34", 1234)] {
            assert_eq!(basis_points(typed), Some(bp), "{typed}");
        }
        for wrong in ["", "x", "1.234", "-1", ".5", "99999999999"] {
            assert_eq!(basis_points(wrong), None, "{wrong}");
        }
        assert_eq!([750, 1000, 25, 5].map(percent), ["7.5", "10", "0.25", "0.05"]);
    }
}
