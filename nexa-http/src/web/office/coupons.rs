//! Coupons: those that there are, and one that is made or changed.

mod terms;

pub(super) use self::terms::personal;
use self::terms::{PURPOSES, shown, terms};
use super::{Operator, slice};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{
        AddCouponRequest, CouponTerms, CouponUsePage, OperatorCouponPage, OperatorCouponView,
        OperatorPlanView, UpdateCouponRequest,
    },
    domain::permission::Permission,
    domain::refusal::Refusal,
    error::Result as Done,
    storefront::model::PageRequest,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/coupons.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    page: &'a OperatorCouponPage,
}

#[derive(Template)]
#[template(path = "office/coupon.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    /// The coupon; none while it is being made.
    of: Option<&'a OperatorCouponView>,
    uses: Option<&'a CouponUsePage>,
    form: &'a Form,
    plans: Vec<OperatorPlanView>,
    purposes: [&'static str; 6],
    own: String,
}

/// What a coupon does, in words.
pub(super) fn does(words: Words, of: &CouponTerms) -> String {
    let amount = of.amount.as_ref().map(|amount| words.money(amount));
    let percent = of.percent.map(|percent| format!("{}{}", words.number(percent), percent_sign(words)));
    let more =
        of.days.map(|days| words.days(days)).or_else(|| of.traffic_bytes.map(|bytes| words.traffic(bytes)));
    match (percent.or(amount), more) {
        (Some(less), _) => text(words, "office-coupon-less", &less),
        (None, Some(more)) => text(words, "office-coupon-more", &more),
        (None, None) => String::new(),
    }
}

fn percent_sign(words: Words) -> &'static str {
    if words.lang() == "fa" { "٪" } else { "%" }
}

fn text(words: Words, key: &str, what: &str) -> String {
    words.with(key, &[("what", nexa_core::text::Arg::Text(what))])
}

impl Page<'_> {
    /// Whether a box is ticked.
    fn has(&self, kind: &str, of: &str) -> bool {
        self.form.ticked(&format!("{kind}{of}"))
    }
}

impl List<'_> {
    fn does(&self, of: &OperatorCouponView) -> String {
        does(self.words, &of.terms)
    }

    /// How often it was used, of how often it may be.
    fn used(&self, of: &OperatorCouponView) -> String {
        let taken = self.words.number(of.taken);
        of.terms
            .total
            .map_or_else(|| taken.clone(), |total| format!("{taken} / {}", self.words.number(total)))
    }
}

fn id(request: &Request) -> &str {
    request.raw_path_param("coupon").unwrap_or_default()
}

/// Shows all of them, newest first.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let all = operator.office.coupons(slice(request, 50)).await.map_err(Said)?;
    let (words, face) = (operator.words(), operator.visitor.face());
    operator.page(None, &List { words, face, error: None, done: operator.told(request), page: &all })
}

/// Shows the form of a new one.
#[handler]
pub async fn offer(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let usual = Form::filled(
        [("benefit", "percent"), ("enabled", "1"), ("per_user", "1")]
            .map(|(name, value)| (name, value.to_owned())),
    );
    render(&operator, request, None, &usual, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    of: Option<&OperatorCouponView>,
    form: &Form,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let uses = match of {
        Some(of) => {
            let some = PageRequest { cursor: super::super::visitor::cursor(request), limit: Some(20) };
            Some(operator.office.coupon_uses(&of.coupon_id, some).await.map_err(Said)?)
        }
        None => None,
    };
    let words = operator.words();
    let page = Page {
        words,
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        of,
        uses: uses.as_ref(),
        form,
        plans: operator.office.plans().await.map_err(Said)?,
        purposes: PURPOSES,
        own: super::typed::unit(words, operator.visitor.shop.currency.code()),
    };
    operator.page(refusal, &page)
}

/// Adds one.
#[handler]
pub async fn add(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let form = Form::of(request, body).await?;
    let added = async {
        let terms = terms(&operator, &form, None)?;
        let (code, enabled) = (form.text("code").to_owned(), form.ticked("enabled"));
        operator.office.add_coupon(AddCouponRequest { code, terms, enabled }).await
    };
    match answer(added.await)? {
        Ok(of) => Ok(operator.visitor.to(&format!("{}?done=saved", paths::office_coupon(&of.coupon_id)))),
        Err(refusal) => render(&operator, request, None, &form, Some(&refusal)).await,
    }
}

/// Shows one.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let of = operator.office.coupon(id(request)).await.map_err(Said)?;
    render(&operator, request, Some(&of), &shown(&operator, &of), None).await
}

/// Takes the form of one step.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    let of = operator.office.coupon(id(request)).await.map_err(Said)?;
    let done = take(&operator, &of, step, &form).await;
    match operator.after_step(request, &form, done, &paths::office_coupon(id(request))).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&of), &form, Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, of: &OperatorCouponView, step: &str, form: &Form) -> Done<&'static str> {
    let wish = match step {
        "save" => UpdateCouponRequest {
            terms: terms(operator, form, Some(&of.terms))?,
            enabled: form.ticked("enabled"),
        },
        "on" | "off" => UpdateCouponRequest { terms: of.terms.clone(), enabled: step == "on" },
        _ => return Err(Refusal::NotFound.into()),
    };
    operator.office.update_coupon(&of.coupon_id, wish).await.map(|_| "saved")
}
