//! One change of many subscriptions: chosen, looked at, begun, and watched.

use super::{
    Operator,
    coupons::{does, personal},
    given_key, key, slice, whole,
};
use crate::{
    paths,
    problem::Said,
    say::Words,
    takeaway,
    web::{Face, form::Form, visitor::answer},
};
use askama::Template;
use jiff::civil::Date;
use nexa_core::{
    backoffice::model::{
        BroadcastRequest, BulkPage, BulkPreviewView, BulkRequest, BulkView, GiftCodesRequest, GroupView,
        OperatorPlanView, OperatorServerView, SelectionView, TextsView,
    },
    domain::permission::Permission,
    domain::{
        csv::{self, Cell},
        refusal::Refusal,
        time,
    },
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler, http::header};

/// What a form says; kept from one page to the next.
const FIELDS: [&str; 14] = [
    "plan", "server", "state", "ended", "from", "before", "what", "days", "gib", "group", "benefit",
    "percent", "amount", "until",
];
const STATES: [&str; 6] = ["pending", "active", "exhausted", "ended", "suspended", "frozen"];
const STEPS: [&str; 6] = ["extend", "move", "suspend", "resume", "coupon", "notice"];

#[derive(Template)]
#[template(path = "office/bulks.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    form: &'a Form,
    preview: Option<&'a BulkPreviewView>,
    /// What is carried on with the form that begins.
    carried: Vec<(&'static str, &'a str)>,
    key: String,
    plans: Vec<OperatorPlanView>,
    /// Those to choose from; none for whoever may not see servers.
    servers: Vec<OperatorServerView>,
    groups: Vec<GroupView>,
    /// The name of the shop's currency.
    own: String,
    list: BulkPage,
}

impl Page<'_> {
    const STATES: [&'static str; 6] = STATES;
    /// What may be done by whoever looks at it.
    fn steps(&self) -> impl Iterator<Item = &'static str> {
        let (coupons, notices) = (self.face.may("catalogue"), self.face.may("broadcasts"));
        STEPS.into_iter().filter(move |step| (*step != "coupon" || coupons) && (*step != "notice" || notices))
    }

    /// What is done, in a few words.
    fn what(&self, of: &BulkView) -> String {
        let step = self.words.part("bulk-step", &of.step);
        let days = of.days.filter(|days| *days > 0).map(|days| self.words.days(days));
        let traffic = of.traffic_bytes.filter(|bytes| *bytes > 0).map(|bytes| self.words.traffic(bytes));
        let group = of.group_id.as_ref().and_then(|id| self.groups.iter().find(|one| one.group_id == *id));
        let group = group.map(|group| group.name.clone());
        let coupon = of.coupon.as_ref().map(|terms| does(self.words, terms));
        [Some(step), days, traffic, group, coupon].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// Shows what there was, and the way to a new one.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::ServeCustomers).await?;
    render(&operator, request, &Form::default(), None, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    form: &Form,
    preview: Option<&BulkPreviewView>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let office = &operator.office;
    let sees_servers = operator.may(Permission::Servers);
    let servers = if sees_servers { office.servers().await.map_err(Said)? } else { Vec::new() };
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        form,
        preview,
        carried: FIELDS.into_iter().map(|name| (name, form.text(name))).collect(),
        key: key(operator),
        plans: office.plans().await.map_err(Said)?,
        servers,
        groups: office.groups().await.map_err(Said)?,
        own: nexa_core::text::unit(operator.words().0, operator.visitor.shop.currency),
        list: office.bulks(slice(request, 20)).await.map_err(Said)?,
    };
    operator.page(refusal, &page)
}

/// Shows what would be changed, begins to change it, or stops.
#[handler]
pub async fn take(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::ServeCustomers).await?;
    let form = Form::of(request, body).await?;
    let done = match form.text("step") {
        // A message is looked at where messages are, and sent from there.
        "preview" if form.text("what") == "notice" => match answer(draft(&operator, &form).await)? {
            Ok(broadcast) => return Ok(operator.visitor.to(&paths::office_broadcast(&broadcast))),
            Err(refusal) => Err(refusal.into()),
        },
        "preview" => {
            return match answer(preview(&operator, &form).await)? {
                Ok(seen) => render(&operator, request, &form, Some(&seen), None).await,
                Err(refusal) => render(&operator, request, &form, None, Some(&refusal)).await,
            };
        }
        "gifts" => match answer(gifts(&operator, &form).await)? {
            Ok(file) => return Ok(file),
            Err(refusal) => Err(refusal.into()),
        },
        "begin" => begin(&operator, &form).await,
        "stop" => operator.office.stop_bulk(form.text("bulk")).await.map(|_| "saved"),
        _ => Err(Refusal::NotFound.into()),
    };
    match operator.after(request, &form, done, paths::OFFICE_BULKS).await? {
        Ok(response) => Ok(response),
        Err(refusal) => {
            // What has changed meanwhile is seen at once.
            let seen = match form.text("step") {
                "begin" => answer(preview(&operator, &form).await)?.ok(),
                _ => None,
            };
            render(&operator, request, &form, seen.as_ref(), Some(&refusal)).await
        }
    }
}

