//! Plans and packs: what is for sale, in its order; one plan.

use super::{
    Names, Operator,
    typed::{Price, gib, gib_text, moved, needed, price_fields, prices, shown_prices},
};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, form::Form, visitor::answer},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{
        AddPlanRequest, ArrangeRequest, GroupView, OperatorPackView, OperatorPlanView, ShopRequest, ShopView,
        UpdatePlanRequest,
    },
    domain::permission::Permission,
    domain::refusal::Refusal,
    error::Result as Done,
    storefront::model::MoneyView,
};
use poem::{Body, Request, Response, Result, handler};

/// What a plan may have beyond days, traffic and devices.
pub const EXTRAS: [&str; 3] = ["dedicated_ip", "multi_hop", "port_forward"];

#[derive(Template)]
#[template(path = "office/plans.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    plans: &'a [OperatorPlanView],
    packs: &'a [OperatorPackView],
    groups: Names,
    /// Whether there are none yet, as far as whoever looks may see them.
    lacks_servers: bool,
    shop: &'a ShopView,
}

#[derive(Template)]
#[template(path = "office/plan.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    /// The plan; none while it is being made.
    of: Option<&'a OperatorPlanView>,
    groups: Vec<GroupView>,
    form: &'a Form,
    prices: Vec<Price>,
    extras: [&'static str; 3],
    trial: bool,
    adoption: bool,
}

impl List<'_> {
    /// The first price of a list.
    fn price(&self, prices: &[MoneyView]) -> String {
        let own = prices.iter().find(|price| price.currency == self.shop.currency).or_else(|| prices.first());
        own.map_or_else(|| self.words.get("office-no-price"), |price| self.words.money(price))
    }

    fn tries(&self, plan: &OperatorPlanView) -> bool {
        self.shop.trial_plan_id.as_ref() == Some(&plan.plan_id)
    }

    fn adopts(&self, plan: &OperatorPlanView) -> bool {
        self.shop.adoption_plan_id.as_ref() == Some(&plan.plan_id)
    }
}

impl Page<'_> {
    /// Whether any extra is ticked.
    fn has_extras(&self) -> bool {
        EXTRAS.into_iter().any(|extra| self.has(extra))
    }

    /// Whether this extra is ticked.
    fn has(&self, extra: &str) -> bool {
        self.form.ticked(&format!("extra-{extra}"))
    }
}

fn id(request: &Request) -> &str {
    request.raw_path_param("plan").unwrap_or_default()
}

/// Shows all of them.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let office = &operator.office;
    let (plans, packs) = (office.plans().await.map_err(Said)?, office.packs().await.map_err(Said)?);
    let groups = office.groups().await.map_err(Said)?;
    let sees_servers = operator.may(Permission::Servers);
    let page = List {
        words: operator.words(),
        face: operator.visitor.face(),
        error: None,
        done: operator.told(request),
        plans: &plans,
        packs: &packs,
        groups: Names(groups.into_iter().map(|group| (group.group_id, group.name)).collect()),
        lacks_servers: sees_servers && office.servers().await.map_err(Said)?.is_empty(),
        shop: &office.shop().await.map_err(Said)?,
    };
    operator.page(None, &page)
}

/// Shows the form of a new one.
#[handler]
pub async fn offer(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let usual = [("days", "30"), ("gib", "50"), ("devices", "2"), ("on_sale", "1")];
    let form = Form::filled(usual.map(|(name, value)| (name, value.to_owned())));
    render(&operator, request, None, &form, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    of: Option<&OperatorPlanView>,
    form: &Form,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let shop = operator.office.shop().await.map_err(Said)?;
    let is = |plan: &Option<String>| of.is_some_and(|of| plan.as_ref() == Some(&of.plan_id));
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        of,
        groups: operator.office.groups().await.map_err(Said)?,
        form,
        prices: price_fields(operator, form),
        extras: EXTRAS,
        trial: is(&shop.trial_plan_id),
        adoption: is(&shop.adoption_plan_id),
    };
    operator.page(refusal, &page)
}

fn extras(form: &Form) -> Vec<String> {
    EXTRAS.into_iter().filter(|extra| form.ticked(&format!("extra-{extra}"))).map(str::to_owned).collect()
}

