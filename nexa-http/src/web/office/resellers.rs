//! Resellers: making a shop for one, and what is agreed with each.

use super::{Operator, whole};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{
        AddResellerRequest, InvoiceView, NewResellerView, ResellerTermsRequest, ResellerTermsView,
        ResellerView, WholesaleListView,
    },
    domain::permission::Permission,
    domain::{money::Currency, refusal::Refusal, shop::Locale},
    error::Result as Done,
    storefront::model::MoneyView,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/resellers.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    all: &'a [ResellerView],
    terms: Terms,
    currencies: Vec<(&'static str, bool)>,
    languages: Vec<(&'static str, bool)>,
    made: Option<&'a NewResellerView>,
    /// What was filled in, where that was refused.
    form: &'a Form,
}

/// Currencies, and which one is chosen.
fn currencies(operator: &Operator, typed: Option<&Form>) -> Vec<(&'static str, bool)> {
    let own = operator.visitor.shop.currency.code();
    let chosen = typed.map_or(own, |form| form.text("currency"));
    Currency::ALL.iter().map(|currency| (currency.code(), currency.code() == chosen)).collect()
}

/// Languages, and which one is chosen.
fn languages(operator: &Operator, typed: Option<&Form>) -> Vec<(&'static str, bool)> {
    let own = operator.visitor.locale().tag();
    let chosen = typed.map_or(own, |form| form.text("locale"));
    Locale::ALL.iter().map(|locale| (locale.tag(), locale.tag() == chosen)).collect()
}

/// What stands in the fields of terms.
struct Terms {
    /// Ids and names of lists, and which one is chosen.
    lists: Vec<(String, String, bool)>,
    limit: String,
    low: String,
    floor: String,
    quota: String,
    dunning: bool,
    /// What an amount is typed in.
    unit: String,
}

impl Terms {
    fn of(operator: &Operator, lists: &[WholesaleListView], agreed: Option<&ResellerTermsView>) -> Self {
        let shown = |amount: Option<&MoneyView>| {
            let amount = amount.filter(|amount| amount.minor != 0);
            amount.map(|amount| operator.words().bare(amount)).unwrap_or_default()
        };
        let chosen = agreed.map(|terms| terms.list_id.as_str());
        let named = |of: &WholesaleListView| {
            (of.list_id.clone(), of.name.clone(), chosen == Some(of.list_id.as_str()))
        };
        Self {
            lists: lists.iter().map(named).collect(),
            limit: shown(agreed.and_then(|terms| terms.limit.as_ref())),
            low: shown(agreed.map(|terms| &terms.low_below)),
            floor: agreed.map(|terms| terms.floor_percent.to_string()).unwrap_or_default(),
            quota: agreed.and_then(|terms| terms.quota).map(|quota| quota.to_string()).unwrap_or_default(),
            dunning: agreed.is_some_and(|terms| terms.dunning),
            unit: unit(operator),
        }
    }

    /// The same with what was filled in, where that was refused.
    fn with(mut self, typed: Option<&Form>) -> Self {
        let Some(form) = typed else { return self };
        let text = |field: &str| form.text(field).to_owned();
        for (id, _, chosen) in &mut self.lists {
            *chosen = id.as_str() == form.text("list");
        }
        Self {
            limit: text("limit"),
            low: text("low_below"),
            floor: text("floor_percent"),
            quota: text("quota"),
            dunning: form.ticked("dunning"),
            ..self
        }
    }
}

#[derive(Template)]
#[template(path = "office/reseller.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    of: &'a ResellerView,
    invoices: &'a [InvoiceView],
    terms: Terms,
    /// With a new link for whoever runs its shop.
    made: Option<&'a NewResellerView>,
}

fn id(request: &Request) -> &str {
    request.raw_path_param("reseller").unwrap_or_default()
}

/// What amounts of the shop's own currency are typed in.
pub(super) fn unit(operator: &Operator) -> String {
    let currency = operator.visitor.shop.currency.code().to_owned();
    operator.words().unit(&MoneyView { minor: 0, currency })
}

/// Shows all of them, and the way to make one.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Resellers).await?;
    render_list(&operator, request, None, None, None).await
}

