//! One order: how much, where to and until when, what has been seen of it, and at last that it is ready.

mod live;
mod step;

pub use live::{listen, tell_mark};
pub use step::{Step, step_of};

use super::{
    Face, Visitor, cookie,
    form::Form,
    visitor::{Offered, answer, asked, cursor, percent},
};
use crate::{
    paths,
    pdf::Sheet,
    problem::Said,
    say::{self, Words},
};
use askama::Template;
use nexa_core::{
    domain::{refusal::Refusal, shop::Locale},
    storefront::model::{MethodView, OrderLineView, OrderPage, OrderView, PageRequest, Purpose},
    text::Arg,
};
use poem::{Body, Request, Response, Result, handler, web::Multipart};

#[derive(Template)]
#[template(path = "order.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    order: &'a OrderView,
    title: String,
    state: String,
    step: Option<Step>,
    methods: Vec<MethodView>,
    mark: String,
    next: Option<String>,
    unsaved: bool,
}

#[derive(Template)]
#[template(path = "orders.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    page: &'a OrderPage,
}

#[derive(Template)]
#[template(path = "back.html")]
struct Back<'a> {
    words: Words,
    face: Face<'a>,
    order: String,
}

#[derive(Template)]
#[template(path = "print.html")]
struct Print<'a> {
    words: Words,
    face: Face<'a>,
    order: &'a OrderView,
    title: String,
    /// Whether it can be had as a file.
    pdf: bool,
}

impl Page<'_> {
    /// Whether all money was seen: nobody is asked to pay again while it is being confirmed.
    fn is_on_its_way(&self) -> bool {
        self.step.as_ref().is_some_and(|step| step.seen && step.part.is_none())
    }
}

impl Print<'_> {
    /// What a line is about.
    fn line(&self, line: &OrderLineView) -> String {
        line_name(self.words, line)
    }
}

/// What a line is about, in words.
fn line_name(words: Words, line: &OrderLineView) -> String {
    match line.kind.as_str() {
        "credit" => words.get("page-entry-credit"),
        "top_up" => words.get("page-order-top-up"),
        "coupon" => words.with("coupon-line", &[("code", Arg::Text(&line.name))]),
        _ => line.name.clone(),
    }
}

impl List<'_> {
    fn title(&self, order: &OrderView) -> String {
        title(self.words, order)
    }
}

/// What an order is about, in words.
pub fn title(words: Words, order: &OrderView) -> String {
    about(words, order.purpose, order.plan_name.as_deref())
}

/// What is wanted, and of which plan, in words.
pub fn about(words: Words, purpose: Purpose, plan: Option<&str>) -> String {
    let purpose = match purpose {
        // Another shop's orders are not shown here, so `Other` never comes.
        Purpose::New | Purpose::Other => "new",
        Purpose::Renewal => "renewal",
        Purpose::TopUp => "top-up",
        Purpose::Trial => "trial",
        Purpose::Change => "change",
        Purpose::TrafficPack => "traffic-pack",
        Purpose::DevicePack => "device-pack",
        Purpose::Given => "given",
        Purpose::Gift => "gift",
        Purpose::Adopted => "adopted",
    };
    let kind = words.part("page-order", purpose);
    plan.map_or(kind.clone(), |plan| format!("{kind}: {plan}"))
}

fn id(request: &Request) -> &str {
    request.raw_path_param("order").unwrap_or_default()
}

/// Shows the own orders.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let cursor = cursor(request);
    let page = visitor.store().orders(PageRequest { cursor, limit: Some(20) }).await.map_err(Said)?;
    if let (Some(_), Some(newest)) = (asked("newest", request), page.items.first()) {
        return Ok(visitor.to(&paths::order(&newest.order_id)));
    }
    visitor.page(&List { words: visitor.words, face: visitor.face(), page: &page })
}

/// Leads who comes back from a gateway's page to the order. Who is not signed in here ordered somewhere else, e.g. in
/// Telegram, and is told to go back there.
#[handler]
pub async fn come_back(request: &Request) -> Result<Response> {
    let visitor = Visitor::of(request).await?;
    let order = paths::order(&percent(id(request)));
    if visitor.is_signed_in() {
        return Ok(visitor.to(&order));
    }
    visitor.page(&Back { words: visitor.words, face: visitor.face(), order })
}

/// Shows one order.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let order = visitor.store().order(id(request)).await.map_err(Said)?;
    let fresh =
        matches!(order.purpose, Purpose::New | Purpose::Trial | Purpose::Given) && order.state == "fulfilled";
    if let Some(subscription) = order.subscription_id.as_deref().filter(|_| fresh)
        && asked("ready", request).is_none()
    {
        return Ok(visitor.to(&format!("{}?ready=1", paths::subscription(subscription))));
    }
    render(&visitor, &order, None, request).await
}