/// Adds one.
#[handler]
pub async fn add(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let form = Form::of(request, body).await?;
    let added = async {
        let traffic =
            gib(&form, "gib", None)?.ok_or_else(|| Refusal::bad_input("traffic_bytes", "missing"))?;
        let wish = AddPlanRequest {
            name: form.text("name").to_owned(),
            days: needed(&form, "days")?,
            traffic_bytes: traffic,
            devices: needed(&form, "devices")?,
            extras: extras(&form),
            group_id: form.given("group"),
            prices: prices(&operator, &form)?,
            on_sale: form.ticked("on_sale"),
        };
        operator.office.add_plan(wish).await
    };
    match answer(added.await)? {
        Ok(_) => Ok(operator.visitor.to(&format!("{}?done=saved", paths::OFFICE_PLANS))),
        Err(refusal) => render(&operator, request, None, &form, Some(&refusal)).await,
    }
}

async fn one(operator: &Operator, id: &str) -> Done<OperatorPlanView> {
    let all = operator.office.plans().await?;
    Ok(all.into_iter().find(|plan| plan.plan_id == id).ok_or(Refusal::NotFound)?)
}

fn shown(words: Words, of: &OperatorPlanView) -> Form {
    let mut fields = shown_prices(words, &of.prices);
    let on = |set: bool| if set { "1" } else { "" }.to_owned();
    fields
        .extend(EXTRAS.map(|extra| (format!("extra-{extra}"), on(of.extras.iter().any(|has| has == extra)))));
    fields.extend([
        ("name".to_owned(), of.name.clone()),
        ("days".to_owned(), of.days.to_string()),
        ("gib".to_owned(), gib_text(of.traffic_bytes)),
        ("devices".to_owned(), of.devices.to_string()),
        ("on_sale".to_owned(), on(of.on_sale)),
    ]);
    Form::filled(fields)
}

/// Shows one.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let of = one(&operator, id(request)).await.map_err(Said)?;
    render(&operator, request, Some(&of), &shown(operator.words(), &of), None).await
}

/// Takes the form of one step.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Catalogue).await?;
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    let of = one(&operator, id(request)).await.map_err(Said)?;
    let done = take(&operator, &of, step, &form).await;
    let page = paths::office_plan(id(request));
    let back = if matches!(step, "up" | "down") { paths::OFFICE_PLANS } else { &page };
    match operator.after_step(request, &form, done, back).await? {
        Ok(response) => Ok(response),
        Err(refusal) => {
            let known = shown(operator.words(), &of);
            let form = if step == "save" { &form } else { &known };
            render(&operator, request, Some(&of), form, Some(&refusal)).await
        }
    }
}

async fn take(operator: &Operator, of: &OperatorPlanView, step: &str, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    let of_shop = |change: fn(Option<String>) -> ShopRequest, on: bool| {
        let plan = if on { of.plan_id.clone() } else { String::new() };
        async move { office.update_shop(change(Some(plan))).await.map(|_| "saved") }
    };
    let trial = |trial_plan_id| ShopRequest { trial_plan_id, ..ShopRequest::default() };
    let adoption = |adoption_plan_id| ShopRequest { adoption_plan_id, ..ShopRequest::default() };
    match step {
        "save" => {
            let wish = UpdatePlanRequest {
                name: Some(form.text("name").to_owned()),
                days: Some(needed(form, "days")?),
                traffic_bytes: gib(form, "gib", Some(of.traffic_bytes))?,
                devices: Some(needed(form, "devices")?),
                extras: Some(extras(form)),
                prices: Some(prices(operator, form)?),
                on_sale: Some(form.ticked("on_sale")),
            };
            office.update_plan(&of.plan_id, wish).await.map(|_| "saved")
        }
        "up" | "down" => {
            let ids = office.plans().await?.into_iter().map(|plan| plan.plan_id).collect();
            let wish = ArrangeRequest { shelf: "plans".to_owned(), ids: moved(ids, &of.plan_id, step) };
            office.arrange(wish).await.map(|()| "saved")
        }
        "trial-on" => of_shop(trial, true).await,
        "trial-off" => of_shop(trial, false).await,
        "adoption-on" => of_shop(adoption, true).await,
        "adoption-off" => of_shop(adoption, false).await,
        _ => Err(Refusal::NotFound.into()),
    }
}
