//! What the shop has of its supplier: credit, and plans and packs to sell.

use super::{Operator, resellers::unit};
use crate::{
    paths,
    pdf::Sheet,
    problem::Said,
    say::Words,
    web::{Face, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{InvoiceView, SupplyView, TakeRequest, WareView},
    domain::permission::{Permission, SEE_INVOICES},
    domain::{refusal::Refusal, shop::Locale},
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/supply.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    /// None for a shop that nobody supplies.
    supply: Option<&'a SupplyView>,
    invoices: &'a [InvoiceView],
    unit: String,
    /// What was filled in, where that was refused.
    typed: Option<&'a Form>,
}

impl Page<'_> {
    /// What a ware gives.
    fn gives(&self, of: &WareView) -> String {
        let days = of.days.map(|days| self.words.days(days));
        let traffic = of.traffic_bytes.map(|bytes| self.words.traffic(bytes));
        let devices = of.devices.map(|devices| self.words.devices(devices));
        [days, traffic, devices].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// What was filled in to take a ware.
    fn typed(&self, of: &WareView) -> Option<&Form> {
        self.typed.filter(|form| form.text("ware") == Self::named(of))
    }

    fn name(&self, of: &WareView) -> String {
        self.typed(of).map_or_else(|| of.name.clone(), |form| form.text("name").to_owned())
    }

    fn price(&self, of: &WareView) -> &str {
        self.typed(of).map_or("", |form| form.text("price"))
    }

    /// How a form names a ware.
    fn named(of: &WareView) -> String {
        let plan = of.plan_id.as_ref().map(|id| format!("plan:{id}"));
        plan.or_else(|| of.pack_id.as_ref().map(|id| format!("pack:{id}"))).unwrap_or_default()
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
    typed: Option<&Form>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let supply = match answer(operator.office.supply().await)? {
        Ok(supply) => Some(supply),
        Err(Refusal::NotFound) => None,
        Err(refusal) => return Err(Said::from(refusal).into()),
    };
    let invoices = match supply {
        Some(_) => operator.office.own_invoices().await.map_err(Said)?,
        None => Vec::new(),
    };
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        supply: supply.as_ref(),
        invoices: &invoices,
        unit: unit(operator),
        typed,
    };
    operator.page(refusal, &page)
}

#[derive(Template)]
#[template(path = "office/invoice.html")]
struct Invoice<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    of: &'a InvoiceView,
    /// Whether it can be had as a file.
    pdf: bool,
}

/// An invoice, to be printed: to a reseller, or of the supplier.
#[handler]
pub async fn invoice(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, SEE_INVOICES).await?;
    let id = request.raw_path_param("invoice").unwrap_or_default();
    let of = operator.office.invoice(id).await.map_err(Said)?;
    let (words, face) = (operator.words(), operator.visitor.face());
    let pdf = words.0 == Locale::En && sheet(&of).pdf().is_some();
    operator.page(None, &Invoice { words, face, error: None, done: None, of: &of, pdf })
}

/// The invoice as a file, in English; there is none where a name in it is not written with Latin letters.
#[handler]
pub async fn as_pdf(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, SEE_INVOICES).await?;
    let id = request.raw_path_param("invoice").unwrap_or_default();
    let of = operator.office.invoice(id).await.map_err(Said)?;
    crate::web::sheet(&operator.visitor, &format!("invoice-{}", of.number), &sheet(&of))
}

/// What [`Invoice`] shows, in English.
fn sheet(of: &InvoiceView) -> Sheet {
    let words = Words(Locale::En);
    let said = |key: &str, value: String| (words.get(key), value);
    let period = format!("{} – {}", words.date(&of.from), words.date(&of.until));
    let mut lines = vec![
        said("resellers-invoice-to", of.reseller.clone()),
        said("resellers-issued", words.date(&of.issued_at)),
        said("resellers-invoice-period", period),
    ];
    let supplied = of.lines.iter();
    lines.extend(supplied.map(|line| {
        (line.name.clone(), format!("{} · {}", words.number(line.count), words.money(&line.sum)))
    }));
    lines.push(said("resellers-invoice-sum", words.money(&of.sum)));
    lines.push(said("resellers-invoice-due", words.money(&of.due)));
    lines.push(said("resellers-invoice-paid", words.money(&of.paid)));
    let title = format!("{} {}", words.get("resellers-invoice"), of.number);
    Sheet { title, from: of.supplier.clone(), lines }
}

/// Sells a plan or pack of the supplier from now on.
#[handler]
pub async fn take(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let form = Form::of(request, body).await?;
    let done = sell(&operator, &form).await;
    match operator.after(request, &form, done, paths::OFFICE_SUPPLY).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&form), Some(&refusal)).await,
    }
}

async fn sell(operator: &Operator, form: &Form) -> Done<&'static str> {
    let (plan_id, pack_id) = match form.text("ware").split_once(':') {
        Some(("plan", id)) => (Some(id.to_owned()), None),
        Some(("pack", id)) => (None, Some(id.to_owned())),
        _ => return Err(Refusal::NotFound.into()),
    };
    let price = operator.typed(form, "price", operator.visitor.shop.currency.code())?;
    let request =
        TakeRequest { plan_id, pack_id, name: form.given("name"), prices: vec![price], on_sale: true };
    operator.office.take(request).await.map(|_| "saved")
}
