//! What resellers pay: lists of prices, changed one price at a time.

use super::{Operator, resellers::unit, whole};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{
        OperatorPackView, OperatorPlanView, WholesaleListRequest, WholesaleListView, WholesalePriceRequest,
        WholesalePriceView,
    },
    domain::permission::Permission,
    domain::refusal::Refusal,
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler};

#[derive(Template)]
#[template(path = "office/wholesale.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    lists: &'a [WholesaleListView],
    plans: &'a [OperatorPlanView],
    packs: &'a [OperatorPackView],
    unit: String,
    /// What was filled in, where that was refused.
    typed: Option<&'a Form>,
}

impl Page<'_> {
    /// What stands on a list.
    fn called(&self, of: &WholesalePriceView) -> &str {
        let plan = self.plans.iter().find(|plan| Some(&plan.plan_id) == of.plan_id.as_ref());
        let pack = self.packs.iter().find(|pack| Some(&pack.pack_id) == of.pack_id.as_ref());
        plan.map(|plan| plan.name.as_str())
            .or_else(|| pack.map(|pack| pack.name.as_str()))
            .unwrap_or_default()
    }

    /// What was filled in for a price on this list.
    fn typed(&self, list: &WholesaleListView) -> Option<&Form> {
        self.typed.filter(|form| form.text("step") == "price" && form.text("list") == list.list_id)
    }

    fn is_chosen(&self, list: &WholesaleListView, kind: &str, id: &str) -> bool {
        self.typed(list).is_some_and(|form| form.text("ware").split_once(':') == Some((kind, id)))
    }

    fn price(&self, list: &WholesaleListView) -> &str {
        self.typed(list).map_or("", |form| form.text("price"))
    }

    fn is_free(&self, list: &WholesaleListView) -> bool {
        self.typed(list).is_some_and(|form| form.ticked("free"))
    }

    /// What was filled in of a new list, or what usually stands there.
    fn of_list<'f>(&'f self, field: &str, usual: &'f str) -> &'f str {
        let new = self.typed.filter(|form| form.text("step") == "list");
        new.map_or(usual, |form| form.text(field))
    }
}

/// Shows them.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Resellers).await?;
    render(&operator, request, None, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    typed: Option<&Form>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let lists = operator.office.wholesale_lists().await.map_err(Said)?;
    let plans = operator.office.plans().await.map_err(Said)?;
    let packs = operator.office.packs().await.map_err(Said)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        lists: &lists,
        plans: &plans,
        packs: &packs,
        unit: unit(operator),
        typed,
    };
    operator.page(refusal, &page)
}

/// Adds a list, or changes a price on one.
#[handler]
pub async fn change(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Resellers).await?;
    let form = Form::of(request, body).await?;
    let done = take(&operator, &form).await;
    match operator.after(request, &form, done, paths::OFFICE_WHOLESALE).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&form), Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    office.proved_lately().await?;
    match form.text("step") {
        "list" => {
            let typed = whole(form, "return_days")?.map(u32::try_from).transpose();
            let return_days = typed.map_err(|_| Refusal::bad_input("return_days", "0 to 90"))?;
            let name = form.text("name").to_owned();
            let request = WholesaleListRequest { name, return_days, prices: Vec::new() };
            office.add_wholesale_list(request).await.map(|_| "saved")
        }
        "price" => {
            let known = office.wholesale_lists().await?.into_iter();
            let mut known = known.filter(|list| list.list_id == form.text("list"));
            let list = known.next().ok_or(Refusal::NotFound)?;
            let request = priced(operator, form, &list)?;
            office.update_wholesale_list(&list.list_id, request).await.map(|_| "saved")
        }
        _ => Err(Refusal::NotFound.into()),
    }
}

/// The list with one price changed; without an amount, and not free, it is taken off.
fn priced(operator: &Operator, form: &Form, list: &WholesaleListView) -> Done<WholesaleListRequest> {
    let (plan_id, pack_id) = match form.text("ware").split_once(':') {
        Some(("plan", id)) => (Some(id.to_owned()), None),
        Some(("pack", id)) => (None, Some(id.to_owned())),
        _ => return Err(Refusal::NotFound.into()),
    };
    let others = list.prices.iter().filter(|of| of.plan_id != plan_id || of.pack_id != pack_id);
    let mut prices: Vec<_> = others.map(as_it_was).collect();
    let currency = operator.visitor.shop.currency.code();
    if form.ticked("free") {
        let price = nexa_core::storefront::model::MoneyView { minor: 0, currency: currency.to_owned() };
        prices.push(WholesalePriceRequest { plan_id, pack_id, price, free: true });
    } else if form.given("price").is_some() {
        let price = operator.typed(form, "price", currency)?;
        prices.push(WholesalePriceRequest { plan_id, pack_id, price, free: false });
    }
    Ok(WholesaleListRequest { name: list.name.clone(), return_days: Some(list.return_days), prices })
}

fn as_it_was(of: &WholesalePriceView) -> WholesalePriceRequest {
    WholesalePriceRequest {
        plan_id: of.plan_id.clone(),
        pack_id: of.pack_id.clone(),
        price: of.price.clone(),
        free: of.price.minor == 0,
    }
}
