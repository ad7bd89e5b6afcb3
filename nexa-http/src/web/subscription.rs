//! The own subscriptions: what is left, how to connect, on which devices and servers, and what can be changed.

mod all;
mod chart;
mod step;

pub use all::{adopt, list};
pub use step::take_step;

use super::{Face, Visitor, visitor::asked};
use crate::{
    link::client,
    problem::Said,
    say::{self, Words},
};
use askama::Template;
use nexa_core::{
    apps::{self, Group},
    domain::{extras::ForwardAccess, refusal::Refusal},
    qr,
    storefront::model::{
        DeviceView, ForwardView, GuideView, OwnTextView, PackView, PlanView, RegionView, ServerView,
        SubscriptionView, UsageView,
    },
    text::Arg,
};
use poem::{Request, Response, Result, handler};

/// Days that the chart of usage shows.
const CHART_DAYS: u32 = 30;

#[derive(Template)]
#[template(path = "subscription.html")]
struct Page<'a> {
    words: Words,
    face: Face<'a>,
    error: Option<String>,
    done: Option<String>,
    ready: bool,
    /// What the shop says beside what was just bought.
    note: Option<OwnTextView>,
    unsaved: bool,
    of: &'a SubscriptionView,
    state: String,
    left_percent: u64,
    apps: Vec<Group>,
    known: bool,
    qr: String,
    guide: Option<&'a GuideView>,
    devices: &'a [DeviceView],
    usage: &'a UsageView,
    usage_text: String,
    chart: String,
    packs: Vec<PackView>,
    plans: Vec<PlanView>,
    /// Countries to move to: code and name.
    places: Vec<(String, String)>,
}

impl Page<'_> {
    fn address(&self, outgoing: &str) -> String {
        self.words.with("web-your-address", &[("address", Arg::Text(outgoing))])
    }

    fn sells(&self, kind: &str) -> bool {
        self.packs.iter().any(|pack| pack.kind == kind)
    }

    /// "2 of 5" devices.
    fn count(&self) -> String {
        let number = |count: usize| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let limit = usize::try_from(self.of.devices).unwrap_or(usize::MAX);
        self.words.with("page-devices-of", &[("count", number(self.devices.len())), ("limit", number(limit))])
    }

    fn server(server: &ServerView) -> String {
        let flag = server.region.as_deref().map(say::flag).unwrap_or_default();
        format!("{flag} {}", server.name).trim().to_owned()
    }

    /// The command that opens a port of the server.
    fn forward(forward: &ForwardView) -> String {
        let access = ForwardAccess {
            host: forward.host.clone(),
            port: forward.port,
            user: forward.user.clone(),
            password: forward.password.clone(),
            first_port: forward.first_port,
            last_port: forward.last_port,
        };
        access.command(access.first_port, 80)
    }
}

/// What a part is of a whole, in percent; more than nothing is at least one, so that a bar shows it.
fn percent(part: u64, whole: u64) -> u64 {
    let share = part.min(whole).saturating_mul(100).checked_div(whole).unwrap_or(0);
    if part > 0 { share.max(1) } else { 0 }
}

/// What a subscription is called: by its owner, else by its plan.
pub fn called(of: &SubscriptionView) -> &str {
    of.name.as_deref().unwrap_or(&of.plan_name)
}

fn id(request: &Request) -> &str {
    request.raw_path_param("subscription").unwrap_or_default()
}

/// What a form on the page came to.
#[derive(Default)]
pub struct Told {
    refusal: Option<Refusal>,
    guide: Option<GuideView>,
}

/// Shows one subscription.
#[handler]
pub async fn show(request: &Request) -> Result<Response> {
    let visitor = match Visitor::customer(request).await? {
        Ok(visitor) => visitor,
        Err(away) => return Ok(away),
    };
    render(&visitor, request, Told::default()).await
}

async fn render(visitor: &Visitor, request: &Request, told: Told) -> Result<Response> {
    let (words, store, id) = (visitor.words, visitor.store(), id(request));
    let of = store.subscription(id).await.map_err(Said)?;
    let devices = store.devices(id).await.map_err(Said)?;
    let usage = store.usage(id, CHART_DAYS).await.map_err(Said)?;
    let packs = if matches!(of.state.as_str(), "active" | "exhausted") {
        store.packs().await.map_err(Said)?
    } else {
        Vec::new()
    };
    let mut plans = store.plans().await.map_err(Said)?;
    plans.retain(|plan| plan.extras == of.extras && plan.plan_id != of.plan_id);
    let regions = store.regions(id).await.map_err(Said)?;
    let elsewhere = regions.into_iter().filter(|region| !region.here);
    let places = elsewhere.map(|RegionView { region, .. }| (region.clone(), words.country(&region)));
    let own = client::system(&client::told(request));
    let total = words.traffic(usage.total_bytes);
    let args = [("days", Arg::Number(i64::from(CHART_DAYS))), ("total", Arg::Text(&total))];
    let ready = asked("ready", request).is_some();
    let note = if ready { store.purchase_note(id, Some(&visitor.tag())).await.map_err(Said)? } else { None };
    let page = Page {
        words,
        face: visitor.face(),
        error: told.refusal.as_ref().map(|refusal| say::refusal(words.0, refusal)),
        done: asked("done", request).and_then(|what| super::done(words, &what)),
        ready,
        note,
        unsaved: super::cookie::read(request.headers(), super::cookie::UNSAVED).is_some(),
        state: words.part("subscription", &of.state),
        left_percent: percent(of.remaining_bytes, of.limit_bytes),
        apps: apps::by_system(&of.link, &visitor.shop.name, own),
        known: own.is_some(),
        qr: qr::svg(&of.link).unwrap_or_default(),
        guide: told.guide.as_ref(),
        devices: &devices,
        usage: &usage,
        usage_text: words.with("page-usage-text", &args),
        chart: chart::bars(words, &usage),
        packs,
        plans,
        places: places.collect(),
        of: &of,
    };
    match &told.refusal {
        Some(refusal) => visitor.refused(refusal, &page),
        None => visitor.page(&page),
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_bar_shows_the_little_that_is_left() {
        assert_eq!((percent(0, 100), percent(1, 100_000), percent(50, 100)), (0, 1, 50));
        assert_eq!((percent(5, 0), percent(u64::MAX, u64::MAX)), (1, 1));
        assert_eq!(percent(200, 100), 100);
    }
}