async fn preview(operator: &Operator, form: &Form) -> Done<BulkPreviewView> {
    operator.office.preview_bulk(wish(operator, form)?).await
}

/// Writes a message to those whose subscriptions are selected; nobody reads it yet.
async fn draft(operator: &Operator, form: &Form) -> Done<String> {
    let request = BroadcastRequest {
        segment: "selected".to_owned(),
        plan_id: None,
        group_id: None,
        locale: None,
        days: None,
        selection: Some(selection(operator, form)?),
        texts: TextsView { fa: form.given("fa"), en: form.given("en"), ru: form.given("ru") },
        buttons: None,
    };
    operator.office.draft_broadcast(request).await.map(|made| made.broadcast_id)
}

/// Makes gifts; their codes are the answer, this once.
async fn gifts(operator: &Operator, form: &Form) -> Done<Response> {
    operator.office.proved_lately().await?;
    let count = whole(form, "count")?.and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
    let (plan_id, reason) = (form.text("plan").to_owned(), form.text("reason").to_owned());
    let made =
        operator.office.make_gifts(GiftCodesRequest { plan_id, count, reason }, given_key(form)?).await?;
    let mut file = csv::BYTE_ORDER_MARK.to_string();
    for (code, link) in made.codes.into_iter().zip(made.links) {
        file.push_str(&csv::line(&[Cell::text(code), Cell::text(link)]));
    }
    Ok(Response::builder()
        .content_type(takeaway::CSV)
        .header(header::CONTENT_DISPOSITION, takeaway::kept_as("gifts"))
        .body(file))
}

async fn begin(operator: &Operator, form: &Form) -> Done<&'static str> {
    operator.office.proved_lately().await?;
    let count = whole(form, "count")?.and_then(|count| u32::try_from(count).ok());
    let request = BulkRequest { count, reason: form.given("reason"), ..wish(operator, form)? };
    operator.office.begin_bulk(request, given_key(form)?).await.map(|_| "begun")
}

fn selection(operator: &Operator, form: &Form) -> Done<SelectionView> {
    Ok(SelectionView {
        plan_id: form.given("plan"),
        server_id: form.given("server"),
        state: form.given("state"),
        ended_within_days: days(form, "ended")?,
        registered_from: moment(operator, form, "from")?,
        registered_before: moment(operator, form, "before")?,
    })
}

fn wish(operator: &Operator, form: &Form) -> Done<BulkRequest> {
    let selection = selection(operator, form)?;
    let step = form.text("what").to_owned();
    let bare = BulkRequest { selection, step, ..BulkRequest::default() };
    Ok(match form.text("what") {
        "extend" => {
            let more = super::subscriptions::more(form)?;
            BulkRequest { days: more.days, traffic_bytes: more.traffic_bytes, ..bare }
        }
        "move" => BulkRequest { group_id: form.given("group"), ..bare },
        "coupon" => BulkRequest { coupon: Some(personal(operator, form, None)?), ..bare },
        _ => bare,
    })
}

fn days(form: &Form, field: &'static str) -> Done<Option<u32>> {
    let days = whole(form, field)?.map(u32::try_from).transpose();
    Ok(days.map_err(|_| Refusal::bad_input(field, "1 to 3650"))?)
}

/// The beginning of a day of the shop's.
fn moment(operator: &Operator, form: &Form, field: &'static str) -> Done<Option<String>> {
    let Some(day) = form.given(field) else { return Ok(None) };
    let day: Date = day.parse().map_err(|_| Refusal::bad_input(field, "a day"))?;
    Ok(Some(time::beginning_of(&operator.visitor.shop.zone, day).to_string()))
}
