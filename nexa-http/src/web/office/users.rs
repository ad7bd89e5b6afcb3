//! Customers: finding one, and all that there is of one. What is looked for is posted, so that it stands in no address.

use super::{MOST, Operator, given_key, key, slice};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{
        Face,
        form::Form,
        order,
        visitor::{answer, cursor},
    },
};
use askama::Template;
use nexa_core::{
    backoffice::model::{
        GrantRequest, OperatorActionView, OperatorOrderFilter, OperatorOrderView, OperatorPlanView,
        OperatorSubscriptionView, OperatorTicketEntryView, UserPage, UserView, WalletCorrection,
    },
    domain::{permission::Permission, refusal::Refusal},
    error::Result as Done,
    storefront::model::{OrderView, PageRequest, WalletView},
};
use poem::{Body, Request, Response, Result, handler};

/// Of each list on a user's page so many.
const SOME: u32 = 10;

#[derive(Template)]
#[template(path = "office/users.html")]
struct List<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    page: &'a UserPage,
}

impl List<'_> {
    /// The end of an id, by which people without a name are told apart.
    fn short(of: &UserView) -> &str {
        of.user_id.get(of.user_id.len().saturating_sub(6)..).unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "office/user.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    user: &'a UserView,
    all: &'a Belongings,
    key: String,
}

/// What there is of a user.
struct Belongings {
    subscriptions: Vec<OperatorSubscriptionView>,
    orders: Vec<OperatorOrderView>,
    wallet: WalletView,
    tickets: Vec<OperatorTicketEntryView>,
    /// What operators did lately.
    deeds: Vec<OperatorActionView>,
    plans: Vec<OperatorPlanView>,
}

impl Page<'_> {
    fn title(&self, of: &OrderView) -> String {
        order::title(self.words, of)
    }

    /// What a ticket is called.
    fn called(&self, of: &OperatorTicketEntryView) -> String {
        of.ticket.subject.clone().unwrap_or_else(|| self.words.get("page-ticket"))
    }
}

fn id(request: &Request) -> &str {
    request.raw_path_param("user").unwrap_or_default()
}

/// Shows the newest, and the way to find one.
#[handler]
pub async fn list(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::SeeCustomers).await?;
    render_list(&operator, request, None).await
}

async fn render_list(operator: &Operator, request: &Request, refusal: Option<&Refusal>) -> Result<Response> {
    let all = operator.office.users(slice(request, 50)).await.map_err(Said)?;
    let error = refusal.map(|_| operator.words().get("office-user-unknown"));
    let (words, face) = (operator.words(), operator.visitor.face());
    operator.page(refusal, &List { words, face, error, done: None, page: &all })
}

/// Finds one.
#[handler]
pub async fn find(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::SeeCustomers).await?;
    let form = Form::of(request, body).await?;
    match answer(operator.office.find_user(form.text("who")).await)? {
        Ok(user) => Ok(operator.visitor.to(&paths::office_user(&user.user_id))),
        Err(refusal) => render_list(&operator, request, Some(&refusal)).await,
    }
}

/// Shows one.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::SeeCustomers).await?;
    render(&operator, request, None).await
}

async fn render(operator: &Operator, request: &Request, refusal: Option<&Refusal>) -> Result<Response> {
    let user = operator.office.user(id(request)).await.map_err(Said)?;
    let all = belongings(operator, &user.user_id, cursor(request)).await.map_err(Said)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        user: &user,
        all: &all,
        key: key(operator),
    };
    operator.page(refusal, &page)
}

async fn belongings(operator: &Operator, user: &str, cursor: Option<String>) -> Done<Belongings> {
    let office = &operator.office;
    let some = || PageRequest { cursor: None, limit: Some(SOME) };
    let subscriptions = office.subscriptions(Some(user.to_owned()), some()).await?.items;
    let filter = OperatorOrderFilter { user_id: Some(user.to_owned()), ..OperatorOrderFilter::default() };
    let orders = office.orders(filter, some()).await?.items;
    let wallet = office.user_wallet(user, PageRequest { cursor, limit: Some(SOME) }).await?;
    let tickets = office.user_tickets(user, some()).await?.items;
    let newest = PageRequest { cursor: None, limit: Some(MOST) };
    let mut deeds =
        if operator.may(Permission::Staff) { office.actions(newest).await?.items } else { Vec::new() };
    let theirs = |deed: &OperatorActionView| {
        let held = |id: &String| subscriptions.iter().any(|of| of.subscription_id == *id);
        let ordered = |id: &String| orders.iter().any(|of| of.order.order_id == *id);
        deed.user_id.as_deref() == Some(user)
            || deed.subscription_id.as_ref().is_some_and(held)
            || deed.order_id.as_ref().is_some_and(ordered)
    };
    deeds.retain(theirs);
    let plans = if operator.may(Permission::ServeCustomers) { office.plans().await? } else { Vec::new() };
    Ok(Belongings { subscriptions, orders, wallet, tickets, deeds, plans })
}

/// Takes the form of one step.
#[handler]
pub async fn take_step(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::SeeCustomers).await?;
    let form = Form::of(request, body).await?;
    let step = request.raw_path_param("step").unwrap_or_default();
    let done = take(&operator, id(request), step, &form).await;
    match operator.after_step(request, &form, done, &paths::office_user(id(request))).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, id: &str, step: &str, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    office.proved_lately().await?;
    match step {
        "block" => office.block_user(id, true).await.map(|_| "saved"),
        "unblock" => office.block_user(id, false).await.map(|_| "saved"),
        "wallet" => {
            let mut amount = operator.typed(form, "amount", operator.visitor.shop.currency.code())?;
            if form.text("way") == "out" {
                amount.minor = amount.minor.checked_neg().ok_or(Refusal::AmountOutOfRange)?;
            }
            office.correct_wallet(id, WalletCorrection { amount }, given_key(form)?).await.map(|_| "saved")
        }
        "give" => {
            let (plan_id, reason) = (form.text("plan").to_owned(), form.text("reason").to_owned());
            office
                .grant_subscription(id, GrantRequest { plan_id, reason }, given_key(form)?)
                .await
                .map(|_| "given")
        }
        _ => Err(Refusal::NotFound.into()),
    }
}
