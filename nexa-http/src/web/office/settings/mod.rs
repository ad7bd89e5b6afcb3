//! What holds for the whole shop: its brand, who may try, what goes on by itself. The parts about links, the bot and how
//! customers come have pages of their own.

pub mod bot;
pub mod growth;
pub mod links;
pub mod texts;

use super::{Operator, whole};
use crate::{
    paths,
    problem::Said,
    say::Words,
    web::{Face, brand, form::Form, visitor::asked},
};
use askama::Template;
use nexa_core::{
    backoffice::model::{MaintenanceRequest, OperatorPlanView, ShopRequest, ShopView},
    domain::permission::Permission,
    domain::{
        look::{Accent, Look},
        refusal::Refusal,
    },
    error::Result as Done,
};
use poem::{Body, Request, Response, Result, handler, http::header};

/// What somebody typed into a form that was refused, or what holds.
#[derive(Clone, Copy)]
pub struct Typed<'a>(Option<&'a Form>);

impl Typed<'_> {
    /// The text of a field.
    fn text(self, field: &str, holds: &str) -> String {
        self.0.and_then(|form| form.sent(field)).map_or_else(|| holds.to_owned(), str::to_owned)
    }

    /// The text of a field that may be empty.
    fn maybe(self, field: &str, holds: Option<&str>) -> String {
        self.text(field, holds.unwrap_or_default())
    }

    /// Whether a box is ticked; `part` is the form that it stands in.
    fn ticked(self, part: &str, field: &str, holds: bool) -> bool {
        self.0.filter(|form| form.text("part") == part).map_or(holds, |form| form.ticked(field))
    }
}

#[derive(Template)]
#[template(path = "office/settings/shop.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    shop: &'a ShopView,
    plans: &'a [OperatorPlanView],
    typed: Typed<'a>,
    hosts: String,
}

/// Shows it.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Settings).await?;
    render(&operator, request, None, None).await
}

async fn render(
    operator: &Operator,
    request: &Request,
    form: Option<&Form>,
    refusal: Option<&Refusal>,
) -> Result<Response> {
    let shop = operator.office.shop().await.map_err(Said)?;
    let plans = operator.office.plans().await.map_err(Said)?;
    let page = Page {
        words: operator.words(),
        face: operator.visitor.face(),
        error: operator.said(refusal),
        done: operator.told(request),
        shop: &shop,
        plans: &plans,
        typed: Typed(form),
        hosts: shop.hosts.join("\n"),
    };
    operator.page(refusal, &page)
}

/// Takes one part of it.
#[handler]
pub async fn save(request: &Request, body: Body) -> Result<Response> {
    let operator = Operator::of(request, Permission::Settings).await?;
    let form = Form::of(request, body).await?;
    let done = take(&operator, &form).await;
    match operator.after(request, &form, done, paths::OFFICE_SETTINGS).await? {
        Ok(response) => Ok(response),
        Err(refusal) => render(&operator, request, Some(&form), Some(&refusal)).await,
    }
}

async fn take(operator: &Operator, form: &Form) -> Done<&'static str> {
    let office = &operator.office;
    office.proved_lately().await?;
    if form.text("part") == "maintenance" {
        let request = MaintenanceRequest { on: form.ticked("on"), note: form.given("note") };
        return office.set_maintenance(request).await.map(|_| "saved");
    }
    office.update_shop(part(form)?).await.map(|_| "saved")
}

/// The fields of one part; all others stay.
fn part(form: &Form) -> Done<ShopRequest> {
    let text = |field: &str| Some(form.text(field).to_owned());
    let bare = ShopRequest::default();
    Ok(match form.text("part") {
        "brand" => ShopRequest {
            name: text("name"),
            accent: text("accent"),
            tagline: text("tagline"),
            support_url: text("support_url"),
            locale: text("locale"),
            timezone: text("timezone"),
            ..bare
        },
        "hosts" => ShopRequest { hosts: Some(lines(form.text("hosts"))), ..bare },
        "trial" => {
            ShopRequest { trial_plan_id: text("trial_plan"), trial_needs: text("trial_needs"), ..bare }
        }
        "adoption" => ShopRequest { adoption_plan_id: text("adoption_plan"), ..bare },
        "grace" => ShopRequest {
            grace_hours: Some(small(form, "grace_hours")?),
            grace_mib: Some(small(form, "grace_mib")?),
            ..bare
        },
        "rates" => ShopRequest { automatic_rates: Some(form.ticked("automatic_rates")), ..bare },
        _ => return Err(Refusal::NotFound.into()),
    })
}

/// A whole number; nothing for an empty field.
fn small(form: &Form, field: &'static str) -> Done<u32> {
    let number = whole(form, field)?.unwrap_or(0);
    Ok(u32::try_from(number).map_err(|_| Refusal::bad_input(field, "too large"))?)
}

/// What stands on each line.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[derive(Template)]
#[template(path = "office/settings/look.svg", escape = "html")]
struct Sample {
    words: Words,
    /// Per ground: the paper, the ink on it, the accent, and what is drawn on the accent.
    grounds: [Ground; 2],
}

struct Ground {
    at: u16,
    paper: String,
    text: String,
    accent: String,
    ink: String,
}

/// A sample of pages in a colour, by day and by night: what they would look like with it.
#[handler]
pub async fn look(request: &Request) -> Result<Response> {
    let operator = Operator::of(request, Permission::Settings).await?;
    let accent = asked("accent", request).and_then(|text| text.parse::<Accent>().ok());
    let look = Look { accent: accent.unwrap_or(operator.visitor.shop.look.accent), tagline: None };
    let ground = |at, shades: brand::Shades, text: &str| Ground {
        at,
        paper: brand::hex(shades.paper),
        text: text.to_owned(),
        accent: brand::hex(shades.accent),
        ink: brand::hex(shades.ink),
    };
    let (light, dark) = brand::shades(&look);
    let grounds = [ground(0, light, "#1a1a1a"), ground(240, dark, "#f2f2f2")];
    let sample = Sample { words: operator.words(), grounds };
    let text = sample.render().map_err(poem::error::InternalServerError)?;
    Ok(Response::builder().content_type("image/svg+xml").header(header::CACHE_CONTROL, "no-store").body(text))
}