async fn render_list(
    operator: &Operator,
    request: &Request,
    made: Option<&NewResellerView>,
    typed: Option<&Form>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let all = operator.office.resellers().await.map_err(Said)?;
    let lists = operator.office.wholesale_lists().await.map_err(Said)?;
    let empty = Form::default();
    let page = List {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        all: &all,
        terms: Terms::of(operator, &lists, None).with(typed),
        currencies: currencies(operator, typed),
        languages: languages(operator, typed),
        made,
        form: typed.unwrap_or(&empty),
    };
    operator.page(refusal, &page)
}

/// Makes a shop for one, and shows this once how its operator comes in.
#[handler]
pub async fn add(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Resellers).await?;
    let form = Form::of(request, body).await?;
    let refused = match answer(make(&operator, &form).await)? {
        Ok(made) => return render_list(&operator, request, Some(&made), None, None).await,
        Err(refusal) => refusal,
    };
    match operator.after(request, &form, Err(refused.into()), paths::OFFICE_RESELLERS).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render_list(&operator, request, None, Some(&form), Some(&refusal)).await,
    }
}

async fn make(operator: &Operator, form: &Form) -> Done<NewResellerView> {
    operator.office.proved_lately().await?;
    let request = AddResellerRequest {
        shop_name: form.text("name").to_owned(),
        currency: form.text("currency").to_owned(),
        locale: form.text("locale").to_owned(),
        hosts: form.text("hosts").split_whitespace().map(str::to_owned).collect(),
        user_id: form.given("user"),
        terms: terms(operator, form)?,
    };
    operator.office.add_reseller(request).await
}

fn terms(operator: &Operator, form: &Form) -> Done<ResellerTermsRequest> {
    let currency = operator.visitor.shop.currency.code();
    let amount =
        |field: &'static str| form.given(field).map(|_| operator.typed(form, field, currency)).transpose();
    let count = |field: &'static str| -> Done<Option<u32>> {
        let typed = whole(form, field)?.map(u32::try_from).transpose();
        Ok(typed.map_err(|_| Refusal::bad_input(field, "a whole number"))?)
    };
    Ok(ResellerTermsRequest {
        list_id: form.text("list").to_owned(),
        limit: amount("limit")?,
        quota: count("quota")?,
        low_below: amount("low_below")?,
        floor_percent: count("floor_percent")?,
        dunning: form.ticked("dunning"),
    })
}

/// Shows one.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Resellers).await?;
    render(&operator, request, None, None, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    made: Option<&NewResellerView>,
    typed: Option<&Form>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let of = operator.office.reseller(id(request)).await.map_err(Said)?;
    let lists = operator.office.wholesale_lists().await.map_err(Said)?;
    let invoices = operator.office.invoices(&of.reseller_id).await.map_err(Said)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        of: &of,
        invoices: &invoices,
        terms: Terms::of(operator, &lists, Some(&of.terms)).with(typed),
        made,
    };
    operator.page(refusal, &page)
}

/// Takes the form of one step.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Resellers).await?;
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    let done = if step == "claim" {
        match renew(&operator, id(request)).await {
            Ok(made) => return render(&operator, request, Some(&made), None, None).await,
            Err(failed) => Err(failed),
        }
    } else {
        take(&operator, id(request), step, &form).await
    };
    match operator.after_step(request, &form, done, &paths::office_reseller(id(request))).await? {
        Ok(response) => Ok(response),
        Err(refusal) => {
            let typed = Some(&form).filter(|_| step == "terms");
            render(&operator, request, None, typed, Some(&refusal)).await
        }
    }
}

/// A new link for whoever runs its shop, shown this once.
async fn renew(operator: &Operator, id: &str) -> Done<NewResellerView> {
    operator.office.proved_lately().await?;
    operator.office.renew_reseller_link(id).await
}

async fn take(operator: &Operator, id: &str, step: &str, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    office.proved_lately().await?;
    match step {
        "terms" => office.update_reseller(id, terms(operator, form)?).await.map(|_| "saved"),
        "suspend" => office.suspend_reseller(id).await.map(|_| "saved"),
        "resume" => office.resume_reseller(id).await.map(|_| "saved"),
        _ => Err(Refusal::NotFound.into()),
    }
}