async fn render(
    visitor: &Visitor,
    order: &OrderView,
    refusal: Option<&Refusal>,
    request: &Request,
) -> Result<Response> {
    let words = visitor.words;
    let open = matches!(order.state.as_str(), "placed" | "awaiting_payment");
    let mut methods = if open { visitor.store().methods().await.map_err(Said)? } else { Vec::new() };
    let current = order.payment.as_ref().map(|p| p.method.clone());
    methods.retain(|m| Some(&m.method) != current.as_ref());
    // The wallet is a way only where it holds enough; for a top-up it is none.
    methods.retain(|m| m.kind != "wallet" || (order.purpose != Purpose::TopUp && order.missing.minor <= 0));
    let kind = order.payment.as_ref().map(|p| p.state.clone()).filter(|_| open);
    let state = match &kind {
        Some(payment) => words.part("payment", payment),
        None => words.part("order", &order.state),
    };
    let page = Page {
        words,
        face: visitor.face(),
        error: refusal.map(|refusal| say::refusal(words.0, refusal)),
        order,
        title: title(words, order),
        state,
        step: order.payment.as_ref().filter(|_| open).and_then(|p| step_of(visitor, p)),
        methods,
        mark: live::mark_of(order),
        next: order.subscription_id.as_deref().map(paths::subscription),
        unsaved: cookie::read(request.headers(), cookie::UNSAVED).is_some(),
    };
    match refusal {
        Some(refusal) => visitor.refused(refusal, &page),
        None => visitor.page(&page),
    }
}

/// Shows a receipt to print or to keep as PDF.
#[handler]
pub async fn print(request: &Request) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let order = paid(&visitor, request).await?;
    let title = title(visitor.words, &order);
    let pdf = visitor.words.0 == Locale::En && receipt(&visitor, &order).pdf().is_some();
    visitor.page(&Print { words: visitor.words, face: visitor.face(), order: &order, title, pdf })
}

async fn paid(visitor: &Visitor, request: &Request) -> Result<OrderView> {
    let order = visitor.store().order(id(request)).await.map_err(Said)?;
    if order.paid_at.is_none() {
        return Err(Said::from(Refusal::NotFound).into());
    }
    Ok(order)
}

/// The receipt as a file, in English; there is none where a name in it is not written with Latin letters.
#[handler]
pub async fn as_pdf(request: &Request) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let order = paid(&visitor, request).await?;
    super::sheet(&visitor, "receipt", &receipt(&visitor, &order))
}

/// What [`Print`] shows, in English.
fn receipt(visitor: &Visitor, order: &OrderView) -> Sheet {
    let words = Words(Locale::En);
    let said = |key: &str, value: String| (words.get(key), value);
    let mut lines = vec![
        said("page-receipt-number", order.number.clone()),
        said("page-receipt-what", title(words, order)),
    ];
    lines.extend(order.lines.iter().map(|line| (line_name(words, line), words.money(&line.amount))));
    lines.push(said("page-price", words.money(&order.price)));
    lines.extend(order.paid_at.as_ref().map(|at| said("page-paid-at", words.moment(at))));
    if order.wallet_part.minor > 0 {
        lines.push(said("page-wallet-part", words.money(&order.wallet_part)));
    }
    lines.extend(order.method_name.clone().map(|name| said("page-method-name", name)));
    lines.push(said("page-receipt-state", words.part("order", &order.state)));
    Sheet { title: words.get("page-receipt-title"), from: visitor.shop.name.clone(), lines }
}

/// Opens another payment, or gives the order up.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let store = visitor.store();
    let form = Form::of(request, body).await?;
    let order = id(request);
    let done = match request.raw_path_param("step") {
        Some("pay") => answer(store.pay(order, form.text("method"), form.ticked("use_wallet")).await)?,
        Some("cancel") => answer(store.cancel_order(order).await)?,
        _ => return Err(Said::from(Refusal::NotFound).into()),
    };
    settle(&visitor, order, done.map(drop), request).await
}

/// Takes the picture of a bank's receipt.
#[handler]
pub async fn take_receipt(request: &Request, mut form: Multipart) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    let Offered { picture, note } = Offered::of(&mut form).await?;
    let store = visitor.store();
    let order = store.order(id(request)).await.map_err(Said)?;
    let payment = order.payment.as_ref().map(|p| p.payment_id.clone()).unwrap_or_default();
    let done = match visitor.take(crate::limits::Gate::Receipt).await {
        Ok(()) => answer(store.upload_receipt(&payment, picture, note).await)?,
        Err(error) => answer(Err(error))?,
    };
    settle(&visitor, &order.order_id, done.map(drop), request).await
}

/// Back to the order; with the reason above it when nothing was done.
async fn settle(
    visitor: &Visitor,
    order: &str,
    done: std::result::Result<(), Refusal>,
    request: &Request,
) -> Result<Response> {
    match done {
        Ok(()) => Ok(visitor.to(&paths::order(order))),
        Err(refusal) => {
            let order = visitor.store().order(order).await.map_err(Said)?;
            render(visitor, &order, Some(&refusal), request).await
        }
    }
}
